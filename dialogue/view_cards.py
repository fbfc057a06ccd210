"""Makes the card of a view: the counts of a selection, released for the table."""

import pandas as pd
from sqlalchemy.orm import Session

from dialogue.answer_words import list_options
from dialogue.cards import CountRow, ViewCard
from safeguards.access import Viewer
from safeguards.consent import Purpose
from safeguards.release import Chosen, Limits, ReleasedTable, release_counts, release_stories, set_small_apart
from storage.tables.collections import CollectionRow, FrameworkRow
from stories.collections import load_stored_framework
from stories.elements import Choice, Dyad, Stones, Triad
from stories.framework import SignificationFramework
from stories.queries import answers_frame, newest_theme_run, options_frame, stories_frame
from stories.selection import Selection, list_conditions, select_stories

STORIES_LABEL = "verhalen"


def make_view_card(
    session: Session,
    collection_id: int,
    selection: Selection,
    *,
    title: str,
    element: str,
    limits: Limits,
    viewer: Viewer,
) -> ViewCard | None:
    """The counts of a selection by perspective; None when no story of the table is in it.

    element: count the answers to this question; "" counts stories only. Only stories that the table
    may read are counted. Raises GroupTooSmall when they come from too few tellers.
    """
    framework_id = session.get_one(CollectionRow, collection_id).framework_id
    framework = load_stored_framework(session, framework_id)
    question = framework.elements[element] if element else None
    if question is not None and not isinstance(question, Triad | Dyad | Stones | Choice):
        raise ValueError(f"{element} is a fact about tellers; facts are not counted at the table.")
    everything = stories_frame(session, collection_id, purpose=Purpose.TABLE)
    options = options_frame(answers_frame(session, collection_id), framework)
    chosen = select_stories(everything, options, selection)
    if chosen.empty:
        return None
    crowd, _ = set_small_apart(everything, smallest=limits.shared)
    how = Chosen(list_conditions(crowd, options, selection), crowd["teller_id"].to_numpy(object))
    stories = release_stories(viewer, collection_id, chosen, purpose=Purpose.TABLE, limits=limits, chosen=how).frame
    perspectives = [name for name in framework.perspective_ids if name in set(stories["perspective"])]
    tables = [_count_stories(stories, perspectives)]
    behind = [_count_stories(stories.drop_duplicates(["perspective", "teller_id"]), perspectives)]
    # The words of the first side that was asked stand for all: the poles are the same for everybody.
    asked = [name for name in perspectives if element and framework.asked_as(element, name)]
    if question is not None and asked:
        words = dict(list_options(question, asked[0]))
        tables.append(_count_answers(stories, options, element, words, perspectives))
        behind.append(_count_answers(stories, options, element, words, perspectives, counted="teller_id"))
    # One by one, because the gate protects what the totals of one table give away.
    released = [
        release_counts(viewer, collection_id, counts, purpose=Purpose.TABLE, limits=limits, tellers=tellers)
        for counts, tellers in zip(tables, behind, strict=True)
    ]
    return ViewCard(
        title=title,
        params=selection.to_params(),
        element=element,
        question=(framework.asked_as(element, asked[0]) or "") if asked else "",
        perspectives={name: framework.perspective_label(name) for name in perspectives},
        missing=_find_missing(framework, selection, perspectives),
        rows=tuple(row for table in released for row in _read_rows(table, perspectives)),
        smallest=released[0].smallest,
        note="; ".join(dict.fromkeys(part for table in released for part in table.note.split("; ") if part)),
        period=(str(stories["told_on"].min()), str(stories["told_on"].max())),
        framework=session.get_one(FrameworkRow, framework_id).key,
        framework_version=session.get_one(FrameworkRow, framework_id).version,
        theme_run=newest_theme_run(session, collection_id) if selection.themes else None,
    )


def _find_missing(framework: SignificationFramework, selection: Selection, present: list[str]) -> tuple[str, ...]:
    looked_for = selection.perspectives or framework.perspective_ids
    absent = [name for name in framework.perspective_ids if name in looked_for and name not in present]
    return tuple(framework.perspective_label(name) for name in absent)


def _count_stories(stories: pd.DataFrame, perspectives: list[str]) -> pd.DataFrame:
    counts = stories["perspective"].value_counts().reindex(perspectives, fill_value=0)
    return pd.DataFrame([counts.to_list()], index=[STORIES_LABEL], columns=perspectives)


def _count_answers(
    stories: pd.DataFrame,
    options: pd.DataFrame,
    element: str,
    words: dict[str, str],
    perspectives: list[str],
    *,
    counted: str = "story_id",
) -> pd.DataFrame:
    """One row an option, a column a perspective. counted: stories, or the tellers behind them."""
    given = options[(options["element"] == element) & options["story_id"].isin(stories.index)]
    given = given.join(stories[["perspective", "teller_id"]], on="story_id")
    given = given.drop_duplicates(["option", "perspective", counted])
    table = pd.crosstab(given["option"], given["perspective"])
    counts = table.reindex(index=list(words), columns=perspectives, fill_value=0).astype(int)
    return counts.rename(index=words)


def _read_rows(released: ReleasedTable, perspectives: list[str]) -> tuple[CountRow, ...]:
    return tuple(
        CountRow(
            str(label),
            {name: None if pd.isna(row[name]) else int(row[name]) for name in perspectives},
        )
        for label, row in released.counts.iterrows()
    )
