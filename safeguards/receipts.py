"""The receipt code: a teller's only key to their own story. Shown at the end of the form, kept as a hash."""

import hashlib
import hmac

# No letters or digits that look alike on paper, in either case.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 16  # 31^16 is about 2^79: not to be guessed, still to be copied by hand in four groups


def make_receipt_code(secret: bytes, submission_id: str) -> str:
    """The code of a submission, as shown: four groups of four.

    It follows from the submission and our secret, so that a phone that sends a story twice,
    because the first answer got lost, is given the same code twice.
    """
    number = int.from_bytes(hmac.digest(secret, submission_id.encode(), "sha256"))
    signs = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    code = "".join(signs)
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def hash_receipt_code(code: str) -> str:
    """The form in which a code is stored and looked up; spaces, dashes and case do not matter.

    A plain hash is enough: the code is random and long, so there is nothing to guess from.
    """
    plain = "".join(sign for sign in code.upper() if sign in ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()


def hash_submission(submission_id: str) -> str:
    """How a submission is remembered: enough to know it again, not enough to ask for its code."""
    return hashlib.sha256(submission_id.encode()).hexdigest()
