"""The frame around every page: who are you, where can you go, then the page."""

from dataclasses import dataclass

import streamlit as st

from pages.shared.context import get_installation
from pages.shared.dutch import escape_markdown
from pages.shared.guard import may_open
from pages.shared.home import show_home
from pages.shared.links import SIGN_OUT, show_link
from pages.shared.notices import ask_for_password, refuse_stranger
from pages.shared.style import apply_style
from pages.shared.viewer import current_viewer, must_set_password
from safeguards.access import Viewer

TITLE = "Verteltafel"


@dataclass(frozen=True)
class PageEntry:
    """A page in the menu. action: the action that opens it; the page itself asks again."""

    script: str
    title: str
    address: str
    action: str
    by_seat: bool = False  # a seat at one roundtable opens it too


MENU: dict[str, tuple[PageEntry, ...]] = {
    "Verzamelen": (
        PageEntry("collect/incoming.py", "Binnenkomende verhalen", "binnen", "follow_incoming"),
        PageEntry("collect/reading.py", "Lezen vóór vrijgave", "lezen", "read_queue"),
    ),
    "Verkennen": (
        PageEntry("explore/explorer.py", "Verhalen verkennen", "verhalen", "explore_stories"),
        PageEntry("explore/side_by_side.py", "Tellen en vertellen", "doelen", "see_figures"),
    ),
    "Duiden": (
        PageEntry("discuss/assignments.py", "Opdrachten", "opdrachten", "see_roundtable"),
        PageEntry("discuss/roundtable.py", "Duidingstafel", "duidingstafel", "see_roundtable", by_seat=True),
    ),
    "Rapporteren": (PageEntry("report/export.py", "Exporteren", "exporteren", "export_stories"),),
    "Beheren": (
        PageEntry("manage/collections.py", "Verzamelingen", "verzamelingen", "manage_collections"),
        PageEntry("manage/people.py", "Mensen", "mensen", "manage_people"),
        PageEntry("manage/runs.py", "Verwerking", "verwerking", "start_runs"),
        PageEntry("manage/figures.py", "Cijfers importeren", "cijfers", "import_figures"),
        PageEntry("manage/privacy.py", "Privacy", "privacy", "guard_privacy"),
    ),
}


def show_frame() -> None:
    """Check the sign-in, build the menu from what opens for this person, and run the chosen page."""
    st.set_page_config(page_title=TITLE, layout="wide")
    apply_style()
    installation = get_installation()
    viewer = current_viewer(installation)
    if viewer is None:
        st.navigation([st.Page(_show_closed, title=TITLE, default=True)], position="hidden").run()
        return
    menu = build_menu(viewer)
    # Streamlit's own menu puts headings between list items, which is wrong for who listens to the page.
    page = st.navigation(menu, position="hidden")
    with st.sidebar:
        _show_menu(menu)
        st.divider()
        _show_person(viewer)
    page.run()


def build_menu(viewer: Viewer) -> dict[str, list[st.Page]]:
    """The pages that open for this person, by section; a page that does not open is not in it."""
    menu: dict[str, list[st.Page]] = {"": [st.Page(_show_start, title="Start", icon="", default=True)]}
    for section, entries in MENU.items():
        pages = [_make_page(entry) for entry in entries if may_open(viewer, entry.action, by_seat=entry.by_seat)]
        if pages:
            menu[section] = pages
    return menu


def _make_page(entry: PageEntry) -> st.Page:
    # No icons: a page with an icon makes the browser fetch a picture from another company's server.
    return st.Page(entry.script, title=entry.title, url_path=entry.address, icon="")


def _show_start() -> None:
    installation = get_installation()
    viewer = current_viewer(installation)
    if viewer is None:
        refuse_stranger()
        return
    show_home(viewer, installation, pages=_pages_by_script(viewer))


def _pages_by_script(viewer: Viewer) -> dict[str, st.Page]:
    return {
        entry.script: _make_page(entry)
        for entries in MENU.values()
        for entry in entries
        if may_open(viewer, entry.action, by_seat=entry.by_seat)
    }


def _show_closed() -> None:
    st.title(TITLE, anchor=False)
    if must_set_password(get_installation()):
        ask_for_password()
    refuse_stranger()


def _show_menu(menu: dict[str, list[st.Page]]) -> None:
    for section, pages in menu.items():
        with st.container(gap=None, key=f"menu_{section.lower() or 'start'}"):
            if section:
                st.html(f'<h2 class="vt-section">{section}</h2>')
            for page in pages:
                st.page_link(page)


def _show_person(viewer: Viewer) -> None:
    st.markdown(f"Aangemeld als **{escape_markdown(viewer.display_name)}**")
    show_link("Afmelden", SIGN_OUT)


show_frame()
