"""What a teller can ask with their code: see everything we have, let fewer people read, ask a person."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from faults import PersonFault
from safeguards import audit
from safeguards.access import Viewer, require_action
from safeguards.consent import Consent
from safeguards.vault import Original, Vault
from safeguards.vault_opening import Opening, find_openings_of
from storage.tables.collections import CollectionRow
from storage.tables.dialogue import AdviceRow, EvidenceRow
from storage.tables.privacy import RightsRequestRow
from storage.tables.processing import MaskedStoryRow, SuggestedThemeRow, TagProposalRow, ThemeMembershipRow
from storage.tables.stories import AnswerRow, StoryRow, VaultRow

ACTION = "guard_privacy"
MESSAGE_MAX_CHARACTERS = 2_000
MOST_OPEN_REQUESTS = 3
WIDTHS = list(Consent)  # from the fewest readers to the most


class RequestKind(StrEnum):
    """What a teller asks of a person."""

    OBJECTION = "objection"
    CORRECTION = "correction"
    QUESTION = "question"


class RightsRefused(PersonFault):
    """What a teller or an officer asked cannot be done; the sentence says why."""


@dataclass(frozen=True)
class TagProposal:
    """A tag that the machine proposed. because: the words or examples that made it."""

    code: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class RightsRequest:
    """A request as its teller and the officer read it. answer: empty while it waits."""

    id: int
    story_id: str
    kind: str
    message: str
    made_on: date
    answer: str
    closed_on: date | None

    def __repr__(self) -> str:
        return f"RightsRequest({self.id}, {self.kind!r})"  # what a teller wrote is never in a log


@dataclass(frozen=True)
class OwnData:
    """All that is kept about one story, for its teller.

    typed: None when there was no text, or when its time was over (`original_is_destroyed`).
    answers: element, state, value. themes: labels of the last search. n_tables: the tables it lies on now;
    n_tables_with_advice: those of them that wrote an advice. openings: when and why a person read `typed`.
    """

    story_id: str
    collection_id: int
    told_on: date
    perspective: str
    language: str
    consent: str
    wants_reply: bool
    way_in: str
    typed: Original | None
    original_is_destroyed: bool
    masked: Original | None
    answers: tuple[tuple[str, str, Any], ...]
    tags: tuple[TagProposal, ...]
    themes: tuple[str, ...]
    n_tables: int
    n_tables_with_advice: int
    openings: tuple[Opening, ...]
    requests: tuple[RightsRequest, ...]

    def __repr__(self) -> str:
        return f"OwnData({self.story_id!r})"


def read_own_data(session: Session, vault: Vault, story_id: str) -> OwnData:
    """Everything about one story. The caller checked the teller's code. Raises VaultError."""
    story = session.get_one(StoryRow, story_id)
    locked, masked = session.get(VaultRow, story_id), session.get(MaskedStoryRow, story_id)
    answers = session.scalars(select(AnswerRow).where(AnswerRow.story_id == story_id).order_by(AnswerRow.element))
    n_tables, n_with_advice = _count_tables(session, story_id)
    return OwnData(
        story_id=story_id,
        collection_id=story.collection_id,
        told_on=story.told_on,
        perspective=story.perspective,
        language=story.language,
        consent=story.consent,
        wants_reply=story.wants_reply,
        way_in=story.way_in,
        typed=vault.open(locked) if locked else None,
        original_is_destroyed=story.has_text and locked is None,
        masked=Original(masked.title, masked.text) if masked else None,
        answers=tuple((row.element, row.state, row.value) for row in answers),
        tags=_read_tags(session, story_id),
        themes=_read_themes(session, story_id),
        n_tables=n_tables,
        n_tables_with_advice=n_with_advice,
        openings=tuple(find_openings_of(session, vault, story_id)),
        requests=tuple(_read_requests(session, vault, RightsRequestRow.story_id == story_id)),
    )


def narrower_levels(consent: str) -> list[Consent]:
    """The levels with fewer readers than this one: what a teller can still choose. None left means: withdraw."""
    return WIDTHS[: WIDTHS.index(Consent(consent))]


def lower_consent(session: Session, story_id: str, level: str) -> None:
    """Let fewer people read: the objection that a teller carries out alone. The caller commits.

    What lies on a table shows as a mark from the next click. Raises RightsRefused for a level that is no narrower.
    """
    story = session.get_one(StoryRow, story_id, with_for_update=True)
    if level not in narrower_levels(story.consent):
        raise RightsRefused("U kunt alleen kiezen voor minder lezers dan nu. Er is niets veranderd.")
    before, story.consent = story.consent, Consent(level).value
    key = session.scalars(select(CollectionRow.key).where(CollectionRow.id == story.collection_id)).one()
    audit.record(session, "lower_consent", key, by=audit.TELLER, before=before, after=story.consent)


def ask_person(session: Session, vault: Vault, story_id: str, *, kind: str, message: str) -> None:
    """Put a request on the privacy officer's list. The caller commits. Raises RightsRefused."""
    message = message.replace("\x00", "").strip()
    if kind not in set(RequestKind):
        raise RightsRefused("Kies waar uw bericht over gaat.")
    if not message:
        raise RightsRefused("Er staat nog geen bericht. Schrijf wat u wilt vragen.")
    if len(message) > MESSAGE_MAX_CHARACTERS:
        raise RightsRefused(f"Het bericht is te lang. Houd het bij {MESSAGE_MAX_CHARACTERS} tekens.")
    waiting = select(func.count(RightsRequestRow.id)).where(
        RightsRequestRow.story_id == story_id, RightsRequestRow.closed_on.is_(None)
    )
    story = session.get_one(StoryRow, story_id, with_for_update=True)
    if (session.scalar(waiting) or 0) >= MOST_OPEN_REQUESTS:
        raise RightsRefused(
            f"Er wachten al {MOST_OPEN_REQUESTS} berichten van u op antwoord. Wacht tot er een beantwoord is."
        )
    locked = vault.lock(session, message)
    session.add(
        RightsRequestRow(
            collection_id=story.collection_id, story_id=story_id, kind=kind, message=locked, made_on=date.today()
        )
    )
    key = session.scalars(select(CollectionRow.key).where(CollectionRow.id == story.collection_id)).one()
    audit.record(session, "ask_person", key, by=audit.TELLER, kind=kind)


def list_requests(session: Session, vault: Vault, viewer: Viewer, collection_id: int) -> list[RightsRequest]:
    """The requests in a collection, those that wait first, the oldest on top. Raises NotAllowed."""
    require_action(viewer, ACTION, collection_id)
    found = _read_requests(session, vault, RightsRequestRow.collection_id == collection_id)
    return sorted(found, key=lambda one: (one.closed_on is not None, one.made_on, one.id))


def answer_request(
    session: Session, vault: Vault, viewer: Viewer, collection_id: int, request_id: int, *, answer: str
) -> None:
    """Answer a request; its teller reads the answer with the code. The caller commits.

    Raises NotAllowed, or RightsRefused for an empty answer, a request that is not here or has an answer.
    """
    require_action(viewer, ACTION, collection_id)
    answer = answer.replace("\x00", "").strip()
    if not answer or len(answer) > MESSAGE_MAX_CHARACTERS:
        raise RightsRefused(f"Schrijf een antwoord van hoogstens {MESSAGE_MAX_CHARACTERS} tekens.")
    row = session.get(RightsRequestRow, request_id, with_for_update=True)
    if row is None or row.collection_id != collection_id:
        raise RightsRefused("Dit verzoek is er niet meer: de verteller heeft het verhaal ingetrokken.")
    if row.closed_on is not None:
        raise RightsRefused("Dit verzoek is al beantwoord. Laad de pagina opnieuw.")
    row.answer, row.closed_on, row.closed_by = vault.lock(session, answer), date.today(), viewer.name
    key = session.scalars(select(CollectionRow.key).where(CollectionRow.id == collection_id)).one()
    audit.record(session, "answer_request", key, by=viewer.name, request=request_id)


def _read_tags(session: Session, story_id: str) -> tuple[TagProposal, ...]:
    query = select(TagProposalRow).where(TagProposalRow.story_id == story_id, TagProposalRow.proposed)
    rows = session.scalars(query.order_by(TagProposalRow.score.desc()))
    return tuple(TagProposal(row.code, tuple(str(reason) for reason in row.because)) for row in rows)


def _read_themes(session: Session, story_id: str) -> tuple[str, ...]:
    newest = select(func.max(ThemeMembershipRow.run_id)).where(ThemeMembershipRow.story_id == story_id)
    query = (
        select(SuggestedThemeRow.label)
        .join(ThemeMembershipRow, ThemeMembershipRow.theme_id == SuggestedThemeRow.id)
        .where(ThemeMembershipRow.story_id == story_id, ThemeMembershipRow.run_id == newest.scalar_subquery())
    )
    return tuple(session.scalars(query))


def _count_tables(session: Session, story_id: str) -> tuple[int, int]:
    tables = select(EvidenceRow.roundtable_id).where(EvidenceRow.story_id == story_id).distinct()
    with_advice = select(AdviceRow.roundtable_id).where(AdviceRow.roundtable_id.in_(tables)).distinct()
    return len(list(session.scalars(tables))), len(list(session.scalars(with_advice)))


def _read_requests(session: Session, vault: Vault, where: Any) -> list[RightsRequest]:
    rows = session.scalars(select(RightsRequestRow).where(where).order_by(RightsRequestRow.id))
    return [
        RightsRequest(
            row.id,
            row.story_id,
            row.kind,
            vault.unlock(row.message),
            row.made_on,
            vault.unlock(row.answer) if row.answer else "",
            row.closed_on,
        )
        for row in rows
    ]
