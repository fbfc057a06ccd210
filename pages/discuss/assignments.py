"""The register: every assignment by state with its public reason, and where a new question is filed."""

import streamlit as st

from dialogue.assignments import KINDS, SCALES, USES, Assignment, list_assignments
from dialogue.dutch_dates import say_date
from dialogue.goal_choices import list_goal_choices
from dialogue.moves import Move, list_moves
from dialogue.roundtables import Roundtable, list_roundtables
from dialogue.states import load_machine
from pages.discuss.actions import show_outcome
from pages.discuss.assignment_form import show_assignment_form
from pages.discuss.assignment_steps import show_next_step, show_roundtable_form
from pages.discuss.looks import apply_table_style, show_question
from pages.shared.dutch import count_of, escape_markdown, join_words
from pages.shared.guard import COLLECTION_PARAM, PageContext, require
from pages.shared.notices import show_empty

ROUNDTABLE_PAGE = "discuss/roundtable.py"


def show_page(context: PageContext) -> None:
    """The page from top to bottom: what this is, file a question, the assignments by state."""
    st.title("Opdrachten", anchor=False)
    apply_table_style()
    show_outcome()
    st.markdown(
        "Elke duidingstafel begint met een vraag van een opdrachtgever. "
        "Hier staat welke vragen er zijn, wat ermee gebeurt en waarom."
    )
    with context.installation.database.reading() as session:
        assignments = list_assignments(session, context.collection.id, viewer=context.viewer)
        moves = list_moves(session, [one.id for one in assignments])
        tables = {one.id: list_roundtables(session, one.id, viewer=context.viewer) for one in assignments}
        choices = list_goal_choices(session, context.collection.id)
    goals = {choice.id: choice.label for choice in choices}
    show_assignment_form(context, choices)
    if not assignments:
        show_empty("er zijn nog geen opdrachten", "Dien hierboven een vraag in.")
    for name, state in load_machine().states.items():
        here = [one for one in assignments if one.state == name]
        if here:
            st.header(f"{state.label} ({len(here)})", anchor=False)
        for assignment in here:
            _show_card(context, assignment, moves[assignment.id], tables[assignment.id], goals)


def _show_card(
    context: PageContext, assignment: Assignment, moves: list[Move], tables: list[Roundtable], goals: dict[str, str]
) -> None:
    with st.container(border=True, key=f"opdracht_{assignment.id}"):
        show_question(assignment.question, [f"Opdracht {assignment.id} van {assignment.commissioner}"])
        named = [goals.get(goal, goal) for goal in assignment.goals]
        st.markdown(
            f"- Doel: {escape_markdown(join_words(named))}\n"
            f"- {SCALES[assignment.scale]} · {KINDS[assignment.kind]} · {USES[assignment.intended_use]}\n"
            f"- Ingediend op {say_date(assignment.filed_on)}"
        )
        _show_last_move(assignment, moves)
        for table in tables:
            day = f", {say_date(table.held_on)}" if table.held_on else ""
            st.page_link(
                ROUNDTABLE_PAGE,
                label=f"Naar de duidingstafel: {escape_markdown(table.title)}{day}",
                icon=":material/groups:",
                query_params={COLLECTION_PARAM: context.collection.key, "tafel": str(table.id)},
            )
        show_next_step(context, assignment)
        show_roundtable_form(context, assignment, n_tables=len(tables))
        _show_history(assignment, moves)


def _show_last_move(assignment: Assignment, moves: list[Move]) -> None:
    """The public reason of the last move, and who has to act now."""
    reason = next((move.sentence for move in reversed(moves) if move.to == assignment.state and move.sentence), "")
    if reason:
        st.markdown(f"**Waarom:** {escape_markdown(reason)}")
    next_up = load_machine().say_who_is_next(assignment.state)
    st.markdown(f"**Nu aan zet:** {next_up}" if next_up else "Deze opdracht is klaar.")


def _show_history(assignment: Assignment, moves: list[Move]) -> None:
    if not moves:
        return
    states = load_machine().states
    with st.expander(f"Verloop: {count_of(len(moves), 'stap', 'stappen')}", key=f"verloop_{assignment.id}"):
        for move in moves:
            why = f": {escape_markdown(move.sentence)}" if move.sentence else ""
            st.markdown(f"- {say_date(move.on)}, {states[move.origin].label} → {states[move.to].label}{why}")
            if move.previous_question:
                st.markdown(f"  - De vraag was: {escape_markdown(move.previous_question)}")


show_page(require("discuss"))
