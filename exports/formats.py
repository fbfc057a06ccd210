"""The formats that an export can have."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from exports.content import ExportContent
from exports.csv_export import write_csv
from exports.jsonl_export import write_jsonl
from faults import PersonFault


@dataclass(frozen=True)
class Format:
    """One format. label: for whom, on screen. write: puts the content into a text stream."""

    name: str
    label: str
    write: Callable[[ExportContent, TextIO], None]


FORMATS = {
    "csv": Format("csv", "CSV: voor R, SPSS, Python en een rekenblad", write_csv),
    "jsonl": Format("jsonl", "JSON Lines: voor programma's", write_jsonl),
}


class FormatUnknown(PersonFault):
    """There is no format with this name; the sentence says which there are."""

    def __init__(self, name: str) -> None:
        super().__init__(f'Formaat "{name}" bestaat niet. Kies uit: {", ".join(FORMATS)}.')


def find_format(name: str) -> Format:
    """The format with this name. Raises FormatUnknown."""
    if name not in FORMATS:
        raise FormatUnknown(name)
    return FORMATS[name]
