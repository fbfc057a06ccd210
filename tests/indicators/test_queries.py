"""Goals, aims and figures out of the database."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from indicators.goals import Aims, GoalTree, load_aims, load_goal_tree
from indicators.import_figures import import_figures
from indicators.queries import (
    FRAME_COLUMNS,
    UnknownAim,
    figures_for_aim,
    figures_for_goal,
    figures_frame,
    load_stored_aims,
    load_stored_tree,
    store_goal_tree,
)
from storage.tables.collections import CollectionRow

HERE = ["Groningen (gemeente)", "Nederland"]


@pytest.fixture
def tree(demo: Path) -> GoalTree:
    return load_goal_tree(demo / "goals.yaml")


@pytest.fixture
def aims(demo: Path) -> Aims:
    return load_aims(demo / "aims_bjh.yaml")


@pytest.fixture
def filled(session: Session, collection: CollectionRow, tree: GoalTree, aims: Aims, demo: Path) -> int:
    store_goal_tree(session, collection, tree, aims)
    for name in ("figures_bjh.csv", "figures_cbs_2022.csv"):
        import_figures(session, demo / name, collection_key="demo", by="anna")
    return collection.id


def test_what_is_stored_comes_back_the_same(
    session: Session, collection: CollectionRow, tree: GoalTree, aims: Aims
) -> None:
    store_goal_tree(session, collection, tree, aims)
    assert load_stored_tree(session, collection.id) == tree
    assert load_stored_aims(session, collection.id) == aims


def test_only_a_change_makes_a_new_version(
    session: Session, collection: CollectionRow, tree: GoalTree, aims: Aims
) -> None:
    changed = aims.model_copy(update={"title": "Andere titel"})
    versions = [store_goal_tree(session, collection, tree, one) for one in (aims, aims, changed)]
    assert versions == [1, 1, 2]
    assert load_stored_aims(session, collection.id) == changed


def test_a_collection_without_goals_says_none(session: Session, collection: CollectionRow) -> None:
    assert load_stored_aims(session, collection.id) is None
    assert load_stored_tree(session, collection.id) is None


def test_the_figures_of_an_aim_come_in_the_order_of_its_links(session: Session, filled: int) -> None:
    found = figures_for_aim(session, filled, "A5", areas=HERE)
    assert [(figure.indicator, figure.value, figure.area) for figure in found] == [
        ("K01", 967.0, "Groningen (gemeente)"),
        ("K07", 85.0, "Groningen (gemeente)"),
        ("cbs_jeugdhulp", 13.2, "Nederland"),
        ("cbs_jeugdhulp", 15.3, "Groningen (gemeente)"),
    ]


def test_an_aim_without_links_has_no_figures(session: Session, filled: int) -> None:
    assert figures_for_aim(session, filled, "A12") == []


def test_a_linked_figure_that_nobody_imported_stays_visible_as_missing(
    session: Session, collection: CollectionRow, tree: GoalTree, aims: Aims
) -> None:
    store_goal_tree(session, collection, tree, aims)
    found = figures_for_aim(session, collection.id, "A3")
    assert [(figure.indicator, figure.value, figure.status) for figure in found] == [
        ("K03", None, "missing"),
        ("K04", None, "missing"),
    ]
    assert found[0].indicator_label == "Contact met inwoner na melding bij WIJ-team"


def test_the_figures_of_a_goal_include_those_of_the_same_indicator_elsewhere(session: Session, filled: int) -> None:
    residential = figures_for_goal(session, filled, "RV3", areas=["Groningen (gemeente)"])
    protected = figures_for_goal(session, filled, "RV2", areas=["Groningen (gemeente)"])
    assert [(figure.indicator, figure.value) for figure in residential] == [("cbs_jeugdhulp_verblijf", 10.0)]
    assert [figure.indicator for figure in protected] == ["K03", "K04", "cbs_jeugdbescherming"]


def test_an_aim_that_does_not_exist_is_named(session: Session, filled: int) -> None:
    with pytest.raises(UnknownAim, match='Doel "A99" staat niet in dit traject'):
        figures_for_aim(session, filled, "A99")


def test_the_table_of_figures_tells_missing_from_nought(session: Session, filled: int) -> None:
    frame = figures_frame(session, filled).set_index(["indicator", "area"])
    assert frame.at[("K04", "Groningen (gemeente)"), "value"] == 0
    assert frame.loc[("cbs_jeugdreclassering", "Pekela"), ["value", "status"]].isna().tolist() == [True, False]
    assert frame.at[("cbs_jeugdreclassering", "Pekela"), "status"] == "missing"
    assert len(frame) == 27 + 85


def test_the_table_keeps_supplier_and_date(session: Session, filled: int) -> None:
    frame = figures_frame(session, filled)
    assert set(frame["file_name"]) == {"figures_bjh.csv", "figures_cbs_2022.csv"}
    assert all(isinstance(day, date) for day in frame["imported_on"])


def test_an_empty_collection_gives_an_empty_table_with_its_columns(session: Session, collection: CollectionRow) -> None:
    frame = figures_frame(session, collection.id)
    assert list(frame.columns) == FRAME_COLUMNS and frame.empty
