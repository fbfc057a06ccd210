"""What the export tests share: Anna with the evaluator's role, and stories enough to be let out."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from exports import write_export
from safeguards.access import Role, Viewer
from safeguards.installation import Installation
from stories.accept import Receipt
from stories.collections import Collection
from tests.cast import draw_stories, with_role

ReadExport = Callable[..., str]


@pytest.fixture
def evaluator(anna: Viewer, collection: Collection) -> Viewer:
    """Anna, who was given the evaluator's role too."""
    return with_role(anna, Role.EVALUATOR, collection)


@pytest.fixture
def told(installation: Installation, collection: Collection) -> dict[str, Receipt]:
    """Twelve parents from the north, and one from the east; everything may be in a report."""
    lines = [f"n{number} | parent | report | t{number} | .8 .1 .1 | 30 | noord | Dag {number}." for number in range(12)]
    lines.append("o | parent | report | t12 | na | | oost | Ik woon hier alleen.")
    header = "story | perspective | consent | teller | T1 | D1 | BG3 | text"
    return draw_stories(installation, collection, "\n".join([header, *lines]))


@pytest.fixture
def read_export(installation: Installation, evaluator: Viewer, collection: Collection, tmp_path: Path) -> ReadExport:
    """Export as the evaluator and return the file's text."""

    def read(format: str = "csv", *, profile: str = "evaluator", **wanted: object) -> str:
        out = tmp_path / f"uit.{format}"
        write_export(installation, evaluator, format, out, collection_key=collection.key, profile=profile, **wanted)  # type: ignore[arg-type]
        return out.read_bytes().decode()  # read_text would change the ends of lines

    return read


def read_rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV export."""
    return list(csv.DictReader(text.splitlines(keepends=True)))
