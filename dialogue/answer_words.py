"""A teller's own answer in the words that the teller saw, for a story card on the table."""

from collections.abc import Sequence
from typing import Any

from stories.answers import ANSWERED, NOT_APPLICABLE
from stories.elements import Choice, Dyad, Signifier, Stones, Triad
from stories.framework import SignificationFramework
from stories.selection import NA_OPTION, ZONE_NAMES, answer_option

NOT_APPLICABLE_WORDS = "past niet"
SKIPPED_WORDS = "niet ingevuld"
_NEAR = 40  # a stone or a dyad position within 40 of an end belongs to that end


def say_answer(question: Signifier, framework: SignificationFramework, perspective: str, state: str, value: Any) -> str:
    """What a teller answered, in words. state and value: as they are stored, see AnswerRow."""
    if state == NOT_APPLICABLE:
        return framework.not_applicable_for(perspective)
    if state != ANSWERED:
        return SKIPPED_WORDS
    if isinstance(question, Stones):
        return _say_stones(question, perspective, value)
    poles = getattr(question, "pole_keys", ())
    options = answer_option(question.type, poles, state, value)
    return ", ".join(say_option(question, option, perspective) for option in options)


def say_option(question: Signifier, option: str, perspective: str) -> str:
    """One option of `stories.selection.answer_option` in words: a zone, a step, a stone or a choice."""
    if option == NA_OPTION:
        return NOT_APPLICABLE_WORDS
    if isinstance(question, Triad):
        return _say_zone(question.texts[perspective].corners, option)
    if isinstance(question, Dyad):
        return _say_step(question.texts[perspective].poles, option)
    if isinstance(question, Stones):
        return question.texts[perspective].stones.get(option, option)
    labels = {choice.key: choice.label for choice in question.options_for(perspective)}
    return labels.get(option, option)


def list_options(question: Signifier, perspective: str) -> list[tuple[str, str]]:
    """Every option of a question with its words, in the order in which people read them, past niet last."""
    if isinstance(question, Triad):
        keys: Sequence[str] = ZONE_NAMES
    elif isinstance(question, Dyad):
        keys = ("1", "2", "3", "4", "5")
    elif isinstance(question, Stones):
        keys = tuple(question.texts[perspective].stones)
    else:
        keys = tuple(option.key for option in question.options_for(perspective))
    return [(key, say_option(question, key, perspective)) for key in (*keys, NA_OPTION)]


def say_feelings(question: Choice, value: Sequence[str], perspective: str) -> list[str]:
    """The valence ("pos", "neg", "neutral", "mixed") of chosen feelings; empty when this is no feeling.

    A framework may give each option its valence. Where it does not, the keys of the common
    five-step scale say it themselves.
    """
    if not question.meaning.startswith("feeling"):
        return []
    given = {option.key: option.valence for option in question.options_for(perspective)}
    valences = (given.get(key) or _SCALE_VALENCE.get(key) for key in value)
    return [valence for valence in valences if valence]


_SCALE_VALENCE = {
    "very_bad": "neg",
    "bad": "neg",
    "neutral": "neutral",
    "good": "pos",
    "very_good": "pos",
    "mixed": "mixed",
}


def _say_zone(corners: Sequence[str], zone: str) -> str:
    if zone == "middle":
        return "alle drie ongeveer even sterk"
    place, _, which = zone.partition("_")
    named = [f'"{corners[int(number) - 1]}"' for number in which]
    return f"vooral {named[0]}" if place == "corner" else f"tussen {named[0]} en {named[1]}"


def _say_step(poles: Sequence[str], step: str) -> str:
    if step == "3":
        return f'midden tussen "{poles[0]}" en "{poles[1]}"'
    near = poles[0] if step < "3" else poles[1]
    return f'dicht bij "{near}"' if step in "15" else f'meer naar "{near}"'


def _say_stones(question: Stones, perspective: str, places: dict[str, Sequence[float]]) -> str:
    text = question.texts[perspective]
    said = [
        f"{text.stones.get(stone, stone)}: {_say_end(x, text.x)}, {_say_end(y, text.y)}"
        for stone, (x, y) in places.items()
    ]
    return "; ".join(said) or "geen steen neergelegd"


def _say_end(position: float, ends: Sequence[str]) -> str:
    if position <= _NEAR:
        return ends[0]
    return ends[1] if position >= 100 - _NEAR else "ertussenin"
