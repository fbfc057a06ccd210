"""The audit log as a file, one line of JSON a row and the tip last; and the log checked beside such a file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from faults import PersonFault
from safeguards import audit
from storage.tables.audit import AuditRow

HIDDEN = "andere verzameling"


class AuditFault(PersonFault):
    """The log is not whole, or the file beside it is none of ours; the sentence says where and what to do."""


@dataclass(frozen=True)
class AuditCheck:
    """The outcome of a check that found nothing wrong. was_compared: a tip noted elsewhere was looked up too."""

    n_rows: int
    tip_hash: str
    was_compared: bool


def check_log(session: Session, *, noted: tuple[int, str] | None = None) -> AuditCheck:
    """Walk the chain and look up a tip that was noted elsewhere. Raises AuditFault where it breaks."""
    broken = audit.first_broken_row(session)
    if broken is not None:
        raise AuditFault(f"Het logboek klopt niet vanaf regel {broken}. Meld dit bij de privacyfunctionaris.")
    count, tip_hash = audit.tip(session)
    if noted is not None and not audit.has_tip(session, noted):
        raise AuditFault(
            f"Het logboek is niet meer het logboek dat is genoteerd: daarin stonden {noted[0]} regels, en die staan "
            "er niet allemaal meer zo in. Er zijn regels weggehaald of vervangen. Meld dit bij de privacyfunctionaris."
        )
    return AuditCheck(count, tip_hash, noted is not None)


def write_log(session: Session, path: Path) -> AuditCheck:
    """Write the whole log to a file: for whoever keeps the installation. Raises AuditFault for a broken log."""
    checked = check_log(session)
    with path.open("w", encoding="utf-8") as file:
        for row in audit.read_rows(session):
            file.write(_to_line(_describe_row(row)))
        file.write(_to_line(_describe_tip(checked)))
    return checked


def export_for_collection(session: Session, *, collection_key: str, collection_id: int) -> str:
    """The log as the privacy officer of one collection may have it.

    Lines about that collection are whole. Of every other line only the day and the two hashes are there:
    enough to see that the chain is, not what happened elsewhere. Raises AuditFault for a broken log.
    """
    checked = check_log(session)
    lines = []
    for row in audit.read_rows(session):
        is_here = row.subject == collection_key or row.details.get("collection") in (collection_key, collection_id)
        lines.append(_describe_row(row) if is_here else _describe_hidden(row))
    return "".join(map(_to_line, [*lines, _describe_tip(checked)]))


def read_noted_tip(path: Path) -> tuple[int, str]:
    """The tip at the end of a file that `write_log` made. Raises AuditFault for another file."""
    fault = AuditFault(f"{path.name}: dit is geen uitvoer van het logboek. Kies een bestand van `audit export`.")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        noted = json.loads(lines[-1])["tip"]
        return int(noted["rows"]), str(noted["hash"])
    except FileNotFoundError as error:
        raise AuditFault(f"{path.name}: dit bestand bestaat niet. Kijk of de naam klopt.") from error
    except (ValueError, KeyError, IndexError, TypeError, OSError) as error:
        raise fault from error


def _describe_row(row: AuditRow) -> dict[str, Any]:
    names = ("id", "who", "action", "subject", "details", "previous_hash", "hash")
    return {"at": row.at.isoformat(), **{name: getattr(row, name) for name in names}}


def _describe_hidden(row: AuditRow) -> dict[str, Any]:
    about = {"id": row.id, "on": row.at.date().isoformat(), "hidden": HIDDEN}
    return {**about, "previous_hash": row.previous_hash, "hash": row.hash}


def _describe_tip(checked: AuditCheck) -> dict[str, Any]:
    return {"tip": {"rows": checked.n_rows, "hash": checked.tip_hash}}


def _to_line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
