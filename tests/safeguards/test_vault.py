"""The vault hides what was typed, import threading
from safeguards.key_ring import KEY_FILE, KeyFile
from the file, from logs, and from the wrong key."""

import base64
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from safeguards.installation import Installation, open_installation
from safeguards.key_ring import KeyFile
from safeguards.vault import KEY_FILE, Original, Vault, VaultError, check_key, open_vault
from storage.tables.stories import VaultRow
from stories.accept import Receipt, Submission
from stories.collections import Collection
from tests.cast import make_submission, tell

TEXTS = [
    "Dina zag de zeehond.",
    "Het was fijn 😀👩‍👧",
    "شكرا على المساعدة",
    "\u202eomgekeerd\u202c en gewoon",
    "é" * 20_000,
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_was_typed_comes_back_as_it_was(installation: Installation, collection: Collection, text: str) -> None:
    receipt = tell(installation, collection, text=text, title="Titel 😀")
    with installation.database.reading() as session:
        original = installation.vault.open(session.get_one(VaultRow, receipt.story_id))
    assert (original.title, original.text) == ("Titel 😀", text)


def test_the_text_is_in_no_file_of_the_database(installation: Installation, collection: Collection) -> None:
    tell(installation, collection, text="Dina zag de zeehond.", title="Het kanaal")
    files = [path.read_bytes() for path in installation.settings.data_folder.iterdir()]
    assert len(files) > 1 and collection.key.encode() in b"".join(files)
    assert not [word for word in (b"zeehond", b"kanaal") for content in files if word in content]


def test_the_locked_text_tells_the_day_and_not_the_moment(installation: Installation, dina: Receipt) -> None:
    with installation.database.reading() as session:
        token = session.get_one(VaultRow, dina.story_id).ciphertext
    moment = int.from_bytes(base64.urlsafe_b64decode(token)[1:9])
    assert moment % 86_400 == 0 and 0 <= time.time() - moment < 2 * 86_400


def test_another_key_opens_nothing_and_says_so(installation: Installation, dina: Receipt) -> None:
    other = Vault(Fernet.generate_key())
    with installation.database.reading() as session, pytest.raises(VaultError, match="De kluis past niet") as caught:
        other.open(session.get_one(VaultRow, dina.story_id))
    assert "zeehond" not in str(caught.value)


@pytest.mark.parametrize("key", ["geen sleutel", "é", "A" * 43])
def test_a_key_that_is_none_is_refused_with_what_to_do(tmp_path: Path, key: str) -> None:
    with pytest.raises(VaultError, match=r"geen geldige sleutel.*back-up") as caught:
        open_vault(key, tmp_path)
    assert key not in str(caught.value)


def test_the_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    open_vault("", tmp_path / "data")
    assert [(path.name, oct(path.stat().st_mode & 0o777)) for path in (tmp_path / "data").iterdir()] == [
        (KEY_FILE, "0o600")
    ]


def test_many_openers_at_once_make_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: open_vault("", tmp_path), range(8)))
    assert len({vault.derive_secret("proef") for vault in vaults}) == 1


def test_a_lost_key_file_is_not_made_anew_while_there_are_stories(installation: Installation, dina: Receipt) -> None:
    (installation.settings.data_folder / KEY_FILE).unlink()
    with pytest.raises(VaultError, match=r"vault\.key is weg"):
        open_installation(installation.settings)
    assert not (installation.settings.data_folder / KEY_FILE).exists()


def test_a_wrong_key_is_refused_at_the_start(installation: Installation, dina: Receipt) -> None:
    with pytest.raises(VaultError, match="De kluis past niet"):
        open_installation(replace(installation.settings, vault_key=Fernet.generate_key().decode()))


def test_an_empty_database_takes_any_key(installation: Installation) -> None:
    with installation.database.reading() as session:
        assert session.scalars(select(VaultRow)).first() is None
        check_key(session, Fernet.generate_key().decode(), installation.settings.data_folder)


def test_nothing_that_may_reach_a_log_shows_the_text_or_the_key(collection: Collection) -> None:
    key = Fernet.generate_key()
    submission: Submission = make_submission(collection, text="zeehond", title="kanaal")
    shown = repr((Original("kanaal", "zeehond"), submission, Vault(key)))
    assert not [word for word in ("zeehond", "kanaal", submission.submission_id, key.decode()) if word in shown]


def test_a_derived_secret_is_not_the_key_and_differs_by_purpose() -> None:
    key = Fernet.generate_key()
    one, other = Vault(key).derive_secret("een"), Vault(key).derive_secret("twee")
    assert len({one, other, key}) == 3 and one == Vault(key).derive_secret("een")


def test_no_thread_uses_the_old_key_while_another_reads_the_new_one(tmp_path: Path) -> None:
    vault, is_reading, go_on = open_vault("", tmp_path), threading.Event(), threading.Event()

    class SlowFile(KeyFile):
        def read(self) -> tuple[bytes, ...]:
            keys = super().read()
            is_reading.set()
            go_on.wait(5)
            return keys

    vault._key_file = SlowFile(tmp_path / KEY_FILE)
    KeyFile(tmp_path / KEY_FILE).add_new()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(vault._current)
        is_reading.wait(5)
        second = threads.submit(vault._current)
        threading.Timer(0.2, go_on.set).start()
        newest = Fernet(KeyFile(tmp_path / KEY_FILE).read()[0])
        assert [newest.decrypt(cipher.result().encrypt(b"brief")) for cipher in (first, second)] == [b"brief"] * 2
