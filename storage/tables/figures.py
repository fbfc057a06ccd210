"""Figures: numbers with everything that is needed to read them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, now


class FigureImportRow(Base):
    """One imported file: from whom, when, by whom. The same file twice is one import."""

    __tablename__ = "figure_imports"
    __table_args__ = (UniqueConstraint("collection_id", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    file_name: Mapped[str] = mapped_column(String(200))
    content_hash: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[str] = mapped_column(String(80))
    n_figures: Mapped[int]
    imported_by: Mapped[str] = mapped_column(String(80))
    imported_at: Mapped[datetime] = mapped_column(default=now)


class FigureRow(Base):
    """One number. status: known, provisional, suppressed, missing; value is null for the last two.

    value_text holds a figure that is not a number ("eind 2024") or how the source printed it.
    """

    __tablename__ = "figures"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), index=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("figure_imports.id", ondelete="CASCADE"), index=True)
    indicator: Mapped[str] = mapped_column(String(80), index=True)
    indicator_label: Mapped[str] = mapped_column(String(200))
    area: Mapped[str] = mapped_column(String(120))
    period: Mapped[str] = mapped_column(String(80))
    value: Mapped[float | None]
    value_text: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(300))
    definition: Mapped[str] = mapped_column(Text, default="")
    counts: Mapped[str] = mapped_column(Text, default="")
    counts_not: Mapped[str] = mapped_column(Text, default="")
    row: Mapped[int]
