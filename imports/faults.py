"""What can be wrong with a file of stories, said so that its maker can mend it."""

from collections.abc import Sequence
from dataclasses import dataclass

from faults import PersonFault

LONGEST_QUOTE = 40
MOST_SHOWN = 20


@dataclass(frozen=True)
class ImportFault:
    """One fault. row: as the spreadsheet counts, the header being row 1; in JSON Lines the line; None: the file.

    column: the column or field. sentence: what is wrong and what to do. Never holds a story's text.
    """

    file: str
    sentence: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}, rij {self.row}"
        column = "" if self.column is None else f', kolom "{self.column}"'
        return f"{place}{column}: {self.sentence}"


class StoryFileError(PersonFault):
    """Files of stories that are refused as a whole, with nothing stored. faults: every one, in file order."""

    def __init__(self, faults: Sequence[ImportFault]) -> None:
        if not faults:
            raise ValueError("A StoryFileError needs at least one fault.")
        shown = [str(fault) for fault in faults[:MOST_SHOWN]]
        if len(faults) > MOST_SHOWN:
            shown.append(f"En nog {len(faults) - MOST_SHOWN} fouten. Verbeter eerst de fouten hierboven.")
        super().__init__("\n".join(shown))
        self.faults = tuple(faults)


def quote(value: object) -> str:
    """A short value between quotes, on one line. For keys and numbers, not for stories."""
    text = "".join(sign if sign.isprintable() else " " for sign in str(value)).strip()
    return f'"{text[: LONGEST_QUOTE - 1]}…"' if len(text) > LONGEST_QUOTE else f'"{text}"'
