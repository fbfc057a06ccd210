"""deduce's lookup structures in one SQLite file instead of a pickle in its package folder.

deduce keeps tries of 1.2 million phrases as Python objects: a minute to build, over a gigabyte in
memory, and a pickle as its only cache. Here the same phrases stand in a table; a trie answers from it.
See docs/decisions/0002-deduce-lookup-structures.md.
"""

import gc
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docdeid as dd

SEPARATOR = "\x1f"
SCHEMA = """
CREATE TABLE phrase (list TEXT, phrase TEXT, PRIMARY KEY (list, phrase)) WITHOUT ROWID;
CREATE TABLE start (list TEXT, word TEXT, longest INTEGER, PRIMARY KEY (list, word)) WITHOUT ROWID;
CREATE TABLE item (list TEXT, word TEXT, PRIMARY KEY (list, word)) WITHOUT ROWID;
CREATE TABLE lowercased (list TEXT PRIMARY KEY) WITHOUT ROWID;
"""


@contextmanager
def quiet_logging() -> Iterator[None]:
    """Import deduce without what its import does: it sends every log line of the process to stdout."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def store_deduce_lookups(connection: sqlite3.Connection) -> int:
    """Build deduce's structures with its own code and store them; returns the number of phrases."""
    collection = _build_with_deduce()
    connection.executescript(SCHEMA)
    for name, structure in collection.items():
        if not isinstance(structure, (dd.ds.LookupTrie, dd.ds.LookupSet)):
            raise TypeError(f"deduce has a lookup structure {name} of an unknown kind.")
        if structure.matching_pipeline:
            connection.execute("INSERT INTO lowercased VALUES (?)", (name,))
        if isinstance(structure, dd.ds.LookupTrie):
            _store_trie(connection, name, structure)
        else:
            rows = ((name, word) for word in sorted(structure.items()))
            connection.executemany("INSERT INTO item VALUES (?, ?)", rows)
    return connection.execute("SELECT count(*) FROM phrase").fetchone()[0]


def _build_with_deduce() -> dd.ds.DsCollection:
    with quiet_logging():
        import deduce
        from deduce.lookup_structs import get_lookup_structs
    base = Path(deduce.__file__).parent / "data" / "lookup"
    gc.disable()  # millions of small objects that all stay: collecting among them doubles the time
    try:
        return get_lookup_structs(
            lookup_path=base,
            cache_path=base,
            tokenizer=deduce.Deduce._initialize_tokenizer(base),
            deduce_version=deduce.__version__,
            build=True,
            save_cache=False,
        )
    finally:
        gc.enable()


def _store_trie(connection: sqlite3.Connection, name: str, trie: dd.ds.LookupTrie) -> None:
    longest: dict[str, int] = {}
    phrases = []
    for words in _walk(trie):
        phrases.append((name, SEPARATOR.join(words)))
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    connection.executemany("INSERT INTO phrase VALUES (?, ?)", sorted(phrases))
    connection.executemany("INSERT INTO start VALUES (?, ?, ?)", ((name, w, n) for w, n in longest.items()))


def _walk(trie: dd.ds.LookupTrie) -> Iterator[list[str]]:
    stack: list[tuple[dd.ds.LookupTrie, list[str]]] = [(trie, [])]
    while stack:
        node, words = stack.pop()
        if node.is_terminal and words:
            yield words
        stack.extend((child, [*words, word]) for word, child in node.children.items())


class StoredTrie(dd.ds.LookupTrie):
    """A deduce trie that answers from the table; only the first words are in memory."""

    def __init__(self, connection: sqlite3.Connection, name: str, lock: threading.Lock) -> None:
        lowercased = connection.execute("SELECT 1 FROM lowercased WHERE list = ?", (name,)).fetchone()
        super().__init__(matching_pipeline=[dd.str.LowercaseString()] if lowercased else None)
        rows = connection.execute("SELECT word, longest FROM start WHERE list = ?", (name,))
        self._longest: dict[str, int] = dict(rows)
        self.children = dict.fromkeys(self._longest, dd.ds.LookupTrie())  # deduce only asks for the words
        self._connection, self._name, self._lock = connection, name, lock

    def longest_matching_prefix(self, item: list[str], start_i: int = 0) -> list[str] | None:
        """The longest stored phrase that starts at this token, or None."""
        first = self._apply_matching_pipeline(item[start_i])
        longest = self._longest.get(first, 0)
        words = [self._apply_matching_pipeline(word) for word in item[start_i : start_i + longest]]
        candidates = [SEPARATOR.join(words[:n]) for n in range(len(words), 0, -1)]
        if not candidates:
            return None
        marks = ",".join("?" * len(candidates))
        query = f"SELECT max(length(phrase)), phrase FROM phrase WHERE list = ? AND phrase IN ({marks})"
        with self._lock:
            _, found = self._connection.execute(query, (self._name, *candidates)).fetchone()
        return found.split(SEPARATOR) if found else None


def open_lookups(path: Path) -> sqlite3.Connection:
    """Open the file to read only; usable from every thread."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def load_deduce_lookups(path: Path) -> dd.ds.DsCollection:
    """The collection of structures that deduce works with, answered from the file."""
    connection, lock = open_lookups(path), threading.Lock()
    collection = dd.ds.DsCollection()
    for (name,) in connection.execute("SELECT DISTINCT list FROM start").fetchall():
        collection[name] = StoredTrie(connection, name, lock)
    for (name,) in connection.execute("SELECT DISTINCT list FROM item").fetchall():
        lowercased = connection.execute("SELECT 1 FROM lowercased WHERE list = ?", (name,)).fetchone()
        words = dd.ds.LookupSet(matching_pipeline=[dd.str.LowercaseString()] if lowercased else None)
        words.add_items_from_iterable(
            word for (word,) in connection.execute("SELECT word FROM item WHERE list = ?", (name,))
        )
        collection[name] = words
    return collection
