"""What stands in an export: columns, numbers, provenance, audit line."""

import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from exports import pack_export
from exports.content import StoriesContent
from exports.formats import FORMATS
from exports.profile import PROFILE_TEXTS, Profile
from safeguards.access import Viewer
from safeguards.installation import Installation
from storage.tables.audit import AuditRow
from stories.accept import Receipt
from stories.collections import Collection
from stories.framework import SignificationFramework
from stories.queries import wide_columns
from stories.selection import Selection
from tests.cast import draw_stories
from tests.exports.conftest import ReadExport, read_rows

Told = dict[str, Receipt]


def test_the_columns_are_the_wide_answers_table_and_then_the_story(
    told: Told, read_export: ReadExport, framework: SignificationFramework
) -> None:
    answers = [column for element in framework.elements.values() for column in wide_columns(element)]
    assert read_export("csv").splitlines()[0].split(",") == [
        "story_id",
        "teller_id",
        "perspective",
        *answers,
        *("title", "text", "language", "consent", "month", "theme", "tags"),
    ]


def test_past_niet_skipped_and_zero_are_three_things(
    installation: Installation, collection: Collection, told: Told, read_export: ReadExport
) -> None:
    draw_stories(installation, collection, "story | T1 | D1 | D2\nx | na | 0 |")
    row = next(row for row in read_rows(read_export("csv")) if row["text"] == "Verhaal x.")
    assert (row["T1.practical"], row["T1.presence"], row["D1"], row["D2"]) == ("na", "na", "0", "")


def test_json_lines_hold_typed_answers(
    installation: Installation, collection: Collection, told: Told, read_export: ReadExport
) -> None:
    drawing = "story | T1 | T2 | D1 | S1 | M2\nx | .5 .25 .25 | na | 12.5 | child 10 90 | happy, proud"
    draw_stories(installation, collection, drawing)
    records = [json.loads(line) for line in read_export("jsonl").splitlines()]
    assert next(one["answers"] for one in records if one["text"] == "Verhaal x.") == {
        "T1": {"practical": 0.5, "learning": 0.25, "presence": 0.25},
        "T2": "na",
        "D1": 12.5,
        "S1": {"child": [10, 90]},
        "M2": ["happy", "proud"],
    }


def test_stored_numbers_do_not_leave_and_the_new_ones_stay_the_same(told: Told, read_export: ReadExport) -> None:
    first, second = read_export("csv"), read_export("csv")
    assert first == second
    assert not any(receipt.story_id in first for receipt in told.values())
    assert not any(row["teller_id"].startswith("t1") and len(row["teller_id"]) < 5 for row in read_rows(first))


def test_two_stories_of_one_teller_share_the_tellers_number(
    installation: Installation, collection: Collection, told: Told, read_export: ReadExport
) -> None:
    draw_stories(installation, collection, "story | teller\nx | t1\ny | t1")
    tellers = pd.Series([row["teller_id"] for row in read_rows(read_export("csv"))]).value_counts()
    assert sorted(tellers.tolist()) == [1] * 12 + [3]


def test_a_formula_in_a_story_is_only_text_in_a_spreadsheet(
    installation: Installation, collection: Collection, told: Told, read_export: ReadExport
) -> None:
    draw_stories(installation, collection, "story | text\nx | =HYPERLINK(1)")
    texts = [row["text"] for row in read_rows(read_export("csv"))]
    assert "'=HYPERLINK(1)" in texts
    assert not any(text.startswith(("=", "+", "-", "@")) for text in texts)


def test_the_provenance_can_be_read_years_later(told: Told, read_export: ReadExport, tmp_path: Path) -> None:
    read_export("csv", selection=Selection(perspectives=("parent",)))
    provenance = json.loads((tmp_path / "uit.csv.herkomst.json").read_text())
    assert provenance["collection"] == {"key": "demo", "title": "Verhalen over Basis jeugdhulp"}
    assert provenance["framework"] == {"id": "bjh-2024-v0.1", "version": 1}
    assert provenance["filters"] == {"wie": ["parent"]}
    assert provenance["process_run"]["finished_on"] == provenance["exported_on"]
    assert provenance["profile"]["holds"] == PROFILE_TEXTS[Profile.EVALUATOR].holds
    assert provenance["notice"] is None
    assert {"na", "empty", "minder dan"} <= set(provenance["meanings"])


def test_the_audit_log_tells_who_took_what_but_not_the_word_looked_for(
    installation: Installation, told: Told, read_export: ReadExport
) -> None:
    read_export("jsonl", selection=Selection(words="dinsdag"))
    with installation.database.reading() as session:
        line = session.scalars(select(AuditRow).where(AuditRow.action == "export_stories")).one()
    assert (line.who, line.subject, line.details["format"], line.details["profile"]) == (
        "anna",
        "demo",
        "jsonl",
        "evaluator",
    )
    assert line.details["counts"]["released"] == 13
    assert line.details["filters"] == ["zoek"]
    assert "dinsdag" not in json.dumps(line.details)


@pytest.mark.parametrize("format", FORMATS)
def test_a_download_holds_the_export_and_where_it_comes_from(
    installation: Installation, evaluator: Viewer, told: Told, read_export: ReadExport, format: str
) -> None:
    packed = pack_export(installation, evaluator, format, collection_key="demo", profile="evaluator")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == [f"demo-evaluator.{format}", f"demo-evaluator.{format}.herkomst.json"]
        assert archive.read(archive.namelist()[0]).decode() == read_export(format)


def test_an_unknown_format_or_profile_is_named_with_what_there_is(told: Told, read_export: ReadExport) -> None:
    with pytest.raises(Exception, match=r'Formaat "pdf" bestaat niet. Kies uit: csv, jsonl'):
        read_export("pdf")
    with pytest.raises(Exception, match=r'Profiel "krant" bestaat niet. Kies uit: evaluator, report'):
        read_export("csv", profile="krant")


def test_an_export_cannot_be_made_of_stories_that_were_not_released(framework: SignificationFramework) -> None:
    with pytest.raises(TypeError, match="ReleasedRows"):
        StoriesContent(framework, None, pd.DataFrame({"text": ["geheim"]}), None)  # type: ignore[arg-type]
