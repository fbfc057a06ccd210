"""Invite people to one roundtable: a link each, that opens this table and nothing else."""

import streamlit as st

from dialogue.dutch_dates import say_date
from dialogue.roundtables import Roundtable
from dialogue.seats import (
    ACTION,
    invite_to_table,
    list_invitations,
    list_seats,
    take_invitation_back,
    take_seat_away,
)
from pages.discuss.actions import act, show_form_faults
from pages.shared.dutch import escape_markdown
from pages.shared.guard import PageContext
from safeguards.invitations import SEAT_LINK_DAYS

FORM = "uitnodigen"
_LINKS = "uitnodiging_links"


def show_invite_panel(context: PageContext, table: Roundtable) -> None:
    """The panel, for who prepares this table; nothing for anybody else."""
    if not context.can(ACTION):
        return
    with st.expander("Uitnodigen", key=f"uitnodigen_{table.id}", icon=":material/person_add:"):
        st.markdown(
            "Met een link krijgt iemand een plaats aan deze tafel, en aan geen andere. Maak voor ieder een eigen link: "
            f"hij werkt één keer en {SEAT_LINK_DAYS} dagen. Geef hem persoonlijk door."
        )
        show_form_faults(FORM)
        links = st.session_state.setdefault(_LINKS, {}).get(table.id, [])
        for number, link in enumerate(links):
            st.markdown("Je ziet deze link alleen nu:")
            st.code(link, language=None)
            st.button("Doorgegeven", key=f"doorgegeven_{table.id}_{number}", on_click=_forget, args=(table.id, link))
        if table.assignment.is_open:
            st.button("Maak een link", key=f"nodig_uit_{table.id}", on_click=_invite, args=(context, table.id))
        _show_who_comes(context, table)


def _show_who_comes(context: PageContext, table: Roundtable) -> None:
    with context.installation.database.reading() as session:
        seats = list_seats(session, table.id, viewer=context.viewer)
        waiting = list_invitations(session, table.id, viewer=context.viewer)
    if not seats and not waiting:
        st.markdown("Er is nog niemand uitgenodigd met een link.")
    for seat in seats:
        with st.container(horizontal=True, vertical_alignment="center", key=f"plaats_{table.id}_{seat.user_id}"):
            st.markdown(f"**{escape_markdown(seat.display_name)}** heeft een plaats aan deze tafel.")
            st.button(
                "Trek de plaats in",
                key=f"plaats_weg_{table.id}_{seat.user_id}",
                on_click=_take_seat,
                args=(context, table.id, seat.user_id),
            )
    for one in waiting:
        with st.container(horizontal=True, vertical_alignment="center", key=f"wacht_{table.id}_{one.id}"):
            st.markdown(
                f"Een link van {say_date(one.made_on)} is nog niet gebruikt; hij werkt tot {say_date(one.expires_on)}."
            )
            st.button(
                "Trek de link in",
                key=f"link_weg_{table.id}_{one.id}",
                on_click=_take_link,
                args=(context, table.id, one.id),
            )


def _invite(context: PageContext, roundtable_id: int) -> None:
    made: list[str] = []
    if act(
        context,
        FORM,
        lambda session, viewer: made.append(invite_to_table(session, roundtable_id, by=viewer)),
        done="De link is gemaakt. Hij staat bij Uitnodigen.",
    ):
        links = st.session_state.setdefault(_LINKS, {}).setdefault(roundtable_id, [])
        links.append(f"{context.installation.settings.base_url}/welkom/{made[-1]}")


def _forget(roundtable_id: int, link: str) -> None:
    st.session_state[_LINKS][roundtable_id].remove(link)


def _take_link(context: PageContext, roundtable_id: int, invitation_id: int) -> None:
    act(
        context,
        FORM,
        lambda session, viewer: take_invitation_back(session, roundtable_id, invitation_id, by=viewer),
        done="De link werkt niet meer.",
    )


def _take_seat(context: PageContext, roundtable_id: int, user_id: int) -> None:
    act(
        context,
        FORM,
        lambda session, viewer: take_seat_away(session, roundtable_id, user_id, by=viewer),
        done="De plaats is ingetrokken. De tafel gaat dicht bij de volgende klik van deze persoon.",
    )
