"""Makes the card of one story, after the gate has let the story out to the table."""

from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.answer_words import say_answer, say_feelings
from dialogue.cards import OwnAnswer, StoryCard
from models.taxonomy import load_taxonomy
from safeguards.access import Viewer
from safeguards.release import ReleasedStories, release_story
from storage.tables.collections import CollectionRow, FrameworkRow
from storage.tables.processing import MaskedStoryRow, SuggestedThemeRow, TagProposalRow, ThemeMembershipRow
from storage.tables.stories import AnswerRow, StoryRow
from stories.answers import ANSWERED, SKIPPED
from stories.collections import load_stored_framework
from stories.elements import Choice, Dyad, Stones, Triad
from stories.framework import SignificationFramework
from stories.queries import newest_theme_run
from stories.released import is_released

_COLUMNS = [
    "consent",
    "perspective",
    "language",
    "told_on",
    "has_text",
    "title",
    "text",
    "step",
    "run_id",
    "framework_id",
]


def make_story_card(session: Session, collection_id: int, story_id: str, *, viewer: Viewer) -> StoryCard | None:
    """The card of one story; None when there is no such story for the table to read.

    Facts about the teller (background) are not on the card: they could point at somebody.
    """
    released = release_story(viewer, collection_id, _story_frame(session, collection_id, story_id), story_id)
    return _fill_card(session, collection_id, released) if len(released.frame) else None


def _story_frame(session: Session, collection_id: int, story_id: str) -> pd.DataFrame:
    """One masked story in the shape that the gate takes. One row, so that a table of evidence
    does not wait for a collection of 20,000."""
    rows = session.execute(
        select(
            StoryRow.id,
            StoryRow.consent,
            StoryRow.perspective,
            StoryRow.language,
            StoryRow.told_on,
            StoryRow.has_text,
            MaskedStoryRow.title,
            MaskedStoryRow.text,
            MaskedStoryRow.step,
            MaskedStoryRow.run_id,
            StoryRow.framework_id,
        )
        .join(MaskedStoryRow, MaskedStoryRow.story_id == StoryRow.id)
        .where(StoryRow.id == story_id, StoryRow.collection_id == collection_id, is_released())
    ).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=["story_id", *_COLUMNS]).set_index("story_id")


def _fill_card(session: Session, collection_id: int, released: ReleasedStories) -> StoryCard:
    story_id, story = next(released.frame.iterrows())
    framework_row = session.get_one(FrameworkRow, int(story["framework_id"]))
    framework = load_stored_framework(session, framework_row.id)
    answers, feelings = _own_answers(session, str(story_id), framework, story["perspective"])
    theme, theme_run = _proposed_theme(session, collection_id, str(story_id))
    tags, tag_run = _proposed_tags(session, collection_id, str(story_id))
    runs = {"mask": int(story["run_id"]), "theme": theme_run, "tags": tag_run}
    return StoryCard(
        title=story["title"],
        text=story["text"],
        perspective=story["perspective"],
        perspective_label=framework.perspective_label(story["perspective"]),
        language=story["language"],
        month=story["told_on"].strftime("%Y-%m"),
        answers=answers,
        feelings=feelings,
        proposed_theme=theme,
        proposed_tags=tags,
        framework=framework_row.key,
        framework_version=framework_row.version,
        mask_step=story["step"],
        runs={name: run for name, run in runs.items() if run is not None},
    )


def _own_answers(
    session: Session, story_id: str, framework: SignificationFramework, perspective: str
) -> tuple[tuple[OwnAnswer, ...], tuple[str, ...]]:
    rows = {row.element: row for row in session.scalars(select(AnswerRow).where(AnswerRow.story_id == story_id))}
    answers: list[OwnAnswer] = []
    feelings: list[str] = []
    for name, question in framework.elements.items():
        row = rows.get(name)
        asked = framework.asked_as(name, perspective)
        if row is None or row.state == SKIPPED or asked is None:
            continue
        if not isinstance(question, Triad | Dyad | Stones | Choice):
            continue
        words = say_answer(question, framework, perspective, row.state, row.value)
        answers.append(OwnAnswer(name, asked, row.state, words, row.value))
        if isinstance(question, Choice) and row.state == ANSWERED:
            feelings += say_feelings(question, row.value, perspective)
    return tuple(answers), tuple(feelings)


def _proposed_theme(session: Session, collection_id: int, story_id: str) -> tuple[str | None, int | None]:
    run_id = newest_theme_run(session, collection_id)
    label = session.scalar(
        select(SuggestedThemeRow.label)
        .join(ThemeMembershipRow, ThemeMembershipRow.theme_id == SuggestedThemeRow.id)
        .where(ThemeMembershipRow.story_id == story_id, ThemeMembershipRow.run_id == run_id)
    )
    return label, run_id if label is not None else None


def _proposed_tags(session: Session, collection_id: int, story_id: str) -> tuple[tuple[str, ...], int | None]:
    """The labels of the proposed tags, best first, and the newest run that proposed them."""
    proposed = (TagProposalRow.story_id == story_id) & TagProposalRow.proposed.is_(True)
    codes = session.scalars(select(TagProposalRow.code).where(proposed).order_by(TagProposalRow.score.desc())).all()
    run_id = session.scalar(select(func.max(TagProposalRow.run_id)).where(proposed))
    labels = _tag_labels(session.get_one(CollectionRow, collection_id).taxonomy)
    return tuple(labels.get(code, code) for code in codes), run_id


def _tag_labels(taxonomy: str | None) -> dict[str, Any]:
    return {tag.code: tag.label for tag in load_taxonomy(taxonomy).tags} if taxonomy else {}
