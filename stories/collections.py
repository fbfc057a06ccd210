"""Collections, and the versions of frameworks that they use."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Mapper, Session

from faults import PersonFault
from storage.tables.collections import CollectionRow, FrameworkRow
from stories.framework import SignificationFramework, parse_framework


class CollectionUnknown(PersonFault):
    """There is no collection with this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f'Verzameling "{key}" bestaat niet. Met `manage.py check` ziet u welke er zijn.')


@dataclass(frozen=True)
class Collection:
    """A collection as the rest of the product sees it: plain values."""

    id: int
    key: str
    title: str
    language: str
    framework_id: int
    framework_version: int
    taxonomy: str | None
    is_open: bool
    is_fictional: bool
    what_happens: str


def store_framework(session: Session, framework: SignificationFramework) -> FrameworkRow:
    """Store a framework: the version that is there already, or a new one when anything changed."""
    document = framework.model_dump(mode="json")
    content_hash = hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    key = framework.framework.id
    same = session.scalars(
        select(FrameworkRow).where(FrameworkRow.key == key, FrameworkRow.content_hash == content_hash)
    ).first()
    if same is not None:
        return same
    newest = session.scalar(select(func.max(FrameworkRow.version)).where(FrameworkRow.key == key)) or 0
    row = FrameworkRow(
        key=key, version=newest + 1, title=framework.framework.title, document=document, content_hash=content_hash
    )
    session.add(row)
    session.flush()
    return row


@event.listens_for(FrameworkRow, "before_update")
def refuse_change(mapper: Mapper[Any], connection: Any, row: FrameworkRow) -> None:
    """A stored version is what tellers answered; it never changes."""
    raise ValueError(f"Version {row.version} of framework {row.key} is stored and cannot change; store a new version.")


def make_collection(
    session: Session,
    framework: SignificationFramework,
    *,
    key: str,
    title: str,
    language: str = "nl",
    taxonomy: str | None = None,
    is_fictional: bool = False,
    what_happens: str = "",
) -> Collection:
    """Make a collection on a framework. A key that exists already raises ValueError."""
    if session.scalar(select(CollectionRow.id).where(CollectionRow.key == key)) is not None:
        raise ValueError(f"There is a collection {key} already.")
    row = CollectionRow(
        key=key,
        title=title,
        language=language,
        framework_id=store_framework(session, framework).id,
        taxonomy=taxonomy,
        is_fictional=is_fictional,
        what_happens=what_happens,
    )
    session.add(row)
    session.flush()
    return find_collection(session, key)


def find_collection(session: Session, key: str) -> Collection:
    """The collection with this key. Raises CollectionUnknown."""
    for collection in list_collections(session):
        if collection.key == key:
            return collection
    raise CollectionUnknown(key)


def list_collections(session: Session) -> list[Collection]:
    """Every collection, by title."""
    rows = session.execute(
        select(CollectionRow, FrameworkRow.version)
        .join(FrameworkRow, FrameworkRow.id == CollectionRow.framework_id)
        .order_by(CollectionRow.title)
    )
    return [
        Collection(
            id=row.id,
            key=row.key,
            title=row.title,
            language=row.language,
            framework_id=row.framework_id,
            framework_version=version,
            taxonomy=row.taxonomy,
            is_open=row.is_open,
            is_fictional=row.is_fictional,
            what_happens=row.what_happens,
        )
        for row, version in rows
    ]


def load_stored_framework(session: Session, framework_id: int) -> SignificationFramework:
    """The framework of a stored version. Read once per process: a stored version never changes."""
    content_hash = session.scalars(select(FrameworkRow.content_hash).where(FrameworkRow.id == framework_id)).one()
    if content_hash not in _read_frameworks:
        row = session.get_one(FrameworkRow, framework_id)
        _read_frameworks[content_hash] = parse_framework(row.document, name=f"{row.key} versie {row.version}")
    return _read_frameworks[content_hash]


_read_frameworks: dict[str, SignificationFramework] = {}
