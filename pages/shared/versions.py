"""When what was read before must be read again."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.runs import DONE
from storage.tables.audit import AuditRow
from storage.tables.processing import RunRow
from storage.tables.stories import StoryRow

# Actions that change nothing on the pages that are cached. A story that is accepted shows when a run
# has masked it, and that run is in the version. An action that is not in this list counts as a change.
_CHANGES_NOTHING = (
    "accept_story",
    # What a reader does with a story that nobody else sees. Releasing one and taking it back are changes.
    "hide_more",
    "reading_hold_back",
    "reading_pass_on",
    "reading_raise_alarm",
    "reading_close_alarm",
    "sign_in",
    "lock_account",
    "create_user",
    "reset_password",
    "change_password",
    "end_sign_ins",
    "bind_identity",
    "unbind_identities",
    "invite_user",
    "invite_to_seat",
    "withdraw_invitation",
    "take_seat",
    "take_seat_away",
    "grant_role",
    "revoke_role",
    "close_account",
    "reopen_account",
    "export_stories",
    "import_figures",
    "make_collection",
    "file_assignment",
    "move_assignment",
    "make_roundtable",
    "add_evidence",
    "remove_evidence",
    "add_observation",
    "edit_observation",
    "remove_observation",
    "add_interpretation",
    "edit_interpretation",
    "save_advice",
    "submit_advice",
    "open_original",
    "refuse_original",
    "ask_person",
    "answer_request",
    "rotate_vault",
)


def read_data_version(session: Session, collection_id: int) -> str:
    """A text that changes whenever stories, consent, tags or themes of a collection may have changed.

    A withdrawn story must be gone on the next click, so this looks at the audit log too, where a
    withdrawal is a line, and not only at counts, which another story may bring back to the same.
    """
    newest_change = session.scalar(
        select(AuditRow.id).where(AuditRow.action.not_in(_CHANGES_NOTHING)).order_by(AuditRow.id.desc()).limit(1)
    )
    newest_run = session.scalar(
        select(func.max(RunRow.id)).where(RunRow.collection_id == collection_id, RunRow.state == DONE)
    )
    consents = session.execute(
        select(StoryRow.consent, func.count())
        .where(StoryRow.collection_id == collection_id)
        .group_by(StoryRow.consent)
        .order_by(StoryRow.consent)
    )
    return f"{newest_change}/{newest_run}/{[tuple(row) for row in consents]}"
