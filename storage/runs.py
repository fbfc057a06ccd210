"""The list of work: ask for a run, claim it, report on it, end it.

Functions take a writing session first and do not commit. A worker that was silent for too long loses its
run to another: what it reports or ends afterwards changes nothing, and it is told so.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from storage.tables.base import now, start_of_day
from storage.tables.processing import RunRow

WAITING, RUNNING, DONE, FAILED = "requested", "running", "done", "failed"
# A run whose worker vanishes this often is what makes it vanish: too little memory, or a story that breaks it.
MOST_ATTEMPTS = 3
GAVE_UP = (
    f"Deze verwerking is {MOST_ATTEMPTS} keer begonnen en steeds zonder bericht gestopt. Kijk of de machine genoeg "
    "geheugen en schijfruimte heeft en start haar opnieuw bij Verwerking."
)


class RunLost(Exception):
    """Another worker has this run now; who finds this stops working on it."""


def request_run(
    session: Session,
    kind: str,
    *,
    collection_id: int | None,
    by: str,
    parameters: dict[str, Any] | None = None,
    seed: int | None = None,
) -> RunRow:
    """Ask for a run, or return the one of this kind that is waiting already.

    The waiting run's row is locked until the caller commits, so a worker cannot claim it, finish,
    and miss what the caller is adding. (On SQLite the writing session itself is that lock.)
    """
    waiting = session.scalars(
        select(RunRow)
        .where(RunRow.kind == kind, RunRow.collection_id == collection_id, RunRow.state == WAITING)
        .with_for_update()
    ).first()
    if waiting is not None:
        return waiting
    run = RunRow(kind=kind, collection_id=collection_id, requested_by=by, parameters=parameters or {}, seed=seed)
    session.add(run)
    session.flush()
    return run


def claim_run(session: Session, *, worker: str, timeout_minutes: int, run_id: int | None = None) -> RunRow | None:
    """Claim the oldest waiting run (or this one), or one whose worker went silent; None without work.

    A run whose worker went silent `MOST_ATTEMPTS` times is marked failed, and not given out again.
    """
    silent = now() - timedelta(minutes=timeout_minutes)
    free = or_(RunRow.state == WAITING, (RunRow.state == RUNNING) & (RunRow.alive_at < silent))
    wanted = select(RunRow.id).where(free).order_by(RunRow.id)
    if run_id is not None:
        wanted = wanted.where(RunRow.id == run_id)
    _give_up(session, silent)
    for candidate in session.scalars(wanted.limit(5)):
        # Two workers can see the same row; the UPDATE decides who gets it.
        claimed = session.scalar(
            update(RunRow)
            .where(RunRow.id == candidate, free)
            .values(
                state=RUNNING,
                claimed_by=worker,
                attempts=RunRow.attempts + 1,
                alive_at=now(),
                error=None,
                done=0,
                total=0,
                step="",
            )
            .returning(RunRow.id)
        )
        if claimed is not None:
            return session.get_one(RunRow, candidate, populate_existing=True)
    return None


def _give_up(session: Session, silent: datetime) -> None:
    hopeless = (RunRow.state == RUNNING) & (RunRow.alive_at < silent) & (RunRow.attempts >= MOST_ATTEMPTS)
    for run_id in session.scalars(select(RunRow.id).where(hopeless)):
        _end_run(session, run_id, hopeless, state=FAILED, error=GAVE_UP)


def report_progress(session: Session, run_id: int, *, worker: str, step: str, done: int, total: int) -> None:
    """Write how far a run is; also the sign of life that keeps other workers off it.

    Raises RunLost when the run is not this worker's (any more).
    """
    alive = session.scalar(
        update(RunRow)
        .where(RunRow.id == run_id, _is_held_by(worker))
        .values(step=step, done=done, total=total, alive_at=now())
        .returning(RunRow.id)
    )
    if alive is None:
        raise RunLost(f"Run {run_id} is not held by {worker}.")


def finish_run(
    session: Session,
    run_id: int,
    *,
    worker: str,
    versions: dict[str, Any],
    result: dict[str, Any],
    input_hash: str | None = None,
) -> bool:
    """Mark a run as done, with what made its results and what they are in short.

    False, with nothing changed, when the run is not this worker's (any more).
    """
    values = {"state": DONE, "versions": versions, "result": result, "input_hash": input_hash}
    return _end_run(session, run_id, _is_held_by(worker), **values)


def fail_run(session: Session, run_id: int, *, worker: str, error: str) -> bool:
    """Mark a run as failed. error: a sentence without story text or names.

    False, with nothing changed, when the run is not this worker's (any more).
    """
    return _end_run(session, run_id, _is_held_by(worker), state=FAILED, error=error)


def _is_held_by(worker: str) -> ColumnElement[bool]:
    return (RunRow.state == RUNNING) & (RunRow.claimed_by == worker)


def _end_run(session: Session, run_id: int, still: ColumnElement[bool], **values: Any) -> bool:
    # Only the days of a run that ended stay: stories name the run that masked them, and the run
    # of one new story would say to the second when it was told.
    requested_at = session.scalar(select(RunRow.requested_at).where(RunRow.id == run_id))
    if requested_at is None:
        return False
    today = start_of_day(now())
    # Whether the run is still whose it was is asked in the UPDATE itself: nobody can come in between.
    ended = session.scalar(
        update(RunRow)
        .where(RunRow.id == run_id, still)
        .values(requested_at=start_of_day(requested_at), alive_at=today, finished_at=today, **values)
        .returning(RunRow.id)
    )
    return ended is not None


def newest_run(session: Session, *, collection_id: int, kind: str, state: str | None = None) -> RunRow | None:
    """The last asked run of a kind in a collection, in a given state if one is given."""
    wanted = select(RunRow).where(RunRow.collection_id == collection_id, RunRow.kind == kind)
    if state is not None:
        wanted = wanted.where(RunRow.state == state)
    return session.scalars(wanted.order_by(RunRow.id.desc()).limit(1)).first()
