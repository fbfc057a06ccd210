"""Why a reader should read a story sooner: signs of danger, of despair, of being recognisable.

Plain rules over words, read from models/criticality_nl.yaml, each sign with the words that gave it. A sign
is no judgement and no diagnosis: it orders the queue, and a person reads every story. The rules are Dutch;
a story in another language gets the sign "unchecked", so that it does not wait at the end unlooked at.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from stories.reading import SIGN_RANKS

STEP = "criticality.v1"
RULES = Path(__file__).parent.parent / "models" / "criticality_nl.yaml"
LANGUAGE = "nl"
RECOGNISABLE = "recognisable"
MOST_WORDS = 6  # of one sign on the screen
_WORD = re.compile(r"\[([A-Z]+)-\d+\]|\w+(?:['’-]\w+)*")
_SENTENCE_END = re.compile(r"[.!?\n]")


@dataclass(frozen=True)
class Sign:
    """One reason, a key of SIGN_RANKS, and the words of the story that gave it."""

    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Find:
    """Where a rule held: its words in the text, from the first to the last."""

    start: int
    end: int
    words: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Rule:
    """Parts that stand near each other. A part finds any of its phrases in a sentence of `_to_line`."""

    kind: str
    parts: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Rules:
    """The whole file. version names it in what is stored.

    by_word: the rules that a word can set off, so that a sentence without such words costs nothing;
    by_stem: the rules that begin with part of a word.
    """

    version: str
    near_words: int
    by_word: Mapping[str, tuple[Rule, ...]]
    by_stem: tuple[Rule, ...]
    any_stem: re.Pattern[str]
    numbers: tuple[re.Pattern[str], ...]


_Token = tuple[int, int, str]


def find_signs(title: str, text: str, *, language: str | None = LANGUAGE) -> list[Sign]:
    """The signs of one masked story, the most urgent first; empty for most stories.

    language: ISO 639-1 code of the story, None when it could not be told.
    """
    words: dict[str, dict[str, None]] = {}
    for kind, find in _find_all(f"{title}\n{text}", load_rules()):
        words.setdefault(kind, {}).update(dict.fromkeys(find.words))
    signs = [Sign(kind, tuple(found)[:MOST_WORDS]) for kind, found in words.items()]
    if language not in (LANGUAGE, None):
        signs.append(Sign("unchecked", (language,)))
    return sorted(signs, key=lambda sign: -SIGN_RANKS[sign.kind])


def rank_of(signs: Sequence[Sign]) -> int:
    """How high a story with these signs stands: as high as its most urgent sign."""
    return max((SIGN_RANKS[sign.kind] for sign in signs), default=0)


def find_recognisable(text: str) -> list[Find]:
    """Pieces of a text that one person or family alone may have, in order of place."""
    found = [find for kind, find in _find_all(text, load_rules()) if kind == RECOGNISABLE]
    return sorted(found, key=lambda find: find.start)


@lru_cache(maxsize=1)
def load_rules(path: Path = RULES) -> Rules:
    """The rules, read once. Raises ValueError for a file with an unknown part."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    kinds = [kind for kind in SIGN_RANKS if kind in document]
    unknown = set(document) - set(kinds) - {"version", "near_words", "recognisable_numbers"}
    if unknown:
        raise ValueError(f"{path.name} has parts that mean nothing here: {sorted(unknown)}.")
    by_word: dict[str, list[Rule]] = {}
    by_stem: list[Rule] = []
    stems: list[str] = []
    for kind in kinds:
        for written in document[kind]:
            rule = _read_rule(kind, written)
            anchors = _anchors_of(written if isinstance(written, str) else written["words"])
            for word in anchors:
                by_word.setdefault(word, []).append(rule)
            if any("*" in word for word in anchors):
                by_stem.append(rule)
                stems += [_read_slot(word) for word in anchors if "*" in word]
    return Rules(
        version=str(document["version"]),
        near_words=int(document["near_words"]),
        by_word={word: tuple(own) for word, own in by_word.items()},
        by_stem=tuple(by_stem),
        any_stem=re.compile(rf"(?<= )(?:{'|'.join(stems)})(?= )"),
        numbers=tuple(re.compile(pattern) for pattern in document["recognisable_numbers"]),
    )


def _anchors_of(line: str) -> set[str]:
    """The words one of which must be there for a rule to hold: the last of each phrase of its first part."""
    return {word for phrase in line.split(" + ")[0].split(" | ") for word in phrase.split()[-1].split("/")}


def _read_rule(kind: str, written: Any) -> Rule:
    if isinstance(written, str):
        return Rule(kind, tuple(_read_part(part) for part in written.split(" + ")))
    parts = tuple(_read_part(part) for part in written["words"].split(" + "))
    return Rule(kind, parts, _read_part(written["unless"]))


def _read_part(part: str) -> re.Pattern[str]:
    phrases = [" ".join(_read_slot(slot) for slot in phrase.split()) for phrase in part.split(" | ")]
    # Nothing is taken but the phrase itself, so that phrases beside each other are both found.
    return re.compile(rf"(?<= )(?:{'|'.join(phrases)})(?= )")


def _read_slot(slot: str) -> str:
    words = [re.escape(word).replace(r"\*", r"[\w'’-]*") for word in slot.split("/")]
    return words[0] if len(words) == 1 else f"(?:{'|'.join(words)})"


def _find_all(text: str, rules: Rules) -> Iterator[tuple[str, Find]]:
    for sentence in _split_tokens(text):
        line = _to_line(sentence)
        wanted = {rule: None for _, _, word in sentence for rule in rules.by_word.get(word, ())}
        if rules.any_stem.search(line):
            wanted |= dict.fromkeys(rules.by_stem)
        for rule in wanted:
            yield from ((rule.kind, find) for find in _find_rule(sentence, line, rule, rules.near_words))
    for pattern in rules.numbers:
        yield from ((RECOGNISABLE, Find(*found.span(), (found.group(),))) for found in pattern.finditer(text))


def _split_tokens(text: str) -> list[list[_Token]]:
    """Words in lower case with their offsets, a list for each sentence; a mark is one word: "[PLAATS]"."""
    sentences: list[list[_Token]] = [[]]
    at = 0
    for found in _WORD.finditer(text):
        if _SENTENCE_END.search(text, at, found.start()) and sentences[-1]:
            sentences.append([])
        word = f"[{found[1]}]" if found[1] else found.group().lower()
        sentences[-1].append((found.start(), found.end(), word))
        at = found.end()
    return sentences


def _to_line(sentence: list[_Token]) -> str:
    """The words of a sentence with one space before and after each."""
    return f" {' '.join(word for _, _, word in sentence)} "


def _find_rule(sentence: list[_Token], line: str, rule: Rule, near_words: int) -> Iterator[Find]:
    if not all(part.search(line) for part in rule.parts) or (rule.unless and rule.unless.search(line)):
        return
    places = [_places(line, part) for part in rule.parts]
    for first in places[0]:
        chosen = [first]
        for others in places[1:]:
            near = [
                one
                for one in others
                if _distance(first, one) <= near_words and all(_distance(one, taken) > 0 for taken in chosen)
            ]
            if not near:
                break
            chosen.append(min(near, key=lambda one: _distance(first, one)))
        else:
            words = [sentence[place][2] for start, end in sorted(chosen) for place in range(start, end)]
            start, end = min(start for start, _ in chosen), max(end for _, end in chosen)
            shown = tuple(word for word in words if not word.startswith("["))
            yield Find(sentence[start][0], sentence[end - 1][1], shown)


def _distance(one: tuple[int, int], other: tuple[int, int]) -> int:
    """How many words further a phrase begins after the other ends; 0 when they overlap."""
    if one[1] <= other[0]:
        return other[0] - one[1] + 1
    return one[0] - other[1] + 1 if other[1] <= one[0] else 0


def _places(line: str, part: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where a part stands in a sentence: (first word, word after the last)."""
    found = []
    for match in part.finditer(line):
        first = line.count(" ", 0, match.start()) - 1
        found.append((first, first + match.group().count(" ") + 1))
    return found
