"""Importing as a whole: once, all or nothing, said and logged."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from imports.faults import StoryFileError
from imports.numbers import ImportNumbers
from imports.registry import ImportFormatUnknown, import_stories
from safeguards.installation import Installation
from storage.tables.audit import AuditRow
from storage.tables.collections import CollectionRow
from storage.tables.stories import StoryRow
from stories.collections import CollectionUnknown
from tests.imports.conftest import ImportText, count_stories

TWO = "story_id,teller_id,perspective,consent,text\n1,klant 123,parent,table,Een.\n2,klant 123,worker,report,Twee.\n"


def test_the_same_file_again_adds_nothing(installation: Installation, import_text: ImportText) -> None:
    first, second = import_text(TWO), import_text(TWO)
    assert (first.accepted, first.repeated) == (2, 0)
    assert (second.accepted, second.repeated) == (0, 2)
    assert count_stories(installation) == 2


def test_the_same_file_in_another_collection_is_another_story(
    installation: Installation, import_text: ImportText
) -> None:
    import_text(TWO)
    assert import_text(TWO, into="elders").accepted == 2
    assert count_stories(installation) == 4


def test_one_fault_on_the_last_row_stores_nothing(installation: Installation, import_text: ImportText) -> None:
    rows = "".join(f"{number},t{number},parent,table,Tekst {number}.\n" for number in range(150))
    with pytest.raises(StoryFileError, match="rij 152"):
        import_text("story_id,teller_id,perspective,consent,text\n" + rows + "x,t,oma,table,Tekst.\n")
    assert count_stories(installation) == 0


def test_a_clients_number_is_not_kept_but_links_two_stories(
    installation: Installation, import_text: ImportText
) -> None:
    import_text(TWO)
    with installation.database.reading() as session:
        tellers = session.scalars(select(StoryRow.teller_id)).all()
    assert len(set(tellers)) == 1
    assert "123" not in tellers[0] or len(tellers[0]) == 40


def test_nobody_can_make_the_submission_of_an_imported_story(installation: Installation) -> None:
    other = installation.vault.derive_secret("x")
    numbers = ImportNumbers(installation.vault, "demo")
    assert len(numbers.submission_id("1")) >= 16
    assert numbers.submission_id("1") != ImportNumbers(installation.vault, "elders").submission_id("1")
    assert other.hex() not in repr(numbers)
    assert numbers.submission_id("1") not in repr(numbers)


def test_the_audit_log_counts_an_import(installation: Installation, import_text: ImportText) -> None:
    import_text(TWO)
    with installation.database.reading() as session:
        line = session.scalars(select(AuditRow).where(AuditRow.action == "import_stories")).one()
    assert (line.who, line.subject, line.details) == (
        "anna",
        "demo",
        {"format": "verteltafel-csv", "accepted": 2, "repeated": 0, "set_apart": 0},
    )


def test_progress_ends_at_the_number_of_stories(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "veel.csv"
    path.write_text("story_id,perspective\n" + "".join(f"{number},parent\n" for number in range(120)))
    steps: list[tuple[int, int]] = []
    import_stories(
        installation,
        "verteltafel-csv",
        [path],
        collection_key="demo",
        by="anna",
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps == [(100, 120), (120, 120)]


def test_a_closed_collection_takes_no_file(installation: Installation, import_text: ImportText) -> None:
    with installation.database.writing() as session:
        session.scalars(select(CollectionRow).where(CollectionRow.key == "demo")).one().is_open = False
    with pytest.raises(StoryFileError, match='verzameling "demo" is gesloten'):
        import_text(TWO)


def test_what_does_not_exist_is_said(installation: Installation, import_text: ImportText, tmp_path: Path) -> None:
    with pytest.raises(ImportFormatUnknown, match="Kies uit: verteltafel-csv, jsonl, comments-csv"):
        import_text(TWO, "excel")
    with pytest.raises(ImportFormatUnknown, match="heeft een mapping nodig"):
        import_text(TWO, "comments-csv")
    with pytest.raises(CollectionUnknown):
        import_text(TWO, into="nergens")
    for format in ("verteltafel-csv", "jsonl"):
        with pytest.raises(StoryFileError, match=r"weg\.csv: dit bestand bestaat niet"):
            import_stories(installation, format, [tmp_path / "weg.csv"], collection_key="demo", by="anna")


def test_no_fault_holds_a_story(import_text: ImportText) -> None:
    secret = "Mijn buurman Klaas Vaak dronk te veel. " * 900
    rows = [
        {"id": "1", "perspective": "oma", "text": secret},
        {"id": "2", "perspective": "parent", "text": secret, "answers": {"D1": "x"}},
    ]
    with pytest.raises(StoryFileError) as error:
        import_text("\n".join(json.dumps(row) for row in rows), "jsonl")
    assert "Klaas" not in str(error.value) + repr(error.value.faults)
    assert len(error.value.faults) == 4
