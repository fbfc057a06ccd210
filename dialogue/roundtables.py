"""A duidingstafel on an assignment, and who may open it to look or to work."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.assignments import Assignment, AssignmentUnknown, find_assignment, read_assignment
from dialogue.refusals import Faults, Refused, is_same_text
from faults import PersonFault
from safeguards import audit
from safeguards.access import Viewer, require_action, require_seat
from storage.tables.dialogue import AdviceRow, AssignmentRow, RoundtableRow

TITLE_LONGEST = 200


class RoundtableRefused(Refused):
    """A roundtable cannot be made; a sentence for each field."""


class RoundtableUnknown(PersonFault):
    """There is no roundtable with this id."""

    def __init__(self) -> None:
        super().__init__("Deze duidingstafel bestaat niet (meer). Ga terug naar het register.")


class RoundtableClosed(PersonFault):
    """Nothing at this table may change any more; the sentence says why."""


@dataclass(frozen=True)
class Roundtable:
    """One roundtable with the assignment it works on. held_on is None while no date was chosen."""

    id: int
    title: str
    held_on: date | None
    assignment: Assignment
    has_submitted_advice: bool

    @property
    def is_open(self) -> bool:
        """Whether observations, interpretations and evidence may still change."""
        return self.assignment.is_open and not self.has_submitted_advice


def make_roundtable(
    session: Session, assignment_id: int, *, title: str, held_on: date | None = None, by: Viewer
) -> Roundtable:
    """Make a roundtable on an assignment that is open. The caller commits.

    The same title and date on the same assignment again gives the one that is there.
    Raises RoundtableRefused, RoundtableClosed or NotAllowed.
    """
    row = session.scalars(select(AssignmentRow).where(AssignmentRow.id == assignment_id).with_for_update()).first()
    if row is None:
        raise AssignmentUnknown
    require_action(by, "prepare_roundtable", row.collection_id)
    assignment = find_assignment(session, assignment_id, viewer=by)
    _refuse_closed_assignment(assignment)
    faults = Faults()
    title = faults.need_text("title", title, "Geef de duidingstafel een titel.", longest=TITLE_LONGEST)
    faults.refuse(RoundtableRefused)
    for earlier in session.scalars(select(RoundtableRow).filter_by(assignment_id=assignment_id, held_on=held_on)):
        if is_same_text(earlier.title, title):
            return _to_roundtable(session, earlier, assignment)
    table = RoundtableRow(assignment_id=assignment_id, title=title, held_on=held_on)
    session.add(table)
    session.flush()
    audit.record(session, "make_roundtable", f"roundtable {table.id}", by=by.name, assignment=assignment_id)
    return _to_roundtable(session, table, assignment)


def find_roundtable(session: Session, roundtable_id: int, *, viewer: Viewer) -> Roundtable:
    """One roundtable, to look at. Raises RoundtableUnknown or NotAllowed."""
    row = session.get(RoundtableRow, roundtable_id)
    if row is None:
        raise RoundtableUnknown
    assignment = read_assignment(session, row.assignment_id)
    require_seat(viewer, assignment.collection_id, row.id)
    return _to_roundtable(session, row, assignment)


def list_roundtables(session: Session, assignment_id: int, *, viewer: Viewer) -> list[Roundtable]:
    """The roundtables of an assignment, in the order in which they were made. Raises NotAllowed."""
    assignment = find_assignment(session, assignment_id, viewer=viewer)
    query = select(RoundtableRow).where(RoundtableRow.assignment_id == assignment_id).order_by(RoundtableRow.id)
    return [_to_roundtable(session, row, assignment) for row in session.scalars(query)]


def list_tables_for(session: Session, collection_id: int, *, viewer: Viewer) -> list[Roundtable]:
    """The roundtables of a collection at which this person may look, newest first; none is fine."""
    query = (
        select(RoundtableRow)
        .join(AssignmentRow, AssignmentRow.id == RoundtableRow.assignment_id)
        .where(AssignmentRow.collection_id == collection_id)
        .order_by(RoundtableRow.id.desc())
    )
    return [
        _to_roundtable(session, row, read_assignment(session, row.assignment_id))
        for row in session.scalars(query)
        if viewer.can_sit_at(collection_id, row.id)
    ]


def open_for_work(
    session: Session, roundtable_id: int, action: str, *, by: Viewer, touches_ground: bool = True
) -> Roundtable:
    """A roundtable that this person may change now, locked until the caller commits.

    The lock makes two clicks at once wait for each other, so that the second finds what the first
    has stored. touches_ground: whether the change is in what an advice rests on (evidence,
    observations, interpretations); that is fixed as soon as one advice was submitted.
    Raises RoundtableUnknown, NotAllowed or RoundtableClosed.
    """
    row = session.scalars(select(RoundtableRow).where(RoundtableRow.id == roundtable_id).with_for_update()).first()
    if row is None:
        raise RoundtableUnknown
    roundtable = find_roundtable(session, roundtable_id, viewer=by)
    require_action(by, action, roundtable.assignment.collection_id)
    _refuse_closed_assignment(roundtable.assignment)
    if touches_ground and roundtable.has_submitted_advice:
        raise RoundtableClosed(
            "Aan deze tafel is een advies ingediend. Het bewijs, de observaties en de duidingen liggen daarmee vast. "
            "Maak een nieuwe duidingstafel om verder te praten."
        )
    return roundtable


def _refuse_closed_assignment(assignment: Assignment) -> None:
    if not assignment.is_open:
        raise RoundtableClosed(
            f'De opdracht staat op "{assignment.state_label}". Aan de tafel kan nu niets veranderen. '
            "Kijk in het register wat de volgende stap is."
        )


def _to_roundtable(session: Session, row: RoundtableRow, assignment: Assignment) -> Roundtable:
    submitted = select(AdviceRow.id).where(AdviceRow.roundtable_id == row.id, AdviceRow.submitted_at.is_not(None))
    return Roundtable(
        id=row.id,
        title=row.title,
        held_on=row.held_on,
        assignment=assignment,
        has_submitted_advice=session.scalar(submitted.limit(1)) is not None,
    )
