"""Counts for the screen, a row at a time through the gate."""

import pandas as pd

from pages.shared.guard import PageContext
from safeguards.consent import Purpose
from safeguards.release import release_counts

HIDDEN = "verborgen"


def release_by_row(context: PageContext, counts: pd.DataFrame, *, purpose: Purpose) -> tuple[pd.DataFrame, str]:
    """Counts that may be shown (Int64, hidden is <NA>), and in words what was hidden or rounded.

    counts: a row for each perspective. Each row is let out by itself: no screen has a number over
    perspectives, so only the total of a row can give a hidden cell away.
    """
    rows = [
        release_counts(
            context.viewer, context.collection.id, counts.iloc[[place]], purpose=purpose, limits=context.limits
        )
        for place in range(len(counts))
    ]
    shown = pd.concat([row.counts for row in rows]) if rows else counts.astype("Int64")
    n_hidden = sum(row.n_hidden for row in rows)
    smallest = context.limits.smallest_for(purpose)
    words = []
    if n_hidden:
        words.append(f"{n_hidden} aantallen zijn verborgen (minder dan {smallest}, of om die te beschermen)")
    if purpose is not Purpose.RESEARCH:
        words.append(f"aantallen zijn afgerond op {context.limits.rounding}-tallen")
    note = "; ".join(words)
    return shown, f"{note[:1].upper()}{note[1:]}." if note else ""


def say_count(count: object) -> str:
    """A count that the gate let out, or that it hid.

    >>> say_count(12), say_count(None), say_count(pd.NA)
    ('12', 'verborgen', 'verborgen')
    """
    return HIDDEN if count is None or pd.isna(count) else str(count)
