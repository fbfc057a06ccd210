"""The authorisation matrix: every page, every action and every address, for everybody, here and elsewhere.

Every cell is knocked at, with the real function, page or address. A page, an action, a command or an
address without a line in these tables fails.

    F gespreksleider   A analist   P penvoerder   E evaluator   O privacyfunctionaris   B beheerder hier
    T tafellid         R lezer     H beheerder van de hele installatie      S plaats aan één tafel
    N niemand (niet aangemeld)
"""

import ast
import inspect
import re
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
import typer.main
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

import manage
from intake.desk import make_desk
from intake.middleware import make_middleware
from intake.preview import Preview
from intake.routes import make_routes
from intake.signins import SIGN_IN_COOKIE
from safeguards.access import Role, Viewer
from safeguards.installation import Installation
from safeguards.signin import find_user, open_sign_in, reset_password
from safeguards.vault import open_vault
from storage.engine import open_database
from tests.cast import ROOT
from tests.conftest import settings_in
from tests.doors import find_doors
from tests.stage import Stage, set_stage

COLUMNS = "FAPEOBTRHSN"
PAGES = """
    page                      F A P E O B T R H S N
    frame.py                  x x x x x x x x x x .
    collect/incoming.py       x . . . x . . . . . .
    collect/reading.py        . . . . . . . x . . .
    explore/explorer.py       x x . x . . . . . . .
    explore/side_by_side.py   x x x x . . x . . . .
    discuss/assignments.py    x x x . . . x . . . .
    discuss/roundtable.py     x x x . . . x . . x .
    report/export.py          . . . x . . . . . . .
    manage/collections.py     . . . . . x . . x . .
    manage/people.py          . . . . . x . . x . .
    manage/runs.py            x x . . . x . . x . .
    manage/figures.py         x x . . . . . . . . .
    manage/privacy.py         . . . . x . . . . . .
"""

ACTIONS = """
    action                                            F A P E O B T R H S N
    dialogue.assignments.file_assignment              x x x . . . x . . . .
    dialogue.assignments.find_assignment              x x x . . . x . . . .
    dialogue.assignments.list_assignments             x x x . . . x . . . .
    dialogue.assignments.move_assignment              x x . . . . . . . . .
    dialogue.roundtables.make_roundtable              x x . . . . . . . . .
    dialogue.roundtables.find_roundtable              x x x . . . x . . x .
    dialogue.roundtables.list_roundtables             x x x . . . x . . . .
    dialogue.roundtables.open_for_work                x x . . . . . . . . .
    dialogue.seats.invite_to_table                    x x . . . . . . . . .
    dialogue.seats.list_invitations                   x x . . . . . . . . .
    dialogue.seats.list_seats                         x x . . . . . . . . .
    dialogue.seats.take_invitation_back               x x . . . . . . . . .
    dialogue.seats.take_seat_away                     x x . . . . . . . . .
    dialogue.evidence.add_figure                      x x . . . . . . . . .
    dialogue.evidence.add_story                       x x . . . . . . . . .
    dialogue.evidence.add_view                        x x . . . . . . . . .
    dialogue.evidence.list_evidence                   x x x . . . x . . x .
    dialogue.evidence.list_story_ids                  x x x . . . x . . x .
    dialogue.evidence.remove_evidence                 x x . . . . . . . . .
    dialogue.story_cards.make_story_card              x x x . . . x . . . .
    dialogue.view_cards.make_view_card                x x x . . . x . . . .
    dialogue.observations.add_observation             x . x . . . . . . . .
    dialogue.observations.edit_observation            x . x . . . . . . . .
    dialogue.observations.remove_observation          x . x . . . . . . . .
    dialogue.observations.open_observation            x . x . . . . . . . .
    dialogue.observations.list_observations           x x x . . . x . . x .
    dialogue.interpretations.add_interpretation       x . x . . . . . . . .
    dialogue.interpretations.edit_interpretation      x . x . . . . . . . .
    dialogue.interpretations.list_interpretations     x x x . . . x . . x .
    dialogue.advice.find_blockers                     x x x . . . x . . x .
    dialogue.advice.list_advice                       x x x . . . x . . x .
    dialogue.advice.save_advice                       x . x . . . . . . . .
    dialogue.advice.submit_advice                     . . x . . . . . . . .
    exports.gather.gather_export                      . . . x . . . . . . .
    exports.write.pack_export                         . . . x . . . . . . .
    exports.write.write_export                        . . . x . . . . . . .
    pages.collect.incoming.ask_for_run                x x . . . x . . x . .
    pages.manage.runs.ask_for_run                     x x . . . x . . x . .
    pages.manage.collection_actions.add_collection    . . . . . . . . x . .
    pages.manage.collection_actions.set_open          . . . . . x . . x . .
    pages.manage.figure_actions.add_figures           x x . . . . . . . . .
    pages.manage.people_actions.add_person            . . . . . . . . x . .
    pages.manage.people_actions.renew_link            . . . . . . . . x . .
    pages.manage.people_actions.end_all_sign_ins      . . . . . . . . x . .
    pages.manage.people_actions.unbind_provider       . . . . . . . . x . .
    pages.manage.people_actions.set_active            . . . . . . . . x . .
    pages.manage.people_actions.give_role             . . . . . x . . x . .
    pages.manage.people_actions.take_role             . . . . . x . . x . .
    pages.manage.privacy_actions.fetch_audit_log      . . . . x . . . . . .
    pages.manage.privacy_actions.read_log             . . . . x . . . . . .
    pages.manage.privacy_actions.show_plan            . . . . x . . . . . .
    safeguards.release.release_counts                 x x . x . . . . . . .
    safeguards.release.release_rows                   . . . x . . . . . . .
    safeguards.release.release_stories                x x . x . . . . . . .
    safeguards.release.release_story                  x x x . . . x . . . .
    safeguards.rights.answer_request                  . . . . x . . . . . .
    safeguards.rights.list_requests                   . . . . x . . . . . .
    safeguards.vault_opening.list_openings            . . . . x . . . . . .
    safeguards.vault_opening.open_original            . . . . x . . . . . .
    stories.reading.claim_alarm                       . . . . . . . x . . .
    stories.reading.claim_next                        . . . . . . . x . . .
    stories.reading.decide                            . . . . . . . x . . .
    stories.reading.find_open                         . . . . . . . x . . .
    stories.reading.hide_more                         . . . . . . . x . . .
    stories.reading.take_back                         . . . . . . . x . . .
"""

# These take a viewer and are no doors: they answer what somebody may do, or leave out what they may not see.
NO_DOORS = {
    "dialogue.advice.may_submit",
    "dialogue.roundtables.list_tables_for",
    "dialogue.states.can_play",
    "dialogue.states.moves_for",
    "dialogue.states.roles_in",
    "pages.frame.build_menu",
    "pages.shared.guard.may_open",
    "pages.shared.home.find_waiting",
    "pages.shared.home.show_home",
    "safeguards.access.require_action",
    "safeguards.access.require_seat",
}

# For nobody; with a one-time password; signed in. 200 own page · 303 sent on · 403, 404, 405 refused · 422 asks again
# · 410 link is over. "page": it reaches the pages of Streamlit.
ADDRESSES = """
    method  address                      nobody  once   anna
    GET     /                            200     303    page
    GET     /vertel                      200     200    200
    GET     /vertel/demo                 200     200    200
    GET     /vertel/demo/parent          200     200    200
    GET     /vertel/niets/nergens/x      404     404    404
    GET     /bedankt                     404     404    404
    GET     /mijn-verhaal                200     200    200
    GET     /inloggen                    200     303    303
    GET     /inloggen/extern             404     404    404
    GET     /inloggen/terug              404     404    404
    GET     /uitloggen                   200     200    200
    GET     /wachtwoord                  303     200    200
    GET     /welkom/verzonnen            410     410    410
    GET     /welkom/verzonnen/extern     404     404    404
    GET     /.well-known/security.txt    404     404    404
    GET     /gezond                      200     200    200
    GET     /favicon.ico                 200     200    200
    GET     /intake-static/form.css      200     200    200
    GET     /intake-static/x/form.css    200     200    200
    POST    /vertel/demo/parent          422     422    422
    POST    /vertel/demo/parent/nakijken 422     422    422
    GET     /vertel/demo/parent/nakijken 303     303    303
    POST    /bedankt                     303     303    303
    POST    /mijn-verhaal                403     403    403
    POST    /inloggen                    403     403    403
    POST    /uitloggen                   403     403    403
    POST    /wachtwoord                  403     403    403
    POST    /welkom/verzonnen            403     403    403
    GET     /verhalen                    303     303    page
    GET     /media/plaatje.png           303     303    page
    GET     /_stcore/host-config         303     303    page
    PUT     /_stcore/upload_file/1       403     403    page
    GET     /_stcore/metrics             404     404    404
    GET     /_stcore/health              page    page   page
"""

# A command is given by who holds the machine, and so the database and the key: no role stands before it. What
# a command asks of a door it asks as this role, in the named collection alone; "-" asks at no door.
COMMANDS = """
    command          as
    audit check      -
    audit export     -
    backup           -
    check            -
    deidentify       -
    demo             -
    embed            -
    export           evaluator
    figures import   -
    patterns         -
    process          -
    reading release  -
    reading status   -
    restore          -
    retention run    -
    run              -
    sbom             -
    stories import   -
    tag              -
    themes           -
    users add        -
    users end        -
    users link       -
    vault rotate     -
    withdraw         -
"""


def read_lines(drawing: str) -> list[list[str]]:
    return [line.split() for line in drawing.strip().splitlines()[1:]]


def read_cells(drawing: str) -> dict[str, dict[str, bool]]:
    """Name of the line → column → whether it opens."""
    return {
        name: {c: cell == "x" for c, cell in zip(COLUMNS, cells, strict=True)} for name, *cells in read_lines(drawing)
    }


@pytest.fixture(scope="module")
def stage(made_installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Made once: what an action does is undone, or does not matter to the next."""
    folder = tmp_path_factory.mktemp("matrix")
    settings = settings_in(folder / "data")
    shutil.copytree(made_installation, settings.data_folder)
    opened = Installation(settings, open_database(settings.database_url), open_vault("", settings.data_folder))
    yield set_stage(opened, folder)
    opened.database.engine.dispose()


def test_every_page_is_in_the_table() -> None:
    from tests.pages.test_frame import MENU_SCRIPTS

    assert set(read_cells(PAGES)) == {"frame.py", *MENU_SCRIPTS}
    found = {
        path.relative_to(ROOT / "pages").as_posix()
        for path in (ROOT / "pages").rglob("*.py")
        if "show_page(require" in path.read_text(encoding="utf-8")
    }
    assert found == set(MENU_SCRIPTS), "a page that is not in the menu, or the other way round"


def test_every_action_is_in_the_table() -> None:
    assert set(read_cells(ACTIONS)) | NO_DOORS == find_doors()
    assert not set(read_cells(ACTIONS)) & NO_DOORS


@pytest.mark.parametrize(("door", "row"), read_cells(ACTIONS).items())
def test_each_action_opens_for_its_roles_here(stage: Stage, door: str, row: dict[str, bool]) -> None:
    assert {column: stage.opens(door, stage.person(column, stage.here)) for column in COLUMNS} == row


@pytest.mark.parametrize("door", read_cells(ACTIONS))
def test_no_action_opens_for_anybody_of_another_collection(stage: Stage, door: str) -> None:
    from_elsewhere = [column for column in COLUMNS if column not in "HN"]
    assert not [column for column in from_elsewhere if stage.opens(door, stage.person(column, stage.elsewhere))]


@pytest.fixture
def open_page(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a page as somebody, at an address in the collection here."""
    for place in ("pages.shared.guard", "pages.shared.context"):
        monkeypatch.setattr(f"{place}.get_installation", lambda: stage.installation)
    # A link to another page needs the menu around it, and a page is run alone here.
    monkeypatch.setattr("streamlit.page_link", lambda *given, **named: None)
    st.cache_resource.clear()

    def run(script: str, viewer: Viewer | None, **address: str) -> AppTest:
        for place in ("pages.shared.guard", "pages.shared.progress", "pages.shared.viewer", "pages.discuss.actions"):
            monkeypatch.setattr(f"{place}.current_viewer", lambda _: viewer)
        monkeypatch.setattr("pages.shared.viewer.read_token_hash", lambda: None)
        app = AppTest.from_file(str(ROOT / "pages" / script), default_timeout=30)
        for key, value in {"verzameling": "demo", **address}.items():
            app.query_params[key] = value
        return app.run()

    return run


def has_opened(app: AppTest) -> bool:
    """Whether a page shows its title; a page that refuses shows a warning and stops."""
    assert not app.exception, app.exception
    return bool(app.title) and app.title[0].value != "Verteltafel"


@pytest.mark.parametrize(("script", "row"), read_cells(PAGES).items())
def test_each_page_opens_for_its_roles_here(stage: Stage, open_page: Any, script: str, row: dict[str, bool]) -> None:
    assert {column: has_opened(open_page(script, stage.person(column, stage.here))) for column in COLUMNS} == row


@pytest.mark.parametrize(("script", "row"), read_cells(PAGES).items())
def test_no_page_shows_this_collection_to_anybody_of_another(
    stage: Stage, open_page: Any, script: str, row: dict[str, bool]
) -> None:
    for column in (column for column, opens in row.items() if opens and column != "H"):
        app = open_page(script, stage.person(column, stage.elsewhere))
        shown = " ".join(str(one.value) for block in (app.title, app.markdown, app.caption) for one in block)
        assert not app.exception and stage.here.title not in shown and "Tafel van dinsdag" not in shown, column
        if has_opened(app) and script not in ("frame.py", "manage/collections.py", "manage/people.py"):
            assert app.query_params["verzameling"] in ("elders", ["elders"]), column


def test_a_seat_shows_its_table_and_not_the_other(stage: Stage, open_page: Any) -> None:
    app = open_page("discuss/roundtable.py", stage.person("S", stage.here))
    assert not app.selectbox, "there is one table to choose from"
    shown = " ".join(str(one.value) for one in app.get("html")) + " ".join(str(one.value) for one in app.markdown)
    assert "Tafel van dinsdag" in shown and "Tafel van donderdag" not in shown
    assert not [button for button in app.button if button.key and button.key.startswith("nodig_uit")]


def test_anna_makes_a_link_on_the_overview_and_sees_it_until_it_is_passed_on(stage: Stage, open_page: Any) -> None:
    anna = stage.person("F", stage.here)
    app = open_page("discuss/roundtable.py", anna, stap="overzicht", tafel=str(stage.table))
    app.button(key=f"nodig_uit_{stage.table}").click().run()
    assert not app.exception and "/welkom/" in app.code[0].value
    app.button(key=f"doorgegeven_{stage.table}_0").click().run()
    assert not app.code and any("nog niet gebruikt" in one.value for one in app.markdown)
    (back,) = [one.key for one in app.button if one.key and one.key.startswith("link_weg_")]
    app.button(key=back).click().run()
    assert not app.exception and not any("nog niet gebruikt" in one.value for one in app.markdown)


@pytest.fixture
def browsers(stage: Stage) -> dict[str, TestClient]:
    """A browser for each column of the addresses."""
    desk = make_desk(stage.installation, Preview(lambda: None))  # type: ignore[arg-type,return-value]
    routes = make_routes(desk)

    async def show_page(request: Any) -> PlainTextResponse:
        return PlainTextResponse("page")

    pages = [Route("/{rest:path}", show_page, methods=["GET", "PUT"])]
    app = Starlette(routes=[*routes, *pages], middleware=make_middleware(desk, routes))
    found = {name: TestClient(app, base_url="http://testserver") for name in ("nobody", "once", "anna")}
    with stage.installation.database.writing() as session:
        reset_password(session, "cem", by="test")
        for name, who in (("once", "cem"), ("anna", "anna")):
            user = find_user(session, who)
            user.is_active = True
            user.must_change_password = name == "once"
            found[name].cookies.set(SIGN_IN_COOKIE, open_sign_in(session, user).token)
    return found


@pytest.mark.parametrize(("method", "address", "cells"), [(m, a, cells) for m, a, *cells in read_lines(ADDRESSES)])
def test_each_address_answers_as_drawn(
    browsers: dict[str, TestClient], method: str, address: str, cells: list[str]
) -> None:
    said = []
    for browser in browsers.values():
        answer = browser.request(method, address, headers={"accept": "text/html"}, follow_redirects=False)
        said.append("page" if answer.text == "page" else str(answer.status_code))
    assert said == cells


def test_every_address_is_in_the_table(stage: Stage) -> None:
    routes = make_routes(make_desk(stage.installation, Preview()))
    drawn = {(method, address) for method, address, *_ in read_lines(ADDRESSES)}
    missing = [
        route.path  # type: ignore[attr-defined]
        for route in routes
        for method in route.methods - {"HEAD"}  # type: ignore[attr-defined]
        if not any(m == method and route.path_regex.match(a) for m, a in drawn)  # type: ignore[attr-defined]
    ]
    assert not missing


def test_every_command_acts_as_drawn() -> None:
    drawn = {" ".join(words): role for *words, role in read_lines(COMMANDS)}
    assert drawn == {name: acts_as(call) for name, call in name_commands(typer.main.get_command(manage.app))}


def name_commands(command: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command with the groups before it, "users add", and its function."""
    for name, one in command.commands.items():
        if hasattr(one, "commands"):
            yield from name_commands(one, f"{before}{name} ")
        else:
            yield f"{before}{name}", inspect.unwrap(one.callback)


def acts_as(function: Any) -> str:
    """The roles with which a command makes itself a viewer."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    made = [call for call in ast.walk(tree) if isinstance(call, ast.Call) and ast.unparse(call.func) == "Viewer"]
    roles = [Role[found].value for call in made for found in re.findall(r"Role\.([A-Z_]+)", ast.unparse(call))]
    return ",".join(roles) or "-"
