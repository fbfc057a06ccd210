"""deduce's tries answered from a table."""

import logging
import sqlite3
import threading
from pathlib import Path

import docdeid as dd
import pytest

from models.phrases import SCHEMA, StoredTrie, _store_trie, open_lookups, quiet_logging

PHRASES = [["De", "Bilt"], ["De", "Bilt", "Noord"], ["Assen"]]


@pytest.fixture
def tries(tmp_path: Path) -> tuple[dd.ds.LookupTrie, StoredTrie]:
    real = dd.ds.LookupTrie()
    for phrase in PHRASES:
        real.add_item(phrase)
    path = tmp_path / "lookups.sqlite"
    writing = sqlite3.connect(path)
    writing.executescript(SCHEMA)
    _store_trie(writing, "place", real)
    writing.commit()
    writing.close()
    return real, StoredTrie(open_lookups(path), "place", threading.Lock())


@pytest.mark.parametrize("text", ["Assen", "De Bilt", "De Bilt Noord", "De Bilt Zuid", "De", "in Assen", "de bilt", ""])
def test_a_stored_trie_answers_like_the_real_one(tries: tuple[dd.ds.LookupTrie, StoredTrie], text: str) -> None:
    real, stored = tries
    words = text.split()
    for start in range(len(words)):
        assert stored.longest_matching_prefix(words, start) == real.longest_matching_prefix(words, start)


def test_the_lists_cannot_be_written_to(tries: tuple[dd.ds.LookupTrie, StoredTrie]) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        tries[1]._connection.execute("DELETE FROM phrase")


def test_importing_deduce_leaves_the_log_as_it_was() -> None:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    with quiet_logging():
        logging.basicConfig(level=logging.DEBUG, force=True)
    assert (list(root.handlers), root.level) == before
