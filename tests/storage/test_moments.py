"""Moments are kept in UTC, whatever zone they come in or the server lives in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage.tables.base import UtcDateTime

AMSTERDAM = timezone(timedelta(hours=2))
NOON = datetime(2024, 6, 3, 12, tzinfo=UTC)


def test_a_moment_of_another_zone_is_stored_as_utc() -> None:
    stored = UtcDateTime().process_bind_param(NOON.astimezone(AMSTERDAM), None)
    assert stored is not None and stored.isoformat() == "2024-06-03T12:00:00+00:00"


@pytest.mark.parametrize("read", [NOON.replace(tzinfo=None), NOON.astimezone(AMSTERDAM)])
def test_a_moment_is_read_as_utc_from_either_database(read: datetime) -> None:
    moment = UtcDateTime().process_result_value(read, None)
    assert moment is not None and moment.isoformat() == "2024-06-03T12:00:00+00:00"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        UtcDateTime().process_bind_param(datetime(2024, 6, 3), None)
