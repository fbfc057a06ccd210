"""The people: who has an account, and which roles each holds where."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from faults import PersonFault
from pages.manage.people_actions import (
    ACTION,
    Held,
    Person,
    add_person,
    end_all_sign_ins,
    give_role,
    list_people,
    renew_link,
    set_active,
    take_role,
    unbind_provider,
)
from pages.shared.dutch import count_of, escape_markdown
from pages.shared.guard import HouseContext, require_in_house
from safeguards.access import ROLE_LABELS, Role
from safeguards.invitations import ACCOUNT_LINK_HOURS
from safeguards.role_rules import find_clash
from stories.collections import list_collections

HOUSE = "de hele installatie"
_SAID, _FAULT, _LINKS = "mensen_gezegd", "mensen_fout", "mensen_links"
_IN_HOUSE = 0  # a choice of None is no choice to a select box, so the whole house has a number there
Places = dict[int | None, str]


def show_page(context: HouseContext) -> None:
    """The page from top to bottom: what just happened, everyone, a new role, a new account."""
    st.title("Mensen", anchor=False)
    _show_said()
    with context.installation.database.reading() as session:
        people = list_people(session)
        titles: Places = {None: HOUSE} | {one.id: one.title for one in list_collections(session)}
    mine = {place: title for place, title in titles.items() if context.viewer.has_action(ACTION, place)}
    in_house = None in mine
    st.subheader("Accounts en rollen", anchor=False)
    for person in people:
        shown = [held for held in person.held if held.collection_id in mine]
        if in_house or shown:
            _show_person(context, person, shown, titles, in_house)
    _show_new_role(context, people, mine)
    if in_house:
        _show_new_account(context)


def _show_said() -> None:
    """What the action before this run did. A link that works once stays until it is passed on, and no longer."""
    if _SAID in st.session_state:
        st.success(st.session_state.pop(_SAID))
    if _FAULT in st.session_state:
        st.error(st.session_state.pop(_FAULT))
    for name, link in st.session_state.setdefault(_LINKS, {}).items():
        with st.container(border=True, key=f"eenmalig_{name}"):
            st.markdown(
                f"Link voor **{escape_markdown(name)}**. Je ziet hem alleen nu. Hij werkt één keer, "
                f"{ACCOUNT_LINK_HOURS // 24} dagen lang. Geef hem persoonlijk door: wie de link heeft, "
                "kiest het wachtwoord."
            )
            st.code(link, language=None)
            st.button("Doorgegeven", key=f"genoteerd_{name}", on_click=_forget_link, args=(name,))


def _forget_link(name: str) -> None:
    st.session_state[_LINKS].pop(name, None)


def _show_person(context: HouseContext, person: Person, shown: list[Held], titles: Places, in_house: bool) -> None:
    with st.container(border=True, key=f"persoon_{person.name}"):
        st.markdown(f"**{escape_markdown(person.display_name)}** ({escape_markdown(person.name)})")
        st.markdown(describe_person(person, shown, titles))
        with st.container(horizontal=True, key=f"knoppen_{person.name}"):
            for held in shown:
                if person.name == context.viewer.name and held.role is Role.ADMINISTRATOR:
                    continue  # nobody locks the door behind themselves
                label = f"Trek in: {ROLE_LABELS[held.role]}, {titles[held.collection_id]}"
                if st.button(label, key=f"weg_{person.name}_{held.role}_{held.collection_id}"):
                    _do(partial(take_role, context.installation, context.viewer, person.name, held))
            if in_house:
                _show_account_buttons(context, person)


def describe_person(person: Person, shown: list[Held], titles: Places) -> str:
    """Every role in words, and a warning where somebody holds several in one place."""
    lines = [f"{ROLE_LABELS[held.role]} in {titles[held.collection_id]}" for held in shown]
    text = "; ".join(lines) or "heeft nog geen rol"
    places = [held.collection_id for held in shown]
    double = [place for place in dict.fromkeys(places) if places.count(place) > 1]
    for place in double:
        text += f". Let op: {count_of(places.count(place), 'rol', 'rollen')} tegelijk in {titles[place]}"
    if person.has_to_choose:
        text += ". Heeft nog geen eigen wachtwoord gekozen"
    if person.signs_in_elsewhere:
        text += ". Meldt zich aan via de organisatie"
    if not person.is_active:
        text += ". Account is gesloten"
    return escape_markdown(text + ".")


def _show_account_buttons(context: HouseContext, person: Person) -> None:
    place, viewer, name = context.installation, context.viewer, person.name
    if st.button("Nieuwe link", key=f"link_{name}", help="Het wachtwoord van nu werkt dan niet meer."):
        _make_link(name, lambda: renew_link(place, viewer, name))
    if st.button("Beëindig aanmeldingen", key=f"einde_{name}", help="Op alle apparaten. Aanmelden kan daarna weer."):
        _do(lambda: end_all_sign_ins(place, viewer, name))
    if person.signs_in_elsewhere and st.button("Ontkoppel van organisatie", key=f"ontkoppel_{name}"):
        _do(lambda: unbind_provider(place, viewer, name))
    if person.name == context.viewer.name:
        return
    label = "Sluit account" if person.is_active else "Open account"
    # The key says what the click does: the second click of a double click finds no button to press.
    if st.button(label, key=f"{'sluit' if person.is_active else 'open'}_{person.name}"):
        _do(lambda: set_active(context.installation, context.viewer, person.name, is_active=not person.is_active))


def _show_new_role(context: HouseContext, people: list[Person], mine: Places) -> None:
    st.subheader("Geef een rol", anchor=False)
    names = [person.name for person in people if person.is_active]
    name = st.selectbox("Wie", names, key="rol_wie")
    places = {place or _IN_HOUSE: title for place, title in mine.items()}
    chosen = st.selectbox("Waar", list(places), format_func=lambda one: places[one], key="rol_waar")
    place = None if chosen == _IN_HOUSE else chosen
    roles = [Role.ADMINISTRATOR] if place is None else list(Role)
    role = st.selectbox("Rol", roles, format_func=lambda one: ROLE_LABELS[one], key="rol_welke")
    if name is None or role is None:
        return
    held = [one for person in people if person.name == name for one in person.held]
    here = [one.role for one in held if one.collection_id == place and one.role != role]
    others = [ROLE_LABELS[one] for one in here]
    clash = find_clash(role, here)
    if clash is not None:
        st.info(
            f"{ROLE_LABELS[clash].capitalize()} en {ROLE_LABELS[role]} gaan niet samen in een verzameling met echte "
            "verhalen: de een let op het werk van de ander."
        )
    beside = not others or st.checkbox(
        f"{name} is hier al {', '.join(others)}. De rol {ROLE_LABELS[role]} komt erbij.", key="rol_erbij"
    )
    if st.button("Geef rol", key="geef_rol", type="primary", disabled=not beside):
        _do(
            lambda: give_role(
                context.installation, context.viewer, name, role, collection_id=place, beside_others=bool(others)
            )
        )


def _show_new_account(context: HouseContext) -> None:
    st.subheader("Nieuw account", anchor=False)
    with st.form("nieuw_account", border=False):
        name = st.text_input("Accountnaam", max_chars=40, autocomplete="off", key="account_naam")
        display_name = st.text_input("Naam op het scherm", max_chars=120, autocomplete="off", key="account_scherm")
        if st.form_submit_button("Maak account", type="primary", key="maak_account"):
            wanted = name.strip()
            _make_link(wanted, lambda: add_person(context.installation, context.viewer, wanted, display_name))


def _make_link(name: str, make: Callable[[], str]) -> None:
    """Keep the link until it is passed on: a double click must not lose what cannot be shown again."""
    noted = st.session_state[_LINKS]
    try:
        # A second click may end this run at any touch of Streamlit, so there is none between these two.
        noted[name] = make()
    except PersonFault as fault:
        if name not in noted:
            st.session_state[_FAULT] = escape_markdown(str(fault))
    st.rerun()


def _do(action: Callable[[], None]) -> None:
    try:
        action()
        st.session_state[_SAID] = "Gedaan. Het geldt vanaf de volgende klik van deze persoon."
    except PersonFault as fault:
        st.session_state[_FAULT] = escape_markdown(str(fault))
    st.rerun()


show_page(require_in_house("manage", action=ACTION))
