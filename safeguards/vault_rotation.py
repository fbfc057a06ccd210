"""Change the vault's key: a new one locks everything anew, then the old one goes.

Killed at any moment, everything stays readable, and the same command goes on where it stopped: the old
key leaves its file only after every row was seen to open with the new one.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import select, text
from sqlalchemy.orm import InstrumentedAttribute

from safeguards import audit
from safeguards.installation import Installation
from safeguards.key_ring import KEY_FILE, KeyFile, VaultError, split_keys
from safeguards.vault import LOCK
from storage.engine import Database, leaves_traces
from storage.tables.privacy import RightsRequestRow, VaultSecretRow
from storage.tables.stories import VaultRow

BATCH = 500
# Everything that the vault's key locks: the row's key, and the locked column.
LOCKED: tuple[tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]], ...] = (
    (VaultSecretRow.purpose, VaultSecretRow.ciphertext),
    (VaultRow.story_id, VaultRow.ciphertext),
    (RightsRequestRow.id, RightsRequestRow.message),
    (RightsRequestRow.id, RightsRequestRow.answer),
)


@dataclass(frozen=True)
class Rotation:
    """What a change of key did. n_changed: rows locked anew this time; has_retired: the old key is gone."""

    n_changed: int
    was_under_way: bool
    has_retired: bool


def rotate_vault(
    installation: Installation,
    *,
    by: str,
    batch: int = BATCH,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Rotation:
    """Change the key and lock everything anew, a batch a transaction. Form, pages and worker may run on.

    A key given as a setting is not ours to write: then it changes only what the settings name, and the
    old key has to be taken out of them by hand.
    Raises VaultError when a row opens with none of the keys (both then stay), or a change is under way.
    """
    given = split_keys(installation.settings.vault_key.encode())
    if len(given) == 1:
        raise VaultError(
            "De sleutel staat in VERTELTAFEL_VAULT_KEY. Zet een nieuwe sleutel ervoor, met een komma ertussen, "
            "start alles opnieuw en geef deze opdracht nog eens. Haal daarna de oude sleutel weg."
        )
    file = None if given else KeyFile(installation.settings.data_folder / KEY_FILE)
    with file.held() if file else nullcontext():
        was_under_way = file is not None and len(file.read()) > 1
        if file is not None and not was_under_way:
            file.add_new()
        keys = file.read() if file else given
        _let_older_writers_end(installation.database)
        n_changed = _lock_anew(installation.database, keys, batch=batch, progress=progress)
        _refuse_rows_left_behind(installation.database, keys[0])
        if file is not None:
            file.keep_newest()
    with installation.database.writing() as session:
        audit.record(session, "rotate_vault", "", by=by, rows=n_changed, old_key_is_gone=file is not None)
    return Rotation(n_changed, was_under_way, has_retired=file is not None)


def _let_older_writers_end(database: Database) -> None:
    """Wait for transactions that may have locked something with the old key; later ones use the new key."""
    with database.writing() as session:  # on SQLite, having the turn to write is enough
        if database.engine.dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})


def _lock_anew(database: Database, keys: tuple[bytes, ...], *, batch: int, progress: Callable[[int, int], None]) -> int:
    newest, every = Fernet(keys[0]), MultiFernet([Fernet(key) for key in keys])
    work = [(key, column, names) for key, column in LOCKED for names in _names(database, key, column, batch)]
    n_changed, done, total = 0, 0, sum(len(names) for _, _, names in work)
    for key, column, names in work:
        with database.writing() as session:
            leaves_traces(session)  # what the old key locked must not stay in the log beside the database
            for row in session.scalars(select(key.class_).where(key.in_(names)).with_for_update()):
                locked = getattr(row, column.key)
                if locked is not None and not _opens(newest, locked):
                    setattr(row, column.key, _lock_one_anew(every, locked))
                    n_changed += 1
        done += len(names)
        progress(done, total)
    return n_changed


def _names(
    database: Database, key: InstrumentedAttribute[Any], column: InstrumentedAttribute[Any], batch: int
) -> Iterator[list[Any]]:
    with database.reading() as session:
        found = session.scalars(select(key).where(column.is_not(None)).order_by(key)).all()
    start = 0
    while start < len(found):
        yield list(found[start : start + batch])
        start += batch


def _lock_one_anew(cipher: MultiFernet, locked: bytes) -> bytes:
    try:
        return cipher.rotate(locked)  # keeps the day that the token carries
    except InvalidToken:
        return locked  # counted, and refused, at the end


def _refuse_rows_left_behind(database: Database, newest_key: bytes) -> None:
    newest = Fernet(newest_key)
    with database.reading() as session:
        wanted = [select(column).where(column.is_not(None)) for _, column in LOCKED]
        columns = [session.scalars(query.execution_options(yield_per=BATCH)) for query in wanted]
        n_left = sum(not _opens(newest, locked) for column in columns for locked in column)
    if n_left:
        raise VaultError(
            f"{n_left} stukken in de kluis gaan met geen van de sleutels open. De oude sleutel blijft staan. "
            "Zet de sleutel die erbij hoort als regel onder de andere in vault.key en geef de opdracht opnieuw."
        )


def _opens(cipher: Fernet, locked: bytes) -> bool:
    try:
        cipher.decrypt(locked)
    except InvalidToken:
        return False
    return True
