"""What every view says about itself: how many, from when, and who is not there."""

import pandas as pd

from pages.shared.data import CollectionData
from pages.shared.dutch import count_of, escape_markdown, join_words, show_period
from pages.shared.guard import PageContext
from pages.shared.notices import NO_STORIES, show_empty, show_group_too_small
from safeguards.release import GroupTooSmall, ReleasedStories


def describe_stories(released: ReleasedStories) -> str:
    """How many stories, of how many tellers: two numbers, because one teller may tell more."""
    n, tellers = len(released.frame), released.frame["teller_id"].nunique()
    return f"{count_of(n, 'verhaal', 'verhalen')} van {count_of(tellers, 'verteller', 'vertellers')}"


def describe_period(released: ReleasedStories) -> str:
    """From which month to which month these stories were told."""
    months: pd.Series = released.frame["told_on"]
    return show_period(months.min(), months.max()) if len(months) else "geen verhalen"


def describe_missing(context: PageContext, data: CollectionData, released: ReleasedStories) -> str:
    """Who is not heard in these stories, who is too few to show, and what the number does not say."""
    heard = set(released.frame["perspective"])
    missing = [
        escape_markdown(context.framework.perspective_label(name))
        for name in context.framework.perspective_ids
        if name not in heard and name not in data.apart
    ]
    few = [escape_markdown(context.framework.perspective_label(name)) for name in sorted(data.apart)]
    apart = f"Te weinig vertellers om mee te tellen (minder dan {context.limits.internal}): {join_words(few)}. "
    who = (
        f"Niet gehoord: {join_words(missing)}. "
        if missing
        else ""
        if data.apart
        else "Alle perspectieven zijn gehoord. "
    )
    return (
        f"{who}{apart if few else ''}Verteld in {describe_period(released)}. "
        "Wie vertelt, koos daar zelf voor: de aantallen zeggen niets over alle gezinnen."
    )


def show_no_stories(context: PageContext, data: CollectionData) -> None:
    """Why there is nothing to see: nobody told, or too few people did."""
    if data.apart:
        show_group_too_small(str(GroupTooSmall(context.limits.internal)))
    else:
        show_empty(NO_STORIES, "Verhalen staan hier zodra ze binnen zijn en verwerkt zijn.")
