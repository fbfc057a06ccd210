"""Dates as spreadsheets write them, in formats that say how many digits: dd-mm-yyyy, d/m/yyyy, m/d/yyyy."""

import re
from collections.abc import Sequence
from datetime import date

_PARTS = {
    "dd": r"(?P<day>\d\d)",
    "d": r"(?P<day>[1-9]\d?)",
    "mm": r"(?P<month>\d\d)",
    "m": r"(?P<month>[1-9]\d?)",
    "yyyy": r"(?P<year>\d{4})",
    "yy": r"(?P<year>\d\d)",
}
_TOKEN = re.compile(r"yyyy|yy|dd|d|mm|m")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
# A month that our own export made coarser, because it could point at somebody: 2024-K2 and 2024.
_QUARTER_OR_YEAR = re.compile(r"(\d{4})(?:-K([1-4]))?")


def compile_format(text: str) -> re.Pattern[str]:
    """The pattern of a format such as "dd/mm/yyyy". "dd" wants two digits, "d" no zero in front.

    Raises ValueError when day, month or year is missing or stands there twice.
    """
    tokens = _TOKEN.findall(text)
    if sorted(token[0] for token in tokens) != ["d", "m", "y"]:
        raise ValueError(f"The format {text} does not have one day, one month and one year.")
    between = [re.escape(part) for part in _TOKEN.split(text)]
    return re.compile("".join(a + b for a, b in zip(between, [*(_PARTS[token] for token in tokens), ""], strict=True)))


def read_dates(text: str, formats: Sequence[re.Pattern[str]]) -> list[date]:
    """Every date that this text can be, the first fitting format first; more than one is an ambiguous date."""
    found: list[date] = []
    for pattern in formats:
        match = pattern.fullmatch(text.strip())
        day = _make_date(match) if match else None
        if day is not None and day not in found:
            found.append(day)
    return found


def read_month(text: str) -> date | None:
    """The first day of a month such as "2024-03", a quarter "2024-K2" or a year; None for anything else."""
    coarse = _QUARTER_OR_YEAR.fullmatch(text.strip())
    if coarse and int(coarse[1]) > 0:
        return date(int(coarse[1]), 3 * int(coarse[2] or 1) - 2, 1)
    match = _MONTH.fullmatch(text.strip())
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1:
        return None
    return date(int(match[1]), int(match[2]), 1)


def _make_date(match: re.Match[str]) -> date | None:
    year = int(match["year"])
    try:
        return date(year + 2000 if year < 100 else year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None
