"""The audit log: append-only, each row chained to the one before it by a hash."""

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables.audit import AuditRow
from storage.tables.base import now

FIRST_HASH = "0" * 64


def record(session: Session, action: str, subject: str, *, by: str, **details: Any) -> None:
    """Add one line. details: counts, codes and ids only, never story text or a teller's words."""
    last = session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1).with_for_update()).first()
    row = AuditRow(
        at=now(),
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
    """Walk the whole chain; the id of the first row that does not fit, or None when all is well."""
    previous = FIRST_HASH
    for row in session.scalars(select(AuditRow).order_by(AuditRow.id)):
        if row.previous_hash != previous or row.hash != _row_hash(row):
            return row.id
        previous = row.hash
    return None


def _row_hash(row: AuditRow) -> str:
    content = [row.at.isoformat(), row.who, row.action, row.subject, row.details, row.previous_hash]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
