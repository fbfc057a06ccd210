"""The door of every page: `require` comes first and says who is here and where, or stops the page."""

from dataclasses import dataclass

import streamlit as st

from pages.shared.context import get_installation
from pages.shared.notices import NO_ROLE, ask_for_password, refuse, refuse_stranger, show_fictional_banner
from pages.shared.viewer import current_viewer, must_set_password
from safeguards.access import TASKS, NotAllowed, Viewer
from safeguards.installation import Installation
from safeguards.release import Limits
from stories.collections import Collection, list_collections, load_stored_framework
from stories.framework import SignificationFramework

COLLECTION_PARAM = "verzameling"
_CHOICE_KEY = "verzameling_keuze"
_REMEMBERED = "verzameling_gekozen"


@dataclass(frozen=True)
class HouseContext:
    """Who is here, on a page that belongs to no collection."""

    viewer: Viewer
    installation: Installation

    @property
    def limits(self) -> Limits:
        """The sizes below which nothing is shown."""
        return Limits.from_settings(self.installation.settings)


@dataclass(frozen=True)
class PageContext(HouseContext):
    """Who is here, and in which collection."""

    collection: Collection
    framework: SignificationFramework

    def can(self, action: str) -> bool:
        """Whether this person may do this in this collection."""
        return self.viewer.has_action(action, self.collection.id)


def require(task: str, *, action: str | None = None, by_seat: bool = False) -> PageContext:
    """Open a page of a task, or say why it stays closed and run no further.

    action: the one action of the task that this page is for; without it any action of the task
    opens. by_seat: the page also opens for who has a seat at one roundtable; it shows that one alone.
    The collection is the one in the address (`verzameling=key`) if this person may see it,
    else the one chosen before, else the first; the choice stands in the sidebar.
    """
    viewer, installation = _require_viewer(task, action, by_seat=by_seat)
    actions = (action,) if action else TASKS[task]
    with installation.database.reading() as session:
        everything = list_collections(session)
    open_here = [
        one
        for one in everything
        if any(viewer.has_action(name, one.id) for name in actions) or (by_seat and viewer.has_seat_in(one.id))
    ]
    if not open_here:
        refuse(NO_ROLE)
    collection = _choose_collection(open_here)
    if collection.is_fictional:
        show_fictional_banner()
    return PageContext(viewer, installation, collection, load_framework_once(installation, collection.framework_id))


def require_in_house(task: str, *, action: str) -> HouseContext:
    """Open a page that belongs to the whole installation, or say why it stays closed and run no further."""
    viewer, installation = _require_viewer(task, action)
    return HouseContext(viewer, installation)


def may_open(viewer: Viewer, action: str, *, by_seat: bool = False) -> bool:
    """Whether the action opens for this person in any collection; by_seat: or at one roundtable."""
    opens = viewer.has_action(action, None) or bool(viewer.collections_for(action))
    return opens or (by_seat and bool(viewer.seats))


def load_framework_once(installation: Installation, framework_id: int) -> SignificationFramework:
    """The framework of a stored version, read once: a stored version never changes."""
    return _load_framework(installation, installation.settings.database_url, framework_id)


@st.cache_resource(show_spinner=False, max_entries=50)
def _load_framework(_installation: Installation, database_url: str, framework_id: int) -> SignificationFramework:
    with _installation.database.reading() as session:
        return load_stored_framework(session, framework_id)


def _require_viewer(task: str, action: str | None, *, by_seat: bool = False) -> tuple[Viewer, Installation]:
    if action is not None and action not in TASKS[task]:
        raise ValueError(f"Action {action} does not belong to task {task}.")
    installation = get_installation()
    viewer = current_viewer(installation)
    if viewer is None and must_set_password(installation):
        ask_for_password()
    if viewer is None:
        refuse_stranger()
    assert viewer is not None  # the line above stopped the page
    opens = may_open(viewer, action, by_seat=by_seat) if action else viewer.has_task(task)
    opens = opens or (by_seat and bool(viewer.seats))
    if not opens:
        refuse(str(NotAllowed(action or task)))
    return viewer, installation


def _choose_collection(collections: list[Collection]) -> Collection:
    by_key = {one.key: one for one in collections}
    wanted = st.query_params.get(COLLECTION_PARAM) or st.session_state.get(_REMEMBERED)
    chosen = by_key.get(str(wanted), collections[0])
    st.session_state[_REMEMBERED] = chosen.key
    if st.query_params.get(COLLECTION_PARAM) != chosen.key:
        st.query_params[COLLECTION_PARAM] = chosen.key
    if len(collections) > 1:
        st.session_state[_CHOICE_KEY] = chosen.key
        st.sidebar.selectbox(
            "Verzameling",
            list(by_key),
            format_func=lambda key: by_key[key].title,
            key=_CHOICE_KEY,
            on_change=_remember_choice,
        )
    return chosen


def _remember_choice() -> None:
    # Only the collection stays in the address: what was selected belonged to the other one.
    key = st.session_state[_CHOICE_KEY]
    st.query_params.from_dict({COLLECTION_PARAM: key})
    st.session_state[_REMEMBERED] = key


__all__ = ["HouseContext", "PageContext", "may_open", "require", "require_in_house"]
