"""The vault: title and text as typed, encrypted. Everything else works on masked text."""

import hmac
import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

from faults import PersonFault
from storage.tables.stories import VaultRow

KEY_FILE = "vault.key"
SECONDS_PER_DAY = 86_400


class VaultError(PersonFault):
    """The vault cannot be opened; the sentence says why, never what is in it."""


@dataclass(frozen=True)
class Original:
    """A story as the teller typed it."""

    title: str
    text: str

    def __repr__(self) -> str:
        return f"Original({len(self.text)} characters)"  # never in a log or an error


class Vault:
    """Encrypts and decrypts originals with one key."""

    def __init__(self, key: bytes) -> None:
        try:
            self._fernet = Fernet(key)
            self._key = key
        except ValueError as error:
            raise VaultError(
                "De sleutel van de kluis is geen geldige sleutel. Zet de juiste sleutel terug uit uw back-up."
            ) from error

    def store(self, session: Session, story_id: str, original: Original) -> None:
        """Lock an original away; a story has one."""
        content = json.dumps([original.title, original.text], ensure_ascii=False).encode()
        # What Fernet makes carries its moment in plain sight; the day is the finest time we keep.
        day = int(time.time()) // SECONDS_PER_DAY * SECONDS_PER_DAY
        session.add(VaultRow(story_id=story_id, ciphertext=self._fernet.encrypt_at_time(content, day)))

    def derive_secret(self, purpose: str) -> bytes:
        """A secret for one other purpose, from which the vault's key cannot be found back."""
        return hmac.digest(self._key, purpose.encode(), "sha256")

    def open(self, row: VaultRow) -> Original:
        """Decrypt one original. For the masking step; people need `open_original` and a reason."""
        try:
            title, text = json.loads(self._fernet.decrypt(row.ciphertext))
        except InvalidToken as error:
            raise VaultError(
                "De kluis past niet bij deze sleutel. Zet de sleutel terug die bij deze database hoort."
            ) from error
        return Original(title, text)


def open_vault(key: str, folder: Path) -> Vault:
    """Open the vault with the key given, or with the key file in the folder, made on first use (mode 600)."""
    if key:
        return Vault(key.encode())
    path = folder / KEY_FILE
    if not path.exists():
        _make_key_file(path)
    return Vault(path.read_bytes().strip())


def check_key(session: Session, key: str, folder: Path) -> None:
    """Refuse a key that is not the one of this database, before anything is stored with it.

    Raises VaultError, also when the key file is gone while there are stories: a new key would
    open none of them.
    """
    row = session.scalars(select(VaultRow).limit(1)).first()
    if row is None:
        return
    if not key and not (folder / KEY_FILE).exists():
        raise VaultError(
            f"Er staan verhalen in de kluis, maar de sleutel {KEY_FILE} is weg. Zet haar terug uit uw back-up."
        )
    open_vault(key, folder).open(row)


def _make_key_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and linked into place: two processes starting together must end with one key.
    # (mkstemp makes a file for its owner alone, with a name that no other process or container has.)
    handle, aside = tempfile.mkstemp(prefix=f"{KEY_FILE}.", dir=path.parent)
    try:
        os.write(handle, Fernet.generate_key())
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(aside)
