"""JSON Lines: one story a line, as the fictional stories and our own export have it.

{"id", "perspective", "language", "consent", "teller_id", "month", "title", "text",
"answers": {element: answer}, "context": {…}}; only id and perspective are required. An answer is three
shares or {pole: share}, a number, {stone: [x, y]}, a key, a list of keys, or "na" for past niet.
Other fields are left alone.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from imports.dates import read_month
from imports.faults import ImportFault, StoryFileError, quote
from imports.incoming import IncomingStory, Item
from imports.wide_table import INPUT_MODE
from stories.answers import ANSWERED, NOT_APPLICABLE_ANSWER, Answer
from stories.framework import SignificationFramework
from stories.selection import NA_OPTION

# Facts about a teller in the fictional stories, and the background question that asks for each.
CONTEXT_QUESTIONS = {"age_group": "BG1", "help_duration": "BG2", "area": "BG3"}
_TEXT_FIELDS = ("perspective", "language", "consent", "title", "text")


class FieldError(Exception):
    """A field cannot be read; the sentence says what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def read_jsonl(
    path: Path, framework: SignificationFramework, *, context_questions: Mapping[str, str] = CONTEXT_QUESTIONS
) -> Iterator[Item]:
    """Read each line. context_questions: background question by the key in `context`.

    A context value is an answer only where the framework asks that question of the perspective and
    knows the value. Raises StoryFileError for a file that cannot be opened; faults in lines are items.
    """
    if not path.is_file():
        raise StoryFileError([ImportFault(path.name, "dit bestand bestaat niet. Kijk of de naam klopt.")])
    return _read_lines(path, framework, context_questions)


def _read_lines(path: Path, framework: SignificationFramework, questions: Mapping[str, str]) -> Iterator[Item]:
    number = 0
    # newline="\n": a text may hold other signs that Python takes for the end of a line.
    with path.open(encoding="utf-8-sig", newline="\n") as stream:
        try:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield _read_line(path.name, number, line, framework, questions)
        except UnicodeDecodeError:
            yield ImportFault(path.name, "hier staat een teken dat geen UTF-8 is. Sla op als UTF-8.", number + 1)


def _read_line(
    file: str, number: int, line: str, framework: SignificationFramework, questions: Mapping[str, str]
) -> Item:
    try:
        return _make_story(file, number, _read_object(line), framework, questions)
    except FieldError as error:
        return ImportFault(file, error.sentence, number, error.field or None)


def _read_object(line: str) -> dict[str, Any]:
    try:
        content = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FieldError("", "dit is geen geldige JSON. Zet op elke regel één object tussen { en }.") from error
    if not isinstance(content, dict):
        raise FieldError("", "hier hoort een object tussen { en }.")
    for name in _TEXT_FIELDS:
        if not isinstance(content.get(name) or "", str):
            raise FieldError(name, "hier hoort tekst te staan.")
    for name in ("answers", "context"):
        if not isinstance(content.get(name) or {}, dict):
            raise FieldError(name, "hier horen onderdelen met een naam te staan, tussen { en }.")
    return content


def _make_story(
    file: str, row: int, content: dict[str, Any], framework: SignificationFramework, questions: Mapping[str, str]
) -> IncomingStory:
    context = content.get("context") or {}
    perspective = content.get("perspective") or ""
    answers = _read_context(context, perspective, framework, questions) | _read_answers(content.get("answers") or {})
    return IncomingStory(
        file,
        row,
        _read_id(content, "id") or _refuse_without_id(),
        perspective,
        consent=content.get("consent") or None,
        title=content.get("title") or "",
        text=content.get("text") or "",
        language=content.get("language") or None,
        told_on=_read_told_on(content.get("month") or context.get("month")),
        teller=_read_id(content, "teller_id"),
        answers=answers,
    )


def _read_id(content: dict[str, Any], name: str) -> str | None:
    value = content.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
        raise FieldError(name, "hier hoort een nummer of een code te staan.")
    return str(value).strip() or None if value is not None else None


def _refuse_without_id() -> str:
    raise FieldError("id", "het nummer ontbreekt. Geef elk verhaal een eigen nummer.")


def _read_told_on(month: Any) -> date | None:
    if month is None:
        return None
    told_on = read_month(month) if isinstance(month, str) else None
    if told_on is None:
        raise FieldError("month", f"{quote(month)} is geen maand zoals 2024-03.")
    return told_on


def _read_answers(answers: dict[str, Any]) -> dict[str, Answer]:
    read = {name: _read_answer(value) for name, value in answers.items()}
    return {name: answer for name, answer in read.items() if answer is not None}


def _read_answer(value: Any) -> Answer | None:
    if value is None:
        return None
    if value == NA_OPTION:
        return NOT_APPLICABLE_ANSWER
    return Answer(ANSWERED, value, input_mode=INPUT_MODE)


def _read_context(
    context: dict[str, Any], perspective: str, framework: SignificationFramework, questions: Mapping[str, str]
) -> dict[str, Answer]:
    asked = {fact.id: {option.key for option in fact.options} for fact in framework.background_for(perspective)}
    return {
        element: Answer(ANSWERED, [context[key]], input_mode=INPUT_MODE)
        for key, element in questions.items()
        if element in asked and isinstance(context.get(key), str) and context[key] in asked[element]
    }
