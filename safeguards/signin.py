"""Sign-in with a local account. The browser holds a random token; we keep its hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from faults import PersonFault
from safeguards import audit
from safeguards.access import Role, Viewer
from storage.tables.base import now
from storage.tables.people import MembershipRow, SignInRow, UserRow

LOCK_MINUTES = 15
SIGN_IN_MAX_HOURS = 12  # a working day: a stolen sign-in that is kept busy ends as well
PASSWORD_MIN_CHARACTERS = 12
SEEN_EVERY_SECONDS = 60  # a sign of life is written at most this often: a page run should not be a write

_hasher = PasswordHasher()
# Checked when the name is unknown, so that an unknown name takes as long as a wrong password.
_DECOY = _hasher.hash(secrets.token_urlsafe(16))


class SignInRefused(PersonFault):
    """The sign-in failed; the sentence never says whether the name exists."""


class PasswordRefused(PersonFault):
    """A new password is not good enough; the sentence says why."""


class PersonUnknown(PersonFault):
    """There is no account with this name."""


@dataclass(frozen=True)
class SignedIn:
    """An opened sign-in. token: for the cookie, shown nowhere else."""

    token: str
    must_change_password: bool


def hash_token(token: str) -> str:
    """The form in which a sign-in token is stored and handed to the pages."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_user(session: Session, name: str, display_name: str, *, by: str) -> str:
    """Make an account and return its one-time password, which has to be changed at the first sign-in."""
    if session.scalar(select(UserRow.id).where(UserRow.name == name)) is not None:
        raise ValueError(f"There is an account {name} already.")
    password = secrets.token_urlsafe(12)
    session.add(UserRow(name=name, display_name=display_name, password_hash=_hasher.hash(password)))
    session.flush()
    audit.record(session, "create_user", name, by=by)
    return password


def reset_password(session: Session, name: str, *, by: str) -> str:
    """Give an account a new one-time password and end its sign-ins. Raises PersonUnknown."""
    user = _find_user(session, name)
    password = secrets.token_urlsafe(12)
    user.password_hash, user.must_change_password = _hasher.hash(password), True
    user.failed_tries, user.locked_until = 0, None
    session.execute(delete(SignInRow).where(SignInRow.user_id == user.id))
    audit.record(session, "reset_password", name, by=by)
    return password


def grant_role(session: Session, name: str, role: Role, *, collection_id: int | None, by: str) -> None:
    """Give somebody a role in a collection; having it already is fine. Raises PersonUnknown, ValueError.

    Only the administrator's role may be held in the whole installation: every other role opens
    stories, and stories belong to a collection.
    """
    if collection_id is None and role is not Role.ADMINISTRATOR:
        raise ValueError(f"The role {role} needs a collection.")
    user = _find_user(session, name)
    held = select(MembershipRow.id).where(
        MembershipRow.user_id == user.id, MembershipRow.role == role, MembershipRow.collection_id == collection_id
    )
    if session.scalar(held) is None:
        session.add(MembershipRow(user_id=user.id, collection_id=collection_id, role=role.value))
        audit.record(session, "grant_role", name, by=by, role=role.value, collection=collection_id)


def revoke_role(session: Session, name: str, role: Role, *, collection_id: int | None, by: str) -> None:
    """Take a role away; not having it is fine. Raises PersonUnknown."""
    user = _find_user(session, name)
    session.execute(
        delete(MembershipRow).where(
            MembershipRow.user_id == user.id, MembershipRow.role == role, MembershipRow.collection_id == collection_id
        )
    )
    audit.record(session, "revoke_role", name, by=by, role=role.value, collection=collection_id)


def check_password(session: Session, name: str, password: str, *, max_tries: int) -> UserRow | None:
    """The account, when name and password are right and it is open; None otherwise.

    Counts wrong tries, so the caller has to commit in both cases: an exception would undo the count.
    """
    # Locked until the caller commits: tries made at the same time have to be counted one by one.
    user = session.scalars(select(UserRow).where(UserRow.name == name).with_for_update()).first()
    if user is None:
        _is_right(_DECOY, password)
        return None
    is_locked = user.locked_until is not None and user.locked_until > now()
    # The password is looked at even when locked, so that the time taken says nothing.
    if _is_right(user.password_hash, password) and user.is_active and not is_locked:
        user.failed_tries, user.locked_until = 0, None
        return user
    if not is_locked:
        user.failed_tries += 1
        if user.failed_tries >= max_tries:
            user.failed_tries, user.locked_until = 0, now() + timedelta(minutes=LOCK_MINUTES)
            audit.record(session, "lock_account", user.name, by="sign-in")
    return None


def open_sign_in(session: Session, user: UserRow) -> SignedIn:
    """Open a sign-in for somebody whose password was checked; their sign-ins that ran out are cleared."""
    ran_out = now() - timedelta(hours=SIGN_IN_MAX_HOURS)
    session.execute(delete(SignInRow).where(SignInRow.user_id == user.id, SignInRow.created_at < ran_out))
    token = secrets.token_urlsafe(32)
    session.add(SignInRow(token_hash=hash_token(token), user_id=user.id))
    audit.record(session, "sign_in", user.name, by=user.name)
    return SignedIn(token, user.must_change_password)


def find_viewer(session: Session, token_hash: str, *, idle_minutes: int) -> Viewer | None:
    """Who holds this sign-in, with their roles of this moment; None when it ended, went idle or ran out.

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
    return Viewer(user.id, user.name, user.display_name, grants)


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


def change_password(session: Session, token_hash: str, *, old: str, new: str) -> None:
    """Set a new password and end the person's other sign-ins. Raises SignInRefused, PasswordRefused."""
    row = session.get(SignInRow, token_hash)
    if row is None:
        raise SignInRefused("Je bent niet meer aangemeld. Meld je opnieuw aan.")
    user = session.get_one(UserRow, row.user_id)
    if not _is_right(user.password_hash, old):
        raise SignInRefused("Het huidige wachtwoord klopt niet.")
    if len(new) < PASSWORD_MIN_CHARACTERS:
        raise PasswordRefused(f"Kies een wachtwoord van minstens {PASSWORD_MIN_CHARACTERS} tekens. Een zin mag ook.")
    if new == old or new.lower() == user.name.lower():
        raise PasswordRefused("Kies een ander wachtwoord dan het huidige en dan je naam.")
    user.password_hash, user.must_change_password = _hasher.hash(new), False
    session.execute(delete(SignInRow).where(SignInRow.user_id == user.id, SignInRow.token_hash != token_hash))
    audit.record(session, "change_password", user.name, by=user.name)


def sign_out(session: Session, token_hash: str) -> None:
    """End one sign-in, in every tab at once."""
    session.execute(delete(SignInRow).where(SignInRow.token_hash == token_hash))


def has_user(session: Session, name: str) -> bool:
    """Whether there is an account with this name."""
    return session.scalar(select(UserRow.id).where(UserRow.name == name)) is not None


def close_account(session: Session, name: str, *, by: str) -> None:
    """Close an account and end its sign-ins; what it did keeps its name. Raises PersonUnknown."""
    user = _find_user(session, name)
    user.is_active = False
    session.execute(delete(SignInRow).where(SignInRow.user_id == user.id))
    audit.record(session, "close_account", name, by=by)


def reopen_account(session: Session, name: str, *, by: str) -> None:
    """Open a closed account again, with the password and the roles that it had. Raises PersonUnknown."""
    _find_user(session, name).is_active = True
    audit.record(session, "reopen_account", name, by=by)


def has_any_user(session: Session) -> bool:
    """Whether somebody can sign in at all."""
    return session.scalar(select(UserRow.id).limit(1)) is not None


def _find_user(session: Session, name: str) -> UserRow:
    user = session.scalars(select(UserRow).where(UserRow.name == name)).first()
    if user is None:
        raise PersonUnknown(f'Er is geen account met de naam "{name}". Maak het met `manage.py users add`.')
    return user


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
