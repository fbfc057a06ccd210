"""Collections and the versions of their signification frameworks and goal trees."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, now


class FrameworkRow(Base):
    """One version of a signification framework. A row is never changed: a change is a new version."""

    __tablename__ = "frameworks"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    document: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)


class CollectionRow(Base):
    """One measurement: a framework, goals, figures, stories, roundtables."""

    __tablename__ = "collections"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="nl")
    framework_id: Mapped[int] = mapped_column(ForeignKey("frameworks.id"))
    taxonomy: Mapped[str | None] = mapped_column(String(80))  # None: no tags are proposed
    is_open: Mapped[bool] = mapped_column(default=True)
    is_fictional: Mapped[bool] = mapped_column(default=False)
    what_happens: Mapped[str] = mapped_column(Text, default="")
    created_on: Mapped[date] = mapped_column(default=date.today)


class GoalTreeRow(Base):
    """The goals and aims of a collection, in versions; the newest is in force."""

    __tablename__ = "goal_trees"
    __table_args__ = (UniqueConstraint("collection_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    version: Mapped[int]
    goals: Mapped[dict[str, Any]]
    aims: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
