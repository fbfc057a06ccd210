"""What an export has to know from the database besides the stories themselves."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safeguards.consent import Purpose, consents_for
from storage.runs import DONE, newest_run
from storage.tables.collections import FrameworkRow
from storage.tables.processing import MaskedStoryRow
from storage.tables.stories import StoryRow
from stories.accept import PROCESS_RUN
from stories.released import is_released


@dataclass(frozen=True)
class ToldCounts:
    """Stories of a collection. waiting: allowed for the purpose, but not masked yet, so nobody may read them.
    unread: masked, but not released by a reader.
    """

    told: int
    without_consent: int
    waiting: int
    unread: int


@dataclass(frozen=True)
class ProcessRun:
    """The newest finished run: what made the masked texts, themes and labels."""

    number: int
    finished_on: str | None
    versions: dict[str, Any]
    seed: int | None
    input_hash: str | None


def count_told(session: Session, collection_id: int, *, purpose: Purpose) -> ToldCounts:
    """How many stories were told, were not allowed for this purpose, were not processed yet, and were not released."""
    is_allowed = StoryRow.consent.in_(consents_for(purpose))
    is_waiting = is_allowed & StoryRow.has_text & MaskedStoryRow.story_id.is_(None)
    is_unread = is_allowed & MaskedStoryRow.story_id.is_not(None) & ~is_released()
    told, refused, waiting, unread = session.execute(
        select(
            func.count(StoryRow.id),
            func.count(StoryRow.id).filter(~is_allowed),
            func.count(StoryRow.id).filter(is_waiting),
            func.count(StoryRow.id).filter(is_unread),
        )
        .outerjoin(MaskedStoryRow, MaskedStoryRow.story_id == StoryRow.id)
        .where(StoryRow.collection_id == collection_id)
    ).one()
    return ToldCounts(told, refused, waiting, unread)


def find_process_run(session: Session, collection_id: int) -> ProcessRun | None:
    """The newest finished run of the pipeline; None when nothing was processed."""
    run = newest_run(session, collection_id=collection_id, kind=PROCESS_RUN, state=DONE)
    if run is None:
        return None
    finished_on = run.finished_at.date().isoformat() if run.finished_at else None
    seed = run.versions.get("seed") if run.seed is None else run.seed
    return ProcessRun(run.id, finished_on, run.versions, seed, run.input_hash)


def name_framework(session: Session, framework_id: int) -> tuple[str, int]:
    """Key and version of a stored framework."""
    row = session.get_one(FrameworkRow, framework_id)
    return row.key, row.version
