"""Who exports on the command line, where nobody signs in."""

from safeguards.access import Role, Viewer
from safeguards.installation import Installation
from stories.collections import find_collection


def make_operator(installation: Installation, collection_key: str, *, name: str) -> Viewer:
    """Somebody who works at this machine, as evaluator in one collection. name: for the audit log.

    Whoever can run commands here holds the key of the vault already; no right is given that they
    lack. Consent, small groups and the audit line stay as for everybody. Never for a page: there
    nobody is nobody. Raises CollectionUnknown.
    """
    with installation.database.reading() as session:
        collection = find_collection(session, collection_key)
    return Viewer(0, name, name, frozenset({(collection.id, Role.EVALUATOR)}))
