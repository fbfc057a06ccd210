"""A told story is accepted whole, once, or not at all with the reason."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select, update

from safeguards.installation import Installation
from storage.tables.audit import AuditRow
from storage.tables.collections import CollectionRow
from storage.tables.processing import RunRow
from storage.tables.stories import AnswerRow, StoryRow, VaultRow
from stories import accept
from stories.accept import Receipt, StoryRefused, StoryWithdrawn, Submission, accept_story
from stories.answers import NOT_APPLICABLE_ANSWER, SKIPPED_ANSWER, Answer, AnswerError
from stories.collections import Collection, CollectionUnknown
from tests.cast import make_submission, tell, withdraw

TABLES = (StoryRow, VaultRow, AnswerRow, RunRow)


def send(installation: Installation, submission: Submission) -> Receipt:
    with installation.database.writing() as session:
        return accept_story(session, submission, vault=installation.vault, max_characters=20_000)


def count_rows(installation: Installation) -> list[int]:
    """How many stories, originals, answers and runs there are."""
    with installation.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


# What was sent, what it is told about, in which words.
REFUSED = [
    ({"text": ""}, "text", "Er staat nog geen verhaal"),
    ({"text": " \n\t\u00a0\u3000 "}, "text", "Er staat nog geen verhaal"),
    ({"text": "\x00"}, "text", "Er staat nog geen verhaal"),
    ({"text": "é" * 200_000}, "text", r"te lang: 200\.000 tekens\. Er passen er 20\.000"),
    ({"title": "é" * 201}, "title", "De titel is te lang"),
    ({"consent": ""}, "consent", "Kies wie het verhaal mag lezen"),
    ({"consent": "everyone"}, "consent", "Kies wie het verhaal mag lezen"),
    ({"perspective": ""}, "perspective", "Kies eerst wie er vertelt"),
    ({"perspective": "neighbour"}, "perspective", "Kies eerst wie er vertelt"),
    ({"submission_id": ""}, "submission_id", "niet compleet aangekomen"),
    ({"submission_id": "te kort"}, "submission_id", "niet compleet aangekomen"),
    ({"submission_id": "\ud800" * 20}, "submission_id", "niet compleet aangekomen"),
    ({"answers": {"T99": SKIPPED_ANSWER}}, "T99", 'Vraag "T99" hoort niet bij dit formulier'),
]


@pytest.mark.parametrize(("wrong", "field", "sentence"), REFUSED)
def test_a_refused_story_names_its_field_and_leaves_nothing(
    installation: Installation, collection: Collection, wrong: dict, field: str, sentence: str
) -> None:
    with pytest.raises(StoryRefused, match=sentence) as caught:
        send(installation, make_submission(collection, **wrong))
    assert caught.value.field == field and count_rows(installation) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("element", "answer"),
    [
        ("T1", Answer("answered", [0.5, 0.5, 0.5])),
        ("T1", Answer("answered", [float("nan"), 0.5, 0.5])),
        ("D1", Answer("answered", float("inf"))),
        ("D1", Answer("answered", 10**400)),
        ("D1", Answer("answered", 101)),
        ("D1", Answer("answered", True)),
        ("M2", Answer("answered", ["bestaat_niet"])),
        ("S1", Answer("answered", {"child": [1, 2, 3]})),
        ("D1", Answer("half", 3)),
    ],
)
def test_one_wrong_answer_refuses_the_whole_story(
    installation: Installation, collection: Collection, element: str, answer: Answer
) -> None:
    answers = {"T2": Answer("answered", [0.2, 0.3, 0.5]), element: answer}
    with pytest.raises(AnswerError) as caught:
        tell(installation, collection, answers=answers)
    assert caught.value.element == element and count_rows(installation) == [0, 0, 0, 0]


def test_an_unknown_collection_is_named(installation: Installation, collection: Collection) -> None:
    with pytest.raises(CollectionUnknown, match='"geen" bestaat niet'):
        send(installation, replace(make_submission(collection), collection="geen"))


def test_a_closed_collection_takes_no_story_but_knows_one_that_was_sent(
    installation: Installation, collection: Collection
) -> None:
    sent = make_submission(collection)
    first = send(installation, sent)
    with installation.database.writing() as session:
        session.execute(update(CollectionRow).values(is_open=False))
    with pytest.raises(StoryRefused, match="Deze verzameling is gesloten"):
        tell(installation, collection)
    assert send(installation, sent) == Receipt(first.story_id, first.code, is_repeat=True)


def test_the_same_submission_twice_is_one_story_with_one_code(
    installation: Installation, collection: Collection
) -> None:
    sent = make_submission(collection, answers={"D1": Answer("answered", 10)})
    first, again = send(installation, sent), send(installation, sent)
    assert (again.story_id, again.code, first.is_repeat, again.is_repeat) == (first.story_id, first.code, False, True)
    assert count_rows(installation) == [1, 1, 1, 1]


def test_the_same_submission_from_many_threads_is_one_story(installation: Installation, collection: Collection) -> None:
    sent, receipts, start = make_submission(collection), [], threading.Barrier(6)

    def send_once() -> None:
        start.wait()
        receipts.append(send(installation, sent))

    threads = [threading.Thread(target=send_once) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({receipt.code for receipt in receipts}) == 1
    assert sorted(receipt.is_repeat for receipt in receipts) == [False, True, True, True, True, True]
    assert count_rows(installation) == [1, 1, 0, 1]


def test_a_submission_that_another_was_just_ahead_of_is_a_repeat(
    installation: Installation, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On PostgreSQL both look before either is there: the first look is made blind here.
    sent = make_submission(collection)
    first, look, looks = send(installation, sent), accept._find_earlier, []

    def look_too_early(session: object, submission_hash: str) -> str | None:
        looks.append(submission_hash)
        return None if len(looks) == 1 else look(session, submission_hash)  # type: ignore[arg-type]

    monkeypatch.setattr(accept, "_find_earlier", look_too_early)
    assert send(installation, sent) == Receipt(first.story_id, first.code, is_repeat=True)
    assert count_rows(installation) == [1, 1, 0, 1]


@pytest.mark.parametrize("step", ["vault", "answers", "run", "audit"])
def test_a_power_cut_at_any_step_leaves_no_half_story_and_the_next_try_succeeds(
    installation: Installation, collection: Collection, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def cut(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    place = {
        "vault": "safeguards.vault.Vault.store",
        "answers": "stories.accept._make_answer_row",
        "run": "stories.accept.request_run",
        "audit": "stories.accept.audit.record",
    }[step]
    sent = make_submission(collection, answers={"D1": Answer("answered", 10)})
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(place, cut)
        send(installation, sent)
    assert count_rows(installation) == [0, 0, 0, 0]
    assert send(installation, sent).is_repeat is False and count_rows(installation) == [1, 1, 1, 1]


@pytest.mark.parametrize("text", ["😀👩‍👧‍👦 fijn", "شكرا على المساعدة", "\u202eachterstevoren\u202c", "n" * 20_000])
def test_any_script_and_the_longest_story_are_kept_as_told(
    installation: Installation, collection: Collection, text: str
) -> None:
    receipt = tell(installation, collection, text=f"  {text}\n", title="😀")
    with installation.database.reading() as session:
        assert installation.vault.open(session.get_one(VaultRow, receipt.story_id)).text == text


def test_half_a_sign_and_the_zero_sign_do_not_stop_a_story(installation: Installation, collection: Collection) -> None:
    receipt = tell(installation, collection, text="goed\x00 zo \ud83d")
    with installation.database.reading() as session:
        assert installation.vault.open(session.get_one(VaultRow, receipt.story_id)).text == "goed zo ?"


def test_whoever_tells_no_story_keeps_the_answers_and_nothing_in_the_vault(
    installation: Installation, collection: Collection
) -> None:
    tell(installation, collection, text="toch iets", has_text=False, answers={"D1": Answer("answered", 10)})
    assert count_rows(installation) == [1, 0, 1, 1]


def test_past_niet_skipped_and_zero_are_stored_as_three_things(
    installation: Installation, collection: Collection
) -> None:
    answers = {"D1": Answer("answered", 0), "D2": NOT_APPLICABLE_ANSWER, "D3": SKIPPED_ANSWER}
    tell(installation, collection, answers=answers)
    with installation.database.reading() as session:
        stored = session.execute(select(AnswerRow.state, AnswerRow.value).order_by(AnswerRow.element)).all()
    assert [tuple(row) for row in stored] == [("answered", 0.0), ("not_applicable", None), ("skipped", None)]


def test_nothing_finer_than_the_day_is_kept_with_a_story(installation: Installation, collection: Collection) -> None:
    receipt = tell(installation, collection)
    with installation.database.reading() as session:
        story = session.get_one(StoryRow, receipt.story_id)
        line = session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    moments = [value for value in vars(story).values() if hasattr(value, "hour")]
    assert moments == [] and line is not None and line.at.hour == line.at.minute == line.at.second == 0
    assert receipt.story_id not in str((line.subject, line.details))


def test_two_stories_on_one_device_are_two_tellers_to_us(installation: Installation, collection: Collection) -> None:
    tell(installation, collection)
    tell(installation, collection)
    with installation.database.reading() as session:
        assert len(set(session.scalars(select(StoryRow.teller_id)))) == 2


def test_a_story_id_that_exists_is_not_taken_for_a_repeat(installation: Installation, collection: Collection) -> None:
    first = tell(installation, collection)
    with pytest.raises(Exception, match="UNIQUE"), installation.database.writing() as session:
        accept_story(
            session,
            make_submission(collection),
            vault=installation.vault,
            max_characters=20_000,
            story_id=first.story_id,
        )
    assert count_rows(installation) == [1, 1, 0, 1]


def test_a_submission_of_a_withdrawn_story_is_a_new_story(installation: Installation, collection: Collection) -> None:
    sent = make_submission(collection)
    first = send(installation, sent)
    with installation.database.writing() as session:
        session.execute(delete(StoryRow))
    assert send(installation, sent).code == first.code


def test_dinas_story_does_not_come_back_when_it_is_sent_again(
    installation: Installation, collection: Collection
) -> None:
    submission = make_submission(collection)
    dina = tell(installation, collection, submission_id=submission.submission_id)
    withdraw(installation, dina)
    with pytest.raises(StoryWithdrawn, match=r"Dit verhaal is ingetrokken\."):
        tell(installation, collection, submission_id=submission.submission_id)
