"""Withdrawal: a story goes, everywhere, and leaves an empty line in the audit log."""

from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from safeguards import audit
from safeguards.receipts import hash_receipt_code
from storage.engine import leaves_traces
from storage.tables.dialogue import EvidenceRow
from storage.tables.processing import SuggestedThemeRow, ThemeMembershipRow
from storage.tables.stories import StoryRow, WithdrawnRow


def find_story_by_code(session: Session, code: str) -> str | None:
    """The story that a receipt code opens; None for a code that opens nothing (any more)."""
    return session.scalar(select(StoryRow.id).where(StoryRow.receipt_hash == hash_receipt_code(code)))


def withdraw_by_code(session: Session, code: str) -> bool:
    """Withdraw the story that a receipt code opens; False when it opens none. The caller commits."""
    story_id = find_story_by_code(session, code)
    if story_id is None:
        return False
    withdraw_story(session, story_id, by="teller")
    return True


def withdraw_story(session: Session, story_id: str, *, by: str) -> None:
    """Remove a story with everything made of it, as `remove_story`, and leave an empty line in the log."""
    remove_story(session, story_id)
    audit.record(session, "withdraw_story", "", by=by)


def remove_story(session: Session, story_id: str) -> None:
    """Remove a story with everything made of it: original, masked text, answers, lemmas, embedding,
    tags, theme membership, reading, requests, and its place among evidence, where only the mark stays. On SQLite
    it is then also wiped from the log beside the database; backups are for whoever keeps them.
    What stays is the hash of its submission, so that a file or a phone cannot bring it back.
    The caller writes the line in the audit log.
    """
    leaves_traces(session)
    _forget_evidence(session, story_id)
    forget_in_themes(session, story_id)
    story = session.get_one(StoryRow, story_id)
    session.merge(WithdrawnRow(submission_hash=story.submission_hash))  # it may be marked already
    # The rest hangs on the story's row and goes with it.
    session.execute(delete(StoryRow).where(StoryRow.id == story_id))


def _forget_evidence(session: Session, story_id: str) -> None:
    session.execute(
        update(EvidenceRow)
        .where(EvidenceRow.story_id == story_id)
        .values(story_id=None, frozen=None, withdrawn_on=date.today())
    )


def forget_in_themes(session: Session, story_id: str) -> None:
    """Take a story out of the size and the examples of its themes; its membership is the caller's."""
    themes = select(ThemeMembershipRow.theme_id).where(ThemeMembershipRow.story_id == story_id)
    # Locked, so that two stories withdrawn at the same time both count.
    for theme in session.scalars(select(SuggestedThemeRow).where(SuggestedThemeRow.id.in_(themes)).with_for_update()):
        theme.size -= 1
        theme.examples = [example for example in theme.examples if example != story_id]
