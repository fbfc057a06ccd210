"""Who is at the screen. The sign-in is looked up in the database on every run of a page."""

import streamlit as st

from safeguards.access import Viewer
from safeguards.installation import Installation
from safeguards.signin import find_viewer, has_to_change_password, is_sign_of_life_due, keep_alive

# The middleware drops this header from whatever a browser sends, and puts in the hash of the token
# in the sign-in cookie. Nothing else may say who somebody is: not the session, not the address.
SIGN_IN_HEADER = "x-verteltafel-signin"


def read_token_hash() -> str | None:
    """The hash of the sign-in token of this connection, as the middleware wrote it."""
    return st.context.headers.get(SIGN_IN_HEADER)


def current_viewer(installation: Installation) -> Viewer | None:
    """The person at the screen with their roles of this moment; None when nobody is signed in.

    Somebody with a one-time password is nobody yet: see `must_set_password`. A sign-in that was
    ended is gone in every tab, because a connection that stays open is looked up again each time.
    """
    token_hash = read_token_hash()
    if not token_hash:
        return None
    with installation.database.reading() as session:
        viewer = find_viewer(session, token_hash, idle_minutes=installation.settings.sign_in_idle_minutes)
        if viewer is None or has_to_change_password(session, token_hash):
            return None
        is_due = is_sign_of_life_due(session, token_hash)
    if is_due:
        with installation.database.writing() as session:
            keep_alive(session, token_hash)
    return viewer


def must_set_password(installation: Installation) -> bool:
    """Whether this sign-in is still on a one-time password, which opens nothing but its own change."""
    token_hash = read_token_hash()
    if not token_hash:
        return False
    with installation.database.reading() as session:
        viewer = find_viewer(session, token_hash, idle_minutes=installation.settings.sign_in_idle_minutes)
        return viewer is not None and has_to_change_password(session, token_hash)
