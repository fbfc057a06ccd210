"""Values of a database as JSON and back, the same for SQLite and PostgreSQL.

A column has a kind: what its values are, whatever database holds them. A backup names the kind of each
column, so it can be read long after the tables have changed.
"""

import base64
import json
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from storage.tables.base import UtcDateTime

# The first that fits counts: a moment is stored as a date with a time.
KINDS: dict[str, type[TypeEngine]] = {
    "bool": Boolean,
    "int": Integer,
    "float": Float,
    "text": Text,
    "bytes": LargeBinary,
    "json": JSON,
    "date": Date,
}
MOMENT = "moment"


class ColumnKind(NamedTuple):
    """One column of a table in a backup."""

    name: str
    kind: str
    may_be_empty: bool
    is_key: bool


def kinds_of(table: Table) -> list[ColumnKind]:
    """What the columns of a table hold. Raises TypeError for a type that has no kind yet."""
    return [
        ColumnKind(column.name, _kind_of(column), bool(column.nullable), column.primary_key) for column in table.columns
    ]


def _kind_of(column: Column) -> str:
    if isinstance(column.type, UtcDateTime):
        return MOMENT
    for kind, made_as in KINDS.items():
        if column.type._type_affinity is made_as()._type_affinity:
            return kind
    raise TypeError(f"Column {column} has a type that a backup cannot hold: give it a kind in storage.backup_values.")


def table_of(name: str, kinds: list[ColumnKind]) -> Table:
    """A table with these columns, to read and write rows with: not the table of the models, which may be newer."""
    return Table(name, MetaData(), *(Column(each.name, _type_of(each), primary_key=each.is_key) for each in kinds))


def _type_of(column: ColumnKind) -> TypeEngine:
    if column.kind == MOMENT:
        return UtcDateTime()
    # Nothing at all and JSON's own null read the same; a column that may be empty gets the first back.
    return JSON(none_as_null=column.may_be_empty) if column.kind == "json" else KINDS[column.kind]()


def encode_row(row: tuple[Any, ...], kinds: list[ColumnKind]) -> bytes:
    """One row as one line of JSON, the same whichever database it was read from."""
    values = [encode_value(value, column.kind) for value, column in zip(row, kinds, strict=True)]
    return json.dumps(values, separators=(",", ":")).encode()


def decode_row(values: list[Any], kinds: list[ColumnKind]) -> dict[str, Any]:
    """A row as it was encoded, by column."""
    return {column.name: decode_value(value, column.kind) for value, column in zip(values, kinds, strict=True)}


def encode_value(value: Any, kind: str) -> Any:
    """One value as JSON can hold it. Moments are in UTC, whatever the zone of the server."""
    if value is None:
        return None
    if kind == MOMENT:
        return value.astimezone(UTC).isoformat()
    if kind == "date":
        return value.isoformat()
    if kind == "bytes":
        return base64.b64encode(value).decode()
    if kind == "json" and isinstance(value, float) and value.is_integer():
        return int(value)  # SQLite keeps 30.0 alone in a column as 30, PostgreSQL does not: the same number
    return float(value) if kind == "float" else value


def decode_value(value: Any, kind: str) -> Any:
    """The value again. Raises ValueError for what is none of its kind."""
    if value is None:
        return None
    if kind == MOMENT:
        return datetime.fromisoformat(value)
    if kind == "date":
        return date.fromisoformat(value)
    return base64.b64decode(value, validate=True) if kind == "bytes" else value
