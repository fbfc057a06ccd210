"""What a password must be, and how it is kept: only as an argon2 hash.

Hashing takes a tenth of a second on purpose, so it is done outside a transaction that writes: on
SQLite everybody else would wait for it.
"""

import re
import secrets
import unicodedata
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from faults import PersonFault

PASSWORD_MIN_CHARACTERS = 12
PASSWORD_MAX_CHARACTERS = 200
NO_PASSWORD = ""  # stored for who signs in elsewhere, or was not here yet; no password fits it

# Words of passwords that are long enough and still among the first that anyone tries. Looked up with what
# stands around them taken off (digits, signs, spaces), so that "Welkom2024!!" is found too. There are no rules
# about kinds of characters: those make passwords that people write down, not ones that are hard to guess.
COMMON_WORDS = frozenset((Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split())
_DIGITS_IN_ORDER = "01234567890123456789"
_SHORTEST_PIECE = 3

_hasher = PasswordHasher()
# Checked when there is no hash to check, so that an unknown name takes as long as a wrong password.
_DECOY = _hasher.hash(secrets.token_urlsafe(16))


class PasswordRefused(PersonFault):
    """A new password is not good enough; the sentence says why."""


def check_new_password(password: str, *, name: str, display_name: str = "") -> None:
    """Refuse a password that is short, somebody's name, or among the first to be tried. Raises PasswordRefused."""
    if len(password) < PASSWORD_MIN_CHARACTERS:
        raise PasswordRefused(f"Kies een wachtwoord van minstens {PASSWORD_MIN_CHARACTERS} tekens. Een zin mag ook.")
    if len(password) > PASSWORD_MAX_CHARACTERS:
        raise PasswordRefused(f"Kies een wachtwoord van hoogstens {PASSWORD_MAX_CHARACTERS} tekens.")
    core = _letters_of(password)
    if core and core in {_letters_of(name), _letters_of(display_name)}:
        raise PasswordRefused("Kies een ander wachtwoord dan je naam, ook niet met cijfers erachter.")
    if _is_common(password, core):
        raise PasswordRefused("Dit wachtwoord wordt heel vaak gebruikt. Kies een zin die alleen jij bedenkt.")


def hash_password(password: str) -> str:
    """The form in which a password is kept. Takes a tenth of a second: not inside a writing session."""
    return _hasher.hash(_normal(password))


def is_right_password(password_hash: str, password: str) -> bool:
    """Whether a password fits. Takes as long without a hash as with one, and when the password is too long."""
    has_hash = password_hash != NO_PASSWORD
    try:
        fits = _hasher.verify(password_hash if has_hash else _DECOY, _normal(password[:PASSWORD_MAX_CHARACTERS]))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return fits and has_hash and len(password) <= PASSWORD_MAX_CHARACTERS


def make_one_time_password() -> str:
    """A password for one sign-in, after which its owner chooses another."""
    return secrets.token_urlsafe(12)


def _normal(password: str) -> str:
    # "é" is one sign on one keyboard and two on another; to the person it is the same password.
    return unicodedata.normalize("NFC", password)


def _letters_of(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", _normal(text).casefold())


def _is_common(password: str, core: str) -> bool:
    if core in COMMON_WORDS:
        return True
    plain = re.sub(r"\s+", "", password.casefold())
    repeats = any(plain == (plain[:size] * len(plain))[: len(plain)] for size in range(1, _SHORTEST_PIECE + 1))
    return repeats or plain in _DIGITS_IN_ORDER or plain in _DIGITS_IN_ORDER[::-1]
