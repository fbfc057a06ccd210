"""Reads the first sheet of an Excel workbook through openpyxl."""

import io
import zipfile
from datetime import date, datetime, time

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from indicators.kpi_errors import KpiFault

# A workbook is a zip: a small file can hold gigabytes of nothing.
LARGEST_UNPACKED_BYTES = 200_000_000


def find_excel_faults(file: str, content: bytes) -> list[KpiFault]:
    """Return why this is no workbook we can read, or an empty list."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        return [KpiFault(file, "dit bestand is beschadigd. Bewaar het opnieuw als .xlsx of .csv.")]
    if "xl/workbook.xml" not in names:
        return [KpiFault(file, "dit is geen Excel (.xlsx). Bewaar de cijfers als .xlsx of .csv.")]
    if unpacked > LARGEST_UNPACKED_BYTES:
        return [KpiFault(file, "dit bestand is uitgepakt te groot. Splits het in delen.")]
    try:
        return _find_formulas_without_result(file, content)
    # openpyxl lets through whatever the XML or zip layer raises on a damaged workbook.
    except (KeyError, ValueError, TypeError, AttributeError, SyntaxError, zipfile.BadZipFile, OSError):
        return [KpiFault(file, "dit Excel-bestand is niet te lezen. Bewaar het opnieuw als .xlsx of .csv.")]


def read_excel_rows(content: bytes) -> tuple[list[list[str | float]], list[str]]:
    """Return the rows of the first sheet and notes about what was left out.

    Numbers come back as float, everything else as stripped text; an empty cell is "".
    """
    book = _open(content, with_results=True)
    sheet = book.worksheets[0]
    rows = [[_read_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    others = [other.title for other in book.worksheets[1:]]
    if not others:
        return rows, []
    return rows, [f'Alleen het eerste blad ("{sheet.title}") is gelezen; {len(others)} andere niet.']


def _open(content: bytes, *, with_results: bool) -> Workbook:
    return load_workbook(io.BytesIO(content), data_only=with_results)


def _find_formulas_without_result(file: str, content: bytes) -> list[KpiFault]:
    """A formula that Excel never calculated reads as empty; that would pass for a missing figure."""
    formulas = _open(content, with_results=False)
    results = _open(content, with_results=True)
    if not formulas.worksheets:
        return [KpiFault(file, "er staat geen blad met cellen in. Zet de cijfers op het eerste blad.")]
    faults: list[KpiFault] = []
    for cells in formulas.worksheets[0].iter_rows():
        for cell in cells:
            if cell.data_type == "f" and results.worksheets[0].cell(cell.row, cell.column).value is None:
                place = f"kolom {get_column_letter(cell.column)}"
                sentence = f"{place} heeft een formule zonder uitkomst. Open het in Excel en bewaar het opnieuw."
                faults.append(KpiFault(file, sentence, row=cell.row, column=get_column_letter(cell.column)))
    return faults


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
