"""Finds words that claim a cause, because stories beside figures cannot show one."""

import re
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "causal_words.yaml"


def find_causal_words(text: str) -> list[str]:
    """The words of the list that stand in a text as whole words, in the order of the text, each once."""
    return list(dict.fromkeys(found.group(0).casefold() for found in _pattern().finditer(text)))


def say_causality(text: str) -> str | None:
    """A notice about causal words in a text, or None when there are none. It never blocks anything."""
    words = find_causal_words(text)
    if not words:
        return None
    named = ", ".join(f'"{word}"' for word in words)
    return (
        f"In deze tekst staat {named}. Let op: dit laat geen oorzaak zien. "
        "Verhalen en cijfers laten zien wat samen voorkomt, niet waardoor het komt."
    )


@cache
def _pattern() -> re.Pattern[str]:
    words = yaml.safe_load(FILE.read_text(encoding="utf-8"))["words"]
    # The longest first, so that "leidt tot" is found whole; a space may be a line end.
    parts = [r"\s+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)
