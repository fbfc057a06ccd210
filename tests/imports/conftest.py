"""What the import tests share: importing a text as a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from imports.registry import ImportReport, import_stories
from safeguards.installation import Installation
from stories.collections import Collection

ImportText = Callable[..., ImportReport]


@pytest.fixture
def import_text(installation: Installation, collection: Collection, tmp_path: Path) -> ImportText:
    """Write a file and import it into the demo collection."""

    def do(
        text: str, format: str = "verteltafel-csv", *, mapping: str | None = None, into: str = "demo"
    ) -> ImportReport:
        path = tmp_path / ("verhalen.jsonl" if format == "jsonl" else "verhalen.csv")
        path.write_bytes(text.encode())
        given = None
        if mapping is not None:
            given = tmp_path / "mapping.yaml"
            given.write_text(mapping, encoding="utf-8")
        return import_stories(installation, format, [path], collection_key=into, mapping=given, by="anna")

    return do


def count_stories(installation: Installation) -> int:
    """Stories in the database, masked or not."""
    from sqlalchemy import func, select

    from storage.tables.stories import StoryRow

    with installation.database.reading() as session:
        return session.scalar(select(func.count(StoryRow.id))) or 0
