"""`make run`: a taken port is named, the first administrator is made once, the demo comes in whole."""

import socket
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import start
from demo.load import KEY, administrators, load_demo, open_demo_for
from safeguards.access import Role
from safeguards.installation import Installation, open_installation
from safeguards.signin import sign_in_with_password
from storage.tables.audit import AuditRow
from storage.tables.collections import CollectionRow
from storage.tables.figures import FigureRow
from storage.tables.people import MembershipRow
from storage.tables.reading import ReadingDecisionRow, ReadingRow
from storage.tables.stories import StoryRow
from stories.collections import find_collection
from tests.cast import masked, tell
from tests.conftest import settings_in


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    return open_installation(settings_in(tmp_path / "leeg"))


def test_a_taken_port_is_named_before_anything_happens(empty: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = replace(empty.settings, port=other.getsockname()[1])
        with pytest.raises(start.CannotStart, match=rf"Poort {settings.port} op 127\.0\.0\.1 is al bezet\."):
            start.start(settings)


def test_the_first_start_makes_one_administrator_and_prints_the_password_once(
    empty: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    start.make_first_administrator(empty)
    said = capsys.readouterr().out
    password = said.split("eenmalige wachtwoord: ")[1].split()[0]
    start.make_first_administrator(empty)
    assert capsys.readouterr().out == ""
    opened = sign_in_with_password(empty.database, "beheer", password, max_tries=5)
    assert opened is not None and opened.must_change_password


def test_the_demo_is_loaded_once_with_its_stories_and_figures(empty: Installation) -> None:
    start.make_first_administrator(empty)
    assert load_demo(empty, by="test").accepted == 580
    assert load_demo(empty, by="test").repeated == 580
    with empty.database.reading() as session:
        assert session.scalar(select(func.count(StoryRow.id))) == 580
        groningen = session.scalars(
            select(FigureRow).where(FigureRow.area == "Groningen (gemeente)", FigureRow.indicator == "cbs_jeugdhulp")
        ).one()
    assert (groningen.value, groningen.status) == (15.3, "provisional")


def test_the_administrator_gets_roles_in_the_demo_alone(empty: Installation) -> None:
    start.make_first_administrator(empty)
    load_demo(empty, by="test")
    assert administrators(empty) == ["beheer"]
    open_demo_for(empty, "beheer")
    with empty.database.writing() as session:
        held = held_roles(session)
    in_the_demo = {(KEY, role) for role in ("facilitator", "evaluator", "penvoerder", "reader")}
    assert held == {(None, Role.ADMINISTRATOR)} | in_the_demo


def test_the_demos_own_stories_are_released_visibly_and_a_visitors_story_waits(empty: Installation) -> None:
    load_demo(empty, by="test")
    with empty.database.reading() as session:
        collection = find_collection(session, KEY)
    visitor = tell(empty, collection)
    masked(empty, visitor.story_id, "Een bezoeker vertelde.", released=False)
    load_demo(empty, by="test")
    with empty.database.reading() as session:
        states = Counter(session.scalars(select(ReadingRow.state)))
        reasons = set(session.scalars(select(ReadingDecisionRow.reason)))
        logged = session.scalars(select(AuditRow).where(AuditRow.action == "release_in_bulk")).one()
    assert states == {"released": 580, "waiting": 1}
    assert reasons == {"demo"}
    assert logged.details == {"stories": 580, "reason": "demo"}


def held_roles(session: Session) -> set[tuple[str | None, str]]:
    rows = session.execute(
        select(CollectionRow.key, MembershipRow.role).outerjoin(
            CollectionRow, CollectionRow.id == MembershipRow.collection_id
        )
    )
    return {(key, role) for key, role in rows}
