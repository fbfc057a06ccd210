"""What tellers gave: the story (locked away), who may read it, the answers."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class StoryRow(Base):
    """One told story, without its text. The day is the finest time that is kept."""

    __tablename__ = "stories"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), index=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("frameworks.id"))
    submission_hash: Mapped[str] = mapped_column(String(64), unique=True)
    teller_id: Mapped[str] = mapped_column(String(40), index=True)
    perspective: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    told_on: Mapped[date]
    consent: Mapped[str] = mapped_column(String(20))
    wants_reply: Mapped[bool] = mapped_column(default=False)
    has_text: Mapped[bool] = mapped_column(default=True)
    way_in: Mapped[str] = mapped_column(String(40), default="link")
    receipt_hash: Mapped[str | None] = mapped_column(String(64), unique=True)


class VaultRow(Base):
    """Title and text as typed, encrypted. Nothing but `safeguards.vault` reads this table."""

    __tablename__ = "vault"

    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class AnswerRow(Base):
    """One element answered for one story.

    state: "answered", "not_applicable" (past niet) or "skipped"; value is null unless answered.
    value: triad {pole: share}; dyad 0-100; stones {stone: [x, y]}; choices [key, …]; text "…".
    shown: the order in which corners or options were shown; input_mode: drag, zone7, steps, import.
    """

    __tablename__ = "answers"

    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    element: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    shown: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    input_mode: Mapped[str | None] = mapped_column(String(20))
    moves: Mapped[int | None]


class WithdrawnRow(Base):
    """The mark of a withdrawn submission: enough to refuse it when it comes again, and nothing else."""

    __tablename__ = "withdrawn"

    submission_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
