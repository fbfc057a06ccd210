"""Shared fixtures: a temporary installation on SQLite, its demo collection, and the cast.

The installation is made once and copied for each test: migrations and password hashes cost time.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from safeguards.access import Role, Viewer
from safeguards.installation import Installation, open_installation, open_vault_of
from safeguards.passwords import hash_password
from safeguards.signin import add_account, find_viewer, grant_role, open_sign_in
from safeguards.signin import hash_token as hash_sign_in_token
from settings import Settings, read_settings
from storage.engine import open_database
from storage.tables.people import UserRow
from stories.accept import Receipt
from stories.collections import Collection, find_collection, make_collection
from stories.framework import SignificationFramework
from tests.cast import PASSWORD, masked, read_framework, tell

# A law holds or not; how long one example takes on a busy machine says nothing about it.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


def settings_in(folder: Path) -> Settings:
    """The defaults, with all data in a folder of the test."""
    return replace(read_settings({}), data_folder=folder)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords that are quick to check: a real one takes a tenth of a second, on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("safeguards.passwords._hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(scope="session")
def made_installation(tmp_path_factory: pytest.TempPathFactory, cheap_passwords: None) -> Path:
    """The folder that every test gets a copy of: two collections and three accounts."""
    folder = tmp_path_factory.mktemp("made") / "data"
    made = open_installation(settings_in(folder))
    with made.database.writing() as session:
        framework = read_framework()
        home = make_collection(session, framework, key="demo", title="Verhalen over Basis jeugdhulp")
        away = make_collection(session, framework, key="elders", title="Verhalen uit een andere gemeente")
        for name, role, where in (
            ("anna", Role.FACILITATOR, home),
            ("bram", Role.TABLE_MEMBER, home),
            ("cem", Role.FACILITATOR, away),
        ):
            user = add_account(session, name, name.title(), password_hash=hash_password(PASSWORD), by="test")
            user.must_change_password = False
            grant_role(session, name, role, collection_id=where.id, by="test")
    made.database.engine.dispose()
    return folder


@pytest.fixture
def installation(made_installation: Path, tmp_path: Path) -> Iterator[Installation]:
    """An installation of this test alone: database, vault key, settings."""
    settings = settings_in(tmp_path / "data")
    shutil.copytree(made_installation, settings.data_folder)
    database = open_database(settings.database_url)
    yield Installation(settings, database, open_vault_of(settings, database))
    database.engine.dispose()


@pytest.fixture
def framework() -> SignificationFramework:
    """The framework of `collection`."""
    return read_framework()


@pytest.fixture
def collection(installation: Installation) -> Collection:
    """The demo collection, without stories. The key is "demo"; Cem's collection is "elders"."""
    with installation.database.reading() as session:
        return find_collection(session, "demo")


@pytest.fixture
def anna(installation: Installation) -> Viewer:
    """Anna leads the round table of the demo collection."""
    return _viewer(installation, "anna")


@pytest.fixture
def bram(installation: Installation) -> Viewer:
    """Bram takes part in the round table."""
    return _viewer(installation, "bram")


@pytest.fixture
def cem(installation: Installation) -> Viewer:
    """Cem is from another municipality: everything there, nothing here."""
    return _viewer(installation, "cem")


@pytest.fixture
def dina(installation: Installation, collection: Collection) -> Receipt:
    """Dina told a story, masked and readable; `tests.cast.withdraw(installation, dina)` takes it back."""
    receipt = tell(installation, collection, text="Dina zag de zeehond in het kanaal.")
    masked(installation, receipt.story_id, "Dina zag de zeehond in het kanaal.")
    return receipt


def _viewer(installation: Installation, name: str) -> Viewer:
    """The stored account, signed in without the password's check, which takes a tenth of a second."""
    with installation.database.writing() as session:
        user = session.scalars(select(UserRow).where(UserRow.name == name)).one()
        token_hash = hash_sign_in_token(open_sign_in(session, user).token)
        session.flush()
        viewer = find_viewer(session, token_hash, idle_minutes=60)
        assert viewer is not None
        return viewer
