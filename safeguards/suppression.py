"""Small groups: hide a count, hide what totals give away, round what leaves the house."""

from collections.abc import Sequence

import pandas as pd


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


def suppress_table(counts: pd.DataFrame, *, smallest: int) -> pd.DataFrame:
    """Return a table of counts with small cells hidden, and enough others that totals give nothing away.

    counts: whole numbers, any number of rows and columns, whose row and column totals the reader
    may know. In each row or column with exactly one hidden cell, the smallest visible cell above
    zero is hidden too (zero only if there is nothing else), again and again until no line has a
    lone hidden cell. Hidden cells are pd.NA (dtype Int64).
    """
    if (counts < 0).any(axis=None):
        raise ValueError("A count of stories cannot be negative.")
    hidden = (counts > 0) & (counts < smallest)
    while True:
        cell = _find_cell_to_hide(counts, hidden)
        if cell is None:
            return counts.astype("Int64").mask(hidden)
        hidden.iloc[cell] = True


def _find_cell_to_hide(counts: pd.DataFrame, hidden: pd.DataFrame) -> tuple[int, int] | None:
    n_rows, n_columns = counts.shape
    lines = [[(row, column) for column in range(n_columns)] for row in range(n_rows)]
    lines += [[(row, column) for row in range(n_rows)] for column in range(n_columns)]
    for line in lines:
        if sum(bool(hidden.iloc[cell]) for cell in line) == 1:
            visible = [cell for cell in line if not hidden.iloc[cell]]
            if visible:
                # A hidden zero protects nothing when readers can guess it, so zeros come last.
                return min(visible, key=lambda cell: (counts.iloc[cell] == 0, counts.iloc[cell], cell))
    return None


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
