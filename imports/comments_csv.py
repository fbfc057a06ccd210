"""A CSV with one comment a row, from any other program, read with a mapping file."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from imports.csv_files import CsvRow, open_csv
from imports.dates import compile_format, read_dates
from imports.faults import ImportFault, quote
from imports.incoming import IncomingStory, Item, SetApart
from imports.mapping import CommentsMapping
from imports.wide_table import INPUT_MODE
from stories.answers import ANSWERED, Answer

NO_TEXT = "er staat geen tekst"
NO_STORY = "de tekst zegt dat er geen antwoord is"
AMBIGUOUS_DATE = "De datum kan op twee manieren gelezen worden; de eerste vorm in de mapping telt"


@dataclass(frozen=True)
class _Reader:
    file: str
    mapping: CommentsMapping
    no_story: frozenset[str]
    formats: tuple[re.Pattern[str], ...]


def read_comments_csv(path: Path, mapping: CommentsMapping, *, max_characters: int) -> Iterator[Item]:
    """Read each row. Rows without a text, too long, or with a date that cannot be read are set apart.

    A choice that the mapping does not know is a fault: then the mapping is not complete.
    Raises StoryFileError when a mapped column is not there.
    """
    columns = [mapping.id, mapping.text, mapping.title, mapping.teller]
    columns += [mapping.date.column if mapping.date else None, *(one.column for one in mapping.choices.values())]
    table = open_csv(path, required=[column for column in columns if column is not None])
    reader = _Reader(
        path.name,
        mapping,
        frozenset(_plain(text) for text in mapping.no_story),
        tuple(compile_format(text) for text in (mapping.date.formats if mapping.date else ())),
    )
    return (_read_row(reader, row, max_characters) for row in table.rows())


def _read_row(reader: _Reader, row: CsvRow | ImportFault, max_characters: int) -> Item:
    if isinstance(row, ImportFault):
        return row
    mapping, cells = reader.mapping, row.cells
    reason = _reason_to_set_apart(reader, cells[mapping.text], max_characters)
    if reason:
        return SetApart(reader.file, row.number, reason)
    if not cells[mapping.id].strip():
        return ImportFault(reader.file, "deze cel is leeg. Elk verhaal heeft een nummer.", row.number, mapping.id)
    days = read_dates(cells[mapping.date.column], reader.formats) if mapping.date else []
    if mapping.date and not days:
        return SetApart(reader.file, row.number, f"datum {quote(cells[mapping.date.column])} is niet te lezen")
    answers: dict[str, Answer] = {}
    for element, choice in mapping.choices.items():
        cell = cells[choice.column].strip()
        if cell in choice.keys:
            answers[element] = Answer(ANSWERED, [choice.keys[cell]], input_mode=INPUT_MODE)
        elif cell and cell not in choice.no_answer:
            sentence = f"{quote(cell)} staat niet in de mapping. Zet het bij keys of bij no_answer."
            return ImportFault(reader.file, sentence, row.number, choice.column)
    return _make_story(mapping, reader.file, row, days, answers)


def _make_story(
    mapping: CommentsMapping, file: str, row: CsvRow, days: list[date], answers: dict[str, Answer]
) -> IncomingStory:
    cells = row.cells
    return IncomingStory(
        file,
        row.number,
        cells[mapping.id].strip(),
        mapping.perspective,
        consent=mapping.consent.value,
        title=cells[mapping.title] if mapping.title else "",
        text=cells[mapping.text],
        language=mapping.language,
        told_on=days[0] if days else None,
        teller=cells[mapping.teller].strip() or None if mapping.teller else None,
        answers=answers,
        remark=AMBIGUOUS_DATE if len(days) > 1 else None,
    )


def _reason_to_set_apart(reader: _Reader, text: str, max_characters: int) -> str | None:
    if all(unicodedata.category(sign)[0] in "PZC" for sign in text):
        return NO_TEXT
    if _plain(text) in reader.no_story:
        return NO_STORY
    if len(text.strip()) > max_characters:
        return f"de tekst is langer dan {max_characters} tekens"
    return None


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" .!-").casefold()
