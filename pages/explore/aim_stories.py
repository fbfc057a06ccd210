"""The telling side of an aim: what each perspective answered to its questions, and some of their stories."""

import pandas as pd
import streamlit as st

from pages.shared.charts import show_panel, show_table_twin
from pages.shared.data import CollectionData, release_for
from pages.shared.dutch import count_of
from pages.shared.guard import PageContext
from pages.shared.notices import NO_QUESTION, NO_STORIES, show_empty, show_group_too_small
from pages.shared.panels import Panel, QuestionView, make_view
from pages.shared.story_cards import show_story_cards
from pages.shared.themes import tag_labels
from safeguards.consent import Purpose
from safeguards.release import Chosen, GroupTooSmall
from stories.elements import Dyad, Stones, Triad

CARDS = 3
AT_THE_TABLE = "De verhalen zelf lees je aan de duidingstafel."


def shown_questions(context: PageContext, questions: list) -> list:
    """The questions of an aim that are laid out: dyads and triads first, then choices; stones come last."""
    order: dict[type, int] = {Dyad: 0, Triad: 1, Stones: 3}
    return sorted(questions, key=lambda question: order.get(type(question), 2))


def show_stories_of_aim(
    context: PageContext,
    data: CollectionData,
    stories: pd.DataFrame,
    question: object,
    *,
    purpose: Purpose,
    how: Chosen,
) -> QuestionView:
    """Each perspective in the framework's order: the question in their words, the answers, their stories.

    how: how the stories were chosen.
    """
    perspectives = context.framework.perspective_ids
    view = make_view(context, data, stories, question, perspectives=perspectives, purpose=purpose, chosen=how)
    for panel in view.panels:
        with st.container(border=True, key=f"vertellen_{panel.perspective}"):
            show_panel(context, view, panel, key=f"doel_{view.question.id}", beside=True)
            if panel.asked_as is not None:
                _show_some_stories(context, view, panel, stories, purpose)
    show_table_twin(context, view, key=f"doel_{view.question.id}")
    return view


def pick_varied(view: QuestionView, perspective: str, *, most: int = CARDS) -> list[str]:
    """Ids of a few stories that differ: one from each part in turn, newest first, the rarest part too.

    The machine picks no "best" story: it walks over the parts that people answered in.
    """
    rows = view.placed[view.placed["perspective"] == perspective]
    rows = rows[rows["part"].isin(view.parts)]
    groups = [list(dict.fromkeys(group.index[::-1])) for _, group in rows.groupby("part", sort=False)]
    groups.sort(key=len, reverse=True)
    if len(groups) > most:  # the largest ones, and the least heard
        groups = [*groups[: most - 1], groups[-1]]
    picked: list[str] = []
    for turn in range(max((len(group) for group in groups), default=0)):
        for group in groups:
            if turn < len(group) and group[turn] not in picked and len(picked) < most:
                picked.append(group[turn])
    return picked


def _show_some_stories(
    context: PageContext, view: QuestionView, panel: Panel, stories: pd.DataFrame, purpose: Purpose
) -> None:
    if purpose is not Purpose.RESEARCH:
        st.markdown(AT_THE_TABLE)
        return
    told = stories[(stories["perspective"] == panel.perspective) & stories["has_text"].astype(bool)]
    mine = told.loc[told.index.intersection(view.placed.index.unique())]
    if mine.empty:
        show_empty(NO_STORIES)
        return
    try:
        released = release_for(context, mine, purpose=purpose)
    except GroupTooSmall as small:
        show_group_too_small(str(small))
        return
    ids = [story_id for story_id in pick_varied(view, panel.perspective) if story_id in released.frame.index]
    if not ids:
        show_empty(NO_STORIES)
        return
    with st.expander(f"Lees {count_of(len(ids), 'verhaal', 'verhalen')}", key=f"lees_{panel.perspective}"):
        framework = context.framework
        show_story_cards(
            released,
            perspective_labels={name: framework.perspective_label(name) for name in framework.perspective_ids},
            tag_labels=tag_labels(context),
            ids=ids,
        )


def show_not_asked(context: PageContext) -> None:
    """An aim without a question: the gap has a name."""
    show_empty(NO_QUESTION, "Over dit doel zeggen de antwoorden van vertellers dus niets.")
