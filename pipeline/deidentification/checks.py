"""Checksums and forms of Dutch numbers."""

import re

# Side codes of the Dutch vehicle authority RDW, A for a letter and 9 for a digit.
PLATE_FORMS = frozenset(
    [
        "AA-99-99",
        "99-99-AA",
        "99-AA-99",
        "AA-99-AA",
        "AA-AA-99",
        "99-AA-AA",
        "99-AAA-9",
        "9-AAA-99",
        "AA-999-A",
        "A-999-AA",
        "AAA-99-A",
        "A-99-AAA",
        "9-AA-999",
        "999-AA-9",
    ]
)


def has_bsn_checksum(digits: str) -> bool:
    """The eleven test of the citizen service number: 9·a + 8·b + … + 2·h − i divides by 11."""
    if len(digits) != 9 or not digits.isdecimal() or len(set(digits)) == 1:
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


def has_iban_checksum(iban: str) -> bool:
    """ISO 13616: letters become numbers, the first four signs go last, the whole is 1 modulo 97."""
    clean = re.sub(r"\s", "", iban).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", clean):
        return False
    return int("".join(str(int(sign, 36)) for sign in clean[4:] + clean[:4])) % 97 == 1


def is_plate(piece: str) -> bool:
    """Whether a piece such as "12-XKL-3" or "f 481 nr" has the form of a Dutch plate."""
    groups = re.split(r"[-\s]", piece)
    form = "-".join("".join("9" if sign.isdigit() else "A" for sign in group) for group in groups)
    return form in PLATE_FORMS
