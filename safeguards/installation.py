"""Open one installation: its settings, its database brought up to date, its vault."""

import logging
from dataclasses import dataclass
from pathlib import Path

from safeguards.vault import Vault, check_key, open_vault
from safeguards.vault_secrets import has_secrets, make_secrets, read_secrets
from safeguards.withdrawn_list import has_marked_stories, keep_withdrawn_list, remove_marked_stories
from settings import Settings
from storage.engine import Database, open_database
from storage.migrate import migrate

log = logging.getLogger("verteltafel.safeguards")


@dataclass(frozen=True)
class Installation:
    """What every process of the product needs to work on the same data."""

    settings: Settings
    database: Database
    vault: Vault


def open_installation(settings: Settings) -> Installation:
    """Open the database and the vault that the settings name.

    Raises DatabaseUnusable or VaultError, each with a sentence that says what to do.
    """
    database = open_database(settings.database_url)
    migrate(database.engine)
    with database.reading() as session:
        check_key(session, settings.vault_key, settings.data_folder)
    guard_withdrawals(database, settings.data_folder)
    return Installation(settings, database, open_vault_of(settings, database))


def guard_withdrawals(database: Database, folder: Path) -> None:
    """Keep the list beside the database of what was withdrawn, and see that nothing on it is there.

    A restore that was stopped between putting back and removing is finished here.
    """

    def keep_list() -> None:
        with database.reading() as session:
            try:
                keep_withdrawn_list(session, folder)
            except OSError as error:
                # The story is gone, which is what was asked; the next withdrawal writes the list again.
                log.error("The list of withdrawn stories could not be written: %s", type(error).__name__)

    with database.reading() as session:
        is_marked = has_marked_stories(session)
    if is_marked:
        with database.writing() as session:
            remove_marked_stories(session, by="herstel")
    database.after_deleting = keep_list
    keep_list()


def open_vault_of(settings: Settings, database: Database) -> Vault:
    """The vault of a database that is up to date, with its secrets, which are made on first use."""
    vault = open_vault(settings.vault_key, settings.data_folder)
    with database.reading() as session:
        if not has_secrets(session, vault):
            session.rollback()
            with database.writing() as writing:
                make_secrets(writing, vault)
        return vault.with_secrets(read_secrets(session, vault))
