"""The list of components is what is installed, and a valid CycloneDX document."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from safeguards.sbom import SbomError, make_sbom, write_sbom
from tests.cast import ROOT

REQUIREMENTS = ROOT / "requirements.txt"


def test_the_document_is_valid(tmp_path: Path) -> None:
    write_sbom(tmp_path / "sbom.json")
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str((tmp_path / "sbom.json").read_text())
    assert fault is None


def test_everything_asked_for_and_needed_is_there_with_its_version() -> None:
    components = {each["name"].lower(): each for each in make_sbom(REQUIREMENTS)["components"]}
    assert components["streamlit"]["version"] == version("streamlit")
    assert components["pydeck"]["version"] == version("pydeck")  # not asked for, needed by streamlit
    assert components["psycopg-binary"]["version"] == version("psycopg-binary")  # needed by an extra
    assert "pytest" not in components


def test_every_component_has_a_licence_and_the_hash_of_its_files(tmp_path: Path) -> None:
    assert write_sbom(tmp_path / "sbom.json")["without_license"] == []
    for component in json.loads((tmp_path / "sbom.json").read_text())["components"]:
        names = {each["name"]: each["value"] for each in component["properties"]}
        assert len(names["verteltafel:record-sha256"]) == 64 and int(names["verteltafel:files"]) > 0


def test_every_need_points_at_a_component() -> None:
    document = make_sbom(REQUIREMENTS)
    refs = {component["bom-ref"] for component in document["components"]}
    assert {need for each in document["dependencies"] for need in each["dependsOn"]} <= refs
    assert len(refs) == len(document["components"])


def test_the_same_parts_give_the_same_number() -> None:
    assert make_sbom(REQUIREMENTS)["serialNumber"] == make_sbom(REQUIREMENTS)["serialNumber"]


def test_a_package_that_is_not_installed_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("bestaat-niet-echt==1.0  # proef\n")
    with pytest.raises(SbomError, match="Pakket bestaat-niet-echt staat in requirements"):
        make_sbom(tmp_path / "r.txt")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SbomError, match=r"sbom\.json kan niet geschreven worden"):
        write_sbom(tmp_path / "weg" / "sbom.json")
