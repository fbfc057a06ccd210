"""Read a CSV of any dialect that a spreadsheet program saves, row by row, with the row's number."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from imports.faults import ImportFault, StoryFileError, quote

DELIMITERS = (",", ";", "\t")
HEADER_ROW = 1


@dataclass(frozen=True)
class CsvRow:
    """One row. number: as the spreadsheet counts. cells: by column name, as they stand there."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class CsvFile:
    """A CSV file whose header was read. Rows are read when asked for, so a large file fits."""

    path: Path
    delimiter: str
    header: tuple[str, ...]

    def rows(self) -> Iterator[CsvRow | ImportFault]:
        """Every row that is not wholly empty, or the fault that stands in its place."""
        name = self.path.name
        number = HEADER_ROW
        with _open(self.path) as stream:
            reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
            next(reader)
            try:
                for number, cells in enumerate(reader, start=HEADER_ROW + 1):
                    if not any(cell.strip() for cell in cells):
                        continue
                    if len(cells) != len(self.header):
                        yield ImportFault(name, _say_cell_count(len(cells), len(self.header)), row=number)
                        continue
                    yield CsvRow(number, dict(zip(self.header, cells, strict=True)))
            except csv.Error:
                sentence = (
                    "een aanhalingsteken is niet gesloten, of een cel is veel te lang. Sla het bestand opnieuw op."
                )
                yield ImportFault(name, sentence, row=number + 1)
            except UnicodeDecodeError:
                yield ImportFault(name, "hier staat een teken dat geen UTF-8 is. Sla op als CSV UTF-8.", row=number + 1)


def open_csv(path: Path, *, required: Sequence[str]) -> CsvFile:
    """Read the header. required: columns that must be there; they also tell which sign divides the cells.

    Raises StoryFileError for a file that is not there, not UTF-8, empty, or lacks a column.
    """
    line = _read_header(path)
    headers = {sign: tuple(cell.strip() for cell in line[sign]) for sign in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda sign: sum(name in headers[sign] for name in required))
    header = headers[delimiter]
    faults = [
        ImportFault(path.name, f"kolom {quote(name)} ontbreekt. Voeg die toe.", row=HEADER_ROW)
        for name in required
        if name not in header
    ]
    faults += [
        ImportFault(path.name, f"kolom {quote(name)} staat er twee keer in. Haal er een weg.", row=HEADER_ROW)
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    if faults:
        raise StoryFileError(faults)
    return CsvFile(path, delimiter, header)


def _read_header(path: Path) -> dict[str, list[str]]:
    try:
        found = {}
        for sign in DELIMITERS:
            with _open(path) as stream:
                found[sign] = next(csv.reader(stream, delimiter=sign), [])
    except (FileNotFoundError, IsADirectoryError) as error:
        raise StoryFileError([ImportFault(path.name, "dit bestand bestaat niet. Kijk of de naam klopt.")]) from error
    except UnicodeDecodeError as error:
        sentence = "dit is geen tekst in UTF-8. Sla het bestand opnieuw op als CSV UTF-8."
        raise StoryFileError([ImportFault(path.name, sentence)]) from error
    except csv.Error as error:
        raise StoryFileError([ImportFault(path.name, "dit is geen CSV-bestand.")]) from error
    if not found[","]:
        raise StoryFileError([ImportFault(path.name, "dit bestand is leeg.")])
    return found


def _open(path: Path) -> TextIO:
    # utf-8-sig also reads UTF-8 without the mark that Excel puts in front.
    return path.open(encoding="utf-8-sig", newline="")


def _say_cell_count(found: int, wanted: int) -> str:
    return f"deze rij heeft {found} cellen en de kop heeft er {wanted}. Kijk of een scheidingsteken te veel is."
