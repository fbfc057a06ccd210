"""Which language resources stand in the data folder, and whether they fit the installed packages."""

import json
from importlib.metadata import version
from pathlib import Path

from settings import read_settings

FORMAT = 2
SOURCES = ("deduce", "Faker", "spacy-lookups-data")
LOOKUPS = "lookups.sqlite"
MANIFEST = "manifest.json"


class ResourcesMissing(Exception):
    """The language resources have not been built, or were built for other package versions."""

    def __init__(self) -> None:
        super().__init__(
            "De woordenlijsten om namen te verbergen zijn nog niet gemaakt. "
            "Voer eerst `make setup` uit; dat duurt ongeveer een minuut."
        )


def default_folder() -> Path:
    """The folder that the settings in force give to the built lists."""
    return read_settings().data_folder / "models" / "deduce"


def current_versions() -> dict[str, str | int]:
    """The versions that built lists must have been made from."""
    return {"format": FORMAT} | {name: version(name) for name in SOURCES}


def read_versions(folder: Path) -> dict[str, str | int] | None:
    """The versions that the lists in this folder were made from; None when there are none."""
    manifest = folder / MANIFEST
    if not manifest.is_file() or not (folder / LOOKUPS).is_file():
        return None
    return json.loads(manifest.read_text(encoding="utf8"))


def write_versions(folder: Path) -> None:
    """Say what the lists were made from. The last act of a build: without it there is no build."""
    text = json.dumps(current_versions(), indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf8")


def require_lookups(folder: Path) -> Path:
    """The file with the lists. Raises ResourcesMissing when it is absent or of another version."""
    if read_versions(folder) != current_versions():
        raise ResourcesMissing
    return folder / LOOKUPS
