"""Goal trees and aims as files: what they hold and how they refuse."""

from pathlib import Path

import pytest

from indicators.figure_files import read_figures
from indicators.goals import (
    GoalTreeError,
    aims_without_figure,
    describe_indicators,
    goals_without_indicator,
    load_aims,
    load_goal_tree,
)

TREE = """
kind: goal_tree
key: klein
version: 1
title: Kleine boom
sources: {nota: Een nota}
north_star: {id: NS, label: Hulp op tijd, source: nota}
goals:
  - id: G1
    label: Kinderen doen mee
    source: nota
    indicators: [{id: I1, label: Meedoen}]
  - {id: G2, label: Kinderen zijn veilig, source: nota}
"""
AIMS = """
kind: aims
key: klein
version: 1
title: Kleine doelen
sources: {nota: Een nota}
aims:
  - {id: A1, label: Op tijd, targets: [children], status: [expected], goals: [G1], figures: [K1]}
  - {id: A2, label: Samen, targets: [parents], status: [principle], goals: [G9]}
figures:
  - {id: K1, label: Tijd, value: 5, unit: dagen, period: "2023", kind: norm, source: nota}
"""


def write(folder: Path, text: str, name: str = "doelen.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refuse_tree(folder: Path, text: str) -> str:
    with pytest.raises(GoalTreeError) as error:
        load_goal_tree(write(folder, text))
    return str(error.value)


def test_a_goal_without_indicator_says_so(tmp_path: Path) -> None:
    tree = load_goal_tree(write(tmp_path, TREE))
    assert [goal.id for goal in goals_without_indicator(tree)] == ["G2"]
    assert [describe_indicators(goal) for goal in tree.goals] == ["Meedoen", "nog geen indicator"]


def test_the_demo_tree_has_all_29_indicators_by_part_and_type(demo: Path) -> None:
    tree = load_goal_tree(demo / "goals.yaml")
    cells = [f"{indicator.part}{indicator.type}" for indicator in tree.indicators]
    counts = {cell: cells.count(cell) for cell in sorted(set(cells))}
    assert counts == {"BO": 3, "BP": 1, "BS": 2, "KO": 4, "KP": 8, "KS": 2, "TO": 4, "TP": 2, "TS": 3}
    assert [goal.id for goal in goals_without_indicator(tree)] == ["RV4", "RV5"]


def test_the_demo_aims_point_only_to_what_exists(demo: Path) -> None:
    tree = load_goal_tree(demo / "goals.yaml")
    aims = load_aims(demo / "aims_bjh.yaml", tree=tree)
    cbs = {figure.indicator for figure in read_figures(demo / "figures_cbs_2022.csv").figures}
    known = cbs | {figure.id for figure in aims.figures}
    linked = {code for aim in aims.aims for code in aim.figures}
    linked |= {code for goal in tree.goals for code in goal.figures}
    linked |= {code for indicator in tree.all_indicators() for code in indicator.figures}
    assert (len(aims.ambitions), len(aims.aims), len(aims.figures)) == (5, 19, 27)
    assert linked <= known


def test_ten_of_the_demo_aims_have_stories_only(demo: Path) -> None:
    found = [aim.id for aim in aims_without_figure(load_aims(demo / "aims_bjh.yaml"))]
    assert found == ["A1", "A4", "A6", "A8", "A9", "A11", "A12", "A15", "A17", "A19"]


def test_the_demo_numbers_are_the_same_in_both_files(demo: Path) -> None:
    aims = load_aims(demo / "aims_bjh.yaml")
    imported = {figure.indicator: figure for figure in read_figures(demo / "figures_bjh.csv").figures}
    for figure in aims.figures:
        twin = imported[figure.id]
        assert (twin.value, twin.unit, twin.period) == (figure.value, figure.unit, figure.period)
        assert (twin.source, twin.counts_not) == (aims.sources[figure.source], figure.caveat)


def test_a_forgotten_field_is_named_with_its_place(tmp_path: Path) -> None:
    message = refuse_tree(tmp_path, TREE.replace("label: Kinderen zijn veilig, ", ""))
    assert message == "doelen.yaml, goals → nr. 2 (G2) → label: dit veld ontbreekt. Vul het in."


def test_an_unknown_field_is_named_with_its_place(tmp_path: Path) -> None:
    message = refuse_tree(tmp_path, TREE.replace("title:", "titel: x\ntitle:"))
    assert message == "doelen.yaml, titel: dit veld ken ik niet. Verbeter de naam of haal het weg."


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    message = refuse_tree(tmp_path, TREE.replace("id: G2", "id: G1"))
    assert 'id "G1": staat meer dan een keer in het bestand. Geef elk onderdeel een eigen id.' in message


def test_a_field_that_stands_twice_is_refused_instead_of_dropped(tmp_path: Path) -> None:
    message = refuse_tree(tmp_path, TREE + "title: Nog een titel\n")
    assert message == 'doelen.yaml, regel 14, teken 1: "title" staat hier voor de tweede keer. Haal er een weg.'


def test_yaml_that_does_not_parse_gives_the_line(tmp_path: Path) -> None:
    message = refuse_tree(tmp_path, "kind: goal_tree\ngoals: [")
    assert message.startswith("doelen.yaml, regel 2") and "Controleer het inspringen" in message


@pytest.mark.parametrize("text", ["", "- een lijst", "los woord", "!!python/object:os.system x", "a: 2024-13-40"])
def test_whatever_is_in_the_file_the_answer_is_a_sentence(tmp_path: Path, text: str) -> None:
    assert refuse_tree(tmp_path, text).startswith("doelen.yaml, ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoalTreeError, match=r"weg\.yaml, dit bestand is er niet"):
        load_goal_tree(tmp_path / "weg.yaml")


def test_an_unknown_choice_lists_the_choices(tmp_path: Path) -> None:
    with pytest.raises(GoalTreeError) as error:
        load_aims(write(tmp_path, AIMS.replace("[expected]", "[gehoopt]")))
    assert str(error.value) == (
        'doelen.yaml, aims → nr. 1 (A1) → status → nr. 1: "gehoopt" kan hier niet. '
        "Kies uit: expected, principle, reported."
    )


def test_a_link_to_a_goal_that_is_not_in_the_tree_is_refused(tmp_path: Path) -> None:
    tree = load_goal_tree(write(tmp_path, TREE))
    with pytest.raises(GoalTreeError) as error:
        load_aims(write(tmp_path, AIMS, "a.yaml"), tree=tree)
    assert error.value.faults == [
        'aims → nr. 2 (A2) → goals: "G9" staat niet in dit bestand of in de doelenboom. '
        "Verbeter de naam of voeg het toe."
    ]


def test_a_number_without_value_needs_words(tmp_path: Path) -> None:
    with pytest.raises(GoalTreeError, match="er is geen getal en geen tekst"):
        load_aims(write(tmp_path, AIMS.replace("value: 5", "value: null")))
