"""Put a backup back: look at everything first, then all of it in one transaction, or nothing."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, inspect, select, table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from faults import PersonFault
from safeguards import audit
from safeguards.key_ring import KEY_FILE, split_keys
from safeguards.withdrawn_list import LIST_FILE, mark_withdrawn, read_withdrawn_list, remove_marked_stories
from settings import Settings
from storage.backup import Contents, check_lines, count_tables, load_tables, read_revision
from storage.backup_file import BackupError, read_sealed
from storage.backup_values import decode_value
from storage.engine import Database, open_database
from storage.migrate import apply_migrations, changing_tables, is_known_revision

Progress = Callable[[int, int], None]
# What the vault's key locks, by table and column, as `vault_rotation` knows it.
LOCKED = {"vault": ("ciphertext",), "vault_secrets": ("ciphertext",), "rights_requests": ("message", "answer")}


class RestoreRefused(PersonFault):
    """A backup cannot be put back here; nothing was changed, and the sentence says what to do."""


@dataclass(frozen=True)
class Restored:
    """What was put back. n_withdrawn: stories that were in the backup and were withdrawn since."""

    made_at: str
    revision: str
    rows: int
    stories: int
    locked: int
    n_withdrawn: int
    audit_tip: tuple[int, str]
    is_put_back: bool


def restore_backup(
    settings: Settings,
    source: Path,
    *,
    passphrase: str,
    by: str,
    withdrawn: Sequence[Path] = (),
    only_check: bool = False,
    progress: Progress = lambda done, total: None,
) -> Restored:
    """Read a backup to its end, and only when all of it is right put it into an empty installation.

    withdrawn: lists of what was withdrawn since; the one in the data folder is always used.
    only_check: read and report, change nothing; a drill that can be done every week.
    Raises BackupError when the file is not right, RestoreRefused when the installation is not ready for it.
    """
    marks = _read_marks(settings, withdrawn)
    contents, n_locked = _look_through(settings, source, passphrase)
    if only_check:
        return _describe(contents, n_locked, n_withdrawn=0, is_put_back=False)
    database = open_database(settings.database_url)
    try:
        with _say_what_failed(), changing_tables(database.engine) as connection:
            _refuse_unless_empty(connection, contents)
            _put_back_key(settings, contents)
            _load(connection, contents, source, passphrase, progress)
            _finish(connection, contents, marks, by=by)
        n_withdrawn = _remove_withdrawn(database, by=by)
    finally:
        database.engine.dispose()
    return _describe(contents, n_locked, n_withdrawn=n_withdrawn, is_put_back=True)


def _read_marks(settings: Settings, given: Sequence[Path]) -> frozenset[str]:
    beside = settings.data_folder / LIST_FILE
    lists = [*given, *([beside] if beside.exists() else [])]
    return frozenset().union(*(read_withdrawn_list(path) for path in lists))


def _look_through(settings: Settings, source: Path, passphrase: str) -> tuple[Contents, int]:
    """Open and count everything, and try the vault's key on everything that it locks."""
    trial = _KeyTrial(settings)
    try:
        with source.open("rb") as file:
            contents = check_lines(read_sealed(file, passphrase), look_at=trial.look)
    except OSError as error:
        raise BackupError(
            f"{source.name} is niet te lezen ({type(error).__name__}). Kijk of het bestand er is."
        ) from error
    if not is_known_revision(contents.revision):
        raise RestoreRefused(
            f"Deze back-up is van een nieuwere versie (tabellen {contents.revision}). "
            "Zet eerst die versie van Verteltafel neer."
        )
    if trial.n_shut:
        raise RestoreRefused(
            f"De sleutel van de kluis past niet bij deze back-up: {trial.n_shut} van {trial.n_tried} stukken gaan niet "
            f"open. Zet de sleutel {KEY_FILE} van de dag van de back-up in de datamap."
        )
    return contents, trial.n_tried


class _KeyTrial:
    """Tries the key that the installation will have on what a backup holds."""

    def __init__(self, settings: Settings) -> None:
        self.n_tried = self.n_shut = 0
        self._keys = _find_keys(settings)
        self._cipher: MultiFernet | None = None

    def look(self, contents: Contents, table: str, values: list[Any]) -> None:
        """Try one row."""
        for column, value in zip(contents.columns[table], values, strict=True):
            if column.name in LOCKED.get(table, ()) and value is not None:
                self.n_tried += 1
                self.n_shut += not self._opens(contents, decode_value(value, column.kind))

    def _opens(self, contents: Contents, locked: bytes) -> bool:
        if self._cipher is None:
            self._cipher = _make_cipher(self._keys or split_keys((contents.notes["vault_key"] or "").encode()))
        try:
            self._cipher.decrypt(locked)
        except InvalidToken:
            return False
        return True


def _find_keys(settings: Settings) -> tuple[bytes, ...]:
    path = settings.data_folder / KEY_FILE
    if settings.vault_key:
        return split_keys(settings.vault_key.encode())
    return split_keys(path.read_bytes()) if path.exists() else ()


def _make_cipher(keys: tuple[bytes, ...]) -> MultiFernet:
    if not keys:
        raise RestoreRefused(
            f"De sleutel van de kluis zit niet in deze back-up. Zet {KEY_FILE} in de datamap en probeer het opnieuw; "
            "zonder sleutel gaat geen enkel verhaal meer open."
        )
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise RestoreRefused(
            f"De sleutel van de kluis is geen geldige sleutel. Zet de {KEY_FILE} terug die bij de back-up hoort."
        ) from error


def _refuse_unless_empty(connection: Connection, contents: Contents) -> None:
    names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    filled = next((name for name in sorted(names) if _has_rows(connection, name)), None)
    if filled is not None:
        raise RestoreRefused(
            f'In deze database staan al gegevens (tabel "{filled}"). Terugzetten kan alleen in een lege installatie: '
            "verplaats de oude database, of wijs met VERTELTAFEL_DATABASE een lege aan."
        )
    if names and read_revision(connection) != contents.revision:
        raise RestoreRefused(
            "Deze database heeft al lege tabellen van een andere versie dan de back-up. Verplaats haar, of wijs met "
            "VERTELTAFEL_DATABASE een database zonder tabellen aan."
        )


def _has_rows(connection: Connection, name: str) -> bool:
    return connection.execute(select(1).select_from(table(name)).limit(1)).first() is not None


def _put_back_key(settings: Settings, contents: Contents) -> None:
    """The vault's key from the backup, where there is none. Before the stories: a key alone opens nothing."""
    key = contents.notes["vault_key"]
    if key is None or _find_keys(settings):
        return
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(settings.data_folder / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, key.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _load(connection: Connection, contents: Contents, source: Path, passphrase: str, progress: Progress) -> None:
    """Tables of the backup's own version, its rows in them, and a count that they are all there."""
    apply_migrations(connection, revision=contents.revision)
    with source.open("rb") as file:
        load_tables(connection, read_sealed(file, passphrase), total=contents.rows, progress=progress)
    if count_tables(connection, contents.columns) != contents.counts:
        raise BackupError("Wat er na het terugzetten staat, is niet wat er in de back-up zat. Er is niets bewaard.")


def _finish(connection: Connection, contents: Contents, marks: frozenset[str], *, by: str) -> None:
    """Bring the tables up to date, and see that the log of who did what is whole."""
    apply_migrations(connection)
    with Session(connection) as session:
        rows, hash = contents.notes["audit_tip"]
        if audit.first_broken_row(session) is not None or not audit.has_tip(session, (rows, hash)):
            raise BackupError("Het logboek in deze back-up is niet heel. Er is niets bewaard; neem een andere back-up.")
        mark_withdrawn(session, marks)
        audit.record(session, "restore_backup", "", by=by, made_at=contents.made_at, rows=contents.rows)
        session.flush()


def _remove_withdrawn(database: Database, *, by: str) -> int:
    # In a transaction of its own: while tables are changed SQLite does not take along what hangs on a story.
    # Whoever is stopped before this loses nothing: opening the installation does it too.
    with database.writing() as session:
        return remove_marked_stories(session, by=by)


@contextmanager
def _say_what_failed() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise BackupError(
            f"De database nam de back-up niet aan ({type(error.orig).__name__}). Er is niets veranderd. "
            "Kijk of er ruimte genoeg is en of de database leeg is, en probeer het opnieuw."
        ) from error


def _describe(contents: Contents, n_locked: int, *, n_withdrawn: int, is_put_back: bool) -> Restored:
    rows, hash = contents.notes["audit_tip"]
    return Restored(
        made_at=contents.made_at,
        revision=contents.revision,
        rows=contents.rows,
        stories=contents.counts["stories"].rows - n_withdrawn,
        locked=n_locked,
        n_withdrawn=n_withdrawn,
        audit_tip=(rows, hash),
        is_put_back=is_put_back,
    )
