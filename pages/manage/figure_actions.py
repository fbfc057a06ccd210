"""Bring an uploaded file of figures into a collection."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from indicators.import_figures import ImportReport, import_figures
from indicators.mapping import load_mapping
from pages.manage.uploads import Kind, check_upload
from safeguards import audit
from safeguards.access import Viewer, require_action
from safeguards.installation import Installation
from storage.tables.figures import FigureImportRow
from stories.collections import Collection


@dataclass(frozen=True)
class Upload:
    """A file as a browser sent it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class EarlierImport:
    """One file that was imported before."""

    file_name: str
    mapping: str
    n_figures: int
    imported_by: str
    imported_on: str


def add_figures(
    installation: Installation, viewer: Viewer, collection: Collection, file: Upload, mapping: Upload | None
) -> ImportReport:
    """Import a file, whole, in one transaction. Raises NotAllowed, UploadRefused, KpiFileError, MappingError."""
    require_action(viewer, "import_figures", collection.id)
    check_upload(file.name, file.content, Kind.CSV, Kind.XLSX)
    if mapping is not None:
        check_upload(mapping.name, mapping.content, Kind.YAML)
    with tempfile.TemporaryDirectory() as folder:
        # Two folders, so that two files of one name do not stand in each other's way.
        path = _write(Path(folder) / "cijfers", file)
        chosen = load_mapping(_write(Path(folder) / "mapping", mapping)) if mapping else None
        with installation.database.writing() as session:
            report = import_figures(session, path, collection_key=collection.key, mapping=chosen, by=viewer.name)
            if not report.already_imported:
                audit.record(session, "import_figures", collection.key, by=viewer.name, figures=report.n_figures)
    return report


def list_imports(session: Session, collection_id: int) -> list[EarlierImport]:
    """The files that were imported into a collection, newest first."""
    rows = session.scalars(
        select(FigureImportRow)
        .where(FigureImportRow.collection_id == collection_id)
        .order_by(FigureImportRow.id.desc())
    )
    return [
        EarlierImport(row.file_name, row.mapping, row.n_figures, row.imported_by, f"{row.imported_at:%d-%m-%Y}")
        for row in rows
    ]


def _write(folder: Path, upload: Upload) -> Path:
    folder.mkdir()
    # Only the last part of the name: a browser may send a path.
    path = folder / (Path(upload.name.replace("\\", "/")).name or "bestand")
    path.write_bytes(upload.content)
    return path
