"""Figures beside stories: what a number is, where it comes from, and what it does not say."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from indicators.comparability import compare
from indicators.figures import Figure, show_figure
from pages.shared.notices import NO_FIGURE


def group_by_indicator(figures: Sequence[Figure]) -> dict[str, list[Figure]]:
    """The figures of each indicator, both in the order given: nobody is ranked."""
    groups: dict[str, list[Figure]] = {}
    for figure in figures:
        groups.setdefault(figure.indicator, []).append(figure)
    return groups


def make_figure_card(figures: Sequence[Figure]) -> str:
    """One indicator as HTML: a line for each area and period, then how to read it."""
    first = figures[0]
    rows = "".join(
        f"<tr><td>{_say(figure.area)}</td><td>{_say(figure.period)}</td>"
        f'<td class="vt-value">{escape(show_figure(figure))}</td></tr>'
        for figure in figures
    )
    table = (
        f"<table><thead><tr><th>Gebied</th><th>Periode</th><th>Cijfer</th></tr></thead><tbody>{rows}</tbody></table>"
        if first.status != "missing" or len(figures) > 1
        else f'<p class="vt-value">{NO_FIGURE}: niemand heeft dit cijfer nog ingelezen.</p>'
    )
    reading = [
        *_unique_lines("Betekent", [figure.definition for figure in figures]),
        *_unique_lines("Telt mee", [figure.counts for figure in figures]),
        *_unique_lines("Telt niet mee", [figure.counts_not for figure in figures]),
        *_unique_lines("Bron", [figure.source for figure in figures]),
    ]
    warnings = "".join(f"<li>{escape(warning)}</li>" for warning in find_warnings(figures))
    return (
        f'<article class="vt-figure"><h4>{escape(first.indicator_label)}</h4>{table}{"".join(reading)}'
        + (f"<p><strong>Let op bij vergelijken</strong></p><ul>{warnings}</ul>" if warnings else "")
        + "</article>"
    )


def find_warnings(figures: Sequence[Figure]) -> list[str]:
    """What keeps figures of one indicator from being compared: each warning once, in order."""
    known = [figure for figure in figures if figure.status != "missing"]
    warnings = [warning for one, two in pairwise(known) for warning in compare(one, two)]
    return list(dict.fromkeys(warnings))


def _unique_lines(label: str, texts: Sequence[str]) -> list[str]:
    return [
        f'<p class="vt-note"><strong>{label}:</strong> {escape(text)}</p>'
        for text in dict.fromkeys(texts)
        if text.strip()
    ]


def _say(text: str) -> str:
    return escape(text) if text.strip() else "niet genoemd"
