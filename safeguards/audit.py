"""The audit log: append-only, each row chained to the one before it by a hash.

The database itself refuses to change or delete a row (a trigger, made by the migrations).
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storage.tables.audit import AuditRow
from storage.tables.base import now, start_of_day

FIRST_HASH = "0" * 64
TELLER = "teller"
LOCK = 7_281_002  # any number that is ours: PostgreSQL knows the lock by it


def record(session: Session, action: str, subject: str, *, by: str, **details: Any) -> None:
    """Add one line. details: counts, codes and ids only, never story text or a teller's words, nor the id
    of a story: the line stays when the story goes. (`vault_opening.mark_story` gives what may be written.)

    What a teller does is kept to the day, as is the story itself.
    """
    _wait_for_turn(session)
    last = session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).first()
    row = AuditRow(
        at=start_of_day(now()) if by == TELLER else now(),
        who=by,
        action=action,
        subject=subject,
        details=details,
        previous_hash=last.hash if last else FIRST_HASH,
        hash="",
    )
    row.hash = _row_hash(row)
    session.add(row)
    session.flush()


def first_broken_row(session: Session) -> int | None:
    """Walk the whole chain; the id of the first row that does not fit, or None when all is well.

    Finds a row that was changed, put in or taken out. It cannot find that the last rows were taken
    off, nor that somebody made the whole chain anew: for that, keep a `tip` elsewhere and look it
    up later with `has_tip`.
    """
    previous = FIRST_HASH
    for row in read_rows(session):
        if row.previous_hash != previous or row.hash != _row_hash(row):
            return row.id
        previous = row.hash
    return None


def read_rows(session: Session) -> Iterator[AuditRow]:
    """Every row, the oldest first, a thousand at a time."""
    yield from session.scalars(select(AuditRow).order_by(AuditRow.id).execution_options(yield_per=1000))


def tip(session: Session) -> tuple[int, str]:
    """How many rows there are and the hash of the last: to be noted outside the database, with each backup."""
    count = session.scalar(select(func.count(AuditRow.id))) or 0
    last = session.scalar(select(AuditRow.hash).order_by(AuditRow.id.desc()).limit(1))
    return count, last or FIRST_HASH


def has_tip(session: Session, noted: tuple[int, str]) -> bool:
    """Whether a tip noted earlier is still in the chain, with as many rows up to it as there were then."""
    count, noted_hash = noted
    row_id = session.scalar(select(AuditRow.id).where(AuditRow.hash == noted_hash))
    if row_id is None:
        return noted == (0, FIRST_HASH)
    return session.scalar(select(func.count(AuditRow.id)).where(AuditRow.id <= row_id)) == count


def _wait_for_turn(session: Session) -> None:
    # Two transactions that both read the same last row would fork the chain. SQLite has one writer
    # at a time; on PostgreSQL this lock lasts until the transaction ends. Locking the last row would
    # not do: whoever waited for it would still be looking at what was the last row before.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})


def _row_hash(row: AuditRow) -> str:
    content = [row.at.isoformat(), row.who, row.action, row.subject, row.details, row.previous_hash]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
