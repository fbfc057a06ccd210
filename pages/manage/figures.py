"""Import a file of figures: what came in, or every fault in the file."""

import pandas as pd
import streamlit as st

from faults import PersonFault
from indicators.import_figures import ImportReport
from indicators.kpi_errors import KpiFileError
from pages.manage.figure_actions import Upload, add_figures, list_imports
from pages.shared.dutch import count_of, escape_markdown
from pages.shared.guard import PageContext, require
from pages.shared.notices import NO_FIGURE, show_empty

ACTION = "import_figures"


def show_page(context: PageContext) -> None:
    """The page from top to bottom: the file, what happened, and what came in before."""
    st.title("Cijfers importeren", anchor=False)
    st.markdown(
        "Kies een CSV- of Excel-bestand. Een bestand komt er helemaal in, of helemaal niet: eerst alle fouten, dan de "
        "cijfers. Een lege cel is onbekend en nooit nul."
    )
    file = st.file_uploader("Bestand met cijfers", type=["csv", "xlsx"], key="cijfers")
    mapping = st.file_uploader(
        "Mapping (YAML, alleen als de kolommen anders heten)", type=["yaml", "yml"], key="cijfers_mapping"
    )
    if file is not None and st.button("Importeer", key="importeer", type="primary"):
        chosen = Upload(mapping.name, mapping.getvalue()) if mapping else None
        _import(context, Upload(file.name, file.getvalue()), chosen)
    _show_earlier(context)


def _import(context: PageContext, file: Upload, mapping: Upload | None) -> None:
    try:
        report = add_figures(context.installation, context.viewer, context.collection, file, mapping)
    except KpiFileError as error:
        n_faults = count_of(len(error.faults), "fout", "fouten")
        st.error(f"{n_faults}. Er is niets toegevoegd. Verbeter het bestand en probeer het opnieuw.")
        st.markdown("\n".join(f"- {escape_markdown(str(fault))}" for fault in error.faults))
    except PersonFault as fault:
        st.error(escape_markdown(str(fault)))
    else:
        _show_report(report)


def _show_report(report: ImportReport) -> None:
    if report.already_imported:
        st.info("Dit bestand stond er al in. Er is niets toegevoegd.")
        return
    st.success(f"{count_of(report.n_figures, 'cijfer', 'cijfers')} uit {escape_markdown(report.file)}.")
    st.markdown("\n".join(f"- {line}" for line in describe_report(report)))


def describe_report(report: ImportReport) -> list[str]:
    """What the import did, a line a fact; what is zero is left out."""
    counts = {
        "zonder waarde (onbekend)": report.n_missing,
        "verborgen door de bron": report.n_suppressed,
        "voorlopig": report.n_provisional,
        "in woorden": report.n_text,
        "in de plaats van een eerder cijfer van dezelfde bron": report.n_replaced,
    }
    lines = [f"{count} {words}" for words, count in counts.items() if count]
    lines += [f"bron: {escape_markdown(report.source)}"] if report.source else []
    return [f"mapping: {escape_markdown(report.mapping)}", *lines, *(escape_markdown(note) for note in report.notes)]


def _show_earlier(context: PageContext) -> None:
    st.subheader("Eerder geïmporteerd", anchor=False)
    with context.installation.database.reading() as session:
        earlier = list_imports(session, context.collection.id)
    if not earlier:
        show_empty(NO_FIGURE, "Er is nog geen bestand geïmporteerd.")
        return
    rows = [(one.file_name, one.n_figures, one.mapping, one.imported_on, one.imported_by) for one in earlier]
    table = pd.DataFrame(rows, columns=["Bestand", "Cijfers", "Mapping", "Wanneer", "Door"])
    st.table(table, hide_index=True, alt="Bestanden met cijfers die eerder zijn geïmporteerd")


show_page(require("manage", action=ACTION))
