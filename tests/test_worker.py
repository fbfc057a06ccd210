"""The worker lives through what passes: a full disk, a database that is away for a while."""

import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

import worker
from safeguards.installation import Installation
from storage.runs import RUNNING, RunLost, claim_run, request_run
from storage.tables.processing import RunRow
from stories.collections import Collection
from tests.pipeline.fakes import FakeToolbox


def test_a_database_that_is_away_for_a_while_does_not_end_the_worker(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stop, tries = threading.Event(), []

    def fail_twice(*rest: object, **options: object) -> bool:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("UPDATE", {"text": "zeehond"}, RuntimeError("disk is full: zeehond"))
        stop.set()
        return True

    monkeypatch.setattr(worker, "do_next_run", fail_twice)
    monkeypatch.setattr(worker, "DATABASE_PAUSE_SECONDS", 0)
    worker.work_until(installation, stop)
    said = capsys.readouterr().err
    assert len(tries) == 3 and said.count("De database doet niet mee (RuntimeError)") == 2 and "zeehond" not in said


def test_a_worker_that_lost_its_run_stops_and_leaves_it_to_the_other(
    installation: Installation,
    collection: Collection,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with installation.database.writing() as session:
        run_id = request_run(session, "process", collection_id=collection.id, by="anna").id

    def lose_it(work: object) -> dict[str, object]:
        with installation.database.writing() as session:
            session.get_one(RunRow, run_id).claimed_by = "ander"
        return {"masked": 0}

    monkeypatch.setattr(worker, "process_collection", lose_it)
    assert worker.do_next_run(installation, FakeToolbox(), worker="stil")  # type: ignore[arg-type]
    with installation.database.reading() as session:
        run = session.get_one(RunRow, run_id)
        assert (run.state, run.claimed_by, run.result) == (RUNNING, "ander", {})
    assert "overgenomen door een andere worker" in capsys.readouterr().err


def test_progress_on_a_lost_run_is_a_reason_to_stop(
    installation: Installation, collection: Collection, tmp_path: Path
) -> None:
    with installation.database.writing() as session:
        run_id = request_run(session, "process", collection_id=collection.id, by="anna").id
        claim_run(session, worker="ander", timeout_minutes=30)
    with pytest.raises(RunLost):
        worker._make_reporter(installation, run_id, "stil", None)("embed", 1, 1)
