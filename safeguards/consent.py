"""What a teller allowed, and which purpose that covers."""

from enum import StrEnum


class Consent(StrEnum):
    """Who may read the story: the teller's choice, each level allowing the one before it too."""

    RESEARCHERS = "researchers"
    TABLE = "table"
    REPORT = "report"


class Purpose(StrEnum):
    """What somebody wants to do with stories. Judging a person, team or provider does not exist."""

    RESEARCH = "research"
    TABLE = "table"
    REPORT = "report"


_COVERED_BY = {
    Purpose.RESEARCH: frozenset(Consent),
    Purpose.TABLE: frozenset({Consent.TABLE, Consent.REPORT}),
    Purpose.REPORT: frozenset({Consent.REPORT}),
}


def has_consent(consent: str, purpose: Purpose) -> bool:
    """Whether a story told with this consent may be read for this purpose."""
    return Consent(consent) in _COVERED_BY[purpose]


def consents_for(purpose: Purpose) -> frozenset[str]:
    """The consent levels that cover a purpose, for use in a query."""
    return frozenset(level.value for level in _COVERED_BY[purpose])
