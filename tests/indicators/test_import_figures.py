"""A file of figures in a collection: whole, once, with its history."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from indicators import import_figures as import_module
from indicators.import_figures import import_figures
from indicators.kpi_errors import KpiFileError
from indicators.queries import UnknownCollection, load_figures
from storage.tables.collections import CollectionRow
from storage.tables.figures import FigureImportRow, FigureRow
from tests.indicators.conftest import add_collection
from tests.indicators.kpi_tables import make_line, write_csv


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_import_keeps_the_supplier_the_file_and_who_brought_it(
    session: Session, collection: CollectionRow, tmp_path: Path
) -> None:
    report = import_figures(session, write_csv(tmp_path, make_line("9")), collection_key="demo", by="anna")
    row = session.scalars(select(FigureImportRow)).one()
    assert (row.file_name, row.imported_by, row.mapping, row.n_figures) == ("kpi_2024.csv", "anna", "verteltafel", 1)
    assert (report.source, report.n_figures, report.already_imported) == ("Voorbeeldstad, jaarcijfers", 1, False)


def test_a_file_with_one_fault_brings_in_nothing(session: Session, collection: CollectionRow, tmp_path: Path) -> None:
    path = write_csv(tmp_path, make_line("9"), make_line("n.v.t.", area="Elders"))
    with pytest.raises(KpiFileError):
        import_figures(session, path, collection_key="demo", by="anna")
    assert (count(session, FigureRow), count(session, FigureImportRow)) == (0, 0)


def test_the_same_file_again_adds_nothing_and_says_so(
    session: Session, collection: CollectionRow, tmp_path: Path
) -> None:
    first = import_figures(session, write_csv(tmp_path, make_line("9")), collection_key="demo", by="anna")
    renamed = write_csv(tmp_path, make_line("9"), name="kopie.csv")
    again = import_figures(session, renamed, collection_key="demo", by="bram")
    assert (again.already_imported, again.n_figures) == (True, first.n_figures)
    assert again.notes == ["Dit bestand was al ingelezen. Er is niets toegevoegd en niets veranderd."]
    assert (count(session, FigureRow), count(session, FigureImportRow)) == (1, 1)


def test_the_same_file_can_serve_two_collections(session: Session, collection: CollectionRow, tmp_path: Path) -> None:
    add_collection(session, "ander")
    path = write_csv(tmp_path, make_line("9"))
    reports = [import_figures(session, path, collection_key=key, by="anna") for key in ("demo", "ander")]
    assert [report.already_imported for report in reports] == [False, False]


def test_a_corrected_figure_takes_the_place_of_the_old_one_which_stays_stored(
    session: Session, collection: CollectionRow, tmp_path: Path
) -> None:
    import_figures(session, write_csv(tmp_path, make_line("9")), collection_key="demo", by="anna")
    report = import_figures(session, write_csv(tmp_path, make_line("8")), collection_key="demo", by="anna")
    assert report.n_replaced == 1
    assert [figure.value for figure in load_figures(session, collection.id)] == [8.0]
    assert count(session, FigureRow) == 2


def test_two_suppliers_of_one_number_stay_side_by_side(
    session: Session, collection: CollectionRow, tmp_path: Path
) -> None:
    import_figures(session, write_csv(tmp_path, make_line("9")), collection_key="demo", by="anna")
    other = write_csv(tmp_path, make_line("11", source="Aanbieder, registratie"))
    report = import_figures(session, other, collection_key="demo", by="anna")
    assert report.n_replaced == 0
    assert [figure.value for figure in load_figures(session, collection.id)] == [9.0, 11.0]


def test_a_second_supplier_cannot_use_another_definition(
    session: Session, collection: CollectionRow, tmp_path: Path
) -> None:
    import_figures(session, write_csv(tmp_path, make_line("9")), collection_key="demo", by="anna")
    other = write_csv(tmp_path, make_line("11", source="Aanbieder, registratie", definition="Alleen nieuwe"))
    with pytest.raises(KpiFileError) as error:
        import_figures(session, other, collection_key="demo", by="anna")
    assert str(error.value) == (
        'kpi_2024.csv, rij 2: "K01" betekent bij "Voorbeeldstad, jaarcijfers" iets anders (definitie of '
        "eenheid). Geef het een eigen code of spreek samen een definitie af."
    )


def test_a_supplier_that_changes_its_definition_breaks_the_line_visibly(
    session: Session, collection: CollectionRow, tmp_path: Path
) -> None:
    import_figures(session, write_csv(tmp_path, make_line("9", period="2023")), collection_key="demo", by="anna")
    path = write_csv(tmp_path, make_line("12", definition="Ook jeugdigen van 18"))
    report = import_figures(session, path, collection_key="demo", by="anna")
    assert report.notes == [
        "Andere definitie of eenheid dan eerder: Jeugdigen met hulp (K01). De lijn in de tijd breekt hier."
    ]


def test_an_unknown_collection_is_named(session: Session, tmp_path: Path) -> None:
    with pytest.raises(UnknownCollection, match='Er is geen traject "weg"'):
        import_figures(session, write_csv(tmp_path, make_line("9")), collection_key="weg", by="anna")


def test_the_27_numbers_of_the_demo_come_in_with_two_that_are_words(
    session: Session, collection: CollectionRow, demo: Path
) -> None:
    report = import_figures(session, demo / "figures_bjh.csv", collection_key="demo", by="anna")
    assert (report.n_figures, report.n_text, report.n_missing) == (27, 2, 0)
    words = [f.value_text for f in load_figures(session, collection.id, indicators=["K12", "K44"])]
    assert words == ["eind 2024", "14 leden, van wie 1 cliënt"]


def test_two_people_who_send_the_same_file_at_once_bring_it_in_once(
    session: Session, collection: CollectionRow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path, make_line("9"))
    import_figures(session, path, collection_key="demo", by="anna")
    look = import_module._find_import
    calls: list[object] = []

    def find_late(*args: object) -> int | None:
        calls.append(args)  # Bram looks for the first time just before Anna's import is there
        return None if len(calls) == 1 else look(*args)

    monkeypatch.setattr(import_module, "_find_import", find_late)
    report = import_figures(session, path, collection_key="demo", by="bram")
    assert (report.already_imported, count(session, FigureRow)) == (True, 1)
