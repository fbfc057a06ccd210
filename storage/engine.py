"""Open the database: SQLite by default, PostgreSQL by URL."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from faults import PersonFault

BUSY_TIMEOUT_MS = 15_000
WIPE_TIMEOUT_MS = 2_000
WIPE = "wipe traces after commit"


class DatabaseUnusable(PersonFault):
    """The database cannot be opened; the sentence says which and what to do."""


class Database:
    """Sessions on one database. A session reads, or it writes and commits once.

    SQLite lets one transaction write at a time. A writing session takes that turn when it
    starts: a transaction that first reads and then wants to write would fail at once when
    someone else wrote in between, however long it is willing to wait.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # What else has to happen when something was deleted for good, beside wiping its traces.
        self.after_deleting: Callable[[], None] | None = None
        self._reading = sessionmaker(engine, expire_on_commit=False)
        self._writing = sessionmaker(engine.execution_options(writes=True), expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking; nothing that happens in it is kept."""
        with self._reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session for one action: committed as a whole at the end, or not at all."""
        with self._writing.begin() as session:
            yield session
        if session.info.pop(WIPE, False):
            self.wipe_traces()
            if self.after_deleting:
                self.after_deleting()

    def wipe_traces(self) -> bool:
        """Empty SQLite's log, in which the old pages of deleted rows stand until they are written over.

        False when a reader kept it busy: SQLite then empties the log later, in its own time. Only the
        file's content is taken care of here, not the disk's own spare blocks, nor backups. On
        PostgreSQL this is the work of its vacuum.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {WIPE_TIMEOUT_MS}")
            is_busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        finally:
            connection.close()
        return not is_busy


def open_database(url: str) -> Database:
    """Open the database at a SQLAlchemy URL; the tables are `storage.migrate`'s work.

    Raises DatabaseUnusable when the URL is none, the file is damaged or the server does not answer.
    """
    try:
        parsed = make_url(url)
        is_sqlite = parsed.get_backend_name() == "sqlite"
        # Two threads of the web server may hold a session at once; each gets its own connection.
        # hide_parameters: an error of the database must not carry an answer or a text into a log.
        engine = create_engine(parsed, hide_parameters=True, **({} if is_sqlite else {"pool_pre_ping": True}))
    except (ArgumentError, ModuleNotFoundError) as error:
        # The URL itself may hold a password, so it is not repeated.
        raise DatabaseUnusable(
            "VERTELTAFEL_DATABASE is geen adres van een database. "
            "Geef het als sqlite:///map/bestand.sqlite3 of postgresql+psycopg://naam:wachtwoord@server/database."
        ) from error
    if is_sqlite:
        _make_sqlite_file(parsed)
        _prepare_sqlite(engine)
    place = Path(parsed.database or "").name if is_sqlite else f"{parsed.host}/{parsed.database}"
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM sqlite_master" if is_sqlite else "SELECT 1"))
    except DatabaseError as error:
        raise DatabaseUnusable(
            f"De database {place} is niet te openen ({type(error.orig).__name__}). "
            "Zet een back-up terug of wijs met VERTELTAFEL_DATABASE een andere database aan."
        ) from error
    return Database(engine)


def leaves_traces(session: Session) -> None:
    """Say that this session deletes what nobody may find back: the log is emptied after its commit."""
    session.info[WIPE] = True


def _make_sqlite_file(url: URL) -> None:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        return
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # For the owner alone, as SQLite then also makes the log beside it.
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))
    except OSError as error:
        raise DatabaseUnusable(
            f"De database {path.name} kan niet in de map {path.parent} staan ({type(error).__name__}). "
            "Kies met VERTELTAFEL_DATA_FOLDER een map waarin je mag schrijven."
        ) from error


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # A withdrawn story must be gone from the file, not only from the index.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
