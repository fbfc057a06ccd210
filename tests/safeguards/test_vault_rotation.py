"""Changing the vault's key: everything stays readable, codes stay codes, and the old key is worth nothing."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import LargeBinary, delete, select

from safeguards.installation import Installation, open_installation
from safeguards.key_ring import KEY_FILE, KeyFile
from safeguards.receipts import make_receipt_code
from safeguards.vault import Vault, VaultError, open_vault
from safeguards.vault_rotation import LOCKED, rotate_vault
from safeguards.vault_secrets import OLD_PURPOSE_PER_COLLECTION, OLD_PURPOSES
from storage.tables import Base
from storage.tables.audit import AuditRow
from storage.tables.privacy import VaultSecretRow
from storage.tables.processing import EmbeddingRow
from storage.tables.stories import VaultRow
from stories.collections import Collection
from tests.cast import ROOT, tell
from tests.test_repository import product

N_STORIES = 7
TEXTS = [f"Verhaal {number} van de zeehond 😀." for number in range(N_STORIES)]


@pytest.fixture
def told(installation: Installation, collection: Collection) -> list[str]:
    """Seven stories, and their receipt codes."""
    return [tell(installation, collection, text=text, submission_id=f"{text:<40}").code for text in TEXTS]


def key_path(installation: Installation) -> Path:
    return installation.settings.data_folder / KEY_FILE


def read_texts(installation: Installation) -> list[str]:
    """Every original, opened with what is in the key file at this moment."""
    vault = open_vault(installation.settings.vault_key, installation.settings.data_folder)
    with installation.database.reading() as session:
        return sorted(vault.open(row).text for row in session.scalars(select(VaultRow)))


def test_after_a_change_everything_opens_with_the_new_key_alone(installation: Installation, told: list[str]) -> None:
    old = key_path(installation).read_bytes()
    done = rotate_vault(installation, by="test", batch=3)
    new = key_path(installation).read_bytes()
    assert (done.n_changed, done.was_under_way, done.has_retired) == (N_STORIES + 1, False, True)
    assert len(new.split()) == 1 and new != old and read_texts(installation) == TEXTS


def test_the_old_key_opens_nothing_any_more(installation: Installation, told: list[str]) -> None:
    old = Vault(key_path(installation).read_bytes())
    rotate_vault(installation, by="test")
    with installation.database.reading() as session:
        for _, column in LOCKED:
            for locked in session.scalars(select(column)):
                with pytest.raises(VaultError):
                    old.unlock(locked)


def test_what_the_old_key_locked_is_in_no_file_of_the_database(installation: Installation, told: list[str]) -> None:
    with installation.database.reading() as session:
        locked = [row.ciphertext for row in session.scalars(select(VaultRow))]
    rotate_vault(installation, by="test")
    files = [path.read_bytes() for path in installation.settings.data_folder.rglob("*") if path.is_file()]
    assert not [one for one in locked if any(one in content for content in files)]


def test_a_locked_text_keeps_its_day(installation: Installation, told: list[str]) -> None:
    def days() -> list[int]:
        cipher = Fernet(key_path(installation).read_bytes())
        with installation.database.reading() as session:
            return [cipher.extract_timestamp(row.ciphertext) for row in session.scalars(select(VaultRow))]

    before = days()
    rotate_vault(installation, by="test")
    assert days() == before and all(moment % 86_400 == 0 for moment in before)


def test_codes_and_numbers_stay_what_they_are(installation: Installation, told: list[str]) -> None:
    purposes = (*OLD_PURPOSES, "export pseudonyms demo", "a purpose of later")
    before = [installation.vault.derive_secret(purpose) for purpose in purposes]
    rotate_vault(installation, by="test")
    again = open_installation(installation.settings)
    assert [again.vault.derive_secret(purpose) for purpose in purposes] == before
    assert make_receipt_code(again.vault.derive_secret("receipt codes"), f"{TEXTS[0]:<40}") == told[0]


def test_an_installation_of_before_keeps_the_secrets_that_followed_from_its_key(
    installation: Installation, told: list[str]
) -> None:
    old = open_vault("", installation.settings.data_folder)
    with installation.database.writing() as session:
        session.execute(delete(VaultSecretRow))
    for _ in range(2):
        opened = open_installation(installation.settings)
        for purpose in (*OLD_PURPOSES, "export pseudonyms demo", "export pseudonyms elders"):
            assert opened.vault.derive_secret(purpose) == old.derive_secret(purpose)
        assert opened.vault.derive_secret("new") != old.derive_secret("new")
        rotate_vault(installation, by="test")


def test_the_purposes_kept_for_an_older_installation_are_those_that_the_product_asks_for() -> None:
    asking = [ROOT / path for path in product() if path != "safeguards/vault.py"]
    written = "\n".join(text for path in asking if "derive_secret(" in (text := path.read_text()))
    assert not [purpose for purpose in OLD_PURPOSES if f'"{purpose}"' not in written]
    assert f'f"{OLD_PURPOSE_PER_COLLECTION.format(key="{collection_key}")}"' in written


def test_a_running_process_goes_on_with_the_new_key(
    installation: Installation, collection: Collection, told: list[str]
) -> None:
    rotate_vault(installation, by="test")
    tell(installation, collection, text="Na de wissel.")
    assert read_texts(installation) == ["Na de wissel.", *TEXTS]


def test_a_story_told_during_a_change_is_not_lost(
    installation: Installation, collection: Collection, told: list[str]
) -> None:
    def tell_one(done: int, total: int) -> None:
        tell(installation, collection, text=f"Onder het wisselen {done}.")

    rotate_vault(installation, by="test", batch=4, progress=tell_one)
    assert len(read_texts(installation)) == N_STORIES + 3


def test_the_key_file_stays_for_its_owner_alone(installation: Installation, told: list[str]) -> None:
    rotate_vault(installation, by="test")
    assert key_path(installation).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in installation.settings.data_folder.glob("vault.key*")] == [KEY_FILE]


def test_a_change_is_a_line_in_the_log_without_a_key(installation: Installation, told: list[str]) -> None:
    rotate_vault(installation, by="opdrachtregel")
    with installation.database.reading() as session:
        line = session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert line is not None and (line.action, line.who) == ("rotate_vault", "opdrachtregel")
    assert line.details == {"rows": N_STORIES + 1, "old_key_is_gone": True}


def test_two_changes_at_once_are_refused(installation: Installation, told: list[str]) -> None:
    with (
        KeyFile(key_path(installation)).held(),
        pytest.raises(VaultError, match=r"De sleutel wordt al gewisseld\. Wacht tot dat klaar is\."),
    ):
        rotate_vault(installation, by="test")
    assert len(key_path(installation).read_bytes().split()) == 1


def test_a_row_that_no_key_opens_keeps_the_old_key(installation: Installation, told: list[str]) -> None:
    with installation.database.writing() as session:
        session.scalars(select(VaultRow)).first().ciphertext = Fernet(Fernet.generate_key()).encrypt(b"weg")
    with pytest.raises(VaultError, match=r"1 stukken in de kluis gaan met geen van de sleutels open"):
        rotate_vault(installation, by="test")
    assert len(key_path(installation).read_bytes().split()) == 2


def test_a_key_given_as_a_setting_is_changed_in_the_setting(installation: Installation, told: list[str]) -> None:
    old, new = key_path(installation).read_text().strip(), Fernet.generate_key().decode()
    alone = replace(installation, settings=replace(installation.settings, vault_key=old))
    with pytest.raises(VaultError, match="Zet een nieuwe sleutel ervoor, met een komma ertussen"):
        rotate_vault(alone, by="test")
    both = replace(installation, settings=replace(installation.settings, vault_key=f"{new},{old}"))
    assert rotate_vault(both, by="test").has_retired is False
    only_new = replace(installation, settings=replace(installation.settings, vault_key=new))
    assert read_texts(only_new) == TEXTS and read_texts(both) == TEXTS


def test_every_column_of_bytes_is_changed_or_known_not_to_be_locked() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    locked = {f"{column.class_.__tablename__}.{column.key}" for _, column in LOCKED}
    assert columns == locked | {f"{EmbeddingRow.__tablename__}.vector"}


# What is killed: the n-th time that this function is called, before or after it did its work.
KILL = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
import safeguards.vault_rotation as rotation
from safeguards.key_ring import KeyFile
from safeguards.installation import open_installation
from settings import read_settings

folder, where, when, number = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
calls = 0

def deadly(work):
    def do(*args, **kwargs):
        global calls
        calls += 1
        if calls == number and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = work(*args, **kwargs)
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return do

owner, name = {"add": (KeyFile, "add_new"), "row": (rotation, "_lock_one_anew"), "retire": (KeyFile, "keep_newest"),
               "check": (rotation, "_refuse_rows_left_behind"), "replace": (os, "replace")}[where]
opened = open_installation(replace(read_settings({}), data_folder=folder))
setattr(owner, name, deadly(getattr(owner, name)))
rotation.rotate_vault(opened, by="test", batch=2)
"""
MOMENTS = [
    ("add", "before", 1),
    ("replace", "before", 1),
    ("add", "after", 1),
    ("row", "before", 1),
    ("row", "after", 4),
    ("row", "after", 8),
    ("check", "before", 1),
    ("check", "after", 1),
    ("replace", "before", 2),
    ("retire", "after", 1),
]


@pytest.mark.parametrize(("where", "when", "number"), MOMENTS)
def test_killed_at_any_moment_everything_is_readable_and_the_command_goes_on(
    installation: Installation, collection: Collection, told: list[str], where: str, when: str, number: int
) -> None:
    arguments = [sys.executable, "-c", KILL, str(installation.settings.data_folder), where, when, str(number)]
    killed = subprocess.run(arguments, cwd=ROOT, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert read_texts(open_installation(installation.settings)) == TEXTS
    assert key_path(installation).stat().st_mode & 0o777 == 0o600
    tell(installation, collection, text="Ertussendoor.")
    rotate_vault(installation, by="test")
    assert len(key_path(installation).read_bytes().split()) == 1
    assert read_texts(installation) == ["Ertussendoor.", *TEXTS]
