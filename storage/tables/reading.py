"""A reader before anyone else: what waits to be read, who has it open, and what was decided."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class ReadingRow(Base):
    """Where one masked story is on its way to other people. Without a row with state "released" nobody sees it.

    state: "waiting", "released", "held" or "alarm". rank: the higher, the sooner it is read.
    signs: [{kind, words}], why it stands that high. waits_since: the day on which it joined the queue.
    claimed_by, opened_at, claimed_until: only while somebody has it open; a decision empties them,
    because a moment could say when a story was told.
    """

    __tablename__ = "readings"

    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(String(20), default="waiting", index=True)
    rank: Mapped[int] = mapped_column(default=0)
    signs: Mapped[list[Any]] = mapped_column(default=list)
    waits_since: Mapped[date] = mapped_column(default=date.today)
    step: Mapped[str] = mapped_column(String(40), default="")
    claimed_by: Mapped[str | None] = mapped_column(String(80), index=True)
    opened_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]


class ReadingPassRow(Base):
    """Who passed a story on: it goes to somebody else. Emptied when the story is decided on."""

    __tablename__ = "reading_passes"

    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    reader: Mapped[str] = mapped_column(String(80), primary_key=True)


class ReadingDecisionRow(Base):
    """One decision about one story, to the day. Who took it stands in the audit log, not here: there is
    no count per reader.

    minutes: how long the story was open; None when nobody can know, as for a release in bulk.
    """

    __tablename__ = "reading_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    decision: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(200), default="")
    decided_on: Mapped[date] = mapped_column(default=date.today)
    minutes: Mapped[int | None]
