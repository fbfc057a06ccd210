"""Numbers as Dutch offices write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.dutch_numbers import NotANumber, parse_number
from indicators.figures import show_number


@pytest.mark.parametrize(
    ("cell", "number"),
    [("15,3", 15.3), ("1.060", 1060), ("4.200.000,5", 4200000.5), ("1\u202f060", 1060), (" -2 ", -2), ("0", 0)],
)
def test_a_number_is_read_as_its_maker_meant_it(cell: str, number: float) -> None:
    assert parse_number(cell) == number


@pytest.mark.parametrize("cell", ["13.2", "1,060,000", "1.06", "12.34.567", "1e3", "", "½", "٣", "inf"])
def test_a_number_with_two_readings_or_none_is_refused(cell: str) -> None:
    with pytest.raises(NotANumber):
        parse_number(cell)


def test_a_file_with_decimal_points_can_say_so() -> None:
    assert parse_number("1,060.5", decimal=".") == 1060.5


@given(st.integers(-(10**12), 10**12).map(lambda n: n / 1000))
def test_what_we_show_can_be_read_back(number: float) -> None:
    assert parse_number(show_number(number)) == pytest.approx(number)
