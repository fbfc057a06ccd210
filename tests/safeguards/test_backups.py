"""The restore drill: a backup is made, everything is lost, and it is all there again, on either database."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from safeguards import audit
from safeguards.backups import load_passphrase, make_backup
from safeguards.installation import Installation, open_installation
from safeguards.key_ring import KEY_FILE
from safeguards.restoring import LOCKED, RestoreRefused, restore_backup
from safeguards.vault_rotation import LOCKED as ROTATED
from safeguards.vault_rotation import rotate_vault
from safeguards.withdrawal import find_story_by_code
from safeguards.withdrawn_list import LIST_FILE, WithdrawnListError, keep_withdrawn_list
from settings import Settings, read_settings
from storage.backup import LEFT_OUT, count_tables, snapshot, tables_to_keep
from storage.backup_file import BackupError
from storage.backup_values import kinds_of
from storage.migrate import apply_migrations, changing_tables
from storage.tables import Base
from storage.tables.audit import AuditRow
from storage.tables.people import SignInRow, UserRow
from storage.tables.stories import AnswerRow, StoryRow, VaultRow
from stories.accept import Receipt, StoryWithdrawn, accept_story
from stories.collections import find_collection, make_collection
from tests.cast import draw_stories, make_submission, read_framework, tell, withdraw
from tests.servers import postgresql_database

PASSPHRASE = "een lange zin voor de reservekopie"
STORIES = """
    story | perspective | T1         | D1 | M1   | text
    een   | parent      | .8 .1 .1   | 30 | good | Zij luisterde ✓ en zei "ja".
    twee  | worker      | na         |    |      | We gingen samen.
    drie  | child_8_12  | .2 .2 .6   | 0  |      | Ik was bij opa.
"""


@pytest.fixture(autouse=True, scope="module")
def quick_keys() -> Iterator[None]:
    """A key that is quick to make: a real one takes a third of a second, on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.backup_file.SCRYPT_N", 2)
        yield


@pytest.fixture
def told(installation: Installation) -> dict[str, Receipt]:
    """Three stories in the demo collection."""
    with installation.database.reading() as session:
        return draw_stories(installation, find_collection(session, "demo"), STORIES)


@pytest.fixture
def backup(installation: Installation, told: dict[str, Receipt], tmp_path: Path) -> Path:
    """A backup of the installation with three stories, without its key."""
    make_backup(installation, tmp_path / "a.backup", passphrase=PASSPHRASE, by="test")
    return tmp_path / "a.backup"


@pytest.fixture
def elsewhere(installation: Installation, tmp_path: Path) -> Settings:
    """A new machine, with the vault's key brought by hand."""
    folder = tmp_path / "nieuw"
    folder.mkdir()
    shutil.copy(installation.settings.data_folder / KEY_FILE, folder)
    return replace(installation.settings, data_folder=folder)


def put_back(settings: Settings, backup: Path, **wanted: object) -> Installation:
    restore_backup(settings, backup, passphrase=PASSPHRASE, by="test", **wanted)  # type: ignore[arg-type]
    return open_installation(settings)


def count(installation: Installation, table: type) -> int:
    with installation.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(("source", "target"), [("sqlite", "sqlite"), ("sqlite", "pg"), ("pg", "sqlite"), ("pg", "pg")])
def test_everything_is_there_again_on_either_database(
    installation: Installation, tmp_path: Path, elsewhere: Settings, source: str, target: str
) -> None:
    with ExitStack() as stack:
        if source == "pg":
            installation = open_installation(
                replace(installation.settings, database=stack.enter_context(postgresql_database()))
            )
            with installation.database.writing() as session:
                make_collection(session, read_framework(), key="demo", title="Verhalen")
        if target == "pg":
            elsewhere = replace(elsewhere, database=stack.enter_context(postgresql_database()))
        with installation.database.reading() as session:
            told = draw_stories(installation, find_collection(session, "demo"), STORIES)
        made = make_backup(installation, tmp_path / "a.backup", passphrase=PASSPHRASE, by="test")
        again = put_back(elsewhere, tmp_path / "a.backup")
        check_same(installation, again, told)
        with again.database.reading() as session:
            assert audit.first_broken_row(session) is None and audit.has_tip(session, made.audit_tip)
            collection = find_collection(session, "demo")
        tell(again, collection)  # ids go on where they were
        assert count(again, StoryRow) == 4
        for each in (installation, again):
            each.database.engine.dispose()


def check_same(before: Installation, after: Installation, told: dict[str, Receipt]) -> None:
    """The same stories, answers and originals; every code opens its own story."""
    columns = {table.name: kinds_of(table) for table in tables_to_keep() if table.name != "audit"}
    counts = []
    for each in (before, after):
        with snapshot(each.database) as connection:
            counts.append(count_tables(connection, columns))
    assert counts[0] == counts[1] and counts[0]["stories"].rows == 3 and counts[0]["answers"].rows == 9
    with before.database.reading() as old, after.database.reading() as new:
        for receipt in told.values():
            assert find_story_by_code(new, receipt.code) == receipt.story_id
            opened = [
                vault.open(session.get_one(VaultRow, receipt.story_id))
                for vault, session in ((before.vault, old), (after.vault, new))
            ]
            assert opened[0].text == opened[1].text and opened[0].text


def test_the_file_holds_no_story_no_name_and_is_for_its_owner_alone(backup: Path) -> None:
    content = backup.read_bytes()
    assert not [word for word in (b"luisterde", b"anna", b"stories", b"Verhalen") if word in content]
    assert oct(backup.stat().st_mode & 0o777) == "0o600"


def test_the_backup_says_what_is_in_it(installation: Installation, told: object, tmp_path: Path) -> None:
    made = make_backup(installation, tmp_path / "a.backup", passphrase=PASSPHRASE, by="test")
    assert made.tables["stories"].rows == 3 and made.rows == sum(each.rows for each in made.tables.values())
    assert not made.has_vault_key and made.bytes == (tmp_path / "a.backup").stat().st_size
    with installation.database.reading() as session:
        assert audit.tip(session) == made.audit_tip
        assert session.scalars(select(AuditRow.action).order_by(AuditRow.id.desc())).first() == "make_backup"


def test_what_is_written_meanwhile_is_not_half_in_it(
    installation: Installation, told: object, elsewhere: Settings, tmp_path: Path
) -> None:
    with installation.database.reading() as session:
        collection = find_collection(session, "demo")

    def tell_one_more(done: int, total: int) -> None:
        tell(installation, collection, text="Tijdens de back-up.")

    made = make_backup(installation, tmp_path / "a", passphrase=PASSPHRASE, by="test", progress=tell_one_more)
    assert made.tables["stories"].rows == made.tables["vault"].rows == 3 < count(installation, StoryRow)
    assert count(put_back(elsewhere, tmp_path / "a"), StoryRow) == 3


def test_open_sign_ins_and_links_do_not_come_back(
    installation: Installation, backup: Path, elsewhere: Settings, anna: object
) -> None:
    make_backup(installation, backup, passphrase=PASSPHRASE, by="test")
    again = put_back(elsewhere, backup)
    assert count(installation, SignInRow) > 0 == count(again, SignInRow)
    assert set(Base.metadata.tables) >= LEFT_OUT
    assert count(again, UserRow) == count(installation, UserRow)


def test_a_story_withdrawn_after_the_backup_stays_gone(
    installation: Installation, told: dict[str, Receipt], backup: Path, elsewhere: Settings
) -> None:
    withdraw(installation, told["een"])
    with installation.database.reading() as session:
        keep_withdrawn_list(session, installation.settings.data_folder)
    again = put_back(elsewhere, backup, withdrawn=[installation.settings.data_folder / LIST_FILE])
    with again.database.reading() as session:
        assert find_story_by_code(session, told["een"].code) is None
        assert session.get(VaultRow, told["een"].story_id) is None
        assert not list(session.scalars(select(AnswerRow).where(AnswerRow.story_id == told["een"].story_id)))
        assert audit.first_broken_row(session) is None
    assert count(again, StoryRow) == 2
    again.database.engine.dispose()
    files = [path for path in elsewhere.data_folder.iterdir() if "sqlite" in path.name]
    assert files and not [path.name for path in files if told["een"].story_id.encode() in path.read_bytes()]


def test_the_list_beside_the_database_is_used_without_asking(
    installation: Installation, told: dict[str, Receipt], backup: Path
) -> None:
    withdraw(installation, told["een"])
    folder = installation.settings.data_folder
    with installation.database.reading() as session:
        keep_withdrawn_list(session, folder)
    installation.database.engine.dispose()
    for path in folder.glob("verteltafel.sqlite3*"):
        path.unlink()
    assert count(put_back(installation.settings, backup), StoryRow) == 2


def test_a_phone_cannot_send_again_what_was_withdrawn_after_the_backup(
    installation: Installation, backup: Path, elsewhere: Settings
) -> None:
    with installation.database.reading() as session:
        sent = make_submission(find_collection(session, "demo"))
    with installation.database.writing() as session:
        receipt = accept_story(session, sent, vault=installation.vault, max_characters=1000)
    withdraw(installation, receipt)
    with installation.database.reading() as session:
        keep_withdrawn_list(session, elsewhere.data_folder)
    again = put_back(elsewhere, backup)
    with again.database.writing() as session, pytest.raises(StoryWithdrawn):
        accept_story(session, sent, vault=again.vault, max_characters=1000)


def test_a_restore_that_was_stopped_before_its_last_step_is_finished_by_the_next_start(
    installation: Installation,
    told: dict[str, Receipt],
    backup: Path,
    elsewhere: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    withdraw(installation, told["een"])
    with installation.database.reading() as session:
        keep_withdrawn_list(session, elsewhere.data_folder)
    with monkeypatch.context() as patch:
        patch.setattr("safeguards.restoring._remove_withdrawn", lambda database, by: 0)
        restore_backup(elsewhere, backup, passphrase=PASSPHRASE, by="test")
    again = open_installation(elsewhere)
    with again.database.reading() as session:
        assert find_story_by_code(session, told["een"].code) is None
    assert count(again, StoryRow) == 2


def test_whoever_withdraws_is_on_the_list_at_once(installation: Installation, told: dict[str, Receipt]) -> None:
    opened = open_installation(installation.settings)
    path = installation.settings.data_folder / LIST_FILE
    assert not path.exists()
    withdraw(opened, told["een"])
    assert len(path.read_text().split()) == 1 and oct(path.stat().st_mode & 0o777) == "0o600"
    withdraw(opened, told["twee"])
    assert len(path.read_text().split()) == 2


def test_a_list_that_cannot_be_written_does_not_stop_a_withdrawal(
    installation: Installation, told: dict[str, Receipt], caplog: pytest.LogCaptureFixture
) -> None:
    opened = open_installation(installation.settings)
    (installation.settings.data_folder / LIST_FILE).mkdir()
    assert withdraw(opened, told["een"]) and count(opened, StoryRow) == 2
    assert "list of withdrawn stories could not be written" in caplog.text


def test_the_list_only_grows_and_survives_a_line_that_was_cut_off(
    installation: Installation, told: dict[str, Receipt], tmp_path: Path
) -> None:
    (tmp_path / LIST_FILE).write_text(f"{'a' * 64}\n{'b' * 10}")
    withdraw(installation, told["een"])
    with installation.database.reading() as session:
        assert [keep_withdrawn_list(session, tmp_path) for _ in range(2)] == [1, 0]
    lines = (tmp_path / LIST_FILE).read_text().splitlines()
    assert lines[:2] == ["a" * 64, "b" * 10] and len(lines[2]) == 64


def test_a_list_that_is_damaged_is_refused_with_its_line(backup: Path, elsewhere: Settings, tmp_path: Path) -> None:
    (tmp_path / "lijst.txt").write_text(f"{'a' * 64}\ngeen merkteken\n")
    with pytest.raises(WithdrawnListError, match=r"lijst\.txt, regel 2"):
        put_back(elsewhere, backup, withdrawn=[tmp_path / "lijst.txt"])


def test_the_key_is_kept_apart_unless_asked(
    installation: Installation, told: object, elsewhere: Settings, tmp_path: Path
) -> None:
    (elsewhere.data_folder / KEY_FILE).unlink()
    make_backup(installation, tmp_path / "zonder", passphrase=PASSPHRASE, by="test")
    with pytest.raises(RestoreRefused, match=r"zit niet in deze back-up\. Zet vault\.key in de datamap"):
        put_back(elsewhere, tmp_path / "zonder")
    make_backup(installation, tmp_path / "met", passphrase=PASSPHRASE, by="test", with_key=True)
    again = put_back(elsewhere, tmp_path / "met")
    assert again.vault.derive_secret("proef") == installation.vault.derive_secret("proef")
    assert oct((elsewhere.data_folder / KEY_FILE).stat().st_mode & 0o777) == "0o600"


def test_another_key_is_refused_before_anything_changes(
    installation: Installation, backup: Path, elsewhere: Settings
) -> None:
    key = installation.settings.data_folder / KEY_FILE
    rotate_vault(installation, by="test")
    shutil.copy(key, elsewhere.data_folder)
    with pytest.raises(RestoreRefused, match=r"past niet bij deze back-up.*van de dag van de back-up"):
        put_back(elsewhere, backup)
    assert [path.name for path in elsewhere.data_folder.iterdir()] == [KEY_FILE]


def test_what_the_key_locks_is_all_tried() -> None:
    rotated = {(column.class_.__tablename__, column.key) for _, column in ROTATED}
    assert rotated == {(table, column) for table, columns in LOCKED.items() for column in columns}


def test_only_an_empty_installation_takes_a_backup(installation: Installation, backup: Path) -> None:
    with pytest.raises(RestoreRefused, match="staan al gegevens"):
        put_back(installation.settings, backup)
    assert count(installation, StoryRow) == 3


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30] + b"x" + path.read_bytes()[-29:])


@pytest.mark.parametrize("damage", [cut, flip, Path.unlink])
def test_a_damaged_backup_changes_nothing(backup: Path, elsewhere: Settings, damage: Callable[[Path], None]) -> None:
    damage(backup)
    with pytest.raises(BackupError):
        put_back(elsewhere, backup)
    assert [path.name for path in elsewhere.data_folder.iterdir()] == [KEY_FILE]


def test_checking_reads_everything_and_changes_nothing(backup: Path, elsewhere: Settings) -> None:
    seen = restore_backup(elsewhere, backup, passphrase=PASSPHRASE, by="test", only_check=True)
    assert (seen.stories, seen.is_put_back) == (3, False) and seen.locked >= 3
    assert [path.name for path in elsewhere.data_folder.iterdir()] == [KEY_FILE]


def test_a_backup_of_a_newer_version_is_refused(
    backup: Path, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safeguards.restoring.is_known_revision", lambda revision: False)
    with pytest.raises(RestoreRefused, match="nieuwere versie"):
        put_back(elsewhere, backup)


def test_an_older_backup_is_brought_up_to_date(
    installation: Installation, told: object, elsewhere: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the program of then would have written: its tables, and its columns of them.
    old = open_older(tmp_path / "oud", installation, monkeypatch)
    make_backup(old, tmp_path / "a", passphrase=PASSPHRASE, by="test")
    monkeypatch.undo()
    monkeypatch.setattr("storage.backup_file.SCRYPT_N", 2)
    again = put_back(elsewhere, tmp_path / "a")
    with again.database.reading() as session:
        assert session.scalar(text("SELECT attempts FROM runs")) == 0
        assert session.scalars(select(UserRow.name)).all() == ["anna"]
        assert session.scalar(text("SELECT count(*) FROM seats")) == 0


def open_older(folder: Path, newer: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation whose tables are of the first version, with a person and a run in it."""
    from storage.engine import open_database

    folder.mkdir()
    database = open_database(f"sqlite:///{folder / 'oud.sqlite3'}")
    with changing_tables(database.engine) as connection:
        apply_migrations(connection, revision="0001")
        connection.execute(
            text(
                "INSERT INTO users (name, display_name, password_hash, must_change_password, is_active, failed_tries,"
                " created_at) VALUES ('anna', 'Anna', 'x', 0, 1, 0, '2024-06-03 12:00:00')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO runs (kind, state, requested_by, requested_at, step, done, total, parameters, versions,"
                " result) VALUES ('process', 'done', 'anna', '2024-06-03 12:00:00', '', 0, 0, '{}', '{}', '{}')"
            )
        )
        names = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
        columns = {name: {row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({name})")} for name in names}
    tables = [table for table in tables_to_keep() if table.name in names]
    monkeypatch.setattr("storage.backup.tables_to_keep", lambda: tables)
    monkeypatch.setattr(
        "storage.backup.kinds_of",
        lambda table: [each for each in kinds_of(table) if each.name in columns[table.name]],
    )
    return Installation(replace(read_settings({}), data_folder=folder), database, newer.vault)


def test_a_second_backup_to_the_same_file_waits_for_nobody(
    installation: Installation, backup: Path, told: object
) -> None:
    def again(done: int, total: int) -> None:
        with pytest.raises(BackupError, match=r"wordt al een back-up a\.backup gemaakt"):
            make_backup(installation, backup, passphrase=PASSPHRASE, by="test")

    make_backup(installation, backup, passphrase=PASSPHRASE, by="test", progress=again)


def test_a_folder_that_is_not_there_is_named(installation: Installation, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"a\.backup kan niet geschreven worden"):
        make_backup(installation, tmp_path / "weg" / "a.backup", passphrase=PASSPHRASE, by="test")


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="sleutelbestand weg van de back-up is niet te lezen"):
        load_passphrase(tmp_path / "weg")


def test_every_table_is_in_a_backup_or_left_out_on_purpose() -> None:
    kept = {table.name for table in tables_to_keep()}
    assert kept | LEFT_OUT == set(Base.metadata.tables) and not kept & LEFT_OUT
    json.dumps([kinds_of(table) for table in Base.metadata.sorted_tables])  # every type has a kind
