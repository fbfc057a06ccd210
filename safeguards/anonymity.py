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
    loss = {name: _measure_loss(rows[name][kept], result[name][kept]) for name in known}
    return Anonymised(result[kept], loss, int((~kept).sum()))


@dataclass(frozen=True)
class _Level:
    """One column, made coarser so far. codes: its values as numbers, in the order of the values."""

    values: np.ndarray
    codes: np.ndarray
    is_blank: np.ndarray


def _coarsen(
    rows: pd.DataFrame, steps: Mapping[str, Sequence[Step]], tellers: np.ndarray, smallest: int
) -> dict[str, np.ndarray]:
    """The values of one perspective after the way of making them coarser that loses least.

    A cell that goes one step of three up has lost a third; a blank one has lost everything.
    """
    names = [name for name in steps if rows[name].notna().any()]
    ladders = [_climb(rows[name], steps[name]) for name in names]
    best_loss, best, to_blank = float("inf"), (0,) * len(names), np.zeros(len(rows), dtype=bool)
    for levels in sorted(product(*(range(len(ladder)) for ladder in ladders)), key=lambda one: (sum(one), one)):
        columns = [ladder[level] for ladder, level in zip(ladders, levels, strict=True)]
        shares = [level / (len(ladder) - 1) for ladder, level in zip(ladders, levels, strict=True)]
        filled = [~ladder[0].is_blank for ladder in ladders]
        lost = sum(share * cells.sum() for cells, share in zip(filled, shares, strict=True))
        if lost >= best_loss:
            continue
        rare = _find_rare(columns, tellers, smallest)
        lost += sum((1 - share) * cells[rare].sum() for cells, share in zip(filled, shares, strict=True))
        if lost < best_loss:
            best_loss, best, to_blank = lost, levels, rare
    coarser = {name: ladder[level].values.copy() for name, ladder, level in zip(names, ladders, best, strict=True)}
    for values in coarser.values():
        values[to_blank] = None
    return coarser


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


def _find_rare(columns: Sequence[_Level], tellers: np.ndarray, smallest: int) -> np.ndarray:
    """Which rows to blank: rare combinations, and enough next ones that the blank rows are no small group."""
    classes, is_blank = np.zeros(len(tellers), dtype=np.int64), np.ones(len(tellers), dtype=bool)
    for column in columns:
        # Numbered anew after each column, so that many columns do not run out of numbers.
        classes = np.unique(classes * (int(column.codes.max()) + 1) + column.codes, return_inverse=True)[1]
        is_blank &= column.is_blank
    sizes = np.bincount(np.unique(np.stack([classes, tellers]), axis=1)[0])
    blank_class = int(classes[is_blank][0]) if is_blank.any() else -1
    order = [number for number in np.argsort(sizes, kind="stable") if number != blank_class]
    n_rare = sum(bool(sizes[number] < smallest) for number in order)
    rare = np.isin(classes, order[:n_rare])
    while (rare | is_blank).any() and len(np.unique(tellers[rare | is_blank])) < smallest and n_rare < len(order):
        n_rare += 1
        rare = np.isin(classes, order[:n_rare])
    return rare


def _measure_loss(before: pd.Series, after: pd.Series) -> ColumnLoss:
    was, is_now = before.notna(), after.notna()
    coarser = was & is_now & (before.astype(object) != after.astype(object))
    return ColumnLoss(int(coarser.sum()), int((was & ~is_now).sum()))
