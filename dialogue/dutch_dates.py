"""Dates as Dutch people read them."""

from datetime import date

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


def say_date(day: date) -> str:
    """A day in words.

    >>> say_date(date(2024, 5, 3))
    '3 mei 2024'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say_month(month: str) -> str:
    """A month such as "2024-05" in words.

    >>> say_month("2024-05")
    'mei 2024'
    """
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"
