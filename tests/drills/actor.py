"""What a drill kills: a process that tells stories, migrates or backs up, and says on stdout how far it is.

python -m tests.drills.actor WHAT DATA_FOLDER [OUT]   (the database in VERTELTAFEL_DATABASE, if it is not SQLite)
"""

import resource
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

import storage.backup_file
from faults import PersonFault
from safeguards.backups import make_backup
from safeguards.installation import Installation, open_installation
from settings import Settings, read_settings
from storage.engine import open_database
from storage.migrate import migrate
from stories.accept import accept_story
from stories.collections import find_collection
from tests.cast import make_submission

PASSPHRASE = "een lange zin voor de drill"
HALFWAY = "halverwege"
FULL_AFTER_BYTES = 200_000
storage.backup_file.SCRYPT_N = 2


def say(*words: object) -> None:
    """One line to the drill, at once."""
    print(*words, flush=True)


def wait_for_the_end() -> None:
    """Stand still in the middle of something, until somebody kills this process."""
    say(HALFWAY)
    threading.Event().wait()


def tell_on_and_on(installation: Installation, *, times: int | None = None) -> None:
    """Accept stories; each code is said after the story was committed, never before."""
    with installation.database.reading() as session:
        collection = find_collection(session, "demo")
    number = 0
    while times is None or number < times:
        sent = make_submission(collection, text="De zeehond. " * 100)
        with installation.database.writing() as session:
            receipt = accept_story(session, sent, vault=installation.vault, max_characters=20_000)
        say(sent.submission_id, receipt.story_id, receipt.code)
        number += 1


def tell_until_the_disk_is_full(settings: Settings) -> None:
    """The same with a limit on the size of files: what a full disk is to a program."""
    installation = open_installation(settings)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file(settings) + FULL_AFTER_BYTES,) * 2)
    try:
        tell_on_and_on(installation)
    except OperationalError as error:
        say("vol", type(error.orig).__name__)


def largest_file(settings: Settings) -> int:
    """The size of the largest file in the data folder."""
    return max(path.stat().st_size for path in settings.data_folder.iterdir())


def migrate_halfway(settings: Settings) -> None:
    """Migrate until the last change is made and nothing is committed yet."""
    database = open_database(settings.database_url)

    @event.listens_for(database.engine, "after_cursor_execute")
    def look(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("UPDATE alembic_version") and "0005" in statement:
            wait_for_the_end()

    migrate(database.engine)


def back_up(settings: Settings, target: Path, *, limit: int | None = None, halfway: bool = False) -> None:
    """Back up, and stand still or run out of disk on the way."""
    installation = open_installation(settings)
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    def stop_halfway(done: int, total: int) -> None:
        if done >= total / 2:
            wait_for_the_end()

    progress = stop_halfway if halfway else lambda done, total: None
    try:
        make_backup(installation, target, passphrase=PASSPHRASE, by="drill", progress=progress)
    except PersonFault as fault:
        say("geweigerd:", fault)


def main() -> None:
    """Do what the first word says."""
    what, folder, *rest = sys.argv[1:]
    settings = replace(read_settings(), data_folder=Path(folder))
    if what == "tell":
        tell_on_and_on(open_installation(settings))
    elif what == "fill":
        tell_until_the_disk_is_full(settings)
    elif what == "migrate":
        migrate_halfway(settings)
    elif what == "backup":
        back_up(settings, Path(rest[0]), halfway=True)
    elif what == "backup-full":
        back_up(settings, Path(rest[0]), limit=int(rest[1]))


if __name__ == "__main__":
    main()
