"""Open one installation: its settings, its database brought up to date, its vault."""

from dataclasses import dataclass

from safeguards.vault import Vault, check_key, open_vault
from safeguards.vault_secrets import has_secrets, make_secrets, read_secrets
from settings import Settings
from storage.engine import Database, open_database
from storage.migrate import migrate


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
    return Installation(settings, database, open_vault_of(settings, database))


def open_vault_of(settings: Settings, database: Database) -> Vault:
    """The vault of a database that is up to date, with its secrets, which are made on first use."""
    vault = open_vault(settings.vault_key, settings.data_folder)
    with database.reading() as session:
        if not has_secrets(session, vault):
            session.rollback()
            with database.writing() as writing:
                make_secrets(writing, vault)
        return vault.with_secrets(read_secrets(session, vault))
