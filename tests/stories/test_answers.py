"""One answer beside its question: what is kept, what is mended, what is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.answers import AnswerError, check_value
from tests.cast import SMALL_FRAMEWORK, read_framework

SMALL = read_framework(SMALL_FRAMEWORK)
TRIAD, DYAD, STONES, CHOICE, FACT = (SMALL.elements[name] for name in ("T1", "D1", "S1", "M1", "since"))

shares = (
    st.tuples(*[st.floats(0, 1)] * 3).filter(lambda row: sum(row) > 0.01).map(lambda row: [s / sum(row) for s in row])
)


@given(shares)
def test_a_triad_answer_adds_up_to_one_and_keeps_its_order(row: list[float]) -> None:
    stored = check_value(TRIAD, row)
    assert list(stored) == ["doing", "learning", "being"]
    assert sum(stored.values()) == pytest.approx(1, abs=1e-12)
    assert list(stored.values()) == pytest.approx(row, abs=1e-9)


@given(shares)
def test_a_stored_triad_answer_is_read_back_as_itself(row: list[float]) -> None:
    stored = check_value(TRIAD, row)
    assert check_value(TRIAD, dict(reversed(stored.items()))) == pytest.approx(stored, abs=1e-12)


@given(shares, st.floats(0, 0.004))
def test_a_drag_that_ends_a_hair_outside_is_put_on_the_edge(row: list[float], hair: float) -> None:
    stored = check_value(TRIAD, [row[0] + hair, row[1] - hair, row[2]])
    assert all(0 <= share <= 1 for share in stored.values())
    assert sum(stored.values()) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ([1, 0, 0], [1, 0, 0]),
        (["0.8", "0.1", "0.1"], [0.8, 0.1, 0.1]),
        ([1.005, -0.005, 0], [1, 0, 0]),
        ([0.333, 0.333, 0.333], [1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_a_triad_by_hand(value: list[Any], stored: list[float]) -> None:
    assert list(check_value(TRIAD, value).values()) == pytest.approx(stored)


REFUSED = [
    (TRIAD, [0.5, 0.5, 0.5], "samen 1.50; dat moet 1 zijn"),
    (TRIAD, [0, 0, 0], "samen 0.00"),
    (TRIAD, [1.5, -0.5, 0], "elk aandeel ligt tussen 0 en 1"),
    (TRIAD, [float("nan"), 0.5, 0.5], "een gewoon getal"),
    (TRIAD, ["veel", "0.5", "0.5"], '"veel" is geen getal'),
    (TRIAD, [0.5, 0.5], "drie aandelen"),
    (TRIAD, "0.5", "drie aandelen"),
    (TRIAD, None, "drie aandelen"),
    (TRIAD, {"doing": 1, "learning": 0, "ander": 0}, "de hoeken doing, learning, being"),
    (TRIAD, {"doing": 1}, "de hoeken doing, learning, being"),
    (DYAD, -0.1, "buiten 0 tot 100"),
    (DYAD, 100.1, "buiten 0 tot 100"),
    (DYAD, "", "is geen getal"),
    (DYAD, None, "hier hoort een getal"),
    (DYAD, True, "hier hoort een getal"),
    (DYAD, [50], "hier hoort een getal"),
    (DYAD, 10**400, '"int" is geen getal'),
    (STONES, [1, 2], "een lijst van steen en plek"),
    (STONES, {"hond": [1, 2]}, 'steen "hond" bestaat niet. Kies uit child, school'),
    (STONES, {"child": [1]}, "twee getallen nodig"),
    (STONES, {"child": [1, 101]}, "buiten 0 tot 100"),
    (CHOICE, [], "kies een van de antwoorden"),
    (CHOICE, None, "kies een van de antwoorden"),
    (CHOICE, ["bang"], 'antwoord "bang" bestaat niet. Kies uit glad, sad, angry'),
    (CHOICE, ["glad", "sad", "angry"], "hoogstens 2"),
    (FACT, ["langer", "korter_dan_3_maanden"], "hoogstens 1"),
]


@pytest.mark.parametrize(("element", "value", "sentence"), REFUSED)
def test_a_wrong_answer_is_refused_with_its_question(element: Any, value: Any, sentence: str) -> None:
    with pytest.raises(AnswerError) as caught:
        check_value(element, value)
    assert sentence in caught.value.sentence and caught.value.element == element.id


@pytest.mark.parametrize(
    ("element", "value", "stored"),
    [
        (DYAD, 0, 0.0),
        (DYAD, "100", 100.0),
        (STONES, {"school": ["1", 2]}, {"school": [1.0, 2.0]}),
        (CHOICE, "glad", ["glad"]),
        (CHOICE, ["sad", "glad", "sad"], ["sad", "glad"]),
        (FACT, "langer", ["langer"]),
    ],
)
def test_a_good_answer_is_stored_in_one_shape(element: Any, value: Any, stored: Any) -> None:
    assert check_value(element, value) == stored


def test_a_sentence_in_the_place_of_an_answer_is_not_repeated_whole() -> None:
    with pytest.raises(AnswerError) as caught:
        check_value(CHOICE, ["Mijn buurvrouw kwam elke dag langs met soep en brood."])
    assert "soep" not in str(caught.value)


def test_an_option_that_was_not_offered_to_a_child_is_refused() -> None:
    assert check_value(CHOICE, ["angry"], perspective="parent") == ["angry"]
    with pytest.raises(AnswerError, match=r'"angry" bestaat niet\. Kies uit glad, sad'):
        check_value(CHOICE, ["angry"], perspective="child")
