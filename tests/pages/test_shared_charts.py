"""Charts: where answers lie, what is drawn of many, and what must not be readable from them."""

import doctest
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pages.shared.dutch
import pages.shared.progress
import pages.shared.released
import patterns.triads
from pages.shared import chart_shapes
from pages.shared.parts import place_answers
from patterns.triads import HEIGHT, bin_points, to_plane
from stories.queries import options_frame
from stories.selection import ZONE_NAMES, triad_zone
from tests.cast import read_framework

FRAMEWORK = read_framework()


@pytest.mark.parametrize("module", [pages.shared.dutch, pages.shared.released, pages.shared.progress, patterns.triads])
def test_the_examples_in_docstrings_are_true(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]

    assert found.attempted > 0
    assert found.failed == 0


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda shares: sum(shares) > 0.01))
def test_every_answer_lies_inside_the_triangle(shares: list[float]) -> None:
    x, y = to_plane(np.array([shares]) / sum(shares))[0]

    assert -1e-9 <= y <= HEIGHT + 1e-9
    assert y / HEIGHT / 2 - 1e-9 <= x <= 1 - y / HEIGHT / 2 + 1e-9


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.86), st.sampled_from(ZONE_NAMES)), min_size=1, max_size=60))
def test_bins_lose_nobody_and_never_mix_parts(rows: list[tuple[float, float, str]]) -> None:
    points = pd.DataFrame(rows, columns=["x", "y", "part"])

    bins = bin_points(points)

    assert bins["count"].sum() == len(points)
    assert bins.groupby("part")["count"].sum().to_dict() == points["part"].value_counts().to_dict()


def cloud(n: int) -> pd.DataFrame:
    shares = np.random.default_rng(1).dirichlet([1, 1, 1], n)
    points = pd.DataFrame(to_plane(shares), columns=["x", "y"])
    return points.assign(part=[triad_zone(*row) for row in shares])


def values_of(spec: chart_shapes.Spec) -> list[dict]:
    return next(layer["data"]["values"] for layer in spec["layer"] if layer["mark"]["type"] == "circle")


def test_few_answers_are_dots_and_many_are_bubbles() -> None:
    corners = ("een", "twee", "drie")

    few = values_of(chart_shapes.triad_chart(cloud(200), corners, chosen="", smallest=5))
    many = values_of(chart_shapes.triad_chart(cloud(20_000), corners, chosen="", smallest=5))

    assert len(few) == 200
    assert len(many) < 400


def test_a_bubble_of_few_has_one_size_whatever_its_count() -> None:
    values = values_of(chart_shapes.triad_chart(cloud(1_000), ("a", "b", "c"), chosen="", smallest=5))

    assert min(row["count"] for row in values) == 4
    assert {row["count"] for row in values} & {1, 2, 3} == set()


def test_a_dot_carries_no_story_and_no_teller() -> None:
    spec = chart_shapes.triad_chart(cloud(3), ("a", "b", "c"), chosen="", smallest=5)

    assert set(values_of(spec)[0]) == {"x", "y", "part", "is_chosen"}


def test_a_hidden_count_is_a_question_mark_and_not_a_zero() -> None:
    spec = chart_shapes.step_chart(
        [None, 0, 12, 7, None], ("1", "2", "3", "4", "5"), ("te vroeg", "te laat"), chosen="3"
    )

    labels = [row["label"] for row in spec["data"]["values"]]
    assert labels == ["?", "0", "12", "7", "?"]


def test_every_chart_can_be_sent_as_json_and_has_no_red_or_green() -> None:
    points = cloud(30)
    specs = [
        chart_shapes.triad_chart(points, ("a", "b", "c"), chosen="middle", smallest=5),
        chart_shapes.stones_chart(points, ("weinig", "veel"), ("laag", "hoog"), chosen="", smallest=5),
        chart_shapes.step_chart([1, 2, 3, 4, 5], ("1", "2", "3", "4", "5"), ("x", "y"), chosen=""),
        chart_shapes.option_chart([1, None], ("a", "b"), ("eerste", "tweede"), chosen="a"),
        chart_shapes.month_chart([1, None], ("jan 2024", "feb 2024")),
    ]

    for spec in specs:
        text = json.dumps(spec)
        assert not {"red", "green"} & set(text.replace('"', " ").split())


def answers(element: str, rows: list[tuple[str, str, object]]) -> pd.DataFrame:
    placed = pd.DataFrame(rows, columns=["story_id", "state", "value"]).set_index("story_id")
    flat = placed.reset_index()
    flat.insert(1, "element", element)
    return place_answers(
        FRAMEWORK.elements[element], placed, options_frame(flat, FRAMEWORK), stone="child" if element == "S1" else ""
    )


def test_past_niet_skipped_and_answered_are_three_things() -> None:
    placed = answers("D1", [("a", "answered", 0.0), ("b", "not_applicable", None), ("c", "skipped", None)])

    assert placed["part"].to_dict() == {"a": "1", "b": "na", "c": "skipped"}
    assert placed["x"].notna().to_dict() == {"a": True, "b": False, "c": False}


def test_a_stone_that_was_left_aside_is_not_placed() -> None:
    placed = answers("S1", [("a", "answered", {"child": [80, 90]}), ("b", "answered", {"parent": [1, 1]})])

    assert placed["part"].to_dict() == {"a": "top_right"}


def test_more_than_one_answer_counts_under_each() -> None:
    placed = answers("M2", [("a", "answered", ["happy", "proud"])])

    assert sorted(placed["part"]) == ["happy", "proud"]
