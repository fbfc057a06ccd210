"""Pieces of a text to hide: what they are, and how overlaps are settled."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

DUTCH_NAMES = {
    "person": "PERSOON", "place": "PLAATS", "address": "ADRES", "postcode": "POSTCODE", "phone": "TELEFOON",
    "email": "EMAIL", "date": "DATUM", "age": "LEEFTIJD", "bsn": "BSN", "school": "SCHOOL",
    "organisation": "ORGANISATIE", "url": "WEBADRES", "iban": "IBAN", "username": "GEBRUIKERSNAAM",
    "vehicle": "KENTEKEN", "other": "OVERIG",
}  # fmt: skip
TYPES = tuple(DUTCH_NAMES)
MARK = re.compile(r"\[(?:" + "|".join(DUTCH_NAMES.values()) + r")-\d+\]")


@dataclass(frozen=True)
class Span:
    """A piece of the original text; `text` is that piece, `start` and `end` are its offsets."""

    start: int
    end: int
    text: str
    type: str


@dataclass(frozen=True)
class Masked:
    """A text with marks such as [PERSOON-1] in place of its spans, sorted and never overlapping."""

    text: str
    spans: tuple[Span, ...]


def make_span(text: str, start: int, end: int, kind: str) -> Span:
    """The span between two offsets, without white space at its edges."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end, text[start:end], kind)


def settle_overlaps(spans: Iterable[Span], taken: Iterable[Span] = ()) -> list[Span]:
    """Keep the earlier given of two overlapping spans; what is `taken` always stays.

    Returns the kept ones, `taken` among them, in order of place.
    """
    kept = list(taken)
    for span in spans:
        if span.start < span.end and all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)
