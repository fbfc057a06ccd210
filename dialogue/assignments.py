"""Assignments: a commissioner's question to the duidingstafel, and its way through the states."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.goal_choices import goal_labels
from dialogue.refusals import Faults, Refused, is_same_text
from dialogue.states import State, Transition, can_play, load_machine
from faults import PersonFault
from safeguards import audit
from safeguards.access import NotAllowed, Viewer, require_action
from storage.tables.collections import CollectionRow
from storage.tables.dialogue import AdviceRow, AssignmentRow, RoundtableRow

SCALES = {
    "buurt": "Buurt of wijk",
    "gemeente": "Gemeente",
    "regio": "Regio",
    "bovenregionaal": "Bovenregionaal",
}
KINDS = {"monitoring": "Monitoring: komt elke ronde terug", "thematisch": "Thematisch: een eenmalige vraag"}
# What the outcome may be used for: to learn and to improve. Judging persons or organisations is
# not in this list, and nothing outside the list is accepted.
USES = {
    "leren": "Leren: begrijpen wat er gebeurt",
    "verbeteren": "Verbeteren: samen iets anders gaan doen",
    "doelen_toetsen": "Doelen toetsen: zien of we dichter bij een doel komen",
    "vraag_verdiepen": "Verdiepen: weten wat er verder onderzocht moet worden",
}
COMMISSIONER_LONGEST = 200
MOVE_TEXT_LONGEST = 1000


class AssignmentRefused(Refused):
    """An assignment cannot be filed; a sentence for each field that is missing or wrong."""


class AssignmentUnknown(PersonFault):
    """There is no assignment with this id."""

    def __init__(self) -> None:
        super().__init__("Deze opdracht bestaat niet (meer). Ga terug naar het register.")


class MoveRefused(Refused):
    """An assignment cannot go to this state, or something that the move asks is missing."""


@dataclass(frozen=True)
class Assignment:
    """One assignment. goals: ids, scale, kind, intended_use: keys of the lists above; state: see states."""

    id: int
    collection_id: int
    commissioner: str
    question: str
    goals: tuple[str, ...]
    scale: str
    kind: str
    intended_use: str
    state: str
    filed_by: str
    filed_on: date

    @property
    def state_label(self) -> str:
        """The state as people read it."""
        return load_machine().states[self.state].label

    @property
    def is_open(self) -> bool:
        """Whether people may work at its tables."""
        return load_machine().states[self.state].is_open


def file_assignment(
    session: Session,
    collection_id: int,
    *,
    commissioner: str,
    question: str,
    goals: Sequence[str],
    scale: str,
    kind: str,
    intended_use: str,
    by: Viewer,
) -> Assignment:
    """File a question for the duidingstafel. The caller commits.

    Whoever sees the table may file; the same person filing the very same question again, while it
    still waits, gets the first one back, so that a double click is one assignment.
    Raises AssignmentRefused with a sentence for each missing or wrong field.
    """
    require_action(by, "see_roundtable", collection_id)
    faults = Faults()
    commissioner = faults.need_text(
        "commissioner",
        commissioner,
        "Vul in wie de opdracht geeft. Zonder opdrachtgever is er niemand die antwoord geeft op het advies.",
        longest=COMMISSIONER_LONGEST,
    )
    question = faults.need_text("question", question, "Schrijf de vraag op die de tafel moet beantwoorden.")
    chosen = _check_goals(faults, session, collection_id, goals)
    faults.need_choice("scale", scale, SCALES, "Kies voor welk gebied de vraag geldt.")
    faults.need_choice("kind", kind, KINDS, "Kies of de vraag elke ronde terugkomt of eenmalig is.")
    faults.need_choice("intended_use", intended_use, USES, "Kies waarvoor de uitkomst gebruikt wordt.")
    faults.refuse(AssignmentRefused)
    # Two clicks at once wait for each other here, and the second finds what the first has stored.
    session.scalars(select(CollectionRow).where(CollectionRow.id == collection_id).with_for_update()).one()
    facts = {
        "commissioner": commissioner,
        "scale": scale,
        "kind": kind,
        "intended_use": intended_use,
        "created_by": by.name,
        "state": load_machine().initial,
    }
    waiting = session.scalars(select(AssignmentRow).filter_by(collection_id=collection_id, **facts))
    for earlier in waiting:
        if is_same_text(earlier.question, question) and tuple(earlier.goals) == chosen:
            return _to_assignment(earlier)
    row = AssignmentRow(collection_id=collection_id, question=question, goals=list(chosen), **facts)
    session.add(row)
    session.flush()
    audit.record(session, "file_assignment", _subject(row.id), by=by.name, collection=collection_id, state=row.state)
    return _to_assignment(row)


def find_assignment(session: Session, assignment_id: int, *, viewer: Viewer) -> Assignment:
    """One assignment. Raises AssignmentUnknown, or NotAllowed for who does not see its collection's tables."""
    row = session.get(AssignmentRow, assignment_id)
    if row is None:
        raise AssignmentUnknown
    require_action(viewer, "see_roundtable", row.collection_id)
    return _to_assignment(row)


def read_assignment(session: Session, assignment_id: int) -> Assignment:
    """One assignment, without a look at who asks: for whoever asked already. Raises AssignmentUnknown."""
    row = session.get(AssignmentRow, assignment_id)
    if row is None:
        raise AssignmentUnknown
    return _to_assignment(row)


def list_assignments(session: Session, collection_id: int, *, viewer: Viewer) -> list[Assignment]:
    """The assignments of a collection, newest first. Raises NotAllowed."""
    require_action(viewer, "see_roundtable", collection_id)
    query = select(AssignmentRow).where(AssignmentRow.collection_id == collection_id).order_by(AssignmentRow.id.desc())
    return [_to_assignment(row) for row in session.scalars(query)]


def move_assignment(
    session: Session,
    assignment_id: int,
    *,
    to: str,
    by: Viewer,
    reason: str = "",
    reason_code: str = "",
    question: str = "",
    confirmed: bool = False,
) -> Assignment:
    """Move an assignment to its next state. The caller commits.

    reason: what the move asks to be written down: a reason, a follow-up question, an answer; public.
    reason_code: a key of `return_reasons`, for giving back. question: the new text, for a new version.
    confirmed: whether the person states what the move asks to be stated.
    Moving to the state that it is in already changes nothing, so a double click is one move.
    Raises MoveRefused with a sentence for each field, NotAllowed when the move is someone else's.
    """
    row = session.scalars(select(AssignmentRow).where(AssignmentRow.id == assignment_id).with_for_update()).first()
    if row is None:
        raise AssignmentUnknown
    require_action(by, "see_roundtable", row.collection_id)
    if row.state == to:
        return _to_assignment(row)
    move = find_legal_move(row.state, to)
    if not can_play(by, move.by, row.collection_id):
        raise NotAllowed(f"move_assignment:{to}")
    details = _check_move(move, row, reason=reason, reason_code=reason_code, question=question, confirmed=confirmed)
    if to == "advies_ingediend" and not _has_submitted_advice(session, row.id):
        raise MoveRefused({"to": "Er is nog geen advies ingediend. Dien eerst aan de tafel een advies in."})
    if "previous_question" in details:
        row.question = question.strip()
    audit.record(session, "move_assignment", _subject(row.id), by=by.name, origin=row.state, to=to, **details)
    row.state = to
    session.flush()
    return _to_assignment(row)


def find_legal_move(origin: str, to: str) -> Transition:
    """The move between two states. Raises MoveRefused with where an assignment can go instead."""
    machine = load_machine()
    move = machine.find_move(origin, to)
    if move is not None:
        return move
    here = _label(machine.states.get(origin), origin)
    options = [machine.states[option.to].label for option in machine.moves_from(origin)]
    instead = f"Dat kan wel naar: {', '.join(options)}." if options else "Hier eindigt een opdracht."
    raise MoveRefused(
        {"to": f'Van "{here}" kan een opdracht niet naar "{_label(machine.states.get(to), to)}". {instead}'}
    )


def _check_goals(faults: Faults, session: Session, collection_id: int, goals: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(goals))
    if not chosen:
        faults.add("goals", "Kies ten minste één doel waar de vraag bij hoort.")
        return chosen
    known = goal_labels(session, collection_id)
    for goal in chosen:
        if goal not in known:
            faults.add("goals", f'Doel "{goal}" staat niet in deze verzameling. Kies een doel uit de lijst.')
    return chosen


def _check_move(
    move: Transition, row: AssignmentRow, *, reason: str, reason_code: str, question: str, confirmed: bool
) -> dict[str, str]:
    """What goes with the move into the audit log. Raises MoveRefused."""
    faults, details = Faults(), {}
    if move.confirm:
        if not confirmed:
            faults.add("confirmed", f"Bevestig eerst: {move.confirm}")
        details["confirmed"] = move.confirm
    if move.asks is not None:
        details["reason"] = faults.need_text("reason", reason, move.asks.missing, longest=MOVE_TEXT_LONGEST)
        if move.asks.name == "reason_code":
            details["reason_code"] = faults.need_choice(
                "reason_code",
                reason_code,
                load_machine().return_reasons,
                "Kies waarom de opdracht teruggaat: de inhoud of een spelregel.",
            )
        if move.asks.name == "new_version":
            _check_new_question(faults, row, question)
            details["previous_question"] = row.question
    faults.refuse(MoveRefused)
    return details


def _check_new_question(faults: Faults, row: AssignmentRow, question: str) -> None:
    asked = faults.need_text("question", question, "Schrijf de nieuwe vraag op.")
    if asked and is_same_text(asked, row.question):
        faults.add("question", "De vraag is nog dezelfde. Pas de vraag aan voordat de opdracht terugkomt.")


def _has_submitted_advice(session: Session, assignment_id: int) -> bool:
    submitted = (
        select(AdviceRow.id)
        .join(RoundtableRow, RoundtableRow.id == AdviceRow.roundtable_id)
        .where(RoundtableRow.assignment_id == assignment_id, AdviceRow.submitted_at.is_not(None))
        .limit(1)
    )
    return session.scalar(submitted) is not None


def _label(state: State | None, name: str) -> str:
    return state.label if state else name


def _subject(assignment_id: int) -> str:
    return f"assignment {assignment_id}"


def _to_assignment(row: AssignmentRow) -> Assignment:
    return Assignment(
        id=row.id,
        collection_id=row.collection_id,
        commissioner=row.commissioner,
        question=row.question,
        goals=tuple(row.goals),
        scale=row.scale,
        kind=row.kind,
        intended_use=row.intended_use,
        state=row.state,
        filed_by=row.created_by,
        filed_on=row.created_at.date(),
    )
