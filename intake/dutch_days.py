"""Dates as people write them."""

from datetime import date

# The machine's own language setting need not be Dutch.
_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december"
MONTHS = tuple(_MONTHS.split())


def show_day(day: date) -> str:
    """A date as people write it: 22 november 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
