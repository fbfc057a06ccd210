"""How far the reading is, and releases in bulk by whoever runs the installation. Never a count per reader."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from faults import PersonFault
from safeguards import audit
from storage.runs import request_run
from storage.tables.base import now
from storage.tables.collections import CollectionRow
from storage.tables.reading import ReadingDecisionRow, ReadingPassRow, ReadingRow
from storage.tables.stories import StoryRow
from stories.accept import PROCESS_RUN
from stories.reading import Decision
from stories.released import ALARM, HELD, RELEASED, WAITING

DAYS_COUNTED = 7
REASON_LONGEST = 200
DEMO_REASON = "demo"


class ReasonMissing(PersonFault):
    """A release in bulk without a reason."""

    def __init__(self) -> None:
        super().__init__(
            f"Geef met --reason waarom deze verhalen zonder lezer vrijkomen (hoogstens {REASON_LONGEST} tekens)."
        )


@dataclass(frozen=True)
class ReadingOverview:
    """How far the reading of a collection is. oldest_days: None when nothing waits.

    decided: decisions of the last DAYS_COUNTED days, by decision; releases in bulk are not in it.
    """

    waiting: int
    with_signs: int
    second_reader: int
    open_now: int
    held: int
    alarms: int
    released: int
    oldest_days: int | None
    oldest_alarm_days: int | None
    decided: dict[str, int] = field(default_factory=dict)


def overview_reading(session: Session, collection_id: int) -> ReadingOverview:
    """Count what waits, what was decided lately, and how long the oldest waits."""
    here = StoryRow.collection_id == collection_id
    is_waiting, today = ReadingRow.state == WAITING, date.today()
    passed = select(ReadingPassRow.story_id).where(ReadingPassRow.story_id == ReadingRow.story_id).exists()
    counted = (
        func.count().filter(is_waiting).label("waiting"),
        func.count().filter(is_waiting, ReadingRow.rank > 0).label("with_signs"),
        func.count().filter(is_waiting, passed).label("second_reader"),
        func.count().filter(is_waiting, ReadingRow.claimed_until >= now()).label("open_now"),
        func.count().filter(ReadingRow.state == HELD).label("held"),
        func.count().filter(ReadingRow.state == ALARM).label("alarms"),
        func.count().filter(ReadingRow.state == RELEASED).label("released"),
        func.min(ReadingRow.waits_since).filter(is_waiting).label("oldest"),
    )
    row = session.execute(
        select(*counted).select_from(ReadingRow).join(StoryRow, StoryRow.id == ReadingRow.story_id).where(here)
    ).one()
    alarm_since = session.scalar(
        select(func.min(ReadingDecisionRow.decided_on))
        .join(ReadingRow, ReadingRow.story_id == ReadingDecisionRow.story_id)
        .join(StoryRow, StoryRow.id == ReadingRow.story_id)
        .where(here, ReadingRow.state == ALARM, ReadingDecisionRow.decision == Decision.RAISE_ALARM.value)
    )
    return ReadingOverview(
        waiting=row.waiting,
        with_signs=row.with_signs,
        second_reader=row.second_reader,
        open_now=row.open_now,
        held=row.held,
        alarms=row.alarms,
        released=row.released,
        oldest_days=_days_since(row.oldest, today),
        oldest_alarm_days=_days_since(alarm_since, today),
        decided=_count_decided(session, collection_id, today - timedelta(days=DAYS_COUNTED - 1)),
    )


def count_for_reader(session: Session, collection_id: int, *, reader: str) -> int:
    """How many stories wait that this reader did not pass on, the ones that others have open left out."""
    passed = select(ReadingPassRow.story_id).where(
        ReadingPassRow.story_id == ReadingRow.story_id, ReadingPassRow.reader == reader
    )
    is_elsewhere = (ReadingRow.claimed_until >= now()) & (ReadingRow.claimed_by != reader)
    return (
        session.scalar(
            select(func.count())
            .select_from(ReadingRow)
            .join(StoryRow, StoryRow.id == ReadingRow.story_id)
            .where(
                StoryRow.collection_id == collection_id,
                ReadingRow.state == WAITING,
                ~passed.exists(),
                ~func.coalesce(is_elsewhere, False),
            )
        )
        or 0
    )


def release_waiting(session: Session, collection_id: int, *, by: str, reason: str) -> int:
    """Release everything that waits, without a reader; how many. Alarms and what was held back stay.

    For whoever runs the installation, for stories that were read elsewhere or made up. Raises ReasonMissing.
    """
    waiting = session.scalars(
        select(ReadingRow.story_id)
        .join(StoryRow, StoryRow.id == ReadingRow.story_id)
        .where(StoryRow.collection_id == collection_id, ReadingRow.state == WAITING)
    ).all()
    return release_in_bulk(session, collection_id, waiting, by=by, reason=reason)


def release_in_bulk(session: Session, collection_id: int, story_ids: Sequence[str], *, by: str, reason: str) -> int:
    """Release these stories for one stated reason, masked or not yet; how many were not released before.

    What stands at an alarm or was held back by a reader stays. Raises ReasonMissing.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_LONGEST:
        raise ReasonMissing
    n_released = 0
    for story_id in story_ids:
        reading = session.get(ReadingRow, story_id)
        if reading is not None and reading.state != WAITING:
            continue
        if reading is None:
            reading = ReadingRow(story_id=story_id, signs=[])
            session.add(reading)
        reading.state = RELEASED
        reading.claimed_by = reading.opened_at = reading.claimed_until = None
        session.add(ReadingDecisionRow(story_id=story_id, decision=Decision.RELEASE.value, reason=reason, minutes=None))
        n_released += 1
    if n_released:
        request_run(session, PROCESS_RUN, collection_id=collection_id, by=by)
        key = session.get_one(CollectionRow, collection_id).key
        audit.record(session, "release_in_bulk", key, by=by, stories=n_released, reason=reason)
    return n_released


def _count_decided(session: Session, collection_id: int, first_day: date) -> dict[str, int]:
    # A release in bulk has a reason, a reader's release has none.
    by_reader = (ReadingDecisionRow.decision != Decision.RELEASE.value) | (ReadingDecisionRow.reason == "")
    rows = session.execute(
        select(ReadingDecisionRow.decision, func.count())
        .join(StoryRow, StoryRow.id == ReadingDecisionRow.story_id)
        .where(StoryRow.collection_id == collection_id, ReadingDecisionRow.decided_on >= first_day, by_reader)
        .group_by(ReadingDecisionRow.decision)
    )
    found = {decision: n for decision, n in rows}
    return {decision.value: found.get(decision.value, 0) for decision in Decision}


def _days_since(day: date | None, today: date) -> int | None:
    return None if day is None else max(0, (today - day).days)
