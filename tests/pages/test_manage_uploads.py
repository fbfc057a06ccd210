"""Uploaded files: what they are, not what they are called."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from pages.manage.uploads import TABLE_MAX_BYTES, YAML_MAX_BYTES, Kind, UploadRefused, check_upload
from tests.cast import DEMO_FRAMEWORK


def workbook() -> bytes:
    """A real workbook with one cell."""
    made, file = Workbook(), io.BytesIO()
    made.active["A1"] = "waarde"
    made.save(file)
    return file.getvalue()


def archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/"), content)
    return file.getvalue()


BOMB = archive(**{"xl__workbook.xml": b"<a/>", "xl__sheet.xml": b"0" * 120_000_000})
LAUGHS = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("kader.yaml", DEMO_FRAMEWORK.read_bytes(), Kind.YAML),
        ("KADER.YML", b"a: 1", Kind.YAML),
        ("kpi.csv", "gebied;waarde\nGemeente é;3,5".encode("cp1252"), Kind.CSV),
        ("kpi.csv", "gebied;waarde\n".encode("utf-16"), Kind.CSV),
        ("kpi.xlsx", workbook(), Kind.XLSX),
    ],
)
def test_what_people_really_send_is_taken_in(name: str, content: bytes, kind: Kind) -> None:
    check_upload(name, content, kind)


@pytest.mark.parametrize(
    ("name", "content", "kind", "sentence"),
    [
        ("kader.exe", b"a: 1", Kind.YAML, "andere naam dan verwacht"),
        ("kader.yaml", b"", Kind.YAML, "is leeg"),
        ("kader.yaml", b"a: " + b"x" * YAML_MAX_BYTES, Kind.YAML, "groter dan 1 MB"),
        ("kpi.csv", b"x;" * TABLE_MAX_BYTES, Kind.CSV, "groter dan 5 MB"),
        ("kader.yaml", workbook(), Kind.YAML, "geen YAML-bestand"),
        ("kader.yaml", b"\x00\x01\x02", Kind.YAML, "geen YAML-bestand"),
        ("kpi.csv", workbook(), Kind.CSV, "geen CSV-bestand"),
        ("kpi.csv", b"%PDF-1.7", Kind.CSV, "geen CSV-bestand"),
        ("kpi.xlsx", b"gebied;waarde", Kind.XLSX, "geen Excel-bestand"),
        ("kpi.xlsx", b"PK\x03\x04 en dan niets", Kind.XLSX, "geen Excel-bestand"),
        ("kpi.xlsx", archive(readme=b"hallo"), Kind.XLSX, "geen Excel-bestand"),
        ("kpi.xlsx", BOMB, Kind.XLSX, "veel te groot"),
        ("kader.yaml", LAUGHS, Kind.YAML, "verwijzingen"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_anything_else_is_refused_with_a_sentence(name: str, content: bytes, kind: Kind, sentence: str) -> None:
    with pytest.raises(UploadRefused, match=sentence):
        check_upload(name, content, kind)
