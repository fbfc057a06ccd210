"""Checks the cells of a file of figures; every fault has its row, column, value and next step."""

import re
from collections.abc import Callable
from functools import partial

import pandas as pd
import pandera.pandas as pa

from indicators.dutch_numbers import NotANumber, parse_number
from indicators.kpi_errors import KpiFault, quote
from indicators.mapping import LONGEST, FigureMapping, LongColumns
from indicators.spreadsheets import Cell, Sheet

_YEAR = re.compile(r"(?<![0-9])(19|20)[0-9]{2}(?![0-9])")

_KEY = "\x1fkey"  # our own column; the control sign keeps it apart from any name a mapping uses

Problem = Callable[[Cell], str | None]


def as_text(cell: Cell) -> str:
    """Return a cell as text; Excel's 2022.0 is the year 2022."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell).replace(".", ",")
    return cell


def is_suppressed(cell: Cell, mapping: FigureMapping) -> bool:
    """True when the supplier writes this instead of a number that is too small to publish."""
    return isinstance(cell, str) and cell.casefold() in {sign.casefold() for sign in mapping.suppressed}


def find_column_faults(sheet: Sheet, mapping: FigureMapping) -> list[KpiFault]:
    """Return a fault for each column the mapping needs and the file does not have."""
    have = {name.casefold() for name in sheet.header}
    return [
        KpiFault(
            sheet.file,
            f"kolom {quote_column(name)} ontbreekt. Voeg de kolom toe of kies een andere koppeling.",
            row=1,
            column=name,
        )
        for name in mapping.required_columns()
        if name.casefold() not in have
    ]


def quote_column(name: str) -> str:
    """Return a column's whole name between quotes: it comes from the mapping, so it may be long."""
    return f'"{name}"'


def make_frame(sheet: Sheet, mapping: FigureMapping) -> pd.DataFrame:
    """Return the cells the mapping uses: rows by the spreadsheet's number, columns as in the mapping."""
    places = {name.casefold(): place for place, name in enumerate(sheet.header)}
    names = mapping.required_columns()
    if mapping.long and mapping.long.value_text.casefold() in places:
        names = [*names, mapping.long.value_text]
    cells = {name: [row[places[name.casefold()]] for _, row in sheet.rows] for name in names}
    return pd.DataFrame(cells, index=[row for row, _ in sheet.rows], dtype=object)


def find_cell_faults(frame: pd.DataFrame, mapping: FigureMapping, *, file: str) -> list[KpiFault]:
    """Return every faulty cell and every double row, in the order of the file."""
    columns, problems = _describe_columns(frame, mapping)
    keys = _key_columns(mapping)
    columns[_KEY] = pa.Column(checks=pa.Check(_stands_first, name="double"))
    keyed = frame.assign(**{_KEY: _row_keys(frame, keys)})
    try:
        pa.DataFrameSchema(columns).validate(keyed, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return find_meaning_faults(frame, mapping.long, file=file) if mapping.long else []
    first_rows = _find_first_rows(keyed)
    faults: dict[tuple[int, str], KpiFault] = {}
    for case in cases.to_dict("records"):
        row, name = int(case["index"]), str(case["column"])
        if case["check"] == "double":
            faults[row, ""] = _describe_double(frame, keys, row, first_rows[row], file)
        else:
            cell = frame.at[row, name]
            what = f"{quote(as_text(cell))} in kolom" if cell != "" else "kolom"
            sentence = f"{what} {quote_column(name)} {problems[name](cell)}"
            faults[row, name] = KpiFault(file, sentence, row=row, column=name, value=as_text(cell))
    return [faults[place] for place in sorted(faults)]


def find_meaning_faults(frame: pd.DataFrame, long: LongColumns, *, file: str) -> list[KpiFault]:
    """Return a fault where one indicator has two meanings in the same period.

    Between periods a definition may change; `indicators.comparability` then warns. Within a period
    two definitions under one code would make one number out of two.
    """
    named = {long.label: "naam", long.unit: "eenheid", long.definition: "definitie"}
    firsts: dict[tuple[str, str], tuple[int, dict[str, str]]] = {}
    faults: dict[tuple[str, str, str], KpiFault] = {}
    for row, record in zip(frame.index, frame.to_dict("records"), strict=True):
        code, period = as_text(record[long.indicator]), as_text(record[long.period])
        meaning = {column: as_text(record[column]) for column in named}
        first_row, first = firsts.setdefault((code, period), (int(row), meaning))
        for column, what in named.items():
            if meaning[column] != first[column] and (code, period, column) not in faults:
                sentence = (
                    f"{quote(code)} heeft hier een andere {what} dan in rij {first_row}. "
                    "Geef het een eigen code of maak ze gelijk."
                )
                faults[code, period, column] = KpiFault(file, sentence, row=int(row), column=column)
    return list(faults.values())


def _describe_columns(frame: pd.DataFrame, mapping: FigureMapping) -> tuple[dict[str, pa.Column], dict[str, Problem]]:
    """Return the schema's columns, and for each the function that says what is wrong with a cell."""
    problems: dict[str, Problem] = {name: partial(_value_problem, mapping=mapping) for name in _value_columns(mapping)}
    for name, longest, is_period, may_be_empty in _text_columns(frame, mapping):
        problems[name] = partial(_text_problem, longest=longest, is_period=is_period, may_be_empty=may_be_empty)
    columns = {
        name: pa.Column(checks=pa.Check(partial(_is_right, problem), element_wise=True, name="cell"))
        for name, problem in problems.items()
    }
    return columns, problems


def _is_right(problem: Problem, cell: Cell) -> bool:
    return problem(cell) is None


def _value_columns(mapping: FigureMapping) -> list[str]:
    return [mapping.long.value] if mapping.long else [value.column for value in mapping.values]


def _text_columns(frame: pd.DataFrame, mapping: FigureMapping) -> list[tuple[str, int, bool, bool]]:
    """Return (column, longest, is a period, may be empty) for every column with words."""
    if mapping.long is None:
        found = [
            (mapping.area_column, LONGEST["area"], False),
            (mapping.period_column, LONGEST["period"], True),
        ]
        return [(name, longest, is_period, False) for name, longest, is_period in found if name]
    names = mapping.long.model_dump()
    checked = [
        (names[key], LONGEST.get(key, 4000), key == "period", key in {"counts", "counts_not", "value_text"})
        for key in names
        if key != "value"
    ]
    return [entry for entry in checked if entry[0] in frame.columns]


def _value_problem(cell: Cell, *, mapping: FigureMapping) -> str | None:
    if isinstance(cell, float) or cell == "" or is_suppressed(cell, mapping):
        return None
    try:
        parse_number(cell.removesuffix("*").removesuffix("*"), decimal=mapping.decimal)
    except NotANumber as problem:
        return f"{problem.reason}. {problem.next_step}"
    return None


def _text_problem(cell: Cell, *, longest: int, is_period: bool, may_be_empty: bool) -> str | None:
    text = as_text(cell)
    if not text:
        return None if may_be_empty else "is leeg. Vul de cel in."
    if len(text) > longest:
        return f"is langer dan {longest} tekens. Maak de tekst korter."
    if is_period and not _YEAR.search(text):
        return "heeft geen jaartal. Schrijf bijvoorbeeld 2024 of 2024 Q1."
    return None


def _key_columns(mapping: FigureMapping) -> list[str]:
    if mapping.long:
        return [mapping.long.indicator, mapping.long.area, mapping.long.period, mapping.long.source]
    return [name for name in (mapping.area_column, mapping.period_column) if name]


def _row_keys(frame: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Return what makes a row one figure; "2022" and "2022*" are the same period."""
    joined = [
        "\x1f".join(as_text(cell).rstrip("*").strip().casefold() for cell in row) for row in frame[keys].to_numpy()
    ]
    return pd.Series(joined, index=frame.index, dtype=object)


def _stands_first(keys: pd.Series) -> pd.Series:
    return ~keys.duplicated(keep="first")


def _find_first_rows(keyed: pd.DataFrame) -> dict[int, int]:
    """Return for each row the first row with the same key: itself, unless it is a double."""
    first: dict[str, int] = {}
    return {int(row): first.setdefault(key, int(row)) for row, key in keyed[_KEY].items()}


def _describe_double(frame: pd.DataFrame, keys: list[str], row: int, first: int, file: str) -> KpiFault:
    cells = ", ".join(quote(as_text(frame.at[row, name])) for name in keys)
    what = cells or "dit gebied in deze periode"
    return KpiFault(file, f"{what} staat ook al in rij {first}. Haal een van de twee rijen weg.", row=row)
