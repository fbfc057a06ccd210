"""Texts in, lemmas out: the words people use, brought back to their dictionary form."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from spacy.tokens import Doc

from models.dutch_words import FUNCTION_WORDS
from models.loaders import lemma_of, load_spacy

STEP = "lemmatise.v1"

Progress = Callable[[int, int], None]

# What de-identification puts in the place of a name: [PERSOON-1], [PLAATS-2].
MASK = re.compile(r"\[[A-ZÀ-Ý][A-ZÀ-Ý_ ]*(?:-\d+)?\]")

_MAX_LETTERS = 40
# Half an emoji, as some phones send, cannot be written as UTF-8.
_HALF_CHARACTER = re.compile("[\\ud800-\\udfff]")


def lemmatise(texts: Sequence[str], *, language: str = "nl", progress: Progress | None = None) -> list[list[str]]:
    """Return the content lemmas of each text, in reading order, lower case.

    Left out: function words, numbers, punctuation, masks such as [PERSOON-1], single letters and web
    addresses. Compounds stay whole ("gezinscoach"), because parts of a compound lead a reader astray.
    language: two-letter code. Only Dutch has lemmas here; other languages give lower-cased words without
    that language's stop words, and a language that spaCy does not know gives all its words.
    progress: called with (done, total) now and then.
    """
    nlp = load_spacy(language)
    stop = _stop_words(language)
    found: list[list[str]] = []
    for done, (text, doc) in enumerate(zip(texts, nlp.pipe(map(_mend, texts), batch_size=256), strict=True), start=1):
        found.append([lemma for lemma, _, _ in _content(text, doc, stop)])
        if progress and (done % 500 == 0 or done == len(texts)):
            progress(done, len(texts))
    return found


def lemma_positions(text: str, *, language: str = "nl") -> list[tuple[str, int, int]]:
    """Return every word as (lemma, start, end), function words and masks included, for matching cues.

    text[start:end] is the word as written. Punctuation and spaces are left out.
    """
    return lemma_positions_of_all([text], language=language)[0]


def lemma_positions_of_all(texts: Sequence[str], *, language: str = "nl") -> list[list[tuple[str, int, int]]]:
    """Return `lemma_positions` of each text; much faster than one at a time."""
    return [
        [
            (lemma_of(token), token.idx, token.idx + len(token))
            for token in doc
            if not token.is_punct and not token.is_space
        ]
        for doc in load_spacy(language).pipe(map(_mend, texts), batch_size=256)
    ]


def _mend(text: str) -> str:
    """Replace half characters one for one, so that places in the text stay right."""
    return _HALF_CHARACTER.sub("\ufffd", text)


def _content(text: str, doc: Doc, stop: frozenset[str]) -> list[tuple[str, int, int]]:
    masks = [found.span() for found in MASK.finditer(text)]
    kept = []
    for token in doc:
        if not _is_content(token.text) or token.like_url or token.like_email:
            continue
        start, end = token.idx, token.idx + len(token)
        if any(start < mask_end and end > mask_start for mask_start, mask_end in masks):
            continue
        lemma = lemma_of(token)
        if token.lower_ not in stop and lemma not in stop and len(lemma) > 1:
            kept.append((lemma, start, end))
    return kept


def _is_content(word: str) -> bool:
    """A word has letters and no digits, and is not a string of nonsense."""
    return 1 < len(word) <= _MAX_LETTERS and any(c.isalpha() for c in word) and not any(c.isdigit() for c in word)


@lru_cache(maxsize=16)
def _stop_words(language: str) -> frozenset[str]:
    words = frozenset(load_spacy(language).Defaults.stop_words)
    return words | FUNCTION_WORDS if language.lower().startswith("nl") else words
