"""Make, open and close collections: one action, one transaction, one line in the audit log."""

import re
import tempfile
from dataclasses import replace
from pathlib import Path

from faults import PersonFault
from pages.manage.uploads import Kind, check_upload
from safeguards import audit
from safeguards.access import Viewer, require_action
from safeguards.installation import Installation
from storage.tables.collections import CollectionRow
from stories.collections import Collection, list_collections, make_collection
from stories.framework import SignificationFramework, load_framework

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


class CollectionRefused(PersonFault):
    """A collection cannot be made like this; the sentence says what to change."""


def read_framework(file_name: str, content: bytes) -> SignificationFramework:
    """Read an uploaded framework. Raises UploadRefused, or FrameworkError with every fault and its place."""
    check_upload(file_name, content, Kind.YAML)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(file_name).name or "duidingskader.yaml")
        path.write_bytes(content)
        return load_framework(path)


def add_collection(
    installation: Installation,
    viewer: Viewer,
    framework: SignificationFramework,
    *,
    key: str,
    title: str,
    taxonomy: str | None,
    what_happens: str,
) -> Collection:
    """Make a collection, whole. Raises NotAllowed, CollectionRefused.

    Making the same one twice, as a double click does, gives the one that is there.
    """
    require_action(viewer, "manage_collections", None)
    if not _KEY.fullmatch(key):
        raise CollectionRefused(
            f'Sleutel "{key[:40]}" kan niet. Gebruik 2 tot 40 kleine letters, cijfers en streepjes, zoals noord-2025.'
        )
    if not title.strip():
        raise CollectionRefused("Geef de verzameling een titel. Vertellers zien die boven het formulier.")
    with installation.database.writing() as session:
        there = next((one for one in list_collections(session) if one.key == key), None)
        if there is not None:
            wanted = replace(there, title=title.strip(), taxonomy=taxonomy, what_happens=what_happens.strip())
            if there != wanted:
                raise CollectionRefused(f'Er is al een verzameling met sleutel "{key}". Kies een andere sleutel.')
            return there
        collection = make_collection(
            session,
            framework,
            key=key,
            title=title.strip(),
            language=framework.framework.language,
            taxonomy=taxonomy,
            what_happens=what_happens.strip(),
        )
        audit.record(session, "make_collection", key, by=viewer.name, framework_version=collection.framework_version)
        return collection


def set_open(installation: Installation, viewer: Viewer, collection: Collection, *, is_open: bool) -> None:
    """Open a collection for new stories, or close it; what was told stays. Raises NotAllowed."""
    require_action(viewer, "manage_collections", collection.id)
    with installation.database.writing() as session:
        row = session.get_one(CollectionRow, collection.id)
        if row.is_open != is_open:
            row.is_open = is_open
            audit.record(session, "open_collection" if is_open else "close_collection", row.key, by=viewer.name)
