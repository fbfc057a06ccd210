"""What the privacy page reads and does, without a screen."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from pages.shared.guard import PageContext
from safeguards import audit
from safeguards.access import Viewer, require_action
from safeguards.audit_file import check_log, export_for_collection
from safeguards.installation import Installation
from safeguards.retention import RetentionPlan, Terms, plan_retention
from safeguards.rights import ACTION, RequestKind, RightsRequest, answer_request, list_requests
from safeguards.vault_opening import ACTION as OPEN_ORIGINALS
from storage.tables.audit import AuditRow
from stories.collections import find_collection

KIND_LABELS = {
    RequestKind.OBJECTION: "Bezwaar",
    RequestKind.CORRECTION: "Correctie",
    RequestKind.QUESTION: "Vraag",
}
NEVER_RUN = "De bewaartermijn is hier nog niet toegepast."


@dataclass(frozen=True)
class LogOnScreen:
    """The log's state. counts: lines of this collection by action, most first."""

    n_rows: int
    tip_hash: str
    counts: tuple[tuple[str, int], ...]


def may_open_originals(context: PageContext) -> bool:
    """Whether the vault is shown to this person at all; the vault asks again."""
    return context.can(OPEN_ORIGINALS)


def read_requests(context: PageContext) -> list[RightsRequest]:
    """The requests of this collection. Raises NotAllowed."""
    with context.installation.database.reading() as session:
        return list_requests(session, context.installation.vault, context.viewer, context.collection.id)


def answer_teller(context: PageContext, request_id: int, answer: str) -> None:
    """Answer one request, in one transaction. Raises NotAllowed, RightsRefused."""
    with context.installation.database.writing() as session:
        answer_request(
            session, context.installation.vault, context.viewer, context.collection.id, request_id, answer=answer
        )


def show_plan(context: PageContext, terms: Terms, *, today: date) -> tuple[RetentionPlan, str]:
    """What retention would do here today, and a sentence on when it last ran. Raises NotAllowed."""
    require_action(context.viewer, ACTION, context.collection.id)
    with context.installation.database.reading() as session:
        plans = plan_retention(session, terms, today=today)
        query = select(AuditRow).where(AuditRow.action == "run_retention", AuditRow.subject == context.collection.key)
        last = session.scalars(query.order_by(AuditRow.id.desc()).limit(1)).first()
    plan = next(one for one in plans if one.collection_id == context.collection.id)
    if last is None:
        return plan, NEVER_RUN
    counts = f"{last.details.get('originals', 0)} originelen, {last.details.get('stories', 0)} verhalen"
    return plan, f"Laatste keer: {last.at:%d-%m-%Y}. Toen weggegaan: {counts}."


def read_log(context: PageContext) -> LogOnScreen:
    """The log, checked. Raises NotAllowed, or AuditFault when it is broken."""
    require_action(context.viewer, ACTION, context.collection.id)
    with context.installation.database.reading() as session:
        checked = check_log(session)
        query = select(AuditRow.action, func.count()).where(AuditRow.subject == context.collection.key)
        here = session.execute(query.group_by(AuditRow.action).order_by(func.count().desc(), AuditRow.action))
        return LogOnScreen(checked.n_rows, checked.tip_hash, tuple((action, n) for action, n in here))


def fetch_audit_log(installation: Installation, viewer: Viewer | None, collection_key: str) -> bytes:
    """The log as this privacy officer may have it; taking it along is a line in it. Raises NotAllowed, AuditFault."""
    with installation.database.writing() as session:
        collection = find_collection(session, collection_key)
        require_action(viewer, ACTION, collection.id)
        assert viewer is not None  # the line above refused nobody
        audit.record(session, "export_audit", collection.key, by=viewer.name)
        return export_for_collection(session, collection_key=collection.key, collection_id=collection.id).encode()
