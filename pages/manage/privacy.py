"""What a privacy officer looks after: requests of tellers, the vault, retention, and the audit log."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import streamlit as st

from faults import PersonFault
from pages.manage.privacy_actions import (
    KIND_LABELS,
    answer_teller,
    fetch_audit_log,
    may_open_originals,
    read_log,
    read_requests,
    show_plan,
)
from pages.manage.privacy_vault import show_vault
from pages.report.signed_in import find_signed_in
from pages.shared.dutch import count_of, escape_markdown
from pages.shared.guard import PageContext, require
from pages.shared.notices import show_empty
from pages.shared.viewer import read_token_hash
from safeguards.retention import Terms
from safeguards.rights import MESSAGE_MAX_CHARACTERS, RequestKind, RightsRequest

ACTION = "guard_privacy"
_SAID, _FAULT = "privacy_gezegd", "privacy_fout"


def show_page(context: PageContext) -> None:
    """The page from top to bottom: what waits first, then the vault, retention and the log."""
    st.title("Privacy", anchor=False)
    if _SAID in st.session_state:
        st.success(st.session_state.pop(_SAID))
    if _FAULT in st.session_state:
        st.error(st.session_state.pop(_FAULT))
    _show_requests(context)
    if may_open_originals(context):
        show_vault(context)
    _show_retention(context)
    _show_log(context)


def _show_requests(context: PageContext) -> None:
    st.subheader("Verzoeken van vertellers", anchor=False)
    requests = read_requests(context)
    if not requests:
        show_empty("geen verzoeken", "Vertellers kunnen er een doen met hun code, bij Mijn verhaal.")
    for request in requests:
        _show_request(context, request)


def _show_request(context: PageContext, request: RightsRequest) -> None:
    with st.container(border=True, key=f"verzoek_{request.id}"):
        kind = KIND_LABELS[RequestKind(request.kind)]
        st.markdown(f"**{kind}** · {request.made_on:%d-%m-%Y} · verhaal {escape_markdown(request.story_id)}")
        st.text(request.message)
        if request.closed_on is not None:
            st.caption(f"Beantwoord op {request.closed_on:%d-%m-%Y}")
            st.text(request.answer)
            return
        with st.form(f"antwoord_{request.id}", border=False):
            answer = st.text_area(
                "Antwoord (de verteller leest dit met de code)",
                max_chars=MESSAGE_MAX_CHARACTERS,
                key=f"antwoord_tekst_{request.id}",
            )
            if st.form_submit_button("Verstuur antwoord", key=f"verstuur_{request.id}"):
                _answer(context, request.id, answer)


def _answer(context: PageContext, request_id: int, answer: str) -> None:
    try:
        answer_teller(context, request_id, answer)
        st.session_state[_SAID] = "Het antwoord staat klaar bij Mijn verhaal."
    except PersonFault as fault:
        st.session_state[_FAULT] = escape_markdown(str(fault))
    st.rerun()


def _show_retention(context: PageContext) -> None:
    st.subheader("Bewaartermijn", anchor=False)
    terms = Terms.from_settings(context.installation.settings)
    st.markdown(
        f"De eigen woorden van vertellers gaan {count_of(terms.original_days, 'dag', 'dagen')} na het vertellen weg, "
        f"het hele verhaal na {count_of(terms.story_days, 'dag', 'dagen')}. De worker doet dat elke dag vanzelf."
    )
    plan, last_run = show_plan(context, terms, today=date.today())
    if plan.is_kept:
        st.markdown("Dit zijn verzonnen verhalen: daar beschermt de bewaartermijn niemand mee. Er gaat niets weg.")
    else:
        st.markdown(
            f"Als het vandaag gebeurt, {'gaan' if plan.n_originals != 1 else 'gaat'} "
            f"**{count_of(plan.n_originals, 'origineel', 'originelen')}** weg en "
            f"**{count_of(plan.n_stories, 'verhaal', 'verhalen')}** helemaal."
        )
        if plan.n_unmasked:
            st.warning(
                f"{count_of(plan.n_unmasked, 'origineel is', 'originelen zijn')} over tijd, maar nog niet verwerkt. "
                "Zonder de eigen woorden bleef er niets te lezen. Kijk bij Verwerking wat er misgaat."
            )
    st.caption(last_run)


def _show_log(context: PageContext) -> None:
    st.subheader("Logboek", anchor=False)
    st.markdown(
        "Elke regel hangt aan de vorige. Wie er een verandert of weghaalt, valt op. Alleen de laatste regels kunnen "
        "ongemerkt weg: bewaar daarom buiten dit systeem wat hier staat, of het hele bestand."
    )
    try:
        log = read_log(context)
    except PersonFault as fault:
        st.error(escape_markdown(str(fault)))
        return
    st.markdown(f"Het logboek klopt: {count_of(log.n_rows, 'regel', 'regels')}. Laatste vingerafdruk:")
    st.code(f"{log.n_rows}:{log.tip_hash}", language=None)
    if log.counts:
        rows = [{"Handeling": action, "Aantal": number} for action, number in log.counts]
        st.table(pd.DataFrame(rows), hide_index=True, alt="Hoe vaak elke handeling in deze verzameling is gedaan")
    st.download_button(
        "Haal het logboek op (JSON Lines)",
        data=make_download(context),
        file_name=f"logboek_{context.collection.key}.jsonl",
        mime="application/jsonl",
        on_click="ignore",
        key="logboek",
    )


def make_download(context: PageContext) -> Callable[[], bytes]:
    """What runs when somebody clicks: asks again who is there and what they may."""
    installation, token_hash, key = context.installation, read_token_hash(), context.collection.key
    return lambda: fetch_audit_log(installation, find_signed_in(installation, token_hash), key)


show_page(require("manage", action=ACTION))
