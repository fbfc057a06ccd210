"""The log as a file, checked beside one, and as much of it as one collection's officer may have."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text

from safeguards import audit
from safeguards.audit_file import AuditFault, check_log, export_for_collection, read_noted_tip, write_log
from safeguards.installation import Installation
from stories.accept import Receipt
from stories.collections import Collection
from tests.safeguards.test_audit import tamper


def write(installation: Installation, path: Path) -> list[dict[str, object]]:
    with installation.database.reading() as session:
        write_log(session, path)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_line_is_in_the_file_and_the_tip_comes_last(
    installation: Installation, dina: Receipt, tmp_path: Path
) -> None:
    lines = write(installation, tmp_path / "log.jsonl")
    assert lines[-1] == {"tip": {"rows": len(lines) - 1, "hash": lines[-2]["hash"]}}
    assert [line["id"] for line in lines[:-1]] == sorted(line["id"] for line in lines[:-1])  # type: ignore[type-var]
    assert lines[-2]["action"] == "accept_story" and dina.story_id not in (tmp_path / "log.jsonl").read_text()


def test_a_log_that_grew_is_still_the_log_of_the_file(installation: Installation, tmp_path: Path) -> None:
    write(installation, tmp_path / "log.jsonl")
    with installation.database.writing() as session:
        audit.record(session, "later", "", by="anna")
        checked = check_log(session, noted=read_noted_tip(tmp_path / "log.jsonl"))
    assert checked.was_compared and checked.n_rows == audit_rows(installation)


def audit_rows(installation: Installation) -> int:
    with installation.database.reading() as session:
        return audit.tip(session)[0]


def test_lines_taken_off_the_end_show_beside_the_file(installation: Installation, tmp_path: Path) -> None:
    write(installation, tmp_path / "log.jsonl")
    tamper(installation, "DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
    with installation.database.reading() as session:
        assert check_log(session).was_compared is False  # the chain alone cannot know
        with pytest.raises(AuditFault, match=r"Er zijn regels weggehaald of vervangen\. Meld dit bij de privacyf"):
            check_log(session, noted=read_noted_tip(tmp_path / "log.jsonl"))


def test_a_changed_line_is_named(installation: Installation, tmp_path: Path) -> None:
    tamper(installation, "UPDATE audit SET who = 'bram' WHERE id = 3")
    with installation.database.reading() as session, pytest.raises(AuditFault, match="klopt niet vanaf regel 3"):
        write_log(session, tmp_path / "log.jsonl")
    assert not (tmp_path / "log.jsonl").exists()


@pytest.mark.parametrize("content", ["", "geen json", "[]", '{"tip": 3}', '{"tip": {"rows": "x", "hash": "y"}}', "{}"])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "iets.txt").write_text(content)
    with pytest.raises(AuditFault, match=r"iets\.txt: dit is geen uitvoer van het logboek\."):
        read_noted_tip(tmp_path / "iets.txt")
    with pytest.raises(AuditFault, match=r"weg\.txt: dit bestand bestaat niet\."):
        read_noted_tip(tmp_path / "weg.txt")


def test_an_officer_gets_the_lines_of_the_own_collection_and_a_chain_of_all(
    installation: Installation, collection: Collection, dina: Receipt
) -> None:
    with installation.database.reading() as session:
        content = export_for_collection(session, collection_key=collection.key, collection_id=collection.id)
    lines = [json.loads(line) for line in content.splitlines()][:-1]
    hidden = [line for line in lines if "hidden" in line]
    assert {line["action"] for line in lines if line not in hidden} >= {"accept_story", "grant_role"}
    assert "cem" not in content and all(set(line) == {"id", "on", "hidden", "previous_hash", "hash"} for line in hidden)
    for before, after in pairwise(lines):
        assert after["previous_hash"] == before["hash"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET who = 'bram'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT id, at, 'bram', action, subject, details, previous_hash, hash FROM audit",
        "REPLACE INTO audit SELECT id + 900, at, 'bram', action, subject, details, previous_hash, hash FROM audit",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(installation: Installation, dina: Receipt, change: str) -> None:
    with pytest.raises(Exception, match="append-only"), installation.database.writing() as session:
        session.execute(text(change))
    with installation.database.reading() as session:
        assert check_log(session).n_rows > 1
