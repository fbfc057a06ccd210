"""Small Dutch: numbers, months, plurals, and text that must not be read as Markdown."""

import re

MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:&])")


def escape_markdown(text: str) -> str:
    """Text from a file or a person, safe in a place where Streamlit reads Markdown.

    >>> escape_markdown("T1: *wie*?")
    'T1\\\\: \\\\*wie\\\\*?'
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def show_number(number: int) -> str:
    """A whole number as Dutch readers write it.

    >>> show_number(20000)
    '20.000'
    """
    return f"{number:,}".replace(",", ".")


def count_of(number: int, one: str, more: str) -> str:
    """A number with its noun.

    >>> count_of(1, "verhaal", "verhalen"), count_of(0, "verhaal", "verhalen")
    ('1 verhaal', '0 verhalen')
    """
    return f"{show_number(number)} {one if number == 1 else more}"


def show_month(month: str) -> str:
    """A month of `stories_frame` for a reader.

    >>> show_month("2024-03")
    'mrt 2024'
    """
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def show_period(first: str, last: str) -> str:
    """From which month to which month.

    >>> show_period("2024-01", "2024-12"), show_period("2024-01", "2024-01")
    ('jan 2024 tot en met dec 2024', 'jan 2024')
    """
    return show_month(first) if first == last else f"{show_month(first)} tot en met {show_month(last)}"


def show_share(share: float) -> str:
    """A share as a whole percentage.

    >>> show_share(0.126)
    '13%'
    """
    return f"{round(100 * share)}%"


def join_words(words: list[str]) -> str:
    """Words in a sentence.

    >>> join_words(["kind", "ouder", "medewerker"])
    'kind, ouder en medewerker'
    """
    return " en ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
