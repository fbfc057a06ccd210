"""Hide who people are: names, places, numbers and other pieces that point at someone.

Lists and deduce give the floor, patterns and context add what they miss, a small learned part decides
about words that are both a name and a word. Nothing is remembered between stories, nothing is looked
up elsewhere, and neither torch nor spaCy is needed, so that the public form can show what will be hidden.
"""

import threading
from collections.abc import Callable, Sequence

from models.manifest import ResourcesMissing, default_folder, require_lookups
from pipeline.deidentification.deduce_floor import find_with_deduce
from pipeline.deidentification.finder import Resources, find_spans, load_resources
from pipeline.deidentification.marks import put_marks
from pipeline.deidentification.spans import MARK, TYPES, Masked, Span
from pipeline.deidentification.tagger import Tagger, load_tagger

__all__ = ["STEP", "TYPES", "Masked", "ResourcesMissing", "Span", "deidentify", "deidentify_floor", "deidentify_many"]

STEP = "deidentify.v1"

_lock = threading.Lock()
_loaded: tuple[Resources, Tagger] | None = None


def _load() -> tuple[Resources, Tagger]:
    """Load once for all threads, at the first story. Raises ResourcesMissing when nothing was built."""
    global _loaded
    if _loaded is None:
        with _lock:
            if _loaded is None:
                _loaded = load_resources(require_lookups(default_folder())), load_tagger()
    return _loaded


def deidentify(text: str, *, language: str = "nl") -> Masked:
    """Find what points at people and put a typed, numbered mark in its place.

    text: any text; marks that it has already stay as they are.
    language: ISO 639-1 code of the story. Names stay names in a story that mixes languages, so every
    pattern and list is tried in every story; the code only has to be one.
    Returns the masked text and its spans, with offsets into the original text.
    Raises ResourcesMissing when the lists have not been built (`make setup`).
    """
    _refuse_language(language)
    resources, tagger = _load()
    return put_marks(text, find_spans(text, resources, tagger)) if text.strip() else Masked(text, ())


def deidentify_many(
    texts: Sequence[str],
    *,
    languages: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Masked]:
    """`deidentify` for many stories in order; progress is called with (done, total) after each."""
    codes = ["nl"] * len(texts) if languages is None else list(languages)
    masked = []
    for text, code in zip(texts, codes, strict=True):
        masked.append(deidentify(text, language=code))
        if progress is not None:
            progress(len(masked), len(texts))
    return masked


def deidentify_floor(text: str) -> Masked:
    """What deduce alone would hide: the floor to compare with in the bench."""
    resources, _ = _load()
    taken = [match.span() for match in MARK.finditer(text)]
    found = find_with_deduce(resources.floor, text)
    return put_marks(text, [span for span in found if all(span.end <= a or span.start >= b for a, b in taken)])


def _refuse_language(language: str) -> None:
    if not (len(language) == 2 and language.isascii() and language.islower()):
        raise ValueError(f"{language!r} is not an ISO 639-1 code such as 'nl'.")
