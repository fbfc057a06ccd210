"""The table of transitions: everything can be reached, everything can end, nothing else is possible."""

from itertools import pairwise, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogue.assignments import MoveRefused, file_assignment, move_assignment
from dialogue.moves import list_moves
from dialogue.states import load_machine, moves_for
from safeguards.access import NotAllowed, Role
from storage.tables.dialogue import AssignmentRow
from tests.dialogue.conftest import ASSIGNMENT, viewer

MACHINE = load_machine()
LEGAL = {(move.origin, move.to) for move in MACHINE.transitions}
ILLEGAL = sorted(pair for pair in permutations(MACHINE.states, 2) if pair not in LEGAL)
EVERYONE = viewer("iedereen", Role.FACILITATOR, Role.PENVOERDER, Role.ANALYST, Role.TABLE_MEMBER)
EVERYTHING = {"reason": "Daarom.", "reason_code": "SR9", "question": "Een andere vraag?", "confirmed": True}


def reachable_from(state: str) -> set[str]:
    found, waiting = {state}, [state]
    while waiting:
        here = waiting.pop()
        fresh = {to for origin, to in LEGAL if origin == here} - found
        found |= fresh
        waiting += fresh
    return found


def put_in(session, state: str) -> int:
    assignment = file_assignment(session, 1, **ASSIGNMENT, by=EVERYONE)
    session.get_one(AssignmentRow, assignment.id).state = state
    session.flush()
    return assignment.id


def test_there_are_fourteen_states_and_eighteen_moves():
    assert (len(MACHINE.states), len(MACHINE.transitions), len(LEGAL)) == (14, 18, 18)


def test_every_state_can_be_reached():
    assert reachable_from(MACHINE.initial) == set(MACHINE.states)


@pytest.mark.parametrize("state", MACHINE.states)
def test_from_every_state_an_assignment_can_be_closed(state):
    assert "gesloten" in reachable_from(state)


def test_every_move_is_open_to_some_role():
    assert all(move.by.held_by for move in MACHINE.transitions)


@pytest.mark.parametrize(("origin", "to"), ILLEGAL)
def test_every_move_outside_the_table_is_refused(session, origin, to):
    assignment_id = put_in(session, origin)
    with pytest.raises(MoveRefused, match=f'Van "{MACHINE.states[origin].label}" kan een opdracht niet'):
        move_assignment(session, assignment_id, to=to, by=EVERYONE, **EVERYTHING)
    assert session.get_one(AssignmentRow, assignment_id).state == origin


@pytest.mark.parametrize(("origin", "to"), sorted(LEGAL - {("advies_in_concept", "advies_ingediend")}))
def test_every_move_in_the_table_is_made(session, origin, to):
    assignment_id = put_in(session, origin)
    assert move_assignment(session, assignment_id, to=to, by=EVERYONE, **EVERYTHING).state == to


@given(wishes=st.lists(st.sampled_from(sorted(MACHINE.states)), max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_path_leaves_the_table_of_transitions(database, wishes):
    with database.writing() as session:
        here = put_in(session, MACHINE.initial)
        path = [MACHINE.initial]
        for turn, wish in enumerate(wishes):
            try:
                moved = move_assignment(session, here, to=wish, by=EVERYONE, **{**EVERYTHING, "question": f"{turn}?"})
                path.append(moved.state)
            except MoveRefused:
                assert session.get_one(AssignmentRow, here).state == path[-1]
        steps = [(origin, to) for origin, to in pairwise(path) if origin != to]
        assert set(steps) <= LEGAL
        assert [(move.origin, move.to) for move in list_moves(session, [here])[here]] == steps
        session.rollback()


@pytest.mark.parametrize(
    "move", [move for move in MACHINE.transitions if move.asks], ids=lambda m: f"{m.origin}-{m.to}"
)
def test_a_move_that_asks_for_words_is_refused_without_them(session, move):
    assignment_id = put_in(session, move.origin)
    with pytest.raises(MoveRefused) as refused:
        move_assignment(session, assignment_id, to=move.to, by=EVERYONE, **{**EVERYTHING, "reason": "  "})
    assert refused.value.faults["reason"] == move.asks.missing


@pytest.mark.parametrize(
    "move", [move for move in MACHINE.transitions if move.confirm], ids=lambda m: f"{m.origin}-{m.to}"
)
def test_a_move_that_states_something_is_refused_until_it_is_confirmed(session, move):
    assignment_id = put_in(session, move.origin)
    with pytest.raises(MoveRefused, match="Bevestig eerst"):
        move_assignment(session, assignment_id, to=move.to, by=EVERYONE, **{**EVERYTHING, "confirmed": False})


def test_giving_back_needs_a_reason_that_exists(session):
    assignment_id = put_in(session, "betwist")
    with pytest.raises(MoveRefused) as refused:
        move_assignment(session, assignment_id, to="teruggegeven", by=EVERYONE, reason="Past niet.", reason_code="SR99")
    assert refused.value.faults["reason_code"].startswith('"SR99" kan hier niet.')


def test_a_new_version_must_be_a_different_question_and_keeps_the_old_one(session):
    assignment_id = put_in(session, "teruggegeven")
    same = {"to": "ingediend", "reason": "Scherper gemaakt.", "by": EVERYONE}
    with pytest.raises(MoveRefused, match="De vraag is nog dezelfde"):
        move_assignment(session, assignment_id, question=ASSIGNMENT["question"].upper(), **same)
    moved = move_assignment(session, assignment_id, question="Komt hulp binnen een maand?", **same)
    assert moved.question == "Komt hulp binnen een maand?"
    assert list_moves(session, [assignment_id])[assignment_id][0].previous_question == ASSIGNMENT["question"]


def test_an_assignment_has_no_advice_to_submit_before_the_table_submitted_one(session):
    assignment_id = put_in(session, "advies_in_concept")
    with pytest.raises(MoveRefused, match="Er is nog geen advies ingediend"):
        move_assignment(session, assignment_id, to="advies_ingediend", by=EVERYONE, **EVERYTHING)


@pytest.mark.parametrize("move", MACHINE.transitions, ids=lambda m: f"{m.origin}-{m.to}")
def test_only_who_plays_the_part_makes_the_move(session, move):
    assignment_id = put_in(session, move.origin)
    for role in (Role.FACILITATOR, Role.ANALYST, Role.PENVOERDER, Role.TABLE_MEMBER):
        if role not in move.by.held_by:
            with pytest.raises(NotAllowed):
                move_assignment(session, assignment_id, to=move.to, by=viewer("een", role), **EVERYTHING)


def test_bram_at_the_table_may_contest_and_nothing_else(bram):
    assert [move.to for move in moves_for(bram, "toets_spelregels", 1)] == ["betwist"]
    assert [move for state in MACHINE.states for move in moves_for(bram, state, 1)] == moves_for(
        bram, "toets_spelregels", 1
    )


def test_cem_cannot_move_an_assignment_of_another_municipality(session, cem):
    assignment_id = put_in(session, "ingediend")
    with pytest.raises(NotAllowed):
        move_assignment(session, assignment_id, to="toets_spelregels", by=cem)
    assert moves_for(cem, "ingediend", 1) == []


def test_a_double_click_is_one_move(session, anna):
    assignment_id = put_in(session, "ingediend")
    move_assignment(session, assignment_id, to="toets_spelregels", by=anna)
    move_assignment(session, assignment_id, to="toets_spelregels", by=anna)
    assert len(list_moves(session, [assignment_id])[assignment_id]) == 1
