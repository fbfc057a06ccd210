"""Read the stories behind a part of a chart: the same choice by mouse and by keyboard, ten on a page."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from pages.shared.address import read_param, read_selection, write_params, write_selection
from pages.shared.data import CollectionData, describe_choice, release_for
from pages.shared.dutch import count_of, escape_markdown
from pages.shared.guard import PageContext
from pages.shared.notices import NO_STORIES, show_empty, show_group_too_small
from pages.shared.panels import QuestionView
from pages.shared.parts import part_label
from pages.shared.released import say_count
from pages.shared.story_cards import PAGE_SIZE, show_story_cards
from pages.shared.themes import tag_labels
from safeguards.consent import Purpose
from safeguards.differencing import make_condition, make_loose_condition
from safeguards.release import Chosen, GroupTooSmall, ReleasedStories
from stories.elements import Stones
from stories.selection import NA_OPTION, Selection

EVERYTHING = "alles"
_FROM, _PART, _ORDER = "kies_van", "kies_deel", "kies_volgorde"
ORDERS = {
    "nieuw": "nieuwste eerst",
    "oud": "oudste eerst",
    "zeldzaam": "minst gegeven antwoord eerst",
}


def show_reader(
    context: PageContext, data: CollectionData, view: QuestionView, released: ReleasedStories, selection: Selection
) -> None:
    """The stories of the chosen part, or of the whole selection when no part was chosen.

    A part is a narrower selection, and judged as one: a list of stories is a count too.
    """
    st.subheader("Lees de verhalen", anchor=False)
    perspective, part = _choose_part(context, view)
    try:
        chosen = release_part(context, data, view, released, selection, (perspective, part)) if part else released
    except GroupTooSmall as small:
        show_group_too_small(str(small))
        return
    if chosen.frame.empty:
        show_empty(NO_STORIES, "Kies een ander deel.")
        return
    if part and not isinstance(view.question, Stones):
        st.button(
            "Neem dit deel op in de selectie",
            key="neem_deel",
            on_click=_take_part,
            args=(context.collection.key, view.question.id, perspective, part),
        )
    _show_pages(context, view, chosen)


def release_part(
    context: PageContext,
    data: CollectionData,
    view: QuestionView,
    released: ReleasedStories,
    selection: Selection,
    place: tuple[str, str],
) -> ReleasedStories:
    """The stories behind one number: those of the selection, told by one perspective, with one answer.

    place: the perspective and the part. A list of stories is a count too, so it is let out only
    where the number is shown. Raises GroupTooSmall or DifferenceTooSmall.
    """
    perspective, part = place
    stories = released.frame.loc[released.frame.index.intersection(view.stories_in(perspective, part))]
    if len(stories) and view.panel(perspective).counts.get(part) is None:
        raise GroupTooSmall(view.smallest)
    how = describe_choice(data, replace(selection, perspectives=(perspective,)))
    given = data.placed(view.question.id, stone=view.placed_stone)["part"].groupby(level=0).agg(frozenset)
    held = [frozenset() if one is None else one for one in given.reindex(data.stories.index).replace({np.nan: None})]
    is_loose = any(len(one) > 1 for one in held)
    condition = (
        make_loose_condition(held, [part])
        if is_loose
        else make_condition([next(iter(one), None) for one in held], [part])
    )
    chosen = Chosen((*how.conditions, condition), how.tellers)
    return release_for(context, stories, purpose=Purpose.RESEARCH, chosen=chosen)


def order_stories(stories: pd.DataFrame, view: QuestionView, order: str) -> list[str]:
    """Ids of stories in reading order.

    "zeldzaam": first the stories whose answer was given least in their own perspective, so that a
    voice that differs is read too; stories without an answer come last.
    """
    if order == "zeldzaam":
        placed = view.placed[view.placed.index.isin(stories.index)]
        how_many = placed.groupby(["perspective", "part"])["part"].transform("size")
        rarity = how_many.groupby(level=0).min().reindex(stories.index)
        return list(rarity.sort_values(kind="stable", na_position="last").index)
    return list(stories.index if order == "oud" else stories.index[::-1])


def _choose_part(context: PageContext, view: QuestionView) -> tuple[str, str]:
    asked = [panel for panel in view.panels if panel.asked_as is not None]
    if not asked:
        return "", ""
    labels = {panel.perspective: panel.label for panel in asked}
    perspective = read_param("van", list(labels), asked[0].perspective)
    st.session_state[_FROM] = perspective
    if len(labels) > 1:
        st.pills(
            "Van wie?",
            list(labels),
            format_func=lambda name: labels[name],
            key=_FROM,
            required=True,
            wrap=True,
            on_change=_change_from,
        )
    parts = [EVERYTHING, *_offered_parts(context, view, perspective)]
    part = read_param("deel", parts, EVERYTHING)
    st.session_state[_PART] = part
    counts = view.panel(perspective).counts
    st.radio(
        "Welk antwoord?",
        parts,
        format_func=lambda key: _part_choice(context, view, perspective, key, counts),
        key=_PART,
        on_change=_change_part,
    )
    return (perspective, part) if part != EVERYTHING else ("", "")


def _offered_parts(context: PageContext, view: QuestionView, perspective: str) -> Sequence[str]:
    options_for = getattr(view.question, "options_for", None)
    offered = [option.key for option in options_for(perspective)] if options_for else list(view.parts)
    return [*offered, NA_OPTION]


def _part_choice(
    context: PageContext, view: QuestionView, perspective: str, part: str, counts: dict[str, int | None]
) -> str:
    if part == EVERYTHING:
        return "alle verhalen in de selectie"
    label = escape_markdown(part_label(context.framework, view.question, part, perspective))
    return f"{label} ({say_count(counts.get(part))})"


def _show_pages(context: PageContext, view: QuestionView, chosen: ReleasedStories) -> None:
    st.selectbox("Volgorde", list(ORDERS), format_func=lambda key: ORDERS[key], key=_ORDER, on_change=_to_first_page)
    ids = order_stories(chosen.frame, view, st.session_state[_ORDER])
    pages = math.ceil(len(ids) / PAGE_SIZE)
    page = int(read_param("blad", [str(number) for number in range(1, pages + 1)], "1"))
    st.markdown(f"{count_of(len(ids), 'verhaal', 'verhalen')}, blad {page} van {pages}")
    framework = context.framework
    show_story_cards(
        chosen,
        perspective_labels={name: framework.perspective_label(name) for name in framework.perspective_ids},
        tag_labels=tag_labels(context),
        ids=ids[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
    )
    if pages > 1:
        with st.container(horizontal=True):
            st.button("Vorige", key="blad_terug", disabled=page == 1, on_click=_turn, args=(page - 1,))
            st.button("Volgende", key="blad_verder", disabled=page == pages, on_click=_turn, args=(page + 1,))


def _turn(page: int) -> None:
    write_params(blad=str(page))


def _to_first_page() -> None:
    write_params(blad=None)


def _change_from() -> None:
    write_params(van=st.session_state[_FROM], deel=None, blad=None)


def _change_part() -> None:
    part = st.session_state[_PART]
    write_params(van=st.session_state.get(_FROM), deel=None if part == EVERYTHING else part, blad=None)


def _take_part(collection_key: str, element: str, perspective: str, part: str) -> None:
    selection = read_selection(collection_key).with_answer(element, part)
    narrowed = type(selection)((perspective,), selection.tags, selection.themes, selection.answers, selection.words)
    write_selection(collection_key, narrowed)
    write_params(deel=None, blad=None)
