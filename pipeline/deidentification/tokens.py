"""A text as words and signs with their offsets."""

import re
from dataclasses import dataclass
from enum import StrEnum

TOKEN = re.compile(r"\w+(?:[-'’]\w+)*|[^\w\s]|\n+")
SENTENCE_END = frozenset(".!?…:;\n\"'“”‘’«»„()[]-–—*•")


ABBREVIATIONS = frozenset(
    [
        "mevr",
        "mw",
        "mvr",
        "dhr",
        "dr",
        "drs",
        "mr",
        "mrs",
        "ms",
        "st",
        "fam",
        "geb",
        "nr",
        "bijv",
        "o.a",
        "prof",
        "ds",
        "ing",
        "ir",
        "tel",
        "jl",
        "a.u.b",
    ]
)


class Shape(StrEnum):
    """How a word is written, and whether its capital says anything."""

    SIGN = "sign"
    DIGIT = "digit"
    LOWER = "lower"
    FIRST = "first"  # a capital that the place in the sentence asks for
    CAPITAL = "capital"  # a capital in the middle of a sentence
    UPPER = "upper"
    INITIAL = "initial"  # one capital letter
    MIXED = "mixed"
    UNCASED = "uncased"  # a script without capitals, such as Arabic


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign; `lower` is the word in lower case."""

    start: int
    end: int
    text: str
    lower: str
    shape: Shape
    is_start: bool


def split_tokens(text: str) -> list[Token]:
    """Every word and sign in order. Words keep inner hyphens and apostrophes ("Els-Marie", "z'n")."""
    tokens: list[Token] = []
    at_start = True
    for match in TOKEN.finditer(text):
        piece = match.group()
        shape = _shape(piece, at_start)
        tokens.append(Token(match.start(), match.end(), piece, piece.lower(), shape, at_start))
        at_start = shape is Shape.SIGN and piece[0] in SENTENCE_END
        if (
            piece == "."
            and len(tokens) > 1
            and (tokens[-2].lower in ABBREVIATIONS or tokens[-2].shape is Shape.INITIAL)
        ):
            at_start = False
    return tokens


def _shape(piece: str, at_start: bool) -> Shape:
    first = piece[0]
    if not (first.isalnum() or first == "_"):
        return Shape.SIGN
    if any(sign.isdigit() for sign in piece):
        return Shape.DIGIT
    if piece.lower() == piece.upper():
        return Shape.UNCASED
    if not first.isupper():
        return Shape.LOWER if piece == piece.lower() else Shape.MIXED
    if len(piece) == 1:
        return Shape.FIRST if at_start else Shape.INITIAL
    if piece.isupper():
        return Shape.UPPER
    return Shape.FIRST if at_start else Shape.CAPITAL
