"""Secrets that follow from no key: receipt codes and numbers in exports stay what they are when keys change."""

import os

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from safeguards.vault import LOCK, ROOT_SECRET, Vault, VaultError
from storage.tables.collections import CollectionRow
from storage.tables.privacy import VaultSecretRow
from storage.tables.stories import StoryRow

ROOT_BYTES = 32
# What the product asked of `derive_secret` when secrets still followed from the key.
OLD_PURPOSES = ("receipt codes", "imported stories", "form tokens", "receipt cookie")
OLD_PURPOSE_PER_COLLECTION = "export pseudonyms {key}"


def read_secrets(session: Session, vault: Vault) -> dict[str, bytes]:
    """The stored secrets by purpose; empty when there are none yet. Raises VaultError when no key fits."""
    rows = session.scalars(select(VaultSecretRow))
    return {row.purpose: bytes.fromhex(vault.unlock(row.ciphertext)) for row in rows}


def has_secrets(session: Session, vault: Vault) -> bool:
    """Whether this vault opens secrets that are there; the cheap look before `make_secrets`."""
    try:
        return ROOT_SECRET in read_secrets(session, vault)
    except VaultError:
        return False


def make_secrets(session: Session, vault: Vault) -> None:
    """Store the secrets, once. An installation with stories keeps those that followed from its key.

    Raises VaultError when secrets are there that this key does not open, while there are stories.
    """
    _wait_for_turn(session)
    has_stories = session.scalars(select(StoryRow.id).limit(1)).first() is not None
    try:
        if ROOT_SECRET in read_secrets(session, vault):
            return
    except VaultError:
        if has_stories:
            raise
        session.execute(delete(VaultSecretRow))  # another key on an empty database: a new beginning
    secrets = {ROOT_SECRET: os.urandom(ROOT_BYTES)}
    if has_stories:
        secrets |= {purpose: vault.derive_secret(purpose) for purpose in _old_purposes(session)}
    for purpose, secret in secrets.items():
        session.add(VaultSecretRow(purpose=purpose, ciphertext=vault.lock(session, secret.hex())))
    session.flush()


def _old_purposes(session: Session) -> list[str]:
    keys = session.scalars(select(CollectionRow.key))
    return [*OLD_PURPOSES, *(OLD_PURPOSE_PER_COLLECTION.format(key=key) for key in keys)]


def _wait_for_turn(session: Session) -> None:
    # Form, pages and worker start together; one of them makes the secrets, the others find them.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
