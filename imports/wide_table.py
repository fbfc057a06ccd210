"""The wide answers table: from cells to answers. The other way is `stories.queries.wide_answers`."""

import math
from collections.abc import Mapping
from typing import Any

from imports.faults import ImportFault, quote
from stories.answers import ANSWERED, NOT_APPLICABLE_ANSWER, Answer
from stories.elements import Background, Dyad, Element, Stones, Triad
from stories.framework import SignificationFramework
from stories.queries import wide_columns
from stories.selection import NA_OPTION

INPUT_MODE = "import"


class CellError(Exception):
    """A cell cannot be read. column: which one; the sentence says what to do."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column
        self.sentence = sentence


def find_column_faults(
    header: tuple[str, ...], framework: SignificationFramework, *, others: frozenset[str], file: str
) -> list[ImportFault]:
    """Columns that nobody knows, and questions of which only a part is there. others: known besides answers."""
    by_element = {name: wide_columns(part) for name, part in framework.elements.items()}
    known = {column for columns in by_element.values() for column in columns} | others
    faults = [
        ImportFault(file, "hoort niet bij dit duidingskader. Haal de kolom weg of verbeter de naam.", 1, column)
        for column in header
        if column not in known
    ]
    for name, columns in by_element.items():
        missing = [column for column in columns if column not in header]
        if missing and len(missing) < len(columns):
            faults.append(ImportFault(file, f"vraag {name} mist deze kolom. Voeg die toe.", 1, missing[0]))
    return faults


def read_answers(
    cells: Mapping[str, str], framework: SignificationFramework, *, decimal_comma: bool
) -> dict[str, Answer]:
    """The answers of one row by element; a question without a filled cell is not there. Raises CellError."""
    answers = {}
    for name, element in framework.elements.items():
        own = {column: cells.get(column, "").strip() for column in wide_columns(element)}
        if any(own.values()):
            answers[name] = _read_answer(element, own, decimal_comma)
    return answers


def _read_answer(element: Element | Background, cells: dict[str, str], decimal_comma: bool) -> Answer:
    is_na = [cell == NA_OPTION for cell in cells.values()]
    if all(is_na):
        return NOT_APPLICABLE_ANSWER
    if any(is_na):
        column = next(column for column, cell in cells.items() if cell != NA_OPTION)
        raise CellError(column, f'de andere cellen van {element.id} zijn "{NA_OPTION}" (past niet); deze niet.')
    return Answer(ANSWERED, _read_value(element, cells, decimal_comma), input_mode=INPUT_MODE)


def _read_value(element: Element | Background, cells: dict[str, str], decimal_comma: bool) -> Any:
    if isinstance(element, Triad):
        return [_read_number(column, cell, decimal_comma) for column, cell in cells.items()]
    if isinstance(element, Dyad):
        return _read_number(element.id, cells[element.id], decimal_comma)
    if isinstance(element, Stones):
        return _read_stones(element, cells, decimal_comma)
    return [key.strip() for key in cells[element.id].split("|")]


def _read_stones(element: Stones, cells: dict[str, str], decimal_comma: bool) -> dict[str, list[float]]:
    places = {}
    for stone in element.stone_keys:
        columns = [f"{element.id}.{stone}.{axis}" for axis in "xy"]
        if any(cells[column] for column in columns):
            places[stone] = [_read_number(column, cells[column], decimal_comma) for column in columns]
    return places


def _read_number(column: str, cell: str, decimal_comma: bool) -> float:
    if not cell:
        raise CellError(
            column, "deze cel is leeg, terwijl de rest van het antwoord er staat. Vul aan of maak alles leeg."
        )
    try:
        number = float(cell.replace(",", ".") if decimal_comma else cell)
    except ValueError as error:
        raise CellError(column, f"{quote(cell)} is geen getal. Maak de cel leeg als het antwoord ontbreekt.") from error
    if not math.isfinite(number):
        raise CellError(column, f"{quote(cell)} is geen gewoon getal.")
    return number
