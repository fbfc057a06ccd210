"""Accounts, what they may do where, how they sign in, and open sign-ins."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.tables.base import Base, now


class UserRow(Base):
    """A professional's account. Tellers have none. password_hash is "" for who has no password (yet)."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    failed_tries: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    memberships: Mapped[list["MembershipRow"]] = relationship(cascade="all, delete-orphan")


class MembershipRow(Base):
    """One role of one person, in one collection, or in the whole installation (no collection)."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("user_id", "collection_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(30))


class SeatRow(Base):
    """A place at one roundtable: it opens that table and nothing else of the collection."""

    __tablename__ = "seats"
    __table_args__ = (UniqueConstraint("user_id", "roundtable_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    given_at: Mapped[datetime] = mapped_column(default=now)


class IdentityRow(Base):
    """Somebody's account at an OpenID provider. The pair never changes there; a name or address may."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    bound_at: Mapped[datetime] = mapped_column(default=now)


class InvitationRow(Base):
    """A link that works once: to an account's first sign-in, or to a seat at a roundtable.

    Only the hash of its token is kept. user_id: whose account; roundtable_id: which table; one of
    the two. used_at is set when the link was used or taken back.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    roundtable_id: Mapped[int | None] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInRow(Base):
    """An open sign-in. Only the hash of its token is kept, so a stolen database opens nothing."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
