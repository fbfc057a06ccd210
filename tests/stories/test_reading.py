"""A reader before anyone else: the order of the queue, one reader a story, and what each decision does."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from dialogue.story_cards import make_story_card
from safeguards.access import NotAllowed, Role, Viewer
from safeguards.consent import Purpose
from safeguards.installation import Installation
from storage.runs import WAITING as RUN_WAITING
from storage.tables.audit import AuditRow
from storage.tables.base import now
from storage.tables.processing import EmbeddingRow, LemmasRow, MaskedStoryRow, RunRow, TagProposalRow
from storage.tables.reading import ReadingDecisionRow, ReadingPassRow, ReadingRow
from storage.tables.stories import VaultRow
from stories.accept import Receipt
from stories.collections import Collection
from stories.queries import answers_frame, count_incoming, stories_frame
from stories.reading import (
    Decision,
    ReadingRefused,
    StoryToRead,
    claim_alarm,
    claim_next,
    decide,
    find_open,
    hide_more,
    take_back,
)
from stories.reading_overview import ReasonMissing, count_for_reader, overview_reading, release_waiting
from tests.cast import masked, tell, with_role, withdraw

MINUTES = 15


@pytest.fixture
def rosa(anna: Viewer, collection: Collection) -> Viewer:
    """Rosa is a reader and nothing else."""
    return Viewer(101, "rosa", "Rosa", frozenset({(collection.id, Role.READER)}))


@pytest.fixture
def rik(collection: Collection) -> Viewer:
    """Rik is the second reader."""
    return Viewer(102, "rik", "Rik", frozenset({(collection.id, Role.READER)}))


def wait(
    installation: Installation, collection: Collection, text: str, *, rank: int = 0, days: int = 0, **story: Any
) -> Receipt:
    """A story that is masked and waits for a reader."""
    receipt = tell(installation, collection, text=text)
    masked(installation, receipt.story_id, text, released=False)
    with installation.database.writing() as session:
        row = session.get_one(ReadingRow, receipt.story_id)
        row.rank, row.waits_since, row.signs = rank, row.waits_since - timedelta(days=days), story.get("signs", [])
    return receipt


def claim(installation: Installation, collection: Collection, who: Viewer) -> str | None:
    with installation.database.writing() as session:
        return claim_next(session, collection.id, by=who, minutes=MINUTES)


def do(
    installation: Installation, collection: Collection, who: Viewer, decision: Decision, reason: str = ""
) -> str | None:
    """Take the next story and decide about it."""
    story_id = claim(installation, collection, who)
    if story_id:
        with installation.database.writing() as session:
            decide(session, story_id, decision, by=who, reason=reason)
    return story_id


def seen(installation: Installation, collection: Collection) -> list[str]:
    """The texts that others than readers see."""
    with installation.database.reading() as session:
        return sorted(stories_frame(session, collection.id, purpose=Purpose.RESEARCH)["text"])


def open_story(installation: Installation, collection: Collection, who: Viewer) -> StoryToRead | None:
    with installation.database.reading() as session:
        return find_open(session, collection.id, by=who)


def test_the_most_critical_is_read_first_and_then_who_waits_longest(
    installation: Installation, collection: Collection, rosa: Viewer
) -> None:
    drawn = [("gewoon, nieuw", 0, 0), ("gewoon, oud", 0, 9), ("herkenbaar", 20, 0), ("gevaar", 40, 1)]
    texts = {wait(installation, collection, text, rank=r, days=d).story_id: text for text, r, d in drawn}
    order = [texts[str(do(installation, collection, rosa, Decision.RELEASE))] for _ in texts]
    assert order == ["gevaar", "herkenbaar", "gewoon, oud", "gewoon, nieuw"]
    assert claim(installation, collection, rosa) is None


def test_two_who_read_at_once_never_get_the_same_story(
    installation: Installation, collection: Collection, rosa: Viewer, rik: Viewer
) -> None:
    for number in range(8):
        wait(installation, collection, f"Verhaal {number}.")
    start, got = threading.Barrier(2), []

    def read(who: Viewer) -> None:
        start.wait()
        while story_id := do(installation, collection, who, Decision.RELEASE):
            got.append(story_id)

    readers = [threading.Thread(target=read, args=(who,)) for who in (rosa, rik)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(got) == len(set(got)) == 8


def test_asking_twice_gives_the_story_that_is_open(
    installation: Installation, collection: Collection, rosa: Viewer
) -> None:
    wait(installation, collection, "Een.")
    wait(installation, collection, "Twee.")
    assert claim(installation, collection, rosa) == claim(installation, collection, rosa)


def test_a_claim_that_ran_out_goes_to_the_next_reader_and_the_first_is_told(
    installation: Installation, collection: Collection, rosa: Viewer, rik: Viewer
) -> None:
    story = wait(installation, collection, "Een.")
    claim(installation, collection, rosa)
    assert claim(installation, collection, rik) is None
    with installation.database.writing() as session:
        session.execute(update(ReadingRow).values(claimed_until=now() - timedelta(minutes=1)))
    assert open_story(installation, collection, rosa) is None
    assert claim(installation, collection, rik) == story.story_id
    with pytest.raises(ReadingRefused, match="niet meer bij jou"), installation.database.writing() as session:
        decide(session, story.story_id, Decision.RELEASE, by=rosa)
    assert seen(installation, collection) == []


def test_a_story_is_seen_by_others_only_after_a_release(
    installation: Installation, collection: Collection, rosa: Viewer, anna: Viewer
) -> None:
    story = wait(installation, collection, "De zeehond.")
    assert seen(installation, collection) == []
    with installation.database.reading() as session:
        assert answers_frame(session, collection.id).empty
        assert make_story_card(session, collection.id, story.story_id, viewer=anna) is None
        assert [(one.processed, one.waits_for_reader) for one in count_incoming(session, collection.id)] == [(1, 1)]
    do(installation, collection, rosa, Decision.RELEASE)
    assert seen(installation, collection) == ["De zeehond."]
    with installation.database.reading() as session:
        assert make_story_card(session, collection.id, story.story_id, viewer=anna) is not None
        assert session.scalars(select(RunRow.requested_by).where(RunRow.state == RUN_WAITING)).all()


def test_a_story_without_a_row_in_the_queue_is_seen_by_nobody(
    installation: Installation, collection: Collection
) -> None:
    story = wait(installation, collection, "Vergeten.")
    with installation.database.writing() as session:
        session.delete(session.get_one(ReadingRow, story.story_id))
    assert seen(installation, collection) == []


@pytest.mark.parametrize(
    ("decision", "reason", "state"),
    [
        (Decision.HOLD_BACK, "recognisable", "held"),
        (Decision.RAISE_ALARM, "danger", "alarm"),
        (Decision.PASS_ON, "in_doubt", "waiting"),
    ],
)
def test_whatever_else_a_reader_decides_nobody_sees_the_story(
    installation: Installation, collection: Collection, rosa: Viewer, decision: Decision, reason: str, state: str
) -> None:
    story = wait(installation, collection, "De zeehond.")
    do(installation, collection, rosa, decision, reason)
    assert seen(installation, collection) == []
    with installation.database.reading() as session:
        row = session.get_one(ReadingRow, story.story_id)
        assert (row.state, row.claimed_by, row.opened_at, row.claimed_until) == (state, None, None, None)
    assert claim(installation, collection, rosa) is None


def test_a_decision_without_its_reason_is_a_mistake(
    installation: Installation, collection: Collection, rosa: Viewer
) -> None:
    wait(installation, collection, "Een.")
    with pytest.raises(ValueError, match="cannot be decided"):
        do(installation, collection, rosa, Decision.HOLD_BACK)


def test_a_story_that_was_passed_on_goes_to_somebody_else(
    installation: Installation, collection: Collection, rosa: Viewer, rik: Viewer
) -> None:
    story = wait(installation, collection, "Zwaar.")
    do(installation, collection, rosa, Decision.PASS_ON, "heavy")
    with installation.database.reading() as session:
        n = [count_for_reader(session, collection.id, reader=who.name) for who in (rosa, rik)]
        assert (n, overview_reading(session, collection.id).second_reader) == ([0, 1], 1)
    assert claim(installation, collection, rosa) is None
    assert do(installation, collection, rik, Decision.RELEASE) == story.story_id
    with installation.database.reading() as session:
        assert session.scalars(select(ReadingPassRow)).all() == []


def test_an_alarm_stays_out_of_sight_until_it_is_closed_and_then_waits_for_a_reader(
    installation: Installation, collection: Collection, rosa: Viewer, rik: Viewer
) -> None:
    story = wait(installation, collection, "De zeehond.")
    do(installation, collection, rosa, Decision.RAISE_ALARM, "danger")
    with installation.database.writing() as session:
        assert release_waiting(session, collection.id, by="test", reason="alles") == 0
        assert claim_alarm(session, collection.id, by=rik, minutes=MINUTES) == story.story_id
    with pytest.raises(ReadingRefused, match="Sluit eerst de melding"), installation.database.writing() as session:
        decide(session, story.story_id, Decision.RELEASE, by=rik)
    with installation.database.writing() as session:
        decide(session, story.story_id, Decision.CLOSE_ALARM, by=rik, reason="handed_over")
    assert seen(installation, collection) == []
    assert do(installation, collection, rosa, Decision.RELEASE) == story.story_id
    assert seen(installation, collection) == ["De zeehond."]


def test_hiding_more_changes_every_place_and_what_was_made_of_it_is_made_again(
    installation: Installation, collection: Collection, rosa: Viewer
) -> None:
    signs = [{"kind": "recognisable", "words": ["enige", "bakker"]}]
    story = wait(installation, collection, "De bakker. [PERSOON-1] is de enige BAKKER, 49 jaar.", signs=signs)
    add_results(installation, story.story_id)
    with installation.database.reading() as session:
        original = session.get_one(VaultRow, story.story_id).ciphertext
    story_id = str(claim(installation, collection, rosa))
    with installation.database.writing() as session:
        assert hide_more(session, story_id, ["bakker"], "other", by=rosa, minutes=MINUTES) == 2
    opened = open_story(installation, collection, rosa)
    assert opened is not None
    assert opened.text == "De [OVERIG-1]. [PERSOON-1] is de enige [OVERIG-1], 49 jaar."
    assert [opened.text[start:end] for start, end, _ in opened.doubts] == ["49 jaar"]
    assert opened.signs == (("recognisable", ("enige",)),)
    with installation.database.reading() as session:
        row = session.get_one(MaskedStoryRow, story_id)
        assert [row.text[one["start"] : one["end"]] for one in row.spans] == ["[OVERIG-1]", "[PERSOON-1]", "[OVERIG-1]"]
        for table in (LemmasRow, EmbeddingRow, TagProposalRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert session.get_one(VaultRow, story_id).ciphertext == original
        assert b"bakker" not in str([tuple(r.details.items()) for r in session.scalars(select(AuditRow))]).encode()


def add_results(installation: Installation, story_id: str) -> None:
    with installation.database.writing() as session:
        masked_row = session.get_one(MaskedStoryRow, story_id)
        start = masked_row.text.index("49 jaar")
        masked_row.doubts = [{"start": start, "end": start + 7, "type": "age"}]
        made_by = {"story_id": story_id, "step": "proef.v1", "run_id": masked_row.run_id}
        session.add(LemmasRow(lemmas=["bakker"], **made_by))
        session.add(EmbeddingRow(model="proef", vector=b"\x00", **made_by))
        session.add(TagProposalRow(code="A01", score=0.9, proposed=True, because=["bakker"], **made_by))


def test_hiding_what_is_not_there_is_refused(installation: Installation, collection: Collection, rosa: Viewer) -> None:
    story = wait(installation, collection, "De bakker.")
    claim(installation, collection, rosa)
    with pytest.raises(ReadingRefused, match="Kies eerst een stuk"), installation.database.writing() as session:
        hide_more(session, story.story_id, ["slager"], "other", by=rosa, minutes=MINUTES)


def test_a_release_can_be_taken_back(
    installation: Installation, collection: Collection, rosa: Viewer, rik: Viewer
) -> None:
    wait(installation, collection, "De zeehond.")
    story_id = str(do(installation, collection, rosa, Decision.RELEASE))
    with installation.database.writing() as session:
        take_back(session, story_id, by=rosa, minutes=MINUTES)
    assert seen(installation, collection) == []
    opened = open_story(installation, collection, rosa)
    assert opened is not None and opened.story_id == story_id
    with pytest.raises(ReadingRefused, match="al teruggenomen"), installation.database.writing() as session:
        take_back(session, story_id, by=rik, minutes=MINUTES)


def test_cem_cannot_read_here_and_nobody_by_another_role(
    installation: Installation, collection: Collection, cem: Viewer, anna: Viewer
) -> None:
    story = wait(installation, collection, "Een.")
    elsewhere = Viewer(9, "cem", "Cem", frozenset({(collection.id + 1, Role.READER)}))
    others = [Viewer(8, "x", "X", frozenset({(collection.id, role)})) for role in Role if role is not Role.READER]
    for who in (cem, anna, elsewhere, *others):
        with installation.database.writing() as session:
            for action in (
                lambda s, w: claim_next(s, collection.id, by=w, minutes=MINUTES),
                lambda s, w: claim_alarm(s, collection.id, by=w, minutes=MINUTES),
                lambda s, w: find_open(s, collection.id, by=w),
                lambda s, w: decide(s, story.story_id, Decision.RELEASE, by=w),
                lambda s, w: hide_more(s, story.story_id, ["een"], "other", by=w, minutes=MINUTES),
                lambda s, w: take_back(s, story.story_id, by=w, minutes=MINUTES),
            ):
                with pytest.raises(NotAllowed):
                    action(session, who)


def test_a_reader_who_also_leads_the_table_reads(
    installation: Installation, collection: Collection, anna: Viewer
) -> None:
    story = wait(installation, collection, "Een.")
    assert claim(installation, collection, with_role(anna, Role.READER, collection)) == story.story_id


def test_dinas_story_is_gone_from_the_queue_and_its_decisions(
    installation: Installation, collection: Collection, rosa: Viewer
) -> None:
    dina = wait(installation, collection, "Dina zag de zeehond.")
    do(installation, collection, rosa, Decision.PASS_ON, "in_doubt")
    withdraw(installation, dina)
    with installation.database.reading() as session:
        for table in (ReadingRow, ReadingPassRow, ReadingDecisionRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        logged = [f"{row.subject}{row.details}" for row in session.scalars(select(AuditRow))]
    assert not [line for line in logged if dina.story_id in line]


def test_a_story_withdrawn_while_it_is_read_refuses_a_decision(
    installation: Installation, collection: Collection, rosa: Viewer
) -> None:
    dina = wait(installation, collection, "Dina.")
    claim(installation, collection, rosa)
    withdraw(installation, dina)
    with pytest.raises(ReadingRefused, match="terug"), installation.database.writing() as session:
        decide(session, dina.story_id, Decision.RELEASE, by=rosa)


def test_decisions_are_counted_and_logged_without_text_and_not_per_reader(
    installation: Installation, collection: Collection, rosa: Viewer
) -> None:
    wait(installation, collection, "De zeehond.", days=3)
    wait(installation, collection, "De walvis.", rank=40, days=5)
    do(installation, collection, rosa, Decision.HOLD_BACK, "harmful")
    with installation.database.reading() as session:
        overview = overview_reading(session, collection.id)
        line = session.scalars(select(AuditRow).where(AuditRow.action == "reading_hold_back")).one()
        decision = session.scalars(select(ReadingDecisionRow)).one()
    assert (overview.waiting, overview.held, overview.oldest_days, overview.alarms) == (1, 1, 3, 0)
    assert overview.decided["hold_back"] == 1 and sum(overview.decided.values()) == 1
    assert (line.who, line.subject, line.details) == ("rosa", "demo", {"reason": "harmful", "minutes": 1})
    assert "rosa" not in str(vars(decision)) and "rosa" not in repr(overview)


def test_a_release_in_bulk_needs_a_reason_and_is_logged_once(
    installation: Installation, collection: Collection
) -> None:
    for number in range(3):
        wait(installation, collection, f"Verhaal {number}.")
    with pytest.raises(ReasonMissing), installation.database.writing() as session:
        release_waiting(session, collection.id, by="opdrachtregel", reason="  ")
    with installation.database.writing() as session:
        assert release_waiting(session, collection.id, by="opdrachtregel", reason="elders gelezen") == 3
    assert len(seen(installation, collection)) == 3
    with installation.database.reading() as session:
        line = session.scalars(select(AuditRow).where(AuditRow.action == "release_in_bulk")).one()
        overview = overview_reading(session, collection.id)
    assert line.details == {"stories": 3, "reason": "elders gelezen"}
    assert (overview.released, overview.oldest_days, sum(overview.decided.values())) == (3, None, 0)
