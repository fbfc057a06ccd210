"""Observations: what people at the table see, before anyone explains it."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.refusals import Faults, Refused, is_same_text
from dialogue.roundtables import find_roundtable, open_for_work
from faults import PersonFault
from safeguards import audit
from safeguards.access import Viewer
from storage.tables.dialogue import InterpretationRow, ObservationRow

# The log says that the table wrote something, not who held the pen: readings belong to nobody.
THE_TABLE = "duidingstafel"


class ObservationRefused(Refused):
    """An observation cannot be stored; a sentence for each field."""


class ObservationUnknown(PersonFault):
    """There is no observation with this id."""

    def __init__(self) -> None:
        super().__init__("Deze observatie bestaat niet (meer). Laad de pagina opnieuw.")


@dataclass(frozen=True)
class Observation:
    """One observation. number: its place at the table, from 1."""

    id: int
    roundtable_id: int
    number: int
    text: str


def add_observation(session: Session, roundtable_id: int, *, text: str, by: Viewer) -> Observation:
    """Write down what the table sees. The caller commits.

    The same text again gives the observation that is there. Raises ObservationRefused,
    RoundtableClosed or NotAllowed.
    """
    open_for_work(session, roundtable_id, "write_readings", by=by)
    text = _check_text(text)
    known = list_observations(session, roundtable_id, viewer=by)
    for earlier in known:
        if is_same_text(earlier.text, text):
            return earlier
    row = ObservationRow(roundtable_id=roundtable_id, text=text)
    session.add(row)
    session.flush()
    audit.record(session, "add_observation", f"roundtable {roundtable_id}", by=THE_TABLE, observation=row.id)
    return Observation(row.id, roundtable_id, len(known) + 1, text)


def edit_observation(session: Session, observation_id: int, *, text: str, by: Viewer) -> None:
    """Change the words of an observation. The caller commits. Raises as `add_observation`."""
    row = open_observation(session, observation_id, by=by)
    text = _check_text(text)
    for other in list_observations(session, row.roundtable_id, viewer=by):
        if other.id != observation_id and is_same_text(other.text, text):
            raise ObservationRefused({"text": f"Dit staat er al, als observatie {other.number}."})
    if row.text != text:
        row.text = text
        audit.record(
            session, "edit_observation", f"roundtable {row.roundtable_id}", by=THE_TABLE, observation=observation_id
        )


def remove_observation(session: Session, observation_id: int, *, by: Viewer) -> None:
    """Strike out an observation that nobody has read yet; one that is gone is fine. The caller commits.

    Raises ObservationRefused when there are readings of it: a reading does not disappear from the table.
    """
    if session.get(ObservationRow, observation_id) is None:
        return
    row = open_observation(session, observation_id, by=by)
    if session.scalar(select(func.count()).where(InterpretationRow.observation_id == observation_id)):
        raise ObservationRefused(
            {"text": "Bij deze observatie staan al duidingen. Pas de tekst aan als die niet klopt."}
        )
    session.delete(row)
    audit.record(
        session, "remove_observation", f"roundtable {row.roundtable_id}", by=THE_TABLE, observation=observation_id
    )


def list_observations(session: Session, roundtable_id: int, *, viewer: Viewer) -> list[Observation]:
    """The observations of a table, numbered in the order in which they were made. Raises NotAllowed."""
    find_roundtable(session, roundtable_id, viewer=viewer)
    query = select(ObservationRow).where(ObservationRow.roundtable_id == roundtable_id).order_by(ObservationRow.id)
    return [
        Observation(row.id, roundtable_id, number, row.text)
        for number, row in enumerate(session.scalars(query), start=1)
    ]


def open_observation(session: Session, observation_id: int, *, by: Viewer) -> ObservationRow:
    """The stored observation, its table locked for a change. Raises ObservationUnknown and as `open_for_work`."""
    row = session.get(ObservationRow, observation_id)
    if row is None:
        raise ObservationUnknown
    open_for_work(session, row.roundtable_id, "write_readings", by=by)
    return row


def _check_text(text: str) -> str:
    faults = Faults()
    text = faults.need_text("text", text, "Schrijf op wat jullie zien.")
    faults.refuse(ObservationRefused)
    return text
