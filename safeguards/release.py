"""The one gate. Story text and counts leave only as the types that are made here.

Exports, table screens and reports accept `ReleasedStories` and `ReleasedTable` and nothing else,
and nothing else can make them. What the gate keeps back it counts and says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass, field

import numpy as np
import pandas as pd

from faults import PersonFault
from safeguards.access import Viewer, require_action
from safeguards.anonymity import MONTH_STEPS, ColumnLoss, anonymise, merge_step
from safeguards.consent import Purpose, has_consent
from safeguards.differencing import Condition, has_small_rest, is_safe
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
# What the people around a teller could know, besides the perspective and the facts that were asked.
_KNOWN_OUTSIDE = {"told_on": MONTH_STEPS, "language": ()}


class GroupTooSmall(PersonFault):
    """A group is too small to show; the sentence says how small and what to do."""

    def __init__(self, smallest: int) -> None:
        super().__init__(
            f"Deze groep is te klein om te tonen (minder dan {smallest} verhalen). Kies een ruimere groep."
        )
        self.smallest = smallest


class DifferenceTooSmall(GroupTooSmall):
    """A group is large enough, but laid beside a wider one it leaves a group that is too small."""

    def __init__(self, smallest: int) -> None:
        super().__init__(smallest)
        self.args = (
            "Deze keuze kan niet getoond worden: naast een andere keuze gelegd blijft er een groep van minder dan "
            f"{smallest} verhalen over. Haal een filter weg of kies een ruimere groep.",
        )


@dataclass(frozen=True)
class Chosen:
    """How stories were chosen, out of which. tellers: who told each story that could have been chosen."""

    conditions: tuple[Condition, ...]
    tellers: np.ndarray

    def is_safe(self, smallest: int) -> bool:
        """Whether this choice leaves no small group beside another; see `safeguards.differencing`."""
        return not self.conditions or is_safe(self.conditions, self.tellers, smallest=smallest)

    def finds_small_rests(self, parts: Mapping[tuple[int, int], np.ndarray], smallest: int) -> list[tuple[int, int]]:
        """Which cells of a table, each given as the stories in it, chosen or not, have a small rest."""
        who = pd.factorize(self.tellers)[0]
        return [place for place, part in parts.items() if has_small_rest(self.conditions, who, part, smallest=smallest)]


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
    """An answers table that may leave the house, row by row.

    stories: the same stories, with months and languages as coarse as they may leave. loss: by column
    what was made coarser or blanked. n_withheld: rows of perspectives with too few tellers.
    """

    stories: ReleasedStories
    rows: pd.DataFrame
    seal: InitVar[object]
    loss: dict[str, ColumnLoss] = field(default_factory=dict)
    n_withheld: int = 0

    def __post_init__(self, seal: object) -> None:
        _check_seal(seal)


def _check_seal(seal: object) -> None:
    if seal is not _SEAL:
        raise TypeError("Only safeguards.release can make this; ask it to release your stories or counts.")


def release_stories(
    viewer: Viewer | None,
    collection_id: int,
    stories: pd.DataFrame,
    *,
    purpose: Purpose,
    limits: Limits,
    chosen: Chosen | None = None,
) -> ReleasedStories:
    """Let stories out for a purpose.

    stories: with a column `consent`. chosen: how they were chosen; None when it was not a choice that
    somebody could make differently. Raises NotAllowed for someone whose role does not open the
    purpose here, GroupTooSmall when what is left points at too few people, and DifferenceTooSmall
    when it would do so beside another choice. An empty selection is let out as empty: it points at
    nobody.
    """
    require_action(viewer, _ACTION_FOR[purpose], collection_id)
    allowed = _keep_allowed(stories, purpose)
    tellers = allowed["teller_id"].nunique()
    smallest = limits.smallest_for(purpose)
    if 0 < tellers < smallest:
        raise GroupTooSmall(smallest)
    if tellers and chosen is not None and not chosen.is_safe(smallest):
        raise DifferenceTooSmall(smallest)
    return ReleasedStories(allowed, purpose, len(stories) - len(allowed), _SEAL)


def set_small_apart(stories: pd.DataFrame, *, smallest: int) -> tuple[pd.DataFrame, frozenset[str]]:
    """The stories of perspectives that enough tellers have, and the other perspectives.

    A perspective that too few people have is hidden wherever it is counted; a total that had it in,
    beside one that has not, would count it all the same.
    """
    tellers = stories.groupby("perspective")["teller_id"].nunique()
    apart = frozenset(str(name) for name in tellers.index[tellers < smallest])
    return (stories[~stories["perspective"].isin(apart)] if apart else stories), apart


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
    viewer: Viewer | None,
    collection_id: int,
    counts: pd.DataFrame,
    *,
    purpose: Purpose,
    limits: Limits,
    tellers: pd.DataFrame | None = None,
    also: np.ndarray | None = None,
    of_selection: bool = False,
) -> ReleasedTable:
    """Let a table of counts out: small cells hidden, others hidden to protect them, rounded outside research.

    tellers: how many tellers are behind each count, in the same shape; without it every story is
    counted as a teller. also: cells (True) that would leave a small group beside another table.
    of_selection: whether somebody chose the stories; such counts are rounded for everybody, because
    there is no end to the selections that can be laid beside each other.
    """
    require_action(viewer, _ACTION_FOR[purpose], collection_id)
    smallest = limits.smallest_for(purpose)
    few = np.zeros(counts.shape, dtype=bool) if also is None else also
    if tellers is not None:
        few = few | (tellers.to_numpy() < smallest)
    shown = suppress_table(counts, smallest=smallest, also=few)
    n_hidden = int(shown.isna().sum().sum())
    multiple = 1 if purpose is Purpose.RESEARCH and not of_selection else limits.rounding
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
    wider: Mapping[str, Mapping[str, str]] | None = None,
) -> ReleasedRows:
    """Let an answers table out, one row a story.

    rows: wide answers, index story_id. facts: columns that could point at somebody (background).
    wider: for a fact, its values with the wider one that may stand for them.
    Every combination of perspective, facts, month and language that comes out is shared by at least
    as many tellers as the shared limit; see `safeguards.anonymity`. Raises NotAllowed, and
    GroupTooSmall when no perspective has so many.
    """
    require_action(viewer, "export_stories", collection_id)
    kept = rows.loc[rows.index.intersection(stories.frame.index)]
    outside = [name for name in _KNOWN_OUTSIDE if name in stories.frame.columns]
    steps = {name: [merge_step(wider[name])] if wider and name in wider else [] for name in facts}
    known = anonymise(
        kept.join(stories.frame[outside]),
        within="perspective",
        steps={**steps, **{name: _KNOWN_OUTSIDE[name] for name in outside}},
        smallest=limits.shared,
    )
    if len(kept) and known.rows.empty:
        raise GroupTooSmall(limits.shared)
    frame = stories.frame.loc[known.rows.index].assign(**{name: known.rows[name] for name in outside})
    released = ReleasedStories(frame, stories.purpose, stories.n_without_consent, _SEAL)
    return ReleasedRows(released, known.rows[kept.columns], _SEAL, known.loss, known.n_withheld)


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
