"""Write the two files of an export whole, or not at all."""

import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from exports.content import ExportContent
from exports.formats import Format
from exports.provenance import Provenance
from faults import PersonFault

PROVENANCE_SUFFIX = ".herkomst.json"


class ExportFileError(PersonFault):
    """The export cannot be written there; the sentence says what to do. Nothing is left half."""


def provenance_path(out: Path) -> Path:
    """The file beside an export that says where it comes from."""
    return out.with_name(out.name + PROVENANCE_SUFFIX)


def show_provenance(provenance: Provenance) -> str:
    """The text of that file."""
    return json.dumps(provenance.to_document(), ensure_ascii=False, indent=2) + "\n"


def write_files(
    content: ExportContent, kind: Format, out: Path, *, before_placing: Callable[[], None]
) -> tuple[Path, Path]:
    """Write an export and its provenance. Returns both paths. Raises ExportFileError.

    before_placing: called when both files are complete and not yet in their place; when it fails,
    there is no export. Files can be read by their owner only.
    """
    if not out.parent.is_dir():
        raise ExportFileError(f'De map "{out.parent.name}" bestaat niet. Maak die eerst, of kies een andere map.')
    if out.is_dir():
        raise ExportFileError(f'"{out.name}" is een map. Geef de naam van een bestand.')
    beside = provenance_path(out)
    made: list[Path] = []
    try:
        made.append(_write_aside(out, lambda stream: kind.write(content, stream)))
        made.append(_write_aside(beside, lambda stream: stream.write(show_provenance(content.provenance))))
        before_placing()
        # The provenance first: an export never stands there without it.
        os.replace(made[1], beside)
        os.replace(made[0], out)
    except OSError as error:
        raise ExportFileError(
            f'"{out.name}" kan niet geschreven worden ({error.strerror}). Maak ruimte of kies een andere map.'
        ) from error
    finally:
        for path in made:
            path.unlink(missing_ok=True)
    return out, beside


def _write_aside(place: Path, write: Callable[[TextIO], object]) -> Path:
    """Write to a new file in the same folder, down to the disk."""
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    return Path(name)
