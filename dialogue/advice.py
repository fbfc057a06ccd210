"""Advice: what the table says, to whom, on which goal. Only after rival readings; frozen once submitted."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.causal_words import say_causality
from dialogue.evidence import list_evidence
from dialogue.goal_choices import goal_labels
from dialogue.interpretations import count_rival_readings, list_interpretations
from dialogue.observations import Observation, list_observations
from dialogue.refusals import Faults, Refused
from dialogue.roundtables import Roundtable, find_roundtable, open_for_work
from dialogue.states import can_play, load_machine
from faults import PersonFault
from safeguards import audit
from safeguards.access import NotAllowed, Viewer
from storage.tables.base import now
from storage.tables.dialogue import AdviceRow

RESULT_TYPES = {
    "tell_and_add": "Vertellen en toevoegen: ervaringen naast cijfers",
    "test_and_advise": "Doelen toetsen en adviseren",
    "follow_up": "Vervolgonderzoek voorstellen",
}
RIVAL_READINGS = 2
QUOTE_LENGTH = 60
ADDRESSEE_LONGEST = 200


class AdviceRefused(Refused):
    """An advice cannot be stored or submitted; a sentence for each field, or for what the table still misses."""


class AdviceUnknown(PersonFault):
    """There is no advice with this id."""

    def __init__(self) -> None:
        super().__init__("Dit advies bestaat niet (meer). Laad de pagina opnieuw.")


@dataclass(frozen=True)
class Advice:
    """One advice. result_type: a key of RESULT_TYPES; goal: an id. stop_doing and dissent may be "".

    notices: what readers should know, such as a word that claims a cause. They never block.
    """

    id: int
    roundtable_id: int
    result_type: str
    addressee: str
    goal: str
    text: str
    stop_doing: str
    dissent: str
    written_on: date
    submitted_on: date | None
    notices: tuple[str, ...]

    @property
    def is_submitted(self) -> bool:
        """Whether it is frozen."""
        return self.submitted_on is not None


def find_blockers(session: Session, roundtable_id: int, *, viewer: Viewer) -> list[str]:
    """What the table must still do before it may advise, a sentence each; empty when it may.

    At least one thing on the table, one observation, and for each observation two readings that differ.
    """
    sentences = []
    if all(one.card is None for one in list_evidence(session, roundtable_id, viewer=viewer)):
        sentences.append("Er ligt nog geen bewijs op tafel. Leg eerst een verhaal, een cijfer of een beeld neer.")
    observations = list_observations(session, roundtable_id, viewer=viewer)
    if not observations:
        sentences.append("Er staat nog geen observatie. Schrijf eerst op wat jullie zien.")
    readings = list_interpretations(session, roundtable_id, viewer=viewer)
    for observation in observations:
        n_readings = count_rival_readings(readings.get(observation.id, []))
        if n_readings < RIVAL_READINGS:
            sentences.append(_say_missing_reading(observation, n_readings))
    return sentences


def save_advice(
    session: Session,
    roundtable_id: int,
    *,
    result_type: str,
    addressee: str,
    goal: str,
    text: str,
    stop_doing: str = "",
    dissent: str = "",
    by: Viewer,
    advice_id: int | None = None,
) -> Advice:
    """Store a new advice, or change one that was not submitted (advice_id). The caller commits.

    A new advice with the same fields as one that is there gives that one back, so that a double
    click is one advice. Raises AdviceRefused with a sentence for each field and for each observation
    that still needs another reading; AdviceUnknown, RoundtableClosed or NotAllowed.
    """
    roundtable = open_for_work(session, roundtable_id, "write_advice", by=by, touches_ground=False)
    row = None if advice_id is None else _find_row(session, advice_id, roundtable_id)
    if row is not None:
        _refuse_submitted(row)
    faults = Faults()
    fields = {
        "result_type": faults.need_choice("result_type", result_type, RESULT_TYPES, "Kies wat voor advies dit is."),
        "addressee": faults.need_text(
            "addressee", addressee, "Vul in aan wie het advies gericht is.", longest=ADDRESSEE_LONGEST
        ),
        "goal": _check_goal(faults, session, roundtable, goal),
        "text": faults.need_text("text", text, "Schrijf het advies op."),
        "stop_doing": faults.check_length("stop_doing", stop_doing),
        "dissent": faults.check_length("dissent", dissent),
    }
    _note_blockers(faults, session, roundtable_id, by)
    faults.refuse(AdviceRefused)
    if row is None:
        row = _find_same(session, roundtable_id, fields)
    if row is None:
        row = AdviceRow(roundtable_id=roundtable_id, created_by=by.name, **fields)
        session.add(row)
    elif all(getattr(row, name) == value for name, value in fields.items()):
        return _to_advice(row)
    for name, value in fields.items():
        setattr(row, name, value)
    session.flush()
    audit.record(
        session, "save_advice", f"roundtable {roundtable_id}", by=by.name, advice=row.id, result_type=result_type
    )
    return _to_advice(row)


def submit_advice(session: Session, advice_id: int, *, by: Viewer) -> Advice:
    """Submit an advice: from now on it, and what it rests on, never changes. The caller commits.

    Only the penvoerder submits. Submitting twice is submitting once. Raises AdviceRefused when the
    table still misses a reading, AdviceUnknown, RoundtableClosed or NotAllowed.
    """
    row = session.get(AdviceRow, advice_id)
    if row is None:
        raise AdviceUnknown
    roundtable = find_roundtable(session, row.roundtable_id, viewer=by)
    if not may_submit(by, roundtable):
        raise NotAllowed("submit_advice")
    if row.submitted_at is not None:
        return _to_advice(row)
    open_for_work(session, row.roundtable_id, "write_advice", by=by, touches_ground=False)
    session.refresh(row)
    if row.submitted_at is None:
        faults = Faults()
        _note_blockers(faults, session, row.roundtable_id, by)
        faults.refuse(AdviceRefused)
        row.submitted_at = now()
        session.flush()
        audit.record(session, "submit_advice", f"roundtable {row.roundtable_id}", by=by.name, advice=row.id)
    return _to_advice(row)


def may_submit(viewer: Viewer, roundtable: Roundtable) -> bool:
    """Whether somebody plays the penvoerder in the collection of this table."""
    move = load_machine().find_move("advies_in_concept", "advies_ingediend")
    return move is not None and can_play(viewer, move.by, roundtable.assignment.collection_id)


def list_advice(session: Session, roundtable_id: int, *, viewer: Viewer) -> list[Advice]:
    """The advice of a table, in the order in which it was written. Raises NotAllowed."""
    find_roundtable(session, roundtable_id, viewer=viewer)
    query = select(AdviceRow).where(AdviceRow.roundtable_id == roundtable_id).order_by(AdviceRow.id)
    return [_to_advice(row) for row in session.scalars(query)]


def _say_missing_reading(observation: Observation, n_readings: int) -> str:
    quote = observation.text if len(observation.text) <= QUOTE_LENGTH else f"{observation.text[:QUOTE_LENGTH]}…"
    state = "nog geen duiding" if n_readings == 0 else "nog maar één duiding"
    next_step = "Schrijf er twee op die van elkaar verschillen." if n_readings == 0 else "Schrijf ook een andere op."
    return f'Observatie {observation.number} ("{quote}") heeft {state}. {next_step}'


def _note_blockers(faults: Faults, session: Session, roundtable_id: int, viewer: Viewer) -> None:
    blockers = find_blockers(session, roundtable_id, viewer=viewer)
    if blockers:
        faults.add("roundtable", " ".join(blockers))


def _check_goal(faults: Faults, session: Session, roundtable: Roundtable, goal: str) -> str:
    known = goal_labels(session, roundtable.assignment.collection_id)
    if not goal:
        faults.add("goal", "Kies bij welk doel het advies hoort.")
    elif goal not in known:
        faults.add("goal", f'Doel "{goal}" staat niet in deze verzameling. Kies een doel uit de lijst.')
    return goal


def _find_row(session: Session, advice_id: int, roundtable_id: int) -> AdviceRow:
    row = session.get(AdviceRow, advice_id, populate_existing=True)
    if row is None or row.roundtable_id != roundtable_id:
        raise AdviceUnknown
    return row


def _refuse_submitted(row: AdviceRow) -> None:
    if row.submitted_at is not None:
        raise AdviceRefused(
            {"advice": "Dit advies is ingediend en kan niet meer veranderen. Schrijf een nieuw advies."}
        )


def _find_same(session: Session, roundtable_id: int, fields: dict[str, str]) -> AdviceRow | None:
    return session.scalars(select(AdviceRow).filter_by(roundtable_id=roundtable_id, **fields)).first()


def _to_advice(row: AdviceRow) -> Advice:
    notice = say_causality(row.text)
    return Advice(
        id=row.id,
        roundtable_id=row.roundtable_id,
        result_type=row.result_type,
        addressee=row.addressee,
        goal=row.goal,
        text=row.text,
        stop_doing=row.stop_doing,
        dissent=row.dissent,
        written_on=row.created_at.date(),
        submitted_on=row.submitted_at.date() if row.submitted_at else None,
        notices=(notice,) if notice else (),
    )
