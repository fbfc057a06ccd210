"""One file of tables for each subject. Importing this package makes them all known."""

from storage.tables import audit, collections, dialogue, figures, people, privacy, processing, reading, stories
from storage.tables.base import Base

__all__ = [
    "Base",
    "audit",
    "collections",
    "dialogue",
    "figures",
    "people",
    "privacy",
    "processing",
    "reading",
    "stories",
]
