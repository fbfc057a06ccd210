"""Steps 2 and 3: what the table sees, and rival readings of it side by side."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dialogue.interpretations import (
    Interpretation,
    add_interpretation,
    edit_interpretation,
    list_interpretations,
)
from dialogue.observations import (
    Observation,
    add_observation,
    edit_observation,
    list_observations,
    remove_observation,
)
from dialogue.perspectives import perspectives_at_table
from dialogue.refusals import LONGEST_TEXT
from dialogue.roundtables import Roundtable
from pages.discuss.actions import act, show_fault, show_form_faults
from pages.discuss.looks import make_readings_html, show_observation
from pages.shared.guard import PageContext
from pages.shared.notices import show_empty

OBSERVATION_FORM = "observatie"
READING_FIELDS = ("perspective", "text", "would_change_our_mind")


def show_observations_step(context: PageContext, table: Roundtable) -> None:
    """The observations, and for who holds the pen a form to write one."""
    st.header("Wat zien we?", anchor=False)
    st.markdown("Schrijf op wat jullie zien in het bewijs. Nog niet waarom het zo is: dat komt bij de volgende stap.")
    with context.installation.database.reading() as session:
        observations = list_observations(session, table.id, viewer=context.viewer)
        readings = list_interpretations(session, table.id, viewer=context.viewer)
    may_write = context.can("write_readings") and table.is_open
    if not observations:
        show_empty("er is nog niets opgeschreven")
    for observation in observations:
        show_observation(observation.number, observation.text)
        if may_write:
            _show_observation_edit(context, observation, is_read=observation.id in readings)
    if may_write:
        _show_observation_form(context, table)


def show_readings_step(context: PageContext, table: Roundtable) -> None:
    """Every observation with its readings by side, in the framework's order."""
    st.header("Hoe lezen we dat?", anchor=False)
    st.markdown(
        "Schrijf bij elke observatie ten minste twee duidingen op die van elkaar verschillen. "
        "Een duiding hoort bij een kant, niet bij een persoon. Jullie hoeven het niet eens te worden."
    )
    with context.installation.database.reading() as session:
        observations = list_observations(session, table.id, viewer=context.viewer)
        readings = list_interpretations(session, table.id, viewer=context.viewer)
    if not observations:
        show_empty("er zijn nog geen observaties", "Schrijf eerst op wat jullie zien.")
    may_write = context.can("write_readings") and table.is_open
    sides = perspectives_at_table(context.framework)
    for observation in observations:
        mine = readings.get(observation.id, [])
        show_observation(observation.number, observation.text)
        st.html(make_readings_html(mine, sides))
        if may_write:
            _show_reading_form(context, observation, sides)
            _show_reading_edit(context, mine, sides)


def _show_observation_form(context: PageContext, table: Roundtable) -> None:
    show_form_faults(OBSERVATION_FORM, fields=("text",))
    with st.form("observatie_formulier"):
        st.text_area("Wat zien jullie?", key="observatie_tekst", max_chars=LONGEST_TEXT)
        show_fault(OBSERVATION_FORM, "text")
        st.form_submit_button(
            "Schrijf op", key="observatie_schrijf", type="primary", on_click=_add_observation, args=(context, table.id)
        )


def _show_observation_edit(context: PageContext, observation: Observation, *, is_read: bool) -> None:
    form = f"observatie_{observation.id}"
    with st.expander(f"Pas observatie {observation.number} aan", key=f"{form}_uitklappen"):
        show_form_faults(form, fields=("text",))
        with st.form(f"{form}_formulier", border=False):
            st.text_area("Wat zien jullie?", value=observation.text, key=f"{form}_tekst", max_chars=LONGEST_TEXT)
            show_fault(form, "text")
            st.form_submit_button(
                "Bewaar", key=f"{form}_bewaar", on_click=_edit_observation, args=(context, observation.id, form)
            )
        if not is_read:
            st.button(
                "Streep door", key=f"{form}_weg", on_click=_remove_observation, args=(context, observation.id, form)
            )


def _show_reading_form(context: PageContext, observation: Observation, sides: dict[str, str]) -> None:
    form = f"duiding_{observation.id}"
    with st.expander(
        f"Schrijf een duiding bij observatie {observation.number}", key=f"{form}_uitklappen", icon=":material/add:"
    ):
        _show_reading_fields(
            form, sides, None, label="Schrijf op", on_click=_add_reading, args=(context, observation.id, form)
        )


def _show_reading_edit(context: PageContext, readings: list[Interpretation], sides: dict[str, str]) -> None:
    for number, reading in enumerate(readings, start=1):
        form = f"duiding_aan_{reading.id}"
        title = f"Pas duiding {number} aan: {sides.get(reading.perspective, reading.perspective)}"
        with st.expander(title, key=f"{form}_uitklappen"):
            _show_reading_fields(
                form, sides, reading, label="Bewaar", on_click=_edit_reading, args=(context, reading.id, form)
            )


def _show_reading_fields(
    form: str,
    sides: dict[str, str],
    reading: Interpretation | None,
    *,
    label: str,
    on_click: Callable[..., None],
    args: tuple[Any, ...],
) -> None:
    show_form_faults(form, fields=READING_FIELDS)
    with st.form(f"{form}_formulier", border=False):
        st.radio(
            "Van welke kant lezen jullie dit?",
            list(sides),
            format_func=lambda side: sides[side],
            index=list(sides).index(reading.perspective) if reading and reading.perspective in sides else None,
            key=f"{form}_kant",
        )
        show_fault(form, "perspective")
        st.text_area(
            "Hoe lezen jullie dit?", value=reading.text if reading else "", key=f"{form}_tekst", max_chars=LONGEST_TEXT
        )
        show_fault(form, "text")
        st.text_area(
            "Wat zou jullie van gedachten doen veranderen?",
            value=reading.would_change_our_mind if reading else "",
            key=f"{form}_twijfel",
            max_chars=LONGEST_TEXT,
        )
        show_fault(form, "would_change_our_mind")
        st.form_submit_button(label, key=f"{form}_bewaar", on_click=on_click, args=args)


def _read_fields(form: str) -> dict[str, str]:
    names = {"perspective": "kant", "text": "tekst", "would_change_our_mind": "twijfel"}
    return {field: st.session_state.get(f"{form}_{name}") or "" for field, name in names.items()}


def _add_observation(context: PageContext, table_id: int) -> None:
    text = st.session_state["observatie_tekst"]
    act(
        context,
        OBSERVATION_FORM,
        lambda session, viewer: add_observation(session, table_id, text=text, by=viewer),
        done="De observatie is opgeschreven.",
        clear={"observatie_tekst": ""},
    )


def _edit_observation(context: PageContext, observation_id: int, form: str) -> None:
    text = st.session_state[f"{form}_tekst"]
    act(
        context,
        form,
        lambda session, viewer: edit_observation(session, observation_id, text=text, by=viewer),
        done="De observatie is aangepast.",
    )


def _remove_observation(context: PageContext, observation_id: int, form: str) -> None:
    act(
        context,
        form,
        lambda session, viewer: remove_observation(session, observation_id, by=viewer),
        done="De observatie is doorgestreept.",
    )


def _add_reading(context: PageContext, observation_id: int, form: str) -> None:
    fields = _read_fields(form)
    act(
        context,
        form,
        lambda session, viewer: add_interpretation(session, observation_id, **fields, by=viewer),
        done="De duiding is opgeschreven.",
        clear={f"{form}_kant": None, f"{form}_tekst": "", f"{form}_twijfel": ""},
    )


def _edit_reading(context: PageContext, interpretation_id: int, form: str) -> None:
    fields = _read_fields(form)
    act(
        context,
        form,
        lambda session, viewer: edit_interpretation(session, interpretation_id, **fields, by=viewer),
        done="De duiding is aangepast.",
    )
