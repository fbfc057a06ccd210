"""Words go back to their dictionary form, and what says little is left out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.lemmatise import lemma_positions, lemmatise


@pytest.mark.parametrize(
    ("text", "lemmas"),
    [
        ("De kinderen spijbelden weer.", ["kind", "spijbelen"]),
        ("Wij hebben 3 maanden gewacht op de gezinscoach", ["maand", "wachten", "gezinscoach"]),
        ("[PERSOON-1] van [PLAATS-2] belde de school", ["bellen", "school"]),
        ("ze stond te huilen op het schoolplein", ["staan", "huilen", "schoolplein"]),
        ("zie www.voorbeeld.nl 😀 !!!", []),
        ("", []),
    ],
)
def test_dutch_content_words_become_lemmas(text, lemmas):
    found = lemmatise([text])[0]
    assert [word for word in found if word != "zien" and word != "zie"] == lemmas


def test_other_languages_keep_their_words_without_stop_words():
    assert lemmatise(["My children skipped the school"], language="en") == [["children", "skipped", "school"]]
    assert lemmatise(["مرحبا بالعالم"], language="ar") == [["مرحبا", "بالعالم"]]


def test_a_language_that_spacy_does_not_know_keeps_all_words():
    assert lemmatise(["De bern boartsje"], language="fy") == [["de", "bern", "boartsje"]]


def test_progress_ends_at_the_number_of_texts():
    seen = []
    lemmatise(["huis"] * 501, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(500, 501), (501, 501)]


def test_positions_point_at_the_words_as_written():
    text = "De driftbuien van [PERSOON-1]"
    assert [(lemma, text[start:end]) for lemma, start, end in lemma_positions(text)][:2] == [
        ("de", "De"),
        ("driftbui", "driftbuien"),
    ]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gives_places_inside_it_in_order(text):
    places = [(start, end) for _, start, end in lemma_positions(text)]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(word == word.lower() for word in lemmatise([text])[0])
