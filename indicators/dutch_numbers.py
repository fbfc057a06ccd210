"""Numbers as Dutch offices write them in spreadsheets."""

import re
from dataclasses import dataclass
from typing import Literal

DecimalSign = Literal[",", "."]

# No-break and narrow no-break spaces come out of Excel and StatLine as thousands signs.
_SPACES = " \u00a0\u202f"
_PATTERNS: dict[DecimalSign, re.Pattern[str]] = {
    ",": re.compile(rf"-?(?:[0-9]{{1,3}}(?:[.{_SPACES}][0-9]{{3}})+|[0-9]+)(?:,[0-9]+)?"),
    ".": re.compile(rf"-?(?:[0-9]{{1,3}}(?:[,{_SPACES}][0-9]{{3}})+|[0-9]+)(?:\.[0-9]+)?"),
}
_HAS_DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True)
class NotANumber(Exception):
    """A cell that is no number. `reason` and `next_step` are the two halves of a Dutch sentence."""

    reason: str
    next_step: str


def parse_number(text: str, *, decimal: DecimalSign = ",") -> float:
    """Return the number in a cell.

    text: "15,3", "1.060", "1 060", "-2". One thousands sign may stand between each three digits.
    Raises NotANumber for anything else. "13.2" is refused, not read as 132 or 13,2: only the
    person who made the file knows which of the two it is.

    >>> parse_number("4.200.000"), parse_number("15,3")
    (4200000.0, 15.3)
    """
    cell = text.strip()
    if _PATTERNS[decimal].fullmatch(cell):
        thousands = "." if decimal == "," else ","
        bare = re.sub(rf"[{_SPACES}]", "", cell).replace(thousands, "").replace(decimal, ".")
        return float(bare)
    raise _explain(cell, decimal)


def _explain(cell: str, decimal: DecimalSign) -> NotANumber:
    other: DecimalSign = "." if decimal == "," else ","
    if _PATTERNS[other].fullmatch(cell):
        right = cell.translate(str.maketrans(",.", ".,"))
        return NotANumber("heeft een punt of komma op een plek die ik niet herken", f"Schrijf bijvoorbeeld {right}.")
    if cell in {"-", "–", "—"}:
        return NotANumber("kan nul of onbekend betekenen", "Schrijf 0, of laat de cel leeg als de waarde onbekend is.")
    if _HAS_DIGIT.search(cell):
        return NotANumber("is geen los getal", "Laat alleen het getal staan, zonder eenheid of teken.")
    return NotANumber("is geen getal", "Laat de cel leeg als de waarde onbekend is.")
