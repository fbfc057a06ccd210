"""Figures out of a file as Dutch offices make it: all of them, or none and every fault."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from indicators.dutch_numbers import parse_number
from indicators.figure_checks import as_text, find_cell_faults, find_column_faults, is_suppressed, make_frame
from indicators.figures import Figure, FigureStatus
from indicators.kpi_errors import KpiFault, KpiFileError
from indicators.mapping import FigureMapping, LongColumns, ValueColumn, built_in_mapping, recognise_mapping
from indicators.spreadsheets import Cell, Sheet, read_bytes, read_sheet


@dataclass(frozen=True)
class FigureFile:
    """The figures of one file and how it was read.

    mapping: key of the mapping. encoding: "utf-8", "utf-16", "cp1252" or "xlsx".
    content_hash: SHA-256 over the file and the mapping: the same numbers read in the same way.
    notes: Dutch sentences about everything that was not read or read in a second way.
    """

    file: str
    mapping: str
    encoding: str
    content_hash: str
    figures: list[Figure]
    notes: list[str]

    @property
    def sources(self) -> list[str]:
        """The sources in the file, each once, in order."""
        return list(dict.fromkeys(figure.source for figure in self.figures))


def read_figures(path: Path, *, mapping: FigureMapping | None = None) -> FigureFile:
    """Return the figures in a CSV or XLSX file.

    mapping: which column holds what; None: our own format and the CBS table are recognised by
    their header. Raises KpiFileError with every fault; then nothing of the file is used.
    """
    content = read_bytes(path)
    sheet = read_sheet(path.name, content, separator=mapping.separator if mapping else ";")
    chosen = mapping or recognise_mapping(sheet.header)
    if chosen is None:
        raise KpiFileError([_describe_unknown_header(sheet)])
    faults = find_column_faults(sheet, chosen)
    if faults:
        raise KpiFileError(faults)
    frame = make_frame(sheet, chosen)
    faults = find_cell_faults(frame, chosen, file=sheet.file)
    if faults:
        raise KpiFileError(faults)
    return FigureFile(
        file=sheet.file,
        mapping=chosen.key,
        encoding=sheet.encoding,
        content_hash=hashlib.sha256(content + chosen.model_dump_json().encode()).hexdigest(),
        figures=_make_figures(frame, chosen),
        notes=[*sheet.notes, *_describe_unread_columns(sheet, frame)],
    )


def _describe_unknown_header(sheet: Sheet) -> KpiFault:
    if len(sheet.header) == 1 and any(sign in sheet.header[0] for sign in (",", "\t")):
        sentence = "de kolommen zijn niet met een puntkomma gescheiden. Bewaar het als CSV met puntkomma's."
        return KpiFault(sheet.file, sentence, row=1)
    ours = ";".join(built_in_mapping("verteltafel").required_columns())
    return KpiFault(
        sheet.file,
        f"deze kolommen ken ik niet. Gebruik {ours}, of geef een koppeling mee (--mapping).",
        row=1,
    )


def _describe_unread_columns(sheet: Sheet, frame: pd.DataFrame) -> list[str]:
    used = {name.casefold() for name in frame.columns}
    unread = [name for name in sheet.header if name and name.casefold() not in used]
    return [f"Niet gelezen: {', '.join(unread)}."] if unread else []


def _make_figures(frame: pd.DataFrame, mapping: FigureMapping) -> list[Figure]:
    figures: list[Figure] = []
    for record in frame.reset_index(names="row").to_dict("records"):
        if mapping.long:
            figures.append(_make_long_figure(record, mapping, mapping.long))
        else:
            figures += [_make_wide_figure(record, mapping, column) for column in mapping.values]
    return figures


def _make_wide_figure(record: dict, mapping: FigureMapping, column: ValueColumn) -> Figure:
    period = as_text(record[mapping.period_column]) if mapping.period_column else mapping.period or ""
    value, status = _read_value(record[column.column], period, mapping)
    return Figure(
        indicator=column.indicator,
        indicator_label=column.label,
        value=value,
        status=status,
        unit=column.unit,
        area=as_text(record[mapping.area_column]) if mapping.area_column else mapping.area or "",
        period=period.rstrip("* "),
        source=mapping.source or "",
        definition=column.definition,
        counts=column.counts,
        counts_not=column.counts_not,
        row=int(record["row"]),
    )


def _make_long_figure(record: dict, mapping: FigureMapping, long: LongColumns) -> Figure:
    period = as_text(record[long.period])
    value, status = _read_value(record[long.value], period, mapping)
    value_text = as_text(record.get(long.value_text, ""))
    if status == "missing" and value_text:
        # A date or a pair of numbers is a figure too, only not one to calculate with.
        status = "provisional" if "*" in period else "known"
    return Figure(
        indicator=as_text(record[long.indicator]),
        indicator_label=as_text(record[long.label]),
        value=value,
        status=status,
        unit=as_text(record[long.unit]),
        area=as_text(record[long.area]),
        period=period.rstrip("* "),
        source=as_text(record[long.source]),
        definition=as_text(record[long.definition]),
        counts=as_text(record[long.counts]),
        counts_not=as_text(record[long.counts_not]),
        row=int(record["row"]),
        value_text=value_text,
    )


def _read_value(cell: Cell, period: str, mapping: FigureMapping) -> tuple[float | None, FigureStatus]:
    """Return value and status of a cell that passed the checks. CBS marks provisional with an asterisk."""
    if isinstance(cell, str):
        if cell == "":
            return None, "missing"
        if is_suppressed(cell, mapping):
            return None, "suppressed"
        is_provisional = cell.endswith("*") or period.endswith("*")
        value = parse_number(cell.rstrip("*"), decimal=mapping.decimal)
    else:
        is_provisional = period.endswith("*")
        value = cell
    return value, "provisional" if is_provisional else "known"
