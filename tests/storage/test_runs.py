"""Work is asked, claimed by one worker, handed on when that worker goes silent, and ended."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from safeguards.installation import Installation
from storage.runs import (
    DONE,
    FAILED,
    GAVE_UP,
    MOST_ATTEMPTS,
    RUNNING,
    WAITING,
    RunLost,
    claim_run,
    fail_run,
    finish_run,
    newest_run,
    report_progress,
    request_run,
)
from storage.tables.base import now
from storage.tables.processing import RunRow
from stories.collections import Collection
from tests.cast import tell

KIND = "process"


def ask(installation: Installation, collection: Collection, kind: str = KIND) -> int:
    with installation.database.writing() as session:
        return request_run(session, kind, collection_id=collection.id, by="anna").id


def claim(installation: Installation, worker: str, **wanted: int) -> int | None:
    with installation.database.writing() as session:
        run = claim_run(session, worker=worker, timeout_minutes=30, **wanted)
        return run.id if run else None


def read_run(installation: Installation, run_id: int) -> RunRow:
    with installation.database.reading() as session:
        return session.get_one(RunRow, run_id)


def silence(installation: Installation, run_id: int, *, minutes: int) -> None:
    with installation.database.writing() as session:
        session.execute(update(RunRow).where(RunRow.id == run_id).values(alive_at=now() - timedelta(minutes=minutes)))


def test_of_two_workers_at_once_one_gets_the_run(installation: Installation, collection: Collection) -> None:
    run_id, got, start = ask(installation, collection), [], threading.Barrier(4)

    def work(name: str) -> None:
        start.wait()
        got.append(claim(installation, name))

    workers = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(got, key=str) == [run_id, None, None, None]


def test_the_oldest_run_goes_first_unless_one_is_named(installation: Installation, collection: Collection) -> None:
    ids = [ask(installation, collection, kind) for kind in ("process", "themes", "retention")]
    assert [claim(installation, "w", run_id=ids[1]), claim(installation, "w"), claim(installation, "w")] == [
        ids[1],
        ids[0],
        ids[2],
    ]


@pytest.mark.parametrize(("minutes", "is_given_on"), [(29, False), (31, True)])
def test_the_run_of_a_silent_worker_is_given_on(
    installation: Installation, collection: Collection, minutes: int, is_given_on: bool
) -> None:
    run_id = ask(installation, collection)
    claim(installation, "stil")
    with installation.database.writing() as session:
        report_progress(session, run_id, worker="stil", step="embed", done=3, total=9)
    silence(installation, run_id, minutes=minutes)
    assert (claim(installation, "ander") == run_id) is is_given_on
    run = read_run(installation, run_id)
    assert (run.claimed_by, run.done) == (("ander", 0) if is_given_on else ("stil", 3))


def test_a_sign_of_life_keeps_other_workers_off(installation: Installation, collection: Collection) -> None:
    run_id = ask(installation, collection)
    claim(installation, "bezig")
    silence(installation, run_id, minutes=31)
    with installation.database.writing() as session:
        report_progress(session, run_id, worker="bezig", step="tag", done=1, total=2)
    assert claim(installation, "ander") is None


def test_a_worker_that_lost_its_run_cannot_report_on_it_or_end_it(
    installation: Installation, collection: Collection
) -> None:
    run_id = ask(installation, collection)
    claim(installation, "stil")
    silence(installation, run_id, minutes=31)
    claim(installation, "ander")
    with installation.database.writing() as session:
        assert not finish_run(session, run_id, worker="stil", versions={}, result={"masked": 3})
        assert not fail_run(session, run_id, worker="stil", error="De verwerking is gestopt.")
        with pytest.raises(RunLost):
            report_progress(session, run_id, worker="stil", step="tag", done=9, total=9)
    run = read_run(installation, run_id)
    assert (run.state, run.claimed_by, run.result, run.error, run.done) == (RUNNING, "ander", {}, None, 0)


def test_a_run_that_ended_is_not_ended_again(installation: Installation, collection: Collection) -> None:
    run_id = ask(installation, collection)
    claim(installation, "w")
    with installation.database.writing() as session:
        assert finish_run(session, run_id, worker="w", versions={}, result={"masked": 3})
        assert not fail_run(session, run_id, worker="w", error="De verwerking is gestopt.")
    assert read_run(installation, run_id).state == DONE


def test_a_run_that_makes_its_worker_vanish_is_given_up_with_a_sentence(
    installation: Installation, collection: Collection
) -> None:
    run_id = ask(installation, collection)
    for number in range(MOST_ATTEMPTS):
        assert claim(installation, f"w{number}") == run_id
        silence(installation, run_id, minutes=31)
    assert claim(installation, "nog een") is None
    run = read_run(installation, run_id)
    assert (run.state, run.error, run.attempts) == (FAILED, GAVE_UP, MOST_ATTEMPTS)


def test_a_run_that_was_given_up_does_not_hold_up_the_next(installation: Installation, collection: Collection) -> None:
    hopeless = ask(installation, collection)
    for number in range(MOST_ATTEMPTS):
        claim(installation, f"w{number}")
        silence(installation, hopeless, minutes=31)
    after = ask(installation, collection)
    assert claim(installation, "ander") == after


def test_a_worker_on_its_last_attempt_is_left_alone(installation: Installation, collection: Collection) -> None:
    run_id = ask(installation, collection)
    for number in range(MOST_ATTEMPTS):
        silence(installation, run_id, minutes=31)
        claim(installation, f"w{number}")
    assert claim(installation, "ander") is None
    assert read_run(installation, run_id).state == RUNNING


def test_stories_told_while_a_run_waits_share_it(installation: Installation, collection: Collection) -> None:
    tell(installation, collection)
    tell(installation, collection)
    with installation.database.reading() as session:
        assert list(session.scalars(select(RunRow.state))) == [WAITING]


def test_a_story_told_while_a_run_runs_gets_a_run_of_its_own(
    installation: Installation, collection: Collection
) -> None:
    tell(installation, collection)
    claim(installation, "bezig")
    tell(installation, collection)
    with installation.database.reading() as session:
        assert list(session.scalars(select(RunRow.state).order_by(RunRow.id))) == [RUNNING, WAITING]


def test_a_waiting_run_is_not_shared_between_collections_or_kinds(
    installation: Installation, collection: Collection
) -> None:
    ids = {ask(installation, collection, "process"), ask(installation, collection, "themes")}
    with installation.database.writing() as session:
        ids.add(request_run(session, "process", collection_id=None, by="anna").id)
    assert len(ids) == 3


@pytest.mark.parametrize("end", [DONE, FAILED])
def test_a_run_that_ended_is_not_claimed_again_and_keeps_its_days_only(
    installation: Installation, collection: Collection, end: str
) -> None:
    run_id = ask(installation, collection)
    claim(installation, "w")
    with installation.database.writing() as session:
        if end == DONE:
            finish_run(session, run_id, worker="w", versions={"embed": "v2"}, result={"n": 3}, input_hash="abc")
        else:
            fail_run(session, run_id, worker="w", error="De verwerking is gestopt.")
    run = read_run(installation, run_id)
    midnight = datetime.combine(now().date(), datetime.min.time(), UTC)
    assert (run.state, run.requested_at, run.alive_at, run.finished_at) == (end, midnight, midnight, midnight)
    assert claim(installation, "w") is None


def test_ending_a_run_that_is_gone_does_nothing(installation: Installation) -> None:
    with installation.database.writing() as session:
        assert not fail_run(session, 999, worker="w", error="De verwerking is gestopt.")
        assert session.scalars(select(RunRow)).all() == []


def test_the_newest_run_is_asked_by_kind_and_state(installation: Installation, collection: Collection) -> None:
    done = ask(installation, collection)
    claim(installation, "w")
    with installation.database.writing() as session:
        finish_run(session, done, worker="w", versions={}, result={})
    waiting = ask(installation, collection)
    with installation.database.reading() as session:
        found = [
            newest_run(session, collection_id=collection.id, kind=KIND, state=state) for state in (None, DONE, FAILED)
        ]
    assert [run.id if run else None for run in found] == [waiting, done, None]
