"""What a reader's button does: one action in one transaction; what to say about it is kept for the next run."""

import streamlit as st
from sqlalchemy.orm import Session

from pages.collect.reading_words import DONE_SENTENCES
from pages.discuss.actions import act
from pages.shared.guard import PageContext
from safeguards.access import Viewer
from stories.reading import (
    REASONS,
    Decision,
    ReadingRefused,
    claim_alarm,
    claim_next,
    decide,
    hide_more,
    take_back,
)

FORM = "lezen"
READ_ANYWAY, LAST_DECIDED, KIND = "lees_toch", "laatst_besloten", "kies_soort"


def take_next(context: PageContext) -> None:
    """Open the next story of the queue."""
    _take(context, claim_next)


def take_alarm(context: PageContext) -> None:
    """Open the alarm that is open longest."""
    _take(context, claim_alarm)


def _take(context: PageContext, claim: object) -> None:
    minutes = context.installation.settings.reading_claim_minutes
    act(
        context,
        FORM,
        lambda session, viewer: claim(session, context.collection.id, by=viewer, minutes=minutes),  # type: ignore[operator]
        done="",
    )


def read_anyway(story_id: str) -> None:
    """The reader was warned and reads."""
    st.session_state[READ_ANYWAY] = story_id


def hide(context: PageContext, story_id: str, pieces: list[str]) -> None:
    """Hide the chosen pieces wherever they stand in the story, as the kind that is chosen at this moment."""
    kind = str(st.session_state[KIND])
    minutes = context.installation.settings.reading_claim_minutes
    act(
        context,
        FORM,
        lambda session, viewer: hide_more(session, story_id, pieces, kind, by=viewer, minutes=minutes),
        done="Verborgen, overal waar het in dit verhaal staat. Lees nog een keer of het zo goed is.",
    )


def take_decision(
    context: PageContext, story_id: str, decision: Decision, *, reason: str = "", reason_key: str = ""
) -> None:
    """Decide. reason_key: the widget in which the reason was chosen, where the reader chooses one."""
    reason = reason or (str(st.session_state.get(reason_key) or "") if reason_key else "")

    def do(session: Session, viewer: Viewer) -> None:
        if REASONS[decision] and not reason:
            raise ReadingRefused("Kies eerst waarom. Er is nog niets besloten.")
        decide(session, story_id, decision, by=viewer, reason=reason)

    worked = act(context, FORM, do, done=DONE_SENTENCES[decision])
    if worked:
        st.session_state.pop(READ_ANYWAY, None)
        is_final = decision in (Decision.RELEASE, Decision.HOLD_BACK)
        st.session_state[LAST_DECIDED] = (context.collection.id, story_id) if is_final else None


def undo(context: PageContext, story_id: str) -> None:
    """Take back the last release or holding back."""
    minutes = context.installation.settings.reading_claim_minutes
    act(
        context,
        FORM,
        lambda session, viewer: take_back(session, story_id, by=viewer, minutes=minutes),
        done=DONE_SENTENCES[Decision.TAKE_BACK],
    )
    st.session_state[LAST_DECIDED] = None
    st.session_state[READ_ANYWAY] = story_id
