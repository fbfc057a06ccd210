"""What can be wrong with a file of figures, said so that its maker can mend it."""

from dataclasses import dataclass

from faults import PersonFault

LONGEST_QUOTE = 40
MOST_SHOWN = 200


@dataclass(frozen=True)
class KpiFault:
    """One fault. row counts as the spreadsheet does (the header is row 1); None: the whole file.

    sentence: what is wrong and what to do, without file and row.
    """

    file: str
    sentence: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}, rij {self.row}" if self.row is not None else self.file
        return f"{place}: {self.sentence}"


class KpiFileError(PersonFault):
    """A file of figures that is refused as a whole; `faults` has every fault, in the order of the file."""

    def __init__(self, faults: list[KpiFault]) -> None:
        if not faults:
            raise ValueError("A KpiFileError needs at least one fault.")
        self.faults = faults
        shown = [str(fault) for fault in faults[:MOST_SHOWN]]
        if len(faults) > MOST_SHOWN:
            shown.append(f"En nog {len(faults) - MOST_SHOWN} fouten. Verbeter eerst de fouten hierboven.")
        super().__init__("\n".join(shown))


def quote(value: object) -> str:
    """Return a cell between quotes, short and on one line: a fault points, it copies no file."""
    text = "".join(sign if sign.isprintable() else " " for sign in str(value)).strip()
    return f'"{text[: LONGEST_QUOTE - 1]}…"' if len(text) > LONGEST_QUOTE else f'"{text}"'
