"""Answers of a collection, one question at a time: a page shows one, and reading all takes seconds."""

import json

import pandas as pd
from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from storage.tables.stories import AnswerRow, StoryRow
from stories.released import is_released


def read_answers(session: Session, collection_id: int, element: str) -> pd.DataFrame:
    """Every answer to one question, in stories that others may see.

    Index story_id; columns state and value (see AnswerRow).
    """
    # The values come as text and are read in one go: 20,000 times one JSON column takes four times as long.
    rows = session.execute(
        select(AnswerRow.story_id, AnswerRow.state, cast(AnswerRow.value, Text))
        .join(StoryRow, StoryRow.id == AnswerRow.story_id)
        .where(StoryRow.collection_id == collection_id, AnswerRow.element == element, is_released())
    ).all()
    story_ids, states, texts = zip(*rows, strict=True) if rows else ((), (), ())
    values = pd.Series(json.loads(f"[{','.join(text or 'null' for text in texts)}]"), dtype=object)
    frame = pd.DataFrame({"story_id": story_ids, "state": pd.Series(states, dtype=object), "value": values})
    return frame.set_index("story_id")


def count_states(session: Session, collection_id: int) -> pd.DataFrame:
    """How often each question was answered, skipped or did not fit.

    Columns element, perspective, state, n. Counts are not released yet.
    """
    rows = session.execute(
        select(AnswerRow.element, StoryRow.perspective, AnswerRow.state, func.count())
        .join(StoryRow, StoryRow.id == AnswerRow.story_id)
        .where(StoryRow.collection_id == collection_id, is_released())
        .group_by(AnswerRow.element, StoryRow.perspective, AnswerRow.state)
    ).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=["element", "perspective", "state", "n"])
