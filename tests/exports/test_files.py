"""A file is there whole, with its provenance, or it is not there."""

import os
import stat
from pathlib import Path

import pytest

from exports.files import ExportFileError
from tests.exports.conftest import ReadExport


def test_only_the_owner_can_read_an_export(told: object, read_export: ReadExport, tmp_path: Path) -> None:
    read_export("csv")
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("uit.csv*")} == {0o600}


def test_a_full_disk_leaves_the_old_export_and_nothing_half(
    told: object, read_export: ReadExport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_export("csv")

    def refuse(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ExportFileError, match="kan niet geschreven worden"):
        read_export("csv")
    assert (tmp_path / "uit.csv").read_bytes().decode() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "uit.csv", "uit.csv.herkomst.json"]


def test_without_an_audit_line_there_is_no_export(
    told: object, read_export: ReadExport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **details: object) -> None:
        raise RuntimeError("the log is not there")

    monkeypatch.setattr("exports.write.audit.record", refuse)
    with pytest.raises(RuntimeError):
        read_export("csv")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_folder_that_is_not_there_is_named(
    told: object, installation: object, evaluator: object, tmp_path: Path
) -> None:
    from exports import write_export

    with pytest.raises(ExportFileError, match='De map "nergens" bestaat niet'):
        write_export(
            installation,  # type: ignore[arg-type]
            evaluator,  # type: ignore[arg-type]
            "csv",
            tmp_path / "nergens" / "uit.csv",
            collection_key="demo",
            profile="evaluator",
        )
