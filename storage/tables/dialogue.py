"""The duidingstafel: assignment, roundtable, evidence, observations, interpretations, advice."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, now


class AssignmentRow(Base):
    """A question with a commissioner. state: see dialogue.assignments."""

    __tablename__ = "assignments"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), index=True)
    commissioner: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(Text)
    goals: Mapped[list[Any]]
    scale: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(30))
    intended_use: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(30))
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(default=now)


class RoundtableRow(Base):
    """One duidingstafel on an assignment."""

    __tablename__ = "roundtables"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    held_on: Mapped[date | None]


class EvidenceRow(Base):
    """A story, figure or view on the table, frozen as it was when it was chosen.

    After a withdrawal story_id and frozen are null and withdrawn_on says when: the mark that stays.
    """

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    story_id: Mapped[str | None] = mapped_column(ForeignKey("stories.id", ondelete="SET NULL"), index=True)
    figure_id: Mapped[int | None] = mapped_column(ForeignKey("figures.id", ondelete="SET NULL"))
    frozen: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    withdrawn_on: Mapped[date | None]
    added_by: Mapped[str] = mapped_column(String(80))
    added_at: Mapped[datetime] = mapped_column(default=now)


class ObservationRow(Base):
    """Something that people at the table see, before anyone explains it."""

    __tablename__ = "observations"

    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class InterpretationRow(Base):
    """One reading of an observation, by perspective and never by person."""

    __tablename__ = "interpretations"

    id: Mapped[int] = mapped_column(primary_key=True)
    observation_id: Mapped[int] = mapped_column(ForeignKey("observations.id", ondelete="CASCADE"), index=True)
    perspective: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    would_change_our_mind: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class AdviceRow(Base):
    """What the table advises, to whom, on which goal. Frozen once submitted."""

    __tablename__ = "advice"

    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    result_type: Mapped[str] = mapped_column(String(20))
    addressee: Mapped[str] = mapped_column(String(200))
    goal: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    stop_doing: Mapped[str] = mapped_column(Text, default="")
    dissent: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
