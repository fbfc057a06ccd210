"""What every reader makes of a file: stories, rows set apart, and faults, one for each row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from imports.faults import ImportFault
from stories.answers import Answer


@dataclass(frozen=True)
class IncomingStory:
    """One story of a file, not checked yet. number: its id in the file; teller: its teller's id there.

    consent, told_on, language: None where the file does not say. remark: what a person has to know about
    how this row was read; equal remarks are counted together.
    """

    file: str
    row: int
    number: str
    perspective: str
    consent: str | None = None
    title: str = ""
    text: str = ""
    language: str | None = None
    told_on: date | None = None
    teller: str | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    remark: str | None = None

    def __repr__(self) -> str:
        return f"IncomingStory({self.file}, {self.row})"  # never a text in a log or an error


@dataclass(frozen=True)
class SetApart:
    """A row that holds no story to import, and why; counted and named, never dropped in silence."""

    file: str
    row: int
    reason: str


Item = IncomingStory | SetApart | ImportFault
