"""A reader hides a piece: everywhere in the story, with a new number, and never inside another mark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deidentification.spans import DUTCH_NAMES
from stories.marks import HIDE_KINDS, find_marks, hide_pieces, join_words, move_spans, split_sentences, split_words

WORDS = st.lists(st.sampled_from(["de", "Bakker", "zei", "ons", "dorp", "[PERSOON-1]", "[OVERIG-2]"]), max_size=12)


def test_readers_write_the_marks_that_the_machine_writes() -> None:
    assert {kind: DUTCH_NAMES[kind] for kind in HIDE_KINDS} == HIDE_KINDS


@pytest.mark.parametrize(
    ("text", "pieces", "kind", "hidden"),
    [
        ("De bakker zei: bakkerij.", ["bakker"], "other", "De [OVERIG-1] zei: bakkerij."),
        ("Bakker en BAKKER.", ["bakker"], "person", "[PERSOON-1] en [PERSOON-1]."),
        ("[PERSOON-2] en Bram.", ["Bram"], "person", "[PERSOON-2] en [PERSOON-3]."),
        ("ons dorp, dat dorp", ["dorp", "ons dorp"], "place", "[PLAATS-1], dat [PLAATS-2]"),
        ("de bakker van [PLAATS-1]", ["bakker van [PLAATS-1]"], "other", "de [OVERIG-1]"),
        ("[PERSOON-1] zei 1 ding", ["1"], "other", "[PERSOON-1] zei [OVERIG-1] ding"),
        ("een persoon en [PERSOON-1]", ["persoon"], "person", "een [PERSOON-2] en [PERSOON-1]"),
        ("de  oude\nbakker", ["oude bakker"], "other", "de  [OVERIG-1]"),
        ("niets", ["iets anders", ""], "other", "niets"),
        ("a (b) c", ["(b)"], "other", "a [OVERIG-1] c"),
    ],
)
def test_a_piece_becomes_a_mark_wherever_it_stands(text: str, pieces: list[str], kind: str, hidden: str) -> None:
    assert hide_pieces([text], pieces, kind)[0].text == hidden


def test_title_and_text_share_their_numbers() -> None:
    title, text = hide_pieces(["Bakker", "[OVERIG-4] en de bakker."], ["bakker"], "other")
    assert (title.text, text.text) == ("[OVERIG-5]", "[OVERIG-4] en de [OVERIG-5].")


def test_doubts_move_with_the_text_and_go_when_they_are_hidden() -> None:
    text = "Mijn man is de enige bakker, hij is 49 jaar."
    doubts = [{"start": 15, "end": 27, "type": "other"}, {"start": 36, "end": 43, "type": "age"}]
    (hidden,) = hide_pieces([text], ["bakker", "Mijn"], "other")
    (left,) = move_spans(doubts, hidden)
    assert hidden.text[left["start"] : left["end"]] == "49 jaar" and left["type"] == "age"


@given(words=WORDS, pieces=st.lists(st.sampled_from(["bakker", "ons dorp", "dorp", "de"]), max_size=3))
def test_what_was_hidden_is_gone_and_what_stays_moves_with_it(words: list[str], pieces: list[str]) -> None:
    text = " ".join(words)
    (hidden,) = hide_pieces([text], pieces, "other")
    left = [word.text.lower() for word in split_words(hidden.text)]
    assert not [piece for piece in pieces if " " not in piece and piece in left]
    kept = move_spans([{"start": w.start, "end": w.end} for w in split_words(text)], hidden)
    assert [hidden.text[one["start"] : one["end"]].lower() for one in kept] == left
    assert len(find_marks(hidden.text)) >= len(find_marks(text)) or "[" not in text


def test_words_side_by_side_are_one_piece_and_a_mark_parts_them() -> None:
    text = "de oude bakker, van [PLAATS-1] dorp"
    words = split_words(text)
    assert [word.text for word in words] == ["de", "oude", "bakker", "van", "dorp"]
    assert join_words(text, words[1:]) == ["oude bakker", "van", "dorp"]


def test_a_text_without_full_stops_is_one_sentence_and_nothing_is_none() -> None:
    assert split_sentences("geen punt") == [(0, 9)]
    assert split_sentences("... ") == []
