"""Seats at one roundtable: who is invited, who sits there, and taking a seat away."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dialogue.roundtables import find_roundtable, open_for_work
from safeguards import audit
from safeguards.access import Viewer, require_action
from safeguards.invitations import OpenInvitation, invite_to_seat, list_open_invitations, withdraw_invitation
from storage.tables.people import SeatRow, UserRow

ACTION = "prepare_roundtable"


@dataclass(frozen=True)
class Seat:
    """Somebody with a seat at a table."""

    user_id: int
    display_name: str


def invite_to_table(session: Session, roundtable_id: int, *, by: Viewer) -> str:
    """Return the token of a link to a seat at this table. The caller commits.

    Every call makes another link: each works once, for one person. Raises RoundtableUnknown,
    RoundtableClosed or NotAllowed.
    """
    open_for_work(session, roundtable_id, ACTION, by=by, touches_ground=False)
    return invite_to_seat(session, roundtable_id, by=by.name)


def list_seats(session: Session, roundtable_id: int, *, viewer: Viewer) -> list[Seat]:
    """Who has a seat at this table, by name. Raises RoundtableUnknown or NotAllowed."""
    _require_preparer(session, roundtable_id, viewer)
    rows = session.execute(
        select(UserRow.id, UserRow.display_name)
        .join(SeatRow, SeatRow.user_id == UserRow.id)
        .where(SeatRow.roundtable_id == roundtable_id)
        .order_by(UserRow.display_name, UserRow.id)
    )
    return [Seat(user_id, display_name) for user_id, display_name in rows]


def list_invitations(session: Session, roundtable_id: int, *, viewer: Viewer) -> list[OpenInvitation]:
    """The links to this table that nobody used yet. Raises RoundtableUnknown or NotAllowed."""
    _require_preparer(session, roundtable_id, viewer)
    return list_open_invitations(session, roundtable_id)


def take_invitation_back(session: Session, roundtable_id: int, invitation_id: int, *, by: Viewer) -> None:
    """Make a link stop working; one that does not work already is fine. The caller commits. Raises NotAllowed."""
    _require_preparer(session, roundtable_id, by)
    withdraw_invitation(session, invitation_id, roundtable_id=roundtable_id, by=by.name)


def take_seat_away(session: Session, roundtable_id: int, user_id: int, *, by: Viewer) -> None:
    """Close this table to somebody, from their next click; no seat is fine. The caller commits. Raises NotAllowed."""
    _require_preparer(session, roundtable_id, by)
    gone = session.execute(
        delete(SeatRow).where(SeatRow.roundtable_id == roundtable_id, SeatRow.user_id == user_id).returning(SeatRow.id)
    ).first()
    if gone is not None:
        audit.record(session, "take_seat_away", f"roundtable {roundtable_id}", by=by.name, user=user_id)


def _require_preparer(session: Session, roundtable_id: int, viewer: Viewer) -> None:
    roundtable = find_roundtable(session, roundtable_id, viewer=viewer)
    require_action(viewer, ACTION, roundtable.assignment.collection_id)
