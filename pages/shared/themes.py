"""Suggested themes and proposed tags, by name."""

from dataclasses import dataclass

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.taxonomy import Taxonomy, load_taxonomy
from pages.shared.guard import PageContext
from storage.tables.processing import SuggestedThemeRow
from stories.queries import newest_theme_run


@dataclass(frozen=True)
class ThemeOnScreen:
    """A suggested theme. stability: 0-1, how often the same stories come together again; None: not measured."""

    id: int
    label: str
    keywords: tuple[str, ...]
    stability: float | None


def list_themes(session: Session, collection_id: int) -> list[ThemeOnScreen]:
    """The themes of the newest run that suggested any, largest first."""
    run_id = newest_theme_run(session, collection_id)
    if run_id is None:
        return []
    rows = session.scalars(
        select(SuggestedThemeRow)
        .where(SuggestedThemeRow.run_id == run_id, SuggestedThemeRow.collection_id == collection_id)
        .order_by(SuggestedThemeRow.size.desc(), SuggestedThemeRow.id)
    )
    return [ThemeOnScreen(row.id, row.label, tuple(str(word) for word in row.keywords), row.stability) for row in rows]


def load_themes(context: PageContext) -> list[ThemeOnScreen]:
    """The suggested themes of the collection on screen."""
    with context.installation.database.reading() as session:
        return list_themes(session, context.collection.id)


def tag_labels(context: PageContext) -> dict[str, str]:
    """The names of the tags of this collection by code; empty when it proposes none."""
    key = context.collection.taxonomy
    return {tag.code: tag.label for tag in _load_taxonomy(key).tags} if key else {}


@st.cache_resource(show_spinner=False, max_entries=10)
def _load_taxonomy(key: str) -> Taxonomy:
    return load_taxonomy(key)
