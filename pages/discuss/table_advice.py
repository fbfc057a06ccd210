"""Step 4, Advies: blocked with a sentence until every observation has rival readings; frozen once submitted."""

import streamlit as st

from dialogue.advice import (
    ADDRESSEE_LONGEST,
    RESULT_TYPES,
    Advice,
    find_blockers,
    list_advice,
    may_submit,
    save_advice,
    submit_advice,
)
from dialogue.goal_choices import goal_labels
from dialogue.refusals import LONGEST_TEXT
from dialogue.roundtables import Roundtable
from pages.discuss.actions import act, show_fault, show_form_faults
from pages.discuss.looks import make_advice_html
from pages.shared.guard import PageContext
from pages.shared.notices import show_empty

NEW_FORM = "advies_nieuw"
FIELDS = ("result_type", "addressee", "goal", "text", "stop_doing", "dissent")
_CHOICES = ("result_type", "goal")


def show_advice_step(context: PageContext, table: Roundtable) -> None:
    """What the table still misses, the advice there is, and a form for who writes it."""
    st.header("Advies", anchor=False)
    with context.installation.database.reading() as session:
        blockers = find_blockers(session, table.id, viewer=context.viewer)
        written = list_advice(session, table.id, viewer=context.viewer)
        goals = _order_goals(goal_labels(session, context.collection.id), table.assignment.goals)
    may_write = context.can("write_advice") and table.assignment.is_open
    if may_write:
        for sentence in blockers:
            st.warning(sentence, icon=":material/hourglass_empty:")
    if not written:
        show_empty("er is nog geen advies")
    for advice in written:
        st.html(make_advice_html(advice, goals.get(advice.goal, advice.goal)))
        for notice in advice.notices:
            st.info(notice, icon=":material/info:")
        if may_write and not advice.is_submitted:
            _show_draft(context, table, advice, goals, is_blocked=bool(blockers))
    if may_write:
        st.subheader("Schrijf een advies", anchor=False)
        _show_form(context, table, NEW_FORM, None, goals, is_blocked=bool(blockers))


def _order_goals(goals: dict[str, str], first: tuple[str, ...]) -> dict[str, str]:
    """The goals of the assignment on top, then the others."""
    return {goal: goals[goal] for goal in (*[one for one in first if one in goals], *goals)}


def _show_draft(
    context: PageContext, table: Roundtable, advice: Advice, goals: dict[str, str], *, is_blocked: bool
) -> None:
    form = f"advies_{advice.id}"
    with st.expander("Pas dit advies aan", key=f"{form}_uitklappen"):
        _show_form(context, table, form, advice, goals, is_blocked=is_blocked)
    if not may_submit(context.viewer, table):
        st.markdown("De penvoerder dient het advies in.")
        return
    with st.expander("Dien dit advies in", key=f"{form}_indienen_uitklappen", icon=":material/send:"):
        show_form_faults(f"{form}_indienen")
        st.markdown(
            "Na het indienen verandert er niets meer: niet aan het advies, en niet aan het bewijs, "
            "de observaties en de duidingen waar het op rust."
        )
        st.button(
            "Dien het advies in",
            key=f"{form}_indienen",
            type="primary",
            disabled=is_blocked,
            on_click=_submit,
            args=(context, advice.id, f"{form}_indienen"),
        )


def _show_form(
    context: PageContext,
    table: Roundtable,
    form: str,
    advice: Advice | None,
    goals: dict[str, str],
    *,
    is_blocked: bool,
) -> None:
    show_form_faults(form, fields=FIELDS)
    with st.form(f"{form}_formulier", border=advice is None):
        st.radio(
            "Wat voor advies is het?",
            list(RESULT_TYPES),
            format_func=lambda kind: RESULT_TYPES[kind],
            index=list(RESULT_TYPES).index(advice.result_type) if advice else None,
            key=f"{form}_result_type",
        )
        show_fault(form, "result_type")
        st.text_input(
            "Aan wie?",
            value=advice.addressee if advice else "",
            key=f"{form}_addressee",
            max_chars=ADDRESSEE_LONGEST,
            autocomplete="off",
        )
        show_fault(form, "addressee")
        st.selectbox(
            "Bij welk doel?",
            list(goals),
            format_func=lambda goal: goals[goal],
            index=list(goals).index(advice.goal) if advice and advice.goal in goals else None,
            placeholder="Kies een doel",
            key=f"{form}_goal",
        )
        show_fault(form, "goal")
        _show_text(form, "text", "Wat adviseren jullie?", advice)
        _show_text(form, "stop_doing", "Waar kan iemand mee stoppen? (mag leeg blijven)", advice)
        _show_text(form, "dissent", "Waarover verschillen jullie van mening? (mag leeg blijven)", advice)
        st.form_submit_button(
            "Bewaar het advies",
            key=f"{form}_bewaar",
            type="primary",
            disabled=is_blocked,
            on_click=_save,
            args=(context, table.id, form, advice.id if advice else None),
        )


def _show_text(form: str, field: str, question: str, advice: Advice | None) -> None:
    st.text_area(
        question, value=getattr(advice, field) if advice else "", key=f"{form}_{field}", max_chars=LONGEST_TEXT
    )
    show_fault(form, field)


def _save(context: PageContext, table_id: int, form: str, advice_id: int | None) -> None:
    fields = {field: st.session_state.get(f"{form}_{field}") or "" for field in FIELDS}
    clear = {f"{form}_{field}": None if field in _CHOICES else "" for field in FIELDS}
    act(
        context,
        form,
        lambda session, viewer: save_advice(session, table_id, **fields, advice_id=advice_id, by=viewer),
        done="Het advies is bewaard als concept.",
        clear=clear if advice_id is None else None,
    )


def _submit(context: PageContext, advice_id: int, form: str) -> None:
    act(
        context,
        form,
        lambda session, viewer: submit_advice(session, advice_id, by=viewer),
        done="Het advies is ingediend. Zet de opdracht in het register op de volgende stap.",
    )
