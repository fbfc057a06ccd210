"""A collection with stories of the cast, on a copy of a migrated database."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from dialogue.assignments import file_assignment
from dialogue.roundtables import make_roundtable
from indicators.goals import load_aims, load_goal_tree
from indicators.queries import store_goal_tree
from safeguards.access import Role, Viewer
from storage.engine import Database, open_database
from storage.migrate import migrate
from storage.tables.collections import CollectionRow
from storage.tables.dialogue import RoundtableRow
from storage.tables.figures import FigureImportRow, FigureRow
from storage.tables.processing import MaskedStoryRow, RunRow, SuggestedThemeRow, TagProposalRow, ThemeMembershipRow
from storage.tables.reading import ReadingRow
from storage.tables.stories import AnswerRow, StoryRow
from stories.collections import make_collection
from stories.framework import load_framework
from stories.released import RELEASED

DEMO = Path(__file__).parents[2] / "demo"
ASSIGNMENT = {
    "commissioner": "Regiegroep",
    "question": "Komt hulp op tijd?",
    "goals": ["A3"],
    "scale": "gemeente",
    "kind": "thematisch",
    "intended_use": "verbeteren",
}
# id, perspective, consent, feeling (M1), title
STORIES = [
    ("story-anna", "parent", "table", "good", "Ze bleef gewoon zitten"),
    ("story-dina", "child_8_12", "report", "bad", "De lange gang"),
    ("story-quiet", "parent", "researchers", "bad", "Alleen voor onderzoek"),
    ("story-worker", "worker", "table", "very_good", "Samen aan tafel"),
]


def viewer(name: str, *roles: Role, collection_id: int = 1) -> Viewer:
    return Viewer(abs(hash(name)) % 1000, name, name.title(), frozenset((collection_id, role) for role in roles))


@pytest.fixture
def anna() -> Viewer:
    """Leads the round table."""
    return viewer("anna", Role.FACILITATOR)


@pytest.fixture
def penvoerder() -> Viewer:
    """Writes the conclusions."""
    return viewer("petra", Role.PENVOERDER)


@pytest.fixture
def bram() -> Viewer:
    """Takes part."""
    return viewer("bram", Role.TABLE_MEMBER)


@pytest.fixture
def cem() -> Viewer:
    """Leads a table too, in another municipality."""
    return viewer("cem", Role.FACILITATOR, Role.PENVOERDER, collection_id=2)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "template.sqlite3"
    database = open_database(f"sqlite:///{path}")
    migrate(database.engine)
    with database.writing() as session:
        fill(session)
    database.engine.dispose()
    return path


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(template, tmp_path / "test.sqlite3")
    opened = open_database(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    yield opened
    opened.engine.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def table_id(session: Session, anna: Viewer) -> int:
    """A roundtable on an assignment that was just filed."""
    assignment = file_assignment(session, 1, **ASSIGNMENT, by=anna)
    return make_roundtable(session, assignment.id, title="Eerste tafel", held_on=date(2024, 5, 3), by=anna).id


def fill(session: Session) -> None:
    """One collection (id 1) with goals, four stories, a theme, tags and a figure; an empty one (id 2)."""
    framework = load_framework(DEMO / "framework_bjh.yaml")
    here = make_collection(session, framework, key="demo", title="Demo", taxonomy="jeugdhulp_nl")
    make_collection(session, framework, key="elders", title="Elders")
    tree = load_goal_tree(DEMO / "goals.yaml")
    store_goal_tree(session, session.get_one(CollectionRow, here.id), tree, load_aims(DEMO / "aims_bjh.yaml"))
    run = RunRow(kind="process", collection_id=here.id, state="done", requested_by="test")
    session.add(run)
    session.flush()
    theme = SuggestedThemeRow(collection_id=here.id, run_id=run.id, number=0, label="wachten", size=4, keywords=[])
    session.add(theme)
    session.flush()
    for story_id, perspective, consent, feeling, title in STORIES:
        add_told_story(session, story_id, perspective, consent, feeling, title, run_id=run.id, theme_id=theme.id)
    session.add(
        TagProposalRow(story_id="story-anna", code="A01", score=0.9, proposed=True, because=[], step="t", run_id=run.id)
    )
    add_imported_figure(session, here.id)
    add_imported_figure(session, 2)


def add_told_story(
    session: Session,
    story_id: str,
    perspective: str,
    consent: str,
    feeling: str,
    title: str = "Titel",
    *,
    run_id: int = 1,
    theme_id: int | None = None,
) -> None:
    session.add(
        StoryRow(
            id=story_id,
            collection_id=1,
            framework_id=1,
            submission_hash=story_id,
            teller_id=f"teller-{story_id}",
            perspective=perspective,
            language="nl",
            told_on=date(2024, 3, 9),
            consent=consent,
        )
    )
    session.flush()
    session.add(
        MaskedStoryRow(story_id=story_id, title=title, text=f"Verhaal {title}.", spans=[], step="mask", run_id=run_id)
    )
    session.add(ReadingRow(story_id=story_id, state=RELEASED, signs=[]))
    session.add(AnswerRow(story_id=story_id, element="M1", state="answered", value=[feeling]))
    session.add(AnswerRow(story_id=story_id, element="D1", state="answered", value=12.0))
    session.add(AnswerRow(story_id=story_id, element="T2", state="not_applicable", value=None))
    session.add(AnswerRow(story_id=story_id, element="T3", state="skipped", value=None))
    session.add(ThemeMembershipRow(story_id=story_id, run_id=run_id, theme_id=theme_id, strength=0.8))
    session.flush()


def add_imported_figure(session: Session, collection_id: int) -> None:
    imported = FigureImportRow(
        collection_id=collection_id,
        file_name="kpi_2024.csv",
        content_hash=f"hash-{collection_id}",
        mapping="verteltafel",
        n_figures=1,
        imported_by="anna",
        imported_at=datetime(2024, 5, 1, tzinfo=UTC),
    )
    session.add(imported)
    session.flush()
    session.add(
        FigureRow(
            collection_id=collection_id,
            import_id=imported.id,
            indicator="K04",
            indicator_label="Wachtlijst",
            area="Groningen",
            period="2023",
            value=15.3,
            status="provisional",
            unit="%",
            source="CBS, jeugdzorg 2023",
            definition="Wie wacht",
            counts="eerste gesprek",
            counts_not="start hulp",
            row=14,
        )
    )
    session.flush()


def table_row(session: Session, table_id: int) -> RoundtableRow:
    return session.get_one(RoundtableRow, table_id)
