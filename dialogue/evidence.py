"""Evidence: the stories, figures and views on a table, frozen as they were when they were chosen."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.cards import FIGURE, STORY, VIEW, Card, FigureCard, StoryCard, freeze, thaw
from dialogue.dutch_dates import say_date
from dialogue.refusals import Faults, Refused
from dialogue.roundtables import find_roundtable, open_for_work
from dialogue.story_cards import make_story_card
from dialogue.view_cards import make_view_card
from indicators.figures import Figure, show_figure
from safeguards import audit
from safeguards.access import Viewer
from safeguards.consent import Purpose, has_consent
from safeguards.release import Limits
from storage.tables.base import now
from storage.tables.dialogue import EvidenceRow
from storage.tables.figures import FigureImportRow, FigureRow
from storage.tables.stories import StoryRow
from stories.released import is_released
from stories.selection import Selection

NO_LONGER_FOR_THE_TABLE = "niet meer voor de tafel: de verteller koos anders"
WITH_A_READER = "ligt weer bij een lezer"
TITLE_LONGEST = 200


class EvidenceRefused(Refused):
    """Something cannot be put on, or taken off, the table; the sentence says why."""


@dataclass(frozen=True)
class Evidence:
    """One thing on the table. card is None when only the mark is left: "ingetrokken op 3 mei 2024".

    may_report: whether the teller also allowed a report to quote this; True for figures and views.
    """

    id: int
    kind: str
    added_on: date
    card: Card | None
    mark: str = ""
    may_report: bool = True
    is_withdrawn: bool = False


def add_story(session: Session, roundtable_id: int, story_id: str, *, by: Viewer) -> Evidence:
    """Put a story on the table, frozen as it reads now. The caller commits.

    The same story again gives what lies there. Raises EvidenceRefused when its teller did not let the
    table read it, or it is not there (any more); RoundtableClosed or NotAllowed.
    """
    roundtable = open_for_work(session, roundtable_id, "prepare_roundtable", by=by)
    earlier = session.scalars(select(EvidenceRow).filter_by(roundtable_id=roundtable_id, story_id=story_id)).first()
    if earlier is not None:
        return _to_evidence(earlier, _consent_of(session, story_id))
    card = make_story_card(session, roundtable.assignment.collection_id, story_id, viewer=by)
    if card is None:
        raise EvidenceRefused(
            {
                "story": "Dit verhaal kan niet op tafel: de verteller koos daar niet voor, "
                "of het verhaal is ingetrokken. Kies een ander verhaal."
            }
        )
    row = _store(session, EvidenceRow(roundtable_id=roundtable_id, kind=STORY, story_id=story_id), card, by=by)
    return _to_evidence(row, _consent_of(session, story_id))


def add_figure(session: Session, roundtable_id: int, figure_id: int, *, by: Viewer) -> Evidence:
    """Put an imported figure on the table with its provenance. The caller commits.

    The same figure again gives what lies there. Raises EvidenceRefused for a figure that is not in
    the collection of this table; RoundtableClosed or NotAllowed.
    """
    roundtable = open_for_work(session, roundtable_id, "prepare_roundtable", by=by)
    figure = session.get(FigureRow, figure_id)
    if figure is None or figure.collection_id != roundtable.assignment.collection_id:
        raise EvidenceRefused({"figure": "Dit cijfer staat niet in deze verzameling. Kies een cijfer uit de lijst."})
    earlier = session.scalars(select(EvidenceRow).filter_by(roundtable_id=roundtable_id, figure_id=figure_id)).first()
    if earlier is None:
        row = EvidenceRow(roundtable_id=roundtable_id, kind=FIGURE, figure_id=figure_id)
        earlier = _store(session, row, _make_figure_card(session, figure), by=by)
    return _to_evidence(earlier, None)


def add_view(
    session: Session,
    roundtable_id: int,
    selection: Selection,
    *,
    title: str,
    limits: Limits,
    by: Viewer,
    element: str = "",
) -> Evidence:
    """Put the counts of a selection on the table, by perspective. The caller commits.

    element: also count the answers to this question. The same counts under the same title again give
    what lies there. Raises EvidenceRefused without a title or without stories, GroupTooSmall,
    RoundtableClosed or NotAllowed.
    """
    roundtable = open_for_work(session, roundtable_id, "prepare_roundtable", by=by)
    faults = Faults()
    title = faults.need_text("title", title, "Geef het beeld een titel.", longest=TITLE_LONGEST)
    faults.refuse(EvidenceRefused)
    card = make_view_card(
        session,
        roundtable.assignment.collection_id,
        selection,
        title=title,
        element=element,
        limits=limits,
        viewer=by,
    )
    if card is None:
        raise EvidenceRefused({"selection": "In deze keuze zitten geen verhalen voor de tafel. Kies ruimer."})
    frozen = freeze(card)
    for earlier in session.scalars(select(EvidenceRow).filter_by(roundtable_id=roundtable_id, kind=VIEW)):
        if earlier.frozen == frozen:
            return _to_evidence(earlier, None)
    return _to_evidence(_store(session, EvidenceRow(roundtable_id=roundtable_id, kind=VIEW), card, by=by), None)


def remove_evidence(session: Session, evidence_id: int, *, by: Viewer) -> None:
    """Take something off the table again; what is not there any more is fine. The caller commits.

    Raises EvidenceRefused for the mark of a withdrawn story: that one stays.
    """
    row = session.get(EvidenceRow, evidence_id)
    if row is None:
        return
    open_for_work(session, row.roundtable_id, "prepare_roundtable", by=by)
    if row.withdrawn_on is not None:
        raise EvidenceRefused({"evidence": "Hier lag een verhaal dat is ingetrokken. Dit teken blijft staan."})
    session.delete(row)
    audit.record(session, "remove_evidence", f"roundtable {row.roundtable_id}", by=by.name, kind=row.kind)


def list_evidence(session: Session, roundtable_id: int, *, viewer: Viewer) -> list[Evidence]:
    """Everything on the table, in the order in which it was put there.

    Of a story that was withdrawn, or whose teller no longer lets the table read it, only a mark
    is left. Raises RoundtableUnknown or NotAllowed.
    """
    find_roundtable(session, roundtable_id, viewer=viewer)
    rows = session.execute(
        select(EvidenceRow, StoryRow.consent, is_released())
        .outerjoin(StoryRow, StoryRow.id == EvidenceRow.story_id)
        .where(EvidenceRow.roundtable_id == roundtable_id)
        .order_by(EvidenceRow.id)
    )
    return [_to_evidence(row, consent, is_read=bool(is_read)) for row, consent, is_read in rows]


def list_story_ids(session: Session, roundtable_id: int, *, viewer: Viewer) -> set[str]:
    """Which stories lie on the table already, for the page on which people choose. Raises NotAllowed."""
    find_roundtable(session, roundtable_id, viewer=viewer)
    query = select(EvidenceRow.story_id).where(
        EvidenceRow.roundtable_id == roundtable_id, EvidenceRow.story_id.is_not(None)
    )
    return {str(story_id) for story_id in session.scalars(query)}


def _store(session: Session, row: EvidenceRow, card: Card, *, by: Viewer) -> EvidenceRow:
    row.frozen, row.added_by = freeze(card), by.name
    session.add(row)
    session.flush()
    audit.record(session, "add_evidence", f"roundtable {row.roundtable_id}", by=by.name, kind=row.kind, evidence=row.id)
    return row


def _consent_of(session: Session, story_id: str) -> str | None:
    return session.scalar(select(StoryRow.consent).where(StoryRow.id == story_id))


def _make_figure_card(session: Session, row: FigureRow) -> FigureCard:
    imported = session.get_one(FigureImportRow, row.import_id)
    names = ("indicator", "indicator_label", "value", "status", "unit", "area", "period", "source", "definition")
    facts = {name: getattr(row, name) for name in (*names, "counts", "counts_not", "row")}
    shown = show_figure(Figure(**facts, value_text=row.value_text or ""))
    imported_on = imported.imported_at.date().isoformat()
    return FigureCard(**facts, shown=shown, file_name=imported.file_name, imported_on=imported_on)


def _to_evidence(row: EvidenceRow, consent: str | None, *, is_read: bool = True) -> Evidence:
    """consent: the teller's choice of this moment; None for what is no story, or a withdrawn one.

    is_read: False for a story that a reader took back after it was put here.
    """
    added_on = (row.added_at or now()).date()
    if row.withdrawn_on is not None or row.frozen is None:
        day = say_date(row.withdrawn_on) if row.withdrawn_on else "onbekende dag"
        return Evidence(row.id, row.kind, added_on, None, f"ingetrokken op {day}", may_report=False, is_withdrawn=True)
    if row.kind == STORY and (consent is None or not has_consent(consent, Purpose.TABLE)):
        return Evidence(row.id, row.kind, added_on, None, NO_LONGER_FOR_THE_TABLE, may_report=False)
    if row.kind == STORY and not is_read:
        return Evidence(row.id, row.kind, added_on, None, WITH_A_READER, may_report=False)
    may_report = row.kind != STORY or has_consent(str(consent), Purpose.REPORT)
    return Evidence(row.id, row.kind, added_on, thaw(row.kind, row.frozen), may_report=may_report)


def stories_of(evidence: list[Evidence]) -> list[StoryCard]:
    """The stories that can be read on the table."""
    return [one.card for one in evidence if isinstance(one.card, StoryCard)]
