"""Tellen en vertellen: for one aim the stories first, by perspective, and the figures beside them."""

import streamlit as st

from indicators.figures import Figure
from indicators.goals import Aim, Aims
from indicators.queries import figures_for_aim, load_stored_aims
from pages.explore.aim_stories import show_not_asked, show_stories_of_aim, shown_questions
from pages.explore.figure_cards import group_by_indicator, make_figure_card
from pages.explore.summary import describe_missing, describe_period, describe_stories, show_no_stories
from pages.shared.address import read_param, write_params
from pages.shared.data import CollectionData, describe_choice, load_data, release_for, select_from
from pages.shared.dutch import escape_markdown
from pages.shared.guard import PageContext, require
from pages.shared.notices import NO_FIGURE, NO_STORIES, show_empty, show_group_too_small
from pages.shared.parts import question_title
from pages.shared.provenance import show_provenance
from pages.shared.selection_bar import describe_selection, show_selection_bar
from safeguards.consent import Purpose
from safeguards.release import GroupTooSmall
from stories.selection import Selection

_AIM, _QUESTION = "kies_doel", "kies_doelvraag"
TARGETS = {"children": "kinderen", "parents": "ouders", "workers": "medewerkers", "municipality": "de gemeente"}


def show_page(context: PageContext) -> None:
    """The page from top to bottom: the aim, then telling and counting side by side."""
    st.title("Tellen en vertellen", anchor=False)
    with context.installation.database.reading() as session:
        aims = load_stored_aims(session, context.collection.id)
    if aims is None:
        show_empty("deze verzameling heeft nog geen doelen", "Vraag de beheerder om de doelen in te lezen.")
        return
    aim = _choose_aim(aims)
    with context.installation.database.reading() as session:
        figures = figures_for_aim(session, context.collection.id, aim.id)
    if aim.targets:
        st.markdown(f"Voor: {', '.join(TARGETS[target] for target in aim.targets)}.")
    purpose = Purpose.RESEARCH if context.can("explore_stories") else Purpose.TABLE
    data = load_data(context, purpose=purpose)
    may_select = purpose is Purpose.RESEARCH and not data.stories.empty
    selection = show_selection_bar(context, data) if may_select else Selection()
    telling, counting = st.columns([3, 2], gap="medium")
    with telling:
        st.subheader("Vertellen", anchor=False)
        _show_telling(context, data, selection, aim, purpose)
    with counting:
        st.subheader("Tellen", anchor=False)
        _show_counting(aim, figures)


def _choose_aim(aims: Aims) -> Aim:
    by_id = {aim.id: aim for aim in aims.aims}
    st.session_state[_AIM] = read_param("doel", list(by_id), aims.aims[0].id)
    name = st.selectbox(
        "Doel", list(by_id), format_func=lambda name: by_id[name].label, key=_AIM, on_change=_change_aim
    )
    return by_id[name]


def _show_telling(context: PageContext, data: CollectionData, selection: Selection, aim: Aim, purpose: Purpose) -> None:
    questions = shown_questions(context, context.framework.elements_for_aim(aim.id))
    if not questions:
        show_not_asked(context)
        return
    if data.stories.empty:
        show_no_stories(context, data)
        return
    selected = select_from(data, selection)
    if selected.empty:
        show_empty(NO_STORIES, "Niemand past in deze selectie. Kies een ruimere.")
        return
    how = describe_choice(data, selection)
    try:
        released = release_for(context, selected, purpose=purpose, chosen=how)
    except GroupTooSmall as small:
        show_group_too_small(str(small))
        return
    if purpose is Purpose.RESEARCH:
        st.markdown(f"**{describe_stories(released)}**")
    question = _choose_question(context, questions)
    view = show_stories_of_aim(context, data, released.frame, question, purpose=purpose, how=how)
    st.markdown(describe_missing(context, data, released))
    show_provenance(
        context,
        period=describe_period(released),
        filters=describe_selection(context, selection),
        smallest=view.smallest,
        notes=(view.note,) if view.note else (),
        key="doel",
    )


def _choose_question(context: PageContext, questions: list) -> object:
    by_id = {question.id: question for question in questions}
    st.session_state[_QUESTION] = read_param("vraag", list(by_id), questions[0].id)
    name = st.selectbox(
        "Vraag bij dit doel",
        list(by_id),
        format_func=lambda name: question_title(by_id[name], context.framework),
        key=_QUESTION,
        on_change=_change_question,
    )
    return by_id[name]


def _show_counting(aim: Aim, figures: list[Figure]) -> None:
    if not figures:
        show_empty(NO_FIGURE, "Bij dit doel wordt niets geteld. De verhalen zijn hier het enige bewijs.")
    for group in group_by_indicator(figures).values():
        st.html(make_figure_card(group))
    if aim.note:
        st.markdown(escape_markdown(aim.note))
    if figures:
        st.markdown(
            "Gemeenten staan in de volgorde van de bron. Een verschil tussen cijfers zegt nog niet waardoor het komt."
        )


def _change_aim() -> None:
    write_params(doel=st.session_state[_AIM], vraag=None)


def _change_question() -> None:
    write_params(vraag=st.session_state[_QUESTION])


show_page(require("explore", action="see_figures"))
