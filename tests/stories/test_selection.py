"""A selection fits in an address bar and comes back; every answer counts under exactly one option."""

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.selection import NA_OPTION, ZONE_NAMES, Selection, answer_option, dyad_step, select_stories, triad_zone

names = st.text(alphabet="abcXYZ019_.-", min_size=1, max_size=8)
selections = st.builds(
    Selection,
    perspectives=st.lists(names, max_size=3).map(tuple),
    tags=st.lists(names, max_size=3).map(tuple),
    themes=st.lists(st.integers(0, 10**9), max_size=3).map(tuple),
    answers=st.lists(st.tuples(names, names), max_size=3).map(tuple),
    words=st.text(max_size=20),
)


@given(selections)
def test_a_selection_comes_back_from_the_address_bar(selection: Selection) -> None:
    assert Selection.from_params(selection.to_params()) == selection


@pytest.mark.parametrize(
    "params",
    [
        {"thema": ["x", "-1", "1.5", "²", "٣", "9" * 5000, ""]},
        {"antwoord": ["T1", "T1:", ""]},
        {"onbekend": ["x"]},
        {"zoek": []},
    ],
)
def test_a_bent_link_shows_more_and_never_fails(params: dict[str, list[str]]) -> None:
    assert Selection.from_params(params) == Selection()


def test_one_element_is_asked_one_option() -> None:
    selection = Selection(answers=(("T1", "middle"), ("D1", "2"), ("T1", "na"))).with_answer("T1", "corner_1")
    assert selection.answers == (("D1", "2"), ("T1", "corner_1"))


shares = st.tuples(*[st.integers(0, 100)] * 3).filter(any).map(lambda row: tuple(share / sum(row) for share in row))
ZONE_OF_CORNERS = {
    "corner_1": {0},
    "corner_2": {1},
    "corner_3": {2},
    "between_12": {0, 1},
    "between_13": {0, 2},
    "between_23": {1, 2},
    "middle": {0, 1, 2},
}


@given(shares)
def test_a_triad_zone_moves_along_with_its_corners(row: tuple[float, float, float]) -> None:
    zone = ZONE_OF_CORNERS[triad_zone(*row)]
    for order in itertools.permutations(range(3)):
        turned = ZONE_OF_CORNERS[triad_zone(*(row[place] for place in order))]
        assert {order[place] for place in turned} == zone


@given(shares)
def test_every_triad_answer_lies_in_one_zone_that_has_its_largest_share(row: tuple[float, float, float]) -> None:
    zone = triad_zone(*row)
    assert zone in ZONE_NAMES and row.index(max(row)) in ZONE_OF_CORNERS[zone]


@pytest.mark.parametrize(
    ("row", "zone"),
    [
        ((1, 0, 0), "corner_1"),
        ((0.6, 0.4, 0), "corner_1"),
        ((0.2, 0.2, 0.6), "corner_3"),
        ((0.59, 0.41, 0), "between_12"),
        ((0.5, 0, 0.5), "between_13"),
        ((0.1, 0.45, 0.45), "between_23"),
        ((0.2, 0.3, 0.5), "middle"),
        ((1 / 3, 1 / 3, 1 / 3), "middle"),
    ],
)
def test_zones_by_hand(row: tuple[float, float, float], zone: str) -> None:
    assert triad_zone(*row) == zone


@pytest.mark.parametrize(
    ("position", "step"),
    [(0, "1"), (20, "1"), (20.1, "2"), (40, "2"), (50, "3"), (60, "3"), (80, "4"), (80.1, "5"), (100, "5")],
)
def test_a_border_of_a_dyad_belongs_to_the_lower_fifth(position: float, step: str) -> None:
    assert dyad_step(position) == step


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_later_place_on_a_dyad_is_never_an_earlier_step(one: float, other: float) -> None:
    assert dyad_step(min(one, other)) <= dyad_step(max(one, other))


@pytest.mark.parametrize(
    ("kind", "state", "value", "options"),
    [
        ("dyad", "answered", 0, ["1"]),
        ("dyad", "not_applicable", None, [NA_OPTION]),
        ("dyad", "skipped", None, []),
        ("triad", "answered", {"c": 0.8, "a": 0.1, "b": 0.1}, ["corner_3"]),
        ("stones", "answered", {"child": [1, 2]}, ["child"]),
        ("multi_choice", "answered", ["glad", "sad"], ["glad", "sad"]),
    ],
)
def test_zero_past_niet_and_skipped_count_under_three_things(
    kind: str, state: str, value: object, options: list[str]
) -> None:
    assert answer_option(kind, ("a", "b", "c"), state, value) == options


STORIES = pd.DataFrame(
    {
        "perspective": ["parent", "worker", "parent"],
        "theme_id": pd.array([1, None, 2], dtype="Int64"),
        "tags": [["T01"], [], ["T01", "T02"]],
        "title": ["De dag", "Thuis", ""],
        "text": ["Zij luisterde.", "Wij gingen.", "(a+b)* kwam"],
    },
    index=pd.Index(["a", "b", "c"], name="story_id"),
)
OPTIONS = pd.DataFrame(
    [("a", "T1", "middle"), ("b", "T1", "na"), ("c", "T1", "corner_1"), ("a", "M2", "glad"), ("c", "M2", "sad")],
    columns=["story_id", "element", "option"],
)


@pytest.mark.parametrize(
    ("selection", "kept"),
    [
        (Selection(), "abc"),
        (Selection(perspectives=("parent",)), "ac"),
        (Selection(themes=(1,)), "a"),
        (Selection(themes=(1, 10**18)), "a"),
        (Selection(tags=("T01",)), "ac"),
        (Selection(tags=("T02", "T09")), "c"),
        (Selection(answers=(("T1", "middle"), ("T1", "na"))), "ab"),
        (Selection(answers=(("T1", "middle"), ("M2", "sad"))), ""),
        (Selection(words=" LUISTER "), "a"),
        (Selection(words="thuis"), "b"),
        (Selection(words="(a+b)*"), "c"),
        (Selection(perspectives=("parent",), tags=("T01",), words="dag"), "a"),
    ],
)
def test_values_in_a_field_are_or_and_fields_are_and(selection: Selection, kept: str) -> None:
    assert "".join(select_stories(STORIES, OPTIONS, selection).index) == kept


def test_nothing_to_select_from_is_fine() -> None:
    everything = Selection(("parent",), ("T01",), (1,), (("T1", "middle"),), "dag")
    assert select_stories(STORIES.iloc[:0], OPTIONS.iloc[:0], everything).empty
