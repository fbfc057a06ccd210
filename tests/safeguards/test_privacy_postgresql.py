"""What protects tellers, on PostgreSQL: the log refuses, the key changes beside writers, retention runs once."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from safeguards import audit
from safeguards.installation import Installation, open_installation
from safeguards.key_ring import KEY_FILE
from safeguards.retention import RETENTION_RUN, ask_for_daily_retention
from safeguards.vault import open_vault
from safeguards.vault_rotation import rotate_vault
from storage.tables.audit import AuditRow
from storage.tables.processing import RunRow
from storage.tables.stories import VaultRow
from stories.collections import Collection
from tests.cast import tell
from tests.storage.test_postgresql import collection, do_at_once, installation, url

__all__ = ["collection", "installation", "url"]
WRITERS, EACH = 3, 6


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'bram'", "DELETE FROM audit", "TRUNCATE audit"])
def test_the_database_itself_refuses_to_change_the_log(
    installation: Installation, collection: Collection, change: str
) -> None:
    tell(installation, collection)
    with pytest.raises(DBAPIError, match="append-only"), installation.database.writing() as session:
        session.execute(text(change))
    with installation.database.reading() as session:
        assert audit.first_broken_row(session) is None and audit.tip(session)[0] > 0


def test_stories_told_while_the_key_changes_open_with_the_new_key_alone(
    installation: Installation, collection: Collection, tmp_path: Path
) -> None:
    for number in range(5):
        tell(installation, collection, text=f"Eerder {number}.")
    start = threading.Barrier(WRITERS + 1)

    def write(name: int) -> None:
        start.wait()
        for number in range(EACH):
            tell(installation, collection, text=f"Onder het wisselen {name} {number}.")

    writers = [threading.Thread(target=write, args=(name,)) for name in range(WRITERS)]
    for writer in writers:
        writer.start()
    start.wait()
    rotate_vault(installation, by="test", batch=2)
    for writer in writers:
        writer.join()
    assert len((tmp_path / KEY_FILE).read_bytes().split()) == 1
    vault = open_vault("", tmp_path)
    with installation.database.reading() as session:
        texts = [vault.open(row).text for row in session.scalars(select(VaultRow))]
    assert len(texts) == 5 + WRITERS * EACH


def test_processes_that_start_together_have_one_secret(installation: Installation) -> None:
    with installation.database.writing() as session:
        session.execute(text("DELETE FROM vault_secrets"))
    opened = do_at_once(lambda _: open_installation(installation.settings).vault.derive_secret("proef"))
    assert len(set(opened)) == 1 and isinstance(opened[0], bytes)


def test_workers_that_ask_together_ask_for_one_run(installation: Installation) -> None:
    def ask(number: int) -> bool:
        with installation.database.writing() as session:
            return ask_for_daily_retention(session)

    assert sorted(do_at_once(ask)) == [False] * 5 + [True]
    with installation.database.reading() as session:
        assert len(session.scalars(select(RunRow).where(RunRow.kind == RETENTION_RUN)).all()) == 1
        assert session.scalars(select(AuditRow).where(AuditRow.action == "run_retention")).all() == []
