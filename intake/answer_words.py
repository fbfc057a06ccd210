"""Say a stored answer back to its teller, in their own form's words and without percentages."""

from collections.abc import Mapping, Sequence
from typing import Any

from intake.wording import fill_variables
from stories.answers import ANSWERED, NOT_APPLICABLE
from stories.elements import Background, Choice, Dyad, Stones, Triad
from stories.framework import SignificationFramework

MOSTLY, ALSO, EQUAL = 0.6, 0.2, 0.1


def describe_answer(
    framework: SignificationFramework, element_id: str, perspective: str, state: str, value: Any
) -> str:
    """One answer in words. Skipped is said as such: it is not "past niet"."""
    if state == NOT_APPLICABLE:
        return framework.not_applicable_for(perspective)
    if state != ANSWERED:
        return "niet ingevuld"
    element = framework.elements[element_id]
    if isinstance(element, Background):
        return _join([option.label for option in element.options if option.key in value])
    if isinstance(element, Triad):
        corners = dict(zip(element.pole_keys, element.texts[perspective].corners, strict=True))
        words = describe_mix({corners[key]: share for key, share in value.items()})
    elif isinstance(element, Dyad):
        words = describe_place(value, element.texts[perspective].poles)
    elif isinstance(element, Stones):
        asked = element.texts[perspective]
        words = "; ".join(
            f"{asked.stones.get(key, key)}: {describe_place(x, asked.x)}, {describe_place(y, asked.y)}"
            for key, (x, y) in value.items()
        )
    else:
        assert isinstance(element, Choice)
        words = _join([option.label for option in element.options_for(perspective) if option.key in value])
    return fill_variables(words, framework.framework.variables)


def describe_mix(shares: Mapping[str, float]) -> str:
    """Three shares in words: "vooral luisteren, ook wat regelen"."""
    ranked = sorted(shares.items(), key=lambda item: -item[1])
    (first, most), (second, middle), (_, least) = ranked
    if most - least <= EQUAL:
        return "alle drie even sterk"
    if most >= MOSTLY:
        others = [word for word, share in ranked[1:] if share >= ALSO]
        return f"vooral {first}" + (f", ook wat {_join(others)}" if others else "")
    if least < ALSO:
        return f"{first} én {second}" if most - middle <= EQUAL else f"meer {first} dan {second}"
    return f"wat van alle drie, het meest {first}"


def describe_place(position: float, ends: Sequence[str]) -> str:
    """A place on a line between two ends, in words."""
    first, second = ends
    if position < 20:
        return first
    if position < 40:
        return f"meer naar ‘{first}’"
    if position <= 60:
        return "er tussenin"
    return f"meer naar ‘{second}’" if position <= 80 else second


def _join(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" en {words[-1]}"
