"""One question, laid out a panel for each perspective. Everything in a panel was let out by the gate."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pages.shared.data import CollectionData, release_for
from pages.shared.guard import PageContext
from pages.shared.parts import SKIPPED_PART, part_keys
from pages.shared.released import release_by_row
from safeguards.consent import Purpose
from safeguards.release import GroupTooSmall, ReleasedStories, may_show_share, release_counts
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
) -> QuestionView:
    """Lay out one question over the selected stories.

    stories: rows of `data.stories` that were selected. Raises NotAllowed. Places of single answers
    are only there for research: at the table and in reports only counts are.
    """
    placed = _place(data, stories, question, stone)
    parts = (*part_keys(question), NA_OPTION, SKIPPED_PART)
    counts = pd.crosstab(placed["perspective"], placed["part"]).reindex(
        index=list(perspectives), columns=list(parts), fill_value=0
    )
    table, note = release_by_row(context, counts, purpose=purpose)
    panels = tuple(_make_panel(context, name, question, placed, stories, table, purpose) for name in perspectives)
    smallest = context.limits.smallest_for(purpose)
    return QuestionView(question, stone, parts[:-2], panels, smallest, note, placed)


def _place(data: CollectionData, stories: pd.DataFrame, question: Any, stone: str) -> pd.DataFrame:
    if isinstance(question, Stones) and not stone:
        stone = question.stone_keys[0]
    placed = data.placed(question.id, stone=stone)
    return placed if len(stories) == len(data.stories) else placed[placed.index.isin(stories.index)]


def _make_panel(
    context: PageContext,
    perspective: str,
    question: Any,
    placed: pd.DataFrame,
    stories: pd.DataFrame,
    table: pd.DataFrame,
    purpose: Purpose,
) -> Panel:
    label = context.framework.perspective_label(perspective)
    asked = context.framework.asked_as(question.id, perspective)
    mine = placed[(placed["perspective"] == perspective) & (placed["part"] != SKIPPED_PART)]
    told = stories.loc[mine.index.unique()]
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
        perspective, label, asked, counts, _count(context, released, purpose), _na_share(context, counts, told), points
    )


def _count(context: PageContext, released: ReleasedStories, purpose: Purpose) -> int | None:
    line = pd.DataFrame([[len(released.frame)]])
    shown = release_counts(context.viewer, context.collection.id, line, purpose=purpose, limits=context.limits)
    return None if pd.isna(shown.counts.iloc[0, 0]) else int(shown.counts.iloc[0, 0])


def _na_share(context: PageContext, counts: dict[str, int | None], told: pd.DataFrame) -> float | None:
    n_na = counts.get(NA_OPTION)
    if n_na is None or not may_show_share(len(told), limits=context.limits):
        return None
    return min(1.0, n_na / len(told))
