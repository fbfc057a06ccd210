"""The vault: title and text as typed, encrypted. Everything else works on masked text."""

import hmac
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from safeguards.key_ring import KEY_FILE, KeyFile, VaultError, split_keys
from storage.tables.stories import StoryRow, VaultRow

SECONDS_PER_DAY = 86_400
ROOT_SECRET = ""
LOCK = 7_281_003  # any number that is ours: PostgreSQL knows the lock by it

__all__ = ["KEY_FILE", "Original", "Vault", "VaultError", "check_key", "open_vault"]


@dataclass(frozen=True)
class Original:
    """A story as the teller typed it."""

    title: str
    text: str

    def __repr__(self) -> str:
        return f"Original({len(self.text)} characters)"  # never in a log or an error


class Vault:
    """Encrypts with the newest key, and decrypts with any key that is still there."""

    def __init__(
        self, key: bytes, *, key_file: KeyFile | None = None, secrets: Mapping[str, bytes] | None = None
    ) -> None:
        """key: one key, or several with the newest first. secrets: by purpose, as `vault_secrets` keeps them."""
        self._key_file = key_file
        self._keys = split_keys(key)
        self._cipher = _make_cipher(self._keys)
        # Without stored secrets they follow from the key, as they did before keys could be changed.
        self._root, self._secrets = self._keys[0], dict(secrets or {})
        self._reading_keys = threading.Lock()

    def with_secrets(self, secrets: Mapping[str, bytes]) -> "Vault":
        """The same vault, knowing the secrets that outlive its keys."""
        return Vault(b"\n".join(self._keys), key_file=self._key_file, secrets=secrets)

    def store(self, session: Session, story_id: str, original: Original) -> None:
        """Lock an original away; a story has one."""
        content = json.dumps([original.title, original.text], ensure_ascii=False)
        session.add(VaultRow(story_id=story_id, ciphertext=self.lock(session, content)))

    def lock(self, session: Session, content: str) -> bytes:
        """Encrypt a text that goes into the database in this writing session."""
        wait_for_key(session)
        # What Fernet makes carries its moment in plain sight; the day is the finest time we keep.
        day = int(time.time()) // SECONDS_PER_DAY * SECONDS_PER_DAY
        return self._current().encrypt_at_time(content.encode(), day)

    def unlock(self, ciphertext: bytes) -> str:
        """Decrypt what `lock` made. Raises VaultError when no key fits."""
        try:
            return self._current().decrypt(ciphertext).decode()
        except InvalidToken as error:
            raise VaultError(
                "De kluis past niet bij deze sleutel. Zet de sleutel terug die bij deze database hoort."
            ) from error

    def open(self, row: VaultRow) -> Original:
        """Decrypt one original. For the masking step and the teller; others need `open_original` and a reason."""
        title, text = json.loads(self.unlock(row.ciphertext))
        return Original(title, text)

    def derive_secret(self, purpose: str) -> bytes:
        """A secret for one other purpose, from which no key can be found back. A change of key keeps it."""
        if purpose in self._secrets:
            return self._secrets[purpose]
        return hmac.digest(self._secrets.get(ROOT_SECRET, self._root), purpose.encode(), "sha256")

    def _current(self) -> MultiFernet:
        # One thread at a time: another must not find the file read already and the cipher still the old one.
        with self._reading_keys:
            if self._key_file is not None and self._key_file.has_changed():
                self._keys = self._key_file.read()
                self._cipher = _make_cipher(self._keys)
            return self._cipher


def open_vault(key: str, folder: Path) -> Vault:
    """Open the vault with the key given, or with the key file in the folder, made on first use (mode 600)."""
    if key:
        return Vault(key.encode())
    file = KeyFile(folder / KEY_FILE)
    file.make_if_missing()
    return Vault(b"\n".join(file.read()), key_file=file)


def check_key(session: Session, key: str, folder: Path) -> None:
    """Refuse a key that is not the one of this database, before anything is stored with it.

    Raises VaultError, also when the key file is gone while there are stories: a new key would
    open none of them.
    """
    if session.scalars(select(StoryRow.id).limit(1)).first() is None:
        return
    if not key and not (folder / KEY_FILE).exists():
        raise VaultError(
            f"Er staan verhalen in de kluis, maar de sleutel {KEY_FILE} is weg. Zet haar terug uit uw back-up."
        )
    row = session.scalars(select(VaultRow).limit(1)).first()
    if row is not None:
        open_vault(key, folder).open(row)


def wait_for_key(session: Session) -> None:
    """Hold off a change of key until this transaction ends, so that no row is locked with a key that goes.

    SQLite has one writer at a time, which is that already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock_shared(:number)"), {"number": LOCK})


def _make_cipher(keys: tuple[bytes, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise VaultError(
            "De sleutel van de kluis is geen geldige sleutel. Zet de juiste sleutel terug uit uw back-up."
        ) from error
