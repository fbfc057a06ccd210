"""Cells hold for any text and any shares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.cells import protect_text, round_shares, show_number, unprotect_text

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@'\t ＝"), max_size=12)


@given(TEXTS)
def test_protection_comes_off_as_it_went_on(text: str) -> None:
    assert unprotect_text(protect_text(text)) == text


@given(TEXTS)
def test_no_protected_text_starts_a_formula(text: str) -> None:
    assert protect_text(text).lstrip()[:1] not in tuple("=+-@＝＋－＠")


@pytest.mark.parametrize("text", ["=1+1", "+31612345678", "-5 graden", "@wij", " =1", "\t=1", "＝1", "'s avonds"])
def test_what_a_spreadsheet_could_run_gets_an_apostrophe(text: str) -> None:
    assert protect_text(text) == "'" + text


def test_ordinary_text_stays_as_it_is() -> None:
    assert protect_text("Ze bleef gewoon zitten.") == "Ze bleef gewoon zitten."


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda shares: sum(shares) > 0.1))
def test_rounded_shares_are_close_and_add_up_to_one(shares: list[float]) -> None:
    whole = {str(number): share / sum(shares) for number, share in enumerate(shares)}
    rounded = round_shares(whole)
    assert sum(round(share * 1_000_000) for share in rounded.values()) == 1_000_000
    assert all(abs(rounded[key] - whole[key]) <= 1e-6 for key in whole)


@given(st.floats(0, 100))
def test_a_shown_number_reads_back(number: float) -> None:
    assert float(show_number(number)) == pytest.approx(number, abs=1e-6)


def test_numbers_are_no_longer_than_needed() -> None:
    assert [show_number(number) for number in (55.0, 0.5, 1 / 3, 0, 100)] == ["55", "0.5", "0.333333", "0", "100"]
