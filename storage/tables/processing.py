"""Runs, and what the steps of the pipeline stored. Each result names its step and its run."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, now


class RunRow(Base):
    """One piece of work for the worker: asked, claimed, done or failed; the provenance of its results."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="requested", index=True)
    requested_by: Mapped[str] = mapped_column(String(80))
    requested_at: Mapped[datetime] = mapped_column(default=now)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")  # how often a worker began on it
    alive_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    step: Mapped[str] = mapped_column(String(60), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    versions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    seed: Mapped[int | None]
    input_hash: Mapped[str | None] = mapped_column(String(64))
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None] = mapped_column(Text)


class MaskedStoryRow(Base):
    """The story as others read it: names and other pieces replaced by marks.

    spans: [{start, end, type}] in the masked text, never the piece itself. doubts: [{start, end, type}],
    pieces of the text that may be recognisable, for the reader; type "age" or "other".
    edition: one more whenever a reader hides a piece; results made of an earlier edition are not kept.
    """

    __tablename__ = "masked_stories"

    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    spans: Mapped[list[Any]]
    doubts: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default=sql("'[]'"))
    edition: Mapped[int] = mapped_column(default=1, server_default=sql("1"))
    detected_language: Mapped[str | None] = mapped_column(String(8))
    step: Mapped[str] = mapped_column(String(40))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))


class LemmasRow(Base):
    """The content lemmas of a masked story."""

    __tablename__ = "lemmas"

    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    lemmas: Mapped[list[Any]]
    step: Mapped[str] = mapped_column(String(40))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))


class EmbeddingRow(Base):
    """The unit-length float32 vector of a masked story, by one model."""

    __tablename__ = "embeddings"

    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(String(200), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    step: Mapped[str] = mapped_column(String(40))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))


class TagProposalRow(Base):
    """A tag that the machine proposes, with its calibrated score and its reason."""

    __tablename__ = "tag_proposals"
    __table_args__ = (Index("ix_tag_proposals_code", "code"),)

    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    score: Mapped[float]
    proposed: Mapped[bool]
    because: Mapped[list[Any]]
    step: Mapped[str] = mapped_column(String(40))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))


class SuggestedThemeRow(Base):
    """A theme that the machine suggests over one collection, in one run."""

    __tablename__ = "suggested_themes"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), index=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    keywords: Mapped[list[Any]]
    examples: Mapped[list[Any]] = mapped_column(JSON, default=list)
    stability: Mapped[float | None]


class ThemeMembershipRow(Base):
    """Where one theme run put one story; no theme at all is None."""

    __tablename__ = "theme_memberships"

    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("suggested_themes.id", ondelete="CASCADE"), index=True)
    strength: Mapped[float]
