"""How often each answer to one question was given, and what each answer is called."""

from collections.abc import Sequence

import pandas as pd

from stories.elements import Background, Choice, Dyad, Element, Option, Stones, Triad
from stories.selection import NA_OPTION, ZONE_NAMES

NA_LABEL = "past niet"
_STEPS = ("1", "2", "3", "4", "5")


def option_labels(element: Element | Background) -> dict[str, str]:
    """Every answer that a question can count under, in order, with its words; past niet last."""
    labels = _own_labels(element)
    return labels if isinstance(element, Background) or not element.na else {**labels, NA_OPTION: NA_LABEL}


def count_options(options: pd.DataFrame, element: Element | Background, perspectives: Sequence[str]) -> pd.DataFrame:
    """Stories for each perspective (rows) and answer (columns) of one question; zeros where nobody chose it.

    options: columns story_id, element, option, perspective.
    """
    own = options[options["element"] == element.id]
    table = pd.crosstab(own["perspective"], own["option"])
    return table.reindex(index=list(perspectives), columns=list(option_labels(element)), fill_value=0).astype(int)


def _own_labels(element: Element | Background) -> dict[str, str]:
    if isinstance(element, Triad):
        return _zone_labels(*element.pole_keys)
    if isinstance(element, Dyad):
        first, second = element.pole_keys
        sides = (first, f"meer naar {first}", "midden", f"meer naar {second}", second)
        return dict(zip(_STEPS, sides, strict=True))
    if isinstance(element, Stones):
        return {key: f"steen geplaatst: {key}" for key in element.stone_keys}
    if isinstance(element, Choice):
        return _choice_labels((*element.options, *element.child_options_override))
    if isinstance(element, Background):
        return _choice_labels(element.options)
    raise TypeError(f"{type(element).__name__} is not a question.")


def _choice_labels(options: Sequence[Option]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for option in options:
        labels.setdefault(option.key, option.label)
    return labels


def _zone_labels(first: str, second: str, third: str) -> dict[str, str]:
    words = (
        f"vooral {first}",
        f"vooral {second}",
        f"vooral {third}",
        f"tussen {first} en {second}",
        f"tussen {first} en {third}",
        f"tussen {second} en {third}",
        "alle drie ongeveer even sterk",
    )
    return dict(zip(ZONE_NAMES, words, strict=True))
