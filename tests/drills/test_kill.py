"""kill -9 in the middle of writing, migrating and backing up: what was promised is there, nothing is half."""

import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from safeguards import audit
from safeguards.backups import make_backup
from safeguards.installation import Installation, open_installation
from safeguards.restoring import restore_backup
from safeguards.withdrawal import find_story_by_code
from storage.backup import read_revision
from storage.engine import open_database
from storage.migrate import apply_migrations, changing_tables
from storage.tables.processing import RunRow
from storage.tables.stories import AnswerRow, StoryRow, VaultRow
from stories.accept import accept_story
from stories.collections import find_collection, make_collection
from tests.cast import make_submission, read_framework, tell
from tests.drills.actor import HALFWAY, PASSPHRASE
from tests.drills.conftest import Start
from tests.servers import postgresql_database

ENOUGH = 15


def listen(process: subprocess.Popen[str], n_lines: int) -> list[str]:
    """The first lines that a process says."""
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(n_lines)]
    assert all(lines), process.stderr.read()[-500:] if process.stderr else ""
    return lines


def kill(process: subprocess.Popen[str]) -> list[str]:
    """kill -9, and what the process had still said before it."""
    process.send_signal(signal.SIGKILL)
    assert process.stdout is not None
    rest = process.stdout.read()  # not `communicate`, which passes over what `readline` had read ahead
    assert process.wait() == -signal.SIGKILL
    return [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, installation: Installation) -> Iterator[Installation]:
    """An installation with a collection, on either database."""
    if request.param == "sqlite":
        yield installation
        return
    with postgresql_database() as url:
        made = open_installation(replace(installation.settings, database=url))
        with made.database.writing() as session:
            make_collection(session, read_framework(), key="demo", title="Verhalen")
        yield made
        made.database.engine.dispose()


def test_every_story_whose_code_was_shown_is_there_once_after_a_kill(home: Installation, start: Start) -> None:
    environ = {"VERTELTAFEL_DATABASE": home.settings.database} if home.settings.database else {}
    writers = [start("tell", home.settings.data_folder, **environ) for _ in range(2)]
    promised = [line for writer in writers for line in listen(writer, ENOUGH)]
    promised += [line for writer in writers for line in kill(writer)]
    again = open_installation(home.settings)
    with again.database.reading() as session:
        for line in promised:
            _, story_id, code = line.split()
            assert find_story_by_code(session, code) == story_id
            assert again.vault.open(session.get_one(VaultRow, story_id)).text.startswith("De zeehond.")
        n_stories = session.scalar(select(func.count()).select_from(StoryRow)) or 0
        # Stored just before the kill and not said any more: at most the one that each was busy with.
        assert len(promised) <= n_stories <= len(promised) + len(writers)
        assert n_stories == session.scalar(select(func.count()).select_from(VaultRow))
        assert audit.first_broken_row(session) is None
        if not home.settings.database:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    send_again(again, promised[-1].split())
    again.database.engine.dispose()


def send_again(installation: Installation, promised: list[str]) -> None:
    """What a phone does that saw no answer: the same story, and the same code."""
    submission_id, story_id, code = promised
    with installation.database.writing() as session:
        sent = make_submission(find_collection(session, "demo"), submission_id=submission_id)
        receipt = accept_story(session, sent, vault=installation.vault, max_characters=20_000)
    assert (receipt.story_id, receipt.code, receipt.is_repeat) == (story_id, code, True)


def test_a_migration_that_was_killed_is_done_whole_by_the_next_start(
    installation: Installation, start: Start, tmp_path: Path
) -> None:
    settings = replace(installation.settings, data_folder=tmp_path / "oud")
    settings.data_folder.mkdir()
    database = open_database(settings.database_url)
    with changing_tables(database.engine) as connection:
        apply_migrations(connection, revision="0004")
        for number in range(500):
            connection.execute(
                text(
                    "INSERT INTO runs (kind, state, requested_by, requested_at, step, done, total, parameters, "
                    "versions, result) VALUES ('process', 'done', :by, '2024-06-03', '', 0, 0, '{}', '{}', '{}')"
                ),
                {"by": f"anna {number}"},
            )
    database.engine.dispose()

    process = start("migrate", settings.data_folder)
    assert listen(process, 1) == [HALFWAY]
    kill(process)
    with database.engine.connect() as connection:
        assert read_revision(connection) == "0004"
        assert "attempts" not in {row[1] for row in connection.exec_driver_sql("PRAGMA table_info(runs)")}
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    database.engine.dispose()

    again = open_installation(settings)
    with again.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RunRow)) == 500
        assert session.scalars(select(RunRow.attempts).distinct()).all() == [0]
    again.database.engine.dispose()


def test_a_backup_that_was_killed_leaves_the_earlier_one_and_no_half_one(
    installation: Installation, start: Start, tmp_path: Path
) -> None:
    with installation.database.reading() as session:
        collection = find_collection(session, "demo")
    tell(installation, collection)
    target = tmp_path / "verhalen.backup"
    make_backup(installation, target, passphrase=PASSPHRASE, by="test")
    earlier = target.read_bytes()
    tell(installation, collection)

    process = start("backup", installation.settings.data_folder, target)
    assert listen(process, 1) == [HALFWAY]
    kill(process)
    assert target.read_bytes() == earlier
    assert {path.name for path in tmp_path.glob("*.backup")} == {target.name}

    made = make_backup(installation, target, passphrase=PASSPHRASE, by="test")
    assert made.tables["stories"].rows == 2
    assert not list(tmp_path.glob(".*.deel")), "what the killed one left behind was used up"
    seen = restore_backup(installation.settings, target, passphrase=PASSPHRASE, by="test", only_check=True)
    assert seen.stories == 2


def test_a_restore_that_was_killed_leaves_an_empty_installation(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_in = open_installation(installation.settings)
    with tell_in.database.reading() as session:
        collection = find_collection(session, "demo")
    tell(tell_in, collection, answers={})
    target = tmp_path / "a.backup"
    make_backup(tell_in, target, passphrase=PASSPHRASE, by="test", with_key=True)
    elsewhere = replace(installation.settings, data_folder=tmp_path / "nieuw")
    elsewhere.data_folder.mkdir()

    def stop(*rest: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("safeguards.restoring._finish", stop)
        with pytest.raises(KeyboardInterrupt):
            restore_backup(elsewhere, target, passphrase=PASSPHRASE, by="test")
    assert restore_backup(elsewhere, target, passphrase=PASSPHRASE, by="test").stories == 1
    again = open_installation(elsewhere)
    with again.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AnswerRow)) == 0
