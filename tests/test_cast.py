"""The shared fixtures do what the other tests trust them to do."""

from safeguards.access import Viewer
from safeguards.consent import Purpose
from safeguards.installation import Installation
from stories.collections import Collection
from stories.framework import SignificationFramework
from stories.queries import answers_frame, stories_frame, wide_answers
from tests.cast import draw_stories, withdraw


def test_a_drawn_table_is_told_and_masked(
    installation: Installation, collection: Collection, framework: SignificationFramework
) -> None:
    told = draw_stories(
        installation,
        collection,
        """
        story | perspective | teller | T1       | D1 | M2 | text
        een   | parent      | t1     | .8 .1 .1 | 30 | -  | Zij luisterde.
        twee  | worker      | t2     | na       |    | -  | We gingen samen.
        """,
    )
    with installation.database.reading() as session:
        stories = stories_frame(session, collection.id, purpose=Purpose.TABLE)
        wide = wide_answers(stories, answers_frame(session, collection.id), framework)
    assert wide.loc[told["een"].story_id, ["T1.practical", "D1"]].tolist() == [0.8, 30.0]
    assert wide.loc[told["twee"].story_id, ["T1.practical", "D1"]].tolist() == ["na", None]


def test_anna_bram_and_cem_hold_their_own_roles(
    collection: Collection, anna: Viewer, bram: Viewer, cem: Viewer
) -> None:
    may = [
        (who.has_action("prepare_roundtable", collection.id), who.has_action("see_roundtable", collection.id))
        for who in (anna, bram, cem)
    ]
    assert may == [(True, True), (False, True), (False, False)]


def test_dina_takes_her_story_back(installation: Installation, dina: object) -> None:
    assert withdraw(installation, dina) is True  # type: ignore[arg-type]
    assert withdraw(installation, dina) is False  # type: ignore[arg-type]
