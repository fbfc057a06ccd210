"""Databases on a PostgreSQL server, for tests that need one.

TEST_POSTGRES_URL=postgresql+psycopg://name:password@server/postgres names a server on which databases may be
made and dropped. CI starts one; see .ci/run.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

SERVER = os.environ.get("TEST_POSTGRES_URL", "")
WHY_NOT = "TEST_POSTGRES_URL names no PostgreSQL server"


def skip_without_server() -> None:
    """Skip a test that needs PostgreSQL, with the reason; in CI its absence is a fault."""
    if not SERVER:
        assert not os.environ.get("CI"), f"{WHY_NOT}, and in CI there has to be one"
        pytest.skip(WHY_NOT)


@contextmanager
def postgresql_database() -> Iterator[str]:
    """The URL of a database of this test alone, on a server that does not live in UTC."""
    skip_without_server()
    name = f"verteltafel_{uuid.uuid4().hex[:12]}"
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        connection.execute(text(f"ALTER DATABASE {name} SET timezone TO 'Europe/Amsterdam'"))
    yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()
