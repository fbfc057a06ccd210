"""Filing a question for the duidingstafel, and what is refused."""

import pytest

from dialogue.assignments import (
    KINDS,
    SCALES,
    USES,
    AssignmentRefused,
    AssignmentUnknown,
    file_assignment,
    find_assignment,
    list_assignments,
    move_assignment,
)
from dialogue.moves import list_moves
from safeguards.access import NotAllowed
from storage.tables.audit import AuditRow
from tests.dialogue.conftest import ASSIGNMENT

MISSING = {
    "commissioner": "Vul in wie de opdracht geeft.",
    "question": "Schrijf de vraag op die de tafel moet beantwoorden.",
    "goals": "Kies ten minste één doel waar de vraag bij hoort.",
    "scale": "Kies voor welk gebied de vraag geldt.",
    "kind": "Kies of de vraag elke ronde terugkomt of eenmalig is.",
    "intended_use": "Kies waarvoor de uitkomst gebruikt wordt.",
}


def test_an_assignment_starts_as_filed(session, anna):
    assignment = file_assignment(session, 1, **ASSIGNMENT, by=anna)
    assert (assignment.state_label, assignment.goals, assignment.filed_by) == ("Ingediend", ("A3",), "anna")
    assert list_assignments(session, 1, viewer=anna) == [assignment]


@pytest.mark.parametrize(("field", "sentence"), MISSING.items())
def test_an_assignment_without_a_field_is_refused_with_its_sentence(session, anna, field, sentence):
    empty = [] if field == "goals" else "   " if field in ("commissioner", "question") else ""
    with pytest.raises(AssignmentRefused) as refused:
        file_assignment(session, 1, **{**ASSIGNMENT, field: empty}, by=anna)
    assert list(refused.value.faults) == [field]
    assert refused.value.faults[field].startswith(sentence)
    assert list_assignments(session, 1, viewer=anna) == []


def test_an_empty_form_hears_everything_at_once(session, anna):
    empty = {"commissioner": "", "question": "", "goals": [], "scale": "", "kind": "", "intended_use": ""}
    with pytest.raises(AssignmentRefused) as refused:
        file_assignment(session, 1, **empty, by=anna)
    assert set(refused.value.faults) == set(MISSING)


def test_a_goal_must_stand_in_the_collection(session, anna):
    with pytest.raises(AssignmentRefused, match='Doel "A99" staat niet in deze verzameling'):
        file_assignment(session, 1, **{**ASSIGNMENT, "goals": ["RV4", "A99"]}, by=anna)
    assert file_assignment(session, 1, **{**ASSIGNMENT, "goals": ["RV4", "A3"]}, by=anna).goals == ("RV4", "A3")


@pytest.mark.parametrize("use", ["beoordelen van personen of organisaties", "beoordelen", "iets anders"])
def test_judging_persons_or_organisations_is_no_use(session, anna, use):
    with pytest.raises(AssignmentRefused, match="kan hier niet"):
        file_assignment(session, 1, **{**ASSIGNMENT, "intended_use": use}, by=anna)
    assert not any("beoordel" in label.lower() for label in USES.values())


def test_scale_and_kind_are_those_of_the_rules():
    assert list(SCALES) == ["buurt", "gemeente", "regio", "bovenregionaal"]
    assert list(KINDS) == ["monitoring", "thematisch"]


@pytest.mark.parametrize(("field", "value"), [("scale", "land"), ("kind", "altijd"), ("commissioner", "x" * 201)])
def test_a_value_that_does_not_fit_is_refused(session, anna, field, value):
    with pytest.raises(AssignmentRefused) as refused:
        file_assignment(session, 1, **{**ASSIGNMENT, field: value}, by=anna)
    assert list(refused.value.faults) == [field]


def test_a_double_click_is_one_assignment(session, anna, bram):
    first = file_assignment(session, 1, **ASSIGNMENT, by=anna)
    assert file_assignment(session, 1, **{**ASSIGNMENT, "question": " komt hulp op tijd? "}, by=anna) == first
    assert file_assignment(session, 1, **ASSIGNMENT, by=bram).id != first.id


def test_bram_may_file_a_question(session, bram):
    assert file_assignment(session, 1, **ASSIGNMENT, by=bram).filed_by == "bram"


def test_cem_cannot_file_or_see_an_assignment_here(session, anna, cem):
    assignment = file_assignment(session, 1, **ASSIGNMENT, by=anna)
    for forbidden in (
        lambda: file_assignment(session, 1, **ASSIGNMENT, by=cem),
        lambda: find_assignment(session, assignment.id, viewer=cem),
        lambda: list_assignments(session, 1, viewer=cem),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_an_unknown_assignment_is_said_to_be_unknown(session, anna):
    with pytest.raises(AssignmentUnknown, match="Deze opdracht bestaat niet"):
        find_assignment(session, 404, viewer=anna)
    with pytest.raises(AssignmentUnknown):
        move_assignment(session, 404, to="gepland", by=anna)


def test_the_register_tells_the_public_reason_and_not_who_moved_it(session, anna, bram):
    assignment = file_assignment(session, 1, **ASSIGNMENT, by=anna)
    move_assignment(session, assignment.id, to="toets_spelregels", by=anna)
    move_assignment(session, assignment.id, to="betwist", reason="De vraag is te breed.", by=bram)
    move_assignment(session, assignment.id, to="teruggegeven", reason="Maak hem kleiner.", reason_code="SR2", by=anna)
    moves = list_moves(session, [assignment.id])[assignment.id]
    assert [move.sentence for move in moves] == [
        "",
        "De vraag is te breed.",
        "Spelregel 2: een goede, gerichte vraag om te verbeteren: Maak hem kleiner.",
    ]
    assert not any(hasattr(move, "who") or hasattr(move, "by") for move in moves)


def test_every_action_on_an_assignment_leaves_an_audit_line(session, anna):
    assignment = file_assignment(session, 1, **ASSIGNMENT, by=anna)
    move_assignment(session, assignment.id, to="toets_spelregels", by=anna)
    lines = [(row.who, row.action) for row in session.query(AuditRow).filter_by(subject=f"assignment {assignment.id}")]
    assert lines == [("anna", "file_assignment"), ("anna", "move_assignment")]
