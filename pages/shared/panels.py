"""One question, laid out a panel for each perspective. Everything in a panel was let out by the gate."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pages.shared.data import CollectionData, release_for
from pages.shared.guard import PageContext
from pages.shared.parts import SKIPPED_PART, part_keys
from pages.shared.released import release_for_screen
from safeguards.consent import Purpose
from safeguards.release import Chosen, GroupTooSmall, ReleasedStories, may_show_share, release_counts
from stories.elements import Stones
from stories.selection import NA_OPTION


@dataclass(frozen=True)
class Panel:
    """One perspective's answers to one question.

    asked_as: the question in this perspective's words; None when it was not asked of them.
    counts: stories a part, past niet and skipped too; None is hidden, never 0.
    n: stories with an answer or past niet; None when the group is too small to show.
    points: where answers lie (columns x, y, part), only of parts whose count shows; None when
    places are not drawn at all.
    """

    perspective: str
    label: str
    asked_as: str | None
    counts: dict[str, int | None] = field(default_factory=dict)
    n: int | None = 0
    na_share: float | None = None
    points: pd.DataFrame | None = None

    @property
    def is_too_small(self) -> bool:
        """Whether there are answers that may not be shown."""
        return self.n is None


@dataclass(frozen=True)
class QuestionView:
    """A question with its panels in the framework's order, and what the gate said about it.

    smallest: the size below which nothing shows. note: what was hidden or rounded, a sentence or "".
    placed: every answer with its part; not released: only `stories_in` and orders are made of it.
    """

    question: Any
    stone: str
    parts: tuple[str, ...]
    panels: tuple[Panel, ...]
    smallest: int
    note: str
    placed: pd.DataFrame

    def panel(self, perspective: str) -> Panel:
        """The panel of one perspective. Raises KeyError."""
        return {panel.perspective: panel for panel in self.panels}[perspective]

    @property
    def placed_stone(self) -> str:
        """The stone whose places these are; empty for another kind of question."""
        return self.stone or (self.question.stone_keys[0] if isinstance(self.question, Stones) else "")

    def stories_in(self, perspective: str, part: str) -> pd.Index:
        """Ids of the stories of one perspective in one part; the gate still has to let them out."""
        rows = self.placed[(self.placed["perspective"] == perspective) & (self.placed["part"] == part)]
        return rows.index.unique()


def make_view(
    context: PageContext,
    data: CollectionData,
    stories: pd.DataFrame,
    question: Any,
    *,
    perspectives: tuple[str, ...],
    purpose: Purpose,
    stone: str = "",
    chosen: Chosen | None = None,
) -> QuestionView:
    """Lay out one question over the selected stories.

    stories: rows of `data.stories` that were selected. chosen: how, if somebody chose them; then
    counts are rounded for everybody. Raises NotAllowed. Places of single answers are only there for
    research: at the table and in reports only counts are.
    """
    placed = _place(data, stories, question, stone)
    parts = (*part_keys(question), NA_OPTION, SKIPPED_PART)
    is_choice = chosen is not None and bool(chosen.conditions)
    told = placed.join(data.stories["teller_id"]).reset_index(names="story_id")
    counts = _count_by(told, "story_id", perspectives, parts)
    table, note = release_for_screen(
        context,
        counts,
        purpose=purpose,
        tellers=_count_by(told, "teller_id", perspectives, parts),
        also=_find_small_rests(context, data, question, stone, counts, chosen, purpose),
        of_selection=is_choice,
    )
    panels = tuple(
        _make_panel(context, data, name, question, placed, stories, table, purpose, is_choice=is_choice)
        for name in perspectives
    )
    smallest = context.limits.smallest_for(purpose)
    return QuestionView(question, stone, parts[:-2], panels, smallest, note, placed)


def _count_by(told: pd.DataFrame, counted: str, perspectives: tuple[str, ...], parts: tuple[str, ...]) -> pd.DataFrame:
    """How many stories or tellers each perspective (rows) and part (columns) has."""
    once = told.drop_duplicates(["perspective", "part", counted])
    table = pd.crosstab(once["perspective"], once["part"])
    return table.reindex(index=list(perspectives), columns=list(parts), fill_value=0).astype(int)


def _find_small_rests(
    context: PageContext,
    data: CollectionData,
    question: Any,
    stone: str,
    counts: pd.DataFrame,
    chosen: Chosen | None,
    purpose: Purpose,
) -> np.ndarray:
    """Which counts would leave a small group beside the same count of everybody, or of the others."""
    smallest = context.limits.smallest_for(purpose)
    everybody = _place(data, data.stories, question, stone)
    rests = np.zeros(counts.shape, dtype=bool)
    if everybody.index.has_duplicates:
        # Who can give several answers is not in a row that adds up: all minus who chose this one is a group.
        told = everybody[everybody["part"] != SKIPPED_PART]
        n_told = told.index.unique().to_series().map(data.stories["perspective"]).value_counts()
        n_rest = counts.rsub(n_told.reindex(counts.index, fill_value=0), axis=0).to_numpy()
        rests |= (n_rest > 0) & (n_rest < smallest)
    if chosen is None or not chosen.conditions:
        return rests
    at = data.stories.index.get_indexer(everybody.index)
    groups = everybody.assign(at=at).groupby(["perspective", "part"])["at"]
    cells = {
        (row, column): np.isin(np.arange(len(data.stories)), groups.get_group((perspective, part)))
        for row, perspective in enumerate(counts.index)
        for column, part in enumerate(counts.columns)
        if (perspective, part) in groups.groups
    }
    for place in chosen.finds_small_rests(cells, smallest):
        rests[place] = True
    return rests


def _place(data: CollectionData, stories: pd.DataFrame, question: Any, stone: str) -> pd.DataFrame:
    if isinstance(question, Stones) and not stone:
        stone = question.stone_keys[0]
    placed = data.placed(question.id, stone=stone)
    return placed if len(stories) == len(data.stories) else placed[placed.index.isin(stories.index)]


def _make_panel(
    context: PageContext,
    data: CollectionData,
    perspective: str,
    question: Any,
    placed: pd.DataFrame,
    stories: pd.DataFrame,
    table: pd.DataFrame,
    purpose: Purpose,
    *,
    is_choice: bool,
) -> Panel:
    label = context.framework.perspective_label(perspective)
    asked = context.framework.asked_as(question.id, perspective)
    mine = placed[(placed["perspective"] == perspective) & (placed["part"] != SKIPPED_PART)]
    told = stories.loc[mine.index.unique()]
    if perspective in data.apart:
        return Panel(perspective, label, asked, dict.fromkeys(table.columns), None)
    if told.empty:
        return Panel(perspective, label, asked, dict.fromkeys(table.columns, 0))
    try:
        released = release_for(context, told, purpose=purpose)
    except GroupTooSmall:
        return Panel(perspective, label, asked, dict.fromkeys(table.columns), None)
    counts = {str(part): None if pd.isna(n) else int(n) for part, n in table.loc[perspective].items()}
    hidden = {part for part, n in counts.items() if n is None}
    # The place of a single answer in a part that is hidden would give its count away.
    points = mine[~mine["part"].isin(hidden)].dropna(subset="x") if purpose is Purpose.RESEARCH else None
    return Panel(
        perspective,
        label,
        asked,
        counts,
        _count(context, released, purpose, is_choice=is_choice),
        _na_share(context, counts, told),
        points,
    )


def _count(context: PageContext, released: ReleasedStories, purpose: Purpose, *, is_choice: bool) -> int | None:
    line = pd.DataFrame([[len(released.frame)]])
    shown = release_counts(
        context.viewer,
        context.collection.id,
        line,
        purpose=purpose,
        limits=context.limits,
        tellers=pd.DataFrame([[released.frame["teller_id"].nunique()]]),
        of_selection=is_choice,
    )
    return None if pd.isna(shown.counts.iloc[0, 0]) else int(shown.counts.iloc[0, 0])


def _na_share(context: PageContext, counts: dict[str, int | None], told: pd.DataFrame) -> float | None:
    n_na = counts.get(NA_OPTION)
    if n_na is None or not may_show_share(len(told), limits=context.limits):
        return None
    return min(1.0, n_na / len(told))
