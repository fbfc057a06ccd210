"""With every card that can be laid on a table, and every report, no group under the shared limit can be computed."""

import numpy as np
import pandas as pd
import pytest

from dialogue.answer_words import list_options
from dialogue.view_cards import STORIES_LABEL, make_view_card
from exports.content import ReportContent, StoriesContent
from exports.gather import NothingToExport, gather_export
from exports.profile import Profile
from safeguards import release
from safeguards.access import Role, Viewer
from safeguards.installation import Installation
from safeguards.release import GroupTooSmall, Limits
from stories.collections import make_collection
from stories.selection import Selection
from tests.safeguards.attack import Group, Notes, find_small_groups, group
from tests.safeguards.test_attack import (
    FIELDS,
    SMALL,
    TABLES,
    WHO,
    count_truth,
    draw_people,
    let_everything_through,
    list_filters,
    make_data,
)

LIMITS = Limits()


@pytest.fixture
def anna(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    """Anna, in a collection of 300 people who allow everything."""
    people = draw_people(1)
    data = make_data(people)
    answers = pd.concat([frame.assign(element=name) for name, frame in data._answers.items()])
    answers = answers.rename_axis("story_id").reset_index()[["story_id", "element", "state", "value"]]
    for module in ("dialogue.view_cards", "exports.gather"):
        monkeypatch.setattr(f"{module}.stories_frame", lambda *given, **wanted: data.stories.assign(theme_label=None))
        monkeypatch.setattr(f"{module}.answers_frame", lambda *given: answers)
    with installation.database.writing() as session:
        made = make_collection(session, SMALL, key="klein", title="Klein")
        return Viewer(1, "anna", "Anna", frozenset({(made.id, Role.FACILITATOR), (made.id, Role.EVALUATOR)}))


def lay_cards(installation: Installation, anna: Viewer) -> Notes:
    """Every number on every card of one field or two."""
    notes = Notes(LIMITS.shared)
    collection_id = next(iter(anna.grants))[0]
    with installation.database.reading() as session:
        for selection, of in list_filters():
            for element in ("T1", "D1", "M1") if len(of) < 2 else ("",):
                try:
                    card = make_view_card(
                        session, collection_id or 0, selection, title="x", element=element, limits=LIMITS, viewer=anna
                    )
                except GroupTooSmall:
                    continue
                if card is not None:
                    _note_card(notes, of, element, card.rows)
    return notes


def _note_card(notes: Notes, of: Group, element: str, rows: tuple) -> None:
    rest = frozenset(one for one in of if one[0] != "who")
    parts = {label: key for key, label in list_options(SMALL.elements[element], "parent")} if element else {}
    for row in rows:
        for who, n in row.counts.items():
            part = parts.get(row.label)
            if n is None or (part not in FIELDS[element].values if row.label != STORIES_LABEL else False):
                continue
            if element not in {name for name, _ in of} or row.label == STORIES_LABEL:
                here = group() if row.label == STORIES_LABEL else frozenset({(element, (str(part),))})
                notes.rounded(rest | group(who=who) | here, n)


def take_reports(installation: Installation, anna: Viewer) -> Notes:
    """Every number in every report on one field, and how many quotes there are."""
    notes = Notes(LIMITS.shared)
    for selection, of in list_filters():
        if len(of) > 1:
            continue
        try:
            content = gather_export(
                installation, anna, collection_key="klein", profile=Profile.REPORT, selection=selection
            )
        except (GroupTooSmall, NothingToExport):
            continue
        assert isinstance(content, ReportContent)
        rest = frozenset(one for one in of if one[0] != "who")
        for who, quotes in content.quotes.items():
            notes.exactly(rest | group(who=who), len(quotes.frame))
        asked = [one for one in content.tables if one[1] in (selection.perspectives or WHO)]
        for element, who in asked:
            table = content.tables[element, who]
            for part, n in table.counts.loc[who].items():
                is_open = element in FIELDS and element not in {name for name, _ in of} and not pd.isna(n)
                if is_open and part in FIELDS[element].values:
                    notes.rounded(rest | group(who=who) | {(element, (str(part),))}, int(n))
    return notes


def attack(notes: Notes) -> list[Group]:
    people, found = draw_people(1), []
    for names in TABLES:
        fields = tuple(FIELDS[name] for name in names)
        found += find_small_groups(notes, fields, count_truth(people, fields, most=20, seed=2, smallest=10))
    return found


@pytest.mark.parametrize("look", [lay_cards, take_reports])
def test_no_small_group_follows_from_what_is_shared(installation: Installation, anna: Viewer, look: object) -> None:
    notes = look(installation, anna)  # type: ignore[operator]
    assert len(notes.known) > 60
    assert attack(notes) == []


def test_the_attacker_finds_groups_in_reports_that_are_not_judged(
    installation: Installation, anna: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_everything_through(monkeypatch)
    monkeypatch.setattr(release, "round_count", lambda count, *, multiple: count)
    monkeypatch.setattr(Notes, "rounded", Notes.exactly)
    monkeypatch.setattr(Limits, "smallest_for", lambda self, purpose: 1)
    assert attack(take_reports(installation, anna))


def test_in_the_rows_of_an_evaluator_nobody_stands_alone(installation: Installation, anna: Viewer) -> None:
    for selection in (Selection(), Selection(themes=(1, 2)), Selection(perspectives=("parent",), tags=("rust",))):
        content = gather_export(
            installation, anna, collection_key="klein", profile=Profile.EVALUATOR, selection=selection
        )
        assert isinstance(content, StoriesContent)
        rows = content.released.rows.join(content.released.stories.frame[["told_on", "language"]])
        known = ["perspective", "since", "told_on", "language"]
        sizes = rows.fillna("").groupby(known)["teller_id"].nunique()
        assert sizes.min() >= LIMITS.shared and set(rows["perspective"]) <= set(WHO)
        assert np.isin([len(str(month)) for month in rows["told_on"].dropna()], [4, 7]).all()
