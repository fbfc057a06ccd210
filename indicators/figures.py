"""A figure: one number with everything that is needed to read it, and how it is shown."""

from dataclasses import dataclass
from typing import Literal

FigureStatus = Literal["known", "provisional", "suppressed", "missing"]

NO_FIGURE = "geen cijfer"
TOO_SMALL = "te klein om te tonen"


@dataclass(frozen=True)
class Figure:
    """One value of one indicator, for one area and period.

    value: None when the figure is suppressed, missing, or not a number. Never 0 for those:
        "nobody", "too few to say" and "we do not know" are three different things.
    status: "provisional" when the source says that the number may still change.
    unit: as people read it, "%" or "jeugdigen". period: "2022", without the source's asterisk.
    source: who published it, with its licence when it has one.
    definition, counts, counts_not: what the number is, what is in it and what is not.
    row: row in the file it came from, as a spreadsheet counts (the header is row 1).
    value_text: how the source says it ("ruim 80 fte"); for a date or a pair of numbers
        ("eind 2024") this is the whole figure, with value None and status "known".
    """

    indicator: str
    indicator_label: str
    value: float | None
    status: FigureStatus
    unit: str
    area: str
    period: str
    source: str
    definition: str
    counts: str
    counts_not: str
    row: int
    value_text: str = ""


def show_figure(figure: Figure) -> str:
    """Return the figure as people read it; a missing one says so, it does not vanish.

    >>> show_figure(Figure("a", "A", 15.3, "provisional", "%", "Groningen", "2022", "CBS", "", "", "", 2))
    '15,3% (voorlopig)'
    """
    if figure.status == "suppressed":
        return TOO_SMALL
    if figure.status == "missing":
        return NO_FIGURE
    provisional = " (voorlopig)" if figure.status == "provisional" else ""
    if figure.value is None:
        return (figure.value_text or NO_FIGURE) + provisional
    between = "" if figure.unit == "%" else " "
    return f"{show_number(figure.value)}{between}{figure.unit}{provisional}"


def show_number(number: float) -> str:
    """Return a number as Dutch readers write it, with at most six decimals.

    >>> show_number(4200000.0), show_number(15.3), show_number(-0.5)
    ('4.200.000', '15,3', '-0,5')
    """
    plain = f"{number:,.6f}".rstrip("0").rstrip(".")
    return plain.replace(",", " ").replace(".", ",").replace(" ", ".")
