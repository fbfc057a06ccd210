"""Marks in a masked text, such as [PERSOON-1]: where they stand, and how a reader puts in more of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MARK = re.compile(r"\[([A-Z]+)-(\d+)\]")
# What a reader can say that a piece is, and the word in its mark: as de-identification writes them.
HIDE_KINDS: Mapping[str, str] = {
    "person": "PERSOON",
    "place": "PLAATS",
    "address": "ADRES",
    "school": "SCHOOL",
    "organisation": "ORGANISATIE",
    "date": "DATUM",
    "age": "LEEFTIJD",
    "phone": "TELEFOON",
    "username": "GEBRUIKERSNAAM",
    "other": "OVERIG",
}
_WORD = re.compile(r"\w+(?:['’\-.]\w+)*")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")


@dataclass(frozen=True)
class Word:
    """A word of a text, by its offsets. Marks are no words."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Hidden:
    """A text in which pieces became marks. replaced: (start, end, length of the mark) in the text before."""

    text: str
    replaced: tuple[tuple[int, int, int], ...]


def find_marks(text: str) -> list[tuple[int, int, str]]:
    """Where the marks of a masked text stand, and their kind in the mark's own word ("persoon")."""
    return [(mark.start(), mark.end(), mark[1].lower()) for mark in MARK.finditer(text)]


def describe_marks(text: str) -> list[dict[str, Any]]:
    """The marks of a text as they are stored: [{start, end, type}]."""
    return [{"start": start, "end": end, "type": kind} for start, end, kind in find_marks(text)]


def split_words(text: str) -> list[Word]:
    """The words that a reader can choose from, in order; marks are left out."""
    marks = find_marks(text)
    return [
        Word(found.start(), found.end(), found.group())
        for found in _WORD.finditer(text)
        if all(found.end() <= start or found.start() >= end for start, end, _ in marks)
    ]


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of a text that have words in them."""
    return [found.span() for found in _SENTENCE.finditer(text) if _WORD.search(found.group())]


def join_words(text: str, words: Iterable[Word]) -> list[str]:
    """The pieces that chosen words make: words with nothing but a space between them are one piece.

    >>> text = "de bakker van ons dorp"
    >>> chosen = split_words(text)
    >>> join_words(text, [chosen[0], chosen[1], chosen[4]])
    ['de bakker', 'dorp']
    """
    spans: list[tuple[int, int]] = []
    for word in sorted(words, key=lambda one: one.start):
        if spans and not text[spans[-1][1] : word.start].strip():
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
    return [text[start:end] for start, end in spans]


def hide_pieces(texts: Sequence[str], pieces: Iterable[str], kind: str) -> list[Hidden]:
    """Put a mark in place of each piece, wherever it stands in any of these texts, capitals or not.

    texts: title and text of one story. kind: a key of HIDE_KINDS. The same piece gets one number, higher
    than those of its kind that are there. A piece may hold a mark, but never cuts into one.
    """
    results = [Hidden(text, ()) for text in texts]
    wanted = dict.fromkeys(" ".join(piece.lower().split()) for piece in pieces if piece.strip())
    # The longest first: "ons dorp" before "dorp".
    for piece in sorted(wanted, key=len, reverse=True):
        mark = f"[{HIDE_KINDS[kind]}-{_next_number([one.text for one in results], HIDE_KINDS[kind])}]"
        results = [_join(one, _replace(one.text, piece, mark)) for one in results]
    return results


def move_spans(spans: Iterable[Mapping[str, Any]], hidden: Hidden) -> list[dict[str, Any]]:
    """Stored spans of a text at their new places; those that were hidden, in whole or in part, are gone."""
    moved = []
    for span in spans:
        start, end = int(span["start"]), int(span["end"])
        if all(end <= from_ or start >= to for from_, to, _ in hidden.replaced):
            shift = sum(length - (to - from_) for from_, to, length in hidden.replaced if to <= start)
            moved.append({**span, "start": start + shift, "end": end + shift})
    return moved


def _next_number(texts: Sequence[str], word: str) -> int:
    return 1 + max((int(found[2]) for text in texts for found in MARK.finditer(text) if found[1] == word), default=0)


def _replace(text: str, piece: str, mark: str) -> Hidden:
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, piece.split())) + r"(?!\w)", re.IGNORECASE)
    marks = find_marks(text)
    found = [
        match.span()
        for match in pattern.finditer(text)
        if all(
            match.end() <= start or match.start() >= end or (match.start() <= start and end <= match.end())
            for start, end, _ in marks
        )
    ]
    parts, at = [], 0
    for start, end in found:
        parts += [text[at:start], mark]
        at = end
    return Hidden("".join([*parts, text[at:]]), tuple((start, end, len(mark)) for start, end in found))


def _join(first: Hidden, second: Hidden) -> Hidden:
    """Two replacements after each other, as one list of places in the text before both."""
    places = list(first.replaced)
    for start, end, length in second.replaced:
        before_start, before_end = _place_before(first, start), _place_before(first, end)
        # A later piece may swallow an earlier mark.
        inside = [one for one in places if before_start <= one[0] and one[1] <= before_end]
        places = [one for one in places if one not in inside] + [(before_start, before_end, length)]
    return Hidden(second.text, tuple(sorted(places)))


def _place_before(hidden: Hidden, place: int) -> int:
    """An offset outside the marks of `hidden.text`, in the text before."""
    shift = 0
    for start, end, length in hidden.replaced:
        if place + shift <= start:
            break
        shift += (end - start) - length
    return place + shift
