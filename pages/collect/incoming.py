"""Follow a collection: what came in, from whom, what waits, and whether the questions fit."""

import pandas as pd
import streamlit as st

from pages.collect.coverage import (
    count_by_month,
    count_ways_in,
    describe_unheard,
    find_misfits,
)
from pages.shared import chart_shapes
from pages.shared.data import CollectionData, load_data
from pages.shared.dutch import count_of, escape_markdown, join_words, show_month, show_period, show_share
from pages.shared.guard import PageContext, require
from pages.shared.links import show_link
from pages.shared.notices import NO_STORIES, show_empty
from pages.shared.progress import is_busy, show_progress
from pages.shared.provenance import show_provenance
from pages.shared.released import say_count
from safeguards.access import require_action
from safeguards.consent import Purpose
from storage.runs import request_run
from stories.accept import PROCESS_RUN
from stories.queries import Incoming, count_incoming

WAYS_IN = {
    "link": "link",
    "qr": "QR-code",
    "import": "ingelezen",
    "paper": "papier",
    "own_phone": "eigen telefoon",
    "with_worker": "samen met een begeleider",
    "event": "bijeenkomst",
}


def show_page(context: PageContext) -> None:
    """The page from top to bottom: the sentence, the processing, the counts, the fit of the questions."""
    st.title("Binnenkomende verhalen", anchor=False)
    with context.installation.database.reading() as session:
        incoming = count_incoming(session, context.collection.id)
    waiting = sum(one.received - one.processed - one.without_text for one in incoming)
    _show_processing(context, waiting)
    _show_reading(sum(one.waits_for_reader for one in incoming))
    _show_ways_to_tell(context)
    if not context.can("explore_stories"):
        st.markdown("Aantallen per groep zijn te zien voor gespreksleiders en analisten.")
        return
    data = load_data(context, purpose=Purpose.RESEARCH)
    if data.stories.empty:
        show_empty(NO_STORIES, "Er is nog niets binnen, of een lezer moet het nog vrijgeven.")
        return
    table, note = count_by_month(context, data)
    st.subheader("Wie vertelt, per maand", anchor=False)
    st.markdown(describe_incoming(context, data, incoming))
    _show_months(context, table)
    unheard = describe_unheard(context, data)
    if unheard:
        st.markdown("\n".join(f"- {escape_markdown(sentence)}" for sentence in unheard))
    _show_fit(context)
    _show_ways_in(context, data)
    show_provenance(
        context,
        period=show_period(min(data.stories["told_on"]), max(data.stories["told_on"])),
        filters="alle verhalen die een lezer vrijgaf",
        smallest=context.limits.internal,
        notes=(note,) if note else (),
        key="binnen",
    )


def ask_for_run(context: PageContext) -> None:
    """Ask for processing; asking twice is asking once. Raises NotAllowed."""
    require_action(context.viewer, "start_runs", context.collection.id)
    with context.installation.database.writing() as session:
        request_run(session, PROCESS_RUN, collection_id=context.collection.id, by=context.viewer.name)


def describe_incoming(context: PageContext, data: CollectionData, incoming: list[Incoming]) -> str:
    """How many stories, of whom, and who is missing: in the framework's order.

    Who is set apart is not in the sum either, so that nobody can take the others off it.
    """
    by_perspective = data.stories["perspective"].value_counts()
    heard, silent = [], []
    for name in context.framework.perspective_ids:
        label, n = context.framework.perspective_label(name), int(by_perspective.get(name, 0))
        if name in data.apart:
            heard.append(f"{label}: minder dan {context.limits.internal}, en nog niet meegeteld")
        elif n == 0:
            silent.append(label)
        else:
            heard.append(f"{label}: {n}")
    words = f"{count_of(len(data.stories), 'verhaal', 'verhalen')} vrijgegeven. {'; '.join(heard)}."
    missing = f" Nog niemand gehoord: {join_words(silent)}." if silent else ""
    return escape_markdown(words + missing)


def _show_processing(context: PageContext, waiting: int) -> None:
    st.subheader("Verwerking", anchor=False)
    st.markdown(
        f"{count_of(waiting, 'verhaal wacht', 'verhalen wachten')} op verwerking. Tot dan leest niemand de tekst."
        if waiting
        else "Er wacht niets op verwerking."
    )
    show_progress(context)
    if context.can("start_runs") and not is_busy(context):
        st.button(
            "Verwerk nu",
            key="verwerk_nu",
            type="primary" if waiting else "secondary",
            on_click=ask_for_run,
            args=(context,),
        )


def _show_reading(waiting: int) -> None:
    if waiting:
        st.markdown(
            f"{count_of(waiting, 'verhaal wacht', 'verhalen wachten')} op een lezer. "
            "Tot een lezer een verhaal vrijgeeft, ziet niemand anders het."
        )


def _show_ways_to_tell(context: PageContext) -> None:
    if not context.collection.is_open:
        st.markdown("Deze verzameling is gesloten: er komen geen verhalen meer bij.")
        return
    address = f"{context.installation.settings.base_url}/vertel/{context.collection.key}"
    st.markdown("Vertellers gaan naar dit adres. Deel het als link of als QR-code.")
    show_link(address, address)


def _show_months(context: PageContext, table: pd.DataFrame) -> None:
    months = [show_month(month) for month in table.columns]
    names = [name for name in context.framework.perspective_ids if table.loc[name].fillna(1).sum()]
    places = [place for _ in range(0, len(names), 2) for place in st.columns(2)]  # by row: also in order on a phone
    for place, name in zip(places, names, strict=False):
        counts = [None if pd.isna(n) else int(n) for n in table.loc[name]]
        label = context.framework.perspective_label(name)
        with place, st.container(border=True, key=f"maand_{name}"):
            st.markdown(f"**{escape_markdown(label)}**")
            sentence = f"{label}, verhalen per maand: " + ", ".join(
                f"{month} {say_count(n)}" for month, n in zip(months, counts, strict=True)
            )
            st.vega_lite_chart(spec=chart_shapes.month_chart(counts, months), width="content", theme=None, alt=sentence)
    with st.expander("Tabel", key="tabel_maanden"):
        shown = table.T.map(say_count)
        shown.index = months
        shown.columns = [context.framework.perspective_label(name) for name in table.index]
        st.table(shown, alt="Aantal verhalen per maand en per perspectief")


def _show_fit(context: PageContext) -> None:
    st.subheader("Passen de vragen?", anchor=False)
    misfits = find_misfits(context)
    if not misfits:
        st.markdown("Bij geen enkele vraag koos meer dan 15% van een groep “past niet”.")
        return
    st.markdown(
        "Bij deze vragen koos meer dan 15% van een groep “past niet”. Vraag een paar vertellers of de vraag "
        "duidelijk is, of haal hem weg in een volgende versie van het duidingskader."
    )
    rows = [
        (escape_markdown(misfit.question), escape_markdown(misfit.perspective), show_share(misfit.na_share))
        for misfit in misfits
    ]
    st.table(
        pd.DataFrame(rows, columns=["Vraag", "Wie", "Past niet"]), hide_index=True, alt="Vragen met veel past niet"
    )


def _show_ways_in(context: PageContext, data: CollectionData) -> None:
    st.subheader("Langs welke weg", anchor=False)
    table = count_ways_in(context, data).counts
    rows = [(WAYS_IN.get(str(way), str(way)), say_count(n)) for way, n in table["verhalen"].items()]
    st.table(pd.DataFrame(rows, columns=["Weg", "Verhalen"]), hide_index=True, alt="Verhalen per weg", width="content")


show_page(require("collect", action="follow_incoming"))
