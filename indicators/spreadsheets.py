"""A CSV or Excel file as a table of cells with the row numbers its maker sees."""

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from indicators.excel_files import read_excel_rows
from indicators.kpi_errors import KpiFault, KpiFileError, quote

LARGEST_FILE_BYTES = 20_000_000
Cell = str | float

_SIGNATURES = {
    b"\x89PNG": "een afbeelding (PNG)",
    b"\xff\xd8\xff": "een afbeelding (JPEG)",
    b"GIF8": "een afbeelding (GIF)",
    b"%PDF": "een PDF",
    b"\xd0\xcf\x11\xe0": "een oud Excel- of Word-bestand",
    b"SQLite": "een database",
    b"\x1f\x8b": "een ingepakt bestand",
}
_CLOSING_LINE = re.compile(r"(bron\s*:|source\s*:|©)", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet. header: stripped names of the columns.

    rows: (row as the spreadsheet counts, cells as long as the header); empty rows are left out.
    Cells are stripped text, or a float where Excel had a number.
    encoding: "utf-8", "utf-16", "cp1252" or "xlsx". notes: Dutch sentences about what was done to read it.
    """

    file: str
    encoding: Literal["utf-8", "utf-16", "cp1252", "xlsx"]
    header: list[str]
    rows: list[tuple[int, list[Cell]]]
    notes: list[str] = field(default_factory=list)


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes. Raises KpiFileError when it is absent, empty or too large."""
    if not path.is_file():
        raise _refuse(path.name, "dit bestand is er niet. Controleer de naam en de map.")
    size = path.stat().st_size
    if size > LARGEST_FILE_BYTES:
        raise _refuse(path.name, f"is groter dan {LARGEST_FILE_BYTES // 1_000_000} MB. Splits het in delen.")
    if size == 0:
        raise _refuse(path.name, "het bestand is leeg. Bewaar het opnieuw en kies het nog een keer.")
    return path.read_bytes()


def read_sheet(file: str, content: bytes, *, separator: str = ";") -> Sheet:
    """Return the cells of a CSV or XLSX file; what the file is shows from its content, not its name.

    Raises KpiFileError when it is neither, or when rows do not fit the header.
    """
    if content[:4] == b"PK\x03\x04":
        rows, notes = read_excel_rows(file, content)
        return _make_sheet(file, "xlsx", list(enumerate(rows, start=1)), notes, pads_rows=True)
    for start, kind in _SIGNATURES.items():
        if content.startswith(start):
            raise _refuse(file, f"dit is {kind}, geen CSV of Excel. Bewaar de cijfers als .csv of .xlsx.")
    text, encoding, notes = _decode(file, content)
    records = _split_records(file, text, separator)
    return _make_sheet(file, encoding, records, notes, pads_rows=False)


def _decode(file: str, content: bytes) -> tuple[str, Literal["utf-8", "utf-16", "cp1252"], list[str]]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16"), "utf-16", ["Gelezen als UTF-16 (Unicode-tekst uit Excel)."]
        except UnicodeDecodeError:
            raise _refuse(file, "is geen leesbare tekst. Bewaar het als CSV UTF-8.") from None
    if b"\x00" in content:
        raise _refuse(file, "is geen tekst en geen Excel. Bewaar de cijfers als .csv of .xlsx.")
    try:
        return content.decode("utf-8-sig"), "utf-8", []
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise _refuse(file, "is geen leesbare tekst. Bewaar het als CSV UTF-8.") from None
    note = "Geen geldige UTF-8; gelezen als Windows-tekst (Latin-1). Controleer letters als é en ë."
    return text, "cp1252", [note]


def _split_records(file: str, text: str, separator: str) -> list[tuple[int, list[Cell]]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise _refuse(
            file, "de aanhalingstekens kloppen niet. Open het in Excel en bewaar het opnieuw als CSV."
        ) from None
    return [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows, start=1)]


def _make_sheet(
    file: str,
    encoding: Literal["utf-8", "utf-16", "cp1252", "xlsx"],
    records: list[tuple[int, list[Cell]]],
    notes: list[str],
    *,
    pads_rows: bool,
) -> Sheet:
    if not records or not any(cell != "" for cell in records[0][1]):
        raise _refuse(file, "rij 1 is leeg. Zet daar de namen van de kolommen.")
    header = _read_header(file, records[0][1])
    filled = [(row, cells) for row, cells in records[1:] if any(cell != "" for cell in cells)]
    filled, closing = _drop_closing_line(filled)
    if not filled:
        raise _refuse(file, "er staan geen rijen onder de kop. Voeg de cijfers toe.")
    width = len(header)
    misfits = [] if pads_rows else [(row, cells) for row, cells in filled if not _fits(cells, width)]
    if misfits:
        raise KpiFileError([_describe_misfit(file, row, cells, width) for row, cells in misfits])
    rows = [(row, (cells + [""] * width)[:width]) for row, cells in filled]
    return Sheet(file, encoding, header, rows, [*notes, *closing])


def _read_header(file: str, cells: list[Cell]) -> list[str]:
    header = [str(cell) for cell in cells]
    while header and not header[-1]:
        header.pop()
    low = [name.casefold() for name in header]
    doubles = sorted({name for name in header if name and low.count(name.casefold()) > 1})
    if doubles:
        faults = [f"kolom {quote(name)} staat er twee keer. Haal er een weg." for name in doubles]
        raise KpiFileError([KpiFault(file, sentence, row=1) for sentence in faults])
    return header


def _drop_closing_line(rows: list[tuple[int, list[Cell]]]) -> tuple[list[tuple[int, list[Cell]]], list[str]]:
    """StatLine ends a file with "Bron: CBS" in one cell; that line is no figure."""
    if not rows:
        return rows, []
    row, cells = rows[-1]
    if any(cell != "" for cell in cells[1:]) or not _CLOSING_LINE.match(str(cells[0])):
        return rows, []
    return rows[:-1], [f"Rij {row} is een slotregel ({quote(cells[0])}) en telt niet als cijfer."]


def _fits(cells: list[Cell], width: int) -> bool:
    return len(cells) >= width and not any(cell != "" for cell in cells[width:])


def _describe_misfit(file: str, row: int, cells: list[Cell], width: int) -> KpiFault:
    counted = f"hier staan {len(cells)} cellen, de kop heeft er {width}"
    sentence = f"{counted}. Controleer puntkomma's en aanhalingstekens."
    return KpiFault(file, sentence, row=row)


def _refuse(file: str, sentence: str) -> KpiFileError:
    return KpiFileError([KpiFault(file, sentence)])
