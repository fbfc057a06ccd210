"""Make a backup of everything, and put one back into an empty installation.

The key of the vault is not in a backup unless it is asked for: who finds the file and its passphrase then
still reads no story as it was typed. What was withdrawn after the backup does not come back; see
`safeguards.withdrawn_list`.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from safeguards import audit
from safeguards.installation import Installation
from safeguards.key_ring import KEY_FILE
from storage.backup import Contents, TableCount, snapshot, write_tables
from storage.backup_file import BackupError, SealedWriter
from storage.tables.base import now

OWNER_ONLY = 0o600
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Backup:
    """What a backup holds: to keep beside it, and to compare with when it is put back."""

    file: str
    bytes: int
    made_at: str
    revision: str
    rows: int
    tables: dict[str, TableCount]
    audit_tip: tuple[int, str]
    has_vault_key: bool
    seconds: float


def make_backup(
    installation: Installation,
    target: Path,
    *,
    passphrase: str,
    by: str,
    with_key: bool = False,
    progress: Progress = lambda done, total: None,
) -> Backup:
    """Write one encrypted file with the whole database as it is at one moment, while others work on.

    with_key: put the vault's key in too; then the passphrase alone guards what tellers typed.
    The file appears whole or not at all; one of the same name stays until the new one is whole.
    Raises BackupError when it cannot be written.
    """
    begun = time.monotonic()
    _write_down(installation, by=by, with_key=with_key)
    with _put_in_place(target) as file, snapshot(installation.database) as connection:
        with Session(connection) as session:
            tip = audit.tip(session)
        notes: dict[str, Any] = {"audit_tip": tip, "vault_key": _read_key(installation) if with_key else None}
        writer = SealedWriter(file, passphrase)
        contents = write_tables(
            connection, writer, made_at=now().isoformat(timespec="seconds"), notes=notes, progress=progress
        )
        writer.close()
    return _describe(contents, target, seconds=time.monotonic() - begun)


def _write_down(installation: Installation, *, by: str, with_key: bool) -> None:
    """Before anything leaves, so it is in the backup itself, and known when the backup fails."""
    try:
        with installation.database.writing() as session:
            audit.record(session, "make_backup", "", by=by, with_key=with_key)
    except DBAPIError as error:
        raise BackupError(
            f"De database kan niet opschrijven dat er een back-up gemaakt wordt ({type(error.orig).__name__}). Er is "
            "geen back-up gemaakt; een eerdere staat er nog. Maak ruimte vrij op de schijf van de database."
        ) from error


def _describe(contents: Contents, path: Path, *, seconds: float) -> Backup:
    rows, hash = contents.notes["audit_tip"]
    return Backup(
        file=path.name,
        bytes=path.stat().st_size,
        made_at=contents.made_at,
        revision=contents.revision,
        rows=contents.rows,
        tables=contents.counts,
        audit_tip=(rows, hash),
        has_vault_key=contents.notes["vault_key"] is not None,
        seconds=round(seconds, 1),
    )


def _read_key(installation: Installation) -> str:
    given = installation.settings.vault_key
    return given or (installation.settings.data_folder / KEY_FILE).read_text().strip()


@contextmanager
def _put_in_place(target: Path) -> Iterator[BinaryIO]:
    """A file beside the target that takes its place when all went well; what went wrong is said in a sentence."""
    aside = target.with_name(f".{target.name}.deel")
    try:
        with _open_alone(aside, target) as file:
            try:
                yield file
                os.replace(aside, target)
            except BaseException:
                aside.unlink(missing_ok=True)
                raise
        _keep_folder(target.parent)
    except OSError as error:
        raise BackupError(
            f"De back-up {target.name} kan niet geschreven worden ({error.strerror or type(error).__name__}). "
            "Er is niets veranderd; een eerdere back-up staat er nog. Maak ruimte vrij of kies een andere map."
        ) from error
    except DBAPIError as error:
        raise BackupError(
            f"De database kon niet tot het einde gelezen worden ({type(error.orig).__name__}). Er is geen back-up "
            "gemaakt; een eerdere staat er nog. Kijk of de database in orde is en probeer het opnieuw."
        ) from error


@contextmanager
def _open_alone(aside: Path, target: Path) -> Iterator[BinaryIO]:
    # One fixed name, so that what a killed backup left behind is written over by the next.
    with os.fdopen(os.open(aside, os.O_RDWR | os.O_CREAT, OWNER_ONLY), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_ours = os.fstat(file.fileno()).st_ino == aside.stat().st_ino
        except (BlockingIOError, FileNotFoundError):
            is_ours = False
        if not is_ours:  # another backup has it, or had it and moved it into place just now
            raise BackupError(f"Er wordt al een back-up {target.name} gemaakt. Wacht tot die klaar is.")
        os.fchmod(file.fileno(), OWNER_ONLY)
        file.truncate()
        yield file


def _keep_folder(folder: Path) -> None:
    # Without this a power cut can still bring the file's old name back.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def load_passphrase(path: Path) -> str:
    """The passphrase in a key file. Raises BackupError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(
            f"Het sleutelbestand {path.name} van de back-up is niet te lezen ({type(error).__name__}). "
            "Wijs met VERTELTAFEL_BACKUP_KEY_FILE het goede bestand aan."
        ) from error


__all__: Sequence[str] = ("Backup", "load_passphrase", "make_backup")
