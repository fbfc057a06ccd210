"""Interpretations: rival readings of one observation, by perspective and never by person."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.observations import THE_TABLE, open_observation
from dialogue.perspectives import perspectives_at_table
from dialogue.refusals import Faults, Refused, is_same_text, plain_text
from dialogue.roundtables import find_roundtable
from faults import PersonFault
from safeguards import audit
from safeguards.access import Viewer
from storage.tables.collections import CollectionRow
from storage.tables.dialogue import AssignmentRow, InterpretationRow, ObservationRow, RoundtableRow
from stories.collections import load_stored_framework
from stories.framework import SignificationFramework


class InterpretationRefused(Refused):
    """An interpretation cannot be stored; a sentence for each field."""


class InterpretationUnknown(PersonFault):
    """There is no interpretation with this id."""

    def __init__(self) -> None:
        super().__init__("Deze duiding bestaat niet (meer). Laad de pagina opnieuw.")


@dataclass(frozen=True)
class Interpretation:
    """One reading. would_change_our_mind is "" when the table did not write it down."""

    id: int
    observation_id: int
    perspective: str
    text: str
    would_change_our_mind: str


def add_interpretation(
    session: Session,
    observation_id: int,
    *,
    perspective: str,
    text: str,
    would_change_our_mind: str = "",
    by: Viewer,
) -> Interpretation:
    """Write down how an observation reads from one side. The caller commits.

    perspective: an id of `perspectives_at_table`. The same text from the same side again gives the
    reading that is there. Raises InterpretationRefused, ObservationUnknown, RoundtableClosed or NotAllowed.
    """
    observation = open_observation(session, observation_id, by=by)
    text, would_change_our_mind = _check_fields(session, observation, perspective, text, would_change_our_mind)
    for earlier in session.scalars(select(InterpretationRow).filter_by(observation_id=observation_id)):
        if earlier.perspective == perspective and is_same_text(earlier.text, text):
            return _to_interpretation(earlier)
    row = InterpretationRow(
        observation_id=observation_id,
        perspective=perspective,
        text=text,
        would_change_our_mind=would_change_our_mind,
    )
    session.add(row)
    session.flush()
    _record(session, "add_interpretation", observation)
    return _to_interpretation(row)


def edit_interpretation(
    session: Session,
    interpretation_id: int,
    *,
    perspective: str,
    text: str,
    would_change_our_mind: str = "",
    by: Viewer,
) -> Interpretation:
    """Change a reading. The caller commits. Raises as `add_interpretation`, or InterpretationUnknown."""
    row = session.get(InterpretationRow, interpretation_id)
    if row is None:
        raise InterpretationUnknown
    observation = open_observation(session, row.observation_id, by=by)
    text, would_change_our_mind = _check_fields(session, observation, perspective, text, would_change_our_mind)
    if (row.perspective, row.text, row.would_change_our_mind) != (perspective, text, would_change_our_mind):
        row.perspective, row.text, row.would_change_our_mind = perspective, text, would_change_our_mind
        _record(session, "edit_interpretation", observation)
    return _to_interpretation(row)


def list_interpretations(session: Session, roundtable_id: int, *, viewer: Viewer) -> dict[int, list[Interpretation]]:
    """The readings of a table by observation id, in the order in which they were made. Raises NotAllowed."""
    find_roundtable(session, roundtable_id, viewer=viewer)
    query = (
        select(InterpretationRow)
        .join(ObservationRow, ObservationRow.id == InterpretationRow.observation_id)
        .where(ObservationRow.roundtable_id == roundtable_id)
        .order_by(InterpretationRow.id)
    )
    readings: dict[int, list[Interpretation]] = defaultdict(list)
    for row in session.scalars(query):
        readings[row.observation_id].append(_to_interpretation(row))
    return dict(readings)


def count_rival_readings(readings: list[Interpretation]) -> int:
    """How many different readings there are; the same words from two sides are one reading."""
    return len({plain_text(reading.text) for reading in readings})


def _check_fields(
    session: Session, observation: ObservationRow, perspective: str, text: str, would_change_our_mind: str
) -> tuple[str, str]:
    faults = Faults()
    sides = perspectives_at_table(_framework_of(session, observation.roundtable_id))
    faults.need_choice("perspective", perspective, sides, "Kies van welke kant deze duiding komt.")
    text = faults.need_text("text", text, "Schrijf op hoe jullie dit lezen.")
    would_change_our_mind = faults.check_length("would_change_our_mind", would_change_our_mind)
    faults.refuse(InterpretationRefused)
    return text, would_change_our_mind


def _framework_of(session: Session, roundtable_id: int) -> SignificationFramework:
    framework_id = session.scalars(
        select(CollectionRow.framework_id)
        .join(AssignmentRow, AssignmentRow.collection_id == CollectionRow.id)
        .join(RoundtableRow, RoundtableRow.assignment_id == AssignmentRow.id)
        .where(RoundtableRow.id == roundtable_id)
    ).one()
    return load_stored_framework(session, framework_id)


def _record(session: Session, action: str, observation: ObservationRow) -> None:
    audit.record(session, action, f"roundtable {observation.roundtable_id}", by=THE_TABLE, observation=observation.id)


def _to_interpretation(row: InterpretationRow) -> Interpretation:
    return Interpretation(row.id, row.observation_id, row.perspective, row.text, row.would_change_our_mind)
