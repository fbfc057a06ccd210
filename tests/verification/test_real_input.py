"""7,908 real care comments as a second collection: import, masking, no tags, themes, and the tables of the explorer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from imports.registry import ImportReport, import_stories
from pipeline.toolbox import Toolbox
from safeguards.consent import Purpose
from safeguards.installation import Installation, open_installation
from storage.runs import DONE
from storage.tables.processing import RunRow, SuggestedThemeRow, TagProposalRow
from storage.tables.stories import StoryRow
from stories.collections import find_collection, make_collection
from stories.framework import load_framework
from stories.queries import stories_frame
from stories.reading_overview import release_in_bulk
from stories.selection import Selection, select_stories
from tests.conftest import settings_in
from worker import do_next_run

ROOT = Path(__file__).parent.parent.parent
COMMENTS = ROOT.parent / "shared" / "data" / "english" / "care_comments" / "v6framework_230831.csv"
CASES = ROOT / "tests" / "cases"

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(not COMMENTS.exists(), reason="The care comments lie beside the repository, and are not there."),
]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, ImportReport]]:
    installation = open_installation(settings_in(tmp_path_factory.mktemp("care")))
    with installation.database.writing() as session:
        framework = load_framework(CASES / "frameworks" / "care_comments.yaml")
        make_collection(session, framework, key="care", title="Care comments", language="en")
    mapping = CASES / "mappings" / "care_comments.yaml"
    report = import_stories(
        installation, "comments-csv", [COMMENTS], collection_key="care", mapping=mapping, by="evaluator"
    )
    with installation.database.writing() as session:
        ids = session.scalars(select(StoryRow.id)).all()
        collection = find_collection(session, "care")
        release_in_bulk(session, collection.id, ids, by="evaluator", reason="published comments, read elsewhere")
    assert do_next_run(installation, Toolbox(installation.settings), worker="test")
    yield installation, report
    installation.database.engine.dispose()


def test_every_row_is_a_story_or_set_apart_with_its_row(imported: tuple[Installation, ImportReport]) -> None:
    _, report = imported
    assert report.accepted + report.repeated + len(report.set_apart) == 7_908
    assert report.accepted > 6_000


def test_the_run_masks_and_themes_them_and_proposes_no_tags(imported: tuple[Installation, ImportReport]) -> None:
    installation, report = imported
    with installation.database.reading() as session:
        run = session.scalars(select(RunRow)).one()
        assert run.state == DONE, run.error
        assert run.result["masked"] == run.result["stories"] == report.accepted
        assert session.scalar(select(func.count()).select_from(TagProposalRow)) == 0
        sizes = list(session.scalars(select(SuggestedThemeRow.size)))
    assert 5 <= len(sizes) <= 60
    assert max(sizes) < 0.5 * report.accepted


def test_the_explorer_finds_the_comments_about_waiting(imported: tuple[Installation, ImportReport]) -> None:
    installation, _ = imported
    with installation.database.reading() as session:
        collection = find_collection(session, "care")
        stories = stories_frame(session, collection.id, purpose=Purpose.RESEARCH)
    options = stories.iloc[:0].assign(story_id=None, element=None, option=None)[["story_id", "element", "option"]]
    waiting = select_stories(stories, options, Selection(words="waiting"))
    assert 50 < len(waiting) < len(stories) / 4
    assert waiting["text"].str.contains("waiting", case=False).mean() > 0.9
