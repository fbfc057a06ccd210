"""The theme step: suggest themes over a collection, or give new stories a place in those that are there.

Themes that people are working with should not change with every new story. So new stories join the
themes of the last theme run, or none; the themes are made anew when somebody asks, and by
themselves only when the collection has grown by half since they were made.
"""

import hashlib
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy.orm import Session

from pipeline.cluster import STEP, Themes, find_themes
from pipeline.stored import forget_themes, load_embedded, load_memberships, still_there
from storage.tables.processing import SuggestedThemeRow, ThemeMembershipRow
from stories.queries import newest_theme_run

if TYPE_CHECKING:
    from pipeline.run import Work

SMALLEST_FOR_THEMES = 10
GROWTH_BEFORE_RETHINK = 1.5
LONER_QUANTILE = 0.05


def theme_stories(work: "Work") -> None:
    """Give every embedded story of the collection its theme, or None where nothing fits."""
    database = work.installation.database
    with database.reading() as session:
        ids, texts, lemmas, vectors = load_embedded(session, work.collection.id, work.toolbox.embedder.name)
        run_id = newest_theme_run(session, work.collection.id)
        members = {row.story_id: row for row in load_memberships(session, run_id)} if run_id else {}
    work.result["stories"] = len(ids)
    work.input_hash = hashlib.sha256("\n".join(ids).encode()).hexdigest()
    if len(ids) < SMALLEST_FOR_THEMES:
        return
    known = [row for row, story_id in enumerate(ids) if story_id in members]
    new = [row for row, story_id in enumerate(ids) if story_id not in members]
    if work.rethink_themes or run_id is None or len(ids) >= GROWTH_BEFORE_RETHINK * max(1, len(known)):
        themes = find_themes(
            texts, vectors, seed=work.seed, lemmas=lemmas, progress=lambda done, total: work.report(STEP, done, total)
        )
        with database.writing() as session:
            _store_themes(session, work, ids, themes)
    elif new:
        placed = _place_new(vectors[known], [members[ids[row]].theme_id for row in known], vectors[new])
        with database.writing() as session:
            _store_placed(session, run_id, [ids[row] for row in new], placed)
    work.report(STEP, len(ids), len(ids))


def _store_themes(session: Session, work: "Work", ids: list[str], themes: Themes) -> None:
    rows = {
        theme.id: SuggestedThemeRow(
            collection_id=work.collection.id,
            run_id=work.run_id,
            number=theme.id,
            label=theme.label[:200],
            size=theme.size,
            keywords=list(theme.keywords),
            examples=[ids[example] for example in theme.examples],
            stability=theme.stability,
        )
        for theme in themes.themes
    }
    # A run that was interrupted here before starts its themes again.
    forget_themes(session, work.collection.id, except_run=-1)
    session.add_all(rows.values())
    session.flush()
    there = still_there(session, ids)
    for story_id, theme, strength in zip(ids, themes.membership, themes.strength, strict=True):
        if story_id in there:
            theme_id = None if theme is None else rows[theme].id
            session.add(
                ThemeMembershipRow(story_id=story_id, run_id=work.run_id, theme_id=theme_id, strength=float(strength))
            )
    work.result["themes"] = len(rows)
    work.result["without_theme"] = sum(theme is None for theme in themes.membership)


def _place_new(known: np.ndarray, theme_ids: list[int | None], new: np.ndarray) -> list[tuple[int | None, float]]:
    """The nearest theme of each new vector and its similarity to it.

    None when it is further from every theme than nearly all (95 %) of the theme's own stories are.
    """
    names = sorted({theme for theme in theme_ids if theme is not None})
    if not names:
        return [(None, 0.0)] * len(new)
    groups = [known[[row for row, theme in enumerate(theme_ids) if theme == name]] for name in names]
    centres = np.array([_unit(group.mean(axis=0)) for group in groups])
    floors = [float(np.quantile(group @ centre, LONER_QUANTILE)) for group, centre in zip(groups, centres, strict=True)]
    placed: list[tuple[int | None, float]] = []
    for similarities in new @ centres.T:
        best = int(similarities.argmax())
        fits = similarities[best] >= floors[best]
        placed.append((names[best] if fits else None, float(similarities[best])))
    return placed


def _store_placed(session: Session, run_id: int, ids: list[str], placed: list[tuple[int | None, float]]) -> None:
    there = still_there(session, ids)
    for story_id, (theme_id, strength) in zip(ids, placed, strict=True):
        if story_id in there:
            session.add(ThemeMembershipRow(story_id=story_id, run_id=run_id, theme_id=theme_id, strength=strength))
            if theme_id is not None:
                session.get_one(SuggestedThemeRow, theme_id).size += 1


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
