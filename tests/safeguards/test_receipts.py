"""The receipt code: the same for the same submission, not to be guessed, easy to copy by hand."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguards.receipts import ALPHABET, hash_receipt_code, hash_submission, make_receipt_code

SECRET = b"geheim van deze proef"


@given(st.text(min_size=1))
def test_a_code_is_four_groups_of_four_and_always_the_same(submission_id: str) -> None:
    try:
        submission_id.encode()
    except UnicodeEncodeError:
        return
    code = make_receipt_code(SECRET, submission_id)
    assert re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{3}}", code)
    assert code == make_receipt_code(SECRET, submission_id)


def test_another_submission_or_another_installation_has_another_code() -> None:
    codes = {make_receipt_code(secret, name) for secret in (SECRET, b"ander") for name in ("een", "twee")}
    assert len(codes) == 4


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}\n"])
def test_a_code_copied_by_hand_is_known_again(change: object) -> None:
    code = make_receipt_code(SECRET, "een")
    assert hash_receipt_code(change(code)) == hash_receipt_code(code)  # type: ignore[operator]


def test_a_code_with_one_other_sign_is_another_code() -> None:
    code = make_receipt_code(SECRET, "een")
    other = ("B" if code[0] == "A" else "A") + code[1:]
    assert hash_receipt_code(other) != hash_receipt_code(code)


def test_no_two_signs_look_alike() -> None:
    assert not set("01OIL") & set(ALPHABET) and ALPHABET.upper() == ALPHABET and len(set(ALPHABET)) == 31


def test_what_is_stored_of_a_submission_does_not_give_its_code() -> None:
    stored = hash_submission("een")
    assert make_receipt_code(SECRET, stored) != make_receipt_code(SECRET, "een") and stored != "een"
