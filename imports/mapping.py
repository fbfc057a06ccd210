"""Mapping files: YAML that says what stands where in somebody else's file."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from imports.dates import compile_format
from imports.faults import ImportFault, StoryFileError
from safeguards.consent import Consent


class MappingPart(BaseModel):
    """A piece of a mapping file; a key that nobody knows is a mistake in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DateColumn(MappingPart):
    """The column with the day. formats: such as dd/mm/yyyy or m/d/yyyy; the first that fits counts."""

    column: str
    formats: tuple[str, ...] = Field(min_length=1)

    @field_validator("formats")
    @classmethod
    def can_be_read(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        """A format has a day, a month and a year."""
        for text in formats:
            try:
                compile_format(text)
            except ValueError as error:
                raise ValueError(f'"{text}" heeft niet precies één dag, maand en jaar, zoals dd/mm/yyyy') from error
        return formats


class ChoiceColumn(MappingPart):
    """A column that answers a choice. keys: option by what stands in the cell; no_answer: cells that are skipped."""

    column: str
    keys: dict[str, str] = Field(min_length=1)
    no_answer: tuple[str, ...] = ()


class CommentsMapping(MappingPart):
    """A table with one comment a row. no_story: texts that stand for no text, whatever their case and full stop."""

    text: str
    id: str
    perspective: str
    consent: Consent
    language: str | None = None
    title: str | None = None
    teller: str | None = None
    date: DateColumn | None = None
    choices: dict[str, ChoiceColumn] = {}
    no_story: tuple[str, ...] = ()


class StoriesMapping(MappingPart):
    """What a file of ours leaves open. context: background question by key, for JSON Lines."""

    consent: Consent | None = None
    context: dict[str, str] | None = None


def load_comments_mapping(path: Path) -> CommentsMapping:
    """Read a mapping for comments-csv. Raises StoryFileError with every fault."""
    return _check(CommentsMapping, path)


def load_stories_mapping(path: Path) -> StoriesMapping:
    """Read a mapping for verteltafel-csv or jsonl. Raises StoryFileError with every fault."""
    return _check(StoriesMapping, path)


def _check(kind: type[Any], path: Path) -> Any:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise StoryFileError([ImportFault(path.name, "dit bestand bestaat niet. Kijk of de naam klopt.")]) from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise StoryFileError([ImportFault(path.name, "dit is geen geldige YAML in UTF-8.")]) from error
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        raise StoryFileError([_say_fault(path.name, fault) for fault in error.errors()]) from error


_SENTENCES = {
    "missing": "dit onderdeel ontbreekt. Vul het aan.",
    "extra_forbidden": "dit onderdeel is niet bekend. Kijk of de naam goed gespeld is.",
    "enum": "kies researchers, table of report.",
    "model_type": "hier horen onderdelen met een naam te staan.",
}


def _say_fault(file: str, fault: Any) -> ImportFault:
    place = " → ".join(str(step) for step in fault["loc"])
    sentence = _SENTENCES.get(fault["type"])
    if sentence is None and fault["type"] == "value_error":
        sentence = fault["msg"].removeprefix("Value error, ") + "."
    sentence = sentence or "hier hoort iets anders te staan. Tekst staat tussen aanhalingstekens, ook bij cijfers."
    return ImportFault(file, f"{place}: {sentence}" if place else sentence)
