"""Brings a file of figures into a collection: all of it, once."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from indicators.figure_files import FigureFile, read_figures
from indicators.figures import Figure
from indicators.kpi_errors import KpiFault, KpiFileError, quote
from indicators.mapping import FigureMapping
from indicators.queries import find_collection_id, load_figures, name_supplier
from storage.tables.figures import FigureImportRow, FigureRow


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    n_figures: figures in the file, of which n_missing empty, n_suppressed too small to publish,
    n_provisional not final and n_text not a number. n_replaced: earlier figures of the same supplier
    that these now stand in for. already_imported: nothing was added, the file was here before.
    source: the sources in the file, joined. notes: Dutch sentences a person must see.
    """

    file: str
    mapping: str
    encoding: str
    source: str
    n_figures: int
    n_missing: int
    n_suppressed: int
    n_provisional: int
    n_text: int
    n_replaced: int
    already_imported: bool
    notes: list[str] = field(default_factory=list)


def import_figures(
    session: Session,
    path: Path,
    *,
    collection_key: str,
    mapping: FigureMapping | None = None,
    by: str,
) -> ImportReport:
    """Read a CSV or XLSX file and add its figures to a collection. Does not commit.

    mapping: which column holds what; None recognises our own format and the CBS table.
    by: name of the account that imports. The same file in the same collection adds nothing.
    Raises KpiFileError with every fault (nothing is added) and UnknownCollection.
    """
    collection_id = find_collection_id(session, collection_key)
    read = read_figures(path, mapping=mapping)
    if _find_import(session, collection_id, read.content_hash) is not None:
        return _report_repeat(read)
    earlier = load_figures(session, collection_id, indicators=_indicators(read.figures))
    faults = _find_conflicts(read, earlier)
    if faults:
        raise KpiFileError(faults)
    try:
        with session.begin_nested():
            _add_figures(session, collection_id, read, by=by)
    except IntegrityError:
        # Two people can send the same file at once; the unique hash decides who was first.
        if _find_import(session, collection_id, read.content_hash) is None:
            raise
        return _report_repeat(read)
    return _make_report(
        read,
        n_replaced=_count_replaced(read.figures, earlier),
        notes=[*read.notes, *_describe_changed_definitions(read.figures, earlier)],
    )


def _add_figures(session: Session, collection_id: int, read: FigureFile, *, by: str) -> None:
    imported = FigureImportRow(
        collection_id=collection_id,
        file_name=read.file[:200],
        content_hash=read.content_hash,
        mapping=read.mapping[:80],
        n_figures=len(read.figures),
        imported_by=by,
    )
    session.add(imported)
    session.flush()
    session.add_all([_to_row(figure, collection_id, imported.id) for figure in read.figures])
    session.flush()


def _to_row(figure: Figure, collection_id: int, import_id: int) -> FigureRow:
    return FigureRow(
        collection_id=collection_id,
        import_id=import_id,
        indicator=figure.indicator,
        indicator_label=figure.indicator_label,
        area=figure.area,
        period=figure.period,
        value=figure.value,
        value_text=figure.value_text or None,
        status=figure.status,
        unit=figure.unit,
        source=figure.source,
        definition=figure.definition,
        counts=figure.counts,
        counts_not=figure.counts_not,
        row=figure.row,
    )


def _find_import(session: Session, collection_id: int, content_hash: str) -> int | None:
    return session.scalar(
        select(FigureImportRow.id).where(
            FigureImportRow.collection_id == collection_id, FigureImportRow.content_hash == content_hash
        )
    )


def _find_conflicts(read: FigureFile, earlier: list[Figure]) -> list[KpiFault]:
    """Two suppliers may not give one indicator two meanings: their numbers would look comparable."""
    known = {_meaning(figure): figure for figure in earlier}  # hundreds of areas share one meaning
    faults: dict[str, KpiFault] = {}
    for figure in {_meaning(figure): figure for figure in read.figures}.values():
        for other in known.values():
            is_other_supplier = name_supplier(figure.source) != name_supplier(other.source)
            if figure.indicator == other.indicator and is_other_supplier and _has_other_meaning(figure, other):
                sentence = (
                    f"{quote(figure.indicator)} betekent bij {quote(other.source)} iets anders (definitie of "
                    "eenheid). Geef het een eigen code of spreek samen een definitie af."
                )
                faults.setdefault(figure.indicator, KpiFault(read.file, sentence, row=figure.row))
    return list(faults.values())


def _meaning(figure: Figure) -> tuple[str, str, str, str]:
    return (figure.indicator, figure.unit, figure.definition, name_supplier(figure.source))


def _describe_changed_definitions(figures: list[Figure], earlier: list[Figure]) -> list[str]:
    """The same supplier may change a definition; then the line in time breaks, and people must know."""
    before = {figure.indicator: figure for figure in earlier}
    changed = {
        figure.indicator: figure.indicator_label
        for figure in figures
        if figure.indicator in before and _has_other_meaning(figure, before[figure.indicator])
    }
    return [
        f"Andere definitie of eenheid dan eerder: {label} ({code}). De lijn in de tijd breekt hier."
        for code, label in changed.items()
    ]


def _has_other_meaning(a: Figure, b: Figure) -> bool:
    return (a.unit.casefold(), a.definition.casefold()) != (b.unit.casefold(), b.definition.casefold())


def _count_replaced(figures: list[Figure], earlier: list[Figure]) -> int:
    new = {_key(figure) for figure in figures}
    return sum(_key(figure) in new for figure in earlier)


def _key(figure: Figure) -> tuple[str, str, str, str]:
    return (
        figure.indicator,
        figure.area.casefold(),
        figure.period.casefold(),
        name_supplier(figure.source),
    )


def _indicators(figures: list[Figure]) -> list[str]:
    return sorted({figure.indicator for figure in figures})


def _report_repeat(read: FigureFile) -> ImportReport:
    note = "Dit bestand was al ingelezen. Er is niets toegevoegd en niets veranderd."
    return _make_report(read, n_replaced=0, notes=[note], already_imported=True)


def _make_report(
    read: FigureFile, *, n_replaced: int, notes: list[str], already_imported: bool = False
) -> ImportReport:
    statuses = [figure.status for figure in read.figures]
    return ImportReport(
        file=read.file,
        mapping=read.mapping,
        encoding=read.encoding,
        source="; ".join(read.sources),
        n_figures=len(read.figures),
        n_missing=statuses.count("missing"),
        n_suppressed=statuses.count("suppressed"),
        n_provisional=statuses.count("provisional"),
        n_text=sum(1 for figure in read.figures if figure.value is None and figure.value_text),
        n_replaced=n_replaced,
        already_imported=already_imported,
        notes=notes,
    )
