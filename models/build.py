"""Build what takes long once: `python -m models.build`, called by `make setup`."""

import os
import sqlite3
from pathlib import Path

from rich.console import Console

from models.manifest import LOOKUPS, MANIFEST, current_versions, default_folder, read_versions, write_versions
from models.names import store_lexicon
from models.phrases import store_deduce_lookups


def are_resources_built(folder: Path) -> bool:
    """Whether this folder has the lists, made from the package versions that are installed now."""
    return read_versions(folder) == current_versions()


def build_language_resources(folder: Path) -> None:
    """Make the lists that hide names and places; does nothing when they are already there.

    Takes about a minute and a gigabyte of memory. Tells its progress on stderr. An interrupted
    build leaves the folder without manifest, so that the next one starts again.
    """
    console = Console(stderr=True)
    if are_resources_built(folder):
        console.print("Woordenlijsten om namen te verbergen: al gemaakt.")
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    unfinished = folder / f"{LOOKUPS}.{os.getpid()}.part"
    unfinished.unlink(missing_ok=True)
    try:
        _fill(unfinished, console)
        unfinished.replace(folder / LOOKUPS)
    finally:
        unfinished.unlink(missing_ok=True)
    write_versions(folder)
    console.print("Woordenlijsten om namen te verbergen: klaar.")


def _dutch_number(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _fill(path: Path, console: Console) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        with console.status("Namen, plaatsen en gewone woorden verzamelen (10 seconden)"):
            n_words = store_lexicon(connection)
        console.print(f"{_dutch_number(n_words)} namen, plaatsen en woorden bewaard.")
        with console.status("Straten, plaatsen en instellingen van deduce verzamelen (een minuut)"):
            n_phrases = store_deduce_lookups(connection)
        console.print(f"{_dutch_number(n_phrases)} straten, plaatsen en instellingen bewaard.")
        connection.commit()
    finally:
        connection.close()


if __name__ == "__main__":
    build_language_resources(default_folder())
