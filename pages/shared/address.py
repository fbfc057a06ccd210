"""What is chosen on a page, kept in the address, so that a link opens the same view."""

import streamlit as st

from stories.selection import Selection

SELECTION_PARAMS = ("wie", "label", "thema", "antwoord", "zoek")
_REMEMBERED = "selectie"


def read_param(name: str, known: tuple[str, ...] | list[str], default: str = "") -> str:
    """One value from the address, if it is one of those that exist; else the default."""
    value = st.query_params.get(name, "")
    return value if value in known else default


def write_params(**values: str | None) -> None:
    """Put values in the address; None or empty takes one out."""
    for name, value in values.items():
        if value:
            st.query_params[name] = value
        elif name in st.query_params:
            del st.query_params[name]


def read_selection(collection_key: str) -> Selection:
    """The selection in the address; when the address has none, the one of the page before this one."""
    params = {name: st.query_params.get_all(name) for name in SELECTION_PARAMS if name in st.query_params}
    kept = st.session_state.get(_REMEMBERED)
    if not params and kept and kept[0] == collection_key:
        params = kept[1]
        for name, values in params.items():
            st.query_params[name] = values
    return Selection.from_params(params)


def write_selection(collection_key: str, selection: Selection) -> None:
    """Put a selection in the address, and keep it for the next page of this collection."""
    params = selection.to_params()
    st.session_state[_REMEMBERED] = (collection_key, params)
    for name in SELECTION_PARAMS:
        if name in params:
            st.query_params[name] = params[name]
        elif name in st.query_params:
            del st.query_params[name]
