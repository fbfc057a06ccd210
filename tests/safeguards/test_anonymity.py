"""Rows that leave: nobody stands alone by what outsiders could know, and what that cost is counted."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeguards.anonymity import MONTH_STEPS, Anonymised, ColumnLoss, anonymise, merge_step

K = 3
STEPS = {"month": MONTH_STEPS, "language": (), "age": (merge_step({"8": "8-11", "10": "8-11"}),)}
FACTS = list(STEPS)


def hide(rows: pd.DataFrame) -> Anonymised:
    return anonymise(rows, within="perspective", steps=STEPS, smallest=K)


def draw(drawing: str) -> pd.DataFrame:
    """Rows: perspective, month, language, age, and a number of people alike, each of them a teller."""
    lines = [line.split() for line in drawing.strip().splitlines()]
    people = [[None if cell == "-" else cell for cell in line[:4]] for line in lines for _ in range(int(line[4]))]
    rows = pd.DataFrame(people, columns=["perspective", *FACTS], dtype=object)
    return rows.assign(teller_id=[f"t{number}" for number in range(len(rows))])


def show(rows: pd.DataFrame) -> list[str]:
    lines = rows[["perspective", *FACTS]].astype(object).where(rows[["perspective", *FACTS]].notna(), "-")
    counted = lines.value_counts().sort_index()
    return [f"{' '.join(map(str, line))} {n}" for line, n in counted.items()]


@pytest.mark.parametrize(
    ("told", "leaves"),
    [
        ("parent 2024-01 nl 8 4", ["parent 2024-01 nl 8 4"]),
        ("parent 2024-01 nl 8 2\nparent 2024-02 nl 8 2", ["parent 2024-K1 nl 8 4"]),
        ("parent 2024-01 nl 8 2\nparent 2024-07 nl 8 2", ["parent 2024 nl 8 4"]),
        ("child 2024-01 nl 8 2\nchild 2024-01 nl 10 2", ["child 2024-01 nl 8-11 4"]),
        # Two rare ones among many: blank, with just enough others that being blank says nothing.
        ("parent 2024-01 nl 8 9\nparent 2024-01 ar - 3", ["parent 2024-01 ar - 3", "parent 2024-01 nl 8 9"]),
        (
            "parent 2024-01 nl 8 9\nparent 2024-01 ar 8 2\nparent 2024-01 fr 8 2",
            ["parent 2024-01 - 8 4", "parent 2024-01 nl 8 9"],
        ),
        # A few who said nothing are blank already, so the others who are rare are blank with them.
        ("parent 2024-01 nl 8 9\nparent - - - 1\nparent 2024-01 ar 8 2", ["parent - - - 3", "parent 2024-01 nl 8 9"]),
        # Two workers are nobody's crowd, and children are not theirs.
        ("worker 2024-01 nl - 2\nchild 2024-01 nl 8 3", ["child 2024-01 nl 8 3"]),
    ],
)
def test_what_is_rare_is_made_coarser_then_blank_then_stays_behind(told: str, leaves: list[str]) -> None:
    assert show(hide(draw(told)).rows) == leaves


def test_the_loss_is_counted_for_each_column() -> None:
    out = hide(draw("parent 2024-01 nl 8 2\nparent 2024-02 nl 8 2\nworker 2024-01 nl - 2"))
    assert out.loss == {"month": ColumnLoss(4, 0), "language": ColumnLoss(), "age": ColumnLoss()}
    assert out.n_withheld == 2


def test_many_stories_of_one_teller_are_no_crowd() -> None:
    rows = draw("parent 2024-01 nl 8 5\nparent 2024-01 nl 10 4")
    rows.loc[5:, "teller_id"] = "always the same"
    assert "parent 2024-01 nl 10 4" not in show(hide(rows).rows)


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["parent", "parent", "worker"]),
        st.sampled_from(["2023-12", "2024-01", "2024-02", "2024-06"]),
        st.sampled_from(["nl", "nl", "ar", None]),
        st.sampled_from(["8", "10", "12", None]),
        st.integers(0, 12),
    ),
    min_size=1,
    max_size=40,
)


def collect(people: list[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(people, columns=["perspective", *FACTS, "teller_id"], dtype=object)


@settings(max_examples=200, deadline=None)
@given(PEOPLE)
def test_every_combination_that_leaves_is_shared_by_enough_tellers(people: list[tuple[object, ...]]) -> None:
    out = hide(collect(people)).rows
    classes = out.fillna("-").groupby(["perspective", *FACTS])["teller_id"].nunique()
    assert (classes >= K).all()


@settings(max_examples=80, deadline=None)
@given(PEOPLE, st.randoms())
def test_the_order_of_the_rows_makes_no_difference(people: list[tuple[object, ...]], chance: object) -> None:
    mixed = list(people)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert show(hide(collect(people)).rows) == show(hide(collect(mixed)).rows)


@settings(max_examples=80, deadline=None)
@given(PEOPLE)
def test_once_more_changes_nothing_for_the_worse_in_size(people: list[tuple[object, ...]]) -> None:
    once = hide(collect(people)).rows
    assert show(hide(once).rows) == show(once)
