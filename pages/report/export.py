"""Export a collection: choose for whom and how, see what it will hold, download it."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from exports import pack_export
from exports.formats import FORMATS
from exports.profile import PROFILE_TEXTS, Profile
from faults import PersonFault
from pages.report.preview import count_export, describe_counts
from pages.report.signed_in import find_signed_in
from pages.shared.address import read_selection, write_selection
from pages.shared.dutch import escape_markdown
from pages.shared.guard import PageContext, require
from pages.shared.notices import show_empty
from pages.shared.selection_bar import describe_selection
from pages.shared.viewer import read_token_hash
from stories.selection import Selection


def show_page(context: PageContext) -> None:
    """The page from top to bottom: for whom, which stories, what it holds, download."""
    st.title("Exporteren", anchor=False)
    profile = Profile(
        st.radio(
            "Voor wie is de export?",
            [one.value for one in Profile],
            format_func=lambda name: PROFILE_TEXTS[Profile(name)].label,
            captions=[PROFILE_TEXTS[one].holds for one in Profile],
            key="profiel",
        )
    )
    st.markdown(escape_markdown(PROFILE_TEXTS[profile].leaves_out))
    selection = _show_selection(context)
    format = st.radio(
        "Formaat", list(FORMATS), format_func=lambda name: FORMATS[name].label, key="formaat", horizontal=True
    )
    st.subheader("Wat erin komt", anchor=False)
    try:
        counts = count_export(context, profile, selection)
    except PersonFault as fault:
        show_empty(str(fault).rstrip("."), "")
        return
    st.markdown("\n".join(f"- {line}" for line in describe_counts(counts)))
    st.markdown(
        "Bij elke export hoort een bestand over de herkomst: datum, duidingskader, keuzes, versies en wat elk teken "
        "betekent. Elke export staat in het logboek, met jouw naam."
    )
    st.download_button(
        "Download (zip)",
        data=make_download(context, format, profile, selection),
        file_name=f"{context.collection.key}-{profile.value}-{date.today().isoformat()}.zip",
        mime="application/zip",
        on_click="ignore",
        type="primary",
        key="download",
    )


def make_download(context: PageContext, format: str, profile: Profile, selection: Selection) -> Callable[[], bytes]:
    """What runs when somebody clicks: asks again who is there and what they may, then makes the export."""
    installation, token_hash, key = context.installation, read_token_hash(), context.collection.key

    def download() -> bytes:
        viewer = find_signed_in(installation, token_hash)
        return pack_export(installation, viewer, format, collection_key=key, profile=profile.value, selection=selection)

    return download


def _show_selection(context: PageContext) -> Selection:
    """The selection of the explore pages, which is in the address; and a way to leave it."""
    selection = read_selection(context.collection.key)
    if selection == Selection():
        st.markdown("Alle verhalen. Kies eerst bij Verkennen als je maar een deel wilt.")
        return selection
    st.markdown(f"Alleen: {escape_markdown(describe_selection(context, selection))}.")
    st.button("Neem alle verhalen", key="alles", on_click=write_selection, args=(context.collection.key, Selection()))
    return selection


show_page(require("report", action="export_stories"))
