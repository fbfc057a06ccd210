"""Step 1, Bewijs: what lies on the table, and for who prepares it, what can be put there."""

import streamlit as st

from dialogue.balance import say_balance
from dialogue.evidence import Evidence, list_evidence, remove_evidence
from dialogue.roundtables import Roundtable
from pages.discuss.actions import act, show_form_faults
from pages.discuss.evidence_picker import show_figure_picker, show_story_picker
from pages.discuss.looks import make_evidence_html
from pages.shared.guard import PageContext
from pages.shared.notices import show_empty

FORM = "bewijs"


def show_evidence_step(context: PageContext, table: Roundtable) -> None:
    """Balance warnings, the evidence, and the pickers for who prepares the table."""
    st.header("Bewijs", anchor=False)
    with context.installation.database.reading() as session:
        evidence = list_evidence(session, table.id, viewer=context.viewer)
    may_prepare = context.can("prepare_roundtable") and table.is_open
    show_form_faults(FORM)
    for sentence in say_balance(evidence):
        st.warning(sentence, icon=":material/balance:")
    if not evidence:
        show_empty("er ligt nog niets op tafel", "" if may_prepare else "De gespreksleider legt het klaar.")
    for one in evidence:
        _show_one(context, one, may_prepare=may_prepare)
    if may_prepare:
        st.header("Leg iets op tafel", anchor=False)
        show_figure_picker(context, table)
        show_story_picker(context, table)


def _show_one(context: PageContext, evidence: Evidence, *, may_prepare: bool) -> None:
    with st.container(key=f"bewijs_{evidence.id}", gap="small"):
        st.html(make_evidence_html(evidence))
        if may_prepare and not evidence.is_withdrawn:
            st.button(
                "Haal van tafel",
                key=f"bewijs_weg_{evidence.id}",
                type="tertiary",
                icon=":material/remove_circle:",
                on_click=_remove,
                args=(context, evidence.id),
            )


def _remove(context: PageContext, evidence_id: int) -> None:
    act(
        context,
        FORM,
        lambda session, viewer: remove_evidence(session, evidence_id, by=viewer),
        done="Dit is van tafel gehaald.",
    )
