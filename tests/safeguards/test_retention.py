"""Retention: originals go first, then stories; nothing sooner, nothing in the demo, and every run is a line."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

import worker
from safeguards.installation import Installation
from safeguards.retention import (
    RETENTION_RUN,
    RetentionPlan,
    Terms,
    ask_for_daily_retention,
    plan_retention,
    run_retention,
)
from storage.runs import DONE
from storage.tables.audit import AuditRow
from storage.tables.base import now
from storage.tables.collections import CollectionRow
from storage.tables.dialogue import AdviceRow, AssignmentRow, EvidenceRow, RoundtableRow
from storage.tables.processing import MaskedStoryRow, RunRow
from storage.tables.stories import StoryRow, VaultRow
from stories.accept import StoryWithdrawn
from stories.collections import Collection
from tests.cast import masked, tell

TODAY = date(2026, 6, 1)
TERMS = Terms(original_days=90, story_days=730)
# days ago: is the original still there, is the story still there
BY_AGE = """
    days  original story
    0     x        x
    89    x        x
    90    x        x
    91    .        x
    729   .        x
    730   .        x
    731   .        .
    4000  .        .
"""
AGES = [line.split() for line in BY_AGE.strip().splitlines()[1:]]


def told(installation: Installation, collection: Collection, *, days: int, is_masked: bool = True) -> str:
    """A story told this long ago; its id."""
    story_id = tell(installation, collection, text=f"Zeehond van {days} dagen.").story_id
    if is_masked:
        masked(installation, story_id, f"Dier van {days} dagen.")
    with installation.database.writing() as session:
        values = {"told_on": TODAY - timedelta(days=days)}
        session.execute(update(StoryRow).where(StoryRow.id == story_id).values(values))
    return story_id


def run(installation: Installation, terms: Terms = TERMS) -> dict[str, RetentionPlan]:
    did = run_retention(installation.database, terms, by="test", today=TODAY)
    return {one.collection_key: one for one in did}


def plan(installation: Installation, terms: Terms = TERMS) -> dict[str, RetentionPlan]:
    with installation.database.reading() as session:
        return {one.collection_key: one for one in plan_retention(session, terms, today=TODAY)}


def is_there(installation: Installation, table: type, story_id: str) -> bool:
    with installation.database.reading() as session:
        return session.get(table, story_id) is not None


@pytest.mark.parametrize(("days", "original", "story"), AGES)
def test_each_goes_when_its_own_time_is_over(
    installation: Installation, collection: Collection, days: str, original: str, story: str
) -> None:
    story_id = told(installation, collection, days=int(days))
    run(installation)
    found = [is_there(installation, table, story_id) for table in (VaultRow, StoryRow, MaskedStoryRow)]
    assert found == [original == "x", story == "x", story == "x"]


def test_a_plan_says_what_a_run_then_does_and_does_nothing_itself(
    installation: Installation, collection: Collection
) -> None:
    for days in (10, 100, 200, 800):
        told(installation, collection, days=days)
    planned = plan(installation)
    assert (planned["demo"].n_originals, planned["demo"].n_stories) == (2, 1)
    assert plan(installation) == planned == run(installation)
    assert (plan(installation)["demo"].n_originals, plan(installation)["demo"].n_stories) == (0, 0)


def test_an_original_that_nobody_masked_waits_and_is_counted(
    installation: Installation, collection: Collection
) -> None:
    waiting = told(installation, collection, days=100, is_masked=False)
    over = told(installation, collection, days=800, is_masked=False)
    did = run(installation)["demo"]
    assert (did.n_originals, did.n_unmasked, did.n_stories) == (0, 1, 1)
    assert is_there(installation, VaultRow, waiting) and not is_there(installation, StoryRow, over)


def test_an_original_never_outlives_its_story(installation: Installation, collection: Collection) -> None:
    story_id = told(installation, collection, days=50)
    did = run(installation, Terms(original_days=90, story_days=40))["demo"]
    assert (did.n_originals, did.n_stories) == (0, 1) and not is_there(installation, VaultRow, story_id)


def test_made_up_stories_stay_and_the_plan_says_why(installation: Installation, collection: Collection) -> None:
    story_id = told(installation, collection, days=4000)
    with installation.database.writing() as session:
        session.execute(update(CollectionRow).where(CollectionRow.key == "demo").values(is_fictional=True))
    did = run(installation)["demo"]
    assert did.is_kept and did.n_stories == 1 and is_there(installation, VaultRow, story_id)


def test_what_was_destroyed_is_in_no_file(installation: Installation, collection: Collection) -> None:
    original, story = told(installation, collection, days=100), told(installation, collection, days=800)
    with installation.database.reading() as session:
        locked = session.get_one(VaultRow, original).ciphertext
    run(installation)
    files = [path.read_bytes() for path in installation.settings.data_folder.rglob("*") if path.is_file()]
    assert not [one for one in (locked, story.encode(), b"Dier van 800") if any(one in file for file in files)]


def test_a_destroyed_story_leaves_a_mark_on_the_table_and_the_advice_as_it_was(
    installation: Installation, collection: Collection
) -> None:
    story_id = told(installation, collection, days=800)
    with installation.database.writing() as session:
        usual = {"scale": "s", "kind": "k", "intended_use": "u", "state": "open", "created_by": "anna", "goals": []}
        assignment = AssignmentRow(collection_id=collection.id, commissioner="x", question="?", **usual)
        session.add(assignment)
        session.flush()
        table = RoundtableRow(assignment_id=assignment.id, title="tafel")
        session.add(table)
        session.flush()
        about = {"result_type": "r", "addressee": "college", "goal": "g", "created_by": "anna"}
        session.add(AdviceRow(roundtable_id=table.id, text="Begin eerder.", **about))
        lying = {"story_id": story_id, "frozen": {"text": "Dier"}, "added_by": "anna"}
        session.add(EvidenceRow(roundtable_id=table.id, kind="story", **lying))
    run(installation)
    with installation.database.reading() as session:
        evidence, advice = session.scalars(select(EvidenceRow)).one(), session.scalars(select(AdviceRow)).one()
    assert (evidence.story_id, evidence.frozen, evidence.withdrawn_on is not None) == (None, None, True)
    assert advice.text == "Begin eerder."


def test_a_destroyed_story_does_not_come_back(installation: Installation, collection: Collection) -> None:
    receipt = tell(installation, collection, submission_id="x" * 32)
    with installation.database.writing() as session:
        session.execute(update(StoryRow).values(told_on=TODAY - timedelta(days=800)))
    run(installation)
    assert not is_there(installation, StoryRow, receipt.story_id)
    with pytest.raises(StoryWithdrawn):
        tell(installation, collection, submission_id="x" * 32)


def test_every_run_is_a_line_a_collection_with_counts_and_no_story(
    installation: Installation, collection: Collection
) -> None:
    story_id = told(installation, collection, days=800)
    run(installation)
    with installation.database.reading() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.action == "run_retention")).all()
    lines = {row.subject: row.details for row in rows}
    assert lines["demo"] == {"originals": 0, "stories": 1, "unmasked": 0} and set(lines) == {"demo", "elders"}
    assert story_id not in str(lines)


def test_a_run_stopped_half_way_is_done_by_the_next(
    installation: Installation, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safeguards.retention.BATCH", 2)
    for _ in range(5):
        told(installation, collection, days=800)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_retention(installation.database, TERMS, by="test", today=TODAY, progress=stop)
    assert plan(installation)["demo"].n_stories == 3 and run(installation)["demo"].n_stories == 3


def test_it_is_asked_for_once_a_day(installation: Installation) -> None:
    asked = []
    for _ in range(3):
        with installation.database.writing() as session:
            asked.append(ask_for_daily_retention(session))
    with installation.database.writing() as session:
        session.execute(update(RunRow).values(requested_at=now() - timedelta(days=1), state=DONE))
    with installation.database.writing() as session:
        asked.append(ask_for_daily_retention(session))
    assert asked == [True, False, False, True]


def test_the_worker_does_it_by_itself(
    installation: Installation, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    story_id = tell(installation, collection).story_id
    with installation.database.writing() as session:
        session.execute(update(StoryRow).values(told_on=date.today() - timedelta(days=800)))
        session.execute(update(RunRow).values(state=DONE))  # nothing to process: no language model in this test
    for _ in range(2):
        worker.work_until(installation, threading.Event(), once=True)
    with installation.database.reading() as session:
        runs = session.scalars(select(RunRow).where(RunRow.kind == RETENTION_RUN)).all()
        lines = session.scalars(select(AuditRow.who).where(AuditRow.action == "run_retention")).all()
    assert not is_there(installation, StoryRow, story_id)
    assert [(one.state, one.result) for one in runs] == [(DONE, {"originals": 0, "stories": 1})]
    assert set(lines) == {"bewaartermijn"} and len(lines) == 2
