"""Links that work once: to the first sign-in of an account, or to a seat at one roundtable.

A link is shown once, to who made it. We keep the hash of its token, when it ends, and that it was
used; not to whom it was sent.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from faults import PersonFault
from safeguards import audit
from safeguards.passwords import NO_PASSWORD
from safeguards.signin import add_account, find_user, hash_token, set_password, take_password
from storage.tables.base import now
from storage.tables.collections import CollectionRow
from storage.tables.dialogue import AssignmentRow, RoundtableRow
from storage.tables.people import InvitationRow, SeatRow, UserRow

ACCOUNT_LINK_HOURS = 72
SEAT_LINK_DAYS = 14
TOKEN_MAX_CHARACTERS = 100


class InvitationOver(PersonFault):
    """A link is unknown, was used, was taken back or ran out; one sentence, whichever it is."""

    def __init__(self) -> None:
        super().__init__(
            "Deze link werkt niet (meer). Een link werkt één keer en een beperkte tijd. "
            "Vraag een nieuwe link aan wie je deze gaf."
        )


@dataclass(frozen=True)
class Invitation:
    """A link that is open. For an account: user_name, display_name. For a seat: the table and its collection."""

    user_name: str = ""
    display_name: str = ""
    roundtable_id: int | None = None
    roundtable_title: str = ""
    collection_key: str = ""

    @property
    def is_for_seat(self) -> bool:
        """Whether it leads to a roundtable, and not to an account that is there already."""
        return self.roundtable_id is not None


@dataclass(frozen=True)
class OpenInvitation:
    """An open link to a seat, for the list of who made it."""

    id: int
    made_by: str
    made_on: date
    expires_on: date


def invite_user(session: Session, name: str, display_name: str, *, by: str) -> str:
    """Make an account without a password and return the token of its link. Raises NameTaken."""
    user = add_account(session, name, display_name, password_hash=NO_PASSWORD, by=by)
    return _make_account_link(session, user, by=by)


def renew_by_link(session: Session, name: str, *, by: str) -> str:
    """Make an account's password fit no longer, end its sign-ins, and return the token of a new link.

    An older link of this account stops working. Raises PersonUnknown.
    """
    return _make_account_link(session, take_password(session, name, by=by), by=by)


def invite_to_seat(session: Session, roundtable_id: int, *, by: str) -> str:
    """Return the token of a link to a seat at this table. Whoever calls has asked whether this person may."""
    token = _store(session, expires_at=now() + timedelta(days=SEAT_LINK_DAYS), roundtable_id=roundtable_id, by=by)
    audit.record(session, "invite_to_seat", f"roundtable {roundtable_id}", by=by)
    return token


def list_open_invitations(session: Session, roundtable_id: int) -> list[OpenInvitation]:
    """The links to seats at a table that still work, oldest first."""
    rows = session.scalars(
        select(InvitationRow)
        .where(
            InvitationRow.roundtable_id == roundtable_id,
            InvitationRow.used_at.is_(None),
            InvitationRow.expires_at > now(),
        )
        .order_by(InvitationRow.id)
    )
    return [OpenInvitation(row.id, row.made_by, row.made_at.date(), row.expires_at.date()) for row in rows]


def withdraw_invitation(session: Session, invitation_id: int, *, roundtable_id: int, by: str) -> None:
    """Make an open link to a seat at this table stop working; one that does not work already is fine."""
    closed = session.execute(
        update(InvitationRow)
        .where(
            InvitationRow.id == invitation_id,
            InvitationRow.roundtable_id == roundtable_id,
            InvitationRow.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(InvitationRow.id)
    ).first()
    if closed is not None:
        audit.record(session, "withdraw_invitation", f"roundtable {roundtable_id}", by=by)


def find_invitation(session: Session, token: str) -> Invitation:
    """What an open link leads to. Raises InvitationOver."""
    return _describe(session, _find_open(session, token))


def accept_account(session: Session, token: str, *, password_hash: str) -> UserRow:
    """Use the link of an account: the password that its owner chose. Raises InvitationOver."""
    user = take_account_link(session, token)
    set_password(session, user, password_hash)
    return user


def take_account_link(session: Session, token: str) -> UserRow:
    """Use up the link of an account that is open. Raises InvitationOver."""
    row = _use(session, token)
    user = session.get(UserRow, row.user_id) if row.user_id is not None else None
    if user is None or not user.is_active:
        raise InvitationOver
    return user


def accept_seat(session: Session, token: str, *, user_name: str) -> None:
    """Use a link to a seat: the account sits at the table from now on. Raises InvitationOver, PersonUnknown."""
    row = _use(session, token)
    if row.roundtable_id is None:
        raise InvitationOver
    user = find_user(session, user_name)
    there = select(SeatRow.id).where(SeatRow.user_id == user.id, SeatRow.roundtable_id == row.roundtable_id)
    if session.scalar(there) is None:
        session.add(SeatRow(user_id=user.id, roundtable_id=row.roundtable_id))
    audit.record(session, "take_seat", f"roundtable {row.roundtable_id}", by=user.name)


def accept_seat_as_new(
    session: Session, token: str, *, name: str, display_name: str, password_hash: str = NO_PASSWORD
) -> UserRow:
    """Use a link to a seat by making an account, which opens this table and nothing else.

    Raises InvitationOver, NameTaken. Without a password the account has to be bound to a provider's.
    """
    if _find_open(session, token).roundtable_id is None:
        raise InvitationOver
    user = add_account(session, name, display_name, password_hash=password_hash, by="invitation")
    user.must_change_password = False
    accept_seat(session, token, user_name=name)
    return user


def _make_account_link(session: Session, user: UserRow, *, by: str) -> str:
    session.execute(
        update(InvitationRow)
        .where(InvitationRow.user_id == user.id, InvitationRow.used_at.is_(None))
        .values(used_at=now())
    )
    token = _store(session, expires_at=now() + timedelta(hours=ACCOUNT_LINK_HOURS), user_id=user.id, by=by)
    audit.record(session, "invite_user", user.name, by=by)
    return token


def _store(
    session: Session,
    *,
    expires_at: datetime,
    by: str,
    user_id: int | None = None,
    roundtable_id: int | None = None,
) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        InvitationRow(
            token_hash=hash_token(token),
            user_id=user_id,
            roundtable_id=roundtable_id,
            made_by=by,
            expires_at=expires_at,
        )
    )
    session.flush()
    return token


def _find_open(session: Session, token: str) -> InvitationRow:
    if not token or len(token) > TOKEN_MAX_CHARACTERS:
        raise InvitationOver
    row = session.scalars(
        select(InvitationRow)
        .where(InvitationRow.token_hash == hash_token(token), InvitationRow.used_at.is_(None))
        .execution_options(populate_existing=True)
    ).first()
    if row is None or row.expires_at <= now():
        raise InvitationOver
    return row


def _use(session: Session, token: str) -> InvitationRow:
    row = _find_open(session, token)
    # Two clicks can both have seen it open; the UPDATE decides which of them used it.
    used = session.execute(
        update(InvitationRow)
        .where(InvitationRow.id == row.id, InvitationRow.used_at.is_(None))
        .values(used_at=now())
        .returning(InvitationRow.id)
    ).first()
    if used is None:
        raise InvitationOver
    return row


def _describe(session: Session, row: InvitationRow) -> Invitation:
    if row.user_id is not None:
        user = session.get_one(UserRow, row.user_id)
        if not user.is_active:
            raise InvitationOver
        return Invitation(user.name, user.display_name)
    table = session.execute(
        select(RoundtableRow.id, RoundtableRow.title, CollectionRow.key)
        .join(AssignmentRow, AssignmentRow.id == RoundtableRow.assignment_id)
        .join(CollectionRow, CollectionRow.id == AssignmentRow.collection_id)
        .where(RoundtableRow.id == row.roundtable_id)
    ).one()
    return Invitation(roundtable_id=table[0], roundtable_title=table[1], collection_key=table[2])
