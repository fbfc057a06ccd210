"""What is in a backup: every table as lines of JSON, from and to either database.

First a head that names the tables, their columns and the version of the tables; then the rows of each
table, each table closed by its count and its hash; then a tail with the total. See `storage.backup_file`
for how the lines are locked up, and `safeguards.backups` for who may do what with them.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, func, insert, inspect, select, text

from storage.backup_file import BackupError, SealedWriter
from storage.backup_values import ColumnKind, decode_row, encode_row, kinds_of, table_of
from storage.engine import Database
from storage.tables import Base

# Open sign-ins and links that work once: coming back from the past, they would open what was closed since.
LEFT_OUT = frozenset({"sign_ins", "invitations"})
ROWS_AT_ONCE = 500
HASH_BITS = 256
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class TableCount:
    """How many rows a table has, and the sum of the rows' hashes: the same in whatever order they come.

    The sum finds a row that is missing, doubled or changed by accident. Against somebody who changes rows on
    purpose the file's own seal protects, not this.
    """

    rows: int
    hash: str


@dataclass(frozen=True)
class Contents:
    """What a backup says about itself, and what was counted in it. notes: what its maker added."""

    revision: str
    made_at: str
    database: str
    notes: dict[str, Any]
    columns: dict[str, list[ColumnKind]]
    counts: dict[str, TableCount]

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(count.rows for count in self.counts.values())


Look = Callable[[Contents, str, list[Any]], None]


class _Counter:
    def __init__(self) -> None:
        self.rows, self._sum = 0, 0

    def add(self, line: bytes) -> None:
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(sha256(line).digest(), "big")) % 2**HASH_BITS

    def result(self) -> TableCount:
        return TableCount(self.rows, f"{self._sum:064x}")


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """A connection that sees the database as it was at one moment, while others write on."""
    engine = database.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    # On SQLite every transaction that reads looks at one moment: that is what its log is for.
    with engine.connect() as connection, connection.begin():
        yield connection


def tables_to_keep() -> list[Table]:
    """The tables of a backup, each after the tables that it refers to."""
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


def read_revision(connection: Connection) -> str | None:
    """The version of the tables in a database; None when it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def write_tables(
    connection: Connection, writer: SealedWriter, *, made_at: str, notes: dict[str, Any], progress: Progress
) -> Contents:
    """Write everything that a snapshot shows into a file that was opened for it."""
    tables = {table.name: kinds_of(table) for table in tables_to_keep()}
    revision, database = read_revision(connection), connection.dialect.name
    assert revision is not None, "an installation has tables"
    head = {"revision": revision, "made_at": made_at, "database": database, "notes": notes}
    columns = [{"name": name, "columns": kinds} for name, kinds in tables.items()]
    writer.write(json.dumps({**head, "tables": columns}).encode())
    total = sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables_to_keep())
    counts: dict[str, TableCount] = {}
    done = 0
    for name, kinds in tables.items():
        counter = _Counter()
        for line in _read_lines(connection, name, kinds):
            writer.write(line)
            counter.add(line)
            if counter.rows % ROWS_AT_ONCE == 0:
                progress(done + counter.rows, total)
        counts[name] = counter.result()
        done += counter.rows
        writer.write(json.dumps({"table": name, **vars(counts[name])}).encode())
        progress(done, total)
    writer.write(json.dumps({"rows": done}).encode())
    return Contents(revision, made_at, database, notes, tables, counts)


def _read_lines(connection: Connection, name: str, kinds: list[ColumnKind]) -> Iterator[bytes]:
    table = table_of(name, kinds)
    query = select(table).order_by(*table.primary_key)
    for row in connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield encode_row(tuple(row), kinds)


def count_tables(connection: Connection, columns: dict[str, list[ColumnKind]]) -> dict[str, TableCount]:
    """Count and hash what a database holds, as it was counted when the backup was made."""
    counted = {}
    for name, kinds in columns.items():
        counter = _Counter()
        for line in _read_lines(connection, name, kinds):
            counter.add(line)
        counted[name] = counter.result()
    return counted


def check_lines(lines: Iterable[bytes], *, look_at: Look = lambda contents, name, values: None) -> Contents:
    """Read a whole backup and see that every table is as long, and every row as it was, when it was made.

    look_at: gets every row in passing, as it is encoded.
    Raises BackupError at the first thing that does not fit.
    """
    contents: Contents | None = None
    for contents, name, rows in _walk(lines):
        for values in rows:
            look_at(contents, name, values)
    if contents is None:
        raise _damaged()
    return contents


def load_tables(connection: Connection, lines: Iterable[bytes], *, total: int, progress: Progress) -> None:
    """Put the rows of a backup into tables that are empty and of the backup's own version. Commits nothing."""
    done = 0
    for contents, name, rows in _walk(lines):
        kinds = contents.columns[name]
        table = table_of(name, kinds)
        batch: list[dict[str, Any]] = []
        for values in rows:
            batch.append(decode_row(values, kinds))
            if len(batch) == ROWS_AT_ONCE:
                connection.execute(insert(table), batch)
                done += len(batch)
                progress(done, total)
                batch = []
        if batch:
            connection.execute(insert(table), batch)
            done += len(batch)
        progress(done, total)
        _continue_numbering(connection, table)


def _continue_numbering(connection: Connection, table: Table) -> None:
    """PostgreSQL does not see that ids were given by hand: its next one would be taken already."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key:
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
        )
        highest = connection.scalar(select(func.max(column))) if sequence else None
        if highest is not None:
            connection.execute(text("SELECT setval(:name, :value)"), {"name": sequence, "value": highest})


def _walk(lines: Iterable[bytes]) -> Iterator[tuple[Contents, str, Iterator[list[Any]]]]:
    """The tables of a backup one after another, each with its rows, which must be read to their end."""
    iterator = iter(lines)
    try:
        head = json.loads(next(iterator))
        columns = {table["name"]: [ColumnKind(*column) for column in table["columns"]] for table in head["tables"]}
        contents = Contents(head["revision"], head["made_at"], head["database"], head["notes"], columns, {})
    except (StopIteration, ValueError, KeyError, TypeError) as error:
        raise _damaged() from error
    for name in columns:
        yield contents, name, _walk_rows(iterator, name, contents)
    tail = json.loads(next(iterator, b"null"))
    if tail != {"rows": contents.rows} or next(iterator, None) is not None:
        raise _damaged()


def _walk_rows(lines: Iterator[bytes], name: str, contents: Contents) -> Iterator[list[Any]]:
    counter = _Counter()
    for line in lines:
        if not line.startswith(b"{"):
            counter.add(line)
            yield json.loads(line)
            continue
        contents.counts[name] = counter.result()
        if json.loads(line) != {"table": name, **vars(contents.counts[name])}:
            break
        return
    raise _damaged()


def _damaged() -> BackupError:
    return BackupError("De inhoud van deze back-up klopt niet met wat erover is opgeschreven. Neem een andere back-up.")
