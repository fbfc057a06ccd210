"""A selection is let out only if no other selection, laid beside it, leaves a small group.

Whoever sees all stories and then all but three of them knows three stories. So a selection is not
judged by its own size alone. The judgement looks at the data and at nothing else: not at who asked
before, so that the first to look does not close the explorer for the next, and asking in another
order, with two accounts or after a restart gives nothing more.

docs/explanation/small-numbers.md says what this guarantees and what it does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

import numpy as np
import pandas as pd

from safeguards.suppression import suppress_table

MOST_CONDITIONS = 6  # more at once has never been a group; it only takes time to find out


@dataclass(frozen=True)
class Condition:
    """One field of a selection, as a division of all stories.

    values: for each story the number of the value it has; every story has exactly one, "none" being a
    value too. chosen: the numbers that the selection asks for; any of them will do.
    """

    values: np.ndarray
    chosen: frozenset[int]

    @property
    def fits(self) -> np.ndarray:
        """Which stories have a chosen value."""
        return np.isin(self.values, list(self.chosen))


def make_condition(values: Sequence[object], chosen: Sequence[object]) -> Condition:
    """A condition out of the values themselves; None is "no value", and a value like any other."""
    codes, found = pd.factorize(np.array([*values, None], dtype=object)[:-1], use_na_sentinel=False)
    wanted = set(chosen)
    return Condition(codes.astype(np.int64), frozenset(place for place, value in enumerate(found) if value in wanted))


def make_loose_condition(held: Sequence[frozenset[str]], chosen: Sequence[str]) -> Condition:
    """A condition on something of which a story can have several, such as tags.

    held: what each story has of it. Stories are divided by which of the chosen ones they have.
    """
    wanted = frozenset(chosen)
    kinds = ["\n".join(sorted(own & wanted)) for own in held]
    return make_condition(kinds, [kind for kind in set(kinds) if kind])


def is_safe(conditions: Sequence[Condition], tellers: Sequence[object] | np.ndarray, *, smallest: int) -> bool:
    """Whether a selection can be let out beside everything else that may be.

    tellers: who told each story. Two things have to hold, in tellers and not in stories:

    1. Every group that can be made from the chosen values with "and", "or" and "not" is nobody or at
       least `smallest` tellers. That stops A minus A-and-B, all minus A, and one theme less.
    2. For the fields one at a time and in pairs, among the stories that fit any of the other fields or
       none: in the table of all their values, the chosen cells are not among those that are hidden
       because they are small or because they protect small ones. That stops a total minus its parts.

    More than MOST_CONDITIONS conditions are not safe. No conditions are.
    """
    if len(conditions) > MOST_CONDITIONS:
        return False
    who = pd.factorize(np.asarray(tellers, dtype=object))[0]
    if smallest_group([_keep_chosen(condition) for condition in conditions], who) < smallest:
        return False
    for size in range(1, len(conditions) + 1):
        for some in combinations(conditions, size):
            if not all(_is_shown(pair, some, who, smallest) for pair in combinations(some, min(size, 2))):
                return False
    return True


def smallest_group(divisions: Sequence[np.ndarray], who: np.ndarray) -> float:
    """The fewest tellers in any group that the divisions make together; infinite without stories."""
    groups = reduce(_cross, divisions, np.zeros(len(who), dtype=np.int64))
    return float(_count_tellers(groups, who).min()) if len(who) else float("inf")


def has_small_rest(conditions: Sequence[Condition], who: np.ndarray, part: np.ndarray, *, smallest: int) -> bool:
    """Whether a part of the stories, crossed with what was chosen and what was not, has a small group.

    That is what a count of the part within the selection gives away beside its count without it.
    part: which stories are in the part.
    """
    if not part.any():
        return False
    return smallest_group([_keep_chosen(condition)[part] for condition in conditions], who[part]) < smallest


def _keep_chosen(condition: Condition) -> np.ndarray:
    """The values with all that were not chosen taken together."""
    return np.where(condition.fits, condition.values + 1, 0)


def _cross(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    # Numbered anew each time, so that many divisions do not run out of numbers.
    return np.unique(first * (int(second.max(initial=0)) + 1) + second, return_inverse=True)[1]


def _count_tellers(groups: np.ndarray, who: np.ndarray) -> np.ndarray:
    """How many different tellers each group has, by its number."""
    pairs = np.unique(groups * (int(who.max(initial=0)) + 1) + who)
    return np.bincount(pairs // (int(who.max(initial=0)) + 1))


def _is_shown(pair: Sequence[Condition], some: Sequence[Condition], who: np.ndarray, smallest: int) -> bool:
    """Whether the chosen cells of one or two conditions show, among stories that fit the other conditions."""
    others = [condition.fits for condition in some if not any(condition is one for one in pair)]
    among = np.logical_and.reduce(others) if others else np.ones(len(who), dtype=bool)
    rows, columns = pair[0], pair[-1] if len(pair) == 2 else None
    counts = tabulate(rows.values[among], columns.values[among] if columns else None, who[among])
    if not ((counts.to_numpy() > 0) & (counts.to_numpy() < smallest)).any():
        return True
    chosen = suppress_table(counts, smallest=smallest).loc[
        counts.index.isin(list(rows.chosen)),
        counts.columns.isin(list(columns.chosen)) if columns else slice(None),
    ]
    return not bool(chosen.isna().any(axis=None))


def tabulate(rows: np.ndarray, columns: np.ndarray | None, who: np.ndarray) -> pd.DataFrame:
    """How many tellers each row and column have together; one column when there are only rows."""
    table = pd.DataFrame({"row": rows, "column": 0 if columns is None else columns, "who": who}).drop_duplicates()
    return pd.crosstab(table["row"], table["column"])
