"""What every view says about itself: how many, from when, and who is not there."""

import pandas as pd

from pages.shared.dutch import count_of, escape_markdown, join_words, show_period
from pages.shared.guard import PageContext
from safeguards.release import ReleasedStories


def describe_stories(released: ReleasedStories) -> str:
    """How many stories, of how many tellers: two numbers, because one teller may tell more."""
    n, tellers = len(released.frame), released.frame["teller_id"].nunique()
    return f"{count_of(n, 'verhaal', 'verhalen')} van {count_of(tellers, 'verteller', 'vertellers')}"


def describe_period(released: ReleasedStories) -> str:
    """From which month to which month these stories were told."""
    months: pd.Series = released.frame["told_on"]
    return show_period(months.min(), months.max()) if len(months) else "geen verhalen"


def describe_missing(context: PageContext, released: ReleasedStories) -> str:
    """Who is not heard in these stories, and what the number does not say."""
    heard = set(released.frame["perspective"])
    missing = [
        escape_markdown(context.framework.perspective_label(name))
        for name in context.framework.perspective_ids
        if name not in heard
    ]
    who = f"Niet gehoord: {join_words(missing)}. " if missing else "Alle perspectieven zijn gehoord. "
    return (
        f"{who}Verteld in {describe_period(released)}. "
        "Wie vertelt, koos daar zelf voor: de aantallen zeggen niets over alle gezinnen."
    )
