"""Our own CSV: the wide answers table with title, text, language, consent and month (docs/how-to/export.md)."""

from collections.abc import Iterator
from pathlib import Path

from exports.cells import unprotect_text
from exports.csv_export import FIRST_COLUMNS, STORY_COLUMNS
from imports.csv_files import CsvFile, CsvRow, open_csv
from imports.dates import read_month
from imports.faults import ImportFault, StoryFileError, quote
from imports.incoming import IncomingStory, Item
from imports.wide_table import CellError, find_column_faults, read_answers
from stories.framework import SignificationFramework

REQUIRED = ("story_id", "perspective")


def read_verteltafel_csv(path: Path, framework: SignificationFramework) -> Iterator[Item]:
    """Read each row. Themes and tags are not taken over: the pipeline suggests them again.

    A spreadsheet in Dutch saves this table with `;` and decimal commas; both are read.
    Raises StoryFileError when the header is wrong; faults in rows come as items.
    """
    table = open_csv(path, required=REQUIRED)
    others = frozenset((*FIRST_COLUMNS, *STORY_COLUMNS))
    faults = find_column_faults(table.header, framework, others=others, file=path.name)
    if faults:
        raise StoryFileError(faults)
    return (_read_row(table, row, framework) for row in table.rows())


def _read_row(table: CsvFile, row: CsvRow | ImportFault, framework: SignificationFramework) -> Item:
    if isinstance(row, ImportFault):
        return row
    file, cells = table.path.name, row.cells
    if not cells["story_id"].strip():
        return ImportFault(file, "deze cel is leeg. Geef elk verhaal een eigen nummer.", row.number, "story_id")
    month = cells.get("month", "").strip()
    told_on = read_month(month)
    if month and told_on is None:
        sentence = f"{quote(month)} is geen maand zoals 2024-03. Maak de kolom in het rekenblad op als tekst."
        return ImportFault(file, sentence, row.number, "month")
    try:
        answers = read_answers(cells, framework, decimal_comma=table.delimiter == ";")
    except CellError as error:
        return ImportFault(file, error.sentence, row.number, error.column)
    return IncomingStory(
        file,
        row.number,
        cells["story_id"].strip(),
        cells["perspective"].strip(),
        consent=cells.get("consent", "").strip() or None,
        title=unprotect_text(cells.get("title", "")),
        text=unprotect_text(cells.get("text", "")),
        language=cells.get("language", "").strip() or None,
        told_on=told_on,
        teller=cells.get("teller_id", "").strip() or None,
        answers=answers,
    )
