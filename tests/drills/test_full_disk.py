"""A full disk: what was accepted is kept, what was not is said, and there is room for nothing half."""

import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from safeguards import audit
from safeguards.backups import make_backup
from safeguards.installation import Installation, open_installation
from safeguards.withdrawal import find_story_by_code
from storage.tables.stories import StoryRow, VaultRow
from stories.collections import find_collection
from tests.cast import tell
from tests.drills.actor import PASSPHRASE
from tests.drills.conftest import Start

LIMIT_BYTES = 150_000


def test_what_was_accepted_before_the_disk_was_full_is_all_there(installation: Installation, start: Start) -> None:
    said, faults = start("fill", installation.settings.data_folder).communicate(timeout=60)
    *promised, last = said.splitlines()
    assert last.startswith("vol ") and len(promised) > 5, faults[-500:]
    again = open_installation(installation.settings)
    with again.database.reading() as session:
        assert all(find_story_by_code(session, line.split()[2]) == line.split()[1] for line in promised)
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (StoryRow, VaultRow)]
        assert counts == [len(promised)] * 2
        assert session.scalar(text("PRAGMA integrity_check")) == "ok" and audit.first_broken_row(session) is None


def test_there_is_room_again_and_telling_goes_on(installation: Installation, start: Start) -> None:
    start("fill", installation.settings.data_folder).communicate(timeout=60)
    again = open_installation(installation.settings)
    with again.database.reading() as session:
        collection = find_collection(session, "demo")
    assert not tell(again, collection).is_repeat


def test_a_backup_on_a_full_disk_says_so_and_leaves_the_earlier_one(
    installation: Installation, start: Start, tmp_path: Path
) -> None:
    target = tmp_path / "a.backup"
    make_backup(installation, target, passphrase=PASSPHRASE, by="test")
    earlier = target.read_bytes()
    with installation.database.reading() as session:
        collection = find_collection(session, "demo")
    for _ in range(20):
        tell(installation, collection, text=os.urandom(9_000).hex())
    installation.database.wipe_traces()  # so that the log of the database is small, and the backup is what is large
    process = start("backup-full", installation.settings.data_folder, target, LIMIT_BYTES)
    said, faults = process.communicate(timeout=60)
    assert "geweigerd: De back-up a.backup kan niet geschreven worden (File too large)" in said, faults[-500:]
    assert target.read_bytes() == earlier and not list(tmp_path.glob(".*.deel"))
    assert str(tmp_path) not in said


def test_a_database_without_room_makes_no_backup_that_nobody_can_see_in_the_log(
    installation: Installation, start: Start, tmp_path: Path
) -> None:
    process = start("backup-full", installation.settings.data_folder, tmp_path / "a.backup", 0)
    said, faults = process.communicate(timeout=60)
    assert "geweigerd: De database kan niet opschrijven dat er een back-up gemaakt wordt" in said, faults[-500:]
    assert not list(tmp_path.glob("*.backup"))


@pytest.mark.parametrize("device", ["/dev/full"])
def test_a_device_without_room_is_named_as_full(installation: Installation, tmp_path: Path, device: str) -> None:
    from storage.backup_file import BackupError

    folder = tmp_path / "vol"
    folder.mkdir()
    (folder / ".a.backup.deel").symlink_to(device)
    with pytest.raises(BackupError, match=r"a\.backup kan niet geschreven worden"):
        make_backup(installation, folder / "a.backup", passphrase=PASSPHRASE, by="test")
    shutil.rmtree(folder)
