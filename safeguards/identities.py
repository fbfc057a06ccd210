"""Accounts at an OpenID provider, bound to accounts here by issuer and subject.

Nobody makes an account here by signing in there: an administrator or an invitation does.
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from safeguards import audit
from safeguards.signin import SignInRefused, find_user
from storage.tables.people import IdentityRow, SignInRow, UserRow


def bind_identity(session: Session, user: UserRow, *, issuer: str, subject: str) -> None:
    """Let somebody sign in with their account at a provider. Raises SignInRefused when it is another's here.

    Whoever has no password is no longer asked for one.
    """
    there = find_identity(session, issuer=issuer, subject=subject)
    if there is not None and there.id != user.id:
        raise SignInRefused("Deze aanmelding hoort hier al bij een ander account. Vraag de beheerder om hulp.")
    user.must_change_password = False
    if there is None:
        session.add(IdentityRow(user_id=user.id, issuer=issuer, subject=subject))
        session.flush()
        audit.record(session, "bind_identity", user.name, by=user.name)


def find_identity(session: Session, *, issuer: str, subject: str) -> UserRow | None:
    """The account that a provider's account belongs to; None for a stranger."""
    return session.scalars(
        select(UserRow)
        .join(IdentityRow, IdentityRow.user_id == UserRow.id)
        .where(IdentityRow.issuer == issuer, IdentityRow.subject == subject)
    ).first()


def unbind_identities(session: Session, name: str, *, by: str) -> None:
    """Let nobody sign in to this account through a provider any more, and end its sign-ins. Raises PersonUnknown."""
    user = find_user(session, name)
    session.execute(delete(IdentityRow).where(IdentityRow.user_id == user.id))
    session.execute(delete(SignInRow).where(SignInRow.user_id == user.id))
    audit.record(session, "unbind_identities", name, by=by)
