"""Accept a told story: one transaction, and the same submission twice is one story."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from faults import PersonFault
from safeguards import audit
from safeguards.consent import Consent
from safeguards.receipts import hash_receipt_code, hash_submission, make_receipt_code
from safeguards.vault import Original, Vault
from storage.runs import request_run
from storage.tables.stories import AnswerRow, StoryRow, WithdrawnRow
from stories.answers import ANSWERED, STATES, Answer, AnswerError, check_value
from stories.collections import find_collection, load_stored_framework

PROCESS_RUN = "process"
RECEIPT_PURPOSE = "receipt codes"
TITLE_MAX_CHARACTERS = 200
SUBMISSION_MIN_CHARACTERS = 16


class StoryRefused(PersonFault):
    """A story cannot be accepted. field: which part of the form; the sentence says what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


class StoryWithdrawn(StoryRefused):
    """The teller took this story back; the same submission does not bring it in again."""

    def __init__(self) -> None:
        super().__init__("submission_id", "Dit verhaal is ingetrokken. Het komt niet terug.")


@dataclass(frozen=True)
class Submission:
    """What a teller sends. answers: by element id; what is not there was not shown.

    submission_id: random, made on the teller's device, the same when the same story is sent again.
    has_text: False for "ik wil geen verhaal vertellen".
    """

    submission_id: str
    collection: str
    perspective: str
    consent: str
    title: str = ""
    text: str = ""
    has_text: bool = True
    language: str = "nl"
    wants_reply: bool = False
    way_in: str = "link"
    answers: Mapping[str, Answer] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Submission(collection={self.collection!r}, perspective={self.perspective!r})"


@dataclass(frozen=True)
class Receipt:
    """What the teller gets back."""

    story_id: str
    code: str
    is_repeat: bool


def accept_story(
    session: Session,
    submission: Submission,
    *,
    vault: Vault,
    max_characters: int,
    told_on: date | None = None,
    story_id: str | None = None,
    teller_id: str | None = None,
) -> Receipt:
    """Check a submission, store it whole, and ask for its processing. The caller commits.

    told_on, story_id and teller_id are for imports, where these are known; a form leaves them out.
    Raises StoryRefused (StoryWithdrawn when the teller took it back) or AnswerError, with nothing stored.
    """
    name = submission.submission_id
    if len(name) < SUBMISSION_MIN_CHARACTERS or not name.isprintable():
        raise StoryRefused("submission_id", "Dit formulier is niet compleet aangekomen. Laad de pagina opnieuw.")
    code = make_receipt_code(vault.derive_secret(RECEIPT_PURPOSE), submission.submission_id)
    submission_hash = hash_submission(submission.submission_id)
    earlier = _find_earlier(session, submission_hash)
    if earlier is not None:
        return Receipt(earlier, code, is_repeat=True)
    if session.get(WithdrawnRow, submission_hash) is not None:
        raise StoryWithdrawn
    collection = find_collection(session, submission.collection)
    if not collection.is_open:
        raise StoryRefused("collection", "Deze verzameling is gesloten. Er kunnen geen verhalen meer bij.")
    framework = load_stored_framework(session, collection.framework_id)
    if submission.perspective not in framework.perspective_ids:
        raise StoryRefused("perspective", "Kies eerst wie er vertelt.")
    check_story(submission, max_characters=max_characters)
    story = StoryRow(
        id=story_id or uuid.uuid4().hex,
        collection_id=collection.id,
        framework_id=collection.framework_id,
        submission_hash=submission_hash,
        teller_id=teller_id or uuid.uuid4().hex,
        perspective=submission.perspective,
        language=submission.language,
        told_on=told_on or date.today(),
        consent=Consent(submission.consent).value,
        wants_reply=submission.wants_reply,
        has_text=submission.has_text,
        way_in=submission.way_in,
        receipt_hash=hash_receipt_code(code),
    )
    try:
        with session.begin_nested():
            session.add(story)
    except IntegrityError:
        # On PostgreSQL the same submission can be on its way in twice at the same moment.
        earlier = _find_earlier(session, submission_hash)
        if earlier is None:
            raise
        return Receipt(earlier, code, is_repeat=True)
    if submission.has_text:
        vault.store(session, story.id, Original(_clean(submission.title), _clean(submission.text)))
    for element, answer in submission.answers.items():
        session.add(_make_answer_row(story, element, answer, framework))
    request_run(session, PROCESS_RUN, collection_id=collection.id, by="inzending")
    audit.record(session, "accept_story", collection.key, by="teller", perspective=story.perspective)
    return Receipt(story.id, code, is_repeat=False)


def _find_earlier(session: Session, submission_hash: str) -> str | None:
    return session.scalar(select(StoryRow.id).where(StoryRow.submission_hash == submission_hash))


def _clean(text: str) -> str:
    # Half a sign pair and the zero sign are nobody's words; no database and no file can hold them.
    return text.replace("\x00", "").encode(errors="replace").decode().strip()


def check_story(submission: Submission, *, max_characters: int) -> None:
    """Refuse a story without a reader chosen, without text, or too long. Raises StoryRefused."""
    if submission.consent not in {level.value for level in Consent}:
        raise StoryRefused("consent", "Kies wie het verhaal mag lezen.")
    text = _clean(submission.text)
    if submission.has_text and not text:
        raise StoryRefused(
            "text", "Er staat nog geen verhaal. Schrijf uw verhaal of kies dat u geen verhaal wilt vertellen."
        )
    if len(text) > max_characters:
        raise StoryRefused(
            "text",
            f"Het verhaal is te lang: {_in_dutch(len(text))} tekens. Er passen er {_in_dutch(max_characters)}. "
            "Maak het korter of vertel het in twee verhalen.",
        )
    if len(submission.title.strip()) > TITLE_MAX_CHARACTERS:
        raise StoryRefused("title", f"De titel is te lang. Houd het bij {TITLE_MAX_CHARACTERS} tekens.")


def _in_dutch(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _make_answer_row(story: StoryRow, element: str, answer: Answer, framework: object) -> AnswerRow:
    questions = framework.elements  # type: ignore[attr-defined]
    if element not in questions:
        raise StoryRefused(element, f'Vraag "{element}" hoort niet bij dit formulier.')
    if answer.state not in STATES:
        raise AnswerError(element, "dit antwoord is niet goed aangekomen. Laad de pagina opnieuw.")
    value = None
    if answer.state == ANSWERED:
        value = check_value(questions[element], answer.value)
    return AnswerRow(
        story_id=story.id,
        element=element,
        state=answer.state,
        value=value,
        shown=list(answer.shown) if answer.shown else None,
        input_mode=answer.input_mode,
        moves=answer.moves,
    )
