"""One duidingstafel: the question on top, then the steps of the meeting."""

import streamlit as st

from dialogue.dutch_dates import say_date
from dialogue.goal_choices import goal_labels
from dialogue.roundtables import Roundtable, list_tables_for
from pages.discuss.actions import show_outcome
from pages.discuss.looks import apply_table_style, show_question
from pages.discuss.table_advice import show_advice_step
from pages.discuss.table_evidence import show_evidence_step
from pages.discuss.table_overview import show_overview_step
from pages.discuss.table_readings import show_observations_step, show_readings_step
from pages.shared.address import read_param, write_params
from pages.shared.dutch import join_words
from pages.shared.guard import COLLECTION_PARAM, PageContext, require
from pages.shared.notices import show_empty

STEPS = {
    "bewijs": "1. Bewijs",
    "zien": "2. Wat zien we?",
    "lezen": "3. Hoe lezen we dat?",
    "advies": "4. Advies",
    "overzicht": "Overzicht",
}
_SHOW = {
    "bewijs": show_evidence_step,
    "zien": show_observations_step,
    "lezen": show_readings_step,
    "advies": show_advice_step,
    "overzicht": show_overview_step,
}
_TABLE, _STEP = "kies_tafel", "kies_stap"


def show_page(context: PageContext) -> None:
    """The page from top to bottom: which table, its question, the chosen step of the meeting."""
    st.title("Duidingstafel", anchor=False)
    apply_table_style()
    show_outcome()
    roundtable = _choose_table(context)
    if roundtable is None:
        show_empty("er is nog geen duidingstafel", "Maak er een bij een opdracht.")
        st.page_link(
            "discuss/assignments.py",
            label="Naar de opdrachten",
            query_params={COLLECTION_PARAM: context.collection.key},
        )
        return
    _show_top(context, roundtable)
    step = read_param("stap", list(STEPS), "bewijs")
    st.session_state[_STEP] = step
    st.segmented_control(
        "Stap",
        list(STEPS),
        format_func=lambda name: STEPS[name],
        key=_STEP,
        required=True,
        on_change=_change_step,
    )
    _SHOW[step](context, roundtable)


def _choose_table(context: PageContext) -> Roundtable | None:
    """The table in the address, else the newest; with several, a list to choose from."""
    with context.installation.database.reading() as session:
        tables = list_tables_for(session, context.collection.id, viewer=context.viewer)
    by_id = {str(table.id): table for table in tables}
    if not by_id:
        return None
    chosen = read_param("tafel", list(by_id), next(iter(by_id)))
    if len(by_id) > 1:
        st.session_state[_TABLE] = chosen
        st.selectbox(
            "Welke tafel?",
            list(by_id),
            format_func=lambda number: _say_table(by_id[number]),
            key=_TABLE,
            on_change=_change_table,
        )
    return by_id[chosen]


def _say_table(table: Roundtable) -> str:
    return f"{table.title}, {say_date(table.held_on)}" if table.held_on else table.title


def _show_top(context: PageContext, table: Roundtable) -> None:
    with context.installation.database.reading() as session:
        goals = goal_labels(session, context.collection.id)
    assignment = table.assignment
    show_question(
        assignment.question,
        [
            f"{_say_table(table)} · opdracht {assignment.id} van {assignment.commissioner} · {assignment.state_label}",
            f"Doel: {join_words([goals.get(goal, goal) for goal in assignment.goals])}",
            "We kijken om te leren en te verbeteren, niet om mensen of organisaties te beoordelen.",
        ],
    )
    if not assignment.is_open:
        st.info(
            f"De opdracht staat op “{assignment.state_label}”. Aan deze tafel verandert nu niets meer.",
            icon=":material/lock:",
        )
    elif table.has_submitted_advice:
        st.info(
            "Aan deze tafel is een advies ingediend. Het bewijs, de observaties en de duidingen liggen vast.",
            icon=":material/lock:",
        )


def _change_step() -> None:
    write_params(stap=st.session_state[_STEP])


def _change_table() -> None:
    write_params(tafel=st.session_state[_TABLE], stap=None)


show_page(require("discuss", by_seat=True))
