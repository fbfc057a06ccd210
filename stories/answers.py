"""Check one answer against the question it belongs to.

Answered, past niet and skipped are three things: a skipped question is never a zero, and
"past niet" is an answer of its own.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from faults import PersonFault
from stories.elements import Background, Choice, Dyad, Element, Stones, Triad

ANSWERED, NOT_APPLICABLE, SKIPPED = STATES = ("answered", "not_applicable", "skipped")
QUOTED_MOST_CHARACTERS = 30
SUM_TOLERANCE = 0.01
BALANCED = 1 / 3


@dataclass(frozen=True)
class Answer:
    """One checked answer. value: see `storage.tables.stories.AnswerRow`; None unless answered."""

    state: str
    value: Any = None
    shown: tuple[str, ...] | None = None
    input_mode: str | None = None
    moves: int | None = None


NOT_APPLICABLE_ANSWER = Answer(NOT_APPLICABLE)
SKIPPED_ANSWER = Answer(SKIPPED)


class AnswerError(PersonFault):
    """An answer does not fit its question; the sentence says which and how to mend it."""

    def __init__(self, element: str, sentence: str) -> None:
        super().__init__(f"{element}: {sentence}")
        self.element = element
        self.sentence = sentence


def check_value(element: Element | Background, value: Any, *, perspective: str | None = None) -> Any:
    """Return the value as it is stored, or raise AnswerError.

    value: triad, three shares in pole order or {pole: share}; dyad, 0-100; stones, {stone: (x, y)};
    choice, a key or several keys. perspective narrows the options of a choice to what was offered.
    """
    if isinstance(element, Triad):
        return _check_shares(element, value)
    if isinstance(element, Dyad):
        return _check_position(element.id, value)
    if isinstance(element, Stones):
        return _check_stones(element, value)
    if isinstance(element, Background):
        return _check_keys(element.id, value, [option.key for option in element.options], most=1)
    if isinstance(element, Choice):
        options = (
            element.options_for(perspective) if perspective else (*element.options, *element.child_options_override)
        )
        return _check_keys(element.id, value, [option.key for option in options], most=_most_choices(element))
    raise TypeError(f"{type(element).__name__} is not a question.")


def _most_choices(element: Choice) -> int:
    return element.max_choices if element.type == "multi_choice" else 1


def _check_shares(element: Triad, value: Any) -> dict[str, float]:
    if isinstance(value, Mapping):
        strange = sorted(set(value) - set(element.pole_keys))
        if strange or len(value) != 3:
            raise AnswerError(element.id, f"een triade heeft de hoeken {', '.join(element.pole_keys)}.")
        value = [value[key] for key in element.pole_keys]
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != 3:
        raise AnswerError(element.id, "een triade heeft drie aandelen, een voor elke hoek.")
    shares = [_read_number(element.id, share) for share in value]
    if min(shares) < -SUM_TOLERANCE or max(shares) > 1 + SUM_TOLERANCE:
        raise AnswerError(element.id, "elk aandeel ligt tussen 0 en 1.")
    total = sum(shares)
    if abs(total - 1) > SUM_TOLERANCE + 1e-9:  # .33 three times is .99 and a hair
        raise AnswerError(element.id, f"de drie aandelen zijn samen {total:.2f}; dat moet 1 zijn.")
    # A drag can end a hair outside the triangle: clamp, then make the whole 1 again.
    clamped = [max(0.0, share) for share in shares]
    return {key: share / sum(clamped) for key, share in zip(element.pole_keys, clamped, strict=True)}


def _check_position(name: str, value: Any) -> float:
    number = _read_number(name, value)
    if not 0 <= number <= 100:
        raise AnswerError(name, f"de plek {number:g} ligt buiten 0 tot 100.")
    return number


def _check_stones(element: Stones, value: Any) -> dict[str, list[float]]:
    if not isinstance(value, Mapping):
        raise AnswerError(element.id, "stenen zijn een lijst van steen en plek.")
    placed: dict[str, list[float]] = {}
    for stone, place in value.items():
        if stone not in element.stone_keys:
            raise AnswerError(
                element.id, f'steen "{_quote(stone)}" bestaat niet. Kies uit {", ".join(element.stone_keys)}.'
            )
        if isinstance(place, str) or not isinstance(place, Sequence) or len(place) != 2:
            raise AnswerError(element.id, f'steen "{stone}" heeft twee getallen nodig: x en y.')
        placed[stone] = [_check_position(element.id, number) for number in place]
    return placed


def _check_keys(name: str, value: Any, known: Sequence[str], *, most: int) -> list[str]:
    keys = [value] if isinstance(value, str) else list(value) if isinstance(value, Sequence) else None
    if not keys:
        raise AnswerError(name, "kies een van de antwoorden.")
    for key in keys:
        if key not in known:
            raise AnswerError(name, f'antwoord "{_quote(key)}" bestaat niet. Kies uit {", ".join(known)}.')
    if len(set(keys)) > most:
        raise AnswerError(name, f"kies er hoogstens {most}.")
    return list(dict.fromkeys(keys))


def _read_number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise AnswerError(name, "hier hoort een getal.")
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise AnswerError(name, f'"{_quote(value)}" is geen getal.') from error
    if not math.isfinite(number):
        raise AnswerError(name, "hier hoort een gewoon getal.")
    return number


def _quote(value: Any) -> str:
    # What was sent may be a whole sentence; an error is no place for it.
    shown = str(value) if isinstance(value, str) else type(value).__name__
    return shown if len(shown) <= QUOTED_MOST_CHARACTERS else shown[:QUOTED_MOST_CHARACTERS] + "…"
