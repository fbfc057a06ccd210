"""How far the processing of a collection is, refreshed by itself while it runs."""

import streamlit as st

from pages.shared.dutch import escape_markdown
from pages.shared.guard import PageContext
from pages.shared.viewer import current_viewer
from storage.runs import DONE, FAILED, RUNNING, WAITING, newest_run
from stories.accept import PROCESS_RUN

REFRESH_SECONDS = 2
_DOING = {
    "deidentify": "Namen en andere herkenbare stukken worden afgeschermd",
    "criticality": "De verhalen gaan naar de lezers",
    "lemmatise": "De woorden worden gelezen",
    "embed": "De verhalen worden vergeleken",
    "tag": "Labels worden voorgesteld",
    "cluster": "Thema's worden voorgesteld",
}


def is_busy(context: PageContext) -> bool:
    """Whether a run of this collection is asked for or going on."""
    with context.installation.database.reading() as session:
        run = newest_run(session, collection_id=context.collection.id, kind=PROCESS_RUN)
        return run is not None and run.state in (WAITING, RUNNING)


def show_progress(context: PageContext) -> None:
    """The state of the newest run: a bar while it is going on, a sentence when it ended."""
    busy = is_busy(context)
    # Made anew on each page run, because how often it runs by itself depends on the state.
    st.fragment(_show_state, run_every=REFRESH_SECONDS if busy else None)(context, busy)


def _show_state(context: PageContext, was_busy: bool) -> None:
    # A fragment runs without the page around it, so it asks again who is looking.
    if current_viewer(context.installation) is None:
        st.rerun()
    with context.installation.database.reading() as session:
        run = newest_run(session, collection_id=context.collection.id, kind=PROCESS_RUN)
    if run is None:
        st.markdown("Er is nog niets te verwerken.")
        return
    if was_busy and run.state in (DONE, FAILED):
        st.rerun()  # the numbers on the page around this are old now
    if run.state == WAITING:
        st.progress(0.0, "De verwerking staat klaar en begint vanzelf.")
    elif run.state == RUNNING:
        share = min(1.0, run.done / run.total) if run.total else 0.0
        st.progress(share, describe_step(run.step, run.done, run.total))
    elif run.state == FAILED:
        st.warning(
            f"De verwerking is niet gelukt. {escape_markdown(run.error or '')} "
            "De verhalen zelf zijn veilig. Probeer het opnieuw of vraag de beheerder."
        )
    else:
        st.info(f"De laatste verwerking is klaar ({run.finished_at:%d-%m-%Y}).")


def describe_step(step: str, done: int, total: int) -> str:
    """What the computer is doing, for somebody who waits for it.

    >>> describe_step("embed.v2", 200, 580)
    'De verhalen worden vergeleken: 200 van 580.'
    """
    doing = _DOING.get(step.partition(".")[0], "De verwerking is begonnen")
    return f"{doing}: {done} van {total}." if total else f"{doing}."
