"""Checksums and forms of Dutch numbers."""

import pytest

from pipeline.deidentification.checks import has_bsn_checksum, has_iban_checksum, is_plate


@pytest.mark.parametrize(
    ("digits", "is_right"),
    [("111222333", True), ("123456782", True), ("123456789", False), ("000000000", False), ("12345678", False)],
)
def test_a_bsn_passes_the_eleven_test(digits: str, is_right: bool) -> None:
    assert has_bsn_checksum(digits) is is_right


@pytest.mark.parametrize(
    ("iban", "is_right"),
    [
        ("NL91 ABNA 0417 1643 00", True),
        ("NL92 ABNA 0417 1643 00", False),
        ("DE89 3704 0044 0532 0130 00", True),
        ("NL91", False),
    ],
)
def test_an_iban_passes_its_checksum(iban: str, is_right: bool) -> None:
    assert has_iban_checksum(iban) is is_right


@pytest.mark.parametrize(
    ("piece", "is_right"), [("12-XKL-3", True), ("g 001 bb", True), ("12-34-56", False), ("een-twee", False)]
)
def test_a_plate_has_a_dutch_side_code(piece: str, is_right: bool) -> None:
    assert is_plate(piece) is is_right
