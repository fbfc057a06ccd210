"""What an export can be made of: only what the gate released."""

from collections.abc import Mapping
from dataclasses import dataclass

from exports.provenance import Provenance
from exports.pseudonyms import Pseudonyms
from safeguards.release import ReleasedRows, ReleasedStories, ReleasedTable
from stories.framework import SignificationFramework


@dataclass(frozen=True)
class StoriesContent:
    """An export with a row for each story."""

    framework: SignificationFramework
    provenance: Provenance
    released: ReleasedRows
    pseudonyms: Pseudonyms

    def __post_init__(self) -> None:
        _check_released(self.released, ReleasedRows)


@dataclass(frozen=True)
class ReportContent:
    """An export with counts and quotes. tables: one row each, by (element, perspective);
    quotes: by perspective."""

    framework: SignificationFramework
    provenance: Provenance
    tables: Mapping[tuple[str, str], ReleasedTable]
    quotes: Mapping[str, ReleasedStories]

    def __post_init__(self) -> None:
        for table in self.tables.values():
            _check_released(table, ReleasedTable)
        for stories in self.quotes.values():
            _check_released(stories, ReleasedStories)


def _check_released(value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"An export takes {kind.__name__}, made by safeguards.release, and nothing else.")


ExportContent = StoriesContent | ReportContent
