"""A database with one empty collection, and the folder with the demo's own files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from storage.engine import open_database
from storage.tables.base import Base
from storage.tables.collections import CollectionRow, FrameworkRow

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def demo() -> Path:
    return REPOSITORY / "demo"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    Base.metadata.create_all(database.engine)
    with database.writing() as session:
        yield session
    database.engine.dispose()


@pytest.fixture
def collection(session: Session) -> CollectionRow:
    return add_collection(session, "demo")


def add_collection(session: Session, key: str) -> CollectionRow:
    framework = FrameworkRow(key=f"kader-{key}", version=1, title="Kader", document={}, content_hash=key)
    session.add(framework)
    session.flush()
    row = CollectionRow(key=key, title="Meting", framework_id=framework.id)
    session.add(row)
    session.flush()
    return row
