"""Who is heard and which questions do not fit: counts that the gate let out, and what to do about them."""

from dataclasses import dataclass

import pandas as pd

from pages.shared.answers import count_states
from pages.shared.data import CollectionData
from pages.shared.dutch import join_words
from pages.shared.guard import PageContext
from pages.shared.parts import question_title
from pages.shared.released import release_for_screen
from safeguards.consent import Purpose
from safeguards.release import ReleasedTable, may_show_share, release_counts
from stories.answers import ANSWERED, NOT_APPLICABLE, SKIPPED
from stories.elements import Background

NA_SHARE_TO_LOOK_AT = 0.15  # from here a question may not fit the people who are asked it


@dataclass(frozen=True)
class Misfit:
    """A question that many people of one perspective say does not fit."""

    question: str
    perspective: str
    na_share: float


def count_by_month(context: PageContext, data: CollectionData) -> tuple[pd.DataFrame, str]:
    """Stories a perspective (rows) and month (columns, every month in between), and what was hidden."""
    stories = data.stories
    months = [str(month) for month in pd.period_range(min(stories["told_on"]), max(stories["told_on"]), freq="M")]
    counts = pd.crosstab(stories["perspective"], stories["told_on"]).reindex(
        index=list(context.framework.perspective_ids), columns=months, fill_value=0
    )
    return release_for_screen(context, counts, purpose=Purpose.RESEARCH)


def count_ways_in(context: PageContext, data: CollectionData) -> ReleasedTable:
    """Stories a way in (one column of counts)."""
    return _release(context, data.stories["way_in"].value_counts().sort_index().to_frame("verhalen"))


def describe_unheard(context: PageContext, data: CollectionData) -> list[str]:
    """A sentence for each background question of which some groups are hardly heard."""
    sentences = []
    for question in context.framework.background:
        chosen = data.options_of([question.id])["option"].value_counts()
        counts = pd.DataFrame([[int(chosen.get(option.key, 0)) for option in question.options]])
        if not counts.to_numpy().sum():
            continue
        shown = _release(context, counts).counts.iloc[0]
        few = [option.label for option, n in zip(question.options, shown, strict=True) if pd.isna(n) or n == 0]
        if few:
            sentences.append(f"{question.label} Weinig of niets gehoord van: {join_words(few)}.")
    return sentences


def find_misfits(context: PageContext) -> list[Misfit]:
    """Questions of which more than 15 % of a perspective said "past niet", on enough stories to say so.

    A share of a number that the gate hides is left out too: it would give the number back.
    """
    with context.installation.database.reading() as session:
        states = count_states(session, context.collection.id)
    found = []
    for element, rows in states.groupby("element"):
        question = context.framework.elements.get(str(element))
        if question is None or isinstance(question, Background):
            continue
        counts = rows.pivot(index="perspective", columns="state", values="n").fillna(0).astype(int)
        counts = counts.reindex(columns=[ANSWERED, NOT_APPLICABLE, SKIPPED], fill_value=0)
        shown = _release(context, counts).counts
        for perspective in counts.index:
            n_na, n_answered = shown.loc[perspective, NOT_APPLICABLE], shown.loc[perspective, ANSWERED]
            if pd.isna(n_na) or pd.isna(n_answered) or not may_show_share(n_na + n_answered, limits=context.limits):
                continue
            share = float(n_na / (n_na + n_answered))
            if share > NA_SHARE_TO_LOOK_AT:
                label = context.framework.perspective_label(str(perspective))
                found.append(Misfit(question_title(question, context.framework), label, share))
    return sorted(found, key=lambda misfit: -misfit.na_share)


def _release(context: PageContext, counts: pd.DataFrame) -> ReleasedTable:
    return release_counts(
        context.viewer, context.collection.id, counts, purpose=Purpose.RESEARCH, limits=context.limits
    )
