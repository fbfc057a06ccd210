"""Stories and answers of a collection for the pages, read once for everybody until something changes."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from pages.shared.guard import PageContext
from pages.shared.versions import read_data_version
from safeguards.consent import Purpose
from safeguards.installation import Installation
from safeguards.release import ReleasedStories, release_stories
from stories.framework import SignificationFramework
from stories.queries import answers_frame, options_frame, stories_frame


@dataclass(frozen=True)
class CollectionData:
    """What may be read for one purpose. Shared by all who look: read it, never change it in place.

    stories: as `stories_frame`. options: as `options_frame`, of these stories only.
    answers: per element the rows of `answers_frame`, index story_id, columns state and value.
    """

    stories: pd.DataFrame
    options: pd.DataFrame
    answers: dict[str, pd.DataFrame]


def load_data(context: PageContext, *, purpose: Purpose) -> CollectionData:
    """The stories and answers of this collection that a purpose covers.

    Kept between runs under the purpose and the version of the data, so nobody is handed what was
    read under another right, and a withdrawn story is gone at the next click. What leaves this for
    the screen goes through `safeguards.release`.
    """
    with context.installation.database.reading() as session:
        version = read_data_version(session, context.collection.id)
    return _read_data(
        context.installation,
        context.framework,
        context.installation.settings.database_url,
        context.collection.id,
        context.collection.framework_id,
        version,
        purpose.value,
    )


# A resource and not data: cache_data pickles on every use, which at 20,000 stories costs more than the page.
@st.cache_resource(show_spinner="De verhalen worden opgehaald …", max_entries=4)
def _read_data(
    _installation: Installation,
    _framework: SignificationFramework,
    database_url: str,
    collection_id: int,
    framework_id: int,
    version: str,
    purpose: str,
) -> CollectionData:
    with _installation.database.reading() as session:
        stories = stories_frame(session, collection_id, purpose=Purpose(purpose))
        answers = answers_frame(session, collection_id)
    answers = answers[answers["story_id"].isin(stories.index)]
    options = options_frame(answers, _framework)
    options["element"] = options["element"].astype("category")
    by_element = {
        str(element): rows.drop(columns="element").set_index("story_id") for element, rows in answers.groupby("element")
    }
    return CollectionData(stories, options, by_element)


def release_for(context: PageContext, stories: pd.DataFrame, *, purpose: Purpose) -> ReleasedStories:
    """Let these stories out to this viewer. Raises NotAllowed or GroupTooSmall."""
    return release_stories(context.viewer, context.collection.id, stories, purpose=purpose, limits=context.limits)
