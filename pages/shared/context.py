"""The installation behind the pages: settings read once, database and vault opened once."""

import streamlit as st

from safeguards.installation import Installation, open_installation
from settings import read_settings


@st.cache_resource(show_spinner="De database wordt geopend …")
def get_installation() -> Installation:
    """The one installation of this process. Raises SettingsError, DatabaseUnusable or VaultError."""
    return open_installation(read_settings())
