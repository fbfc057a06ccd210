"""One click is one action: one function call in one transaction, and what was typed stays when it is refused.

A second click while the first is on its way does the same action again. Every action of `dialogue`
finds what the first has stored and gives that back, so nothing is doubled.
"""

from collections.abc import Callable, Mapping

import streamlit as st
from sqlalchemy.orm import Session

from dialogue.refusals import Refused
from faults import PersonFault
from pages.shared.guard import PageContext
from pages.shared.notices import NOT_SIGNED_IN
from pages.shared.viewer import current_viewer
from safeguards.access import Viewer

Action = Callable[[Session, Viewer], object]
_FAULTS, _DONE = "fouten", "gelukt"
WHOLE_FORM = ""


def act(
    context: PageContext, form: str, action: Action, *, done: str, clear: Mapping[str, object] | None = None
) -> bool:
    """Do an action for the person at the screen, and keep what to say about it for the next run.

    Returns whether it worked. form: where faults are shown. clear: widget keys and the value they
    get when it worked. Called from a button, before the page runs; so who is there is looked up
    again, not taken from the page.
    """
    viewer = current_viewer(context.installation)
    if viewer is None:
        _keep_faults(form, {WHOLE_FORM: NOT_SIGNED_IN})
        return False
    try:
        with context.installation.database.writing() as session:
            action(session, viewer)
    except Refused as refused:
        _keep_faults(form, refused.faults)
    except PersonFault as fault:
        _keep_faults(form, {WHOLE_FORM: str(fault)})
    else:
        _keep_faults(form, {})
        st.session_state[_DONE] = done
        for key, value in (clear or {}).items():
            st.session_state[key] = value
        return True
    return False


def show_outcome() -> None:
    """Say once that the last action worked."""
    done = st.session_state.pop(_DONE, "")
    if done:
        st.success(done, icon=":material/check:")


def show_form_faults(form: str, *, fields: tuple[str, ...] = ()) -> None:
    """Above a form: how much is still to be mended, and faults that belong to none of its fields."""
    faults = st.session_state.get(_FAULTS, {}).get(form, {})
    n_fields = sum(field in fields for field in faults)
    if n_fields:
        st.error(
            "Eén veld is nog niet goed. Kijk hieronder wat er moet veranderen. Wat je invulde, staat er nog."
            if n_fields == 1
            else f"{n_fields} velden zijn nog niet goed. Kijk hieronder wat er moet veranderen. "
            "Wat je invulde, staat er nog.",
            icon=":material/edit:",
        )
    for field, sentence in faults.items():
        if field not in fields:
            st.error(sentence, icon=":material/block:")


def show_fault(form: str, field: str) -> None:
    """Under a field: what has to change, when something has to."""
    sentence = st.session_state.get(_FAULTS, {}).get(form, {}).get(field)
    if sentence:
        st.error(sentence)


def _keep_faults(form: str, faults: Mapping[str, str]) -> None:
    # Only of the last form that was sent: an old fault beside another form would confuse.
    st.session_state[_FAULTS] = {form: dict(faults)} if faults else {}
