"""The database opens or says why not, writes whole or not at all, and lets writers wait for each other."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from safeguards.installation import Installation
from storage.engine import Database, DatabaseUnusable, leaves_traces, open_database
from storage.migrate import migrate
from storage.tables.people import MembershipRow, UserRow
from tests.cast import ROOT


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = open_database(f"sqlite:///{tmp_path / 'proef.sqlite3'}")
    with database.writing() as session:
        session.execute(text("CREATE TABLE words (word TEXT)"))
    return database


def read_words(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(text("SELECT word FROM words ORDER BY word")))


def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "stuk.sqlite3").write_bytes(b"dit is geen database, maar wel lang genoeg" * 50)
    with pytest.raises(DatabaseUnusable, match=r"stuk\.sqlite3 is niet te openen.*back-up"):
        open_database(f"sqlite:///{tmp_path / 'stuk.sqlite3'}")


@pytest.mark.parametrize("url", ["geen adres", "mysqll://a:geheim@b/c", "postgresql+psycopg3://a:geheim@b/c"])
def test_an_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="geen adres van een database") as caught:
        open_database(url)
    assert "geheim" not in str(caught.value)


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("een bestand op de plek van de map")
    with pytest.raises(DatabaseUnusable, match=r"VERTELTAFEL_DATA_FOLDER"):
        open_database(f"sqlite:///{tmp_path / 'data' / 'proef.sqlite3'}")


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseUnusable, match=r"127\.0\.0\.1/verhalen") as caught:
        open_database("postgresql+psycopg://anna:geheim@127.0.0.1:1/verhalen?connect_timeout=2")
    assert "geheim" not in str(caught.value)


def test_the_files_are_for_their_owner_alone(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        session.execute(text("INSERT INTO words VALUES ('een')"))
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    assert len(modes) == 3 and set(modes.values()) == {"0o600"}


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("secure_delete", 1)])
def test_every_connection_is_set_up(database: Database, pragma: str, value: object) -> None:
    with database.reading() as first, database.reading() as second:
        assert [session.scalar(text(f"PRAGMA {pragma}")) for session in (first, second)] == [value, value]


def test_a_role_without_a_person_cannot_be_stored(installation: Installation) -> None:
    with pytest.raises(IntegrityError), installation.database.writing() as session:
        session.add(MembershipRow(user_id=999, collection_id=None, role="administrator"))


def test_a_failed_action_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        session.execute(text("INSERT INTO words VALUES ('half')"))
        _ = 1 / 0
    assert read_words(database) == []


def test_what_a_reader_writes_is_not_kept(database: Database) -> None:
    with database.reading() as session:
        session.execute(text("INSERT INTO words VALUES ('gelezen')"))
    assert read_words(database) == []


def test_a_second_writer_waits_for_the_first_even_after_reading(database: Database) -> None:
    first_is_in, second_may_go = threading.Event(), threading.Event()

    def write_second() -> None:
        first_is_in.wait()
        second_may_go.set()
        with database.writing() as session:
            session.scalars(text("SELECT word FROM words")).all()
            session.execute(text("INSERT INTO words VALUES ('twee')"))

    second = threading.Thread(target=write_second)
    second.start()
    with database.writing() as session:
        session.execute(text("INSERT INTO words VALUES ('een')"))
        first_is_in.set()
        second_may_go.wait()
        threading.Event().wait(0.1)
    second.join()
    assert read_words(database) == ["een", "twee"]


def test_what_was_deleted_for_good_is_in_no_file(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        session.execute(text("INSERT INTO words VALUES ('zeehond')"))
    with database.writing() as session:
        session.execute(text("DELETE FROM words"))
        leaves_traces(session)
    assert not [path.name for path in tmp_path.iterdir() if b"zeehond" in path.read_bytes()]


def test_a_reader_in_the_way_of_wiping_is_told_not_waited_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.WIPE_TIMEOUT_MS", 50)
    with database.reading() as reader:
        reader.scalars(text("SELECT word FROM words")).all()
        with database.writing() as session:
            session.execute(text("INSERT INTO words VALUES ('een')"))
        assert database.wipe_traces() is False
    assert database.wipe_traces() is True


def test_processes_that_start_together_open_one_database(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from dataclasses import replace\n"
        "from settings import read_settings; from safeguards.installation import open_installation\n"
        "made = open_installation(replace(read_settings({}), data_folder=Path(sys.argv[1])))\n"
        "print(made.vault.derive_secret('proef').hex())"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "data")]
    started = [
        subprocess.Popen(command, cwd=ROOT, env={"PATH": os.environ["PATH"]}, stdout=-1, stderr=-1, text=True)
        for _ in range(3)
    ]
    ends = [(*process.communicate(timeout=60), process.returncode) for process in started]
    assert [(fault[-300:], code) for _, fault, code in ends] == [("", 0)] * 3
    assert len({secret for secret, _, _ in ends}) == 1


def test_a_migration_that_makes_a_table_anew_keeps_what_refers_to_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remake_users(config: Config, revision: str) -> None:
        changes = Operations(MigrationContext.configure(config.attributes["connection"]))
        with changes.batch_alter_table("users", recreate="always"):
            pass

    monkeypatch.setattr("storage.migrate.command.upgrade", remake_users)
    migrate(installation.database.engine)
    with installation.database.reading() as session:
        assert session.query(MembershipRow).count() == 3


def test_migrating_keeps_foreign_keys_on_afterwards(installation: Installation) -> None:
    migrate(installation.database.engine)
    with installation.database.reading() as session:
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.query(UserRow).count() == 3
