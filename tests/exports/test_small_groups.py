"""What an export hides, and that a selection does not give it back."""

import json

import pytest

from safeguards.installation import Installation
from safeguards.release import GroupTooSmall
from stories.accept import Receipt
from stories.collections import Collection
from stories.selection import Selection
from tests.cast import draw_stories
from tests.exports.conftest import ReadExport, read_rows

Told = dict[str, Receipt]


def test_a_fact_that_points_at_one_parent_is_blank_and_a_group_with_it(
    installation: Installation, collection: Collection, told: Told, read_export: ReadExport
) -> None:
    # One blank among 25 would say who lives in the east, so the smallest other group is blank too.
    lines = "\n".join(f"z{n} | parent | z{n} | zuid" for n in range(14))
    draw_stories(installation, collection, "story | perspective | teller | BG3\n" + lines)
    areas = [row["BG3"] for row in read_rows(read_export("csv"))]
    assert sorted(areas) == [""] * 13 + ["zuid"] * 14


def test_the_provenance_counts_what_was_blanked(told: Told, read_export: ReadExport, tmp_path: object) -> None:
    read_export("csv")
    provenance = json.loads((tmp_path / "uit.csv.herkomst.json").read_text())  # type: ignore[operator]
    assert provenance["counts"] == {
        "told": 13,
        "withheld_by_consent": 0,
        "not_processed_yet": 0,
        "not_released_by_a_reader": 0,
        "not_in_selection": 0,
        "released": 13,
        "withheld_small_group": 0,
        "facts_coarser": 0,
        "facts_blanked": 13,
        "months_coarser": 0,
        "months_blanked": 0,
        "languages_blanked": 0,
    }
    assert provenance["anonymised"]["BG3"] == {"n_coarser": 0, "n_blanked": 13}


def test_a_selection_on_a_blanked_fact_does_not_give_it_back(told: Told, read_export: ReadExport) -> None:
    # Six from the east would be a group that evaluators see, but each of them was blanked.
    with pytest.raises(Exception, match="Er is geen verhaal om mee te geven"):
        read_export("csv", selection=Selection(answers=(("BG3", "oost"),)))


def test_six_from_the_east_are_blank_however_one_selects(
    installation: Installation, collection: Collection, told: Told, read_export: ReadExport
) -> None:
    lines = "\n".join(f"x{n} | parent | e{n} | oost" for n in range(6))
    draw_stories(installation, collection, "story | perspective | teller | BG3\n" + lines)
    everything = read_rows(read_export("csv"))
    assert [row["BG3"] for row in everything].count("oost") == 0
    with pytest.raises(Exception, match="geen verhaal"):
        read_export("csv", selection=Selection(answers=(("BG3", "oost"),)))


def test_a_selection_keeps_only_its_rows(told: Told, read_export: ReadExport) -> None:
    rows = read_rows(read_export("csv", selection=Selection(answers=(("T1", "corner_1"),))))
    assert [row["T1.practical"] for row in rows] == ["0.8"] * 12


def test_a_report_on_a_small_selection_is_refused(told: Told, read_export: ReadExport) -> None:
    with pytest.raises(GroupTooSmall, match="minder dan 10 verhalen"):
        read_export("csv", profile="report", selection=Selection(words="Dag 1."))


def test_report_counts_are_rounded_and_small_ones_hidden(told: Told, read_export: ReadExport) -> None:
    rows = read_rows(read_export("csv", profile="report"))
    shown = {row["option"]: row["n"] for row in rows if row["element"] == "T1" and row["perspective"] == "parent"}
    # One "past niet" is hidden, and one more, or the total would give it away.
    assert shown["na"] == "minder dan 10"
    assert shown["corner_1"] == "minder dan 10"
    assert shown["middle"] == "0"


def test_a_hidden_count_is_null_and_no_zero_in_json_lines(told: Told, read_export: ReadExport) -> None:
    records = [json.loads(line) for line in read_export("jsonl", profile="report").splitlines()]
    hidden = [one for one in records if one.get("option") == "na" and one["element"] == "T1" and "hidden" in one]
    assert [(one["perspective"], one["n"], one["hidden"]) for one in hidden] == [("parent", None, "minder dan 10")]


def test_two_workers_are_not_quoted_in_a_report(
    installation: Installation, collection: Collection, told: Told, read_export: ReadExport
) -> None:
    drawing = "story | perspective | consent | text\na | worker | report | Ons team.\nb | worker | report | Ons huis."
    draw_stories(installation, collection, drawing)
    quotes = [row for row in read_rows(read_export("csv", profile="report")) if row["kind"] == "quote"]
    assert {row["perspective"] for row in quotes} == {"parent"}
    assert len(quotes) == 13


def test_a_report_has_no_number_of_a_story_or_teller(told: Told, read_export: ReadExport) -> None:
    text = read_export("jsonl", profile="report")
    assert "teller_id" not in text
    assert not any(receipt.story_id in text for receipt in told.values())


def test_the_counts_about_a_report_are_protected_too(told: Told, read_export: ReadExport, tmp_path: object) -> None:
    read_export("csv", profile="report")
    provenance = json.loads((tmp_path / "uit.csv.herkomst.json").read_text())  # type: ignore[operator]
    assert provenance["counts"]["released"] == 15
    assert provenance["smallest_group"] == 10
