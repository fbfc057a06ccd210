"""Reads the first sheet of an Excel workbook through openpyxl."""

import io
import zipfile
from datetime import date, datetime, time

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook

from indicators.kpi_errors import KpiFault, KpiFileError

# A workbook is a zip: a small file can hold gigabytes of nothing.
LARGEST_UNPACKED_BYTES = 200_000_000
# One coloured cell in the last row makes openpyxl walk over a million empty rows.
MOST_CELLS = 3_000_000


def read_excel_rows(file: str, content: bytes) -> tuple[list[list[str | float]], list[str]]:
    """Return the rows of the first sheet and notes about what was left out.

    Numbers come back as float, everything else as stripped text; an empty cell is "".
    Raises KpiFileError when this is no workbook, or a formula has no stored result.
    """
    problem = _find_archive_problem(content)
    if problem:
        raise KpiFileError([KpiFault(file, problem)])
    try:
        book, formulas = _open_book(content)
    # openpyxl lets through whatever the XML or zip layer raises on a damaged workbook.
    except (KeyError, ValueError, TypeError, AttributeError, SyntaxError, zipfile.BadZipFile, OSError):
        sentence = "dit Excel-bestand is niet te lezen. Bewaar het opnieuw als .xlsx of .csv."
        raise KpiFileError([KpiFault(file, sentence)]) from None
    sheet = book.worksheets[0]
    if sheet.max_row * sheet.max_column > MOST_CELLS:
        sentence = "het eerste blad is te groot. Verwijder lege rijen en kolommen, of bewaar het als CSV."
        raise KpiFileError([KpiFault(file, sentence)])
    faults = [_describe_formula(file, cell) for cell in formulas if sheet[cell.coordinate].value is None]
    if faults:
        raise KpiFileError(faults)
    rows = [[_read_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    n_others = len(book.worksheets) - 1
    notes = [f'Alleen het eerste blad ("{sheet.title}") is gelezen; {n_others} andere niet.'] if n_others else []
    return rows, notes


def _find_archive_problem(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        return "dit bestand is beschadigd. Bewaar het opnieuw als .xlsx of .csv."
    if "xl/workbook.xml" not in names:
        return "dit is geen Excel (.xlsx). Bewaar de cijfers als .xlsx of .csv."
    if unpacked > LARGEST_UNPACKED_BYTES:
        return "dit bestand is uitgepakt te groot. Splits het in delen."
    return None


def _open_book(content: bytes) -> tuple[Workbook, list[Cell]]:
    """Return the workbook with results instead of formulas, and the cells that hold a formula.

    A formula that Excel never calculated reads as empty; that would pass for a missing figure.
    Opening is slow, so a workbook without formulas is opened only once.
    """
    book = load_workbook(io.BytesIO(content))
    if not book.worksheets:
        raise ValueError("A workbook without worksheets.")
    sheet = book.worksheets[0]
    if sheet.max_row * sheet.max_column > MOST_CELLS:
        return book, []  # the caller refuses it
    formulas = [cell for cells in sheet.iter_rows() for cell in cells if cell.data_type == "f"]
    return (load_workbook(io.BytesIO(content), data_only=True) if formulas else book), formulas


def _describe_formula(file: str, cell: Cell) -> KpiFault:
    sentence = f"kolom {cell.column_letter} heeft een formule zonder uitkomst. Open het in Excel en bewaar het opnieuw."
    return KpiFault(file, sentence, row=cell.row, column=cell.column_letter)


def _read_cell(value: object) -> str | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "WAAR" if value else "ONWAAR"
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).strip()
