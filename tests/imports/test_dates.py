"""Dates in formats that count digits."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.dates import compile_format, read_dates, read_month

DUTCH, AMERICAN = compile_format("dd/mm/yyyy"), compile_format("m/d/yyyy")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("31/05/2022", ["2022-05-31"]),
        ("6/30/2022", ["2022-06-30"]),
        ("07/04/2022", ["2022-04-07"]),
        ("10/11/2022", ["2022-11-10", "2022-10-11"]),
        ("11/11/2022", ["2022-11-11"]),
        ("30/02/2022", []),
        ("2022", []),
        ("", []),
    ],
)
def test_a_date_is_read_in_every_form_that_fits(text: str, days: list[str]) -> None:
    assert [day.isoformat() for day in read_dates(text, (DUTCH, AMERICAN))] == days


@given(st.dates(min_value=date(1000, 1, 1)))
def test_any_day_reads_back(day: date) -> None:
    assert read_dates(f"{day:%d/%m}/{day.year:04}", (DUTCH,)) == [day]


@pytest.mark.parametrize("text", ["dd/mm", "yyyy-mm-mm", "dd/dd/mm/yyyy", ""])
def test_a_format_without_one_day_month_and_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="one day, one month and one year"):
        compile_format(text)


@pytest.mark.parametrize(
    ("text", "month"), [("2024-03", date(2024, 3, 1)), ("2024-13", None), ("0000-01", None), ("mrt-24", None)]
)
def test_a_month_is_year_and_month(text: str, month: date | None) -> None:
    assert read_month(text) == month
