"""Stories and answers as tables: who is in, who is not, and what an empty cell means."""

import pandas as pd
import pytest

from safeguards.consent import Purpose
from safeguards.installation import Installation
from storage.runs import DONE
from storage.tables.processing import MaskedStoryRow, RunRow, SuggestedThemeRow, TagProposalRow, ThemeMembershipRow
from stories.accept import Receipt
from stories.collections import Collection
from stories.framework import SignificationFramework
from stories.queries import (
    STORY_COLUMNS,
    answers_frame,
    count_incoming,
    newest_theme_run,
    options_frame,
    stories_frame,
    wide_answers,
)
from tests.cast import draw_stories, masked, tell, withdraw

DRAWING = """
    story | perspective | consent     | T1       | D1 | S1                         | M2                 | text
    een   | parent      | report      | .8 .1 .1 | 0  | child 10 20, school 30 100 | -                  | Eén.
    twee  | worker      | table       | na       | na | na                         | -                  | Twee.
    drie  | parent      | researchers |          |    |                            | -                  | Drie.
    vier  | youth_12_18 | table       | -        | -  | -                          | -                  | Vier.
"""


@pytest.fixture
def told(installation: Installation, collection: Collection) -> dict[str, Receipt]:
    return draw_stories(installation, collection, DRAWING)


def read_stories(installation: Installation, collection: Collection, purpose: Purpose) -> pd.DataFrame:
    with installation.database.reading() as session:
        return stories_frame(session, collection.id, purpose=purpose)


def texts(installation: Installation, collection: Collection, purpose: Purpose = Purpose.RESEARCH) -> list[str]:
    return sorted(read_stories(installation, collection, purpose)["text"])


@pytest.mark.parametrize(
    ("purpose", "seen"),
    [
        (Purpose.RESEARCH, ["Drie.", "Eén.", "Twee.", "Vier."]),
        (Purpose.TABLE, ["Eén.", "Twee.", "Vier."]),
        (Purpose.REPORT, ["Eén."]),
    ],
)
def test_a_story_is_there_for_what_its_teller_allowed(
    installation: Installation, collection: Collection, told: dict[str, Receipt], purpose: Purpose, seen: list[str]
) -> None:
    assert texts(installation, collection, purpose) == seen


def test_a_story_that_was_not_masked_yet_is_not_there(
    installation: Installation, collection: Collection, told: dict[str, Receipt]
) -> None:
    receipt = tell(installation, collection, text="Vijf.")
    assert "Vijf." not in texts(installation, collection)
    masked(installation, receipt.story_id, "Vijf, door [PERSOON].")
    assert "Vijf, door [PERSOON]." in texts(installation, collection)


def test_dinas_story_is_gone(installation: Installation, collection: Collection, dina: Receipt) -> None:
    assert texts(installation, collection) == ["Dina zag de zeehond in het kanaal."]
    withdraw(installation, dina)
    assert read_stories(installation, collection, Purpose.RESEARCH).empty
    with installation.database.reading() as session:
        assert answers_frame(session, collection.id).empty and count_incoming(session, collection.id) == []


def test_whoever_told_no_story_is_there_with_answers_and_an_empty_text(
    installation: Installation, collection: Collection
) -> None:
    tell(installation, collection, has_text=False)
    stories = read_stories(installation, collection, Purpose.RESEARCH)
    assert stories[["title", "text", "has_text"]].values.tolist() == [["", "", False]]


def test_without_stories_the_columns_are_still_there(installation: Installation, collection: Collection) -> None:
    stories = read_stories(installation, collection, Purpose.RESEARCH)
    assert list(stories.columns) == [*STORY_COLUMNS, "theme_id", "theme_label", "strength", "tags"] and stories.empty


def test_the_month_is_the_finest_time_that_is_shown(
    installation: Installation, collection: Collection, told: dict[str, Receipt]
) -> None:
    months = read_stories(installation, collection, Purpose.RESEARCH)["told_on"]
    assert months.str.fullmatch(r"\d{4}-\d{2}").all()


def test_stories_of_another_collection_stay_there(
    installation: Installation, collection: Collection, told: dict[str, Receipt]
) -> None:
    with installation.database.reading() as session:
        assert stories_frame(session, collection.id + 1, purpose=Purpose.RESEARCH).empty
        assert answers_frame(session, collection.id + 1).empty


def make_wide(installation: Installation, collection: Collection, framework: SignificationFramework) -> pd.DataFrame:
    with installation.database.reading() as session:
        stories = stories_frame(session, collection.id, purpose=Purpose.RESEARCH)
        return wide_answers(stories, answers_frame(session, collection.id), framework)


def test_the_wide_table_keeps_zero_past_niet_and_skipped_apart(
    installation: Installation,
    collection: Collection,
    framework: SignificationFramework,
    told: dict[str, Receipt],
) -> None:
    wide = make_wide(installation, collection, framework)
    columns = ["T1.practical", "T1.presence", "D1", "S1.child.x", "S1.school.y", "S1.parent.x"]
    cells = {name: wide.loc[receipt.story_id, columns].tolist() for name, receipt in told.items()}
    assert cells["een"] == pytest.approx([0.8, 0.1, 0.0, 10.0, 100.0, None])
    assert cells["twee"] == ["na"] * 6
    assert cells["drie"] == cells["vier"] == [None] * 6


def test_the_wide_table_has_every_question_as_a_column_and_no_text(
    installation: Installation,
    collection: Collection,
    framework: SignificationFramework,
    told: dict[str, Receipt],
) -> None:
    wide = make_wide(installation, collection, framework)
    assert list(wide.columns[:3]) == ["teller_id", "perspective", "T1.practical"]
    assert {column.split(".")[0] for column in wide.columns[2:]} == set(framework.elements)


def test_several_choices_are_joined(
    installation: Installation, collection: Collection, framework: SignificationFramework
) -> None:
    keys = [option.key for option in framework.elements["M2"].options_for("parent")][:2]
    draw_stories(installation, collection, f"story | M2\neen | {keys[0]}, {keys[1]}")
    assert make_wide(installation, collection, framework)["M2"].tolist() == ["|".join(keys)]


def test_each_answer_counts_under_its_option_and_a_skipped_one_under_none(
    installation: Installation,
    collection: Collection,
    framework: SignificationFramework,
    told: dict[str, Receipt],
) -> None:
    with installation.database.reading() as session:
        options = options_frame(answers_frame(session, collection.id), framework)
    names = {receipt.story_id: name for name, receipt in told.items()}
    found = sorted((names[row.story_id], row.element, row.option) for row in options.itertuples())
    assert found == [
        ("een", "D1", "1"),
        ("een", "S1", "child"),
        ("een", "S1", "school"),
        ("een", "T1", "corner_1"),
        ("twee", "D1", "na"),
        ("twee", "S1", "na"),
        ("twee", "T1", "na"),
    ]


def test_incoming_counts_what_was_received_processed_and_without_text(
    installation: Installation, collection: Collection
) -> None:
    draw_stories(installation, collection, "story | perspective\neen | parent\ntwee | worker")
    tell(installation, collection)
    tell(installation, collection, has_text=False)
    with installation.database.reading() as session:
        rows = {row.perspective: row for row in count_incoming(session, collection.id)}
    parent, worker = rows["parent"], rows["worker"]
    assert (parent.received, parent.processed, parent.without_text) == (3, 1, 1)
    assert (worker.received, worker.processed, worker.without_text) == (1, 1, 0)


def add_themes(installation: Installation, told: dict[str, Receipt], label: str, *, state: str) -> int:
    """A theme run that puts "een" in a theme and "twee" in none."""
    with installation.database.writing() as session:
        collection_id = 1
        run = RunRow(kind="themes", collection_id=collection_id, requested_by="test", state=state)
        session.add(run)
        session.flush()
        theme = SuggestedThemeRow(
            collection_id=collection_id,
            run_id=run.id,
            number=1,
            label=label,
            size=1,
            keywords=[],
            examples=[],
            stability=0.5,
        )
        session.add(theme)
        session.flush()
        for name, theme_id in (("een", theme.id), ("twee", None)):
            session.add(
                ThemeMembershipRow(story_id=told[name].story_id, run_id=run.id, theme_id=theme_id, strength=0.7)
            )
        return run.id


def test_themes_are_those_of_the_newest_finished_run_and_no_theme_is_none(
    installation: Installation, collection: Collection, told: dict[str, Receipt]
) -> None:
    add_themes(installation, told, "oud", state=DONE)
    newest = add_themes(installation, told, "nieuw", state=DONE)
    add_themes(installation, told, "half", state="running")
    stories = read_stories(installation, collection, Purpose.RESEARCH)
    with installation.database.reading() as session:
        assert newest_theme_run(session, collection.id) == newest
    assert stories.loc[told["een"].story_id, "theme_label"] == "nieuw"
    for name in ("twee", "drie"):
        assert pd.isna(stories.loc[told[name].story_id, ["theme_id", "theme_label"]]).all()


def test_only_proposed_tags_are_shown_best_first(
    installation: Installation, collection: Collection, told: dict[str, Receipt]
) -> None:
    story_id = told["een"].story_id
    with installation.database.writing() as session:
        run_id = session.get_one(MaskedStoryRow, story_id).run_id
        for code, score, proposed in (("T01", 0.6, True), ("T02", 0.9, True), ("T03", 0.95, False)):
            session.add(
                TagProposalRow(
                    story_id=story_id,
                    code=code,
                    score=score,
                    proposed=proposed,
                    because=[],
                    step="tag.test",
                    run_id=run_id,
                )
            )
    stories = read_stories(installation, collection, Purpose.RESEARCH)
    assert stories.loc[story_id, "tags"] == ["T02", "T01"] and stories.loc[told["twee"].story_id, "tags"] == []
