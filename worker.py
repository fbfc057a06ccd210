"""The worker: claims runs and does them, one at a time, until it is told to stop.

python worker.py          keep working
python worker.py --once   do what is waiting, then stop
"""

import argparse
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import date

from sqlalchemy.exc import DBAPIError

from faults import PersonFault
from pipeline.run import Work, describe_versions, process_collection
from pipeline.toolbox import Toolbox
from safeguards.installation import Installation, open_installation
from safeguards.retention import BY_ITSELF, RETENTION_RUN, Terms, ask_for_daily_retention, run_retention
from settings import read_settings
from storage.runs import RunLost, claim_run, fail_run, finish_run, report_progress
from storage.tables.base import now
from storage.tables.processing import RunRow
from stories.accept import PROCESS_RUN
from stories.collections import list_collections

THEMES_RUN = "themes"
REPORT_EVERY_SECONDS = 0.5
DATABASE_PAUSE_SECONDS = 10
Progress = Callable[[str, int, int], None]


def main() -> int:
    """Work until stopped. Exit code 2 when the settings, database or vault cannot be used."""
    parser = argparse.ArgumentParser(description="Doet het werk dat klaarstaat: verhalen verwerken, thema's zoeken.")
    parser.add_argument("--once", action="store_true", help="doe wat klaarstaat en stop dan")
    once = parser.parse_args().once
    try:
        installation = open_installation(read_settings())
    except PersonFault as error:
        print(error, file=sys.stderr)
        return 2
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work_until(installation, stop, once=once)
    return 0


def work_until(installation: Installation, stop: threading.Event, *, once: bool = False) -> None:
    """Do runs until `stop` is set, or with `once` until nothing waits."""
    toolbox = Toolbox(installation.settings)
    name = f"{socket.gethostname()}:{os.getpid()}"
    asked_on: date | None = None
    while not stop.is_set():
        try:
            if asked_on != now().date():
                with installation.database.writing() as session:
                    ask_for_daily_retention(session)
                asked_on = now().date()
            has_worked = do_next_run(installation, toolbox, worker=name)
        except DBAPIError as error:
            if once:
                raise
            # A full disk or a server that is away passes. Stopping here would take the form down with us.
            kind = type(error.orig).__name__
            print(f"De database doet niet mee ({kind}). De worker probeert het zo opnieuw.", file=sys.stderr)
            stop.wait(DATABASE_PAUSE_SECONDS)
            continue
        if not has_worked:
            if once:
                return
            stop.wait(installation.settings.worker_poll_seconds)


def do_next_run(
    installation: Installation,
    toolbox: Toolbox,
    *,
    worker: str,
    run_id: int | None = None,
    progress: Progress | None = None,
) -> bool:
    """Claim one run and do it; False when there is none, or when the one that was named is another worker's.

    A run that fails is marked, never hidden.
    """
    with installation.database.writing() as session:
        run = claim_run(
            session, worker=worker, timeout_minutes=installation.settings.run_timeout_minutes, run_id=run_id
        )
    if run is None:
        return False
    try:
        _do_run(installation, toolbox, run, worker, progress)
    except RunLost:
        # Another worker does it now; what this one stored was stored a batch at a time and is the same.
        print(f"run {run.id}: overgenomen door een andere worker", file=sys.stderr)
        return run_id is None
    except Exception as error:
        # The kind of error only: its text could hold a piece of a story.
        sentence = (
            f"De verwerking is gestopt door een fout ({type(error).__name__}). Start haar opnieuw bij Verwerking."
        )
        print(f"run {run.id}: {type(error).__name__}", file=sys.stderr)
        with installation.database.writing() as session:
            fail_run(session, run.id, worker=worker, error=sentence)
        if run_id is not None:
            raise
    return True


def _do_run(installation: Installation, toolbox: Toolbox, run: RunRow, worker: str, progress: Progress | None) -> None:
    if run.kind == RETENTION_RUN:
        _do_retention(installation, run, worker, progress)
        return
    if run.kind not in (PROCESS_RUN, THEMES_RUN):
        raise ValueError(f"Run {run.id} is of kind {run.kind}, which this worker does not know.")
    with installation.database.reading() as session:
        collection = next(item for item in list_collections(session) if item.id == run.collection_id)
    seed = installation.settings.theme_seed if run.seed is None else run.seed
    work = Work(
        installation,
        collection,
        run.id,
        toolbox,
        _make_reporter(installation, run.id, worker, progress),
        seed=seed,
        rethink_themes=run.kind == THEMES_RUN,
    )
    result = process_collection(work)
    with installation.database.writing() as session:
        finished = finish_run(
            session,
            run.id,
            worker=worker,
            versions={**describe_versions(work), "seed": seed},
            result=result,
            input_hash=work.input_hash,
        )
    if not finished:
        raise RunLost(f"Run {run.id} was given to another worker.")


def _do_retention(installation: Installation, run: RunRow, worker: str, progress: Progress | None) -> None:
    report = _make_reporter(installation, run.id, worker, progress)
    terms = Terms.from_settings(installation.settings)
    did = run_retention(
        installation.database, terms, by=BY_ITSELF, progress=lambda done, total: report(RETENTION_RUN, done, total)
    )
    result = {"originals": sum(one.n_originals for one in did), "stories": sum(one.n_stories for one in did)}
    with installation.database.writing() as session:
        finished = finish_run(session, run.id, worker=worker, versions={}, result=result)
    if not finished:
        raise RunLost(f"Run {run.id} was given to another worker.")


def _make_reporter(installation: Installation, run_id: int, worker: str, progress: Progress | None) -> Progress:
    """Progress for the page that asked, through the run's row, and for the terminal if one is there."""
    last_written = 0.0

    def report(step: str, done: int, total: int) -> None:
        nonlocal last_written
        if progress:
            progress(step, done, total)
        if done >= total or time.monotonic() - last_written > REPORT_EVERY_SECONDS:
            last_written = time.monotonic()
            with installation.database.writing() as session:
                report_progress(session, run_id, worker=worker, step=step, done=done, total=total)

    return report


if __name__ == "__main__":
    sys.exit(main())
