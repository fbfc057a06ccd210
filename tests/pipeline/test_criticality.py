"""Signs say why a story is read sooner; they are found by plain rules, in words that the reader sees."""

import pytest

from pipeline.criticality import find_signs, load_rules, rank_of
from pipeline.doubts import MOST_DOUBTS, find_doubts
from stories.reading import SIGN_RANKS

CASES = [
    ("Mijn stiefvader slaat mij als hij drinkt.", ["danger"]),
    ("hij heeft mn zusje geslagen", ["danger"]),
    ("Ik durfde niet naar huis.", ["danger"]),
    ("Er kwam iemand van Veilig Thuis.", ["danger"]),
    ("We trommelden en ik sloeg op de trommel, mama ook.", []),
    ("Ik heb een plank doormidden geslagen!", []),
    ("ik wil niet meer leven", ["despair"]),
    ("Soms denk ik: was ik maar dood.", ["despair"]),
    ("Ze krast in haar arm.", ["despair"]),
    ("Toen opa dood was wou ik niet naar school.", []),
    ("Ik kan niet meer naar zwemles.", []),
    ("Mijn man is de enige bakker van [PLAATS-1].", ["recognisable"]),
    ("Het stond in de krant.", ["recognisable"]),
    ("Ons nummer is 24-VT-008815.", ["recognisable"]),
    ("De eerste keer van de zomer.", []),
    ("Zij kwam elke dinsdag. Dat hielp.", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "kinds"), CASES)
def test_a_story_gets_the_signs_of_its_words(text: str, kinds: list[str]) -> None:
    assert [sign.kind for sign in find_signs("", text)] == kinds


def test_the_words_that_gave_a_sign_are_named_in_their_order() -> None:
    (sign,) = find_signs("", "Soms slaat hij mij.")
    assert sign.words == ("slaat", "mij")


def test_words_of_two_sentences_are_no_rule_together() -> None:
    assert find_signs("", "De klok slaat. Mama lachte.") == []


def test_danger_comes_before_despair_and_counts_for_the_rank() -> None:
    signs = find_signs("Niet meer leven", "Het stond in de krant. Hij mishandelt haar.")
    assert [sign.kind for sign in signs] == ["danger", "despair", "recognisable"]
    assert rank_of(signs) == SIGN_RANKS["danger"] > SIGN_RANKS["despair"] > SIGN_RANKS["recognisable"]
    assert rank_of([]) == 0


def test_a_story_in_another_language_does_not_wait_at_the_end() -> None:
    (sign,) = find_signs("", "Everything was fine.", language="en")
    assert (sign.kind, rank_of([sign]) > 0) == ("unchecked", True)
    assert find_signs("", "Goed.", language=None) == []


def test_a_mark_is_no_word_that_a_sign_names() -> None:
    (sign,) = find_signs("", "Zij is de eerste imam van [PLAATS-1].")
    assert set(sign.words) == {"de", "eerste", "imam", "van"}


def test_the_rules_file_has_a_part_for_each_sign_that_rules_give() -> None:
    kinds = {rule.kind for rules in (*load_rules().by_word.values(), load_rules().by_stem) for rule in rules}
    assert kinds == set(SIGN_RANKS) - {"unchecked"}


def test_doubts_are_at_most_two_and_what_is_unique_comes_first() -> None:
    text = "Ik ben 49 jaar. Hij is 9. Mijn man is de enige bakker van [PLAATS-1]. Het stond in de krant. Zij is 12."
    doubts = find_doubts(text)
    assert [doubt["type"] for doubt in doubts] == ["other"] * MOST_DOUBTS
    assert "krant" in text[doubts[1]["start"] : doubts[1]["end"]]


def test_an_age_is_a_doubt_and_a_hidden_piece_is_not() -> None:
    text = "Mijn dochter is 12, [PERSOON-1] is [LEEFTIJD-1]."
    (doubt,) = find_doubts(text)
    assert (text[doubt["start"] : doubt["end"]], doubt["type"]) == ("12", "age")
    assert find_doubts("Zij kwam elke dinsdag.") == []
