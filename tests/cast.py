"""The cast of every test, and short ways to let them do something.

Anna leads the round table, Bram takes part, Cem is from another municipality, Dina told the story
and withdrew consent. Stories can be drawn as a table; see `draw_stories`.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from safeguards.access import Role, Viewer
from safeguards.installation import Installation
from safeguards.withdrawal import withdraw_by_code
from storage.runs import DONE
from storage.tables.base import now
from storage.tables.processing import MaskedStoryRow, RunRow
from storage.tables.reading import ReadingRow
from storage.tables.stories import StoryRow
from stories.accept import Receipt, Submission, accept_story
from stories.answers import NOT_APPLICABLE_ANSWER, SKIPPED_ANSWER, Answer
from stories.collections import Collection
from stories.elements import Element, Stones, Triad
from stories.framework import SignificationFramework, load_framework
from stories.released import RELEASED, WAITING

ROOT = Path(__file__).parent.parent
DEMO_FRAMEWORK = ROOT / "demo" / "framework_bjh.yaml"
SMALL_FRAMEWORK = ROOT / "tests" / "cases" / "framework_small.yaml"
PASSWORD = "een zin die lang genoeg is"

_FRAMEWORKS: dict[Path, SignificationFramework] = {}


def read_framework(path: Path = DEMO_FRAMEWORK) -> SignificationFramework:
    """A framework from its file, read once."""
    if path not in _FRAMEWORKS:
        _FRAMEWORKS[path] = load_framework(path)
    return _FRAMEWORKS[path]


def with_role(viewer: Viewer, role: Role, collection: Collection | None) -> Viewer:
    """The same person holding this role too; in a test without a database, the grant is enough."""
    return replace(viewer, grants=viewer.grants | {(collection.id if collection else None, role)})


def make_submission(collection: Collection, **wanted: Any) -> Submission:
    """A parent's whole submission; name what is different."""
    usual = {
        "submission_id": uuid.uuid4().hex,
        "collection": collection.key,
        "perspective": "parent",
        "consent": "table",
        "title": "De dinsdag",
        "text": "Op dinsdag kwam er iemand. Dat hielp.",
    }
    return Submission(**{**usual, **wanted})


def tell(
    installation: Installation,
    collection: Collection,
    *,
    perspective: str = "parent",
    text: str = "Op dinsdag kwam er iemand. Dat hielp.",
    answers: Mapping[str, Answer] | None = None,
    consent: str = "table",
    teller_id: str | None = None,
    **wanted: Any,
) -> Receipt:
    """Tell one story, as the form does: the receipt. Without `masked` nobody sees it yet."""
    submission = make_submission(
        collection, perspective=perspective, text=text, answers=answers or {}, consent=consent, **wanted
    )
    with installation.database.writing() as session:
        return accept_story(
            session,
            submission,
            vault=installation.vault,
            max_characters=installation.settings.story_max_characters,
            teller_id=teller_id,
        )


def masked(
    installation: Installation, story_id: str, text: str, *, title: str = "De dinsdag", released: bool = True
) -> None:
    """Store the masked text of a story, as the pipeline would, without a language model.

    released: as if a reader let it out too; False leaves it in the readers' queue.
    """
    with installation.database.writing() as session:
        story = session.get_one(StoryRow, story_id)
        run = RunRow(
            kind="process", collection_id=story.collection_id, requested_by="test", state=DONE, finished_at=now()
        )
        session.add(run)
        session.flush()
        session.add(
            MaskedStoryRow(
                story_id=story_id,
                title=title,
                text=text,
                spans=[],
                detected_language="nl",
                step="deidentify.test",
                run_id=run.id,
            )
        )
        session.add(ReadingRow(story_id=story_id, state=RELEASED if released else WAITING, signs=[]))


def withdraw(installation: Installation, receipt: Receipt) -> bool:
    """Withdraw a story by its code, as a teller does."""
    with installation.database.writing() as session:
        return withdraw_by_code(session, receipt.code)


def draw_stories(
    installation: Installation,
    collection: Collection,
    drawing: str,
    *,
    framework: SignificationFramework | None = None,
) -> dict[str, Receipt]:
    """Tell and mask the stories of a drawn table; their receipts by the first column.

    The first line names the columns: `story`, then any of perspective, consent, teller, text, and
    element ids. A triad is three shares, a dyad one number, a choice one or more keys with commas,
    stones `key x y` with commas. "na" is past niet, nothing is skipped, "-" was not asked.

        story | perspective | T1         | D1 | text
        een   | parent      | .8 .1 .1   | 30 | Zij luisterde.
        twee  | worker      | na         |    | We gingen samen.
    """
    framework = framework or read_framework()
    lines = [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()]
    receipts = {}
    for cells in lines[1:]:
        row = dict(zip(lines[0], cells, strict=True))
        answers = {
            name: read_answer(framework.elements[name], cell)
            for name, cell in row.items()
            if name in framework.elements and cell != "-"
        }
        text = row.get("text") or f"Verhaal {row['story']}."
        receipt = tell(
            installation,
            collection,
            perspective=row.get("perspective") or "parent",
            text=text,
            answers=answers,
            consent=row.get("consent") or "table",
            teller_id=row.get("teller") or None,
        )
        masked(installation, receipt.story_id, text)
        receipts[row["story"]] = receipt
    return receipts


def read_answer(element: Element, cell: str) -> Answer:
    """One drawn cell as an answer."""
    if cell in ("", "na"):
        return NOT_APPLICABLE_ANSWER if cell == "na" else SKIPPED_ANSWER
    if isinstance(element, Triad):
        return Answer("answered", [float(share) for share in cell.split()])
    if isinstance(element, Stones):
        places = (stone.split() for stone in cell.split(","))
        return Answer("answered", {key: [float(x), float(y)] for key, x, y in places})
    if getattr(element, "type", "") == "dyad":
        return Answer("answered", float(cell))
    return Answer("answered", [key.strip() for key in cell.split(",")])
