"""A report export as records: the counts of every question, then the quotes."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from exports.content import ReportContent
from exports.option_counts import option_labels

COUNT, QUOTE = "count", "quote"


@dataclass(frozen=True)
class CountRecord:
    """One answer of one perspective. n: None where it is hidden ("minder dan `smallest`"), never 0 for that."""

    perspective: str
    element: str
    question: str
    option: str
    label: str
    n: int | None
    smallest: int


@dataclass(frozen=True)
class QuoteRecord:
    """One masked story whose teller allowed it in a report. No number, no month: nothing to look up."""

    perspective: str
    title: str
    text: str


def count_records(content: ReportContent) -> list[CountRecord]:
    """Every count of a report, in the order of the framework."""
    records = []
    for (name, perspective), table in content.tables.items():
        labels = option_labels(content.framework.elements[name])
        question = content.framework.asked_as(name, perspective) or ""
        for option, cell in table.counts.loc[perspective].items():
            n = None if pd.isna(cell) else int(cell)
            key = str(option)
            records.append(CountRecord(perspective, name, question, key, labels[key], n, table.smallest))
    return records


def quote_records(content: ReportContent) -> list[QuoteRecord]:
    """Every quote of a report, by perspective and then alphabetically, so that the order tells no time."""
    records: list[QuoteRecord] = []
    for perspective, released in content.quotes.items():
        texts: list[tuple[Any, Any]] = sorted(released.frame[["title", "text"]].itertuples(index=False, name=None))
        records += [QuoteRecord(perspective, title, text) for title, text in texts]
    return records
