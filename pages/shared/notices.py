"""What a page says when there is something to say first: fiction, refusal, nothing there."""

import streamlit as st

from pages.shared.links import PASSWORD, SIGN_IN, show_link

FICTIONAL = "Verzonnen verhalen: dit is een demonstratie."
NO_STORIES = "geen verhalen"
NO_FIGURE = "geen cijfer"
NO_QUESTION = "hier is geen vraag over gesteld"
NOT_SIGNED_IN = "Je bent niet aangemeld. Meld je aan om verder te gaan."
PASSWORD_FIRST = "Je bent aangemeld met een eenmalig wachtwoord. Kies eerst een eigen wachtwoord."
NO_ROLE = (
    "Je hebt nog geen rol in een verzameling waarvoor deze pagina is. "
    "Vraag de beheerder om toegang als je dit nodig hebt."
)


def show_fictional_banner() -> None:
    """The banner over every page of a collection that was made up."""
    st.info(FICTIONAL, icon=":material/theater_comedy:")


def refuse(sentence: str) -> None:
    """Say why this does not open, and run no further."""
    st.warning(sentence, icon=":material/lock:")
    st.stop()


def refuse_stranger() -> None:
    """Nobody is signed in: say so, show the way in, and run no further."""
    st.warning(NOT_SIGNED_IN, icon=":material/lock:")
    show_link("Aanmelden", SIGN_IN)
    st.stop()


def ask_for_password() -> None:
    """A one-time password opens only its own change."""
    st.warning(PASSWORD_FIRST, icon=":material/key:")
    show_link("Kies een wachtwoord", PASSWORD)
    st.stop()


def show_empty(what: str, next_step: str = "") -> None:
    """An empty place that says so: "geen verhalen", "geen cijfer". Nothing vanishes."""
    st.info(f"{what[:1].upper()}{what[1:]}. {next_step}".strip(), icon=":material/inbox:")


def show_group_too_small(sentence: str) -> None:
    """A calm notice where a group is too small to show."""
    st.info(sentence, icon=":material/groups:")
