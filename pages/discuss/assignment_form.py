"""The form with which somebody files a question for the duidingstafel."""

import streamlit as st

from dialogue.assignments import COMMISSIONER_LONGEST, KINDS, SCALES, USES, file_assignment
from dialogue.goal_choices import GoalChoice
from dialogue.refusals import LONGEST_TEXT
from pages.discuss.actions import act, show_fault, show_form_faults
from pages.shared.dutch import escape_markdown
from pages.shared.guard import PageContext
from pages.shared.notices import show_empty

FORM = "opdracht"
FIELDS = ("commissioner", "question", "goals", "scale", "kind", "intended_use")
_GOAL_KINDS = {"goal": "Doelen van de regio", "aim": "Wat er moet veranderen"}
_FILED = "opdracht_aantal"
_TEXTS = {"commissioner": "opdracht_gever", "question": "opdracht_vraag"}
_CHOICES = {"scale": "opdracht_schaal", "kind": "opdracht_soort", "intended_use": "opdracht_gebruik"}


def show_assignment_form(context: PageContext, goals: list[GoalChoice]) -> None:
    """The form, folded. Nothing is preselected; what was typed stays when it is refused."""
    # A new key after each question that was filed: the form folds, and the register comes into view.
    key = f"opdracht_uitklappen_{st.session_state.get(_FILED, 0)}"
    with st.expander("Dien een vraag in", key=key, icon=":material/add:"):
        show_form_faults(FORM, fields=FIELDS)
        with st.form("opdracht_formulier", border=False):
            st.text_input(
                "Wie geeft de opdracht?",
                key=_TEXTS["commissioner"],
                max_chars=COMMISSIONER_LONGEST,
                autocomplete="off",
            )
            show_fault(FORM, "commissioner")
            st.text_area("Welke vraag moet de tafel beantwoorden?", key=_TEXTS["question"], max_chars=LONGEST_TEXT)
            show_fault(FORM, "question")
            _show_goals(goals)
            show_fault(FORM, "goals")
            _show_choice("Voor welk gebied?", "scale", SCALES)
            _show_choice("Wat voor vraag is het?", "kind", KINDS)
            _show_choice("Waarvoor wordt de uitkomst gebruikt?", "intended_use", USES)
            st.markdown("De uitkomst is er om te leren en te verbeteren, niet om mensen of organisaties te beoordelen.")
            st.form_submit_button(
                "Dien de vraag in",
                type="primary",
                key="opdracht_indienen",
                on_click=_file,
                args=(context, [goal.id for goal in goals]),
            )


def _show_goals(goals: list[GoalChoice]) -> None:
    st.markdown("**Bij welke doelen hoort de vraag?** Kies er ten minste één.")
    if not goals:
        show_empty("deze verzameling heeft nog geen doelen", "Vraag de beheerder om de doelen in te lezen.")
    for kind, heading in _GOAL_KINDS.items():
        st.markdown(heading)
        for goal in goals:
            if goal.kind == kind:
                st.checkbox(f"{escape_markdown(goal.label)} ({goal.id})", key=_goal_key(goal.id))


def _show_choice(question: str, field: str, options: dict[str, str]) -> None:
    st.radio(question, list(options), format_func=lambda key: options[key], index=None, key=_CHOICES[field])
    show_fault(FORM, field)


def _file(context: PageContext, goals: list[str]) -> None:
    state = st.session_state
    fields = {name: state.get(key) or "" for name, key in {**_TEXTS, **_CHOICES}.items()}
    chosen = [goal for goal in goals if state.get(_goal_key(goal))]
    filed = act(
        context,
        FORM,
        lambda session, viewer: file_assignment(session, context.collection.id, **fields, goals=chosen, by=viewer),
        done="Je vraag is ingediend. Hij staat hieronder bij de opdrachten.",
        clear={
            **dict.fromkeys(_TEXTS.values(), ""),
            **dict.fromkeys(_CHOICES.values(), None),
            **{_goal_key(goal): False for goal in goals},
        },
    )
    if filed:
        state[_FILED] = state.get(_FILED, 0) + 1


def _goal_key(goal: str) -> str:
    return f"opdracht_doel_{goal}"
