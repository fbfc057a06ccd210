"""All that is kept about one story, in words, for the teller to take along: the same content as page and as JSON."""

import json
from typing import Any

from sqlalchemy.orm import Session

from intake.answer_words import describe_answer
from intake.desk import Desk
from intake.dutch_days import show_day
from intake.wording import fill_variables
from models.taxonomy import load_taxonomy
from safeguards.consent import Purpose, has_consent
from safeguards.rights import OwnData, read_own_data
from safeguards.vault import Original
from safeguards.vault_opening import GROUND_LABELS, Ground
from storage.tables.stories import StoryRow
from stories.collections import Collection, list_collections

NO_TEXT = "U vertelde geen verhaal; alleen de antwoorden zijn bewaard."
DESTROYED = "Uw eigen woorden zijn vernietigd, omdat de bewaartermijn om is. De versie hieronder is er nog."
PROPOSAL = "Dit is een voorstel van de computer, geen oordeel. Mensen kijken ernaar en kunnen het anders zien."
KIND_WORDS = {"objection": "bezwaar", "correction": "verbetering", "question": "vraag"}


def describe_own_data(desk: Desk, session: Session, story_id: str) -> dict[str, Any]:
    """Everything about a story in Dutch words, in the order in which a person reads it. Raises VaultError."""
    data = read_own_data(session, desk.installation.vault, story_id)
    collection = next(one for one in list_collections(session) if one.id == data.collection_id)
    framework = desk.load_framework(session, session.get_one(StoryRow, story_id).framework_id)
    readers = {option.key: option.label for option in framework.consent.who_may_read}
    return {
        "verzameling": collection.title,
        "verteld op": show_day(data.told_on),
        "verteld als": framework.perspective(data.perspective).label,
        "taal": data.language,
        "binnengekomen via": data.way_in,
        "wie mag het lezen": readers.get(data.consent, data.consent),
        "wil antwoord": "ja" if data.wants_reply else "nee",
        "eigen woorden": _describe_typed(data),
        "zo lezen anderen het": _describe_text(data.masked) or "Nog niet klaar: niemand kan het nog lezen.",
        "antwoorden": _describe_answers(desk, session, data),
        "voorgestelde labels": _describe_tags(data, collection),
        "voorgestelde thema's": list(data.themes),
        "uitleg bij de voorstellen": PROPOSAL,
        "wat ermee gedaan is": _describe_use(data),
        "wie de eigen woorden las": _describe_openings(data),
        "uw berichten": [
            {
                "soort": KIND_WORDS.get(one.kind, one.kind),
                "datum": show_day(one.made_on),
                "bericht": one.message,
                "antwoord": one.answer or "nog geen",
            }
            for one in data.requests
        ],
    }


def to_json(described: dict[str, Any]) -> bytes:
    """The same content for a machine."""
    return json.dumps(described, ensure_ascii=False, indent=2).encode()


def _describe_typed(data: OwnData) -> str:
    if data.typed is None:
        return DESTROYED if data.original_is_destroyed else NO_TEXT
    return _describe_text(data.typed)


def _describe_text(text: Original | None) -> str:
    return "" if text is None else "\n\n".join(part for part in (text.title, text.text) if part)


def _describe_answers(desk: Desk, session: Session, data: OwnData) -> list[dict[str, str]]:
    framework = desk.load_framework(session, session.get_one(StoryRow, data.story_id).framework_id)
    answered = {element: (state, value) for element, state, value in data.answers}
    variables = framework.framework.variables
    return [
        {
            "vraag": fill_variables(framework.asked_as(element, data.perspective) or element, variables),
            "antwoord": describe_answer(framework, element, data.perspective, *answered[element]),
        }
        for element in framework.elements
        if element in answered
    ]


def _describe_tags(data: OwnData, collection: Collection) -> list[dict[str, str]]:
    labels = {tag.code: tag.label for tag in load_taxonomy(collection.taxonomy).tags} if collection.taxonomy else {}
    return [{"label": labels.get(tag.code, tag.code), "omdat": "; ".join(tag.because)} for tag in data.tags]


def _describe_use(data: OwnData) -> list[str]:
    if not data.n_tables:
        return ["Het verhaal lag op geen gesprekstafel."]
    tables = "1 gesprekstafel" if data.n_tables == 1 else f"{data.n_tables} gesprekstafels"
    if not has_consent(data.consent, Purpose.TABLE):
        return [f"Het verhaal lag op {tables}. U koos daarna voor minder lezers; het is daar niet meer te lezen."]
    lines = [f"Het verhaal ligt op {tables}."]
    if data.n_tables_with_advice:
        how_many = "1 daarvan is" if data.n_tables_with_advice == 1 else f"{data.n_tables_with_advice} daarvan zijn"
        lines.append(f"Aan {how_many} een advies geschreven.")
    else:
        lines.append("Er is daar nog geen advies geschreven.")
    return lines


def _describe_openings(data: OwnData) -> list[str]:
    lines = [
        f"{show_day(one.at.date())}: de {one.who}, omdat {GROUND_LABELS[Ground(one.ground)]}. Reden: {one.reason}"
        for one in data.openings
    ]
    return lines or ["Niemand. Alleen de computer heeft ze verwerkt, om namen te verbergen."]
