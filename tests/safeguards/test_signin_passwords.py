"""What a password must be: long, not a name, not among the first to be tried. Nothing else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguards.passwords import (
    NO_PASSWORD,
    PASSWORD_MIN_CHARACTERS,
    PasswordRefused,
    check_new_password,
    hash_password,
    is_right_password,
)


@pytest.mark.parametrize(
    "password",
    [
        "een zin die lang genoeg is",
        "alleen kleine letters",
        "zonderspatiesofcijfers",
        "de kat van de buren 7",
        "Ik drink thee in januari",
        "ééndéüßkopje",
    ],
)
def test_any_long_sentence_will_do(password: str) -> None:
    check_new_password(password, name="anna", display_name="Anna de Wit")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("te kort", "minstens 12 tekens"),
        ("x" * 201, "hoogstens 200 tekens"),
        ("annadewit2024!", "dan je naam"),
        ("Anna de Wit 12", "dan je naam"),
        ("anna.dewit 1234", "dan je naam"),
        ("wachtwoord123", "heel vaak gebruikt"),
        ("Welkom2024!!", "heel vaak gebruikt"),
        ("W E L K O M 2 0 2 4", "heel vaak gebruikt"),
        ("verteltafel1", "heel vaak gebruikt"),
        ("123456789012", "heel vaak gebruikt"),
        ("aaaaaaaaaaaa", "heel vaak gebruikt"),
        ("abcabcabcabc", "heel vaak gebruikt"),
    ],
)
def test_a_password_that_anybody_would_try_is_refused_with_the_reason(password: str, sentence: str) -> None:
    with pytest.raises(PasswordRefused, match=sentence):
        check_new_password(password, name="anna.dewit", display_name="Anna de Wit")


def test_a_password_fits_however_the_keyboard_makes_its_signs() -> None:
    kept = hash_password(unicodedata.normalize("NFC", "één lange zin met é"))
    assert is_right_password(kept, unicodedata.normalize("NFD", "één lange zin met é"))


@given(st.text(max_size=30))
def test_nothing_fits_an_account_without_a_password(password: str) -> None:
    assert not is_right_password(NO_PASSWORD, password)


@given(st.text(min_size=PASSWORD_MIN_CHARACTERS, max_size=40), st.text(max_size=40))
def test_only_the_password_itself_fits(password: str, other: str) -> None:
    kept = hash_password(password)
    same = unicodedata.normalize("NFC", password) == unicodedata.normalize("NFC", other)
    assert is_right_password(kept, password) and is_right_password(kept, other) is same


def test_a_password_longer_than_allowed_is_not_cut_to_fit() -> None:
    kept = hash_password("z" * 200)
    assert is_right_password(kept, "z" * 200) and not is_right_password(kept, "z" * 201)
