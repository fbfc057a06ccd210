"""Opening one original: by the privacy officer of that collection, with a written reason, and logged first."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from faults import PersonFault
from safeguards import audit
from safeguards.access import Role, Viewer, require_action
from safeguards.installation import Installation
from safeguards.vault import Original, Vault
from storage.tables.audit import AuditRow
from storage.tables.collections import CollectionRow
from storage.tables.processing import MaskedStoryRow
from storage.tables.stories import StoryRow, VaultRow

ACTION = "open_originals"
OPENED, REFUSED = "open_original", "refuse_original"
REASON_MIN_CHARACTERS, REASON_MAX_CHARACTERS, REASON_MIN_WORDS = 20, 500, 4
NUMBER_MIN_CHARACTERS = 8
QUOTE_WORDS = 4  # this many words in a row out of the story are a quotation
MARK_CHARACTERS = 16
_WORD = re.compile(r"\w+")


class Ground(StrEnum):
    """Why an original is opened. Being curious who told it is not one."""

    DANGER = "danger"
    RIGHTS = "rights"
    MASKING = "masking"
    LAW = "law"


GROUND_LABELS = {
    Ground.DANGER: "er kan gevaar zijn voor een kind of een ander",
    Ground.RIGHTS: "de verteller vraagt erom (inzage, correctie, bezwaar)",
    Ground.MASKING: "het verbergen ging mis en moet worden nagekeken",
    Ground.LAW: "een klacht, of een verplichting in de wet",
}


class OpeningRefused(PersonFault):
    """The original stays closed; the sentence says why and what to do."""


@dataclass(frozen=True)
class Opening:
    """One line of the log: who opened (or was refused) which story when and why."""

    at: datetime
    who: str
    story_mark: str
    ground: str
    reason: str


def open_original(
    installation: Installation, viewer: Viewer, collection_id: int, number: str, *, ground: str, reason: str
) -> Original:
    """Open one original, after the line about it is in the log. Show it once and keep it nowhere.

    number: the story's id, or its first eight signs or more.
    Raises NotAllowed, or OpeningRefused: an administrator, no ground, no real reason, no such story here,
    or a reason with words out of the story. The last is logged too: guessing words would be a way to read.
    """
    require_action(viewer, ACTION, collection_id)
    if any(role is Role.ADMINISTRATOR and where in (None, collection_id) for where, role in viewer.grants):
        # Whoever gives out roles could otherwise give themselves this one, read, and take it away again.
        raise OpeningRefused(
            "Je bent hier ook beheerder. Wie rollen uitdeelt, opent geen kluis. Vraag een andere privacyfunctionaris."
        )
    reason = " ".join(reason.split())
    _refuse_empty_reason(ground, reason)
    with installation.database.writing() as session:
        story_id = _find_story(session, collection_id, number)
        key = session.scalars(select(CollectionRow.key).where(CollectionRow.id == collection_id)).one()
        mark = mark_story(installation.vault, story_id)
        original = installation.vault.open(session.get_one(VaultRow, story_id))
        has_quote = _holds_words_of(reason, original, session.get(MaskedStoryRow, story_id))
        details = {"ground": ground} if has_quote else {"ground": ground, "reason": reason}
        action = REFUSED if has_quote else OPENED
        audit.record(session, action, mark, by=viewer.name, collection=key, **details)
    if has_quote:
        raise OpeningRefused(
            "In je reden staan woorden uit het verhaal. De reden blijft in het logboek staan, ook als het verhaal "
            "weg is. Schrijf haar zonder namen en zonder aanhaling."
        )
    return original


def mark_story(vault: Vault, story_id: str) -> str:
    """How the log names a story: the same mark each time, from which nobody finds the story back once it is gone."""
    return hmac.digest(vault.derive_secret("stories in the audit log"), story_id.encode(), "sha256").hex()[
        :MARK_CHARACTERS
    ]


def list_openings(session: Session, viewer: Viewer, collection_id: int) -> list[Opening]:
    """Every opening in a collection, the newest first. Raises NotAllowed."""
    require_action(viewer, ACTION, collection_id)
    key = session.scalars(select(CollectionRow.key).where(CollectionRow.id == collection_id)).one()
    rows = session.scalars(select(AuditRow).where(AuditRow.action == OPENED).order_by(AuditRow.id.desc()))
    return [
        Opening(row.at, row.who, row.subject, row.details["ground"], row.details["reason"])
        for row in rows
        if row.details.get("collection") == key
    ]


def find_openings_of(session: Session, vault: Vault, story_id: str) -> list[Opening]:
    """When and why one story's original was opened, for its teller. By whom is the office, not the person."""
    query = select(AuditRow).where(AuditRow.action == OPENED, AuditRow.subject == mark_story(vault, story_id))
    return [
        Opening(row.at, "privacyfunctionaris", row.subject, row.details["ground"], row.details["reason"])
        for row in session.scalars(query.order_by(AuditRow.id))
    ]


def _refuse_empty_reason(ground: str, reason: str) -> None:
    if ground not in set(Ground):
        raise OpeningRefused("Kies eerst waarom je het verhaal in de eigen woorden moet lezen.")
    words = {word.lower() for word in _WORD.findall(reason) if len(set(word)) > 1}
    if len(reason) < REASON_MIN_CHARACTERS or len(words) < REASON_MIN_WORDS:
        raise OpeningRefused(
            f"Schrijf een reden die een ander later begrijpt: minstens {REASON_MIN_CHARACTERS} tekens en "
            f"{REASON_MIN_WORDS} verschillende woorden."
        )
    if len(reason) > REASON_MAX_CHARACTERS:
        raise OpeningRefused(f"De reden is te lang. Houd het bij {REASON_MAX_CHARACTERS} tekens.")


def _find_story(session: Session, collection_id: int, number: str) -> str:
    number = number.strip()
    here = select(StoryRow.id).where(StoryRow.collection_id == collection_id)
    found = list(session.scalars(here.where(StoryRow.id == number)))
    if not found and len(number) >= NUMBER_MIN_CHARACTERS:
        found = list(session.scalars(here.where(StoryRow.id.startswith(number, autoescape=True)).limit(2)))
    if len(found) != 1:
        raise OpeningRefused(
            f'Verhaal "{number}" is hier niet gevonden. Geef minstens de eerste {NUMBER_MIN_CHARACTERS} tekens van '
            "het nummer. Een ingetrokken verhaal is er niet meer."
        )
    if session.get(VaultRow, found[0]) is None:
        raise OpeningRefused(
            "Van dit verhaal zijn de eigen woorden er niet (meer): er was geen tekst, of de bewaartermijn is om."
        )
    return found[0]


def _holds_words_of(reason: str, original: Original, masked: MaskedStoryRow | None) -> bool:
    said = _words(reason)
    told = _words(f"{original.title} {original.text}")
    runs = {tuple(told[start : start + QUOTE_WORDS]) for start in range(len(told) - QUOTE_WORDS + 1)}
    has_quotation = any(tuple(said[start : start + QUOTE_WORDS]) in runs for start in range(len(said)))
    if masked is None:
        return has_quotation
    # What is in the original and not in what others read is what was hidden.
    hidden = {word for word in told if len(word) > 2} - set(_words(f"{masked.title} {masked.text}"))
    return has_quotation or bool(hidden & set(said))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
