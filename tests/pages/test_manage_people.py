"""Accounts and roles: shown in words, changed by administrators only, never by accident."""

import pytest
from sqlalchemy import select

from pages.manage.people_actions import (
    Held,
    PersonRefused,
    add_person,
    give_role,
    list_people,
    renew_link,
    set_active,
    take_role,
)
from safeguards.access import NotAllowed, Role, Viewer
from safeguards.installation import Installation
from safeguards.invitations import find_invitation
from safeguards.role_rules import RolesBeside
from storage.tables.audit import AuditRow
from stories.collections import Collection
from tests.pages.manage_pages import OpenPage, administrator, open_page, press, texts

__all__ = ["administrator", "open_page"]
PEOPLE = "manage/people.py"


def roles_of(installation: Installation, name: str) -> list[str]:
    """The roles that somebody holds, anywhere."""
    with installation.database.reading() as session:
        return [held.role.value for one in list_people(session) if one.name == name for held in one.held]


def test_everyone_is_shown_with_every_role(open_page: OpenPage, administrator: Viewer) -> None:
    said = texts(open_page(administrator, PEOPLE))
    assert "gespreksleider in Verhalen over Basis jeugdhulp" in said
    assert "tafellid in Verhalen over Basis jeugdhulp" in said
    assert "gespreksleider in Verhalen uit een andere gemeente" in said


def test_a_new_account_shows_its_link_until_it_is_passed_on(
    open_page: OpenPage, administrator: Viewer, installation: Installation
) -> None:
    app = open_page(administrator, PEOPLE)
    app.text_input(key="account_naam").set_value("dirk")
    app.text_input(key="account_scherm").set_value("Dirk")
    press(app, "maak_account")
    link = app.code[0].value
    with installation.database.reading() as session:
        assert find_invitation(session, link.rsplit("/", 1)[1]).user_name == "dirk"
    assert link not in texts(press(app, "genoteerd_dirk"))


def test_a_second_click_does_not_lose_the_link(
    open_page: OpenPage, administrator: Viewer, installation: Installation
) -> None:
    app = open_page(administrator, PEOPLE)
    for _ in range(2):
        app.text_input(key="account_naam").set_value("dirk")
        app.text_input(key="account_scherm").set_value("Dirk")
        press(app, "maak_account")
    assert not app.error
    with installation.database.reading() as session:
        assert find_invitation(session, app.code[0].value.rsplit("/", 1)[1]).user_name == "dirk"


def test_a_second_role_in_one_place_has_to_be_meant(
    open_page: OpenPage, administrator: Viewer, installation: Installation, collection: Collection
) -> None:
    app = open_page(administrator, PEOPLE)
    app.selectbox(key="rol_wie").set_value("bram")
    app.selectbox(key="rol_waar").set_value(collection.id).run()
    app.selectbox(key="rol_welke").set_value(Role.ANALYST).run()
    assert app.button(key="geef_rol").disabled
    assert "bram is hier al tafellid" in app.checkbox(key="rol_erbij").label
    app.checkbox(key="rol_erbij").check().run()
    said = texts(press(app, "geef_rol"))
    assert sorted(roles_of(installation, "bram")) == ["analyst", "table_member"]
    assert "Let op: 2 rollen tegelijk" in said


def test_a_role_is_taken_away_with_one_click(
    open_page: OpenPage, administrator: Viewer, installation: Installation, collection: Collection
) -> None:
    app = open_page(administrator, PEOPLE)
    press(app, f"weg_bram_table_member_{collection.id}")
    assert roles_of(installation, "bram") == []


def test_the_action_itself_refuses_a_role_beside_another(
    installation: Installation, administrator: Viewer, collection: Collection
) -> None:
    with pytest.raises(RolesBeside, match="bram heeft hier al een rol: tafellid"):
        give_role(installation, administrator, "bram", Role.EVALUATOR, collection_id=collection.id)
    assert roles_of(installation, "bram") == ["table_member"]


def test_no_role_that_reads_stories_is_given_in_the_whole_house(
    installation: Installation, administrator: Viewer
) -> None:
    with pytest.raises(PersonRefused, match="Kies een verzameling"):
        give_role(installation, administrator, "bram", Role.EVALUATOR, collection_id=None)


def test_an_administrator_cannot_lock_everybody_out(installation: Installation, administrator: Viewer) -> None:
    with pytest.raises(PersonRefused, match="eigen beheerdersrol"):
        take_role(installation, administrator, "anna", Held(Role.ADMINISTRATOR, None))
    with pytest.raises(PersonRefused, match="eigen account"):
        set_active(installation, administrator, "anna", is_active=False)


def test_an_administrator_of_one_collection_stays_in_it(
    installation: Installation, cem: Viewer, collection: Collection
) -> None:
    away = next(iter(cem.grants))[0]
    local = Viewer(cem.user_id, "cem", "Cem", frozenset({(away, Role.ADMINISTRATOR)}))
    for act in (
        lambda: give_role(installation, local, "bram", Role.ANALYST, collection_id=collection.id),
        lambda: give_role(installation, local, "cem", Role.ADMINISTRATOR, collection_id=None),
        lambda: add_person(installation, local, "dirk", "Dirk"),
        lambda: renew_link(installation, local, "anna"),
        lambda: set_active(installation, local, "anna", is_active=False),
        lambda: take_role(installation, local, "anna", Held(Role.FACILITATOR, collection.id)),
    ):
        with pytest.raises(NotAllowed):
            act()
    give_role(installation, local, "bram", Role.ANALYST, collection_id=away)
    assert sorted(roles_of(installation, "bram")) == ["analyst", "table_member"]


@pytest.mark.parametrize("name", ["anna", "bram", "cem"])
def test_cem_cannot_open_the_page_and_neither_can_who_is_no_administrator(
    open_page: OpenPage, request: pytest.FixtureRequest, name: str
) -> None:
    app = open_page(request.getfixturevalue(name), PEOPLE)
    assert "Dit mag je niet bekijken of doen" in texts(app)
    assert not app.button


def test_a_name_that_exists_is_refused_and_no_link_is_in_the_log(
    installation: Installation, administrator: Viewer
) -> None:
    with pytest.raises(PersonRefused, match='Er is al een account "bram"'):
        add_person(installation, administrator, "bram", "Bram")
    token = add_person(installation, administrator, "dirk", "Dirk").rsplit("/", 1)[1]
    with installation.database.reading() as session:
        assert token not in str([(row.subject, row.details) for row in session.scalars(select(AuditRow))])


@pytest.mark.parametrize("name", ["", "Anna", "a", "anna b", "a" * 41, "../x"])
def test_a_strange_account_name_is_refused(installation: Installation, administrator: Viewer, name: str) -> None:
    with pytest.raises(PersonRefused, match="Een accountnaam is"):
        add_person(installation, administrator, name, "Iemand")
