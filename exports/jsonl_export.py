"""JSON Lines: one object a line, the same as the CSV with numbers and lists as such.

A story is written in the form that `imports.jsonl_stories` reads, and that `manage.py deidentify`,
`tag` and `themes` take: the number of the story is called `id`.
"""

import json
from collections.abc import Mapping
from typing import Any, TextIO

from exports.cells import round_shares
from exports.content import ExportContent, ReportContent, StoriesContent
from exports.report_records import COUNT, QUOTE, count_records, quote_records
from stories.elements import Background, Dyad, Element, Stones, Triad
from stories.queries import wide_columns
from stories.selection import NA_OPTION

# Some programs take these for the end of a line too; as \u2028 they mean the same in JSON.
_OTHER_LINE_ENDS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


def write_jsonl(content: ExportContent, stream: TextIO) -> None:
    """Write an export as JSON Lines."""
    records = _story_objects(content) if isinstance(content, StoriesContent) else _report_objects(content)
    for record in records:
        stream.write(json.dumps(record, ensure_ascii=False).translate(_OTHER_LINE_ENDS) + "\n")


def _story_objects(content: StoriesContent) -> list[dict[str, Any]]:
    stories = content.released.stories.frame.to_dict("index")
    rows = content.released.rows.to_dict("index")
    return [_story_object(content, str(key), rows[key], stories[key]) for key in rows]


def _story_object(
    content: StoriesContent, story_id: str, values: Mapping[Any, Any], story: Mapping[Any, Any]
) -> dict[str, Any]:
    answers = {name: _typed_answer(part, values) for name, part in content.framework.elements.items()}
    theme = story["theme_label"]
    return {
        "id": content.pseudonyms.for_story(story_id),
        "teller_id": content.pseudonyms.for_teller(values["teller_id"]),
        "perspective": values["perspective"],
        "language": story["language"],
        "consent": story["consent"],
        "month": story["told_on"],
        "title": story["title"],
        "text": story["text"],
        "theme": theme if isinstance(theme, str) else None,
        "tags": story["tags"],
        "answers": {name: answer for name, answer in answers.items() if answer is not None},
    }


def _typed_answer(element: Element | Background, values: Mapping[Any, Any]) -> Any:
    """The answer as it is stored, "na" for past niet, None when skipped, not asked or blanked."""
    cells = [values[column] for column in wide_columns(element)]
    if NA_OPTION in cells:
        return NA_OPTION
    if isinstance(element, Stones):
        places = zip(element.stone_keys, cells[::2], cells[1::2], strict=True)
        return {key: [x, y] for key, x, y in places if x is not None} or None
    if cells[0] is None:
        return None
    if isinstance(element, Triad):
        return round_shares(dict(zip(element.pole_keys, cells, strict=True)))
    return cells[0] if isinstance(element, Dyad) else cells[0].split("|")


def _report_objects(content: ReportContent) -> list[dict[str, Any]]:
    counts: list[dict[str, Any]] = []
    for count in count_records(content):
        record = {"kind": COUNT, **vars(count)}
        smallest = record.pop("smallest")
        counts.append(record if count.n is not None else {**record, "hidden": f"minder dan {smallest}"})
    return counts + [{"kind": QUOTE, **vars(quote)} for quote in quote_records(content)]
