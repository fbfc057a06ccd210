"""Goals, aims and figures of a collection, out of and into the database."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from faults import PersonFault
from indicators.figures import Figure
from indicators.goals import Aim, Aims, Goal, GoalTree
from storage.tables.collections import CollectionRow, GoalTreeRow
from storage.tables.figures import FigureImportRow, FigureRow

FRAME_COLUMNS = [
    "figure_id",
    "indicator",
    "indicator_label",
    "area",
    "period",
    "value",
    "value_text",
    "status",
    "unit",
    "source",
    "definition",
    "counts",
    "counts_not",
    "file_name",
    "row",
    "imported_on",
]


class UnknownCollection(PersonFault):
    """There is no collection with this key."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f'Er is geen traject "{key}". Controleer de sleutel of maak het traject eerst aan.')


class UnknownAim(PersonFault):
    """The collection has no goal or aim with this id."""

    def __init__(self, aim_id: str) -> None:
        self.aim_id = aim_id
        super().__init__(f'Doel "{aim_id}" staat niet in dit traject. Kies een doel uit de lijst.')


def find_collection_id(session: Session, key: str) -> int:
    """Return the id of a collection. Raises UnknownCollection."""
    found = session.scalar(select(CollectionRow.id).where(CollectionRow.key == key))
    if found is None:
        raise UnknownCollection(key)
    return found


def store_goal_tree(session: Session, collection: CollectionRow, tree: GoalTree, aims: Aims) -> int:
    """Keep a goal tree with its aims as a new version and return that version.

    The same content again makes no new version. Older versions stay: a report written on
    them must remain readable.
    """
    goals, aims_document = tree.model_dump(mode="json"), aims.model_dump(mode="json")
    content_hash = _hash_documents(goals, aims_document)
    newest = _newest_tree(session, collection.id)
    if newest is not None and newest.content_hash == content_hash:
        return newest.version
    version = newest.version + 1 if newest is not None else 1
    session.add(
        GoalTreeRow(
            collection_id=collection.id,
            version=version,
            goals=goals,
            aims=aims_document,
            content_hash=content_hash,
        )
    )
    session.flush()
    return version


def load_stored_tree(session: Session, collection_id: int) -> GoalTree | None:
    """Return the goal tree in force, or None when the collection has none."""
    row = _newest_tree(session, collection_id)
    return GoalTree.model_validate(row.goals) if row else None


def load_stored_aims(session: Session, collection_id: int) -> Aims | None:
    """Return the aims in force, or None when the collection has none."""
    row = _newest_tree(session, collection_id)
    return Aims.model_validate(row.aims) if row else None


def figures_for_aim(
    session: Session, collection_id: int, aim_id: str, *, areas: Sequence[str] | None = None
) -> list[Figure]:
    """Return the figures linked to an aim, in the order of its links.

    areas: names of areas to keep; None keeps all. A linked figure that nobody imported (for
    these areas) comes back with status "missing", so that the page can say "geen cijfer".
    An aim without links gives an empty list. Raises UnknownAim.
    """
    aims = load_stored_aims(session, collection_id)
    aim = _find_aim(aims, aim_id)
    labels = {figure.id: (figure.label, figure.unit) for figure in aims.figures} if aims else {}
    return _collect_figures(session, collection_id, aim.figures, labels, areas)


def figures_for_goal(
    session: Session, collection_id: int, goal_id: str, *, areas: Sequence[str] | None = None
) -> list[Figure]:
    """Return the figures of a goal: those of its indicators (and what they are `same_as`), then its own.

    areas and missing figures: as in `figures_for_aim`. Raises UnknownAim.
    """
    tree = load_stored_tree(session, collection_id)
    goal = _find_goal(tree, goal_id)
    by_id = {indicator.id: indicator for indicator in tree.all_indicators()} if tree else {}
    codes: dict[str, tuple[str, str]] = {}
    for indicator in goal.indicators:
        twin = by_id.get(indicator.same_as or "")
        for code in [*indicator.figures, *(twin.figures if twin else [])]:
            codes.setdefault(code, (indicator.label, ""))
    for code in goal.figures:
        codes.setdefault(code, (goal.label, ""))
    return _collect_figures(session, collection_id, list(codes), codes, areas)


def load_figures(session: Session, collection_id: int, *, indicators: Sequence[str] | None = None) -> list[Figure]:
    """Return the figures in force, in the order of import and file.

    In force: of the same indicator, area, period and supplier only the newest import counts.
    Older rows stay in the database, because evidence on a table points to them.
    """
    return [_to_figure(row) for row, _ in _rows_in_force(session, collection_id, indicators)]


def figures_frame(session: Session, collection_id: int) -> pd.DataFrame:
    """Return the figures in force as a table with FRAME_COLUMNS, also when there are none.

    value is a float with NaN where there is none; read `status` to know why. imported_on is a date.
    """
    records = [
        {
            **{name: getattr(row, name) for name in FRAME_COLUMNS[1:13]},
            "figure_id": row.id,
            "value_text": row.value_text or "",
            "file_name": imported.file_name,
            "row": row.row,
            "imported_on": imported.imported_at.date(),
        }
        for row, imported in _rows_in_force(session, collection_id, None)
    ]
    frame = pd.DataFrame(records, columns=FRAME_COLUMNS)
    return frame.astype({"value": "float64", "row": "int64", "figure_id": "int64"})


def name_supplier(source: str) -> str:
    """Return who supplied a figure: the source up to its first comma, in lower case.

    >>> name_supplier("CBS, Indicatoren jeugdzorg gemeenten 2022 (voorlopige cijfers), CC BY 4.0")
    'cbs'
    """
    return source.split(",")[0].strip().casefold()


def _rows_in_force(
    session: Session, collection_id: int, indicators: Sequence[str] | None
) -> list[tuple[FigureRow, FigureImportRow]]:
    query = (
        select(FigureRow, FigureImportRow)
        .join(FigureImportRow, FigureRow.import_id == FigureImportRow.id)
        .where(FigureRow.collection_id == collection_id)
        .order_by(FigureRow.import_id, FigureRow.row, FigureRow.id)
    )
    if indicators is not None:
        query = query.where(FigureRow.indicator.in_(indicators))
    rows = [(row, imported) for row, imported in session.execute(query)]
    newest = {_key(row): row.import_id for row, _ in rows}  # ordered by import: the last one stays
    return [(row, imported) for row, imported in rows if newest[_key(row)] == row.import_id]


def _key(row: FigureRow) -> tuple[str, str, str, str]:
    return (row.indicator, row.area.casefold(), row.period.casefold(), name_supplier(row.source))


def _collect_figures(
    session: Session,
    collection_id: int,
    codes: Sequence[str],
    labels: dict[str, tuple[str, str]],
    areas: Sequence[str] | None,
) -> list[Figure]:
    wanted = {area.casefold() for area in areas} if areas is not None else None
    found: dict[str, list[Figure]] = {code: [] for code in codes}
    for figure in load_figures(session, collection_id, indicators=codes):
        if wanted is None or figure.area.casefold() in wanted:
            found[figure.indicator].append(figure)
    return [figure for code, figures in found.items() for figure in figures or [_make_missing(code, labels)]]


def _make_missing(code: str, labels: dict[str, tuple[str, str]]) -> Figure:
    label, unit = labels.get(code, (code, ""))
    return Figure(
        indicator=code,
        indicator_label=label,
        value=None,
        status="missing",
        unit=unit,
        area="",
        period="",
        source="",
        definition="",
        counts="",
        counts_not="",
        row=0,
    )


def _to_figure(row: FigureRow) -> Figure:
    return Figure(
        indicator=row.indicator,
        indicator_label=row.indicator_label,
        value=row.value,
        status=row.status,  # type: ignore[arg-type]  # the import is the only writer and checks it
        unit=row.unit,
        area=row.area,
        period=row.period,
        source=row.source,
        definition=row.definition,
        counts=row.counts,
        counts_not=row.counts_not,
        row=row.row,
        value_text=row.value_text or "",
    )


def _find_aim(aims: Aims | None, aim_id: str) -> Aim:
    for aim in aims.aims if aims else []:
        if aim.id == aim_id:
            return aim
    raise UnknownAim(aim_id)


def _find_goal(tree: GoalTree | None, goal_id: str) -> Goal:
    for goal in tree.goals if tree else []:
        if goal.id == goal_id:
            return goal
    raise UnknownAim(goal_id)


def _newest_tree(session: Session, collection_id: int) -> GoalTreeRow | None:
    query = (
        select(GoalTreeRow)
        .where(GoalTreeRow.collection_id == collection_id)
        .order_by(GoalTreeRow.version.desc())
        .limit(1)
    )
    return session.scalar(query)


def _hash_documents(*documents: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(documents, sort_keys=True).encode()).hexdigest()
