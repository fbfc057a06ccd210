"""Pieces of a masked text that may still be recognisable, marked for the reader: never hidden by themselves.

Two careful readers hardly agree about ages and about what only one person has. So these are not masked
blindly; a reader decides. At most two a story: more marks would teach readers to look away.
"""

from typing import Any

from pipeline.criticality import find_recognisable
from pipeline.deidentification.rules import find_ages
from stories.marks import find_marks

MOST_DOUBTS = 2
AGE, OTHER = "age", "other"


def find_doubts(text: str) -> list[dict[str, Any]]:
    """The doubtful pieces of a masked text: [{start, end, type}], in order of place, type "age" or "other".

    What may be one family's alone comes before ages, of which most fit thousands.
    """
    marks = find_marks(text)
    other = [(find.start, find.end, OTHER) for find in find_recognisable(text)]
    ages = [
        (span.start, span.end, AGE)
        for span in find_ages(text, frozenset())
        if all(span.end <= start or span.start >= end for start, end, _ in marks)
    ]
    kept: list[tuple[int, int, str]] = []
    for start, end, kind in (*other, *ages):
        if len(kept) < MOST_DOUBTS and all(end <= before or start >= after for before, after, _ in kept):
            kept.append((start, end, kind))
    return [{"start": start, "end": end, "type": kind} for start, end, kind in sorted(kept)]
