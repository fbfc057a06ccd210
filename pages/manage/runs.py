"""The runs of a collection: how far, made with what, what went wrong; and asking for a new one."""

import pandas as pd
import streamlit as st

from pages.manage.run_list import MOST_SHOWN, RunOnScreen, list_runs
from pages.shared.dutch import escape_markdown
from pages.shared.guard import PageContext, require
from pages.shared.notices import show_empty
from pages.shared.progress import is_busy, show_progress
from safeguards.access import require_action
from storage.runs import request_run
from stories.accept import PROCESS_RUN

ACTION = "start_runs"
_COLUMNS = {
    "number": "Nummer",
    "kind": "Werk",
    "state": "Stand",
    "asked": "Gevraagd",
    "finished": "Klaar",
    "step": "Stap",
    "progress": "Voortgang",
    "seed": "Startgetal",
}


def show_page(context: PageContext) -> None:
    """The page from top to bottom: now, start, and what was done before."""
    st.title("Verwerking", anchor=False)
    if not is_busy(context) and st.button("Verwerk de verhalen", key="start_run", type="primary"):
        ask_for_run(context)
        st.rerun()
    show_progress(context)
    with context.installation.database.reading() as session:
        runs = list_runs(session, context.collection.id)
    st.subheader("Eerder", anchor=False)
    if not runs:
        show_empty("nog geen verwerking", "Die begint vanzelf als er een verhaal binnenkomt.")
        return
    rows = [{label: getattr(run, name) for name, label in _COLUMNS.items()} for run in runs]
    st.table(pd.DataFrame(rows), hide_index=True, alt=f"De laatste {MOST_SHOWN} keer dat er verwerkt is")
    for run in runs:
        if run.error or run.made_with:
            _show_details(run)


def ask_for_run(context: PageContext) -> None:
    """Ask for processing; asking twice is asking once. Raises NotAllowed."""
    require_action(context.viewer, ACTION, context.collection.id)
    with context.installation.database.writing() as session:
        request_run(session, PROCESS_RUN, collection_id=context.collection.id, by=context.viewer.name)


def _show_details(run: RunOnScreen) -> None:
    with st.expander(f"Run {run.number}: hoe is dit gemaakt?", key=f"run_{run.number}"):
        if run.error:
            st.error(escape_markdown(run.error))
        st.markdown("\n".join(f"- {escape_markdown(line)}" for line in run.made_with))


show_page(require("manage", action=ACTION))
