"""A selection of stories: plain values that fit in an address bar, and nobody's name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from safeguards.differencing import Condition, make_condition, make_loose_condition
from stories.answers import ANSWERED, NOT_APPLICABLE

NA_OPTION = "na"
ZONE_NAMES = ("corner_1", "corner_2", "corner_3", "between_12", "between_13", "between_23", "middle")
CORNER_FROM = 0.6
MIDDLE_FROM = 0.2
STEP_EDGES = (20, 40, 60, 80)


@dataclass(frozen=True)
class Selection:
    """Which stories. Empty means all; values inside one field are "or", fields are "and".

    answers: (element, option) pairs: an option key, a triad zone (see `triad_zone`), a dyad step
    "1" to "5", or "na" for past niet.
    """

    perspectives: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    themes: tuple[int, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    words: str = ""

    def with_answer(self, element: str, option: str) -> "Selection":
        """The same selection, with this answer as the only one asked of its element."""
        kept = tuple(pair for pair in self.answers if pair[0] != element)
        return replace(self, answers=(*kept, (element, option)))

    def to_params(self) -> dict[str, list[str]]:
        """The selection for the address bar."""
        params = {
            "wie": list(self.perspectives),
            "label": list(self.tags),
            "thema": [str(theme) for theme in self.themes],
            "antwoord": [f"{element}:{option}" for element, option in self.answers],
            "zoek": [self.words] if self.words else [],
        }
        return {name: values for name, values in params.items() if values}

    @classmethod
    def from_params(cls, params: Mapping[str, list[str]]) -> "Selection":
        """Read an address bar; what cannot be read is left out, so a bent link shows more, never a fault."""
        return cls(
            perspectives=tuple(params.get("wie", ())),
            tags=tuple(params.get("label", ())),
            themes=tuple(int(theme) for theme in params.get("thema", ()) if _is_id(theme)),
            answers=tuple(
                (element, option)
                for element, _, option in (pair.partition(":") for pair in params.get("antwoord", ()))
                if option
            ),
            words=next(iter(params.get("zoek", ())), ""),
        )


def _is_id(text: str) -> bool:
    # A database's ids have at most 19 digits; Python refuses to read thousands of them.
    return text.isascii() and text.isdecimal() and len(text) < 19


def triad_zone(first: float, second: float, third: float) -> str:
    """The zone of a triad answer, out of ZONE_NAMES.

    A corner from 60 % on; the middle when every share is at least 20 %; else between the two
    largest. Borders are the same for every corner. Shares add up to 1.
    """
    shares = (first, second, third)
    largest = max(shares)
    if largest >= CORNER_FROM:
        return f"corner_{shares.index(largest) + 1}"
    if min(shares) >= MIDDLE_FROM:
        return "middle"
    left_out = shares.index(min(shares))
    return ("between_23", "between_13", "between_12")[left_out]


def dyad_step(position: float) -> str:
    """The fifth of a dyad that a position (0-100) lies in, "1" to "5"; a border belongs to the lower step."""
    return str(1 + sum(position > edge for edge in STEP_EDGES))


def answer_option(kind: str, pole_keys: tuple[str, ...], state: str, value: Any) -> list[str]:
    """The options that one stored answer counts under; empty when skipped."""
    if state == NOT_APPLICABLE:
        return [NA_OPTION]
    if state != ANSWERED:
        return []
    if kind == "triad":
        return [triad_zone(*(value[key] for key in pole_keys))]
    if kind == "dyad":
        return [dyad_step(value)]
    if kind == "stones":
        return list(value)
    return list(value)


def select_stories(stories: pd.DataFrame, options: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The rows of `stories` that a selection keeps, in their order.

    stories: index story_id; columns perspective, theme_id, tags (lists of codes), title, text.
    options: columns story_id, element, option: what each answer counts under.
    """
    keep = pd.Series(True, index=stories.index)
    if selection.perspectives:
        keep &= stories["perspective"].isin(selection.perspectives)
    if selection.themes:
        keep &= stories["theme_id"].isin(selection.themes)
    if selection.tags:
        wanted = set(selection.tags)
        keep &= stories["tags"].map(lambda codes: not wanted.isdisjoint(codes)).astype(bool)
    for element in dict.fromkeys(element for element, _ in selection.answers):
        asked = {option for name, option in selection.answers if name == element}
        fits = options.loc[(options["element"] == element) & options["option"].isin(asked), "story_id"]
        keep &= stories.index.isin(fits)
    if selection.words.strip():
        word = selection.words.strip()
        keep &= stories["text"].str.contains(word, case=False, regex=False) | stories["title"].str.contains(
            word, case=False, regex=False
        )
    return stories[keep]


def list_conditions(stories: pd.DataFrame, options: pd.DataFrame, selection: Selection) -> tuple[Condition, ...]:
    """A selection as the gate judges it: a condition for each field, over all the stories.

    stories, options: as for `select_stories`.
    """
    conditions = []
    if selection.perspectives:
        conditions.append(make_condition(stories["perspective"].to_list(), selection.perspectives))
    if selection.themes:
        themes = [None if pd.isna(theme) else int(theme) for theme in stories["theme_id"]]
        conditions.append(make_condition(themes, selection.themes))
    if selection.tags:
        conditions.append(make_loose_condition([frozenset(codes) for codes in stories["tags"]], selection.tags))
    for element in dict.fromkeys(element for element, _ in selection.answers):
        asked = [option for name, option in selection.answers if name == element]
        conditions.append(_divide_by_answer(stories, options[options["element"] == element], asked))
    if selection.words.strip():
        found = select_stories(stories, options, Selection(words=selection.words)).index
        conditions.append(make_condition(list(stories.index.isin(found)), [True]))
    return tuple(conditions)


def _divide_by_answer(stories: pd.DataFrame, given: pd.DataFrame, asked: list[str]) -> Condition:
    if not given["story_id"].duplicated().any():
        answer = given.set_index("story_id")["option"].reindex(stories.index).astype(object)
        return make_condition(list(answer.where(answer.notna(), None)), asked)
    held = given.groupby("story_id")["option"].agg(frozenset).reindex(stories.index)
    return make_loose_condition([own if isinstance(own, frozenset) else frozenset() for own in held], asked)
