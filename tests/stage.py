"""Something behind every door of the product, and somebody for every column of the matrix."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from dialogue.advice import save_advice
from dialogue.evidence import add_story
from dialogue.interpretations import add_interpretation
from dialogue.observations import add_observation
from exports.profile import Profile
from pages.manage.figure_actions import Upload
from pages.manage.people_actions import Held
from safeguards.access import Role, Viewer
from safeguards.consent import Purpose
from safeguards.installation import Installation
from safeguards.release import Limits, release_stories
from safeguards.retention import Terms
from stories.collections import Collection, find_collection
from stories.framework import SignificationFramework
from stories.queries import stories_frame
from stories.reading import Decision
from stories.selection import Selection
from tests.cast import draw_stories, masked, read_framework, tell
from tests.doors import knock
from tests.seats import QUESTION, make_tables

ROLES = {
    "F": Role.FACILITATOR,
    "A": Role.ANALYST,
    "P": Role.PENVOERDER,
    "E": Role.EVALUATOR,
    "O": Role.PRIVACY_OFFICER,
    "B": Role.ADMINISTRATOR,
    "T": Role.TABLE_MEMBER,
    "R": Role.READER,
}


@dataclass
class Stage:
    """An installation with something behind every door. known: values by name of parameter."""

    installation: Installation
    here: Collection
    elsewhere: Collection
    framework: SignificationFramework
    table: int
    known: dict[str, Any]
    special: dict[str, dict[str, Any]]

    def person(self, column: str, where: Collection) -> Viewer | None:
        """Somebody of a column of the tables."""
        if column == "N":
            return None
        grants: frozenset[tuple[int | None, Role]] = frozenset()
        seats: frozenset[tuple[int, int]] = frozenset()
        if column == "S":
            seats = frozenset({(where.id, self.table if where == self.here else self.table + 1000)})
        else:
            grants = frozenset({(None, Role.ADMINISTRATOR) if column == "H" else (where.id, ROLES[column])})
        return Viewer(900, "iemand", "Iemand", grants, seats)

    def opens(self, door: str, viewer: Viewer | None) -> bool:
        """Knock at a door of the collection here."""
        return knock(
            door,
            viewer,
            installation=self.installation,
            collection=self.here,
            framework=self.framework,
            known={**self.known, **self.special.get(door, {})},
        )


def set_stage(opened: Installation, folder: Path) -> Stage:
    """Make everything, once. folder: for what an action writes."""
    with opened.database.reading() as session:
        here, elsewhere = find_collection(session, "demo"), find_collection(session, "elders")
    both = Viewer(1, "anna", "Anna", frozenset({(here.id, Role.FACILITATOR), (here.id, Role.PENVOERDER)}))
    table, _ = make_tables(opened, here, both)
    drawn = "story | perspective\n" + "\n".join(f"s{number} | parent" for number in range(12))
    told = draw_stories(opened, here, drawn)
    waiting = tell(opened, here)
    masked(opened, waiting.story_id, "Op dinsdag.", released=False)
    story_id = told["s0"].story_id
    with opened.database.writing() as session:
        seen = add_observation(session, table, text="Er wordt vaak gewacht.", by=both)
        readings = [
            add_interpretation(session, seen.id, perspective="parent", text=text, by=both)
            for text in ("De wachtlijst is lang.", "Er wordt laat verwezen.")
        ]
        evidence = add_story(session, table, story_id, by=both)
        advice = save_advice(
            session, table, result_type="follow_up", addressee="Regiegroep", goal="A3", text="Kijk verder.", by=both
        )
    with opened.database.reading() as session:
        stories = stories_frame(session, here.id, purpose=Purpose.RESEARCH)
    evaluator = Viewer(2, "eva", "Eva", frozenset({(here.id, Role.EVALUATOR)}))
    released = release_stories(evaluator, here.id, stories, purpose=Purpose.REPORT, limits=Limits())
    known: dict[str, Any] = {
        **QUESTION,
        "roundtable_id": table,
        "assignment_id": 1,
        "observation_id": seen.id,
        "interpretation_id": readings[0].id,
        "evidence_id": evidence.id,
        "advice_id": advice.id,
        "figure_id": 1,
        "story_id": waiting.story_id,
        "invitation_id": 1,
        "request_id": 1,
        "user_id": 1,
        "number": story_id,
        "title": "Een titel",
        "text": "Een tekst",
        "answer": "Een antwoord",
        "perspective": "parent",
        "result_type": "follow_up",
        "addressee": "Regiegroep",
        "goal": "A3",
        "element": "",
        "to": "toets_spelregels",
        "action": "prepare_roundtable",
        "selection": Selection(),
        "limits": Limits.from_settings(opened.settings),
        "purpose": Purpose.RESEARCH,
        "counts": pd.DataFrame([[12]]),
        "minutes": 15,
        "pieces": ["dinsdag"],
        "kind": "other",
        "decision": Decision.RELEASE,
        "ground": "wens_verteller",
        "reason": "",
        "vault": opened.vault,
        "terms": Terms.from_settings(opened.settings),
        "today": date(2026, 11, 22),
        "format": "csv",
        "out": folder / "uit.csv",
        "profile": "evaluator",
        "framework": read_framework(),
        "key": "noord",
        "taxonomy": None,
        "what_happens": "",
        "is_open": True,
        "is_active": True,
        "file": Upload("kpi.csv", b"dit;is\nniets;nee\n"),
        "mapping": None,
        "name": "bram",
        "display_name": "Bram",
        "role": Role.TABLE_MEMBER,
        "held": Held(Role.TABLE_MEMBER, here.id),
    }
    special: dict[str, dict[str, Any]] = {
        "exports.gather.gather_export": {"profile": Profile.EVALUATOR},
        "safeguards.release.release_stories": {"stories": stories},
        "safeguards.release.release_story": {"stories": stories, "story_id": story_id},
        "safeguards.release.release_rows": {
            "stories": released,
            "rows": pd.DataFrame({"teller_id": stories["teller_id"], "perspective": stories["perspective"]}),
            "facts": (),
        },
    }
    return Stage(opened, here, elsewhere, read_framework(), table, known, special)
