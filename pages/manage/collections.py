"""The collections: which there are, making one on a framework file, opening and closing."""

import streamlit as st

from faults import PersonFault
from models.taxonomy import SHIPPED as TAXONOMIES
from pages.manage.collection_actions import add_collection, read_framework, set_open
from pages.shared.dutch import count_of, escape_markdown
from pages.shared.guard import HouseContext, require_in_house
from pages.shared.notices import show_empty
from stories.collections import Collection, list_collections
from stories.framework import FrameworkError, SignificationFramework
from stories.queries import count_incoming

ACTION = "manage_collections"
NO_TAXONOMY = "geen labels"
_SAID = "verzameling_gezegd"


def show_page(context: HouseContext) -> None:
    """The page from top to bottom: the list, then making a new one."""
    st.title("Verzamelingen", anchor=False)
    if _SAID in st.session_state:
        st.success(st.session_state.pop(_SAID))
    with context.installation.database.reading() as session:
        everything = list_collections(session)
    mine = [one for one in everything if context.viewer.has_action(ACTION, one.id)]
    if not mine:
        show_empty("geen verzamelingen", "Maak hieronder de eerste.")
    for collection in mine:
        _show_collection(context, collection)
    if context.viewer.has_action(ACTION, None):
        _show_new(context)


def _show_collection(context: HouseContext, collection: Collection) -> None:
    with st.container(border=True, key=f"verzameling_{collection.id}"):
        st.markdown(f"**{escape_markdown(collection.title)}** ({escape_markdown(collection.key)})")
        with context.installation.database.reading() as session:
            received = sum(one.received for one in count_incoming(session, collection.id))
        state = "open voor verhalen" if collection.is_open else "gesloten"
        fiction = ", verzonnen" if collection.is_fictional else ""
        labels = escape_markdown(collection.taxonomy or NO_TAXONOMY)
        st.markdown(
            f"{state}{fiction} · {count_of(received, 'verhaal', 'verhalen')} · "
            f"duidingskader versie {collection.framework_version} · labels: {labels}"
        )
        if collection.is_open:
            st.caption(
                "Sluiten houdt nieuwe verhalen tegen. Wat er is, blijft, en vertellers kunnen blijven intrekken."
            )
        # The key says what the click does: the second click of a double click finds no button to press.
        key = f"{'sluit' if collection.is_open else 'open'}_{collection.id}"
        if st.button("Sluit" if collection.is_open else "Open", key=key):
            set_open(context.installation, context.viewer, collection, is_open=not collection.is_open)
            st.session_state[_SAID] = f"Verzameling {collection.key} is {'gesloten' if collection.is_open else 'open'}."
            st.rerun()


def _show_new(context: HouseContext) -> None:
    st.subheader("Nieuwe verzameling", anchor=False)
    st.markdown("Een verzameling begint met een duidingskader: een YAML-bestand met de vragen en hun woorden.")
    upload = st.file_uploader("Duidingskader (YAML)", type=["yaml", "yml"], key="kader")
    if upload is None:
        return
    try:
        framework = read_framework(upload.name, upload.getvalue())
    except FrameworkError as error:
        n_faults = count_of(len(error.faults), "fout", "fouten")
        st.error(f"{n_faults} in {escape_markdown(upload.name)}. Er is niets bewaard. Verbeter het bestand.")
        st.markdown("\n".join(f"- {escape_markdown(fault)}" for fault in error.faults))
        return
    except PersonFault as fault:
        st.error(escape_markdown(str(fault)))
        return
    st.markdown(describe_framework(framework))
    _show_form(context, framework)


def describe_framework(framework: SignificationFramework) -> str:
    """What was read, so that a person can see that it is the right file."""
    who = ", ".join(perspective.label for perspective in framework.perspectives)
    questions = count_of(len(framework.signifiers), "vraag", "vragen")
    return f"Gelezen: {escape_markdown(framework.framework.title)}. {questions}, voor: {escape_markdown(who)}."


def _show_form(context: HouseContext, framework: SignificationFramework) -> None:
    with st.form("nieuwe_verzameling", border=False):
        key = st.text_input("Sleutel (komt in het adres, zoals noord-2025)", max_chars=40, key="nieuw_sleutel")
        title = st.text_input("Titel (boven het formulier)", max_chars=200, key="nieuw_titel")
        taxonomy = st.selectbox(
            "Labels", [NO_TAXONOMY, *sorted(path.stem for path in TAXONOMIES.glob("*.yaml"))], key="nieuw_labels"
        )
        what_happens = st.text_area("Wat gebeurt er met de verhalen? (voor vertellers)", key="nieuw_uitleg")
        if not st.form_submit_button("Maak verzameling", type="primary", key="maak_verzameling"):
            return
    try:
        made = add_collection(
            context.installation,
            context.viewer,
            framework,
            key=key.strip(),
            title=title,
            taxonomy=None if taxonomy == NO_TAXONOMY else taxonomy,
            what_happens=what_happens,
        )
    except PersonFault as fault:
        st.error(escape_markdown(str(fault)))
        return
    st.session_state[_SAID] = f"Verzameling {made.key} is gemaakt en open. Geef nu bij Mensen iemand een rol erin."
    st.rerun()


show_page(require_in_house("manage", action=ACTION))
