"""The overview: everything of one table on a page, to read; there is nothing to take away."""

import streamlit as st

from dialogue.advice import list_advice
from dialogue.balance import say_balance
from dialogue.cards import FIGURE, STORY, VIEW
from dialogue.evidence import Evidence, list_evidence
from dialogue.goal_choices import goal_labels
from dialogue.interpretations import list_interpretations
from dialogue.observations import list_observations
from dialogue.perspectives import perspectives_at_table
from dialogue.roundtables import Roundtable
from pages.discuss.invite_panel import show_invite_panel
from pages.discuss.looks import make_advice_html, make_readings_html, show_observation, title_of
from pages.shared.dutch import count_of, escape_markdown, join_words
from pages.shared.guard import PageContext
from pages.shared.notices import show_empty

_NOUNS = {STORY: ("verhaal", "verhalen"), FIGURE: ("cijfer", "cijfers"), VIEW: ("beeld", "beelden")}


def show_overview_step(context: PageContext, table: Roundtable) -> None:
    """Evidence in short, observations with their readings, advice. Empty parts say so."""
    with context.installation.database.reading() as session:
        evidence = list_evidence(session, table.id, viewer=context.viewer)
        observations = list_observations(session, table.id, viewer=context.viewer)
        readings = list_interpretations(session, table.id, viewer=context.viewer)
        written = list_advice(session, table.id, viewer=context.viewer)
        goals = goal_labels(session, context.collection.id)
    show_invite_panel(context, table)
    st.header("Wat lag er op tafel?", anchor=False)
    _show_evidence(evidence)
    st.header("Wat zagen we, en hoe lezen we dat?", anchor=False)
    if not observations:
        show_empty("er zijn nog geen observaties")
    sides = perspectives_at_table(context.framework)
    for observation in observations:
        show_observation(observation.number, observation.text)
        st.html(make_readings_html(readings.get(observation.id, []), sides))
    st.header("Wat adviseren we?", anchor=False)
    if not written:
        show_empty("er is nog geen advies")
    for advice in written:
        st.html(make_advice_html(advice, goals.get(advice.goal, advice.goal)))
        for notice in advice.notices:
            st.info(notice, icon=":material/info:")


def _show_evidence(evidence: list[Evidence]) -> None:
    if not evidence:
        show_empty("er ligt nog niets op tafel")
        return
    counts = {kind: sum(one.kind == kind and one.card is not None for one in evidence) for kind in _NOUNS}
    st.markdown(
        f"Op tafel: {join_words([count_of(n, *_NOUNS[kind]) for kind, n in counts.items()])}. "
        + " ".join(escape_markdown(sentence) for sentence in say_balance(evidence))
    )
    lines = [title_of(one.card) if one.card else f"Hier lag een verhaal: {one.mark}" for one in evidence]
    st.markdown("\n".join(f"- {escape_markdown(line)}" for line in lines))
