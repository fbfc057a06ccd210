"""Load the demo collection: fictional stories through the front door, real figures with their source."""

import json
from pathlib import Path

from sqlalchemy import select

from imports.numbers import ImportNumbers
from imports.registry import ImportReport, import_stories
from indicators.goals import load_aims, load_goal_tree
from indicators.import_figures import import_figures
from indicators.queries import store_goal_tree
from safeguards.access import Role
from safeguards.installation import Installation
from safeguards.signin import grant_role
from storage.tables.collections import CollectionRow
from storage.tables.people import UserRow
from storage.tables.stories import StoryRow
from stories.collections import make_collection
from stories.framework import load_framework
from stories.reading_overview import DEMO_REASON, release_in_bulk

FOLDER = Path(__file__).parent
KEY = "demo"
TITLE = "Verhalen over Basis jeugdhulp (demonstratie)"
TAXONOMY = "jeugdhulp_nl"
WHAT_HAPPENS = (
    "Dit is een demonstratie met verzonnen verhalen. Een verhaal dat hier verteld wordt, "
    "gaat naar niemand toe en blijft op deze computer."
)
SEVERAL_ROLES = (
    "In de demonstratie heeft de beheerder met opzet meer rollen tegelijk, zodat één mens alles kan proberen. "
    "In een echte verzameling zijn dat verschillende mensen."
)
# What one person needs to walk the whole chain. Given in the demo only, and said out loud.
DEMO_ROLES = (Role.FACILITATOR, Role.EVALUATOR, Role.PENVOERDER, Role.READER)


def has_demo(installation: Installation) -> bool:
    """Whether the demo collection is there."""
    with installation.database.reading() as session:
        return session.scalar(select(CollectionRow.id).where(CollectionRow.key == KEY)) is not None


def load_demo(installation: Installation, *, by: str) -> ImportReport:
    """Make the demo collection with its goals, figures and stories. Loading it again adds nothing.

    The stories wait for processing afterwards: a run is asked for, as for any told story.
    """
    with installation.database.writing() as session:
        if session.scalar(select(CollectionRow.id).where(CollectionRow.key == KEY)) is None:
            framework = load_framework(FOLDER / "framework_bjh.yaml")
            make_collection(
                session,
                framework,
                key=KEY,
                title=TITLE,
                taxonomy=TAXONOMY,
                is_fictional=True,
                what_happens=WHAT_HAPPENS,
            )
        collection = session.scalars(select(CollectionRow).where(CollectionRow.key == KEY)).one()
        tree = load_goal_tree(FOLDER / "goals.yaml")
        store_goal_tree(session, collection, tree, load_aims(FOLDER / "aims_bjh.yaml", tree=tree))
        for name in ("figures_bjh.csv", "figures_cbs_2022.csv"):
            import_figures(session, FOLDER / name, collection_key=KEY, by=by)
    report = import_stories(installation, "jsonl", [FOLDER / "stories.jsonl"], collection_key=KEY, mapping=None, by=by)
    _release_fictional(installation, by=by)
    return report


def _release_fictional(installation: Installation, *, by: str) -> None:
    """Release the stories of the file, and no other: nobody told them. What a visitor tells waits for a reader."""
    numbers = ImportNumbers(installation.vault, KEY)
    lines = (FOLDER / "stories.jsonl").read_text(encoding="utf-8").splitlines()
    ids = {numbers.story_id(str(json.loads(line)["id"])) for line in lines if line.strip()}
    with installation.database.writing() as session:
        collection_id = session.scalars(select(CollectionRow.id).where(CollectionRow.key == KEY)).one()
        here = session.scalars(select(StoryRow.id).where(StoryRow.collection_id == collection_id))
        release_in_bulk(
            session, collection_id, [story_id for story_id in here if story_id in ids], by=by, reason=DEMO_REASON
        )


def open_demo_for(installation: Installation, name: str) -> None:
    """Give somebody the roles that walk the whole chain, in the demo collection alone."""
    with installation.database.writing() as session:
        collection_id = session.scalars(select(CollectionRow.id).where(CollectionRow.key == KEY)).one()
        for role in DEMO_ROLES:
            grant_role(session, name, role, collection_id=collection_id, by="demo", beside_others=True)


def administrators(installation: Installation) -> list[str]:
    """Names of the accounts that may manage this installation."""
    with installation.database.reading() as session:
        users = session.scalars(select(UserRow).order_by(UserRow.id))
        return [
            user.name
            for user in users
            if any(held.role == Role.ADMINISTRATOR and held.collection_id is None for held in user.memberships)
        ]
