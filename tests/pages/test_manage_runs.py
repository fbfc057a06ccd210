"""The runs page: state, versions, faults, and starting."""

from sqlalchemy import select

from safeguards.access import Viewer
from safeguards.installation import Installation
from storage.runs import DONE, FAILED, WAITING
from storage.tables.base import now
from storage.tables.processing import RunRow
from stories.collections import Collection
from tests.pages.manage_pages import OpenPage, open_page, press, texts

__all__ = ["open_page"]
RUNS = "manage/runs.py"


def add_run(installation: Installation, collection: Collection, **wanted: object) -> None:
    """Store a run that ended."""
    with installation.database.writing() as session:
        usual = {"kind": "process", "collection_id": collection.id, "requested_by": "anna", "finished_at": now()}
        session.add(RunRow(**{**usual, **wanted}))


def test_a_run_says_what_made_it(
    open_page: OpenPage, anna: Viewer, installation: Installation, collection: Collection
) -> None:
    versions = {"steps": ["deidentify.v1", "embed.v2"], "packages": {"deduce": "3.0.6"}}
    add_run(installation, collection, state=DONE, seed=7, versions=versions)
    app = open_page(anna, RUNS)
    assert "pakket: deduce 3.0.6" in texts(app)
    assert app.table[0].value[["Werk", "Stand", "Startgetal"]].to_numpy().tolist() == [
        ["verhalen verwerken", "klaar", "7"]
    ]


def test_a_failed_run_shows_its_sentence(
    open_page: OpenPage, anna: Viewer, installation: Installation, collection: Collection
) -> None:
    add_run(installation, collection, state=FAILED, error="De schijf is vol. Maak ruimte.")
    assert "De schijf is vol" in texts(open_page(anna, RUNS))


def test_starting_twice_asks_once(open_page: OpenPage, anna: Viewer, installation: Installation) -> None:
    app = press(open_page(anna, RUNS), "start_run")
    assert "start_run" not in [button.key for button in app.button]
    with installation.database.reading() as session:
        assert session.scalars(select(RunRow.state)).all() == [WAITING]


def test_runs_of_another_collection_are_not_here(
    open_page: OpenPage, cem: Viewer, installation: Installation, collection: Collection
) -> None:
    add_run(installation, collection, state=FAILED, error="Iets van hier.")
    said = texts(open_page(cem, RUNS, verzameling="demo"))
    assert "Iets van hier" not in said
    assert "Nog geen verwerking" in said


def test_bram_and_a_stranger_cannot_open_the_page(open_page: OpenPage, bram: Viewer) -> None:
    assert "Dit mag je niet bekijken of doen" in texts(open_page(bram, RUNS))
    assert "Je bent niet aangemeld" in texts(open_page(None, RUNS))
