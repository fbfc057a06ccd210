"""The file with the vault's keys: the newest first, older ones only while a change of key is under way."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

from faults import PersonFault

KEY_FILE = "vault.key"
OWNER_ONLY = 0o600


class VaultError(PersonFault):
    """The vault cannot be opened; the sentence says why, never what is in it."""


def split_keys(text: bytes) -> tuple[bytes, ...]:
    """The keys in a setting or a file, newest first: one a line, or with commas between them."""
    return tuple(text.replace(b",", b" ").split())


class KeyFile:
    """The keys in one file, read again whenever another process changed it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, ...] = ()

    def has_changed(self) -> bool:
        """Whether the file is another than when it was last read. Raises VaultError when it is gone."""
        return self._look() != self._seen

    def read(self) -> tuple[bytes, ...]:
        """The keys, newest first. Raises VaultError when the file is gone."""
        self._seen = self._look()
        return split_keys(self.path.read_bytes())

    def add_new(self) -> None:
        """Put a new key before the others. From now on it locks; the others still open."""
        self._write((Fernet.generate_key(), *self.read()))

    def keep_newest(self) -> None:
        """Leave only the newest key: what the others locked does not open any more."""
        self._write(self.read()[:1])

    @contextmanager
    def held(self) -> Iterator[None]:
        """One change of key at a time. Raises VaultError when another is under way."""
        import fcntl  # not on every system that can read this file; only changing a key needs it

        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise VaultError("De sleutel wordt al gewisseld. Wacht tot dat klaar is.") from error
        finally:
            os.close(folder)

    def make_if_missing(self) -> None:
        """Make the file with one key, on first use."""
        if self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and linked into place: two processes starting together must end with one key.
        aside = self._write_aside((Fernet.generate_key(),))
        try:
            os.link(aside, self.path)
        except FileExistsError:
            pass
        finally:
            os.unlink(aside)
        self._keep_folder()

    def _look(self) -> tuple[int, ...]:
        try:
            found = self.path.stat()
        except FileNotFoundError as error:
            raise VaultError(f"De sleutel {KEY_FILE} is weg. Zet haar terug uit uw back-up.") from error
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    def _write(self, keys: tuple[bytes, ...]) -> None:
        os.replace(self._write_aside(keys), self.path)
        self._keep_folder()

    def _write_aside(self, keys: tuple[bytes, ...]) -> str:
        # mkstemp makes a file for its owner alone, with a name that no other process or container has.
        handle, aside = tempfile.mkstemp(prefix=f"{KEY_FILE}.", dir=self.path.parent)
        try:
            os.fchmod(handle, OWNER_ONLY)
            os.write(handle, b"\n".join(keys))
            os.fsync(handle)
        finally:
            os.close(handle)
        return aside

    def _keep_folder(self) -> None:
        # Without this a power cut can bring the file's old name back, with the key that was retired.
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
