"""The list of everything that this program is made of, for those who watch over weaknesses (CycloneDX 1.6).

Read from what is installed, not from what was asked for: the packages of requirements.txt, and everything
that these need in turn, with version, licence, and the hash of the package's own list of files. The format
is written here: it is a few fields, and a library for it would itself be six more packages to watch over.
Source: ECMA-424, CycloneDX 1.6.
"""

import hashlib
import json
import platform
import tomllib
import uuid
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from faults import PersonFault
from settings import ROOT
from storage.tables.base import now

LICENSE_MAX_CHARACTERS = 100
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "verteltafel")


class SbomError(PersonFault):
    """The list cannot be made; the sentence says why."""


def write_sbom(target: Path, *, requirements: Path = ROOT / "requirements.txt") -> dict[str, Any]:
    """Write the list to a file; how many components it has, and which have no licence that is known.

    Raises SbomError when a package that is asked for is not installed, or the file cannot be written.
    """
    document = make_sbom(requirements)
    try:
        target.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise SbomError(
            f"{target.name} kan niet geschreven worden ({type(error).__name__}). Kies een andere map."
        ) from error
    components = document["components"]
    unknown = [component["name"] for component in components if "licenses" not in component]
    return {"file": target.name, "components": len(components), "without_license": unknown}


def make_sbom(requirements: Path) -> dict[str, Any]:
    """The list as a CycloneDX document."""
    asked = [Requirement(line) for line in _read_lines(requirements)]
    found = _find_all(asked)
    program = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    root = {
        "type": "application",
        "bom-ref": program["name"],
        "name": program["name"],
        "version": program["version"],
        "licenses": [{"expression": "EUPL-1.2"}],
    }
    components = [_describe(each) for _, each in sorted(found.items())]
    needs = [{"ref": root["bom-ref"], "dependsOn": sorted({_ref(found[canonicalize_name(a.name)]) for a in asked})}]
    needs += [{"ref": _ref(each), "dependsOn": _needs_of(each, found)} for _, each in sorted(found.items())]
    content = json.dumps([root, components, needs], sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        # The same parts give the same number: two lists can be compared at a glance.
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, content)}",
        "version": 1,
        "metadata": {
            "timestamp": now().isoformat(timespec="seconds"),
            "component": root,
            "properties": [{"name": "verteltafel:python", "value": platform.python_version()}],
        },
        "components": components,
        "dependencies": needs,
    }


def _read_lines(requirements: Path) -> Iterator[str]:
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if text := line.split("#")[0].strip():
            yield text


def _find_all(asked: list[Requirement]) -> dict[str, Distribution]:
    """What is asked for and everything it needs here, by normal name. A need of another machine is left out."""
    found: dict[str, Distribution] = {}
    waiting = [(requirement, True) for requirement in asked]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement, is_asked = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            found[name] = distribution(requirement.name)
        except PackageNotFoundError as error:
            if is_asked:
                raise SbomError(
                    f"Pakket {requirement.name} staat in requirements.txt en is niet geïnstalleerd. Doe `make setup`."
                ) from error
            continue
        waiting += [(need, False) for need in _needs(found[name], extras)]
    return found


def _needs(package: Distribution, extras: frozenset[str] = frozenset()) -> Iterator[Requirement]:
    for line in package.requires or ():
        need = Requirement(line)
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in (extras or {""})):
            yield need


def _needs_of(package: Distribution, found: dict[str, Distribution]) -> list[str]:
    names = {canonicalize_name(need.name) for need in _needs(package)}
    return sorted(_ref(found[name]) for name in names if name in found)


def _ref(package: Distribution) -> str:
    return f"pkg:pypi/{canonicalize_name(package.name)}@{package.version}"


def _describe(package: Distribution) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": "library",
        "bom-ref": _ref(package),
        "name": package.name,
        "version": package.version,
        "purl": _ref(package),
    }
    if summary := _field(package, "Summary"):
        described["description"] = summary
    if licenses := _licenses(package):
        described["licenses"] = licenses
    if record := package.read_text("RECORD"):
        # RECORD names every installed file with its own hash: one hash for all that this package put here.
        described["properties"] = [
            {"name": "verteltafel:files", "value": str(len(record.splitlines()))},
            {"name": "verteltafel:record-sha256", "value": hashlib.sha256(record.encode()).hexdigest()},
        ]
    return described


def _licenses(package: Distribution) -> list[dict[str, Any]]:
    """The licence as the package says it: an SPDX expression, else its classifiers, else a short text."""
    if expression := _field(package, "License-Expression"):
        return [{"expression": expression}]
    classifiers = package.metadata.get_all("Classifier") or []
    named = [line.rsplit(" :: ", 1)[-1] for line in classifiers if line.startswith("License :: ")]
    named = [name for name in named if name != "OSI Approved"]
    text = _field(package, "License").strip()
    if not named and text and text != "UNKNOWN" and len(text) <= LICENSE_MAX_CHARACTERS:
        named = [text.splitlines()[0]]
    return [{"license": {"name": name}} for name in named]


def _field(package: Distribution, name: str) -> str:
    values = package.metadata.get_all(name) or [""]
    return str(values[0])
