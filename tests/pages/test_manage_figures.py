"""Importing figures from a page: all of it, or every fault."""

import pytest
from sqlalchemy import func, select

from indicators.kpi_errors import KpiFileError
from indicators.mapping import MappingError
from pages.manage.figure_actions import Upload, add_figures, list_imports
from safeguards.access import NotAllowed, Viewer
from safeguards.installation import Installation
from storage.tables.audit import AuditRow
from storage.tables.figures import FigureRow
from stories.collections import Collection
from tests.cast import ROOT
from tests.pages.manage_pages import OpenPage, open_page, texts

__all__ = ["open_page"]
FIGURES = "manage/figures.py"
FILE = (ROOT / "demo" / "figures_bjh.csv").read_bytes()


def count_figures(installation: Installation) -> int:
    """Figures in the database."""
    with installation.database.reading() as session:
        return session.scalar(select(func.count(FigureRow.id))) or 0


def test_a_file_comes_in_once_and_is_logged(installation: Installation, anna: Viewer, collection: Collection) -> None:
    upload = Upload("C:\\cijfers\\kpi.csv", FILE)
    first = add_figures(installation, anna, collection, upload, None)
    second = add_figures(installation, anna, collection, upload, None)
    assert (first.already_imported, second.already_imported) == (False, True)
    assert count_figures(installation) == first.n_figures > 0
    with installation.database.reading() as session:
        assert [one.file_name for one in list_imports(session, collection.id)] == ["kpi.csv"]
        lines = session.scalars(select(AuditRow).where(AuditRow.action == "import_figures")).all()
    assert [(line.who, line.details) for line in lines] == [("anna", {"figures": first.n_figures})]


def test_a_wrong_file_adds_nothing_and_names_its_faults(
    installation: Installation, anna: Viewer, collection: Collection
) -> None:
    with pytest.raises(KpiFileError, match=r"kpi\.csv"):
        add_figures(installation, anna, collection, Upload("kpi.csv", b"dit;is\nniets;nee\n"), None)
    with pytest.raises(MappingError, match=r"kpi\.yaml"):
        add_figures(installation, anna, collection, Upload("kpi.csv", FILE), Upload("kpi.yaml", b"a: ["))
    assert count_figures(installation) == 0


def test_cem_and_bram_cannot_import_here(
    installation: Installation, cem: Viewer, bram: Viewer, collection: Collection
) -> None:
    for viewer in (cem, bram):
        with pytest.raises(NotAllowed):
            add_figures(installation, viewer, collection, Upload("kpi.csv", FILE), None)
    assert count_figures(installation) == 0


def test_the_page_shows_what_came_in_before(
    open_page: OpenPage, installation: Installation, anna: Viewer, collection: Collection
) -> None:
    assert "Geen cijfer" in texts(open_page(anna, FIGURES))
    add_figures(installation, anna, collection, Upload("kpi.csv", FILE), None)
    table = open_page(anna, FIGURES).table[0].value
    assert table[["Bestand", "Door"]].to_numpy().tolist() == [["kpi.csv", "anna"]]


def test_bram_cannot_open_the_page(open_page: OpenPage, bram: Viewer) -> None:
    assert "Dit mag je niet bekijken of doen" in texts(open_page(bram, FIGURES))
