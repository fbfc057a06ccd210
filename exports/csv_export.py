"""CSV: the wide answers table, which `manage.py patterns` and our own import read, and a report as rows.

UTF-8 without a byte order mark, commas, decimal points, lines end in CRLF (RFC 4180).
docs/how-to/export.md says why, and how to open the file in a Dutch spreadsheet program.
"""

import csv
from collections.abc import Mapping
from typing import Any, TextIO

from exports.cells import protect_text, round_shares, show_number
from exports.content import ExportContent, ReportContent, StoriesContent
from exports.report_records import COUNT, QUOTE, count_records, quote_records
from safeguards.suppression import show_count
from stories.elements import Background, Element, Triad
from stories.queries import wide_columns
from stories.selection import NA_OPTION

FIRST_COLUMNS = ("story_id", "teller_id", "perspective")
STORY_COLUMNS = ("title", "text", "language", "consent", "month", "theme", "tags")
REPORT_COLUMNS = ("kind", "perspective", "element", "question", "option", "label", "n", "title", "text")


def write_csv(content: ExportContent, stream: TextIO) -> None:
    """Write an export as CSV. stream: opened with newline=""."""
    if isinstance(content, StoriesContent):
        _write_stories(content, stream)
    else:
        _write_report(content, stream)


def _write_stories(content: StoriesContent, stream: TextIO) -> None:
    elements = content.framework.elements.values()
    columns = [column for element in elements for column in wide_columns(element)]
    writer = csv.writer(stream)
    writer.writerow([*FIRST_COLUMNS, *columns, *STORY_COLUMNS])
    stories = content.released.stories.frame.to_dict("index")
    for story_id, values in content.released.rows.to_dict("index").items():
        answers = [cell for element in elements for cell in _answer_cells(element, values)]
        first = [
            content.pseudonyms.for_story(str(story_id)),
            content.pseudonyms.for_teller(values["teller_id"]),
            values["perspective"],
        ]
        writer.writerow([*first, *answers, *_story_cells(stories[story_id])])


def _answer_cells(element: Element | Background, values: Mapping[Any, Any]) -> list[str]:
    columns = wide_columns(element)
    own = [values[column] for column in columns]
    if isinstance(element, Triad) and own[0] is not None and own[0] != NA_OPTION:
        own = list(round_shares(dict(zip(columns, own, strict=True))).values())
    return [_show_answer(value) for value in own]


def _show_answer(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else show_number(value)


def _story_cells(story: Mapping[Any, Any]) -> list[str]:
    theme = story["theme_label"]
    return [
        protect_text(story["title"]),
        protect_text(story["text"]),
        story["language"],
        story["consent"],
        story["told_on"],
        protect_text(theme) if isinstance(theme, str) else "",
        protect_text("|".join(story["tags"])),
    ]


def _write_report(content: ReportContent, stream: TextIO) -> None:
    writer = csv.writer(stream)
    writer.writerow(REPORT_COLUMNS)
    for count in count_records(content):
        n = show_count(count.n, smallest=count.smallest)
        words = (protect_text(count.question), count.option, protect_text(count.label))
        writer.writerow([COUNT, count.perspective, count.element, *words, n, "", ""])
    for quote in quote_records(content):
        own = (protect_text(quote.title), protect_text(quote.text))
        writer.writerow([QUOTE, quote.perspective, "", "", "", "", "", *own])
