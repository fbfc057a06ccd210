"""Two roundtables of the demo collection, for the tests of who may sit where."""

from dialogue.assignments import file_assignment
from dialogue.roundtables import make_roundtable
from indicators.goals import load_aims, load_goal_tree
from indicators.queries import store_goal_tree
from safeguards.access import Viewer
from safeguards.installation import Installation
from storage.tables.collections import CollectionRow
from stories.collections import Collection
from tests.cast import ROOT

QUESTION = {
    "commissioner": "Regiegroep",
    "question": "Komt hulp op tijd?",
    "goals": ["A3"],
    "scale": "gemeente",
    "kind": "thematisch",
    "intended_use": "verbeteren",
}


def make_tables(installation: Installation, collection: Collection, by: Viewer) -> tuple[int, int]:
    """The ids of two roundtables on one assignment."""
    with installation.database.writing() as session:
        tree = load_goal_tree(ROOT / "demo" / "goals.yaml")
        row = session.get_one(CollectionRow, collection.id)
        store_goal_tree(session, row, tree, load_aims(ROOT / "demo" / "aims_bjh.yaml", tree=tree))
        assignment = file_assignment(session, collection.id, **QUESTION, by=by)  # type: ignore[arg-type]
        mine = make_roundtable(session, assignment.id, title="Tafel van dinsdag", by=by)
        other = make_roundtable(session, assignment.id, title="Tafel van donderdag", by=by)
        return mine.id, other.id
