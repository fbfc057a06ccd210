"""What lies on the table, and that Dina's story is gone from it."""

from datetime import date

import pytest
from sqlalchemy import select, update

from dialogue.assignments import find_assignment
from dialogue.balance import say_balance
from dialogue.cards import FigureCard, StoryCard, ViewCard
from dialogue.dutch_dates import say_date
from dialogue.evidence import (
    EvidenceRefused,
    add_figure,
    add_story,
    add_view,
    list_evidence,
    list_story_ids,
    remove_evidence,
)
from dialogue.roundtables import RoundtableClosed, RoundtableRefused, find_roundtable, list_roundtables, make_roundtable
from safeguards.access import NotAllowed
from safeguards.release import GroupTooSmall, Limits
from safeguards.withdrawal import withdraw_story
from storage.tables.audit import AuditRow
from storage.tables.dialogue import AssignmentRow, EvidenceRow
from storage.tables.figures import FigureRow
from storage.tables.processing import MaskedStoryRow
from storage.tables.stories import AnswerRow, StoryRow
from stories.selection import Selection
from tests.dialogue.conftest import add_told_story

LIMITS = Limits()


def test_a_roundtable_has_a_title_and_a_date(session, anna, table_id):
    table = find_roundtable(session, table_id, viewer=anna)
    assert (table.title, table.held_on, table.is_open) == ("Eerste tafel", date(2024, 5, 3), True)
    with pytest.raises(RoundtableRefused, match="Geef de duidingstafel een titel"):
        make_roundtable(session, table.assignment.id, title=" ", by=anna)


def test_a_double_click_is_one_roundtable(session, anna, table_id):
    assignment = find_roundtable(session, table_id, viewer=anna).assignment
    again = make_roundtable(session, assignment.id, title="eerste tafel", held_on=date(2024, 5, 3), by=anna)
    assert again.id == table_id
    assert len(list_roundtables(session, assignment.id, viewer=anna)) == 1


def test_a_story_lies_on_the_table_with_the_tellers_own_answers_first(session, anna, table_id):
    card = add_story(session, table_id, "story-anna", by=anna).card
    assert isinstance(card, StoryCard)
    assert (card.title, card.perspective_label, card.month) == (
        "Ze bleef gewoon zitten",
        "Ouder of verzorger",
        "2024-03",
    )
    assert {answer.element: answer.words for answer in card.answers} == {
        "T2": "Past niet bij mijn verhaal",
        "D1": 'dicht bij "veel te vroeg: het paste nog niet"',
        "M1": "goed",
    }
    assert (card.proposed_theme, card.framework_version, card.runs) == (
        "wachten",
        1,
        {"mask": 1, "theme": 1, "tags": 1},
    )
    assert len(card.proposed_tags) == 1


def test_a_story_stays_as_it_was_when_it_was_chosen(session, anna, bram, table_id):
    before = add_story(session, table_id, "story-anna", by=anna)
    session.execute(update(MaskedStoryRow).values(title="anders", text="anders"))
    session.execute(update(AnswerRow).where(AnswerRow.element == "M1").values(value=["bad"]))
    assert list_evidence(session, table_id, viewer=bram) == [before]


def test_the_day_the_teller_and_the_receipt_are_not_in_what_is_frozen(session, anna, table_id):
    add_story(session, table_id, "story-anna", by=anna)
    frozen = str(session.scalars(select(EvidenceRow.frozen)).one())
    assert "2024-03-09" not in frozen and "teller-story-anna" not in frozen


def test_a_story_for_researchers_only_cannot_be_put_on_the_table(session, anna, table_id):
    with pytest.raises(EvidenceRefused, match="de verteller koos daar niet voor"):
        add_story(session, table_id, "story-quiet", by=anna)
    assert list_evidence(session, table_id, viewer=anna) == []


def test_a_story_of_another_collection_cannot_be_put_on_the_table(session, anna, table_id):
    session.execute(update(StoryRow).where(StoryRow.id == "story-anna").values(collection_id=2))
    with pytest.raises(EvidenceRefused):
        add_story(session, table_id, "story-anna", by=anna)


def test_dinas_story_is_gone_and_a_mark_stays(session, anna, bram, table_id):
    add_story(session, table_id, "story-dina", by=anna)
    withdraw_story(session, "story-dina", by="teller")
    session.expire_all()
    (left,) = list_evidence(session, table_id, viewer=bram)
    assert (left.card, left.mark, left.may_report) == (None, f"ingetrokken op {say_date(date.today())}", False)
    assert "De lange gang" not in str(session.execute(select(EvidenceRow.__table__)).all())
    with pytest.raises(EvidenceRefused, match="Dit teken blijft staan"):
        remove_evidence(session, left.id, by=anna)
    with pytest.raises(EvidenceRefused, match="of het verhaal is ingetrokken"):
        add_story(session, table_id, "story-dina", by=anna)


def test_a_story_is_hidden_when_its_teller_no_longer_lets_the_table_read_it(session, anna, table_id):
    add_story(session, table_id, "story-anna", by=anna)
    session.execute(update(StoryRow).values(consent="researchers"))
    (hidden,) = list_evidence(session, table_id, viewer=anna)
    assert (hidden.card, hidden.mark) == (None, "niet meer voor de tafel: de verteller koos anders")


def test_only_a_story_for_reports_may_be_quoted_in_one(session, anna, table_id):
    assert not add_story(session, table_id, "story-anna", by=anna).may_report
    assert add_story(session, table_id, "story-dina", by=anna).may_report


def test_a_figure_lies_on_the_table_with_where_it_came_from(session, anna, table_id):
    figure = session.scalars(select(FigureRow).where(FigureRow.collection_id == 1)).one()
    card = add_figure(session, table_id, figure.id, by=anna).card
    figure.value, figure.source = 99.0, "iets anders"
    session.flush()
    assert list_evidence(session, table_id, viewer=anna)[0].card == card
    assert isinstance(card, FigureCard)
    assert (card.shown, card.file_name, card.row, card.imported_on) == (
        "15,3% (voorlopig)",
        "kpi_2024.csv",
        14,
        "2024-05-01",
    )
    assert (card.source, card.counts_not, card.status) == ("CBS, jeugdzorg 2023", "start hulp", "provisional")


def test_a_figure_of_another_collection_cannot_be_put_on_the_table(session, anna, table_id):
    elsewhere = session.scalars(select(FigureRow.id).where(FigureRow.collection_id == 2)).one()
    for figure_id in (elsewhere, 404):
        with pytest.raises(EvidenceRefused, match="Dit cijfer staat niet in deze verzameling"):
            add_figure(session, table_id, figure_id, by=anna)


def test_a_view_counts_only_what_the_table_may_read_and_hides_small_groups(session, anna, table_id):
    for number in range(22):
        add_told_story(session, f"ouder-{number}", "parent", "table", "good" if number < 12 else "bad")
        add_told_story(session, f"stil-{number}", "worker", "researchers", "good")
        add_told_story(session, f"kind-{number}", "child_8_12", "table", "good")
    selection = Selection(perspectives=("child_8_12", "parent"))
    card = add_view(session, table_id, selection, title="Gevoel", element="M1", limits=LIMITS, by=anna).card
    assert isinstance(card, ViewCard)
    assert card.params == {"wie": ["child_8_12", "parent"]}
    assert card.perspectives == {"child_8_12": "Kind (8 tot 12 jaar)", "parent": "Ouder of verzorger"}
    rows = {row.label: row.counts for row in card.rows}
    assert rows["verhalen"] == {"child_8_12": 25, "parent": 25}  # 23 and 23, rounded to 5
    assert rows["slecht"] == {"child_8_12": None, "parent": None}  # 1 child, and 10 parents who would give it away
    assert rows["heel goed"] == {"child_8_12": 0, "parent": 0}
    assert card.missing == ()
    assert (card.smallest, card.period) == (10, ("2024-03", "2024-03"))
    assert card.note.count("afgerond op 5-tallen") == 1


def test_a_view_names_who_told_nothing(session, anna, table_id):
    for number in range(12):
        add_told_story(session, f"ouder-{number}", "parent", "table", "good")
    selection = Selection(perspectives=("youth_12_18", "parent"))
    card = add_view(session, table_id, selection, title="Alles", limits=LIMITS, by=anna).card
    assert card.missing == ("Jongere (12 tot 18 jaar)",)


def test_a_view_on_workers_counts_none_of_who_did_not_allow_the_table(session, anna, table_id):
    for number in range(22):
        add_told_story(session, f"stil-{number}", "worker", "researchers", "good")
    with pytest.raises(GroupTooSmall):
        add_view(session, table_id, Selection(perspectives=("worker",)), title="x", limits=LIMITS, by=anna)


def test_a_view_on_too_few_tellers_is_refused(session, anna, table_id):
    with pytest.raises(GroupTooSmall, match="minder dan 10 verhalen"):
        add_view(session, table_id, Selection(), title="Alles", limits=LIMITS, by=anna)


def test_a_view_without_stories_or_title_is_refused(session, anna, table_id):
    with pytest.raises(EvidenceRefused, match="In deze keuze zitten geen verhalen voor de tafel"):
        add_view(session, table_id, Selection(words="xyzzy"), title="Leeg", limits=LIMITS, by=anna)
    with pytest.raises(EvidenceRefused, match="Geef het beeld een titel"):
        add_view(session, table_id, Selection(), title="", limits=LIMITS, by=anna)


def test_facts_about_tellers_are_not_counted_at_the_table(session, anna, table_id):
    for number in range(12):
        add_told_story(session, f"ouder-{number}", "parent", "table", "good")
    with pytest.raises(ValueError, match="facts are not counted"):
        add_view(session, table_id, Selection(), title="Wie", element="BG3", limits=LIMITS, by=anna)


def test_a_double_click_puts_one_thing_on_the_table(session, anna, table_id):
    for number in range(12):
        add_told_story(session, f"ouder-{number}", "parent", "table", "good")
    figure = session.scalars(select(FigureRow.id).where(FigureRow.collection_id == 1)).one()
    for _ in range(2):
        add_story(session, table_id, "story-anna", by=anna)
        add_figure(session, table_id, figure, by=anna)
        add_view(session, table_id, Selection(), title="Alles", limits=LIMITS, by=anna)
    assert [one.kind for one in list_evidence(session, table_id, viewer=anna)] == ["story", "figure", "view"]
    assert session.query(AuditRow).filter_by(action="add_evidence").count() == 3


def test_something_can_be_taken_off_the_table_again(session, anna, table_id):
    story = add_story(session, table_id, "story-anna", by=anna)
    assert list_story_ids(session, table_id, viewer=anna) == {"story-anna"}
    remove_evidence(session, story.id, by=anna)
    remove_evidence(session, story.id, by=anna)
    assert list_evidence(session, table_id, viewer=anna) == []


def test_bram_sees_the_table_and_lays_nothing_on_it(session, bram, table_id):
    assert list_evidence(session, table_id, viewer=bram) == []
    with pytest.raises(NotAllowed):
        add_story(session, table_id, "story-anna", by=bram)


def test_cem_cannot_see_or_lay_evidence_here(session, anna, cem, table_id):
    evidence = add_story(session, table_id, "story-anna", by=anna)
    for forbidden in (
        lambda: list_evidence(session, table_id, viewer=cem),
        lambda: list_story_ids(session, table_id, viewer=cem),
        lambda: add_story(session, table_id, "story-dina", by=cem),
        lambda: add_figure(session, table_id, 1, by=cem),
        lambda: add_view(session, table_id, Selection(), title="x", limits=LIMITS, by=cem),
        lambda: remove_evidence(session, evidence.id, by=cem),
        lambda: make_roundtable(session, 1, title="x", by=cem),
        lambda: find_roundtable(session, table_id, viewer=cem),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


@pytest.mark.parametrize("state", ["teruggegeven", "niet_opgepakt", "advies_ingediend", "beantwoord", "gesloten"])
def test_nothing_changes_at_a_table_whose_assignment_is_closed(session, anna, table_id, state):
    assignment_id = find_roundtable(session, table_id, viewer=anna).assignment.id
    session.get_one(AssignmentRow, assignment_id).state = state
    session.flush()
    label = find_assignment(session, assignment_id, viewer=anna).state_label
    with pytest.raises(RoundtableClosed, match=f'De opdracht staat op "{label}"'):
        add_story(session, table_id, "story-anna", by=anna)
    with pytest.raises(RoundtableClosed):
        make_roundtable(session, assignment_id, title="Nog een", by=anna)


def test_the_audit_log_has_no_story_text(session, anna, table_id):
    add_story(session, table_id, "story-anna", by=anna)
    lines = str([(row.subject, row.details) for row in session.scalars(select(AuditRow))])
    assert "zitten" not in lines and "story-anna" not in lines


def test_one_sided_stories_give_a_warning(session, anna, table_id):
    assert say_balance(list_evidence(session, table_id, viewer=anna)) == []
    add_told_story(session, "ouder-blij", "parent", "table", "very_good")
    add_story(session, table_id, "story-anna", by=anna)
    assert say_balance(list_evidence(session, table_id, viewer=anna))[0].startswith("Er ligt nog maar één verhaal")
    add_story(session, table_id, "ouder-blij", by=anna)
    feeling, side = say_balance(list_evidence(session, table_id, viewer=anna))
    assert feeling.startswith("Er liggen alleen verhalen met een goed gevoel op tafel.")
    assert side.startswith('Alle verhalen op tafel komen van één kant: "Ouder of verzorger".')
    add_story(session, table_id, "story-dina", by=anna)
    assert say_balance(list_evidence(session, table_id, viewer=anna)) == []


def test_a_withdrawn_story_does_not_balance_a_set(session, anna, table_id):
    for story_id in ("story-anna", "story-worker", "story-dina"):
        add_story(session, table_id, story_id, by=anna)
    assert say_balance(list_evidence(session, table_id, viewer=anna)) == []
    withdraw_story(session, "story-dina", by="teller")
    session.expire_all()
    assert say_balance(list_evidence(session, table_id, viewer=anna)) == [
        "Er liggen alleen verhalen met een goed gevoel op tafel. Zoek ook verhalen waarin het moeilijk was."
    ]
