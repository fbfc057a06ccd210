"""How an assignment came where it is: every move with its public reason, out of the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.states import load_machine
from storage.tables.audit import AuditRow


@dataclass(frozen=True)
class Move:
    """One move. origin and to: names of states. It does not say who made it: the register is public."""

    on: date
    origin: str
    to: str
    reason: str = ""
    reason_code: str = ""
    confirmed: str = ""
    previous_question: str = ""

    @property
    def sentence(self) -> str:
        """The public reason as people read it; empty when the move asked for none."""
        why = load_machine().return_reasons.get(self.reason_code, "")
        return ": ".join(part for part in (why, self.reason or self.confirmed) if part)


def list_moves(session: Session, assignment_ids: Sequence[int]) -> dict[int, list[Move]]:
    """The moves of each of these assignments, oldest first; an assignment that never moved has none."""
    subjects = {f"assignment {assignment_id}": assignment_id for assignment_id in assignment_ids}
    rows = session.scalars(
        select(AuditRow)
        .where(AuditRow.action == "move_assignment", AuditRow.subject.in_(subjects))
        .order_by(AuditRow.id)
    )
    moves: dict[int, list[Move]] = {assignment_id: [] for assignment_id in assignment_ids}
    for row in rows:
        moves[subjects[row.subject]].append(Move(on=row.at.date(), **row.details))
    return moves
