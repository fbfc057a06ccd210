"""Rows that leave the house: nobody stands alone by what outsiders could know of them (k-anonymity).

Quasi-identifiers are what a neighbour or a colleague could know: the perspective, facts about the
teller, the month, the language. Every combination of them in the rows that come out is shared by
at least k tellers. First values are made coarser (month, quarter, year), then what is still rare is
blanked, and a perspective with fewer than k tellers does not leave at all.
Source: Sweeney, Achieving k-anonymity privacy protection using generalization and suppression, 2002.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd

Step = Callable[[str], str | None]


@dataclass(frozen=True)
class ColumnLoss:
    """What one column lost. n_coarser: cells with a wider value; n_blanked: cells with none any more."""

    n_coarser: int = 0
    n_blanked: int = 0


@dataclass(frozen=True)
class Anonymised:
    """Rows that may leave, and what that cost. n_withheld: rows of perspectives that are too small."""

    rows: pd.DataFrame
    loss: dict[str, ColumnLoss] = field(default_factory=dict)
    n_withheld: int = 0


def to_quarter(month: str) -> str:
    """The quarter of a month; a quarter or a year stays what it is.

    >>> to_quarter("2024-05"), to_quarter("2024-K2"), to_quarter("2024")
    ('2024-K2', '2024-K2', '2024')
    """
    year, _, part = month.partition("-")
    return f"{year}-K{(int(part) + 2) // 3}" if part.isdecimal() else month


def to_year(month: str) -> str:
    """The year of a month or a quarter."""
    return month[:4]


MONTH_STEPS: tuple[Step, ...] = (to_quarter, to_year)


def merge_step(groups: Mapping[str, str]) -> Step:
    """A step to the wider values that a framework declares; a value without one stays."""
    return lambda value: groups.get(value, value)


def anonymise(
    rows: pd.DataFrame, *, within: str, steps: Mapping[str, Sequence[Step]], smallest: int, teller: str = "teller_id"
) -> Anonymised:
    """Make rows k-anonymous over `within` (never made coarser) and the columns of `steps`.

    steps: for each quasi-identifier its ways to be coarser, each from the value as it is; an empty
    list means that it is only kept or blanked. A blank cell is a value like any other: the blank
    rows of a perspective are `smallest` tellers too. Perspectives are treated apart, so a small one
    does not make a large one coarser. The same rows give the same result in whatever order they come.
    """
    known = {name: tuple(ways) for name, ways in steps.items() if name in rows.columns}
    result = rows.copy()
    kept = np.ones(len(rows), dtype=bool)
    for name in known:
        result[name] = result[name].astype(object).where(result[name].notna(), None)
    places = pd.Series(np.arange(len(rows)), index=rows.index)
    for _, group in places.groupby(rows[within].fillna("").to_numpy()):
        at = group.to_numpy()
        tellers = pd.factorize(rows[teller].iloc[at])[0]
        if len(np.unique(tellers)) < smallest:
            kept[at] = False
            continue
        for name, values in _coarsen(result.iloc[at], known, tellers, smallest).items():
            result.iloc[at, result.columns.get_loc(name)] = values
    loss = {name: measure_loss(rows[name][kept], result[name][kept]) for name in known}
    return Anonymised(result[kept], loss, int((~kept).sum()))


@dataclass(frozen=True)
class _Level:
    """One column, made coarser so far. codes: its values as numbers, in the order of the values."""

    values: np.ndarray
    codes: np.ndarray
    is_blank: np.ndarray

    def at(self, rows: np.ndarray) -> "_Level":
        """The same of some rows only."""
        return _Level(self.values[rows], self.codes[rows], self.is_blank[rows])


def _coarsen(
    rows: pd.DataFrame, steps: Mapping[str, Sequence[Step]], tellers: np.ndarray, smallest: int
) -> dict[str, np.ndarray]:
    """The values of one perspective after the way of making them coarser that loses least.

    Every row goes up to the same levels; rows that are still rare go further up, all to the same
    levels again. A cell that goes one step of three up has lost a third; a blank one everything.
    """
    names = [name for name in steps if rows[name].notna().any()]
    ladders = [_climb(rows[name], steps[name]) for name in names]
    losses = [np.where(ladder[0].is_blank, 0.0, 1.0 / (len(ladder) - 1)) for ladder in ladders]
    nodes = sorted(product(*(range(len(ladder)) for ladder in ladders)), key=lambda node: (sum(node), node))
    nobody = np.zeros(len(rows), dtype=bool)
    best_loss, best = float("inf"), (nodes[0], nodes[0], nobody)
    for node in nodes:
        lost = _sum_loss(losses, node, ~nobody)
        if lost >= best_loss:
            continue
        rare = _find_rare(_at(ladders, node), tellers, smallest)
        lost_by_common = _sum_loss(losses, node, ~rare)
        further = _climb_further(ladders, losses, node, rare, tellers, smallest, most=best_loss - lost_by_common)
        if further is not None:
            best_loss, best = lost_by_common + _sum_loss(losses, further, rare), (node, further, rare)
    node, further, rare = best
    return {
        name: np.where(rare, ladder[high].values, ladder[low].values)
        for name, ladder, low, high in zip(names, ladders, node, further, strict=True)
    }


def _climb_further(
    ladders: Sequence[list[_Level]],
    losses: Sequence[np.ndarray],
    node: tuple[int, ...],
    rare: np.ndarray,
    tellers: np.ndarray,
    smallest: int,
    *,
    most: float,
) -> tuple[int, ...] | None:
    """The levels for the rare rows that lose least, less than `most`; None when all lose more.

    Blank in every column always does: enough rows were taken along for that, and it is the only way
    when a few rows are blank already.
    """
    if not rare.any():
        return node if most > 0 else None
    blank = tuple(len(ladder) - 1 for ladder in ladders)
    is_blank = np.logical_and.reduce([level.is_blank for level in _at(ladders, node)])
    if 0 < len(np.unique(tellers[is_blank])) < smallest:
        return blank if _sum_loss(losses, blank, rare) < most else None
    higher = product(*(range(low, top + 1) for low, top in zip(node, blank, strict=True)))
    for lost, levels in sorted((_sum_loss(losses, levels, rare), levels) for levels in higher):
        if lost >= most:
            return None
        columns = [level.at(rare) for level in _at(ladders, levels)]
        if levels == blank or _count_classes(columns, tellers[rare]).min() >= smallest:
            return levels
    return None


def _at(ladders: Sequence[list[_Level]], node: Sequence[int]) -> list[_Level]:
    return [ladder[level] for ladder, level in zip(ladders, node, strict=True)]


def _sum_loss(losses: Sequence[np.ndarray], node: Sequence[int], rows: np.ndarray) -> float:
    return float(sum(level * loss[rows].sum() for loss, level in zip(losses, node, strict=True)))


def _climb(column: pd.Series, steps: Sequence[Step]) -> list[_Level]:
    """The column as it is, after each step, and blank; a step that changes nothing is left out."""
    own = column.to_numpy(dtype=object)
    ladder = [_make_level(own)]
    for step in steps:
        wider = {value: step(value) for value in {*own} - {None}}
        values = np.array([None if value is None else wider[value] for value in own], dtype=object)
        if (values != ladder[-1].values).any():
            ladder.append(_make_level(values))
    return [*ladder, _make_level(np.full(len(own), None, dtype=object))]


def _make_level(values: np.ndarray) -> _Level:
    is_blank = np.array([value is None for value in values], dtype=bool)
    return _Level(values, np.unique(np.where(is_blank, "", values).astype(str), return_inverse=True)[1], is_blank)


def _number_classes(columns: Sequence[_Level], n_rows: int) -> np.ndarray:
    """A number for each combination of values, in the order of the values."""
    classes = np.zeros(n_rows, dtype=np.int64)
    for column in columns:
        # Numbered anew after each column, so that many columns do not run out of numbers.
        classes = np.unique(classes * (int(column.codes.max()) + 1) + column.codes, return_inverse=True)[1]
    return classes


def _count_classes(columns: Sequence[_Level], tellers: np.ndarray) -> np.ndarray:
    """How many tellers each combination has."""
    classes = _number_classes(columns, len(tellers))
    width = int(tellers.max()) + 1
    return np.bincount(np.unique(classes * width + tellers) // width)


def _find_rare(columns: Sequence[_Level], tellers: np.ndarray, smallest: int) -> np.ndarray:
    """Which rows are rare, and enough next ones that being made coarser with them says nothing."""
    classes = _number_classes(columns, len(tellers))
    sizes = _count_classes(columns, tellers)
    is_blank = np.logical_and.reduce([column.is_blank for column in columns] or [np.zeros(len(tellers), dtype=bool)])
    blank_class = int(classes[is_blank][0]) if is_blank.any() else -1
    order = [number for number in np.argsort(sizes, kind="stable") if number != blank_class]
    n_rare = sum(bool(sizes[number] < smallest) for number in order)
    rare = np.isin(classes, order[:n_rare])
    while (rare | is_blank).any() and len(np.unique(tellers[rare | is_blank])) < smallest and n_rare < len(order):
        n_rare += 1
        rare = np.isin(classes, order[:n_rare])
    return rare


def measure_loss(before: pd.Series, after: pd.Series) -> ColumnLoss:
    """What a column lost between two stages; both with the same index."""
    was, is_now = before.notna(), after.notna()
    coarser = was & is_now & (before.astype(object) != after.astype(object))
    return ColumnLoss(int(coarser.sum()), int((was & ~is_now).sum()))
