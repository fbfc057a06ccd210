"""Faults that a person can mend.

Every error of this kind says in one sentence, in the reader's language, what is wrong, where, and
what to do next. Screens show that sentence; commands print it and end with exit code 2.
"""


class PersonFault(Exception):
    """Somebody gave the wrong thing, or asked for what is not theirs; the message is for them."""
