"""Stories and answers as tables. Masked text only; a story that no reader released yet is not there."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safeguards.consent import Purpose, consents_for
from storage.runs import DONE
from storage.tables.processing import (
    MaskedStoryRow,
    RunRow,
    SuggestedThemeRow,
    TagProposalRow,
    ThemeMembershipRow,
)
from storage.tables.reading import ReadingRow
from storage.tables.stories import AnswerRow, StoryRow
from stories.answers import ANSWERED, NOT_APPLICABLE
from stories.elements import Background, Dyad, Stones, Triad
from stories.framework import SignificationFramework
from stories.released import WAITING, is_released
from stories.selection import NA_OPTION, answer_option

STORY_COLUMNS = ["perspective", "language", "told_on", "teller_id", "consent", "way_in", "has_text", "title", "text"]


@dataclass(frozen=True)
class Incoming:
    """How far one perspective's stories are, for the people who follow the collection.

    processed: masked, whether or not a reader released them.
    """

    perspective: str
    received: int
    processed: int
    without_text: int
    waits_for_reader: int


def count_incoming(session: Session, collection_id: int) -> list[Incoming]:
    """Stories received and processed, for each perspective that has any."""
    rows = session.execute(
        select(
            StoryRow.perspective,
            func.count(StoryRow.id),
            func.count(MaskedStoryRow.story_id),
            func.count(StoryRow.id).filter(StoryRow.has_text.is_(False)),
            func.count(ReadingRow.story_id).filter(ReadingRow.state == WAITING),
        )
        .outerjoin(MaskedStoryRow, MaskedStoryRow.story_id == StoryRow.id)
        .outerjoin(ReadingRow, ReadingRow.story_id == StoryRow.id)
        .where(StoryRow.collection_id == collection_id)
        .group_by(StoryRow.perspective)
    )
    return [Incoming(*row) for row in rows]


def stories_frame(session: Session, collection_id: int, *, purpose: Purpose) -> pd.DataFrame:
    """One row a story that may be read for this purpose and that a reader released, oldest first.

    Index story_id. Columns: STORY_COLUMNS (told_on as "2024-03", the month being the finest time
    shown), theme_id (None: no theme) and theme_label of the newest theme run, strength, and tags
    (codes proposed, best first). A teller who gave no story has empty title and text.
    """
    rows = session.execute(
        select(
            StoryRow.id,
            StoryRow.perspective,
            StoryRow.language,
            StoryRow.told_on,
            StoryRow.teller_id,
            StoryRow.consent,
            StoryRow.way_in,
            StoryRow.has_text,
            MaskedStoryRow.title,
            MaskedStoryRow.text,
        )
        .outerjoin(MaskedStoryRow, MaskedStoryRow.story_id == StoryRow.id)
        .where(
            StoryRow.collection_id == collection_id,
            StoryRow.consent.in_(consents_for(purpose)),
            (MaskedStoryRow.story_id.is_not(None)) | (StoryRow.has_text.is_(False)),
            is_released(),
        )
        .order_by(StoryRow.told_on, StoryRow.id)
    ).all()
    stories = pd.DataFrame([tuple(row) for row in rows], columns=["story_id", *STORY_COLUMNS]).set_index("story_id")
    stories["told_on"] = [day.strftime("%Y-%m") for day in stories["told_on"]]
    stories[["title", "text"]] = stories[["title", "text"]].fillna("")
    stories = stories.join(_themes_frame(session, collection_id))
    stories["theme_id"] = stories["theme_id"].astype("Int64")
    tags = _tags_by_story(session, collection_id)
    stories["tags"] = [tags.get(story_id, []) for story_id in stories.index]
    return stories


def _themes_frame(session: Session, collection_id: int) -> pd.DataFrame:
    rows: list[Any] = []
    run_id = newest_theme_run(session, collection_id)
    if run_id is not None:
        rows = list(
            session.execute(
                select(
                    ThemeMembershipRow.story_id,
                    ThemeMembershipRow.theme_id,
                    SuggestedThemeRow.label,
                    ThemeMembershipRow.strength,
                )
                .outerjoin(SuggestedThemeRow, SuggestedThemeRow.id == ThemeMembershipRow.theme_id)
                .where(ThemeMembershipRow.run_id == run_id)
            )
        )
    columns = ["story_id", "theme_id", "theme_label", "strength"]
    return pd.DataFrame([tuple(row) for row in rows], columns=columns).set_index("story_id")


def newest_theme_run(session: Session, collection_id: int) -> int | None:
    """The id of the last finished run that suggested themes."""
    return session.scalar(
        select(func.max(ThemeMembershipRow.run_id))
        .join(RunRow, RunRow.id == ThemeMembershipRow.run_id)
        .where(RunRow.collection_id == collection_id, RunRow.state == DONE)
    )


def _tags_by_story(session: Session, collection_id: int) -> dict[str, list[str]]:
    rows = session.execute(
        select(TagProposalRow.story_id, TagProposalRow.code)
        .join(StoryRow, StoryRow.id == TagProposalRow.story_id)
        .where(StoryRow.collection_id == collection_id, TagProposalRow.proposed.is_(True), is_released())
        .order_by(TagProposalRow.story_id, TagProposalRow.score.desc())
    )
    tags: dict[str, list[str]] = {}
    for story_id, code in rows:
        tags.setdefault(story_id, []).append(code)
    return tags


def answers_frame(session: Session, collection_id: int) -> pd.DataFrame:
    """Every answer of a collection that others may see. Columns story_id, element, state, value (see AnswerRow)."""
    rows = session.execute(
        select(AnswerRow.story_id, AnswerRow.element, AnswerRow.state, AnswerRow.value)
        .join(StoryRow, StoryRow.id == AnswerRow.story_id)
        .where(StoryRow.collection_id == collection_id, is_released())
    ).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=["story_id", "element", "state", "value"])


def options_frame(answers: pd.DataFrame, framework: SignificationFramework) -> pd.DataFrame:
    """What each answer counts under. Columns story_id, element, option; see `answer_option`."""
    rows: list[tuple[str, str, str]] = []
    for story_id, element, state, value in answers.itertuples(index=False):
        question = framework.elements.get(element)
        if question is not None:
            kind = getattr(question, "type", "background")
            poles = getattr(question, "pole_keys", ())
            rows += [(story_id, element, option) for option in answer_option(kind, poles, state, value)]
    return pd.DataFrame(rows, columns=["story_id", "element", "option"])


def wide_answers(stories: pd.DataFrame, answers: pd.DataFrame, framework: SignificationFramework) -> pd.DataFrame:
    """The wide answers table of the exports: one row a story, in the order of `stories`.

    Index story_id; columns teller_id, perspective, then `T1.<pole>` shares, `D1`, `S1.<stone>.x`
    and `.y`, choices joined by `|`. "na" is past niet; None is skipped or not asked.
    """
    table: dict[str, dict[str, Any]] = {}
    for story_id, element, state, value in answers.itertuples(index=False):
        question = framework.elements.get(element)
        if question is not None:
            table.setdefault(story_id, {}).update(_wide_cells(question, state, value))
    columns = [column for question in framework.elements.values() for column in wide_columns(question)]
    wide = pd.DataFrame([table.get(story_id, {}) for story_id in stories.index], index=stories.index, columns=columns)
    return pd.concat([stories[["teller_id", "perspective"]], wide.astype(object).where(wide.notna(), None)], axis=1)


def wide_columns(question: Any) -> list[str]:
    """The columns of one question in the wide answers table."""
    if isinstance(question, Triad):
        return [f"{question.id}.{key}" for key in question.pole_keys]
    if isinstance(question, Stones):
        return [f"{question.id}.{key}.{axis}" for key in question.stone_keys for axis in "xy"]
    return [question.id]


def _wide_cells(question: Any, state: str, value: Any) -> dict[str, Any]:
    if state == NOT_APPLICABLE:
        return dict.fromkeys(wide_columns(question), NA_OPTION)
    if state != ANSWERED:
        return {}
    if isinstance(question, Triad):
        return {f"{question.id}.{key}": value[key] for key in question.pole_keys}
    if isinstance(question, Dyad):
        return {question.id: value}
    if isinstance(question, Stones):
        return {
            f"{question.id}.{key}.{axis}": place[step] for key, place in value.items() for step, axis in enumerate("xy")
        }
    if isinstance(question, Background) or isinstance(value, list):
        return {question.id: "|".join(value)}
    raise TypeError(f"{type(question).__name__} is not a question.")
