"""JSON Lines: the form of the fictional stories."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from imports.faults import StoryFileError
from imports.registry import import_stories
from safeguards.installation import Installation
from storage.tables.stories import AnswerRow, StoryRow
from tests.cast import ROOT
from tests.imports.conftest import ImportText, count_stories

FICTIONAL = ROOT.parent / "shared" / "data" / "stories" / "fictional_nl.jsonl"
STORY: dict[str, Any] = {"id": "P1", "perspective": "parent", "language": "nl", "title": "Dag", "text": "Het hielp."}


def line(**wanted: Any) -> str:
    """One story as a line."""
    return json.dumps({**STORY, **wanted})


def read_answers(installation: Installation) -> dict[str, tuple[str, Any]]:
    """State and value of every stored answer by element."""
    with installation.database.reading() as session:
        return {row.element: (row.state, row.value) for row in session.scalars(select(AnswerRow))}


def test_every_kind_of_answer_comes_in(installation: Installation, import_text: ImportText) -> None:
    answers = {"T1": [0.5, 0.25, 0.25], "T2": "na", "D1": 30, "S1": {"child": [10, 90]}, "M1": "good", "M2": ["happy"]}
    assert import_text(line(answers=answers), "jsonl").accepted == 1
    assert read_answers(installation) == {
        "T1": ("answered", {"practical": 0.5, "learning": 0.25, "presence": 0.25}),
        "T2": ("not_applicable", None),
        "D1": ("answered", 30.0),
        "S1": ("answered", {"child": [10.0, 90.0]}),
        "M1": ("answered", ["good"]),
        "M2": ("answered", ["happy"]),
    }


@pytest.mark.parametrize(
    ("perspective", "expected"),
    [("parent", {"BG2": ["m3_12"], "BG3": ["west"]}), ("child_8_12", {"BG1": ["8-12"]}), ("worker", {})],
)
def test_a_fact_is_kept_only_where_the_framework_asks_for_it(
    installation: Installation, import_text: ImportText, perspective: str, expected: dict[str, list[str]]
) -> None:
    context = {"age_group": "8-12", "area": "west", "help_duration": "m3_12", "collected_via": "event"}
    import_text(line(perspective=perspective, context=context), "jsonl")
    assert {name: value for name, (_, value) in read_answers(installation).items()} == expected


def test_the_month_is_kept_as_the_first_of_the_month(installation: Installation, import_text: ImportText) -> None:
    import_text(line(context={"month": "2024-03"}), "jsonl")
    with installation.database.reading() as session:
        assert session.scalars(select(StoryRow.told_on)).one().isoformat() == "2024-03-01"


def test_a_mapping_says_what_the_tellers_allowed(installation: Installation, import_text: ImportText) -> None:
    report = import_text(line(month="2024-03"), "jsonl", mapping="consent: report")
    with installation.database.reading() as session:
        assert session.scalars(select(StoryRow.consent)).one() == "report"
    assert report.notes == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "rij 1: dit is geen geldige JSON."),
        ("[" * 100_000, "rij 1: dit is geen geldige JSON."),
        ('["a"]', "rij 1: hier hoort een object"),
        (line(id=None), 'rij 1, kolom "id": het nummer ontbreekt.'),
        (line(id=True), 'rij 1, kolom "id": hier hoort een nummer'),
        (line(text=3), 'rij 1, kolom "text": hier hoort tekst'),
        (line(answers=[]) + "\n" + line(answers=[1]), 'rij 2, kolom "answers": hier horen onderdelen'),
        (line(answers={"Z9": 1}), 'rij 1, kolom "Z9": deze vraag hoort niet bij dit duidingskader.'),
        (line(answers={"T1": [0.5, 0.5]}), 'rij 1, kolom "T1": een triade heeft drie aandelen'),
        (line(answers={"M3": "self2"}), 'rij 1, kolom "M3": antwoord "self2" bestaat niet.'),
        (line(month="maart"), 'rij 1, kolom "month": "maart" is geen maand'),
        (line(month=["2024-03"]), 'rij 1, kolom "month":'),
        (line(language="Nederlands"), 'rij 1, kolom "language": "Nederlands" is geen taalcode'),
    ],
)
def test_a_wrong_line_is_named(installation: Installation, import_text: ImportText, text: str, sentence: str) -> None:
    with pytest.raises(StoryFileError) as error:
        import_text(text, "jsonl")
    assert sentence in str(error.value)
    assert count_stories(installation) == 0


def test_a_line_end_inside_a_text_does_not_cut_the_story(installation: Installation, import_text: ImportText) -> None:
    text = json.dumps({**STORY, "text": "een\u2028twee\x85drie"}, ensure_ascii=False)
    assert import_text(text, "jsonl").accepted == 1


@pytest.mark.skipif(not FICTIONAL.exists(), reason="the shared fictional stories are not here")
def test_all_580_fictional_stories_come_in(installation: Installation) -> None:
    report = import_stories(installation, "jsonl", [FICTIONAL], collection_key="demo", by="anna")
    assert (report.accepted, report.set_apart) == (580, [])
    assert [note.split(".")[0] for note in report.notes] == ["Het bestand zegt niet wie een verhaal mag lezen"]
