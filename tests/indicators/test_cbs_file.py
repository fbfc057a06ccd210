"""The real table of CBS, through the real import. Read from ../shared; skipped where that is absent."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from indicators.figure_files import FigureFile, read_figures
from indicators.import_figures import import_figures
from storage.tables.collections import CollectionRow

CBS = Path(__file__).parents[3] / "shared/data/figures/cbs/Indicatoren_jeugdzorg_gemeenten_2022.csv"
pytestmark = pytest.mark.skipif(not CBS.exists(), reason="the CBS file is not here (../shared/data/figures/cbs)")


@pytest.fixture(scope="module")
def cbs() -> FigureFile:
    return read_figures(CBS)


def values_of(read: FigureFile, area: str) -> list[float | None]:
    return [figure.value for figure in read.figures if figure.area == area]


def test_all_regions_and_indicators_come_in_as_provisional_2022(cbs: FigureFile) -> None:
    assert len({figure.area for figure in cbs.figures}) == 356  # 355 municipalities and the country
    assert len({figure.indicator for figure in cbs.figures}) == 5
    assert {figure.period for figure in cbs.figures} == {"2022"}
    assert {figure.status for figure in cbs.figures} == {"provisional", "missing"}


def test_known_values_are_right(cbs: FigureFile) -> None:
    assert values_of(cbs, "Groningen (gemeente)") == [15.3, 10.0, 1.4, 49.3, 0.4]
    assert values_of(cbs, "Nederland")[0] == 13.2


def test_an_empty_cell_is_missing_and_not_nought(cbs: FigureFile) -> None:
    assert values_of(cbs, "Ameland") == [7.8, None, None, None, None]
    assert sum(figure.status == "missing" for figure in cbs.figures) == 260
    assert 0.0 not in [figure.value for figure in cbs.figures]


def test_the_demo_restates_the_same_numbers(cbs: FigureFile, demo: Path) -> None:
    real = {(f.indicator, f.area, f.period): (f.value, f.status, f.unit, f.definition) for f in cbs.figures}
    for figure in read_figures(demo / "figures_cbs_2022.csv").figures:
        found = (figure.value, figure.status, figure.unit, figure.definition)
        assert real[figure.indicator, figure.area, figure.period] == found


def test_the_whole_file_is_imported_over_the_selection(session: Session, collection: CollectionRow, demo: Path) -> None:
    import_figures(session, demo / "figures_cbs_2022.csv", collection_key="demo", by="anna")
    report = import_figures(session, CBS, collection_key="demo", by="anna")
    assert (report.n_figures, report.n_missing, report.n_provisional) == (1780, 260, 1520)
    assert (report.n_replaced, report.notes) == (85, [])
