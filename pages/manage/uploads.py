"""Look at an uploaded file before anything reads it: is it what its name says, and no larger than needed?

A name proves nothing, so the first bytes are looked at. Small files that become huge when they are
read (an archive packed very tightly, YAML that refers to itself over and over) are refused.
"""

import io
import zipfile
from enum import Enum

import yaml

from faults import PersonFault

YAML_MAX_BYTES = 1_000_000
TABLE_MAX_BYTES = 5_000_000
UNPACKED_MAX_BYTES = 100_000_000
PARTS_MAX = 2_000
ZIP = b"PK\x03\x04"
WORKBOOK = "xl/workbook.xml"


class Kind(Enum):
    """What a file may be: its word on screen and its ending."""

    YAML = ("YAML-bestand", (".yaml", ".yml"))
    CSV = ("CSV-bestand", (".csv",))
    XLSX = ("Excel-bestand", (".xlsx",))


class UploadRefused(PersonFault):
    """A file is not taken in; the sentence says why and what to do."""


def check_upload(name: str, content: bytes, *kinds: Kind) -> None:
    """Refuse a file that is none of these kinds, too large, or made to grow. Raises UploadRefused."""
    kind = next((one for one in kinds if name.lower().endswith(one.value[1])), None)
    if kind is None:
        wanted = " of ".join(one.value[0] for one in kinds)
        raise UploadRefused(f"Dit bestand heeft een andere naam dan verwacht. Kies een {wanted}.")
    most = YAML_MAX_BYTES if kind is Kind.YAML else TABLE_MAX_BYTES
    if len(content) > most:
        raise UploadRefused(
            f"Dit bestand is groter dan {most // 1_000_000} MB. Splits het, of haal weg wat niet nodig is."
        )
    if not content.strip():
        raise UploadRefused("Dit bestand is leeg. Kies een ander bestand.")
    if kind is Kind.XLSX:
        _check_workbook(content)
    else:
        _check_text(content, kind)
    if kind is Kind.YAML:
        _check_yaml(content)


def _check_workbook(content: bytes) -> None:
    if not content.startswith(ZIP):
        raise _not_that(Kind.XLSX)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise _not_that(Kind.XLSX) from error
    if WORKBOOK not in {part.filename for part in parts}:
        raise _not_that(Kind.XLSX)
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_MAX_BYTES:
        raise UploadRefused(
            "Dit bestand wordt bij het lezen veel te groot. Zet alleen de cijfers in een nieuw bestand."
        )


def _check_text(content: bytes, kind: Kind) -> None:
    # A file of Excel in 16 bits per letter has zeros too, and says so with its first two bytes.
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in content and not (is_wide and kind is Kind.CSV):
        raise _not_that(kind)
    if content.startswith((ZIP, b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"MZ", b"\xd0\xcf\x11\xe0")):
        raise _not_that(kind)


def _check_yaml(content: bytes) -> None:
    try:
        refers = any(isinstance(token, yaml.AliasToken) for token in yaml.scan(content.decode("utf-8-sig")))
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return  # whoever reads it says what is wrong, with its place
    if refers:
        raise UploadRefused("Dit bestand gebruikt verwijzingen (met & en *). Schrijf de onderdelen voluit.")


def _not_that(kind: Kind) -> UploadRefused:
    return UploadRefused(
        f"Dit is geen {kind.value[0]}, al zegt de naam dat wel. Sla het opnieuw op en probeer het nog eens."
    )
