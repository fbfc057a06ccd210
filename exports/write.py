"""Make an export: for a folder (`write_export`) or for a browser (`pack_export`). Both leave an audit line."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.content import ExportContent
from exports.files import PROVENANCE_SUFFIX, show_provenance, write_files
from exports.formats import find_format
from exports.gather import gather_export
from exports.profile import find_profile
from safeguards import audit
from safeguards.access import Viewer
from safeguards.installation import Installation
from stories.selection import Selection


@dataclass(frozen=True)
class ExportReport:
    """What was made. n_stories and counts: as in the provenance, numbers or, in a report, "minder dan 10"."""

    path: Path
    provenance_path: Path
    format: str
    profile: str
    n_stories: int | str
    counts: dict[str, Any]


def write_export(
    installation: Installation,
    viewer: Viewer | None,
    format: str,
    out: Path,
    *,
    collection_key: str,
    profile: str,
    selection: Selection | None = None,
) -> ExportReport:
    """Write an export and, beside it, `<name>.herkomst.json`. What stood there is replaced.

    Raises NotAllowed, GroupTooSmall, NothingToExport, CollectionUnknown, FormatUnknown, ProfileUnknown
    or ExportFileError.
    """
    kind = find_format(format)
    wanted = find_profile(profile)
    content = gather_export(installation, viewer, collection_key=collection_key, profile=wanted, selection=selection)
    path, beside = write_files(
        content, kind, out, before_placing=lambda: _record(installation, viewer, content, format)
    )
    counts = content.provenance.counts
    return ExportReport(path, beside, format, wanted.value, counts["released"], counts)


def pack_export(
    installation: Installation,
    viewer: Viewer | None,
    format: str,
    *,
    collection_key: str,
    profile: str,
    selection: Selection | None = None,
) -> bytes:
    """The same two files in one zip, for a download. Raises as `write_export`, but for ExportFileError."""
    kind = find_format(format)
    content = gather_export(
        installation, viewer, collection_key=collection_key, profile=find_profile(profile), selection=selection
    )
    name = f"{collection_key}-{profile}.{format}"
    text = io.StringIO(newline="")
    kind.write(content, text)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text.getvalue().encode())
        archive.writestr(name + PROVENANCE_SUFFIX, show_provenance(content.provenance).encode())
    _record(installation, viewer, content, format)
    return packed.getvalue()


def _record(installation: Installation, viewer: Viewer | None, content: ExportContent, format: str) -> None:
    """The audit line. Of the selection only which filters: a word looked for may be somebody's name."""
    provenance = content.provenance
    with installation.database.writing() as session:
        audit.record(
            session,
            "export_stories",
            provenance.collection["key"],
            by=viewer.name if viewer else "",
            format=format,
            profile=provenance.profile["name"],
            counts=provenance.counts,
            filters=sorted(provenance.filters),
        )
