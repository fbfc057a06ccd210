"""A selection is judged by what is left when another is laid beside it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeguards.differencing import (
    MOST_CONDITIONS,
    Condition,
    has_small_rest,
    is_safe,
    make_condition,
    make_loose_condition,
    smallest_group,
)

K = 3


def judge(*conditions: Condition, tellers: list[int] | None = None) -> bool:
    n = len(conditions[0].values) if conditions else 0
    return is_safe(conditions, tellers or list(range(n)), smallest=K)


def answers(drawing: str) -> list[str | None]:
    """ "a5 b2 -3": five people said a, two b, three nothing."""
    return [None if part[0] == "-" else part[0] for part in drawing.split() for _ in range(int(part[1:]))]


@pytest.mark.parametrize(
    ("drawing", "chosen", "may"),
    [
        ("a5 b5", "a", True),
        ("a2 b8", "a", False),  # a small group
        ("a8 b2", "a", False),  # all minus these is a small group
        ("a5", "a", True),  # nobody is left
        ("a5 b4 -2", "b", False),  # the two who said nothing: all minus a minus b
        ("a9 b4 -2", "a", True),  # b is kept back to protect those two, so a can be shown
        ("a9 b4 -2", "b", False),
        ("a4 b4 c2", "ab", False),
        ("a4 b2 c4", "ab", False),  # the pair minus a alone
    ],
)
def test_one_field_is_judged_by_all_its_values(drawing: str, chosen: str, may: bool) -> None:
    assert judge(make_condition(answers(drawing), list(chosen))) is may


def test_two_stories_of_one_teller_are_one() -> None:
    values = answers("a4 b4")
    assert judge(make_condition(values, ["a"]))
    assert not judge(make_condition(values, ["a"]), tellers=[1, 1, 1, 1, 5, 6, 7, 8])


@pytest.mark.parametrize(
    ("both", "only_first", "only_second", "neither", "may"),
    [
        (3, 3, 3, 3, True),
        (3, 0, 3, 3, True),
        (3, 2, 3, 3, False),  # the first minus both
        (3, 3, 1, 3, False),
        (3, 3, 3, 2, False),  # all minus the first, minus the second, plus both
    ],
)
def test_two_fields_leave_no_small_group_in_any_corner(
    both: int, only_first: int, only_second: int, neither: int, may: bool
) -> None:
    first = ["a"] * (both + only_first) + ["b"] * (only_second + neither)
    second = ["x"] * both + ["y"] * only_first + ["x"] * only_second + ["y"] * neither
    assert judge(make_condition(first, ["a"]), make_condition(second, ["x"])) is may


def test_a_cell_that_protects_a_small_one_cannot_be_chosen_either() -> None:
    # a and x together are large; b and x are two, and the row and column totals would tell.
    first, second = answers("a9 b2 a4 b5 c9 c4"), answers("x9 x2 y4 y5 x9 y4")
    assert not judge(make_condition(first, ["b"]), make_condition(second, ["y"]))


def test_tags_are_judged_by_who_has_which() -> None:
    held = [frozenset("r")] * 4 + [frozenset("rq")] * 2 + [frozenset()] * 5
    assert judge(make_loose_condition(held, ["r"]))
    assert not judge(make_loose_condition(held, ["q"]))
    assert not judge(make_loose_condition(held, ["r", "q"]))  # beside "r" alone: who has both


def test_more_conditions_than_anyone_needs_are_refused() -> None:
    everybody = make_condition(["a"] * 20, ["a"])
    assert judge(*[everybody] * MOST_CONDITIONS)
    assert not judge(*[everybody] * (MOST_CONDITIONS + 1))


def test_a_part_has_a_small_rest_when_the_others_in_it_are_few() -> None:
    condition, who = make_condition(answers("a5 b5"), ["a"]), np.arange(10)
    part = np.array([True] * 4 + [False] + [True] * 2 + [False] * 3)
    assert has_small_rest([condition], who, part, smallest=K)
    assert not has_small_rest([condition], who, ~np.zeros(10, dtype=bool), smallest=K)
    assert not has_small_rest([condition], who, np.zeros(10, dtype=bool), smallest=K)


PEOPLE = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 9)), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None)
@given(PEOPLE, st.sampled_from(["a", "ab"]), st.sampled_from(["x", "xy"]))
def test_what_is_safe_leaves_nobody_few_with_and_without_each_field(
    people: list[tuple[str, str, int]], first: str, second: str
) -> None:
    one, other, tellers = (list(column) for column in zip(*people, strict=True))
    conditions = make_condition(one, list(first)), make_condition(other, list(second))
    if not judge(*conditions, tellers=tellers):  # type: ignore[arg-type]
        return
    for in_first in (True, False):
        for in_second in (True, False):
            corner = {who for a, b, who in people if (a in first) is in_first and (b in second) is in_second}
            assert not 0 < len(corner) < K


@settings(max_examples=50, deadline=None)
@given(PEOPLE, st.randoms())
def test_the_order_of_the_stories_and_of_the_fields_makes_no_difference(
    people: list[tuple[str, str, int]], chance: object
) -> None:
    mixed = list(people)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    found = set()
    for rows in (people, mixed):
        one, other, tellers = (list(column) for column in zip(*rows, strict=True))
        conditions = [make_condition(one, ["a"]), make_condition(other, ["x"])]
        found |= {judge(*conditions, tellers=tellers), judge(*conditions[::-1], tellers=tellers)}  # type: ignore[arg-type]
    assert len(found) == 1


def test_without_stories_there_is_no_group() -> None:
    assert smallest_group([], np.array([], dtype=int)) == float("inf")
