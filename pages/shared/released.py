"""Counts for the screen, a table at a time through the gate."""

import numpy as np
import pandas as pd

from pages.shared.guard import PageContext
from safeguards.consent import Purpose
from safeguards.release import release_counts

HIDDEN = "verborgen"


def release_for_screen(
    context: PageContext,
    counts: pd.DataFrame,
    *,
    purpose: Purpose,
    tellers: pd.DataFrame | None = None,
    also: np.ndarray | None = None,
    of_selection: bool = False,
) -> tuple[pd.DataFrame, str]:
    """Counts that may be shown (Int64, hidden is <NA>), and in a sentence what was hidden or rounded.

    The table is let out as a whole: a total over its rows stands nowhere in it, but somebody who
    chooses an answer without choosing who gave it, has that total. Options: as `release_counts`.
    """
    released = release_counts(
        context.viewer,
        context.collection.id,
        counts,
        purpose=purpose,
        limits=context.limits,
        tellers=tellers,
        also=also,
        of_selection=of_selection,
    )
    note = released.note
    return released.counts, f"{note[:1].upper()}{note[1:]}." if note else ""


def say_count(count: object) -> str:
    """A count that the gate let out, or that it hid.

    >>> say_count(12), say_count(None), say_count(pd.NA)
    ('12', 'verborgen', 'verborgen')
    """
    return HIDDEN if count is None or pd.isna(count) else str(count)
