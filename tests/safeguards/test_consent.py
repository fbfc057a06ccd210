"""What a teller allowed covers, and what it does not."""

import pytest

from safeguards.consent import Consent, Purpose, consents_for, has_consent

# consent: which purposes it covers
COVERED = """
    consent      research table report
    researchers  x        .     .
    table        x        x     .
    report       x        x     x
"""
LINES = [line.split() for line in COVERED.strip().splitlines()[1:]]


@pytest.mark.parametrize("line", LINES)
def test_consent_covers_its_purpose_and_the_narrower_ones(line: list[str]) -> None:
    covered = ["x" if has_consent(line[0], purpose) else "." for purpose in Purpose]
    assert covered == line[1:]


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_query_asks_for_exactly_what_is_allowed(purpose: Purpose) -> None:
    assert consents_for(purpose) == {level.value for level in Consent if has_consent(level.value, purpose)}


@pytest.mark.parametrize("consent", ["", "everyone", "TABLE"])
def test_an_unknown_consent_is_never_taken_for_a_yes(consent: str) -> None:
    with pytest.raises(ValueError):
        has_consent(consent, Purpose.RESEARCH)


def test_judging_is_no_purpose() -> None:
    assert {purpose.value for purpose in Purpose} == {"research", "table", "report"}
