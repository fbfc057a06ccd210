"""Bring the database's tables to the version that this code needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

FOLDER = Path(__file__).parent / "migrations"
LOCK = 7_281_001  # any number that is ours: PostgreSQL knows the lock by it


def migrate(engine: Engine) -> None:
    """Apply every migration that the database does not have yet; nothing to do is fine.

    Form, pages and worker start together: one of them migrates, the others wait and find it done.
    Whoever is stopped halfway leaves the database as it was.
    """
    with changing_tables(engine) as connection:
        apply_migrations(connection)


@contextmanager
def changing_tables(engine: Engine) -> Iterator[Connection]:
    """One transaction in which tables may be changed, by one process at a time: all of it is kept, or nothing."""
    with (
        engine.execution_options(writes=True).connect() as connection,
        _without_foreign_keys(connection),
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
        yield connection
        _check_foreign_keys(connection)


def apply_migrations(connection: Connection, *, revision: str = "head") -> None:
    """Bring the tables to a version, inside the transaction of `changing_tables`."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def is_known_revision(revision: str) -> bool:
    """Whether this program has ever had tables of this version."""
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """On SQLite a changed table is made anew and the old one dropped. With foreign keys on, the drop
    would delete every row that refers to it, and they can only be put off outside a transaction.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise RuntimeError(f"A migration left rows of {broken[0]} without their row in {broken[2]}.")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
