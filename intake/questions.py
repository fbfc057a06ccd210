"""A question as the form shows it: in the words of one perspective, its parts in the order of this form."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from intake.wording import fill_variables
from stories.elements import Background, Choice, Dyad, Stones, Triad, TriadText
from stories.framework import SignificationFramework

# Option keys in a framework hold letters, digits, dots and dashes, so these can never be one.
NOT_APPLICABLE_VALUE, BALANCED_VALUE, JOIN = "~na", "~all", "+"

# A choice from five steps stands for the middle of one of five equal parts.
FIVE_STEPS = (10, 30, 50, 70, 90)

Labelled = tuple[str, str]
Fill = Callable[[str], str]


@dataclass(frozen=True)
class Question:
    """What the template needs of one question.

    parts: (key, label) of corners, ends or stones, in the order shown. options: (value, label) of
    the choice from words. shown: the order to store with the answer, None where it is fixed.
    """

    id: str
    kind: str  # triad, dyad, stones, single, multi
    text: str
    options: tuple[Labelled, ...] = ()
    parts: tuple[Labelled, ...] = ()
    keys: tuple[str, ...] = ()
    x: Labelled = ("", "")
    y: Labelled = ("", "")
    most: int = 1
    not_applicable: str | None = None
    shown: tuple[str, ...] | None = None
    is_extra: bool = False

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the form fields that carry the answer."""
        if self.kind in ("triad", "dyad"):
            return (self.id, f"{self.id}.point", f"{self.id}.moves")
        if self.kind == "stones":
            stones = [f"{self.id}.{key}.{part}" for key, _ in self.parts for part in ("x", "y", "point")]
            return (self.id, *stones, f"{self.id}.moves")
        return (self.id,)


def make_question(
    element: Triad | Dyad | Stones | Choice | Background,
    framework: SignificationFramework,
    perspective: str,
    *,
    submission_id: str,
    is_extra: bool = False,
) -> Question:
    """The question for one perspective; equal submission ids give equal orders."""

    def fill(text: str) -> str:
        return fill_variables(text, framework.framework.variables)

    if isinstance(element, Background):
        options = tuple((option.key, fill(option.label)) for option in element.options)
        return Question(element.id, "single", fill(element.label), options, is_extra=True)
    details: dict[str, Any]
    shuffler = random.Random(f"{submission_id}:{element.id}")
    if isinstance(element, Triad):
        parts = _words_of(element, perspective, fill)
        shuffler.shuffle(parts)
        shown = tuple(key for key, _ in parts)
        details = {
            "kind": "triad",
            "parts": tuple(parts),
            "options": triad_options(tuple(parts), element.pole_keys),
            "shown": shown,
        }
    elif isinstance(element, Dyad):
        parts = _words_of(element, perspective, fill)
        details = {"kind": "dyad", "parts": tuple(parts), "options": step_options(*(word for _, word in parts))}
    elif isinstance(element, Stones):
        details = _describe_stones(element, perspective, fill)
    else:
        details = _describe_choice(element, perspective, fill, shuffler)
    return Question(
        id=element.id,
        text=fill(element.texts[perspective].question),
        keys=getattr(element, "pole_keys", ()),
        not_applicable=framework.not_applicable_for(perspective) if element.na else None,
        is_extra=is_extra,
        **details,
    )


def _words_of(element: Triad | Dyad, perspective: str, fill: Fill) -> list[Labelled]:
    text = element.texts[perspective]
    words = text.corners if isinstance(text, TriadText) else text.poles
    return [(key, fill(word)) for key, word in zip(element.pole_keys, words, strict=True)]


def _describe_stones(element: Stones, perspective: str, fill: Fill) -> dict[str, Any]:
    asked = element.texts[perspective]
    parts = tuple((key, fill(asked.stones[key])) for key in element.stone_keys if key in asked.stones)
    return {"kind": "stones", "parts": parts, "x": asked.x, "y": asked.y}


def _describe_choice(element: Choice, perspective: str, fill: Fill, shuffler: random.Random) -> dict[str, Any]:
    options = [(option.key, fill(option.label)) for option in element.options_for(perspective)]
    shown = None
    if element.shuffle:
        shuffler.shuffle(options)
        shown = tuple(key for key, _ in options)
    many = element.type == "multi_choice"
    return {
        "kind": "multi" if many else "single",
        "options": tuple(options),
        "most": element.max_choices if many else 1,
        "shown": shown,
    }


def triad_options(parts: tuple[Labelled, ...], keys: tuple[str, ...]) -> tuple[Labelled, ...]:
    """The seven zones of a triad in words: three corners, three in between, all three.

    parts: the corners in the order shown. The value of "in between" joins the two keys in the order
    of the framework, so that it means the same on every form.
    """

    def between(first: Labelled, second: Labelled) -> Labelled:
        pair = sorted((first[0], second[0]), key=keys.index)
        return JOIN.join(pair), f"{first[1]} én {second[1]}"

    a, b, c = parts
    corners = ((key, f"vooral: {word}") for key, word in parts)
    return (*corners, between(a, b), between(b, c), between(a, c), (BALANCED_VALUE, "alle drie even sterk"))


def step_options(first: str, second: str) -> tuple[Labelled, ...]:
    """Five steps between two ends, in words and without numbers."""
    labels = (first, f"meer naar ‘{first}’", "er tussenin", f"meer naar ‘{second}’", second)
    return tuple((str(step), label) for step, label in zip(FIVE_STEPS, labels, strict=True))
