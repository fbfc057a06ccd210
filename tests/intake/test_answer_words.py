"""Answers said back in words."""

import pytest

from intake.answer_words import describe_mix, describe_place
from intake.preview import Piece, Preview, split_pieces
from intake.wording import explanations_for, fill_variables
from tests.cast import read_framework


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((1 / 3, 1 / 3, 1 / 3), "alle drie even sterk"),
        ((0.8, 0.1, 0.1), "vooral regelen"),
        ((0.65, 0.25, 0.1), "vooral regelen, ook wat leren"),
        ((0.45, 0.45, 0.1), "regelen én leren"),
        ((0.55, 0.35, 0.1), "meer regelen dan leren"),
        ((0.45, 0.3, 0.25), "wat van alle drie, het meest regelen"),
        ((0, 0, 1), "vooral luisteren"),
    ],
)
def test_a_mix_is_said_without_percentages(shares: tuple[float, ...], words: str) -> None:
    assert describe_mix(dict(zip(("regelen", "leren", "luisteren"), shares, strict=True))) == words


@pytest.mark.parametrize(
    ("place", "words"), [(0, "a"), (30, "meer naar ‘a’"), (50, "er tussenin"), (70, "meer naar ‘b’"), (100, "b")]
)
def test_a_place_on_a_line_is_said_in_five_steps(place: float, words: str) -> None:
    assert describe_place(place, ("a", "b")) == words


def test_variables_are_filled_and_other_braces_stay() -> None:
    assert fill_variables("{helper} en {iets}", {"helper_nl": "de helper"}) == "de helper en {iets}"
    assert explanations_for(read_framework(), "child_8_12") == ["De helper is de persoon van WIJ die bij jullie komt."]
    assert explanations_for(read_framework(), "parent") == []


def test_a_preview_that_cannot_load_says_so_instead_of_showing_nothing_hidden() -> None:
    def fail() -> None:
        raise RuntimeError

    assert Preview(fail).show("Dit is Jan.", language="nl") is None


def test_a_text_without_spans_is_one_piece() -> None:
    assert split_pieces("Dit is alles.", []) == [Piece("Dit is alles.")]
    assert split_pieces("", []) == []
