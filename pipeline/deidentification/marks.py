"""Typed, numbered marks in place of what is hidden: [PERSOON-1], [PLAATS-1]."""

from collections.abc import Sequence

from pipeline.deidentification.naming import simplify
from pipeline.deidentification.spans import DUTCH_NAMES, MARK, Masked, Span


def put_marks(text: str, spans: Sequence[Span]) -> Masked:
    """Replace each span by its mark. The same name in one text keeps its number, whatever its capitals.

    spans: in order of place, without overlaps.
    """
    used: dict[str, int] = _numbers_in(text)
    numbers: dict[tuple[str, str], int] = {}
    pieces, at = [], 0
    for span in spans:
        key = (span.type, _key(span.text))
        if key not in numbers:
            used[span.type] = used.get(span.type, 0) + 1
            numbers[key] = used[span.type]
        pieces += [text[at : span.start], f"[{DUTCH_NAMES[span.type]}-{numbers[key]}]"]
        at = span.end
    return Masked("".join([*pieces, text[at:]]), tuple(spans))


def _numbers_in(text: str) -> dict[str, int]:
    """The highest number of each mark that a text has already, so that new marks do not repeat it."""
    types = {name: kind for kind, name in DUTCH_NAMES.items()}
    highest: dict[str, int] = {}
    for match in MARK.finditer(text):
        name, number = match.group().strip("[]").rsplit("-", 1)
        highest[types[name]] = max(highest.get(types[name], 0), int(number))
    return highest


def _key(piece: str) -> str:
    return " ".join(simplify(word) for word in piece.split())
