"""Observations, rival readings, and advice that waits for them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect, select

from dialogue.advice import (
    RESULT_TYPES,
    AdviceRefused,
    AdviceUnknown,
    find_blockers,
    list_advice,
    save_advice,
    submit_advice,
)
from dialogue.assignments import file_assignment, move_assignment
from dialogue.causal_words import find_causal_words, say_causality
from dialogue.evidence import add_story, remove_evidence
from dialogue.interpretations import (
    InterpretationRefused,
    add_interpretation,
    count_rival_readings,
    edit_interpretation,
    list_interpretations,
)
from dialogue.observations import (
    ObservationRefused,
    add_observation,
    edit_observation,
    list_observations,
    remove_observation,
)
from dialogue.roundtables import RoundtableClosed, find_roundtable, make_roundtable
from safeguards.access import NotAllowed
from safeguards.withdrawal import withdraw_story
from storage.tables.audit import AuditRow
from storage.tables.dialogue import AssignmentRow, InterpretationRow, ObservationRow
from tests.dialogue.conftest import ASSIGNMENT

ADVICE = {
    "result_type": "test_and_advise",
    "addressee": "College van B en W",
    "goal": "A3",
    "text": "Bel binnen een week terug.",
}


@pytest.fixture
def ready_id(session, anna, table_id) -> int:
    """A table with evidence, and one observation with two rival readings."""
    add_story(session, table_id, "story-anna", by=anna)
    seen = add_observation(session, table_id, text="Ouders noemen vaak wachten.", by=anna)
    add_interpretation(session, seen.id, perspective="parent", text="Niemand zei hoe lang.", by=anna)
    add_interpretation(session, seen.id, perspective="worker", text="Er waren te weinig mensen.", by=anna)
    return table_id


def test_observations_are_numbered_in_order(session, anna, bram, table_id):
    add_observation(session, table_id, text="Eerst dit.", by=anna)
    add_observation(session, table_id, text="Dan dat.", by=anna)
    assert [(one.number, one.text) for one in list_observations(session, table_id, viewer=bram)] == [
        (1, "Eerst dit."),
        (2, "Dan dat."),
    ]


def test_an_observation_can_be_changed_and_struck_out_until_it_is_read(session, anna, table_id):
    seen = add_observation(session, table_id, text="Ouders wachten.", by=anna)
    edit_observation(session, seen.id, text="Ouders noemen wachten.", by=anna)
    assert list_observations(session, table_id, viewer=anna)[0].text == "Ouders noemen wachten."
    reading = add_interpretation(session, seen.id, perspective="parent", text="Het duurt lang.", by=anna)
    with pytest.raises(ObservationRefused, match="Bij deze observatie staan al duidingen"):
        remove_observation(session, seen.id, by=anna)
    session.delete(session.get_one(InterpretationRow, reading.id))
    remove_observation(session, seen.id, by=anna)
    assert list_observations(session, table_id, viewer=anna) == []


def test_an_observation_needs_words_and_stands_there_once(session, anna, table_id):
    with pytest.raises(ObservationRefused, match="Schrijf op wat jullie zien"):
        add_observation(session, table_id, text="  ", by=anna)
    first = add_observation(session, table_id, text="Ouders wachten.", by=anna)
    assert add_observation(session, table_id, text="ouders  wachten.", by=anna) == first
    second = add_observation(session, table_id, text="Kinderen ook.", by=anna)
    with pytest.raises(ObservationRefused, match="Dit staat er al, als observatie 1"):
        edit_observation(session, second.id, text="Ouders wachten.", by=anna)


def test_a_reading_has_a_side_and_words(session, anna, table_id):
    seen = add_observation(session, table_id, text="Ouders wachten.", by=anna)
    with pytest.raises(InterpretationRefused) as refused:
        add_interpretation(session, seen.id, perspective="", text="", by=anna)
    assert refused.value.faults == {
        "perspective": "Kies van welke kant deze duiding komt.",
        "text": "Schrijf op hoe jullie dit lezen.",
    }
    with pytest.raises(InterpretationRefused, match='"anna" kan hier niet'):
        add_interpretation(session, seen.id, perspective="anna", text="Het duurt lang.", by=anna)


def test_a_reading_can_be_changed_and_says_what_would_change_it(session, anna, table_id):
    seen = add_observation(session, table_id, text="Ouders wachten.", by=anna)
    reading = add_interpretation(session, seen.id, perspective="system", text="Te weinig geld.", by=anna)
    edit_interpretation(
        session, reading.id, perspective="worker", text="Te weinig mensen.", would_change_our_mind="Vacatures", by=anna
    )
    (stored,) = list_interpretations(session, table_id, viewer=anna)[seen.id]
    assert (stored.perspective, stored.text, stored.would_change_our_mind) == (
        "worker",
        "Te weinig mensen.",
        "Vacatures",
    )


def test_a_double_click_is_one_reading(session, anna, table_id):
    seen = add_observation(session, table_id, text="Ouders wachten.", by=anna)
    first = add_interpretation(session, seen.id, perspective="parent", text="Het duurt lang.", by=anna)
    assert add_interpretation(session, seen.id, perspective="parent", text="het duurt lang.", by=anna) == first


def test_nobody_stands_beside_an_observation_or_a_reading(session, anna, ready_id):
    columns = {column.key for table in (ObservationRow, InterpretationRow) for column in inspect(table).columns}
    assert columns == {
        "id", "roundtable_id", "observation_id", "text", "perspective", "would_change_our_mind", "created_at",
    }  # fmt: skip
    written = ("add_observation", "add_interpretation")
    assert set(session.scalars(select(AuditRow.who).where(AuditRow.action.in_(written)))) == {"duidingstafel"}


def test_an_empty_table_hears_what_it_misses(session, anna, table_id):
    assert find_blockers(session, table_id, viewer=anna) == [
        "Er ligt nog geen bewijs op tafel. Leg eerst een verhaal, een cijfer of een beeld neer.",
        "Er staat nog geen observatie. Schrijf eerst op wat jullie zien.",
    ]
    with pytest.raises(AdviceRefused, match="Er ligt nog geen bewijs op tafel"):
        save_advice(session, table_id, **ADVICE, by=anna)


def test_the_sentence_names_the_observation_that_needs_another_reading(session, anna, ready_id):
    lone = add_observation(session, ready_id, text="Kinderen noemen school.", by=anna)
    assert find_blockers(session, ready_id, viewer=anna) == [
        'Observatie 2 ("Kinderen noemen school.") heeft nog geen duiding. '
        "Schrijf er twee op die van elkaar verschillen."
    ]
    add_interpretation(session, lone.id, perspective="child_8_12", text="School helpt.", by=anna)
    with pytest.raises(AdviceRefused) as refused:
        save_advice(session, ready_id, **ADVICE, by=anna)
    assert refused.value.faults == {
        "roundtable": 'Observatie 2 ("Kinderen noemen school.") heeft nog maar één duiding. Schrijf ook een andere op.'
    }
    add_interpretation(session, lone.id, perspective="worker", text="School is druk.", by=anna)
    assert find_blockers(session, ready_id, viewer=anna) == []


def test_the_same_words_from_two_sides_are_one_reading(session, anna, table_id):
    seen = add_observation(session, table_id, text="Ouders wachten.", by=anna)
    add_interpretation(session, seen.id, perspective="parent", text="Het duurt lang.", by=anna)
    add_interpretation(session, seen.id, perspective="worker", text="Het duurt  LANG.", by=anna)
    assert count_rival_readings(list_interpretations(session, table_id, viewer=anna)[seen.id]) == 1


def test_an_advice_with_rival_readings_is_stored(session, anna, bram, ready_id):
    advice = save_advice(session, ready_id, **ADVICE, dissent="Wij vinden een week te kort.", by=anna)
    assert list_advice(session, ready_id, viewer=bram) == [advice]
    assert (advice.is_submitted, advice.stop_doing, advice.dissent) == (False, "", "Wij vinden een week te kort.")


MISSING = {
    "result_type": "Kies wat voor advies dit is.",
    "addressee": "Vul in aan wie het advies gericht is.",
    "goal": "Kies bij welk doel het advies hoort.",
    "text": "Schrijf het advies op.",
}


@pytest.mark.parametrize(("field", "sentence"), MISSING.items())
def test_an_advice_without_a_field_is_refused_with_its_sentence(session, anna, ready_id, field, sentence):
    with pytest.raises(AdviceRefused) as refused:
        save_advice(session, ready_id, **{**ADVICE, field: ""}, by=anna)
    assert refused.value.faults == {field: sentence}


def test_there_are_three_kinds_of_advice_and_goals_must_exist(session, anna, ready_id):
    assert len(RESULT_TYPES) == 3
    with pytest.raises(AdviceRefused, match='"oordeel" kan hier niet'):
        save_advice(session, ready_id, **{**ADVICE, "result_type": "oordeel"}, by=anna)
    with pytest.raises(AdviceRefused, match='Doel "A99" staat niet'):
        save_advice(session, ready_id, **{**ADVICE, "goal": "A99"}, by=anna)


def test_a_word_that_claims_a_cause_gives_a_notice_and_blocks_nothing(session, anna, ready_id):
    advice = save_advice(session, ready_id, **{**ADVICE, "text": "Bel terug. Wachten leidt\ntot boosheid."}, by=anna)
    assert len(advice.notices) == 1 and "dit laat geen oorzaak zien" in advice.notices[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hulp kwam laat, waardoor ouders boos waren.", ["waardoor"]),
        ("DANKZIJ het team. Dankzij hen.", ["dankzij"]),
        ("Dit leidt  tot rust en heeft effect.", ["leidt  tot", "effect"]),
        ("Effectiviteit en omdat zijn geen woorden van de lijst.", []),
        ("", []),
    ],
)
def test_causal_words_are_found_as_whole_words(text, words):
    assert find_causal_words(text) == words
    assert (say_causality(text) is None) == (not words)


def test_a_double_click_is_one_advice(session, anna, ready_id):
    first = save_advice(session, ready_id, **ADVICE, by=anna)
    assert save_advice(session, ready_id, **ADVICE, by=anna) == first
    changed = save_advice(session, ready_id, **{**ADVICE, "text": "Bel morgen."}, advice_id=first.id, by=anna)
    assert [one.text for one in list_advice(session, ready_id, viewer=anna)] == [changed.text] == ["Bel morgen."]


def test_only_the_penvoerder_submits(session, anna, bram, penvoerder, ready_id):
    advice = save_advice(session, ready_id, **ADVICE, by=anna)
    for person in (anna, bram):
        with pytest.raises(NotAllowed):
            submit_advice(session, advice.id, by=person)
    assert submit_advice(session, advice.id, by=penvoerder).is_submitted


def test_a_submitted_advice_never_changes_nor_does_its_ground(session, anna, penvoerder, ready_id):
    evidence = add_story(session, ready_id, "story-dina", by=anna)
    seen = list_observations(session, ready_id, viewer=anna)[0]
    advice = save_advice(session, ready_id, **ADVICE, by=penvoerder)
    submit_advice(session, advice.id, by=penvoerder)
    with pytest.raises(AdviceRefused, match="Dit advies is ingediend en kan niet meer veranderen"):
        save_advice(session, ready_id, **{**ADVICE, "text": "Toch niet."}, advice_id=advice.id, by=penvoerder)
    for change in (
        lambda: edit_observation(session, seen.id, text="Anders.", by=anna),
        lambda: add_observation(session, ready_id, text="Nog iets.", by=anna),
        lambda: add_interpretation(session, seen.id, perspective="parent", text="Anders.", by=anna),
        lambda: add_story(session, ready_id, "story-worker", by=anna),
        lambda: remove_evidence(session, evidence.id, by=anna),
    ):
        with pytest.raises(RoundtableClosed, match="Aan deze tafel is een advies ingediend"):
            change()


def test_dinas_story_is_gone_after_the_advice_too(session, anna, penvoerder, ready_id):
    add_story(session, ready_id, "story-dina", by=anna)
    submit_advice(session, save_advice(session, ready_id, **ADVICE, by=anna).id, by=penvoerder)
    withdraw_story(session, "story-dina", by="teller")
    session.expire_all()
    assert list_advice(session, ready_id, viewer=anna)[0].is_submitted


def test_submitting_twice_is_submitting_once(session, anna, penvoerder, ready_id):
    advice = save_advice(session, ready_id, **ADVICE, by=anna)
    assert submit_advice(session, advice.id, by=penvoerder) == submit_advice(session, advice.id, by=penvoerder)
    assert session.query(AuditRow).filter_by(action="submit_advice").count() == 1


def test_a_draft_is_not_submitted_when_its_only_story_was_withdrawn(session, anna, penvoerder, ready_id):
    advice = save_advice(session, ready_id, **ADVICE, by=anna)
    withdraw_story(session, "story-anna", by="teller")
    session.expire_all()
    with pytest.raises(AdviceRefused, match="Er ligt nog geen bewijs op tafel"):
        submit_advice(session, advice.id, by=penvoerder)


def test_a_submitted_advice_lets_the_assignment_move_on(session, anna, penvoerder, ready_id):
    assignment_id = find_roundtable(session, ready_id, viewer=anna).assignment.id
    session.get_one(AssignmentRow, assignment_id).state = "advies_in_concept"
    submit_advice(session, save_advice(session, ready_id, **ADVICE, by=anna).id, by=penvoerder)
    moved = move_assignment(session, assignment_id, to="advies_ingediend", confirmed=True, by=penvoerder)
    assert moved.state_label == "Advies ingediend"


def test_bram_reads_along_and_holds_no_pen(session, anna, bram, ready_id):
    seen = list_observations(session, ready_id, viewer=bram)[0]
    for forbidden in (
        lambda: add_observation(session, ready_id, text="x", by=bram),
        lambda: add_interpretation(session, seen.id, perspective="parent", text="x", by=bram),
        lambda: save_advice(session, ready_id, **ADVICE, by=bram),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_cem_cannot_read_or_write_at_this_table(session, anna, cem, ready_id):
    advice = save_advice(session, ready_id, **ADVICE, by=anna)
    seen = list_observations(session, ready_id, viewer=anna)[0]
    for forbidden in (
        lambda: list_observations(session, ready_id, viewer=cem),
        lambda: list_interpretations(session, ready_id, viewer=cem),
        lambda: list_advice(session, ready_id, viewer=cem),
        lambda: find_blockers(session, ready_id, viewer=cem),
        lambda: add_observation(session, ready_id, text="x", by=cem),
        lambda: edit_observation(session, seen.id, text="x", by=cem),
        lambda: add_interpretation(session, seen.id, perspective="parent", text="x", by=cem),
        lambda: save_advice(session, ready_id, **ADVICE, by=cem),
        lambda: submit_advice(session, advice.id, by=cem),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_an_advice_of_another_table_is_unknown_here(session, anna, ready_id):
    with pytest.raises(AdviceUnknown):
        save_advice(session, ready_id, **ADVICE, advice_id=404, by=anna)


def test_two_clicks_at_the_same_moment_are_one_observation(database, anna):
    with database.writing() as session:
        assignment = file_assignment(session, 1, **ASSIGNMENT, by=anna)
        table = make_roundtable(session, assignment.id, title="Tafel", by=anna)

    def click(_: int) -> int:
        with database.writing() as session:
            return add_observation(session, table.id, text="Ouders wachten.", by=anna).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(click, range(16)))) == 1
