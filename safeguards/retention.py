"""Retention: what was told goes when its time is over. Originals first, then the stories with all made of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, delete, func, select, text
from sqlalchemy.orm import Session

from safeguards import audit
from safeguards.withdrawal import remove_story
from settings import Settings
from storage.engine import Database, leaves_traces
from storage.runs import request_run
from storage.tables.base import now, start_of_day
from storage.tables.collections import CollectionRow
from storage.tables.processing import MaskedStoryRow, RunRow
from storage.tables.stories import StoryRow, VaultRow

BATCH = 100
LOCK = 7_281_004  # any number that is ours: PostgreSQL knows the lock by it
RETENTION_RUN = "retention"
BY_ITSELF = "bewaartermijn"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Terms:
    """How long things are kept, in days after the story was told."""

    original_days: int
    story_days: int

    @classmethod
    def from_settings(cls, settings: Settings) -> "Terms":
        """The terms in force."""
        return cls(settings.original_retention_days, settings.story_retention_days)

    def originals_told_before(self, today: date) -> date:
        """Originals told before this day go. They never stay longer than their story."""
        return today - timedelta(days=min(self.original_days, self.story_days))

    def stories_told_before(self, today: date) -> date:
        """Stories told before this day go."""
        return today - timedelta(days=self.story_days)


@dataclass(frozen=True)
class RetentionPlan:
    """What retention does, or would do, in one collection.

    n_originals: originals that go while their story stays. n_unmasked: originals whose time is over but
    that nobody masked yet; without them nothing would be left to read, so they wait until their story goes.
    is_kept: a collection of made-up stories, in which nothing is destroyed.
    """

    collection_id: int
    collection_key: str
    is_kept: bool
    n_originals: int
    n_unmasked: int
    n_stories: int


def plan_retention(session: Session, terms: Terms, *, today: date) -> list[RetentionPlan]:
    """What a run on this day would do, a collection each, by key. Changes nothing.

    In a collection of made-up stories nobody is protected by destroying them; the plan shows what would go.
    """
    return [_plan(session, row, terms, today) for row in session.scalars(select(CollectionRow).order_by("key"))]


def run_retention(
    database: Database,
    terms: Terms,
    *,
    by: str,
    today: date | None = None,
    progress: Progress = lambda done, total: None,
) -> list[RetentionPlan]:
    """Destroy what has had its time; returns what was done, a collection each. A batch is a transaction.

    Stopped half-way, what was done stays done, and the next run does the rest.
    """
    today = today or date.today()
    with database.reading() as session:
        planned = plan_retention(session, terms, today=today)
    working = [plan for plan in planned if not plan.is_kept]
    step = _make_step(sum(plan.n_originals + plan.n_stories for plan in working), progress)
    did = [plan for plan in planned if plan.is_kept]
    for plan in working:
        n_originals = _in_batches(database, _due_originals(plan.collection_id, terms, today), _destroy_originals, step)
        n_stories = _in_batches(database, _due_stories(plan.collection_id, terms, today), _destroy_stories, step)
        key, n_unmasked = plan.collection_key, plan.n_unmasked
        did.append(RetentionPlan(plan.collection_id, key, False, n_originals, n_unmasked, n_stories))
    with database.writing() as session:
        for one in did:
            counts = {"originals": one.n_originals, "stories": one.n_stories, "unmasked": one.n_unmasked}
            what = {"kept": "fictional"} if one.is_kept else counts
            audit.record(session, "run_retention", one.collection_key, by=by, **what)
    return sorted(did, key=lambda one: one.collection_key)


def ask_for_daily_retention(session: Session) -> bool:
    """Ask for today's run, unless it was asked for today already; whether it was asked for now. The caller commits."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
    newest = select(RunRow.requested_at).where(RunRow.kind == RETENTION_RUN).order_by(RunRow.id.desc()).limit(1)
    asked_at = session.scalar(newest)
    if asked_at is not None and asked_at >= start_of_day(now()):
        return False
    request_run(session, RETENTION_RUN, collection_id=None, by=BY_ITSELF)
    return True


def _plan(session: Session, collection: CollectionRow, terms: Terms, today: date) -> RetentionPlan:
    def count(query: Select[str]) -> int:
        return session.scalar(select(func.count()).select_from(query.subquery())) or 0

    return RetentionPlan(
        collection.id,
        collection.key,
        collection.is_fictional,
        count(_due_originals(collection.id, terms, today)),
        count(_due_originals(collection.id, terms, today, is_masked=False)),
        count(_due_stories(collection.id, terms, today)),
    )


def _due_originals(collection_id: int, terms: Terms, today: date, *, is_masked: bool = True) -> Select[str]:
    has_masked = select(MaskedStoryRow.story_id).where(MaskedStoryRow.story_id == StoryRow.id).exists()
    return (
        select(StoryRow.id)
        .join(VaultRow, VaultRow.story_id == StoryRow.id)
        .where(
            StoryRow.collection_id == collection_id,
            StoryRow.told_on < terms.originals_told_before(today),
            StoryRow.told_on >= terms.stories_told_before(today),
            has_masked if is_masked else ~has_masked,
        )
        .order_by(StoryRow.told_on, StoryRow.id)
    )


def _due_stories(collection_id: int, terms: Terms, today: date) -> Select[str]:
    return (
        select(StoryRow.id)
        .where(StoryRow.collection_id == collection_id, StoryRow.told_on < terms.stories_told_before(today))
        .order_by(StoryRow.told_on, StoryRow.id)
    )


def _make_step(total: int, progress: Progress) -> Callable[[int], None]:
    done = 0

    def step(n: int) -> None:
        nonlocal done
        done += n
        progress(done, max(total, done))  # a teller may withdraw, or somebody import, between plan and run

    return step


def _in_batches(
    database: Database,
    due: Select[str],
    destroy: Callable[[Session, list[str]], None],
    step: Callable[[int], None],
) -> int:
    n_done = 0
    while True:
        with database.writing() as session:
            story_ids = list(session.scalars(due.limit(BATCH)))
            if not story_ids:
                return n_done
            leaves_traces(session)
            destroy(session, story_ids)
        n_done += len(story_ids)
        step(len(story_ids))


def _destroy_originals(session: Session, story_ids: list[str]) -> None:
    session.execute(delete(VaultRow).where(VaultRow.story_id.in_(story_ids)))


def _destroy_stories(session: Session, story_ids: list[str]) -> None:
    for story_id in story_ids:
        remove_story(session, story_id)
