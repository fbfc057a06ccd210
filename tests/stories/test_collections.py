"""Collections, and versions of frameworks that never change once somebody can have answered them."""

import pytest
from sqlalchemy import select

from safeguards.installation import Installation
from storage.tables.collections import FrameworkRow
from stories.collections import (
    Collection,
    CollectionUnknown,
    find_collection,
    list_collections,
    load_stored_framework,
    make_collection,
    store_framework,
)
from stories.framework import SignificationFramework, parse_framework
from tests.cast import SMALL_FRAMEWORK, read_framework


def reworded(framework: SignificationFramework) -> SignificationFramework:
    document = framework.model_dump(mode="json")
    document["framework"]["title"] = "Andere titel"
    return parse_framework(document)


def test_the_same_framework_twice_is_one_version_and_a_change_is_a_new_one(installation: Installation) -> None:
    small = read_framework(SMALL_FRAMEWORK)
    with installation.database.writing() as session:
        versions = [store_framework(session, each).version for each in (small, small, reworded(small), small)]
    assert versions == [1, 1, 2, 1]


def test_a_stored_version_cannot_be_changed(installation: Installation, collection: Collection) -> None:
    with (
        pytest.raises(ValueError, match="cannot change; store a new version"),
        installation.database.writing() as session,
    ):
        session.get_one(FrameworkRow, collection.framework_id).title = "Anders"
    with installation.database.reading() as session:
        assert load_stored_framework(session, collection.framework_id) == read_framework()


def test_a_collection_keeps_its_version_when_a_newer_one_is_stored(
    installation: Installation, collection: Collection
) -> None:
    with installation.database.writing() as session:
        store_framework(session, reworded(read_framework()))
    with installation.database.reading() as session:
        again = find_collection(session, collection.key)
        assert len(session.scalars(select(FrameworkRow)).all()) == 2
    assert (again.framework_id, again.framework_version) == (collection.framework_id, 1)


def test_a_collection_that_is_not_there_is_named(installation: Installation) -> None:
    with installation.database.reading() as session, pytest.raises(CollectionUnknown, match='"weg" bestaat niet'):
        find_collection(session, "weg")


def test_a_key_is_given_once(installation: Installation) -> None:
    with pytest.raises(ValueError, match="demo already"), installation.database.writing() as session:
        make_collection(session, read_framework(), key="demo", title="Nog een")


def test_collections_are_listed_by_title(installation: Installation) -> None:
    with installation.database.writing() as session:
        make_collection(session, read_framework(), key="zuid", title="Aan het water")
        assert [collection.key for collection in list_collections(session)] == ["zuid", "demo", "elders"]
