"""The audit log shows when it was tampered with, and says what it cannot show."""

import threading

import pytest
from sqlalchemy import text

from safeguards import audit
from safeguards.installation import Installation
from storage.tables.audit import AuditRow
from stories.collections import Collection
from tests.cast import tell


@pytest.fixture
def lines(installation: Installation) -> list[int]:
    """Five lines more, and the ids of all."""
    with installation.database.writing() as session:
        for number in range(5):
            audit.record(session, "proef", f"regel {number}", by="anna", n=number, ids=(1, 2), where=None)
    with installation.database.reading() as session:
        return [row.id for row in session.query(AuditRow).order_by(AuditRow.id)]


def first_broken(installation: Installation) -> int | None:
    with installation.database.reading() as session:
        return audit.first_broken_row(session)


def tamper(installation: Installation, change: str, **values: object) -> None:
    """What somebody with the whole database can do: take the refusals away, then change the log."""
    with installation.database.writing() as session:
        for trigger in ("audit_refuses_update", "audit_refuses_delete", "audit_refuses_replace"):
            session.execute(text(f"DROP TRIGGER {trigger}"))
        session.execute(text(change), values)


def test_an_untouched_log_is_whole(installation: Installation, lines: list[int]) -> None:
    assert first_broken(installation) is None


@pytest.mark.parametrize(
    "change",
    [
        "who = 'bram'",
        "action = 'anders'",
        "subject = 'anders'",
        "details = '{}'",
        "at = '2020-01-01 00:00:00.000000'",
        "hash = 'f'",
    ],
)
def test_a_changed_line_is_found(installation: Installation, lines: list[int], change: str) -> None:
    tamper(installation, f"UPDATE audit SET {change} WHERE id = :id", id=lines[-3])
    assert first_broken(installation) == lines[-3]


def test_a_line_taken_out_of_the_middle_is_found_at_the_next(installation: Installation, lines: list[int]) -> None:
    tamper(installation, "DELETE FROM audit WHERE id = :id", id=lines[-3])
    assert first_broken(installation) == lines[-2]


def test_lines_taken_off_the_end_show_only_beside_a_tip_kept_elsewhere(
    installation: Installation, lines: list[int]
) -> None:
    with installation.database.reading() as session:
        noted = audit.tip(session)
    tamper(installation, "DELETE FROM audit WHERE id >= :id", id=lines[-2])
    assert first_broken(installation) is None  # the chain alone cannot know
    with installation.database.reading() as session:
        assert audit.has_tip(session, noted) is False


def test_a_tip_stays_in_a_log_that_grows(installation: Installation, lines: list[int]) -> None:
    with installation.database.writing() as session:
        noted = audit.tip(session)
        audit.record(session, "proef", "later", by="anna")
        assert audit.has_tip(session, noted) and audit.tip(session)[0] == noted[0] + 1


def test_an_empty_log_is_whole_and_has_a_tip(installation: Installation) -> None:
    tamper(installation, "DELETE FROM audit")
    with installation.database.reading() as session:
        assert audit.first_broken_row(session) is None
        assert audit.has_tip(session, audit.tip(session))


def test_lines_written_at_the_same_time_stay_one_chain(installation: Installation) -> None:
    def write(name: str) -> None:
        for _ in range(5):
            with installation.database.writing() as session:
                audit.record(session, "proef", "", by=name)

    writers = [threading.Thread(target=write, args=(f"w{number}",)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert first_broken(installation) is None


def test_what_a_teller_does_is_kept_to_the_day(installation: Installation, collection: Collection) -> None:
    tell(installation, collection)
    with installation.database.reading() as session:
        line = session.query(AuditRow).order_by(AuditRow.id.desc()).first()
    assert line.action == "accept_story" and (line.at.hour, line.at.minute, line.at.microsecond) == (0, 0, 0)
