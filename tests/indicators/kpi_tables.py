"""Small files of figures, drawn in the test that needs them."""

from pathlib import Path

from openpyxl import Workbook

HEADER = "indicator;label;gebied;periode;waarde;eenheid;bron;definitie;telt;telt_niet"


def make_line(
    value: str,
    *,
    indicator: str = "K01",
    area: str = "Voorbeeldstad",
    period: str = "2024",
    unit: str = "jeugdigen",
    source: str = "Voorbeeldstad, jaarcijfers",
    definition: str = "Jeugdigen met hulp in het jaar",
) -> str:
    return f"{indicator};Jeugdigen met hulp;{area};{period};{value};{unit};{source};{definition};iedereen;wachtenden"


def write_csv(folder: Path, *lines: str, name: str = "kpi_2024.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join([HEADER, *lines, ""]).encode(encoding))
    return path


def write_xlsx(
    folder: Path, rows: list[list[object]], *, last_row: int | None = None, other_sheet: str | None = None
) -> Path:
    book = Workbook()
    for row in [HEADER.split(";"), *rows]:
        book.active.append(row)
    if last_row:
        book.active.cell(last_row, 1, "x")
    if other_sheet:
        book.create_sheet(other_sheet)
    path = folder / "kpi_2024.xlsx"
    book.save(path)
    return path
