"""The privacy page: who may open it, what it shows once, and what it never shows."""

from datetime import date

import pytest
from sqlalchemy import select, update

from pages.manage.privacy_actions import fetch_audit_log
from safeguards.access import NotAllowed, Role, Viewer
from safeguards.audit import record
from safeguards.installation import Installation
from safeguards.rights import ask_person
from storage.tables.audit import AuditRow
from storage.tables.base import now
from storage.tables.privacy import RightsRequestRow
from storage.tables.stories import StoryRow
from stories.accept import Receipt
from stories.collections import Collection
from tests.cast import with_role, withdraw
from tests.pages.manage_pages import OpenPage, open_page, press, texts

__all__ = ["open_page"]
PRIVACY = "manage/privacy.py"
REASON = "Wij onderzoeken of iemand nu direct hulp nodig heeft"


@pytest.fixture
def officer(collection: Collection) -> Viewer:
    """Olga keeps watch over the demo collection, and does nothing else there."""
    return with_role(Viewer(9, "olga", "Olga"), Role.PRIVACY_OFFICER, collection)


def said_texts(app: object) -> list[str]:
    return [one.value for one in app.text]  # type: ignore[attr-defined]


def ask(installation: Installation, receipt: Receipt, message: str) -> None:
    with installation.database.writing() as session:
        ask_person(session, installation.vault, receipt.story_id, kind="objection", message=message)


def fill_in(open_page: OpenPage, officer: Viewer, number: str, *, reason: str = REASON) -> object:
    app = open_page(officer, PRIVACY)
    app.text_input(key="kluis_nummer").set_value(number)
    app.selectbox(key="kluis_grond").select_index(1)
    app.text_area(key="kluis_reden").set_value(reason)
    return press(app, "kluis_open")


def test_an_original_is_shown_in_the_run_that_asked_and_gone_in_the_next(
    open_page: OpenPage, officer: Viewer, dina: Receipt
) -> None:
    app = fill_in(open_page, officer, dina.story_id[:8])
    assert "Dina zag de zeehond in het kanaal." in said_texts(app)
    assert "zeehond" not in repr(app.session_state)
    app = press(app, "kluis_sluit")
    assert not [text for text in said_texts(app) if "zeehond" in text]


def test_a_refused_opening_says_why_and_shows_nothing(open_page: OpenPage, officer: Viewer, dina: Receipt) -> None:
    app = fill_in(open_page, officer, dina.story_id, reason="test")
    assert "Schrijf een reden die een ander later begrijpt" in texts(app) and not said_texts(app)


def test_an_opening_is_listed_by_mark_and_reason(open_page: OpenPage, officer: Viewer, dina: Receipt) -> None:
    fill_in(open_page, officer, dina.story_id)
    said = texts(open_page(officer, PRIVACY))
    assert "olga" in said and REASON in said and dina.story_id not in said


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.ANALYST, Role.ADMINISTRATOR])
def test_anna_and_administrators_cannot_open_the_page(
    open_page: OpenPage, collection: Collection, dina: Receipt, role: Role
) -> None:
    app = open_page(with_role(Viewer(1, "anna", "Anna"), role, collection), PRIVACY)
    assert "Dit mag je niet bekijken of doen" in texts(app) and not app.button


def test_cem_cannot_open_the_page_nor_reach_this_collection_by_its_address(
    open_page: OpenPage, cem: Viewer, installation: Installation, dina: Receipt
) -> None:
    assert "Dit mag je niet bekijken of doen" in texts(open_page(cem, PRIVACY))
    away = Viewer(3, "cem", "Cem", frozenset((where, Role.PRIVACY_OFFICER) for where, _ in cem.grants))
    ask(installation, dina, "Ik maak bezwaar.")
    app = open_page(away, PRIVACY, verzameling="demo")
    assert "Geen verzoeken" in texts(app) and not said_texts(app)
    app.text_input(key="kluis_nummer").set_value(dina.story_id)
    app.selectbox(key="kluis_grond").select_index(1)
    app.text_area(key="kluis_reden").set_value(REASON)
    assert "is hier niet gevonden" in texts(press(app, "kluis_open"))


def test_a_request_is_answered_once(
    open_page: OpenPage, officer: Viewer, installation: Installation, dina: Receipt
) -> None:
    ask(installation, dina, "Ik maak bezwaar.")
    app = open_page(officer, PRIVACY)
    assert "Ik maak bezwaar." in said_texts(app) and "Bezwaar" in texts(app)
    app.text_area(key="antwoord_tekst_1").set_value("Wij lezen het niet meer.")
    app = press(app, "verstuur_1")
    assert "Het antwoord staat klaar" in texts(app) and "Wij lezen het niet meer." in said_texts(app)
    with installation.database.reading() as session:
        row = session.scalars(select(RightsRequestRow)).one()
    assert row.closed_by == "olga" and b"bezwaar" not in row.message and b"lezen" not in row.answer


def test_dinas_story_is_gone(open_page: OpenPage, officer: Viewer, installation: Installation, dina: Receipt) -> None:
    ask(installation, dina, "Ik maak bezwaar.")
    withdraw(installation, dina)
    app = open_page(officer, PRIVACY)
    assert "Geen verzoeken" in texts(app) and not said_texts(app)


def test_the_page_says_what_retention_would_do_and_does_nothing(
    open_page: OpenPage, officer: Viewer, installation: Installation, collection: Collection, dina: Receipt
) -> None:
    with installation.database.writing() as session:
        session.execute(update(StoryRow).where(StoryRow.id == dina.story_id).values(told_on=date(2020, 1, 1)))
    said = texts(open_page(officer, PRIVACY))
    assert "**0 originelen** weg en **1 verhaal** helemaal" in said and "nog niet toegepast" in said
    with installation.database.reading() as session:
        assert session.get(StoryRow, dina.story_id) is not None


def test_the_log_shows_its_tip_and_counts_of_this_collection(
    open_page: OpenPage, officer: Viewer, installation: Installation, dina: Receipt
) -> None:
    app = open_page(officer, PRIVACY)
    with installation.database.reading() as session:
        count, tip = len(session.scalars(select(AuditRow)).all()), session.scalars(select(AuditRow)).all()[-1].hash
    assert f"{count}:{tip}" in texts(app)
    assert ["accept_story", 1] in app.table[0].value.to_numpy().tolist()


def test_the_log_is_fetched_by_whoever_is_signed_in_at_that_moment(
    installation: Installation, collection: Collection, officer: Viewer, dina: Receipt
) -> None:
    content = fetch_audit_log(installation, officer, collection.key).decode()
    with installation.database.reading() as session:
        assert session.scalars(select(AuditRow.action)).all()[-1] == "export_audit"
    assert '"action": "accept_story"' in content and '"grant_role", "subject": "cem"' not in content
    for who in (None, Viewer(9, "olga", "Olga")):
        with pytest.raises(NotAllowed):
            fetch_audit_log(installation, who, collection.key)


def test_a_log_that_does_not_fit_is_said(open_page: OpenPage, officer: Viewer, installation: Installation) -> None:
    with installation.database.writing() as session:
        record(session, "proef", "", by="x")
        session.add(
            AuditRow(at=now(), who="x", action="vals", subject="", details={}, previous_hash="0" * 64, hash="f" * 64)
        )
    assert "Het logboek klopt niet vanaf regel" in texts(open_page(officer, PRIVACY))
