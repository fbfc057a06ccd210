"""The parts of a question: zones of a triad, steps of a dyad, options of a choice, quarters of a field.

A part is what a reader can count and choose. Its key is the same for every perspective, its words
are those in which the perspective was asked.
"""

from typing import Any

import pandas as pd

from patterns.triads import to_plane
from stories.answers import ANSWERED, NOT_APPLICABLE, SKIPPED
from stories.elements import Background, Choice, Dyad, Stones, Triad
from stories.framework import SignificationFramework
from stories.selection import NA_OPTION, ZONE_NAMES

STEPS = ("1", "2", "3", "4", "5")
QUARTERS = ("top_left", "top_right", "bottom_left", "bottom_right")
SKIPPED_PART = SKIPPED
KIND_LABELS = {
    "triad": "driehoek",
    "dyad": "tweepool",
    "stones": "stenen",
    "single_choice": "keuze",
    "multi_choice": "keuze, meer antwoorden",
    "background": "achtergrond",
}
_BETWEEN = {"between_12": (0, 1), "between_13": (0, 2), "between_23": (1, 2)}

Question = Triad | Dyad | Stones | Choice | Background


def kind_of(question: Any) -> str:
    """The kind of a question: a key of KIND_LABELS."""
    return getattr(question, "type", "background")


def part_keys(question: Any) -> tuple[str, ...]:
    """The parts of a question in their order on screen, without past niet."""
    if isinstance(question, Triad):
        return ZONE_NAMES
    if isinstance(question, Dyad):
        return STEPS
    if isinstance(question, Stones):
        return QUARTERS
    options = [*question.options, *getattr(question, "child_options_override", ())]
    return tuple(dict.fromkeys(option.key for option in options))


def part_label(framework: SignificationFramework, question: Any, part: str, perspective: str) -> str:
    """A part in the words in which this perspective was asked."""
    if part == NA_OPTION:
        return "past niet"
    if part == SKIPPED_PART:
        return "overgeslagen"
    if isinstance(question, Background | Choice):
        return _option_label(question, part, perspective)
    text = question.texts.get(perspective) or next(iter(question.texts.values()))
    if isinstance(question, Triad):
        return _zone_label(text.corners, part)
    if isinstance(question, Dyad):
        return _step_label(text.poles, part)
    vertical, horizontal = part.split("_")
    return f"{text.y[vertical == 'top']} en {text.x[horizontal == 'right']}"


def question_title(question: Any, framework: SignificationFramework) -> str:
    """How a question is called in a list: in the words of the first perspective that is asked it."""
    for perspective in reversed(framework.perspective_ids):
        asked = framework.asked_as(question.id, perspective)
        if asked:
            return f"{asked.rstrip(' …:')} ({KIND_LABELS[kind_of(question)]})"
    return str(question.id)


def place_answers(question: Any, answers: pd.DataFrame, options: pd.DataFrame, *, stone: str = "") -> pd.DataFrame:
    """Every answer to one question with its part, one row for each part it counts under.

    answers: index story_id, columns state and value; options: columns story_id and option, both of
    this question only. stone: which stone, for a field of stones. Returns index story_id, columns
    part, x and y; x and y are where a triad or stone was put, x alone is the place on a dyad.
    A stone that was left aside has no row: it was not placed, which is something else than past niet.
    """
    answered = answers[answers["state"] == ANSWERED]
    silent = pd.concat(
        [
            _as_parts(answers.index[answers["state"] == NOT_APPLICABLE], NA_OPTION),
            _as_parts(answers.index[answers["state"] == SKIPPED], SKIPPED_PART),
        ]
    )
    if isinstance(question, Stones):
        return pd.concat([_place_stone(answered["value"], stone), silent])
    chosen = options[options["option"] != NA_OPTION].set_index("story_id")["option"].rename("part").to_frame()
    return pd.concat([chosen.join(_find_places(question, answered["value"])), silent])


def _find_places(question: Any, values: pd.Series) -> pd.DataFrame:
    if isinstance(question, Triad):
        shares = [[value[key] for key in question.pole_keys] for value in values]
        return pd.DataFrame(to_plane(pd.DataFrame(shares, columns=range(3)).to_numpy()), values.index, ["x", "y"])
    if isinstance(question, Dyad):
        return pd.DataFrame({"x": values.astype(float), "y": 0.0}, index=values.index)
    return pd.DataFrame({"x": float("nan"), "y": float("nan")}, index=values.index)


def _place_stone(values: pd.Series, stone: str) -> pd.DataFrame:
    placed = {story_id: value[stone] for story_id, value in values.items() if stone in value}
    places = pd.DataFrame.from_dict(placed, orient="index", columns=["x", "y"], dtype=float)
    parts = [f"{'top' if y > 50 else 'bottom'}_{'right' if x > 50 else 'left'}" for x, y in places.to_numpy()]
    places.insert(0, "part", pd.Series(parts, index=places.index, dtype="str"))
    return places


def _as_parts(index: pd.Index, part: str) -> pd.DataFrame:
    return pd.DataFrame({"part": part, "x": float("nan"), "y": float("nan")}, index=index)


def _zone_label(corners: tuple[str, ...], zone: str) -> str:
    if zone == "middle":
        return "alle drie"
    if zone in _BETWEEN:
        first, second = _BETWEEN[zone]
        return f"tussen “{corners[first]}” en “{corners[second]}”"
    return f"vooral “{corners[int(zone[-1]) - 1]}”"


def _step_label(poles: tuple[str, ...], step: str) -> str:
    left, right = (pole.partition(":")[0] for pole in poles)
    words = {"1": left, "2": f"meer naar “{left}”", "3": "er tussenin", "4": f"meer naar “{right}”", "5": right}
    return words.get(step, step)


def _option_label(question: Choice | Background, key: str, perspective: str) -> str:
    options = question.options_for(perspective) if isinstance(question, Choice) else question.options
    every = [*options, *question.options, *getattr(question, "child_options_override", ())]
    return next((option.label for option in every if option.key == key), key)
