"""Our own CSV: read in any dialect, refused with row and column."""

import pytest
from sqlalchemy import select

from imports.faults import StoryFileError
from safeguards.installation import Installation
from storage.tables.stories import AnswerRow
from stories.framework import SignificationFramework
from tests.imports.conftest import ImportText, count_stories

HEAD = "story_id,perspective,consent,month,text,T1.practical,T1.learning,T1.presence,D1,M2"


def test_a_row_becomes_a_story_with_its_answers(
    installation: Installation, import_text: ImportText, framework: SignificationFramework
) -> None:
    report = import_text(f"{HEAD}\n1,parent,table,2024-03,Het hielp.,.5,.25,.25,30,happy|proud\n")
    assert (report.accepted, report.repeated, report.set_apart, report.notes) == (1, 0, [], [])
    with installation.database.reading() as session:
        answers = {row.element: row.value for row in session.scalars(select(AnswerRow))}
    assert answers == {
        "T1": {"practical": 0.5, "learning": 0.25, "presence": 0.25},
        "D1": 30.0,
        "M2": ["happy", "proud"],
    }


def test_past_niet_is_kept_and_an_empty_cell_is_no_answer(installation: Installation, import_text: ImportText) -> None:
    import_text(f"{HEAD}\n1,parent,table,2024-03,Het hielp.,na,na,na,,na\n")
    with installation.database.reading() as session:
        states = {row.element: row.state for row in session.scalars(select(AnswerRow))}
    assert states == {"T1": "not_applicable", "M2": "not_applicable"}


def test_a_spreadsheet_in_dutch_saves_semicolons_commas_and_a_mark(
    installation: Installation, import_text: ImportText
) -> None:
    text = f"\ufeff{HEAD}\r\n1,parent,table,2024-03,Het hielp.,.5,.25,.25,30,happy\r\n"
    import_text(text.replace(",", ";").replace(".5", "0,5").replace(".25", "0,25"))
    with installation.database.reading() as session:
        answers = {row.element: row.value for row in session.scalars(select(AnswerRow))}
    assert answers["T1"] == {"practical": 0.5, "learning": 0.25, "presence": 0.25}


CELLS = {
    "story_id": "1",
    "perspective": "parent",
    "consent": "table",
    "month": "2024-03",
    "text": "Het hielp.",
    "T1.practical": ".5",
    "T1.learning": ".25",
    "T1.presence": ".25",
    "D1": "30",
    "M2": "happy",
}


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("D1", "veel", 'verhalen.csv, rij 3, kolom "D1": "veel" is geen getal.'),
        ("D1", "120", 'verhalen.csv, rij 3, kolom "D1": de plek 120 ligt buiten 0 tot 100.'),
        ("T1.practical", ".9", 'verhalen.csv, rij 3, kolom "T1": de drie aandelen zijn samen 1.40; dat moet 1 zijn.'),
        ("T1.practical", "", 'verhalen.csv, rij 3, kolom "T1.practical": deze cel is leeg'),
        ("T1.practical", "na", 'verhalen.csv, rij 3, kolom "T1.learning": de andere cellen van T1 zijn "na"'),
        ("T1.practical", "inf", '"inf" is geen gewoon getal.'),
        ("M2", "blij", 'verhalen.csv, rij 3, kolom "M2": antwoord "blij" bestaat niet. Kies uit'),
        ("perspective", "oma", 'verhalen.csv, rij 3, kolom "perspective": "oma" bestaat niet. Kies uit child_8_12'),
        ("consent", "iedereen", 'verhalen.csv, rij 3, kolom "consent": Kies wie het verhaal mag lezen.'),
        ("month", "mrt-24", 'verhalen.csv, rij 3, kolom "month": "mrt-24" is geen maand zoals 2024-03.'),
        ("story_id", "", 'verhalen.csv, rij 3, kolom "story_id": deze cel is leeg.'),
        ("story_id", "0", 'rij 3: nummer "0" staat ook in verhalen.csv, rij 2.'),
    ],
)
def test_a_wrong_cell_is_named_with_row_and_column(
    installation: Installation, import_text: ImportText, column: str, cell: str, sentence: str
) -> None:
    rows = [CELLS | {"story_id": "0"}, CELLS | {column: cell}]
    with pytest.raises(StoryFileError) as error:
        import_text("\n".join([HEAD, *(",".join(row.values()) for row in rows)]))
    assert sentence in str(error.value)
    assert count_stories(installation) == 0


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("story_id,perspective,D9", 'rij 1, kolom "D9": hoort niet bij dit duidingskader.'),
        ("story_id,perspective,T1.practical", 'rij 1, kolom "T1.learning": vraag T1 mist deze kolom.'),
        ("story_id,D1", 'rij 1: kolom "perspective" ontbreekt.'),
        ("story_id,perspective,D1,D1", 'rij 1: kolom "D1" staat er twee keer in.'),
        ("", "dit bestand is leeg."),
    ],
)
def test_a_wrong_header_is_named(import_text: ImportText, header: str, sentence: str) -> None:
    with pytest.raises(StoryFileError) as error:
        import_text(header + "\n1,parent\n" if header else "")
    assert sentence in str(error.value)


def test_every_fault_is_named_at_once(import_text: ImportText) -> None:
    rows = [f"{number},parent,table,2024-03,Tekst.,,,,te veel," for number in range(3)]
    with pytest.raises(StoryFileError) as error:
        import_text("\n".join([HEAD, *rows]))
    assert [fault.row for fault in error.value.faults] == [2, 3, 4]


def test_a_row_with_a_cell_too_many_and_an_open_quote_are_named(import_text: ImportText) -> None:
    with pytest.raises(StoryFileError) as error:
        import_text('story_id,perspective\n1,parent,te veel\n2,"parent\n')
    assert [(fault.row, fault.sentence.split(".")[0]) for fault in error.value.faults] == [
        (2, "deze rij heeft 3 cellen en de kop heeft er 2"),
        (3, "een aanhalingsteken is niet gesloten, of een cel is veel te lang"),
    ]


def test_a_text_with_lines_counts_as_one_row(import_text: ImportText) -> None:
    with pytest.raises(StoryFileError) as error:
        import_text('story_id,perspective,text,D1\n1,parent,"een\ntwee\ndrie",30\n2,parent,vier,x\n')
    assert [fault.row for fault in error.value.faults] == [3]


def test_a_file_that_is_not_utf8_is_refused(installation: Installation, tmp_path: object) -> None:
    from imports.registry import import_stories

    path = tmp_path / "oud.csv"  # type: ignore[operator]
    path.write_bytes("story_id,perspective,text\n1,parent,één\n".encode("cp1252"))
    with pytest.raises(StoryFileError, match="CSV UTF-8"):
        import_stories(installation, "verteltafel-csv", [path], collection_key="demo", by="anna")


def test_without_consent_in_the_file_only_researchers_may_read_and_it_is_said(
    installation: Installation, import_text: ImportText
) -> None:
    from safeguards.consent import Purpose
    from stories.queries import stories_frame

    report = import_text("story_id,perspective,text\n1,parent,Het hielp.\n2,parent,\n")
    assert [note.split(".")[0] for note in report.notes] == [
        "Het bestand zegt niet wie een verhaal mag lezen",
        "Het bestand zegt niet wanneer een verhaal verteld is",
    ]
    with installation.database.reading() as session:
        assert len(stories_frame(session, 1, purpose=Purpose.TABLE)) == 0
        assert stories_frame(session, 1, purpose=Purpose.RESEARCH)["has_text"].tolist() == [False]
