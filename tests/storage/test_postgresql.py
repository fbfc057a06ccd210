"""What SQLite cannot show, because it has one writer at a time: the same actions at once on PostgreSQL.

Which server: see tests.servers.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

from safeguards import audit
from safeguards.access import Role, Viewer
from safeguards.installation import Installation, open_installation
from safeguards.signin import create_user, sign_in_with_password
from safeguards.withdrawal import withdraw_story
from settings import read_settings
from storage.runs import claim_run, request_run
from storage.tables import Base
from storage.tables.audit import AuditRow
from storage.tables.people import UserRow
from storage.tables.processing import RunRow, SuggestedThemeRow, ThemeMembershipRow
from storage.tables.stories import StoryRow
from stories.accept import accept_story
from stories.collections import Collection, make_collection
from stories.reading import claim_next
from tests.cast import draw_stories, make_submission, masked, read_framework, tell
from tests.servers import postgresql_database

AT_ONCE = 6


@pytest.fixture
def url() -> Iterator[str]:
    """A database of this test alone."""
    with postgresql_database() as made:
        yield made


@pytest.fixture
def installation(url: str, tmp_path: Path) -> Iterator[Installation]:
    made = open_installation(replace(read_settings({}), database=url, data_folder=tmp_path))
    yield made
    made.database.engine.dispose()


@pytest.fixture
def collection(installation: Installation) -> Collection:
    with installation.database.writing() as session:
        return make_collection(session, read_framework(), key="demo", title="Verhalen")


def do_at_once(action: Callable[[int], Any], times: int = AT_ONCE) -> list[Any]:
    """What each got who did this at the same moment; a fault is given too."""
    start, got = threading.Barrier(times), []

    def do(number: int) -> None:
        start.wait()
        try:
            got.append(action(number))
        except Exception as error:
            got.append(error)

    threads = [threading.Thread(target=do, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def count(installation: Installation, table: type) -> int:
    with installation.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_migrations_make_the_tables_that_the_code_needs(installation: Installation) -> None:
    with installation.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_processes_that_start_at_once_open_one_database(url: str, tmp_path: Path) -> None:
    settings = replace(read_settings({}), database=url, data_folder=tmp_path)
    opened = do_at_once(lambda _: open_installation(settings), times=3)
    assert [type(each) for each in opened] == [Installation] * 3
    for each in opened:
        each.database.engine.dispose()


def test_the_same_submission_at_once_is_one_story_and_nobody_gets_a_fault(
    installation: Installation, collection: Collection
) -> None:
    sent = make_submission(collection)

    def send(_: int) -> tuple[str, bool]:
        with installation.database.writing() as session:
            receipt = accept_story(session, sent, vault=installation.vault, max_characters=1000)
            return receipt.code, receipt.is_repeat

    got = do_at_once(send)
    assert len({code for code, _ in got}) == 1 and sorted(repeat for _, repeat in got) == [False] + [True] * 5
    assert count(installation, StoryRow) == 1


def test_stories_told_at_once_are_all_kept_and_the_audit_chain_is_whole(
    installation: Installation, collection: Collection
) -> None:
    def send(_: int) -> str:
        with installation.database.writing() as session:
            sent = make_submission(collection)
            return accept_story(session, sent, vault=installation.vault, max_characters=1000).story_id

    assert len({str(each) for each in do_at_once(send)}) == AT_ONCE == count(installation, StoryRow)
    with installation.database.reading() as session:
        assert audit.first_broken_row(session) is None
        assert session.scalars(select(AuditRow.at)).first().utcoffset().total_seconds() == 0  # type: ignore[union-attr]


def test_of_workers_at_once_one_gets_the_run(installation: Installation, collection: Collection) -> None:
    with installation.database.writing() as session:
        request_run(session, "process", collection_id=collection.id, by="anna")

    def claim(number: int) -> str | None:
        with installation.database.writing() as session:
            run = claim_run(session, worker=f"w{number}", timeout_minutes=30)
            return run.claimed_by if run else None

    assert sum(each is not None for each in do_at_once(claim)) == 1
    assert count(installation, RunRow) == 1


def test_wrong_passwords_tried_at_once_are_counted_one_by_one(installation: Installation) -> None:
    with installation.database.writing() as session:
        create_user(session, "anna", "Anna", by="test")

    def guess(_: int) -> None:
        sign_in_with_password(installation.database, "anna", "fout", max_tries=AT_ONCE)

    assert do_at_once(guess) == [None] * AT_ONCE
    with installation.database.reading() as session:
        assert session.scalars(select(UserRow.locked_until)).one() is not None


def test_readers_at_once_get_a_story_each(installation: Installation, collection: Collection) -> None:
    for number in range(AT_ONCE):
        masked(installation, tell(installation, collection).story_id, f"Verhaal {number}.", released=False)

    def read(number: int) -> str | None:
        reader = Viewer(number, f"r{number}", "R", frozenset({(collection.id, Role.READER)}))
        with installation.database.writing() as session:
            return claim_next(session, collection.id, by=reader, minutes=15)

    got = do_at_once(read)
    assert None not in got and len({str(each) for each in got}) == AT_ONCE


def test_two_stories_withdrawn_at_once_both_leave_their_theme(
    installation: Installation, collection: Collection
) -> None:
    told = draw_stories(installation, collection, "story\n" + "\n".join(f"s{number}" for number in range(AT_ONCE)))
    with installation.database.writing() as session:
        run_id = session.scalars(select(RunRow.id)).first()
        theme = SuggestedThemeRow(
            collection_id=collection.id,
            run_id=run_id,
            number=1,
            label="hulp",
            size=AT_ONCE,
            keywords=[],
            examples=[],
            stability=None,
        )
        session.add(theme)
        session.flush()
        for receipt in told.values():
            session.add(ThemeMembershipRow(story_id=receipt.story_id, run_id=run_id, theme_id=theme.id, strength=1.0))
    story_ids = [receipt.story_id for receipt in told.values()]

    def leave(number: int) -> None:
        with installation.database.writing() as session:
            withdraw_story(session, story_ids[number], by="teller")

    assert do_at_once(leave) == [None] * AT_ONCE
    with installation.database.reading() as session:
        assert session.scalars(select(SuggestedThemeRow.size)).one() == 0
