"""The list of withdrawn stories beside the database, so that an old backup cannot bring one back.

A backup is a picture of the past. Whoever withdrew since then must stay gone when it is put back, also
when the database is lost: so the marks of withdrawn submissions are written down in a small file as well,
one a line. A mark is the hash of a random number: it says nothing about a story or a teller, and the file
can be copied anywhere, as often as one likes.
"""

import fcntl
import os
import re
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from faults import PersonFault
from safeguards.withdrawal import withdraw_story
from storage.tables.stories import StoryRow, WithdrawnRow

LIST_FILE = "withdrawn.txt"
MARK = re.compile(r"[0-9a-f]{64}")


class WithdrawnListError(PersonFault):
    """A list of withdrawn stories cannot be read; the sentence names the line."""


def read_withdrawn_list(path: Path) -> frozenset[str]:
    """The marks in a list. Raises WithdrawnListError: a line that is skipped could bring a story back."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WithdrawnListError(
            f"{path.name}: deze lijst van ingetrokken verhalen is niet te lezen ({type(error).__name__}). "
            "Geef het bestand dat naast de database stond."
        ) from error
    marks = set()
    for number, line in enumerate(lines, start=1):
        if line.strip() and not MARK.fullmatch(line.strip()):
            raise WithdrawnListError(
                f"{path.name}, regel {number}: dit is geen merkteken van een ingetrokken verhaal "
                "(64 tekens 0-9 en a-f). Neem een ongeschonden kopie van de lijst."
            )
        marks.add(line.strip())
    return frozenset(marks - {""})


def keep_withdrawn_list(session: Session, folder: Path) -> int:
    """Add to the list in the folder what the database knows and the list does not; the number of new marks.

    Only adds: after an older backup was put back the list may know more than the database.
    """
    known = set(session.scalars(select(WithdrawnRow.submission_hash)))
    path = folder / LIST_FILE
    if not known and not path.exists():
        return 0
    # Locked, because the form and the worker may both have something to add.
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        new = sorted(known - set(text.split()))
        # A line that was cut off by a full disk must not swallow the first new one.
        start = "" if not text or text.endswith("\n") else "\n"
        if new:
            file.write(start + "".join(f"{mark}\n" for mark in new))
            file.flush()
            os.fsync(file.fileno())
    return len(new)


def mark_withdrawn(session: Session, marks: frozenset[str]) -> None:
    """Write marks into the database, also those whose story is not there: it may still be sent or imported."""
    known = set(session.scalars(select(WithdrawnRow.submission_hash)))
    session.add_all(WithdrawnRow(submission_hash=mark) for mark in sorted(marks - known))
    session.flush()


def has_marked_stories(session: Session) -> bool:
    """Whether a story is there although its mark says that it was withdrawn; cheap enough for every start."""
    return session.scalar(_marked().limit(1)) is not None


def remove_marked_stories(session: Session, *, by: str) -> int:
    """Withdraw every story that is there although its mark says that it was withdrawn; how many there were."""
    story_ids = list(session.scalars(_marked()))
    for story_id in story_ids:
        withdraw_story(session, story_id, by=by)
    return len(story_ids)


def _marked() -> Select[str]:
    return select(StoryRow.id).join(WithdrawnRow, WithdrawnRow.submission_hash == StoryRow.submission_hash)
