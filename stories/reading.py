"""A reader before anyone else: who reads which story next, and what a reader decides.

A story is claimed by a conditional UPDATE, so two people who read at once never get the same one. A
claim that ran out is given to whoever asks next. Functions take a writing session and do not commit.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from faults import PersonFault
from safeguards import audit
from safeguards.access import Viewer, require_action
from safeguards.withdrawal import forget_in_themes
from storage.engine import leaves_traces
from storage.runs import request_run
from storage.tables.base import now
from storage.tables.collections import CollectionRow
from storage.tables.processing import EmbeddingRow, LemmasRow, MaskedStoryRow, TagProposalRow, ThemeMembershipRow
from storage.tables.reading import ReadingDecisionRow, ReadingPassRow, ReadingRow
from storage.tables.stories import StoryRow
from stories.accept import PROCESS_RUN
from stories.marks import describe_marks, hide_pieces, move_spans
from stories.released import ALARM, HELD, RELEASED, WAITING

ACTION = "read_queue"
# Why a story stands high in the queue: the highest first.
SIGN_RANKS: Mapping[str, int] = {"danger": 40, "despair": 30, "recognisable": 20, "unchecked": 10}
HEAVY = frozenset({"danger", "despair"})
CANDIDATES = 20


class Decision(StrEnum):
    """What a reader can decide about a story."""

    RELEASE = "release"
    HOLD_BACK = "hold_back"
    PASS_ON = "pass_on"
    RAISE_ALARM = "raise_alarm"
    CLOSE_ALARM = "close_alarm"
    TAKE_BACK = "take_back"


# The reasons that belong to a decision, and the state in which it leaves the story.
REASONS: Mapping[Decision, tuple[str, ...]] = {
    Decision.RELEASE: (),
    Decision.HOLD_BACK: ("recognisable", "about_someone_else", "harmful", "no_story"),
    Decision.PASS_ON: ("heavy", "known_family", "in_doubt"),
    Decision.RAISE_ALARM: ("danger", "despair", "other_worry"),
    Decision.CLOSE_ALARM: ("handed_over", "no_danger", "nobody_to_reach"),
    Decision.TAKE_BACK: (),
}
_LEADS_TO = {
    Decision.RELEASE: RELEASED,
    Decision.HOLD_BACK: HELD,
    Decision.PASS_ON: WAITING,
    Decision.RAISE_ALARM: ALARM,
    Decision.CLOSE_ALARM: WAITING,
}


class ReadingRefused(PersonFault):
    """A reader's step that cannot be taken; the sentence says why and what to do."""


NOT_YOURS = (
    "Dit verhaal is niet meer bij jou: iemand anders leest het, er is al over besloten of de verteller nam het terug. "
    "Neem het volgende verhaal."
)


@dataclass(frozen=True)
class StoryToRead:
    """One masked story for the reader who has it open. doubts: (start, end, type) in the text."""

    story_id: str
    title: str
    text: str
    language: str
    perspective: str
    edition: int
    days_waiting: int
    is_alarm: bool
    signs: tuple[tuple[str, tuple[str, ...]], ...]
    doubts: tuple[tuple[int, int, str], ...]

    @property
    def is_heavy(self) -> bool:
        """Whether the reader should be asked first if they want to read this now."""
        return self.is_alarm or any(kind in HEAVY for kind, _ in self.signs)

    def __repr__(self) -> str:
        return f"StoryToRead({self.story_id})"  # never a text in a log or an error


def claim_next(session: Session, collection_id: int, *, by: Viewer, minutes: int) -> str | None:
    """The story that this reader has open, or the next in the queue; None when nothing waits for them.

    The most critical first, then who waits longest. A story that this reader passed on goes to others.
    Raises NotAllowed.
    """
    return _claim(session, collection_id, WAITING, by=by, minutes=minutes)


def claim_alarm(session: Session, collection_id: int, *, by: Viewer, minutes: int) -> str | None:
    """Open the alarm that is open longest, to close it; None without one. Raises NotAllowed."""
    return _claim(session, collection_id, ALARM, by=by, minutes=minutes)


def _claim(session: Session, collection_id: int, state: str, *, by: Viewer, minutes: int) -> str | None:
    require_action(by, ACTION, collection_id)
    moment = now()
    claim = {"claimed_by": by.name, "opened_at": moment, "claimed_until": moment + timedelta(minutes=minutes)}
    open_already = _find_claim(session, collection_id, by)
    if open_already is not None:
        return open_already.story_id
    passed = select(ReadingPassRow.story_id).where(
        ReadingPassRow.story_id == ReadingRow.story_id, ReadingPassRow.reader == by.name
    )
    is_free = or_(ReadingRow.claimed_by.is_(None), ReadingRow.claimed_until < moment)
    free = (ReadingRow.state == state) & is_free
    if state == WAITING:
        free &= ~passed.exists()
    wanted = (
        select(ReadingRow.story_id)
        .join(StoryRow, StoryRow.id == ReadingRow.story_id)
        .join(MaskedStoryRow, MaskedStoryRow.story_id == ReadingRow.story_id)
        .where(StoryRow.collection_id == collection_id, free)
        .order_by(ReadingRow.rank.desc(), ReadingRow.waits_since, ReadingRow.story_id)
        .limit(CANDIDATES)
    )
    while candidates := list(session.scalars(wanted)):
        for story_id in candidates:
            # Two readers can see the same row; the UPDATE decides who gets it.
            taken = update(ReadingRow).where(ReadingRow.story_id == story_id, free).values(claim)
            if session.scalar(taken.returning(ReadingRow.story_id)) is not None:
                return story_id
    return None


def find_open(session: Session, collection_id: int, *, by: Viewer) -> StoryToRead | None:
    """The story that this reader has open here; None without one or when its time ran out. Raises NotAllowed."""
    require_action(by, ACTION, collection_id)
    claim = _find_claim(session, collection_id, by)
    if claim is None:
        return None
    story = session.get_one(StoryRow, claim.story_id)
    masked = session.get_one(MaskedStoryRow, claim.story_id)
    return StoryToRead(
        story_id=story.id,
        title=masked.title,
        text=masked.text,
        language=masked.detected_language or story.language,
        perspective=story.perspective,
        edition=masked.edition,
        days_waiting=max(0, (date.today() - claim.waits_since).days),
        is_alarm=claim.state == ALARM,
        signs=tuple((str(sign["kind"]), tuple(map(str, sign["words"]))) for sign in claim.signs),
        doubts=tuple((int(one["start"]), int(one["end"]), str(one["type"])) for one in masked.doubts),
    )


def _find_claim(session: Session, collection_id: int, by: Viewer) -> ReadingRow | None:
    return session.scalars(
        select(ReadingRow)
        .join(StoryRow, StoryRow.id == ReadingRow.story_id)
        .where(
            StoryRow.collection_id == collection_id,
            ReadingRow.claimed_by == by.name,
            ReadingRow.claimed_until >= now(),
            ReadingRow.state.in_((WAITING, ALARM)),
        )
        .order_by(ReadingRow.story_id)
        .limit(1)
    ).first()


def hide_more(session: Session, story_id: str, pieces: Collection[str], kind: str, *, by: Viewer, minutes: int) -> int:
    """Hide pieces of the story that this reader has open, wherever they stand in it; how many places.

    The original in the vault stays as it is. What was made of the text so far is removed and made again.
    Raises ReadingRefused when the story is not this reader's (any more) or the pieces are not in it.
    """
    reading, collection = _get_own(session, story_id, by)
    masked = session.get_one(MaskedStoryRow, story_id, with_for_update=True, populate_existing=True)
    title, text = hide_pieces([masked.title, masked.text], pieces, kind)
    n_places = len(title.replaced) + len(text.replaced)
    if not n_places:
        raise ReadingRefused("Kies eerst een stuk van het verhaal dat nog niet verborgen is.")
    leaves_traces(session)
    masked.doubts = move_spans(masked.doubts, text)
    masked.title, masked.text, masked.spans = title.text, text.text, describe_marks(text.text)
    masked.edition += 1
    hidden = {word for piece in pieces for word in piece.lower().split()}
    reading.signs = [{**sign, "words": [w for w in sign["words"] if w.lower() not in hidden]} for sign in reading.signs]
    reading.claimed_until = now() + timedelta(minutes=minutes)
    _forget_results(session, story_id)
    request_run(session, PROCESS_RUN, collection_id=collection.id, by="lezer")
    audit.record(session, "hide_more", collection.key, by=by.name, kind=kind, places=n_places)
    return n_places


def decide(session: Session, story_id: str, decision: Decision, *, by: Viewer, reason: str = "") -> None:
    """Decide about the story that this reader has open. reason: one of REASONS, where there are any.

    Released: others may see it, and it gets its theme. Held back: nobody sees it. Passed on: it waits for
    another reader. Alarm: it stays out of sight until somebody closes the alarm, and then waits again.
    Raises ReadingRefused, NotAllowed; ValueError for a reason that does not exist.
    """
    if reason not in (REASONS[decision] or ("",)) or decision not in _LEADS_TO:
        raise ValueError(f"{decision} cannot be decided with reason {reason!r}.")
    reading, collection = _get_own(session, story_id, by)
    if (reading.state == ALARM) != (decision is Decision.CLOSE_ALARM):
        raise ReadingRefused("Bij dit verhaal staat een melding open. Sluit eerst de melding; daarna kun je besluiten.")
    if decision is Decision.PASS_ON:
        session.add(ReadingPassRow(story_id=story_id, reader=by.name))
    elif decision in (Decision.RELEASE, Decision.HOLD_BACK):
        session.execute(delete(ReadingPassRow).where(ReadingPassRow.story_id == story_id))
    if decision is Decision.RELEASE:
        request_run(session, PROCESS_RUN, collection_id=collection.id, by="lezer")
    minutes = _minutes_open(reading)
    reading.state = _LEADS_TO[decision]
    reading.claimed_by = reading.opened_at = reading.claimed_until = None
    _record(session, story_id, collection.key, decision, by=by.name, reason=reason, minutes=minutes)


def take_back(session: Session, story_id: str, *, by: Viewer, minutes: int) -> None:
    """Undo a release or a holding back: the story is out of sight again and open for this reader.

    Raises ReadingRefused when there is nothing to take back (any more), NotAllowed.
    """
    reading, collection = _get_row(session, story_id, by)
    if reading.state not in (RELEASED, HELD):
        raise ReadingRefused("Dit besluit is al teruggenomen. Neem het volgende verhaal.")
    forget_in_themes(session, story_id)
    session.execute(delete(ThemeMembershipRow).where(ThemeMembershipRow.story_id == story_id))
    reading.state, reading.claimed_by, reading.opened_at = WAITING, by.name, now()
    reading.claimed_until = now() + timedelta(minutes=minutes)
    _record(session, story_id, collection.key, Decision.TAKE_BACK, by=by.name)


def _get_own(session: Session, story_id: str, by: Viewer) -> tuple[ReadingRow, CollectionRow]:
    reading, collection = _get_row(session, story_id, by)
    if reading.claimed_by != by.name or reading.state not in (WAITING, ALARM):
        raise ReadingRefused(NOT_YOURS)
    return reading, collection


def _get_row(session: Session, story_id: str, by: Viewer) -> tuple[ReadingRow, CollectionRow]:
    # Locked until the caller commits: a claim that ran out may be given away at this very moment.
    reading = session.get(ReadingRow, story_id, with_for_update=True, populate_existing=True)
    if reading is None:
        raise ReadingRefused(NOT_YOURS)
    collection = session.get_one(CollectionRow, session.get_one(StoryRow, story_id).collection_id)
    require_action(by, ACTION, collection.id)
    return reading, collection


def _forget_results(session: Session, story_id: str) -> None:
    """Remove everything that was made of the text as it was."""
    forget_in_themes(session, story_id)
    for table in (LemmasRow, EmbeddingRow, TagProposalRow, ThemeMembershipRow):
        session.execute(delete(table).where(table.story_id == story_id))


def _minutes_open(reading: ReadingRow) -> int | None:
    """None when the claim ran out: then the screen may have stood open unread."""
    if reading.opened_at is None or reading.claimed_until is None or reading.claimed_until < now():
        return None
    return max(1, math.ceil((now() - reading.opened_at).total_seconds() / 60))


def _record(
    session: Session,
    story_id: str,
    collection_key: str,
    decision: Decision,
    *,
    by: str,
    reason: str = "",
    minutes: int | None = None,
) -> None:
    session.add(ReadingDecisionRow(story_id=story_id, decision=decision.value, reason=reason, minutes=minutes))
    # Without the story's number: after a withdrawal nothing may lead back to it.
    details: dict[str, Any] = {"reason": reason, "minutes": minutes}
    audit.record(session, f"reading_{decision.value}", collection_key, by=by, **{k: v for k, v in details.items() if v})
