"""Finds cue words in stories, as written and as lemmas."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.taxonomy import Cue, Tag
from pipeline.lemmatise import lemma_positions_of_all

_PREFIX = 2


@dataclass(frozen=True)
class CueHit:
    """A cue found in a text. tag and cue are numbers; text[start:end] are the whole words it was found in."""

    tag: int
    cue: int
    start: int
    end: int


@dataclass(frozen=True)
class _Entry:
    tag: int
    cue: int
    match: str
    not_in: tuple[str, ...]


class CueFinder:
    """Finds all cues of a list of tags in one pass over a text.

    A cue counts when it stands in the text as written (capitals aside), or when its lemmas follow one another
    in the lemmas of the text, so that "driftbuien" finds "driftbui" and "spijbelen" finds "spijbelde".
    n_cues: how many cues there are; cue_tags[i] is the tag of cue i.
    """

    def __init__(self, tags: Sequence[Tag], *, language: str = "nl") -> None:
        self.language = language
        self.cue_tags: list[int] = []
        self._written: dict[str, list[_Entry]] = {}
        self._lemmas: dict[str, list[_Entry]] = {}
        cues = [(number, cue) for number, tag in enumerate(tags) for cue in tag.cues]
        lemmas = lemma_positions_of_all([cue.text.lower() for _, cue in cues], language=language)
        for (number, cue), positions in zip(cues, lemmas, strict=True):
            self._add(number, cue, " ".join(lemma for lemma, _, _ in positions))
        self._tables = [(table, *_index(table)) for table in (self._written, self._lemmas)]

    @property
    def n_cues(self) -> int:
        return len(self.cue_tags)

    def _add(self, tag: int, cue: Cue, lemmas: str) -> None:
        entry = _Entry(tag, len(self.cue_tags), cue.match, tuple(phrase.lower() for phrase in cue.not_in))
        self.cue_tags.append(tag)
        written = " ".join(cue.text.lower().split())
        self._written.setdefault(written, []).append(entry)
        if lemmas:
            # A short lemma inside other words finds too much ("al" for "alles"); whole words only.
            kind = "woord" if len(lemmas) < 5 else "begin"
            self._lemmas.setdefault(lemmas, []).append(_Entry(tag, entry.cue, kind, entry.not_in))

    def find(self, texts: Sequence[str]) -> list[list[CueHit]]:
        """Return the hits per text, each cue once, in the order of the cues."""
        positions = lemma_positions_of_all(texts, language=self.language)
        return [self._find_in(text, words) for text, words in zip(texts, positions, strict=True)]

    def _find_in(self, text: str, words: list[tuple[str, int, int]]) -> list[CueHit]:
        hits: dict[int, CueHit] = {}
        # Lower-casing must not move letters: a few characters ("İ") become two.
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        flat = re.sub(r"\s", " ", lower)
        for entry, start, end in self._scan(flat, 0):
            if entry.cue not in hits and not _is_inside(flat, start, end, entry.not_in):
                hits[entry.cue] = CueHit(entry.tag, entry.cue, *_whole_words(flat, start, end))
        joined, places = _join(words)
        for entry, start, end in self._scan(joined, 1):
            if entry.cue in hits:
                continue
            first, last = places[start], places[end - 1]
            if not _is_inside(flat, first[0], last[1], entry.not_in):
                hits[entry.cue] = CueHit(entry.tag, entry.cue, first[0], last[1])
        return [hits[cue] for cue in sorted(hits)]

    def _scan(self, text: str, table_number: int) -> Iterator[tuple[_Entry, int, int]]:
        table, starts, lengths = self._tables[table_number]
        for at in range(len(text)):
            if text[at : at + _PREFIX] not in starts:
                continue
            at_start = at == 0 or not text[at - 1].isalnum()
            for length in lengths[text[at : at + _PREFIX]]:
                piece = text[at : at + length]
                if len(piece) < length:
                    break
                for entry in table.get(piece, ()):
                    end = at + length
                    at_end = end == len(text) or not text[end].isalnum()
                    if entry.match == "deelstring" or (at_start and (entry.match == "begin" or at_end)):
                        yield entry, at, end


def _index(table: dict[str, list[_Entry]]) -> tuple[set[str], dict[str, list[int]]]:
    """Return the first letters of all cues, and for each of those the lengths that occur, short first."""
    lengths: dict[str, set[int]] = {}
    for text in table:
        lengths.setdefault(text[:_PREFIX], set()).add(len(text))
    return set(lengths), {start: sorted(found) for start, found in lengths.items()}


def _join(words: list[tuple[str, int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """Return the lemmas with spaces between, and for each character the place of its word in the text."""
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    for lemma, start, end in words:
        parts.append(lemma)
        places.extend([(start, end)] * (len(lemma) + 1))
    return " ".join(parts), places


def _is_inside(text: str, start: int, end: int, phrases: tuple[str, ...]) -> bool:
    """True when the hit is part of an expression in which it does not count."""
    for phrase in phrases:
        at = text.find(phrase, max(0, start - len(phrase)))
        while 0 <= at <= start:
            if end <= at + len(phrase):
                return True
            at = text.find(phrase, at + 1)
    return False


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end
