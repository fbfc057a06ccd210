"""The commands on retention, the vault's key and the audit log."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

import manage
from safeguards import audit
from safeguards.installation import Installation
from safeguards.key_ring import KEY_FILE
from storage.tables.audit import AuditRow
from storage.tables.stories import StoryRow, VaultRow
from stories.accept import Receipt
from tests.test_manage import Run, run

__all__ = ["run"]
Said = Callable[[], dict[str, object]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """What the last command printed with --json."""
    return lambda: json.loads(capsys.readouterr().out)


def grow_old(installation: Installation, receipt: Receipt, days: int) -> None:
    with installation.database.writing() as session:
        told_on = date.today() - timedelta(days=days)
        session.execute(update(StoryRow).where(StoryRow.id == receipt.story_id).values(told_on=told_on))


def test_retention_says_first_and_does_then(run: Run, said: Said, installation: Installation, dina: Receipt) -> None:
    grow_old(installation, dina, 100)
    plans = []
    for words in (("--dry-run",), (), ("--dry-run",)):
        assert run("retention", "run", *words, "--json") == 0
        result = said()
        plans.append((result["dry_run"], result["collections"][0]["n_originals"]))  # type: ignore[index]
    assert plans == [(True, 1), (False, 1), (True, 0)]
    with installation.database.reading() as session:
        assert session.get(StoryRow, dina.story_id) is not None and session.get(VaultRow, dina.story_id) is None


def test_retention_says_it_in_words(run: Run, installation: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("retention", "run", "--dry-run") == 0
    assert "Zou nu weggaan:\n  demo: 0 originelen, 0 hele verhalen" in capsys.readouterr().err


def test_the_key_is_changed_and_never_printed(
    run: Run, installation: Installation, dina: Receipt, capsys: pytest.CaptureFixture[str]
) -> None:
    path = installation.settings.data_folder / KEY_FILE
    old = path.read_text()
    assert run("vault", "rotate") == 0
    printed = capsys.readouterr()
    assert "De sleutel is gewisseld. 2 stukken zijn opnieuw versleuteld." in " ".join(printed.err.split())
    assert not [key for key in (old, path.read_text()) if key.strip() in printed.err + printed.out]
    assert old != path.read_text()


def test_the_log_is_checked_beside_its_own_export(
    run: Run, said: Said, installation: Installation, dina: Receipt, tmp_path: Path
) -> None:
    assert run("audit", "export", tmp_path / "log.jsonl", "--json") == 0
    exported = said()
    assert run("audit", "check", "--against", tmp_path / "log.jsonl", "--json") == 0
    assert said() == {**exported, "was_compared": True}
    assert run("audit", "check", "--tip", f"{exported['n_rows']}:{exported['tip_hash']}", "--json") == 0
    with installation.database.reading() as session:
        assert session.scalars(select(AuditRow.action)).all()[-1] == "export_audit"


@pytest.mark.parametrize(
    ("tip", "sentence"),
    [
        ("vijf:abc", '"vijf:abc" is geen vingerafdruk. Geef aantal:vingerafdruk'),
        ("3:" + "f" * 64, "Het logboek is niet meer het logboek dat is genoteerd: daarin stonden 3 regels"),
    ],
)
def test_a_log_that_is_another_ends_with_exit_code_2(
    run: Run, capsys: pytest.CaptureFixture[str], tip: str, sentence: str
) -> None:
    assert run("audit", "check", "--tip", tip) == 2
    assert sentence in capsys.readouterr().err


def test_check_shows_the_tip(run: Run, said: Said, installation: Installation) -> None:
    assert run("check", "--json") == 0
    with installation.database.reading() as session:
        count, tip = audit.tip(session)
    assert said()["audit_tip"] == f"{count}:{tip}"


def test_no_command_opens_an_original(capsys: pytest.CaptureFixture[str], run: Run) -> None:
    source = Path(manage.__file__).read_text()
    assert "open_original" not in source and "vault.open(" not in source
    run("vault", "--help")
    offered = capsys.readouterr().out
    assert "rotate" in offered and "open" not in offered
