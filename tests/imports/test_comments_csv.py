"""One comment a row, from another program: every row is a story, set apart, or a fault."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from imports.comments_csv import AMBIGUOUS_DATE, NO_STORY, NO_TEXT
from imports.faults import StoryFileError
from imports.registry import import_stories
from safeguards.installation import Installation
from storage.tables.stories import AnswerRow, StoryRow
from stories.collections import make_collection
from stories.framework import load_framework
from tests.cast import ROOT
from tests.imports.conftest import ImportText, count_stories

CASES = ROOT / "tests" / "cases"
MAPPING = CASES / "mappings" / "care_comments.yaml"
COMMENTS = ROOT.parent / "shared" / "data" / "english" / "care_comments" / "v6framework_230831.csv"
HEAD = "Comment ID,Date,FFT categorical answer,FFT answer"


@pytest.fixture(autouse=True)
def care(installation: Installation) -> None:
    """A collection for comments on care."""
    with installation.database.writing() as session:
        framework = load_framework(CASES / "frameworks" / "care_comments.yaml")
        make_collection(session, framework, key="care", title="Comments on care", language="en")


def test_every_row_is_a_story_or_is_set_apart_with_its_reason(
    installation: Installation, import_text: ImportText
) -> None:
    rows = """a,31/05/2022,1,They listened.
b,6/30/2022,5,did not answer.
c,24/08/2022,1,
d,24/08/2022,7,...
e,24/08/2022,7,👍
f,vorig jaar,2,Good care."""
    report = import_text(f"{HEAD}\n{rows}\n", "comments-csv", mapping=MAPPING.read_text(), into="care")
    assert report.accepted == 2
    assert report.set_apart == [
        (3, NO_STORY),
        (4, NO_TEXT),
        (5, NO_TEXT),
        (7, 'datum "vorig jaar" is niet te lezen'),
    ]


@pytest.mark.parametrize(
    ("date", "told_on", "n_notes"),
    [
        ("31/05/2022", "2022-05-31", 0),
        ("6/30/2022", "2022-06-30", 0),
        ("10/15/2022", "2022-10-15", 0),
        ("07/04/2022", "2022-04-07", 0),
        ("10/11/2022", "2022-11-10", 1),
    ],
)
def test_two_ways_to_write_a_date_are_told_apart_or_it_is_said(
    installation: Installation, import_text: ImportText, date: str, told_on: str, n_notes: int
) -> None:
    report = import_text(f"{HEAD}\na,{date},1,Kind.\n", "comments-csv", mapping=MAPPING.read_text(), into="care")
    with installation.database.reading() as session:
        assert session.scalars(select(StoryRow.told_on)).one().isoformat() == told_on
    assert report.notes == [f"{AMBIGUOUS_DATE} (1 keer)."] * n_notes


def test_an_answer_that_the_mapping_does_not_know_is_a_fault(
    installation: Installation, import_text: ImportText
) -> None:
    text = f"{HEAD}\na,31/05/2022,9,They listened.\n"
    with pytest.raises(StoryFileError, match='rij 2, kolom "FFT categorical answer": "9" staat niet in de mapping'):
        import_text(text, "comments-csv", mapping=MAPPING.read_text(), into="care")
    assert count_stories(installation) == 0


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("consent: researchers", "consent: iedereen", "mapping.yaml: consent: kies researchers, table of report."),
        ("consent: researchers", "", "consent: dit onderdeel ontbreekt."),
        ("text:", "tekst:", "tekst: dit onderdeel is niet bekend."),
        ("dd/mm/yyyy", "dd/mm", 'date → formats: "dd/mm" heeft niet precies één dag, maand en jaar'),
        ('"FFT answer"', '"Antwoord"', 'verhalen.csv, rij 1: kolom "Antwoord" ontbreekt.'),
        ("perspective: patient", "perspective: parent", '"parent" bestaat niet. Kies uit patient.'),
        ("language: en", "language: [", "mapping.yaml: dit is geen geldige YAML"),
    ],
)
def test_a_wrong_mapping_is_named(import_text: ImportText, old: str, new: str, sentence: str) -> None:
    mapping = MAPPING.read_text().replace(old, new)
    with pytest.raises(StoryFileError) as error:
        import_text(f"{HEAD}\na,31/05/2022,1,Kind.\n", "comments-csv", mapping=mapping, into="care")
    assert sentence in str(error.value)


@pytest.mark.skipif(not COMMENTS.exists(), reason="the shared care comments are not here")
def test_all_7908_care_comments_are_accepted_or_set_apart(installation: Installation) -> None:
    report = import_stories(installation, "comments-csv", [COMMENTS], collection_key="care", mapping=MAPPING, by="anna")
    assert report.accepted + len(report.set_apart) == 7908
    reasons = Counter(reason for _, reason in report.set_apart)
    assert set(reasons) == {NO_STORY, NO_TEXT}
    assert reasons[NO_STORY] > 1189
    assert report.notes == [f"{AMBIGUOUS_DATE} (95 keer)."]
    with installation.database.reading() as session:
        years = {day.year for day in session.scalars(select(StoryRow.told_on))}
        rated = session.scalar(select(func.count()).select_from(AnswerRow))
    assert years == {2021, 2022}
    assert 0 < rated <= report.accepted
