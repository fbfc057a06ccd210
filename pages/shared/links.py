"""Addresses outside the pages: plain HTML of the public side."""

from html import escape

import streamlit as st

SIGN_IN = "/inloggen"
SIGN_OUT = "/uitloggen"
PASSWORD = "/wachtwoord"


def show_link(label: str, address: str) -> None:
    """A link that stays in this tab; the pages themselves know nothing of these addresses."""
    st.html(f'<p><a class="vt-link" href="{escape(address, quote=True)}" target="_self">{escape(label)}</a></p>')
