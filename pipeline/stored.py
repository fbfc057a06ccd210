"""What the pipeline reads from and writes to the database. Nothing here commits."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.tables.processing import (
    EmbeddingRow,
    LemmasRow,
    MaskedStoryRow,
    SuggestedThemeRow,
    ThemeMembershipRow,
)
from storage.tables.stories import StoryRow, VaultRow
from stories.released import is_released


def stories_to_mask(session: Session, collection_id: int, *, limit: int) -> list[tuple[StoryRow, VaultRow]]:
    """Stories with text that were not masked yet, the oldest first."""
    rows = session.execute(
        select(StoryRow, VaultRow)
        .join(VaultRow, VaultRow.story_id == StoryRow.id)
        .outerjoin(MaskedStoryRow, MaskedStoryRow.story_id == StoryRow.id)
        .where(StoryRow.collection_id == collection_id, MaskedStoryRow.story_id.is_(None))
        .order_by(StoryRow.told_on, StoryRow.id)
        .limit(limit)
    )
    return [(story, original) for story, original in rows]


def count_to_mask(session: Session, collection_id: int) -> int:
    """How many stories wait to be masked."""
    return (
        session.scalar(
            select(func.count(StoryRow.id))
            .join(VaultRow, VaultRow.story_id == StoryRow.id)
            .outerjoin(MaskedStoryRow, MaskedStoryRow.story_id == StoryRow.id)
            .where(StoryRow.collection_id == collection_id, MaskedStoryRow.story_id.is_(None))
        )
        or 0
    )


def masked_without(session: Session, collection_id: int, table: Any, *conditions: Any) -> list[MaskedStoryRow]:
    """Masked stories that have no row in a result table (by its story_id, and further conditions)."""
    has_result = select(table.story_id).where(table.story_id == MaskedStoryRow.story_id, *conditions).exists()
    return list(
        session.scalars(
            select(MaskedStoryRow)
            .join(StoryRow, StoryRow.id == MaskedStoryRow.story_id)
            .where(StoryRow.collection_id == collection_id, ~has_result)
            .order_by(StoryRow.told_on, StoryRow.id)
        )
    )


def still_the_same(session: Session, rows: Sequence[MaskedStoryRow]) -> set[str]:
    """Ids of masked stories that are as they were when these rows were read.

    One may be withdrawn while the pipeline works on it, or a reader may hide a piece of it: what was made
    of the text with that piece must not be kept.
    """
    editions = {row.story_id: row.edition for row in rows}
    found = session.execute(
        select(MaskedStoryRow.story_id, MaskedStoryRow.edition).where(MaskedStoryRow.story_id.in_(editions))
    )
    return {story_id for story_id, edition in found if editions[story_id] == edition}


def still_there(session: Session, story_ids: Sequence[str]) -> set[str]:
    """Which of these stories still exist: one may be withdrawn while the pipeline works on it."""
    return set(session.scalars(select(StoryRow.id).where(StoryRow.id.in_(story_ids))))


def load_embedded(
    session: Session, collection_id: int, model: str
) -> tuple[list[str], list[str], list[list[str]], np.ndarray]:
    """Ids, texts, lemmas and vectors of every embedded story that a reader released, in one fixed order.

    Only released ones: a theme's name, size and examples must say nothing of a story that nobody may see.

    The order is by day and id, so that the same stories give the same themes on every machine.
    """
    rows = session.execute(
        select(MaskedStoryRow.story_id, MaskedStoryRow.text, LemmasRow.lemmas, EmbeddingRow.vector)
        .join(StoryRow, StoryRow.id == MaskedStoryRow.story_id)
        .join(LemmasRow, LemmasRow.story_id == MaskedStoryRow.story_id)
        .join(EmbeddingRow, EmbeddingRow.story_id == MaskedStoryRow.story_id)
        .where(StoryRow.collection_id == collection_id, EmbeddingRow.model == model, is_released())
        .order_by(StoryRow.told_on, StoryRow.id)
    ).all()
    vectors = np.array([np.frombuffer(row.vector, dtype=np.float32) for row in rows], dtype=np.float32)
    return [row.story_id for row in rows], [row.text for row in rows], [row.lemmas for row in rows], vectors


def load_vectors(session: Session, story_ids: Sequence[str], model: str) -> dict[str, np.ndarray]:
    """The stored vectors of some stories by one model."""
    rows = session.execute(
        select(EmbeddingRow.story_id, EmbeddingRow.vector).where(
            EmbeddingRow.model == model, EmbeddingRow.story_id.in_(story_ids)
        )
    )
    return {story_id: np.frombuffer(vector, dtype=np.float32) for story_id, vector in rows}


def load_memberships(session: Session, run_id: int) -> list[ThemeMembershipRow]:
    """Where a theme run put each story."""
    return list(session.scalars(select(ThemeMembershipRow).where(ThemeMembershipRow.run_id == run_id)))


def forget_themes(session: Session, collection_id: int, *, except_run: int) -> None:
    """Remove the suggestions of earlier theme runs; evidence on a table keeps its own frozen copy."""
    old = select(SuggestedThemeRow.run_id).where(
        SuggestedThemeRow.collection_id == collection_id, SuggestedThemeRow.run_id != except_run
    )
    runs = list(session.scalars(old.distinct()))
    session.execute(delete(ThemeMembershipRow).where(ThemeMembershipRow.run_id.in_(runs)))
    session.execute(delete(SuggestedThemeRow).where(SuggestedThemeRow.run_id.in_(runs)))
