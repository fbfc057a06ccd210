"""The explorer: choose stories, see what tellers answered, read the stories behind it."""

from typing import Any

import streamlit as st

from pages.explore.reading import show_reader
from pages.explore.summary import describe_missing, describe_period, describe_stories, show_no_stories
from pages.explore.theme_list import show_theme_list
from pages.shared.address import read_param, write_params
from pages.shared.charts import show_view
from pages.shared.data import CollectionData, describe_choice, load_data, release_for, select_from
from pages.shared.dutch import escape_markdown
from pages.shared.guard import PageContext, require
from pages.shared.notices import NO_STORIES, show_empty, show_group_too_small
from pages.shared.panels import QuestionView, make_view
from pages.shared.parts import question_title
from pages.shared.provenance import show_provenance
from pages.shared.selection_bar import describe_selection, show_selection_bar
from safeguards.consent import Purpose
from safeguards.release import Chosen, GroupTooSmall, ReleasedStories
from stories.elements import Stones
from stories.selection import Selection

_QUESTION, _STONE = "kies_vraag", "kies_steen"


def show_page(context: PageContext) -> None:
    """The page from top to bottom: bar, sentence, charts beside stories, themes, provenance."""
    st.title("Verhalen verkennen", anchor=False)
    data = load_data(context, purpose=Purpose.RESEARCH)
    if data.stories.empty:
        show_no_stories(context, data)
        return
    selection = show_selection_bar(context, data)
    selected = select_from(data, selection)
    if selected.empty:
        show_empty(NO_STORIES, "Niemand past in deze selectie. Kies een ruimere.")
        return
    how = describe_choice(data, selection)
    try:
        released = release_for(context, selected, purpose=Purpose.RESEARCH, chosen=how)
    except GroupTooSmall as small:
        show_group_too_small(str(small))
        return
    st.markdown(f"**{describe_stories(released)}**")
    charts, reading = st.columns([3, 2], gap="medium")
    with charts:
        view = _show_question(context, data, released, selection, how)
    with reading:
        show_reader(context, data, view, released, selection)
    show_theme_list(context, data, released, how)
    _show_limits(context, data, released, selection, view)


def _show_question(
    context: PageContext, data: CollectionData, released: ReleasedStories, selection: Selection, how: Chosen
) -> QuestionView:
    question = _choose_question(context)
    stone = _choose_stone(context, question)
    perspectives = selection.perspectives or context.framework.perspective_ids
    in_order = tuple(name for name in context.framework.perspective_ids if name in perspectives)
    view = make_view(
        context,
        data,
        released.frame,
        question,
        perspectives=in_order,
        purpose=Purpose.RESEARCH,
        stone=stone,
        chosen=how,
    )
    chosen = (st.query_params.get("van", ""), st.query_params.get("deel", ""))
    show_view(context, view, key=f"{question.id}{stone}", chosen=chosen, on_pick=_pick)
    return view


def _choose_question(context: PageContext) -> Any:
    questions = context.framework.elements
    st.session_state[_QUESTION] = read_param("vraag", list(questions), next(iter(questions)))
    name = st.selectbox(
        "Vraag",
        list(questions),
        format_func=lambda name: question_title(questions[name], context.framework),
        key=_QUESTION,
        on_change=_change_question,
    )
    return questions[name]


def _choose_stone(context: PageContext, question: object) -> str:
    if not isinstance(question, Stones):
        return ""
    words = question.texts[context.framework.perspective_ids[-1]].stones
    st.session_state[_STONE] = read_param("steen", question.stone_keys, question.stone_keys[0])
    return st.selectbox(
        "Welke steen?",
        question.stone_keys,
        format_func=lambda key: words.get(key, key),
        key=_STONE,
        on_change=_change_stone,
    )


def _show_limits(
    context: PageContext, data: CollectionData, released: ReleasedStories, selection: Selection, view: QuestionView
) -> None:
    st.markdown(describe_missing(context, data, released))
    notes = [f"Vraag: {escape_markdown(question_title(view.question, context.framework))}."]
    if view.note:
        notes.append(view.note)
    notes.append("Antwoorden in een verborgen aantal zijn ook niet als stip getekend.")
    show_provenance(
        context,
        period=describe_period(released),
        filters=describe_selection(context, selection),
        smallest=view.smallest,
        notes=tuple(notes),
        key="verhalen",
    )


def _change_question() -> None:
    write_params(vraag=st.session_state[_QUESTION], steen=None, van=None, deel=None, blad=None)


def _change_stone() -> None:
    write_params(steen=st.session_state[_STONE], van=None, deel=None, blad=None)


def _pick(perspective: str, part: str) -> None:
    write_params(van=perspective, deel=part, blad=None)


show_page(require("explore", action="explore_stories"))
