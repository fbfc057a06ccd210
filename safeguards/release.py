"""The one gate. Story text and counts leave only as the types that are made here.

Exports, table screens and reports accept `ReleasedStories` and `ReleasedTable` and nothing else,
and nothing else can make them. What the gate keeps back it counts and says.
"""

from collections.abc import Sequence
from dataclasses import InitVar, dataclass

import numpy as np
import pandas as pd

from faults import PersonFault
from safeguards.access import Viewer, require_action
from safeguards.consent import Purpose, has_consent
from safeguards.suppression import round_count, suppress_table
from settings import Settings

_ACTION_FOR = {
    Purpose.RESEARCH: "explore_stories",
    Purpose.TABLE: "see_roundtable",
    Purpose.REPORT: "export_stories",
}
# Handed over when one is made and not kept in it, so that neither `dataclasses.replace` nor a
# released thing in hand is a way to make another.
_SEAL = object()


class GroupTooSmall(PersonFault):
    """A group is too small to show; the sentence says how small and what to do."""

    def __init__(self, smallest: int) -> None:
        super().__init__(
            f"Deze groep is te klein om te tonen (minder dan {smallest} verhalen). Kies een ruimere groep."
        )
        self.smallest = smallest


@dataclass(frozen=True)
class Limits:
    """The sizes below which nothing is shown."""

    internal: int = 5
    shared: int = 10
    rounding: int = 5
    base_for_share: int = 30

    def __post_init__(self) -> None:
        if self.rounding > 2 * self.shared:
            raise ValueError("Rounded this coarsely, a group that is large enough would be shown as 0.")

    @classmethod
    def from_settings(cls, settings: Settings) -> "Limits":
        """The limits that the installation was set to."""
        return cls(
            settings.smallest_group_internal,
            settings.smallest_group_shared,
            settings.rounding_shared,
            settings.smallest_base_for_share,
        )

    def smallest_for(self, purpose: Purpose) -> int:
        """The smallest group for a purpose: analysts see more than anyone else."""
        return self.internal if purpose is Purpose.RESEARCH else self.shared


@dataclass(frozen=True)
class ReleasedStories:
    """Stories that may be read for a purpose. frame: as `stories.queries.stories_frame`, fewer rows.

    n_without_consent: left out because the teller did not allow this purpose.
    """

    frame: pd.DataFrame
    purpose: Purpose
    n_without_consent: int
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        _check_seal(seal)


@dataclass(frozen=True)
class ReleasedTable:
    """Counts that may be shown. counts: Int64, hidden cells are <NA>. note: what was hidden or rounded."""

    counts: pd.DataFrame
    smallest: int
    n_hidden: int
    note: str
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        _check_seal(seal)


@dataclass(frozen=True)
class ReleasedRows:
    """An answers table that may leave the house, row by row. n_generalised: facts that were blanked."""

    stories: ReleasedStories
    rows: pd.DataFrame
    n_generalised: int
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        _check_seal(seal)


def _check_seal(seal: object) -> None:
    if seal is not _SEAL:
        raise TypeError("Only safeguards.release can make this; ask it to release your stories or counts.")


def release_stories(
    viewer: Viewer | None, collection_id: int, stories: pd.DataFrame, *, purpose: Purpose, limits: Limits
) -> ReleasedStories:
    """Let stories out for a purpose.

    stories: with a column `consent`. Raises NotAllowed for someone whose role does not open the
    purpose here, and GroupTooSmall when what is left points at too few people. An empty selection
    is let out as empty: it points at nobody.
    """
    require_action(viewer, _ACTION_FOR[purpose], collection_id)
    allowed = _keep_allowed(stories, purpose)
    tellers = allowed["teller_id"].nunique()
    smallest = limits.smallest_for(purpose)
    if 0 < tellers < smallest:
        raise GroupTooSmall(smallest)
    return ReleasedStories(allowed, purpose, len(stories) - len(allowed), _SEAL)


def release_story(viewer: Viewer | None, collection_id: int, stories: pd.DataFrame, story_id: str) -> ReleasedStories:
    """Let out one story that people at the table chose as evidence, if its teller allowed the table to read it.

    No group is asked for: the story itself was put on the table, by someone who read it. An id that
    is not there, or was not allowed, gives an empty release.
    """
    require_action(viewer, _ACTION_FOR[Purpose.TABLE], collection_id)
    wanted = stories.loc[stories.index.intersection([story_id])]
    allowed = _keep_allowed(wanted, Purpose.TABLE)
    return ReleasedStories(allowed, Purpose.TABLE, len(wanted) - len(allowed), _SEAL)


def _keep_allowed(stories: pd.DataFrame, purpose: Purpose) -> pd.DataFrame:
    # As an array: pandas reads an empty list as "no columns" instead of "no rows".
    return stories.loc[np.array([has_consent(consent, purpose) for consent in stories["consent"]], dtype=bool)]


def release_counts(
    viewer: Viewer | None, collection_id: int, counts: pd.DataFrame, *, purpose: Purpose, limits: Limits
) -> ReleasedTable:
    """Let a table of counts out: small cells hidden, others hidden to protect them, rounded outside research."""
    require_action(viewer, _ACTION_FOR[purpose], collection_id)
    smallest = limits.smallest_for(purpose)
    shown = suppress_table(counts, smallest=smallest)
    n_hidden = int(shown.isna().sum().sum())
    multiple = 1 if purpose is Purpose.RESEARCH else limits.rounding
    if multiple > 1:
        shown = shown.map(lambda cell: pd.NA if pd.isna(cell) else round_count(int(cell), multiple=multiple))
        shown = shown.astype("Int64")
    return ReleasedTable(shown, smallest, n_hidden, _say_what_was_hidden(n_hidden, smallest, multiple), _SEAL)


def release_rows(
    viewer: Viewer | None,
    collection_id: int,
    stories: ReleasedStories,
    rows: pd.DataFrame,
    *,
    facts: Sequence[str],
    limits: Limits,
) -> ReleasedRows:
    """Let an answers table out, one row a story.

    rows: wide answers, index story_id. facts: columns that could point at somebody (background);
    where fewer tellers than the shared limit have the same perspective and facts, those are blanked.
    Within a perspective the blank rows are no small group either: if only the rare rows were blank,
    the blanks would say who they are, so the next smallest group is blanked with them.
    """
    require_action(viewer, "export_stories", collection_id)
    released = rows.loc[rows.index.intersection(stories.frame.index)].copy()
    known = [fact for fact in facts if fact in released.columns]
    if not known or released.empty:
        return ReleasedRows(stories, released, 0, _SEAL)
    to_blank = _find_rare(released, known, smallest=limits.shared)
    n_blanked = int(released.loc[to_blank, known].notna().sum().sum())
    released.loc[to_blank, known] = None
    return ReleasedRows(stories, released, n_blanked, _SEAL)


def _find_rare(rows: pd.DataFrame, facts: list[str], *, smallest: int) -> pd.Series:
    """Which rows to blank: rare combinations, and enough others that being blank says nothing."""
    filled = rows[facts].astype(object).fillna("").astype(str)
    combination = pd.Series(["\n".join(row) for row in filled.itertuples(index=False)], rows.index, dtype=object)
    blank = "\n" * (len(facts) - 1)
    to_blank = pd.Series(False, index=rows.index)
    for _, own in rows.groupby("perspective"):
        kinds = combination[own.index]
        tellers = own["teller_id"].groupby(kinds).nunique().drop(blank, errors="ignore").sort_values(kind="stable")
        n_kinds = int((tellers < smallest).sum())
        if n_kinds == 0:
            continue
        while True:
            chosen = kinds.isin(tellers.index[:n_kinds])
            if own.loc[chosen | (kinds == blank), "teller_id"].nunique() >= smallest or n_kinds == len(tellers):
                break
            n_kinds += 1
        to_blank[own.index] = chosen
    return to_blank


def may_show_share(base: int, *, limits: Limits) -> bool:
    """Whether a percentage on this many stories says anything."""
    return base >= limits.base_for_share


def _say_what_was_hidden(n_hidden: int, smallest: int, multiple: int) -> str:
    parts = []
    if n_hidden:
        hidden = "1 aantal is" if n_hidden == 1 else f"{n_hidden} aantallen zijn"
        parts.append(f"{hidden} verborgen (minder dan {smallest}, of om die te beschermen)")
    if multiple > 1:
        parts.append(f"aantallen zijn afgerond op {multiple}-tallen")
    return "; ".join(parts)
