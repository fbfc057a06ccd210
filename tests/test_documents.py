"""The manual says what the program does: settings, formats, profiles, columns."""

import re

import pytest

from exports.csv_export import FIRST_COLUMNS, REPORT_COLUMNS, STORY_COLUMNS
from exports.formats import FORMATS
from exports.profile import PROFILE_TEXTS, Profile
from imports.registry import FORMATS as IMPORT_FORMATS
from settings import PREFIX, SETTINGS
from tests.cast import ROOT

HOW_TO = ROOT / "docs" / "how-to"


def read_tables(name: str) -> list[list[list[str]]]:
    """The tables of a document: rows of cells, without the line under the head."""
    tables: list[list[list[str]]] = [[]]
    for line in (HOW_TO / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            tables[-1].append(cells)
        elif tables[-1]:
            tables.append([])
    return [[rows[0], *rows[2:]] for rows in tables if rows]


def first_words(rows: list[list[str]]) -> list[str]:
    """Every name between backticks in the first cells of a table."""
    return [word for row in rows[1:] for word in re.findall(r"`([^`]+)`", row[0])]


def test_every_setting_is_in_the_manual_with_its_default_and_meaning() -> None:
    (table,) = read_tables("settings.md")
    documented = [tuple(row) for row in table[1:]]
    assert documented == [
        (
            f"`{setting.name}`",
            f"`{PREFIX}{setting.name.upper()}`",
            f"`{setting.default}`" if setting.default != "" else "(empty)",
            setting.meaning,
        )
        for setting in SETTINGS
    ]


def test_every_export_format_and_profile_is_in_the_manual() -> None:
    formats, profiles = read_tables("export.md")[:2]
    assert first_words(formats) == list(FORMATS)
    assert first_words(profiles) == list(Profile)
    assert [row[1] for row in profiles[1:]] == [PROFILE_TEXTS[profile].label for profile in Profile]


def test_every_column_of_an_export_is_in_the_manual_in_order() -> None:
    stories, report = read_tables("export.md")[2:4]
    answers = ["T1.<pole>", "D1", "S1.<stone>.x", "S1.<stone>.y"]
    assert first_words(stories) == [*FIRST_COLUMNS, *answers, *STORY_COLUMNS]
    assert first_words(report) == list(REPORT_COLUMNS)


@pytest.mark.parametrize("format", ["verteltafel-csv", "jsonl"])
def test_the_imports_that_the_manual_names_exist(format: str) -> None:
    assert format in IMPORT_FORMATS
    assert f"stories import {format} " in (HOW_TO / "export.md").read_text(encoding="utf-8")
