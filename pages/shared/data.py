"""Stories and answers of a collection for the pages, read once for everybody until something changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from pages.shared.answers import read_answers
from pages.shared.guard import PageContext
from pages.shared.parts import place_answers
from pages.shared.versions import read_data_version
from safeguards.consent import Purpose
from safeguards.installation import Installation
from safeguards.release import Chosen, Limits, ReleasedStories, release_stories, set_small_apart
from stories.framework import SignificationFramework
from stories.queries import options_frame, stories_frame
from stories.selection import Selection, list_conditions, select_stories


@dataclass(frozen=True)
class CollectionData:
    """What may be read for one purpose. Shared by all who look: read it, never change it in place.

    stories: as `stories_frame`. The answers to a question are read when it is first asked for.
    apart: perspectives of which too few people told; their stories are not among `stories`, because
    a total with them, beside one without them, would count them.
    """

    stories: pd.DataFrame
    apart: frozenset[str]
    _installation: Installation
    _framework: SignificationFramework
    _collection_id: int
    _placed: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    _options: dict[str, pd.DataFrame] = field(default_factory=dict)
    _answers: dict[str, pd.DataFrame] = field(default_factory=dict)

    def placed(self, element: str, *, stone: str = "") -> pd.DataFrame:
        """Where each answer to a question counts and lies: as `place_answers`, with the perspective."""
        if (element, stone) not in self._placed:
            question = self._framework.elements[element]
            placed = place_answers(question, self._read_answers(element), self._options_for(element), stone=stone)
            self._placed[(element, stone)] = placed.join(self.stories["perspective"])
        return self._placed[(element, stone)]

    @property
    def options(self) -> pd.DataFrame:
        """What every answer counts under. Reads all questions: `select_from` reads only what it needs."""
        return self.options_of(self._framework.elements)

    def options_of(self, elements: Iterable[str]) -> pd.DataFrame:
        """What each answer to these questions counts under: as `options_frame`."""
        frames = [self._options_for(element) for element in dict.fromkeys(elements)]
        return pd.concat(frames) if frames else pd.DataFrame(columns=["story_id", "element", "option"])

    def _options_for(self, element: str) -> pd.DataFrame:
        if element not in self._options:
            answers = self._read_answers(element).reset_index()
            answers.insert(1, "element", element)
            self._options[element] = options_frame(answers, self._framework)
        return self._options[element]

    def _read_answers(self, element: str) -> pd.DataFrame:
        if element not in self._answers:
            with self._installation.database.reading() as session:
                answers = read_answers(session, self._collection_id, element)
            self._answers[element] = answers[answers.index.isin(self.stories.index)]
        return self._answers[element]


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
    # Walking over a column of Arrow strings is slow, and the gate walks over these on every click.
    stories = stories.astype(dict.fromkeys(("consent", "perspective", "told_on"), object))
    limits = Limits.from_settings(_installation.settings)
    kept, apart = set_small_apart(stories, smallest=limits.internal)
    return CollectionData(kept, apart, _installation, _framework, collection_id)


def select_from(data: CollectionData, selection: Selection) -> pd.DataFrame:
    """The stories that a selection keeps; the gate still has to let them out."""
    return select_stories(data.stories, data.options_of(element for element, _ in selection.answers), selection)


def describe_choice(data: CollectionData, selection: Selection) -> Chosen:
    """A selection as the gate judges it."""
    options = data.options_of(element for element, _ in selection.answers)
    return Chosen(list_conditions(data.stories, options, selection), data.stories["teller_id"].to_numpy(object))


def release_for(
    context: PageContext, stories: pd.DataFrame, *, purpose: Purpose, chosen: Chosen | None = None
) -> ReleasedStories:
    """Let these stories out to this viewer. chosen: how they were chosen, if somebody chose them.

    Raises NotAllowed, GroupTooSmall or DifferenceTooSmall.
    """
    return release_stories(
        context.viewer, context.collection.id, stories, purpose=purpose, limits=context.limits, chosen=chosen
    )
