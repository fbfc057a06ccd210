"""Small groups: hide a count, hide what totals give away, round what leaves the house."""

import heapq
import math
from collections.abc import Mapping, Sequence, Set

import numpy as np
import pandas as pd

Place = tuple[int, int]
Line = tuple[str, int]
MANY = 10**9  # more than all stories of a table together


def suppress(count: int, *, smallest: int) -> int | None:
    """Return the count, or None when the group is too small to show.

    count: number of stories, 0 or more. Zero is shown: it points at nobody.
    Returns None, never 0, for a suppressed group, so that "nobody" and
    "too few to say" stay apart in tables, charts and exports.
    Raises ValueError if count is negative.
    Protects one cell; `suppress_table` also hides cells that totals give away.
    """
    if count < 0:
        raise ValueError("A count of stories cannot be negative.")
    return None if 0 < count < smallest else count


def suppress_table(counts: pd.DataFrame, *, smallest: int, also: np.ndarray | None = None) -> pd.DataFrame:
    """Return a table of counts with small cells hidden, and enough others that totals give nothing away.

    counts: whole numbers, any number of rows and columns. Hidden cells are pd.NA (dtype Int64).
    also: cells that have to be hidden for another reason (True), such as few tellers with many stories;
    a zero is never hidden for that.

    Guarantee: a reader who knows every visible cell, the total of every row and column, and that
    hidden cells are not zero (while a zero is shown as such), cannot work out any hidden cell: each
    could have been at least one other number. Only when everything is hidden already may totals
    still give a cell away; then these totals are small themselves and should not be shown.
    Of a table of one row or one column only the one total counts, as the other totals are the cells.

    A cell that could be worked out gets company: the fewest and smallest visible cells that protect
    it, a zero only if there is nothing else, as a hidden zero misleads more than it protects.
    """
    if (counts < 0).any(axis=None):
        raise ValueError("A count of stories cannot be negative.")
    n_rows, n_columns = counts.shape
    cells = {(row, column): int(counts.iloc[row, column]) for row in range(n_rows) for column in range(n_columns)}
    hidden = {place for place, count in cells.items() if 0 < count < smallest}
    if also is not None:
        hidden |= {place for place, count in cells.items() if also[place] and count > 0}
    safe: set[Place] = set()  # hiding more never undoes it
    while len(hidden) < len(cells):
        company = _find_company(cells, hidden, safe)
        if not company:
            break
        hidden |= company
    mask = np.zeros(counts.shape, dtype=bool)
    for place in hidden:
        mask[place] = True
    return counts.astype("Int64").mask(mask)


def _find_company(cells: Mapping[Place, int], hidden: Set[Place], safe: set[Place]) -> set[Place]:
    """The visible cells to hide along with the first hidden cell that totals give away; none when all are safe.

    safe: hidden cells that were found to be safe before; those that are found now are added.

    A hidden cell can be another number if other hidden cells make up for it in every total: add one
    here, take one off in the same column, add one in that row, and so on, back to where it began.
    So a cell is safe when such a round trip exists in hidden cells alone, and the cheapest round
    trip through visible cells is the company that makes it safe.
    """
    steps = _list_steps(cells, hidden)
    for place in sorted(hidden - safe):
        row, column = _lines_of(place, cells)
        trips = [_find_trip(steps, column, row, without=place)]
        if cells[place] > _lowest(cells, hidden):
            trips.append(_find_trip(steps, row, column, without=place))
        cost, trip = min(trips, key=lambda found: found[0])
        if cost > 0:
            return trip - hidden or _neighbour(cells, hidden, place)
        safe.add(place)
    return set()


def _lowest(cells: Mapping[Place, int], hidden: Set[Place]) -> int:
    # A zero is hidden only where nothing else was left; without one, every hidden cell is 1 or more.
    return 0 if any(cells[place] == 0 for place in hidden) else 1


def _lines_of(place: Place, cells: Mapping[Place, int]) -> tuple[Line, Line]:
    # In a table of one row every column is one cell, so its total is no total: all columns are one line.
    last = max(cells)
    return ("row", place[0] if last[1] else 0), ("column", place[1] if last[0] else 0)


def _list_steps(cells: Mapping[Place, int], hidden: Set[Place]) -> dict[Line, list[tuple[int, Place, Line]]]:
    """From each line the steps to others: what it costs to hide the cell, the cell, the line.

    A step from a row to a column adds one to their cell, a step back takes one off. Fewest cells
    first, then the smallest; a zero costs more than any table.
    """
    lowest = _lowest(cells, hidden)
    steps: dict[Line, list[tuple[int, Place, Line]]] = {}
    for place, count in sorted(cells.items()):
        cost = 0 if place in hidden else MANY**2 if count == 0 else MANY + count
        row, column = _lines_of(place, cells)
        steps.setdefault(row, []).append((cost, place, column))
        if count > lowest:
            steps.setdefault(column, []).append((cost, place, row))
    return steps


def _find_trip(
    steps: Mapping[Line, list[tuple[int, Place, Line]]], start: Line, end: Line, *, without: Place
) -> tuple[float, set[Place]]:
    """The cheapest way from one line to another and its cells (Dijkstra); infinite when there is none."""
    to_visit: list[tuple[int, Line, tuple[Place, ...]]] = [(0, start, ())]
    seen: set[Line] = set()
    while to_visit:
        cost, line, trip = heapq.heappop(to_visit)
        if line == end:
            return cost, set(trip)
        if line not in seen:
            seen.add(line)
            for price, place, other in steps.get(line, ()):
                if place != without and other not in seen:
                    heapq.heappush(to_visit, (cost + price, other, (*trip, place)))
    return math.inf, set()


def _neighbour(cells: Mapping[Place, int], hidden: Set[Place], alone: Place) -> set[Place]:
    """The visible cell nearest to one that no trip can protect yet: beside it if possible, a zero last."""
    visible = set(cells) - hidden
    beside = [place for place in visible if place[0] == alone[0] or place[1] == alone[1]]
    return {min(beside or visible, key=lambda place: (cells[place] == 0, cells[place], place))}


def suppress_counts(counts: Sequence[int], *, smallest: int) -> list[int | None]:
    """`suppress_table` for one line of counts whose total the reader may know."""
    table = suppress_table(pd.DataFrame([list(counts)]), smallest=smallest)
    return [None if pd.isna(value) else int(value) for value in table.iloc[0]]


def round_count(count: int | None, *, multiple: int) -> int | None:
    """Round to the nearest multiple, halves up, as the statistics office does; hidden stays hidden."""
    return None if count is None else int((count + multiple / 2) // multiple) * multiple


def show_count(count: int | None, *, smallest: int) -> str:
    """The count for a reader, in words where it is hidden."""
    return f"minder dan {smallest}" if count is None else str(count)
