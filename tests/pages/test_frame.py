"""The frame: who are you, where can you go, then the page."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from pages.shared.guard import may_open
from safeguards.access import ACTIONS, TASKS, Role, Viewer
from safeguards.installation import Installation
from safeguards.signin import create_user, grant_role
from storage.runs import claim_run, fail_run, request_run
from storage.tables.dialogue import AssignmentRow
from storage.tables.people import MembershipRow, SignInRow, UserRow
from stories.accept import PROCESS_RUN
from stories.collections import Collection
from tests.cast import ROOT, tell
from tests.pages.conftest import Visit, everything

PAGES = Path(ROOT) / "pages"
MENU_SCRIPTS = (
    "collect/incoming.py",
    "collect/reading.py",
    "explore/explorer.py",
    "explore/side_by_side.py",
    "discuss/assignments.py",
    "discuss/roundtable.py",
    "report/export.py",
    "manage/collections.py",
    "manage/people.py",
    "manage/runs.py",
    "manage/figures.py",
    "manage/privacy.py",
)


def test_nobody_is_told_to_sign_in(visit: Visit) -> None:
    said = everything(visit(None, "frame.py"))

    assert "Je bent niet aangemeld" in said
    assert 'href="/inloggen"' in said


@pytest.mark.parametrize("script", MENU_SCRIPTS)
def test_a_page_run_alone_without_sign_in_shows_nothing_but_a_refusal(visit: Visit, script: str) -> None:
    app = visit(None, script)

    assert [warning.value for warning in app.warning] == ["Je bent niet aangemeld. Meld je aan om verder te gaan."]
    assert not app.title
    assert not app.button


@pytest.mark.parametrize("script", MENU_SCRIPTS)
def test_a_forged_collection_in_the_address_opens_nothing(visit: Visit, script: str) -> None:
    app = visit(None, script, verzameling="demo", wie="parent", vraag="T1")

    assert "Je bent niet aangemeld" in everything(app)
    assert not app.title


@pytest.mark.parametrize("script", MENU_SCRIPTS)
def test_every_page_script_asks_at_the_door_before_it_shows_anything(script: str) -> None:
    tree = ast.parse((PAGES / script).read_text(encoding="utf-8"))
    doing = [line for line in tree.body if isinstance(line, ast.Expr | ast.Assign | ast.If | ast.With)]
    calls = [call.func for line in doing[1:] for call in ast.walk(line) if isinstance(call, ast.Call)]
    names = [call.id for call in calls if isinstance(call, ast.Name)]

    # An argument is worked out before the function it is for, so show_page(require(…)) asks first.
    asked = next(place for place, name in enumerate(names) if name in ("require", "require_in_house"))
    assert names[:asked] in ([], ["show_page"]), f"{script} does something before require(…)"


def test_annas_menu_has_her_tasks_and_not_the_administrators(visit: Visit, anna: Viewer) -> None:
    said = everything(visit("anna", "frame.py"))

    assert "Dag Anna" in said
    assert "Je rol: gespreksleider" in said
    assert may_open(anna, "explore_stories")
    assert not may_open(anna, "manage_people")


def test_cem_cannot_see_that_annas_collection_exists(visit: Visit) -> None:
    said = everything(visit("cem", "frame.py"))

    assert "Verhalen uit een andere gemeente" in said
    assert "Verhalen over Basis jeugdhulp" not in said


def test_home_says_how_many_stories_wait(visit: Visit, installation: Installation, collection: Collection) -> None:
    tell(installation, collection)
    tell(installation, collection)

    links = [link.label for link in visit("anna", "frame.py").get("page_link")]
    assert "2 verhalen wachten op verwerking" in links


def test_home_says_that_nothing_waits(visit: Visit) -> None:
    assert "Er wacht nu niets op je." in everything(visit("anna", "frame.py"))


def test_home_says_that_a_run_failed(visit: Visit, installation: Installation, collection: Collection) -> None:
    with installation.database.writing() as session:
        request_run(session, PROCESS_RUN, collection_id=collection.id, by="anna")
        run = claim_run(session, worker="een", timeout_minutes=30)
        assert run is not None
        fail_run(session, run.id, worker="een", error="Het taalmodel ontbreekt.")

    links = [link.label for link in visit("anna", "frame.py").get("page_link")]
    assert "De laatste verwerking is niet gelukt" in links


def test_a_sign_in_that_was_ended_is_gone_on_the_next_click(visit: Visit, installation: Installation) -> None:
    app = visit("anna", "explore/explorer.py")
    assert app.title
    with installation.database.writing() as session:
        session.execute(delete(SignInRow))

    assert "Je bent niet aangemeld" in everything(app.run())
    assert not app.title


def test_a_role_that_was_taken_away_closes_the_page_on_the_next_click(visit: Visit, installation: Installation) -> None:
    app = visit("anna", "explore/explorer.py")
    with installation.database.writing() as session:
        session.execute(delete(MembershipRow))

    assert "niet bekijken of doen met jouw rol" in everything(app.run())


def test_a_one_time_password_opens_only_its_own_change(visit: Visit, installation: Installation) -> None:
    with installation.database.writing() as session:
        session.execute(update(UserRow).where(UserRow.name == "anna").values(must_change_password=True))

    for script in ("frame.py", "explore/explorer.py"):
        said = everything(visit("anna", script))
        assert "eenmalig wachtwoord" in said
        assert 'href="/wachtwoord"' in said


def test_the_session_cannot_sign_anybody_in(visit: Visit) -> None:
    app = visit(None, "explore/explorer.py")
    for key in ("viewer", "token_hash", "x-verteltafel-signin", "user_id"):
        app.session_state[key] = "anna"

    assert "Je bent niet aangemeld" in everything(app.run())


def test_the_administrator_of_the_house_gets_no_stories(visit: Visit, installation: Installation) -> None:
    with installation.database.writing() as session:
        create_user(session, "ada", "Ada", by="test")
        grant_role(session, "ada", Role.ADMINISTRATOR, collection_id=None, by="test")
        session.execute(update(UserRow).where(UserRow.name == "ada").values(must_change_password=False))

    assert "niet bekijken of doen met jouw rol" in everything(visit("ada", "explore/explorer.py"))


def test_every_action_of_a_task_is_an_action() -> None:
    assert {action for actions in TASKS.values() for action in actions} <= set(ACTIONS)


def test_home_says_which_assignment_waits_for_a_step(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    with installation.database.writing() as session:
        session.add(
            AssignmentRow(
                collection_id=collection.id,
                commissioner="Wethouder",
                question="Komt hulp op tijd?",
                goals=[],
                scale="gemeente",
                kind="thematisch",
                intended_use="leren",
                state="ingediend",
                created_by="anna",
            )
        )

    anna = [link.label for link in visit("anna", "frame.py").get("page_link")]
    bram = [link.label for link in visit("bram", "frame.py").get("page_link")]

    assert any("Komt hulp op tijd?" in label.replace("\\", "") for label in anna)
    assert not any("Komt hulp op tijd?" in label.replace("\\", "") for label in bram)
