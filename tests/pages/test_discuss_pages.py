"""The pages of the duidingstafel, run as a person sees them: what opens, what is refused, what stays."""

from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from streamlit.testing.v1 import AppTest

from dialogue.advice import list_advice, save_advice, submit_advice
from dialogue.assignments import file_assignment, list_assignments
from dialogue.evidence import add_story, list_evidence
from dialogue.interpretations import add_interpretation, list_interpretations
from dialogue.observations import add_observation, list_observations
from dialogue.roundtables import list_roundtables, make_roundtable
from safeguards.access import Viewer
from safeguards.installation import Installation
from safeguards.vault import open_vault
from safeguards.withdrawal import withdraw_story
from settings import read_settings
from storage.engine import Database
from tests.dialogue.conftest import (
    ASSIGNMENT,
    add_told_story,
    anna,
    bram,
    cem,
    database,
    penvoerder,
    template,
)

__all__ = ["anna", "bram", "cem", "database", "penvoerder", "template"]
PAGES = Path(__file__).parents[2] / "pages"
# Only the two pages, so that a fault in another page is not a fault here.
FRAME = """
import streamlit as st
pages = [st.Page("discuss/assignments.py", default=True), st.Page("discuss/roundtable.py")]
st.navigation(pages, position="hidden").run()
"""
OpenPage = Callable[..., AppTest]


@pytest.fixture
def installation(database: Database, tmp_path: Path) -> Installation:
    key = Fernet.generate_key().decode()
    url = str(database.engine.url)
    settings = read_settings({"VERTELTAFEL_DATABASE": url, "VERTELTAFEL_DATA_FOLDER": str(tmp_path)})
    return Installation(settings, database, open_vault(key, tmp_path))


@pytest.fixture
def open_page(installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[OpenPage]:
    """Open a page of the table as somebody."""
    (tmp_path / "frame.py").write_text(FRAME, encoding="utf-8")
    (tmp_path / "discuss").symlink_to(PAGES / "discuss")

    # Read before anything is put in their place, or the first to read them keeps what this test put there.
    for place in ("pages.shared.guard", "pages.discuss.actions"):
        import_module(place)

    def open_as(viewer: Viewer | None, script: str, **params: str) -> AppTest:
        for place in ("pages.shared.viewer", "pages.shared.guard", "pages.discuss.actions"):
            monkeypatch.setattr(f"{place}.current_viewer", lambda installation: viewer)
        for place in ("pages.shared.context", "pages.shared.guard"):
            monkeypatch.setattr(f"{place}.get_installation", lambda: installation)
        app = AppTest.from_file(str(tmp_path / "frame.py"), default_timeout=60).run()
        for name, value in params.items():
            app.query_params[name] = value
        return app.switch_page(script).run()

    yield open_as


@pytest.fixture
def table_id(database: Database, anna: Viewer) -> int:
    with database.writing() as session:
        assignment = file_assignment(session, 1, **ASSIGNMENT, by=anna)
        return make_roundtable(session, assignment.id, title="Eerste tafel", held_on=date(2024, 5, 3), by=anna).id


def words(app: AppTest) -> str:
    """Everything that can be read on the page."""
    assert not app.exception, app.exception
    kinds = ("title", "header", "subheader", "markdown", "info", "warning", "error", "success")
    parts = [part.value for kind in kinds for part in app.get(kind)]
    return "\n".join([*(part.replace("\\", "") for part in parts), *(part.proto.body for part in app.get("html"))])


def fill_in(app: AppTest) -> AppTest:
    app.text_input(key="opdracht_gever").set_value("Regiegroep")
    app.text_area(key="opdracht_vraag").set_value("Komt hulp op tijd?")
    app.checkbox(key="opdracht_doel_A3").check()
    app.radio(key="opdracht_schaal").set_value("gemeente")
    app.radio(key="opdracht_soort").set_value("thematisch")
    app.radio(key="opdracht_gebruik").set_value("leren")
    return app


def test_anna_files_a_question_and_finds_it_in_the_register(open_page, database, anna):
    app = fill_in(open_page(anna, "discuss/assignments.py"))
    app = app.button(key="opdracht_indienen").click().run()
    assert "Je vraag is ingediend" in words(app) and "Ingediend (1)" in words(app)
    assert app.text_area(key="opdracht_vraag").value == ""
    with database.reading() as session:
        assert len(list_assignments(session, 1, viewer=anna)) == 1


def test_a_half_filled_form_names_each_field_and_loses_nothing(open_page, database, anna):
    app = open_page(anna, "discuss/assignments.py")
    app.text_area(key="opdracht_vraag").set_value("Komt hulp op tijd?")
    app.checkbox(key="opdracht_doel_A3").check()
    app = app.button(key="opdracht_indienen").click().run()
    errors = [error.value for error in app.error]
    assert errors[0].startswith("4 velden zijn nog niet goed")
    assert any(error.startswith("Vul in wie de opdracht geeft") for error in errors)
    assert app.text_area(key="opdracht_vraag").value == "Komt hulp op tijd?"
    assert app.checkbox(key="opdracht_doel_A3").value
    with database.reading() as session:
        assert list_assignments(session, 1, viewer=anna) == []


def test_nothing_is_preselected(open_page, anna):
    app = open_page(anna, "discuss/assignments.py")
    assert {app.radio(key=f"opdracht_{name}").value for name in ("schaal", "soort", "gebruik")} == {None}


def test_a_double_click_files_one_question(open_page, database, anna):
    app = fill_in(open_page(anna, "discuss/assignments.py"))
    app.button(key="opdracht_indienen").click().run()
    fill_in(app).button(key="opdracht_indienen").click().run()
    with database.reading() as session:
        assert len(list_assignments(session, 1, viewer=anna)) == 1


def test_anna_moves_an_assignment_and_bram_contests_it_with_a_public_reason(open_page, table_id, anna, bram):
    app = open_page(anna, "discuss/assignments.py")
    app = app.button(key="stap_1_doe").click().run()
    assert "De opdracht staat nu op “Toets aan de spelregels”" in words(app)
    app = open_page(bram, "discuss/assignments.py")
    app = app.button(key="stap_1_doe").click().run()
    assert "Schrijf op waarom. De reden komt in het register te staan." in [error.value for error in app.error]
    app.text_area(key="stap_1_waarom").set_value("De vraag is te breed.")
    app = app.button(key="stap_1_doe").click().run()
    assert "Betwist (1)" in words(app) and "**Waarom:** De vraag is te breed" in words(app)


def test_the_way_back_to_the_rules_asks_for_a_new_question(open_page, table_id, anna, bram):
    app = open_page(anna, "discuss/assignments.py").button(key="stap_1_doe").click().run()
    app.radio(key="stap_1_naar_toets_spelregels").set_value("betwist").run()
    app.text_area(key="stap_1_waarom").set_value("Te breed.")
    app = app.button(key="stap_1_doe").click().run()
    app.radio(key="stap_1_naar_betwist").set_value("toets_spelregels").run()
    app.text_area(key="stap_1_waarom").set_value("Smaller gemaakt.")
    app = app.button(key="stap_1_doe").click().run()
    assert any("De vraag is nog dezelfde" in error.value for error in app.error)
    app.text_area(key="stap_1_vraag").set_value("Komt hulp binnen een maand?")
    app = app.button(key="stap_1_doe").click().run()
    assert "Komt hulp binnen een maand?" in words(app) and "De vraag was: Komt hulp op tijd" in words(app)


def test_anna_makes_a_roundtable(open_page, table_id, database, anna):
    app = open_page(anna, "discuss/assignments.py")
    app = app.button(key="tafel_1_maak").click().run()
    assert "Geef de duidingstafel een titel." in [error.value for error in app.error]
    app.text_input(key="tafel_1_titel").set_value("Tweede tafel")
    app = app.button(key="tafel_1_maak").click().run()
    with database.reading() as session:
        assert [one.title for one in list_roundtables(session, 1, viewer=anna)] == ["Eerste tafel", "Tweede tafel"]


@pytest.mark.parametrize("script", ["discuss/assignments.py", "discuss/roundtable.py"])
def test_cem_cannot_see_anything_of_this_municipality(open_page, table_id, database, anna, cem, script):
    with database.writing() as session:
        add_story(session, table_id, "story-anna", by=anna)
    app = open_page(cem, script, verzameling="demo", tafel=str(table_id), stap="overzicht")
    seen = words(app)
    assert "Komt hulp op tijd?" not in seen and "Ze bleef gewoon zitten" not in seen and "Eerste tafel" not in seen


@pytest.mark.parametrize("script", ["discuss/assignments.py", "discuss/roundtable.py"])
def test_a_stranger_gets_a_page_that_says_to_sign_in(open_page, anna, monkeypatch, script):
    open_page(anna, script)
    for place in ("pages.shared.viewer", "pages.shared.guard"):
        monkeypatch.setattr(f"{place}.current_viewer", lambda installation: None)
    app = AppTest.from_file(str(PAGES / script), default_timeout=60).run()
    assert [warning.value for warning in app.warning] == ["Je bent niet aangemeld. Meld je aan om verder te gaan."]
    assert not app.title


def test_a_table_goes_from_evidence_to_a_submitted_advice(open_page, table_id, database, anna, penvoerder):
    for number in range(6):
        with database.writing() as session:
            add_told_story(session, f"ouder-{number}", "parent", "table", "good", f"Verhaal {number}")
    app = open_page(anna, "discuss/roundtable.py", tafel=str(table_id))
    assert "Komt hulp op tijd?" in words(app) and "Er ligt nog niets op tafel" in words(app)
    newest = next(button.key for button in app.button if (button.key or "").startswith("verhaal_leg_"))
    app = app.button(key=newest).click().run()
    assert "Er ligt nog maar één verhaal op tafel" in words(app)
    assert app.button(key=newest).disabled

    app = app.segmented_control(key="kies_stap").set_value("zien").run()
    app.text_area(key="observatie_tekst").set_value("Ouders noemen wachten.")
    app = app.button(key="observatie_schrijf").click().run()
    assert "1. Ouders noemen wachten." in words(app)

    app = app.segmented_control(key="kies_stap").set_value("advies").run()
    assert 'Observatie 1 ("Ouders noemen wachten.") heeft nog geen duiding.' in words(app)
    assert app.button(key="advies_nieuw_bewaar").disabled

    app = app.segmented_control(key="kies_stap").set_value("lezen").run()
    for side, text in (("parent", "Niemand zei hoe lang."), ("worker", "Er zijn te weinig mensen.")):
        app.radio(key="duiding_1_kant").set_value(side)
        app.text_area(key="duiding_1_tekst").set_value(text)
        app = app.button(key="duiding_1_bewaar").click().run()
    assert words(app).index("Niemand zei hoe lang.") < words(app).index("Er zijn te weinig mensen.")

    app = open_page(penvoerder, "discuss/roundtable.py", tafel=str(table_id), stap="advies")
    app.radio(key="advies_nieuw_result_type").set_value("test_and_advise")
    app.text_input(key="advies_nieuw_addressee").set_value("College")
    app.selectbox(key="advies_nieuw_goal").set_value("A3")
    app.text_area(key="advies_nieuw_text").set_value("Bel terug. Wachten leidt tot zorgen.")
    app = app.button(key="advies_nieuw_bewaar").click().run()
    assert "dit laat geen oorzaak zien" in words(app)
    app = app.button(key="advies_1_indienen").click().run()
    assert "ingediend op" in words(app)
    with database.reading() as session:
        assert [one.is_submitted for one in list_advice(session, table_id, viewer=anna)] == [True]


@pytest.fixture
def full_table_id(table_id, database, anna, penvoerder) -> int:
    """A table with Dina's story and a submitted advice."""
    with database.writing() as session:
        add_story(session, table_id, "story-dina", by=anna)
        add_story(session, table_id, "story-anna", by=anna)
        seen = add_observation(session, table_id, text="Kinderen noemen de gang.", by=anna)
        add_interpretation(session, seen.id, perspective="worker", text="Er is geen kamer.", by=anna)
        add_interpretation(session, seen.id, perspective="child_8_12", text="Het voelt koud.", by=anna)
        advice = save_advice(
            session, table_id, result_type="tell_and_add", addressee="Raad", goal="A3", text="Maak een kamer.", by=anna
        )
        submit_advice(session, advice.id, by=penvoerder)
    return table_id


def test_readings_stand_in_the_order_of_the_framework(open_page, full_table_id, bram):
    seen = words(open_page(bram, "discuss/roundtable.py", stap="lezen"))
    assert seen.index("Het voelt koud.") < seen.index("Er is geen kamer.")
    assert "Nog geen duiding van: Jongere (12 tot 18 jaar), Ouder of verzorger, Gemeente en organisaties." in seen


@pytest.mark.parametrize("step", ["bewijs", "zien", "lezen", "advies", "overzicht"])
def test_bram_sees_every_step_and_holds_no_pen(open_page, table_id, bram, step):
    app = open_page(bram, "discuss/roundtable.py", tafel=str(table_id), stap=step)
    assert "Komt hulp op tijd?" in words(app)
    assert not app.text_area and not app.button


@pytest.mark.parametrize("step", ["bewijs", "zien", "lezen", "advies", "overzicht"])
def test_at_the_table_there_are_no_row_tables_and_nothing_to_take_away(open_page, full_table_id, anna, step):
    app = open_page(anna, "discuss/roundtable.py", tafel=str(full_table_id), stap=step)
    words(app)
    assert not app.dataframe and not app.table and not app.get("download_button")


@pytest.mark.parametrize("step", ["bewijs", "overzicht"])
def test_dinas_story_is_gone_and_its_mark_stays(open_page, full_table_id, database, bram, step):
    before = words(open_page(bram, "discuss/roundtable.py", stap=step))
    with database.writing() as session:
        withdraw_story(session, "story-dina", by="teller")
    after = words(open_page(bram, "discuss/roundtable.py", stap=step))
    assert "De lange gang" in before and "De lange gang" not in after
    assert "Hier lag een verhaal: ingetrokken op" in after


def test_after_an_advice_nothing_beneath_it_can_be_changed(open_page, full_table_id, anna):
    for step in ("bewijs", "zien", "lezen"):
        app = open_page(anna, "discuss/roundtable.py", stap=step)
        assert "Aan deze tafel is een advies ingediend" in words(app)
        assert not app.text_area and not app.button


def test_what_somebody_typed_is_never_read_as_html(open_page, table_id, database, anna):
    nasty = "<img src=x onerror=alert(1)> **vet**"
    with database.writing() as session:
        seen = add_observation(session, table_id, text=nasty, by=anna)
        add_interpretation(session, seen.id, perspective="parent", text=nasty, by=anna)
    for step in ("zien", "lezen", "overzicht"):
        app = open_page(anna, "discuss/roundtable.py", stap=step)
        assert not any("<img" in part.proto.body for part in app.get("html"))
        assert "&lt;img" in words(app)


def test_an_action_after_the_sign_in_ended_does_nothing(open_page, table_id, database, anna, monkeypatch):
    app = open_page(anna, "discuss/roundtable.py", tafel=str(table_id), stap="zien")
    app.text_area(key="observatie_tekst").set_value("Te laat.")
    monkeypatch.setattr("pages.discuss.actions.current_viewer", lambda installation: None)
    app = app.button(key="observatie_schrijf").click().run()
    assert "Je bent niet aangemeld" in words(app)
    with database.reading() as session:
        assert list_observations(session, table_id, viewer=anna) == []
        assert list_interpretations(session, table_id, viewer=anna) == {}
        assert list_evidence(session, table_id, viewer=anna) == []
