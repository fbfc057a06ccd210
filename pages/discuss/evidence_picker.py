"""Choose what goes on the table: stories and counts from the explorer's selection, and figures."""

import math

import streamlit as st

from dialogue.evidence import TITLE_LONGEST, add_figure, add_story, add_view, list_story_ids
from dialogue.roundtables import Roundtable
from indicators.figures import Figure, show_figure
from indicators.queries import figures_frame
from pages.discuss.actions import act, show_fault, show_form_faults
from pages.shared.address import read_param, write_params
from pages.shared.data import CollectionData, describe_choice, load_data, release_for
from pages.shared.dutch import count_of
from pages.shared.guard import PageContext
from pages.shared.notices import NO_FIGURE, NO_STORIES, show_empty, show_group_too_small
from pages.shared.parts import question_title
from pages.shared.selection_bar import show_selection_bar
from pages.shared.story_cards import show_story_cards
from pages.shared.themes import tag_labels
from safeguards.consent import Purpose
from safeguards.release import GroupTooSmall, ReleasedStories
from stories.elements import Background
from stories.selection import Selection, select_stories

STORIES_ON_A_PAGE = 4
STORY_FORM, FIGURE_FORM, VIEW_FORM = "verhaal_kiezen", "cijfer_kiezen", "beeld_kiezen"
ONLY_STORIES = ""


def show_figure_picker(context: PageContext, table: Roundtable) -> None:
    """One figure out of those that were imported, with its source."""
    with st.expander("Een cijfer", key="cijfer_uitklappen", icon=":material/bar_chart:"):
        show_form_faults(FIGURE_FORM)
        with context.installation.database.reading() as session:
            figures = figures_frame(session, context.collection.id)
        if figures.empty:
            show_empty(NO_FIGURE, "Importeer eerst cijfers.")
            return
        labels = {int(row["figure_id"]): _say_figure(row) for row in figures.to_dict("records")}
        st.selectbox(
            "Welk cijfer?",
            list(labels),
            format_func=lambda number: labels[number],
            index=None,
            placeholder="Kies een cijfer",
            key="cijfer_keuze",
        )
        st.button("Leg dit cijfer op tafel", key="cijfer_leg", on_click=_add_figure, args=(context, table.id))


def show_story_picker(context: PageContext, table: Roundtable) -> None:
    """Stories whose tellers let the table read them, chosen with the bar of the explorer."""
    with st.expander("Een verhaal of een beeld", key="verhaal_uitklappen", icon=":material/auto_stories:"):
        st.markdown("Hier staan alleen verhalen die de tafel mag lezen.")
        data = load_data(context, purpose=Purpose.TABLE)
        if data.stories.empty:
            show_empty(NO_STORIES, "Nog geen verteller liet de tafel meelezen.")
            return
        selection = show_selection_bar(context, data)
        _show_view_form(context, table, selection)
        # Who prepares the table reads as an analyst does; at the table itself only what was chosen is seen.
        chosen = _release(context, data, selection)
        if chosen is not None:
            _show_stories(context, table, chosen)


def _release(context: PageContext, data: CollectionData, selection: Selection) -> ReleasedStories | None:
    stories = select_stories(data.stories, data.options, selection)
    try:
        released = release_for(
            context, stories[stories["has_text"]], purpose=Purpose.RESEARCH, chosen=describe_choice(data, selection)
        )
    except GroupTooSmall as small:
        show_group_too_small(str(small))
        return None
    if released.frame.empty:
        show_empty(NO_STORIES, "Niemand past in deze selectie. Kies een ruimere.")
        return None
    return released


def _show_view_form(context: PageContext, table: Roundtable, selection: Selection) -> None:
    questions = {
        name: question for name, question in context.framework.elements.items() if not isinstance(question, Background)
    }
    show_form_faults(VIEW_FORM, fields=("title",))
    with st.form("beeld_formulier"):
        st.markdown("**Een beeld: hoeveel verhalen in deze keuze, en wat ze antwoordden**")
        st.text_input("Titel van het beeld", key="beeld_titel", max_chars=TITLE_LONGEST, autocomplete="off")
        show_fault(VIEW_FORM, "title")
        st.selectbox(
            "Welke vraag tellen we?",
            [ONLY_STORIES, *questions],
            format_func=lambda name: (
                question_title(questions[name], context.framework) if name else "geen vraag, alleen de verhalen"
            ),
            key="beeld_vraag",
        )
        st.form_submit_button(
            "Leg dit beeld op tafel", key="beeld_leg", on_click=_add_view, args=(context, table.id, selection)
        )


def _show_stories(context: PageContext, table: Roundtable, chosen: ReleasedStories) -> None:
    show_form_faults(STORY_FORM)
    with context.installation.database.reading() as session:
        on_the_table = list_story_ids(session, table.id, viewer=context.viewer)
    ids = list(reversed(chosen.frame.index))  # the newest first, as in the explorer
    pages = math.ceil(len(ids) / STORIES_ON_A_PAGE)
    page = int(read_param("blad", [str(number) for number in range(1, pages + 1)], "1"))
    st.markdown(f"**{count_of(len(ids), 'verhaal', 'verhalen')}**, blad {page} van {pages}")
    framework = context.framework
    labels = {name: framework.perspective_label(name) for name in framework.perspective_ids}
    for story_id in ids[(page - 1) * STORIES_ON_A_PAGE : page * STORIES_ON_A_PAGE]:
        show_story_cards(chosen, perspective_labels=labels, tag_labels=tag_labels(context), ids=[story_id])
        is_there = story_id in on_the_table
        st.button(
            "Ligt op tafel" if is_there else "Leg dit verhaal op tafel",
            key=f"verhaal_leg_{story_id}",
            disabled=is_there,
            on_click=_add_story,
            args=(context, table.id, story_id),
        )
    if pages > 1:
        with st.container(horizontal=True):
            st.button("Vorige", key="verhaal_terug", disabled=page == 1, on_click=_turn, args=(page - 1,))
            st.button("Volgende", key="verhaal_verder", disabled=page == pages, on_click=_turn, args=(page + 1,))


def _say_figure(row: dict) -> str:
    names = ("indicator", "indicator_label", "status", "unit", "area", "period", "source", "definition", "counts")
    value = row["value"] if row["value"] == row["value"] else None  # NaN is no value
    facts = {name: row[name] for name in names}
    figure = Figure(**facts, counts_not=row["counts_not"], row=row["row"], value=value, value_text=row["value_text"])
    return f"{figure.indicator_label} · {figure.area} · {figure.period}: {show_figure(figure)}"


def _add_story(context: PageContext, table_id: int, story_id: str) -> None:
    act(
        context,
        STORY_FORM,
        lambda session, viewer: add_story(session, table_id, story_id, by=viewer),
        done="Het verhaal ligt op tafel.",
    )


def _add_figure(context: PageContext, table_id: int) -> None:
    figure_id = st.session_state["cijfer_keuze"] or 0
    act(
        context,
        FIGURE_FORM,
        lambda session, viewer: add_figure(session, table_id, figure_id, by=viewer),
        done="Het cijfer ligt op tafel.",
        clear={"cijfer_keuze": None},
    )


def _add_view(context: PageContext, table_id: int, selection: Selection) -> None:
    title, element = st.session_state["beeld_titel"], st.session_state["beeld_vraag"]
    act(
        context,
        VIEW_FORM,
        lambda session, viewer: add_view(
            session, table_id, selection, title=title, element=element, limits=context.limits, by=viewer
        ),
        done="Het beeld ligt op tafel.",
        clear={"beeld_titel": "", "beeld_vraag": ONLY_STORIES},
    )


def _turn(page: int) -> None:
    write_params(blad=str(page))
