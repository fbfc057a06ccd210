"""What can happen to an assignment now: its next state, and a roundtable."""

import streamlit as st

from dialogue.assignments import MOVE_TEXT_LONGEST, Assignment, move_assignment
from dialogue.refusals import LONGEST_TEXT
from dialogue.roundtables import TITLE_LONGEST, make_roundtable
from dialogue.states import Transition, load_machine, moves_for
from pages.discuss.actions import act, show_fault, show_form_faults
from pages.shared.guard import PageContext

MOVE_FIELDS = ("to", "reason", "reason_code", "question", "confirmed")


def show_next_step(context: PageContext, assignment: Assignment) -> None:
    """The moves that this person may make, with what each asks; nothing when there are none."""
    moves = {move.to: move for move in moves_for(context.viewer, assignment.state, context.collection.id)}
    if not moves:
        return
    form = f"stap_{assignment.id}"
    with st.expander("Volgende stap", key=f"{form}_uitklappen_{assignment.state}", icon=":material/arrow_forward:"):
        show_form_faults(form, fields=MOVE_FIELDS[1:])
        states = load_machine().states
        to = st.radio(
            "Waar gaat deze opdracht naartoe?",
            list(moves),
            format_func=lambda name: states[name].label,
            index=0 if len(moves) == 1 else None,
            key=f"{form}_naar_{assignment.state}",
        )
        if to is None:
            return
        _show_what_is_asked(form, moves[to], assignment)
        st.button(
            f"Zet op “{states[to].label}”",
            key=f"{form}_doe",
            type="primary",
            on_click=_move,
            args=(context, assignment.id, to, form),
        )


def show_roundtable_form(context: PageContext, assignment: Assignment, *, n_tables: int) -> None:
    """A form for a new roundtable, for who prepares them and while the assignment is open."""
    if not context.can("prepare_roundtable") or not assignment.is_open:
        return
    form = f"tafel_{assignment.id}"
    with st.expander("Nieuwe duidingstafel", key=f"{form}_uitklappen_{n_tables}", icon=":material/group_add:"):
        show_form_faults(form, fields=("title",))
        with st.form(f"{form}_formulier", border=False):
            st.text_input("Titel van de tafel", key=f"{form}_titel", max_chars=TITLE_LONGEST, autocomplete="off")
            show_fault(form, "title")
            st.date_input("Datum (mag leeg blijven)", value=None, key=f"{form}_datum", format="DD-MM-YYYY")
            st.form_submit_button(
                "Maak de tafel", key=f"{form}_maak", on_click=_make_table, args=(context, assignment.id, form)
            )


def _show_what_is_asked(form: str, move: Transition, assignment: Assignment) -> None:
    if move.asks is not None:
        if move.asks.name == "reason_code":
            reasons = load_machine().return_reasons
            st.selectbox(
                "Waar past de opdracht niet?",
                list(reasons),
                format_func=lambda code: reasons[code],
                index=None,
                placeholder="Kies een reden",
                key=f"{form}_code",
            )
            show_fault(form, "reason_code")
        if move.asks.name == "new_version":
            st.session_state.setdefault(f"{form}_vraag", assignment.question)
            st.text_area("De nieuwe vraag", key=f"{form}_vraag", max_chars=LONGEST_TEXT)
            show_fault(form, "question")
        st.text_area(
            f"{move.asks.label} Dit komt in het register: schrijf geen namen en geen verhalen op.",
            key=f"{form}_waarom",
            max_chars=MOVE_TEXT_LONGEST,
        )
        show_fault(form, "reason")
    if move.confirm:
        st.checkbox(move.confirm, key=f"{form}_bevestig")
        show_fault(form, "confirmed")


def _move(context: PageContext, assignment_id: int, to: str, form: str) -> None:
    state = st.session_state
    moved = act(
        context,
        form,
        lambda session, viewer: move_assignment(
            session,
            assignment_id,
            to=to,
            by=viewer,
            reason=state.get(f"{form}_waarom") or "",
            reason_code=state.get(f"{form}_code") or "",
            question=state.get(f"{form}_vraag") or "",
            confirmed=bool(state.get(f"{form}_bevestig")),
        ),
        done=f"De opdracht staat nu op “{load_machine().states[to].label}”.",
    )
    # Words, a code or a tick meant for this move must not be there already at the next one.
    if moved:
        for name in ("waarom", "code", "vraag", "bevestig"):
            state.pop(f"{form}_{name}", None)


def _make_table(context: PageContext, assignment_id: int, form: str) -> None:
    title, held_on = st.session_state[f"{form}_titel"], st.session_state[f"{form}_datum"]
    act(
        context,
        form,
        lambda session, viewer: make_roundtable(session, assignment_id, title=title, held_on=held_on, by=viewer),
        done="De duidingstafel is gemaakt. Je vindt hem bij de opdracht.",
        clear={f"{form}_titel": "", f"{form}_datum": None},
    )
