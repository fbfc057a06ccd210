"""Opening one original on screen: once, for the run in which it was asked, and kept nowhere."""

import streamlit as st

from faults import PersonFault
from pages.shared.dutch import escape_markdown
from pages.shared.guard import PageContext
from safeguards.vault import Original
from safeguards.vault_opening import (
    GROUND_LABELS,
    REASON_MAX_CHARACTERS,
    Ground,
    list_openings,
    open_original,
)

PIECE_CHARACTERS = 4_000  # Streamlit keeps longer messages in its memory, to send them again


def show_vault(context: PageContext) -> None:
    """The form, what it opened in this run, and everything that was opened before."""
    st.subheader("Kluis", anchor=False)
    st.markdown(
        "Hier lees je één verhaal in de eigen woorden van de verteller, met namen en al. Doe dit alleen als het niet "
        "anders kan. Je naam, je reden en het verhaal komen in het logboek, en de verteller ziet dat het gelezen is."
    )
    with st.form("kluis", border=False):
        number = st.text_input("Nummer van het verhaal", max_chars=40, autocomplete="off", key="kluis_nummer")
        grounds = [None, *Ground]
        ground = st.selectbox(
            "Waarom", grounds, format_func=lambda one: GROUND_LABELS[one] if one else "kies", key="kluis_grond"
        )
        reason = st.text_area(
            "Reden, zonder namen en zonder aanhaling uit het verhaal",
            max_chars=REASON_MAX_CHARACTERS,
            key="kluis_reden",
        )
        is_asked = st.form_submit_button("Open dit verhaal", key="kluis_open")
    if is_asked:
        _open(context, number, str(ground or ""), reason)
    _show_before(context)


def _open(context: PageContext, number: str, ground: str, reason: str) -> None:
    try:
        original = open_original(
            context.installation, context.viewer, context.collection.id, number, ground=ground, reason=reason
        )
    except PersonFault as fault:
        st.error(escape_markdown(str(fault)))
        return
    _show_once(original)


def _show_once(original: Original) -> None:
    # Not in the session and not in a cache: the next click on this page takes it away.
    with st.container(border=True, key="kluis_geopend"):
        st.warning("Dit zie je één keer. Bij je volgende klik is het weg. Neem niets over.")
        if original.title:
            st.text(original.title)
        for start in range(0, len(original.text), PIECE_CHARACTERS):
            st.text(original.text[start : start + PIECE_CHARACTERS])
        st.button("Sluit", key="kluis_sluit")


def _show_before(context: PageContext) -> None:
    with context.installation.database.reading() as session:
        openings = list_openings(session, context.viewer, context.collection.id)
    if not openings:
        st.caption("Er is hier nog geen verhaal geopend.")
        return
    with st.expander("Eerder geopend", key="kluis_eerder"):
        for one in openings:
            ground = GROUND_LABELS.get(Ground(one.ground), one.ground)
            line = f"{one.at:%d-%m-%Y %H:%M} · {one.who} · {one.story_mark} · {ground}: {one.reason}"
            st.markdown(escape_markdown(line))
