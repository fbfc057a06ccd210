"""Small groups stay hidden, also from a reader who knows the totals."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from safeguards.suppression import round_count, show_count, suppress, suppress_counts, suppress_table

HIDDEN = None


def draw(drawing: str) -> pd.DataFrame:
    """A table of counts from its drawing, one row a line."""
    return pd.DataFrame([[int(cell) for cell in line.split()] for line in drawing.strip().splitlines()])


def show(table: pd.DataFrame) -> str:
    """A table as it is drawn; "." is hidden."""
    rows = ([("." if pd.isna(cell) else str(cell)) for cell in row] for row in table.itertuples(index=False))
    return "\n".join(" ".join(row) for row in rows)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, HIDDEN), (9, HIDDEN), (10, 10)])
def test_a_small_group_is_hidden_and_nobody_is_shown_as_nobody(count: int, shown: int | None) -> None:
    assert suppress(count, smallest=10) == shown


def test_a_count_below_zero_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        suppress(-1, smallest=10)
    with pytest.raises(ValueError, match="negative"):
        suppress_table(pd.DataFrame([[-1]]), smallest=10)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([20, 30, 40], [20, 30, 40]),
        ([3, 30, 40], [None, None, 40]),  # 30 goes along, or the total gives the 3
        ([3, 0, 40], [None, 0, None]),  # a zero stays: everybody could guess it
        ([3, 0, 0], [None, None, 0]),  # unless there is nothing else
        ([1, 1, 40], [None, None, None]),  # two hidden that add up to 2 are 1 and 1
        ([2, 1, 40], [None, None, 40]),
        ([], []),
        ([0, 0], [0, 0]),
    ],
)
def test_one_line_keeps_its_secret_when_the_total_is_known(counts: list[int], shown: list[int | None]) -> None:
    assert suppress_counts(counts, smallest=10) == shown


def test_a_lone_hidden_cell_gets_company_in_its_row_and_its_column() -> None:
    counts = draw("""
        3  20 30
        40 50 60
        70 80 90
    """)
    assert show(suppress_table(counts, smallest=10)) == "\n".join([". . 30", ". . 60", "70 80 90"])


def test_a_cell_between_two_blocks_is_not_given_away() -> None:
    # Every line has two hidden cells or more, and still rows 1 and 2 together give the 4 away.
    counts = draw("""
        5  6  0  0
        7  8  4  0
        20 0  5  6
        0  30 7  8
    """)
    assert find_by_trying(suppress_table(counts, smallest=10), counts) == []


def test_hidden_is_never_zero_and_never_a_number() -> None:
    shown = suppress_table(draw("3 20\n40 50"), smallest=10)
    assert shown.iloc[0, 0] is pd.NA and str(shown.dtypes.iloc[0]) == "Int64"


@pytest.mark.parametrize(("count", "shown"), [(None, None), (0, 0), (10, 10), (12, 10), (13, 15), (17, 15)])
def test_rounding_goes_to_the_nearest_and_keeps_hidden_hidden(count: int | None, shown: int | None) -> None:
    assert round_count(count, multiple=5) == shown


def test_halves_go_up() -> None:
    assert [round_count(count, multiple=10) for count in (15, 25, 35)] == [20, 30, 40]


def test_words_stand_where_a_number_is_hidden() -> None:
    assert [show_count(count, smallest=10) for count in (None, 0, 12)] == ["minder dan 10", "0", "12"]


tables = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 1, 2, 3, 4, 9, 10, 11, 25, 60]), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


def find_by_trying(shown: pd.DataFrame, counts: pd.DataFrame) -> list[tuple[int, int]]:
    """Attack: the hidden cells for which linear programming leaves one number only.

    Knows all visible cells, all totals of rows and columns, and that hidden cells are at least 1
    unless a zero had to be hidden.
    """
    hidden = [place for place in itertools.product(*map(range, shown.shape)) if pd.isna(shown.iloc[place])]
    lowest = 0 if any(counts.iloc[place] == 0 for place in hidden) else 1
    truth = np.array([counts.iloc[place] for place in hidden])
    lines = [[place[0] == row for place in hidden] for row in range(shown.shape[0]) if shown.shape[1] > 1]
    lines += [[place[1] == column for place in hidden] for column in range(shown.shape[1]) if shown.shape[0] > 1]
    known = np.array(lines, dtype=float)
    found = []
    for number, place in enumerate(hidden):
        ends = []
        for sign in (1, -1):
            goal = np.zeros(len(hidden))
            goal[number] = sign
            ends.append(sign * linprog(goal, A_eq=known, b_eq=known @ truth, bounds=(lowest, None)).fun)
        if ends[1] - ends[0] < 0.5:
            found.append(place)
    return found


@settings(max_examples=60, deadline=None)
@given(tables)
@example([[5, 6, 0, 0], [7, 8, 4, 0], [20, 0, 5, 6], [0, 30, 7, 8]])
@example([[1, 1, 40], [30, 30, 30]])
def test_no_hidden_cell_can_be_computed_from_what_is_shown_and_the_totals(rows: list[list[int]]) -> None:
    counts = pd.DataFrame(rows)
    shown = suppress_table(counts, smallest=10)
    if counts.size == 1 or shown.isna().all(axis=None):
        return  # nothing more could be hidden
    assert find_by_trying(shown, counts) == []


@settings(max_examples=60, deadline=None)
@given(tables)
def test_a_visible_cell_is_the_true_count_and_never_a_small_one(rows: list[list[int]]) -> None:
    counts = pd.DataFrame(rows)
    shown = suppress_table(counts, smallest=10)
    for place in itertools.product(*map(range, counts.shape)):
        if not pd.isna(shown.iloc[place]):
            assert shown.iloc[place] == counts.iloc[place]
            assert counts.iloc[place] == 0 or counts.iloc[place] >= 10


def test_a_table_without_small_cells_is_shown_whole() -> None:
    counts = draw("10 0\n25 60")
    assert suppress_table(counts, smallest=10).equals(counts.astype("Int64"))


def test_a_wide_table_is_done_before_anyone_waits() -> None:
    counts = pd.DataFrame(np.random.default_rng(1).poisson(12, (25, 12)))
    assert not suppress_table(counts, smallest=10).isna().all(axis=None)
