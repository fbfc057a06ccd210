"""A teller's answer in the words that the teller saw."""

import pytest

from dialogue.answer_words import list_options, say_answer, say_feelings, say_option
from dialogue.balance import story_tone
from dialogue.cards import StoryCard, freeze, thaw
from stories.framework import load_framework
from tests.dialogue.conftest import DEMO

FRAMEWORK = load_framework(DEMO / "framework_bjh.yaml")
S1, D1, M1, M2 = (FRAMEWORK.elements[name] for name in ("S1", "D1", "M1", "M2"))
T1 = FRAMEWORK.elements["T1"]
CORNERS = T1.texts["parent"].corners


def shares(*parts: float) -> dict[str, float]:
    return dict(zip(T1.pole_keys, parts, strict=True))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (shares(0.7, 0.2, 0.1), f'vooral "{CORNERS[0]}"'),
        (shares(0.05, 0.5, 0.45), f'tussen "{CORNERS[1]}" en "{CORNERS[2]}"'),
        (shares(0.5, 0.0, 0.5), f'tussen "{CORNERS[0]}" en "{CORNERS[2]}"'),
        (shares(0.34, 0.33, 0.33), "alle drie ongeveer even sterk"),
    ],
)
def test_a_triad_is_said_in_words_and_not_in_percentages(value, words):
    assert say_answer(T1, FRAMEWORK, "parent", "answered", value) == words


@pytest.mark.parametrize(
    ("value", "start"),
    [(3, "dicht bij"), (30, "meer naar"), (50, "midden tussen"), (70, "meer naar"), (100, "dicht bij")],
)
def test_a_dyad_is_said_as_near_an_end(value, start):
    words = say_answer(D1, FRAMEWORK, "parent", "answered", value)
    assert words.startswith(start)
    assert (D1.texts["parent"].poles[0 if value <= 50 else 1]) in words


def test_stones_are_said_one_by_one():
    words = say_answer(S1, FRAMEWORK, "parent", "answered", {"child": [10, 90], "school": [50, 50]})
    assert words == ("mijn kind: deed veel te weinig, had veel te zeggen; school of opvang: ertussenin, ertussenin")
    assert say_answer(S1, FRAMEWORK, "parent", "answered", {}) == "geen steen neergelegd"


def test_past_niet_and_skipped_are_two_things():
    assert say_answer(T1, FRAMEWORK, "child_8_12", "not_applicable", None) == "Past niet"
    assert say_answer(T1, FRAMEWORK, "child_8_12", "skipped", None) == "niet ingevuld"


def test_every_question_lists_its_options_with_past_niet_last():
    for question in (T1, D1, S1, M1):
        options = list_options(question, "parent")
        assert options[-1] == ("na", "past niet")
        assert all(say_option(question, key, "parent") == words for key, words in options)


def test_a_feeling_has_a_valence_and_another_choice_has_none():
    assert say_feelings(M1, ["very_bad"], "parent") == ["neg"]
    assert say_feelings(M2, ["happy", "afraid", "surprised"], "parent") == ["pos", "neg", "neutral"]
    assert say_feelings(FRAMEWORK.elements["M3"], [FRAMEWORK.elements["M3"].options[0].key], "parent") == []


@pytest.mark.parametrize(
    ("feelings", "tone"),
    [
        ((), None),
        (("pos",), "pos"),
        (("neg", "neutral"), "neg"),
        (("pos", "neg"), "mixed"),
        (("mixed",), "mixed"),
        (("neutral",), "mixed"),
    ],
)
def test_the_tone_of_a_story_is_what_its_teller_felt(feelings, tone):
    card = StoryCard("t", "x", "parent", "Ouder", "nl", "2024-03", (), feelings, None, (), "f", 1, None, {})
    assert story_tone(card) == tone
    assert thaw("story", freeze(card)) == card
