"""Accounts and sign-ins. The browser holds a random token; we keep its hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from faults import PersonFault
from safeguards import audit
from safeguards.access import Role, Viewer
from safeguards.passwords import (
    NO_PASSWORD,
    PasswordRefused,
    check_new_password,
    hash_password,
    is_right_password,
    make_one_time_password,
)
from safeguards.role_rules import RolesBeside, RolesClash, find_clash
from storage.engine import Database
from storage.tables.base import now
from storage.tables.collections import CollectionRow
from storage.tables.dialogue import AssignmentRow, RoundtableRow
from storage.tables.people import IdentityRow, MembershipRow, SeatRow, SignInRow, UserRow

# After too many wrong passwords an account waits, twice as long each time. It never waits longer than
# this: a lock without an end would let anybody who knows a name keep its owner out.
FIRST_WAIT_SECONDS, LONGEST_WAIT_MINUTES = 60, 15
FORGET_TRIES_MINUTES = 60  # wrong tries of longer ago than this do not count any more
SIGN_IN_MAX_HOURS = 12  # a working day: a stolen sign-in that is kept busy ends as well
SEEN_EVERY_SECONDS = 60  # a sign of life is written at most this often: a page run should not be a write
SAY_SO_ON_PAGE = "Bevestig dat deze rol erbij komt."


class SignInRefused(PersonFault):
    """The sign-in failed; the sentence never says whether the name exists."""


class PersonUnknown(PersonFault):
    """There is no account with this name."""


class NameTaken(PersonFault):
    """There is an account with this name already."""

    def __init__(self, name: str) -> None:
        super().__init__(f'Er is al een account "{name}". Kies een andere naam.')


@dataclass(frozen=True)
class SignedIn:
    """An opened sign-in. token: for the cookie, shown nowhere else."""

    name: str
    token: str
    must_change_password: bool


def hash_token(token: str) -> str:
    """The form in which a sign-in token is stored and handed to the pages."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_user(session: Session, name: str, display_name: str, *, by: str) -> str:
    """Make an account and return its one-time password, to be changed at the first sign-in. Raises NameTaken."""
    password = make_one_time_password()
    add_account(session, name, display_name, password_hash=hash_password(password), by=by)
    return password


def add_account(session: Session, name: str, display_name: str, *, password_hash: str, by: str) -> UserRow:
    """Make an account. password_hash: of a one-time password, or NO_PASSWORD. Raises NameTaken."""
    if has_user(session, name):
        raise NameTaken(name)
    user = UserRow(name=name, display_name=display_name, password_hash=password_hash)
    session.add(user)
    session.flush()
    audit.record(session, "create_user", name, by=by)
    return user


def reset_password(session: Session, name: str, *, by: str) -> str:
    """Give an account a new one-time password and end its sign-ins. Raises PersonUnknown."""
    password = make_one_time_password()
    user = take_password(session, name, by=by)
    user.password_hash, user.must_change_password = hash_password(password), True
    return password


def take_password(session: Session, name: str, *, by: str) -> UserRow:
    """Make an account's password fit no longer and end its sign-ins. Raises PersonUnknown."""
    user = find_user(session, name)
    # Who signs in elsewhere has no password to choose, and stays in.
    elsewhere = select(IdentityRow.id).where(IdentityRow.user_id == user.id).limit(1)
    user.password_hash, user.must_change_password = NO_PASSWORD, session.scalar(elsewhere) is None
    user.failed_tries, user.locked_until = 0, None
    session.execute(delete(SignInRow).where(SignInRow.user_id == user.id))
    audit.record(session, "reset_password", name, by=by)
    return user


def grant_role(
    session: Session,
    name: str,
    role: Role,
    *,
    collection_id: int | None,
    by: str,
    beside_others: bool = False,
    hint: str = SAY_SO_ON_PAGE,
) -> None:
    """Give somebody a role in a collection; having it already is fine.

    Only the administrator's role may be held in the whole installation: every other role opens
    stories, and stories belong to a collection. beside_others: said on purpose that the role comes
    beside others here; hint: how to say so. Raises PersonUnknown, RolesBeside, RolesClash, ValueError.
    """
    if collection_id is None and role is not Role.ADMINISTRATOR:
        raise ValueError(f"The role {role} needs a collection.")
    user = find_user(session, name)
    held = _roles_here(session, user.id, collection_id)
    if role in held:
        return
    if not _is_fictional(session, collection_id):
        clash = find_clash(role, [*held, *_roles_around(session, user.id, collection_id)])
        if clash is not None:
            raise RolesClash(name, role, clash)
    if held and not beside_others:
        raise RolesBeside(name, held, hint)
    session.add(MembershipRow(user_id=user.id, collection_id=collection_id, role=role.value))
    beside = {"beside": [other.value for other in held]} if held else {}
    audit.record(session, "grant_role", name, by=by, role=role.value, collection=collection_id, **beside)


def revoke_role(session: Session, name: str, role: Role, *, collection_id: int | None, by: str) -> None:
    """Take a role away; not having it is fine. Raises PersonUnknown."""
    user = find_user(session, name)
    session.execute(
        delete(MembershipRow).where(
            MembershipRow.user_id == user.id, MembershipRow.role == role, MembershipRow.collection_id == collection_id
        )
    )
    audit.record(session, "revoke_role", name, by=by, role=role.value, collection=collection_id)


def sign_in_with_password(
    database: Database, name: str, password: str, *, max_tries: int, is_known_browser: bool = False
) -> SignedIn | None:
    """Open a sign-in when name and password are right and the account is open and does not wait.

    Takes the database, because the password is checked between two sessions and not inside one.
    is_known_browser: this account signed in from this browser before. What strangers try at an
    account does not keep such a browser out; whoever calls counts its tries.
    """
    with database.reading() as session:
        seen = session.scalar(select(UserRow.password_hash).where(UserRow.name == name)) or NO_PASSWORD
    is_right = is_right_password(seen, password)
    with database.writing() as session:
        user = _settle_try(session, name, seen, is_right, max_tries=max_tries, is_known_browser=is_known_browser)
        return open_sign_in(session, user) if user else None


def _settle_try(
    session: Session, name: str, seen: str, is_right: bool, *, max_tries: int, is_known_browser: bool
) -> UserRow | None:
    """Count a try. seen: the hash that the password was checked against, which may have changed since."""
    # Locked until the caller commits: tries made at the same time have to be counted one by one.
    user = session.scalars(select(UserRow).where(UserRow.name == name).with_for_update()).first()
    if user is None:
        return None
    waits = user.locked_until is not None and user.locked_until > now()
    if is_right and user.password_hash == seen and user.is_active and (is_known_browser or not waits):
        user.failed_tries, user.locked_until = 0, None
        return user
    if not waits and not is_right and not is_known_browser:
        _count_wrong_try(session, user, max_tries=max_tries)
    return None


def _count_wrong_try(session: Session, user: UserRow, *, max_tries: int) -> None:
    forget = user.locked_until is not None and user.locked_until < now() - timedelta(minutes=FORGET_TRIES_MINUTES)
    user.failed_tries = 1 if forget else user.failed_tries + 1
    wait = wait_after(user.failed_tries, max_tries=max_tries)
    if wait:
        user.locked_until = now() + wait
        audit.record(session, "lock_account", user.name, by="sign-in", minutes=round(wait.total_seconds() / 60))


def wait_after(wrong_tries: int, *, max_tries: int) -> timedelta:
    """How long an account waits after so many wrong passwords in a row: nothing, then twice as long each time."""
    if wrong_tries < max_tries:
        return timedelta(0)
    doublings = min(wrong_tries - max_tries, 10)
    return min(timedelta(seconds=FIRST_WAIT_SECONDS * 2**doublings), timedelta(minutes=LONGEST_WAIT_MINUTES))


def open_sign_in(session: Session, user: UserRow) -> SignedIn:
    """Open a sign-in for somebody who showed who they are; their sign-ins that ran out are cleared."""
    ran_out = now() - timedelta(hours=SIGN_IN_MAX_HOURS)
    session.execute(delete(SignInRow).where(SignInRow.user_id == user.id, SignInRow.created_at < ran_out))
    token = secrets.token_urlsafe(32)
    session.add(SignInRow(token_hash=hash_token(token), user_id=user.id))
    audit.record(session, "sign_in", user.name, by=user.name)
    return SignedIn(user.name, token, user.must_change_password)


def find_viewer(session: Session, token_hash: str, *, idle_minutes: int) -> Viewer | None:
    """Who holds this sign-in, with their roles and seats of this moment; None when it ended, went idle or ran out.

    Somebody who still has a one-time password holds no roles: whoever handed it over knows it too.
    """
    row = session.get(SignInRow, token_hash)
    if row is None or row.seen_at < now() - timedelta(minutes=idle_minutes):
        return None
    if row.created_at < now() - timedelta(hours=SIGN_IN_MAX_HOURS):
        return None
    user = session.get_one(UserRow, row.user_id)
    if not user.is_active:
        return None
    if user.must_change_password:
        return Viewer(user.id, user.name, user.display_name)
    held = session.execute(
        select(MembershipRow.collection_id, MembershipRow.role).where(MembershipRow.user_id == user.id)
    )
    grants = frozenset((collection_id, Role(role)) for collection_id, role in held)
    return Viewer(user.id, user.name, user.display_name, grants, _seats_of(session, user.id))


def _seats_of(session: Session, user_id: int) -> frozenset[tuple[int, int]]:
    seats = session.execute(
        select(AssignmentRow.collection_id, SeatRow.roundtable_id)
        .join(RoundtableRow, RoundtableRow.id == SeatRow.roundtable_id)
        .join(AssignmentRow, AssignmentRow.id == RoundtableRow.assignment_id)
        .where(SeatRow.user_id == user_id)
    )
    return frozenset((collection_id, roundtable_id) for collection_id, roundtable_id in seats)


def has_to_change_password(session: Session, token_hash: str) -> bool:
    """Whether this sign-in is still on a one-time password, which opens nothing but its own change."""
    row = session.get(SignInRow, token_hash)
    return row is not None and session.get_one(UserRow, row.user_id).must_change_password


def is_sign_of_life_due(session: Session, token_hash: str) -> bool:
    """Whether `keep_alive` has something to write."""
    row = session.get(SignInRow, token_hash)
    return row is not None and row.seen_at < now() - timedelta(seconds=SEEN_EVERY_SECONDS)


def keep_alive(session: Session, token_hash: str) -> None:
    """Write a sign of life, from which the idle time counts."""
    session.execute(update(SignInRow).where(SignInRow.token_hash == token_hash).values(seen_at=now()))


def change_password(database: Database, token_hash: str, *, old: str, new: str, max_tries: int) -> None:
    """Set a new password and end the person's other sign-ins. Raises SignInRefused, PasswordRefused.

    Takes the database, as `sign_in_with_password` does. A wrong old password counts as a wrong try:
    an open sign-in on a shared computer must not be a place to guess.
    """
    with database.reading() as session:
        user = _user_of(session, token_hash)
        name, display_name, seen = user.name, user.display_name, user.password_hash
    is_right = is_right_password(seen, old)
    if is_right:
        check_new_password(new, name=name, display_name=display_name)
        if new == old:
            raise PasswordRefused("Kies een ander wachtwoord dan het huidige.")
    new_hash = hash_password(new) if is_right else NO_PASSWORD
    with database.writing() as session:
        settled = _settle_try(session, name, seen, is_right, max_tries=max_tries, is_known_browser=False)
        if settled is not None:
            _user_of(session, token_hash)  # raises when it was ended in the meantime
            set_password(session, settled, new_hash, keep=token_hash)
    if settled is None:
        raise SignInRefused(
            "Het huidige wachtwoord klopt niet. Na te veel pogingen moet je wachten, hoogstens een kwartier."
        )


def set_password(session: Session, user: UserRow, password_hash: str, *, keep: str = "") -> None:
    """Give an account the password that its owner chose and end its sign-ins; keep: the hash of the one that stays."""
    user.password_hash, user.must_change_password = password_hash, False
    session.execute(delete(SignInRow).where(SignInRow.user_id == user.id, SignInRow.token_hash != keep))
    audit.record(session, "change_password", user.name, by=user.name)


def sign_out(session: Session, token_hash: str) -> None:
    """End one sign-in, in every tab at once."""
    session.execute(delete(SignInRow).where(SignInRow.token_hash == token_hash))


def sign_out_everywhere(session: Session, token_hash: str) -> None:
    """End every sign-in of the person who holds this one, on every device; a sign-in that is gone is fine."""
    row = session.get(SignInRow, token_hash)
    if row is not None:
        user = session.get_one(UserRow, row.user_id)
        end_sign_ins(session, user.name, by=user.name)


def end_sign_ins(session: Session, name: str, *, by: str) -> None:
    """End every open sign-in of an account; its owner may sign in again. Raises PersonUnknown."""
    user = find_user(session, name)
    session.execute(delete(SignInRow).where(SignInRow.user_id == user.id))
    audit.record(session, "end_sign_ins", name, by=by)


def has_user(session: Session, name: str) -> bool:
    """Whether there is an account with this name."""
    return session.scalar(select(UserRow.id).where(UserRow.name == name)) is not None


def close_account(session: Session, name: str, *, by: str) -> None:
    """Close an account and end its sign-ins; what it did keeps its name. Raises PersonUnknown."""
    user = find_user(session, name)
    user.is_active = False
    session.execute(delete(SignInRow).where(SignInRow.user_id == user.id))
    audit.record(session, "close_account", name, by=by)


def reopen_account(session: Session, name: str, *, by: str) -> None:
    """Open a closed account again, with the password and the roles that it had. Raises PersonUnknown."""
    find_user(session, name).is_active = True
    audit.record(session, "reopen_account", name, by=by)


def has_any_user(session: Session) -> bool:
    """Whether somebody can sign in at all."""
    return session.scalar(select(UserRow.id).limit(1)) is not None


def find_user(session: Session, name: str) -> UserRow:
    """The account with this name. Raises PersonUnknown."""
    user = session.scalars(select(UserRow).where(UserRow.name == name)).first()
    if user is None:
        raise PersonUnknown(f'Er is geen account met de naam "{name}". Maak het met `manage.py users add`.')
    return user


def _user_of(session: Session, token_hash: str) -> UserRow:
    row = session.get(SignInRow, token_hash)
    if row is None:
        raise SignInRefused("Je bent niet meer aangemeld. Meld je opnieuw aan.")
    return session.get_one(UserRow, row.user_id)


def _roles_here(session: Session, user_id: int, collection_id: int | None) -> list[Role]:
    held = select(MembershipRow.role).where(
        MembershipRow.user_id == user_id, MembershipRow.collection_id == collection_id
    )
    return sorted(Role(role) for role in session.scalars(held))


def _roles_around(session: Session, user_id: int, collection_id: int | None) -> list[Role]:
    """Roles that reach into the same place from elsewhere: the whole house, or for the house, any collection."""
    if collection_id is not None:
        return _roles_here(session, user_id, None)
    inside = (
        select(MembershipRow.role)
        .join(CollectionRow, CollectionRow.id == MembershipRow.collection_id)
        .where(MembershipRow.user_id == user_id, CollectionRow.is_fictional.is_(False))
    )
    return [Role(role) for role in session.scalars(inside)]


def _is_fictional(session: Session, collection_id: int | None) -> bool:
    return collection_id is not None and session.get_one(CollectionRow, collection_id).is_fictional
