"""What an export will hold, said before it is made."""

from typing import Any

import streamlit as st

from exports.gather import gather_export
from exports.profile import Profile
from pages.shared.dutch import escape_markdown, show_number
from pages.shared.guard import PageContext
from pages.shared.versions import read_data_version
from safeguards.access import Viewer
from safeguards.installation import Installation
from stories.selection import Selection

COUNT_WORDS = {
    "told": "verhalen verteld in deze verzameling",
    "withheld_by_consent": "blijven binnen: de verteller gaf geen toestemming voor dit doel",
    "not_processed_yet": "blijven binnen: de tekst is nog niet gemaskeerd",
    "not_released_by_a_reader": "blijven binnen: een lezer heeft ze nog niet vrijgegeven",
    "not_in_selection": "vallen buiten de gekozen selectie",
    "released": "verhalen gaan mee",
    "withheld_small_group": "blijven binnen: te weinig vertellers met dat perspectief",
    "months_coarser": "maanden zijn een kwartaal of een jaar geworden, omdat ze iemand kunnen aanwijzen",
    "months_blanked": "maanden zijn leeggemaakt, omdat ze iemand kunnen aanwijzen",
    "languages_blanked": "talen zijn leeggemaakt, omdat ze iemand kunnen aanwijzen",
    "facts_coarser": "achtergrondgegevens zijn ruimer gemaakt, omdat ze iemand kunnen aanwijzen",
    "facts_blanked": "achtergrondgegevens zijn leeggemaakt, omdat ze iemand kunnen aanwijzen",
    "quotes_withheld_small_group": "verhalen worden niet geciteerd: te weinig vertellers met dat perspectief",
}


def count_export(context: PageContext, profile: Profile, selection: Selection) -> dict[str, Any]:
    """The counts of the provenance of this export. Raises as `exports.gather.gather_export`."""
    with context.installation.database.reading() as session:
        version = read_data_version(session, context.collection.id)
    return _count(context.installation, context.viewer, context.collection.key, profile.value, selection, version)


def _hash_viewer(viewer: Viewer) -> str:
    return f"{viewer.user_id} {sorted(map(str, viewer.grants))}"


# Per session, and asked with the viewer's rights: nobody is shown what was counted for someone else.
@st.cache_data(
    scope="session",
    show_spinner="De inhoud wordt geteld …",
    max_entries=8,
    hash_funcs={Viewer: _hash_viewer, Selection: repr},
)
def _count(
    _installation: Installation, viewer: Viewer, collection_key: str, profile: str, selection: Selection, version: str
) -> dict[str, Any]:
    content = gather_export(
        _installation, viewer, collection_key=collection_key, profile=Profile(profile), selection=selection
    )
    return content.provenance.counts


def describe_counts(counts: dict[str, Any]) -> list[str]:
    """A sentence a count, without those that are zero, except how many go along."""
    return [
        f"**{escape_markdown(_show(counts[name]))}** {words}"
        for name, words in COUNT_WORDS.items()
        if name in counts and (counts[name] != 0 or name == "released")
    ]


def _show(count: int | str) -> str:
    return show_number(count) if isinstance(count, int) else count
