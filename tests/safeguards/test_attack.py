"""With everything that pages and exports say about 300 stories, no small group can be computed."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from pages.explore.reading import release_part
from pages.explore.theme_list import theme_table
from pages.shared.data import CollectionData, describe_choice, release_for, select_from
from pages.shared.guard import PageContext
from pages.shared.panels import make_view
from pages.shared.themes import ThemeOnScreen
from safeguards import differencing, release, suppression
from safeguards.access import Role, Viewer
from safeguards.consent import Purpose
from safeguards.installation import Installation
from safeguards.release import GroupTooSmall, set_small_apart
from stories.collections import Collection
from stories.selection import Selection
from tests.cast import SMALL_FRAMEWORK, read_framework
from tests.safeguards.attack import Group, Levels, Notes, find_small_groups, group

SMALL = read_framework(SMALL_FRAMEWORK)
ANNA = Viewer(1, "anna", "Anna", frozenset({(1, Role.FACILITATOR), (1, Role.EVALUATOR)}))
WHO, ZONES, STEPS = (
    ("child", "parent", "worker"),
    ("corner_1", "corner_2", "corner_3", "middle", "na"),
    ("1", "3", "5", "na"),
)
FIELDS = {
    "who": Levels("who", WHO),
    "theme": Levels("theme", ("1", "2", "3", "4")),
    "tag": Levels("tag", ("rust", "ruzie", "zeldzaam"), is_loose=True),
    "T1": Levels("T1", (*ZONES, "skipped")),
    "D1": Levels("D1", (*STEPS, "skipped")),
    "M1": Levels("M1", ("glad", "sad", "angry"), is_loose=True),
    "since": Levels("since", ("korter_dan_3_maanden", "langer")),
}
TRIADS = {
    "corner_1": [0.8, 0.1, 0.1],
    "corner_2": [0.1, 0.8, 0.1],
    "corner_3": [0.1, 0.1, 0.8],
    "middle": [0.4, 0.3, 0.3],
}
PLACES = {"1": 10.0, "3": 50.0, "5": 90.0}


def draw_people(seed: int, n: int = 300) -> pd.DataFrame:
    """People drawn at random, a value in each field; skewed as life is, with rare values everywhere."""
    chance = np.random.default_rng(seed)
    who = chance.choice(WHO, n, p=[0.2, 0.68, 0.12])
    if seed % 2 == 0:  # a collection in which three workers told
        who = np.where(np.arange(n) < 3, "worker", np.where(who == "worker", "parent", who))
    people = pd.DataFrame({"who": who}, index=[f"s{number:03}" for number in range(n)])
    people["theme"] = chance.choice(["1", "2", "3", "4", ""], n, p=[0.45, 0.25, 0.1, 0.04, 0.16])
    lean = np.where(people["theme"] == "1", 0.55, 0.25)
    people["T1"] = [
        chance.choice([*ZONES, "skipped"], p=[p, 0.35, 0.32 - p / 2, 0.21 - p / 2, 0.07, 0.05]) for p in lean / 1.6
    ]
    people["D1"] = np.where(who == "child", "", chance.choice([*STEPS, "skipped"], n, p=[0.5, 0.3, 0.1, 0.06, 0.04]))
    people["since"] = np.where(
        who == "parent", chance.choice(["korter_dan_3_maanden", "langer", ""], n, p=[0.05, 0.8, 0.15]), ""
    )
    for name, odds in {"tag": (0.4, 0.1, 0.015), "M1": (0.6, 0.3, 0.03)}.items():
        has = chance.random((n, 3)) < odds
        people[name] = [frozenset(np.array(FIELDS[name].values)[row]) for row in has]
    return people


def make_data(people: pd.DataFrame) -> CollectionData:
    """The people as the pages hold them."""
    numbers = np.arange(len(people))
    stories = pd.DataFrame(
        {
            "perspective": people["who"].astype(object),
            "teller_id": [f"t{number}" for number in numbers],
            "consent": "report",
            "theme_id": pd.array([int(theme) if theme else None for theme in people["theme"]], dtype="Int64"),
            "tags": [sorted(tags) for tags in people["tag"]],
            "has_text": True,
            "title": "",
            "text": [f"verhaal {number}" for number in numbers],
            "told_on": [f"2024-{1 + number % 12:02}" for number in numbers],
            "language": "nl",
        },
        index=people.index,
    )
    kept, apart = set_small_apart(stories, smallest=5)
    answers = {
        "T1": _as_answers(
            people["T1"], lambda zone: dict(zip(SMALL.elements["T1"].pole_keys, TRIADS[zone], strict=True))
        ),
        "D1": _as_answers(people["D1"], PLACES.__getitem__),
        "M1": _as_answers(people["M1"], sorted),
        "since": _as_answers(people["since"], lambda key: [key]),
    }
    answers = {name: frame[frame.index.isin(kept.index)] for name, frame in answers.items()}
    return CollectionData(kept, apart, None, SMALL, 1, _answers=answers)  # type: ignore[arg-type]


def _as_answers(values: pd.Series, store: object) -> pd.DataFrame:
    given = values[[bool(value) for value in values]]
    states = [
        {"na": "not_applicable", "skipped": "skipped"}.get(value, "answered") if isinstance(value, str) else "answered"
        for value in given
    ]
    stored = [store(value) if state == "answered" else None for value, state in zip(given, states, strict=True)]  # type: ignore[operator]
    return pd.DataFrame({"state": states, "value": pd.Series(stored, index=given.index, dtype=object)})


@pytest.fixture
def context(installation: Installation, collection: Collection) -> PageContext:
    return PageContext(ANNA, installation, replace(collection, id=1), SMALL)


def list_filters() -> Iterator[tuple[Selection, Group]]:
    """Everything that the selection bar can ask with one field or two: a value, or all values but one."""
    singles: dict[str, list[tuple[str, ...]]] = {}
    for name, levels in FIELDS.items():
        values = [value for value in levels.values if value != "skipped"]
        singles[name] = [(value,) for value in values]
        if name in ("who", "theme", "tag"):
            singles[name] += [tuple(one for one in values if one != value) for value in values]
    yield Selection(), group()
    for name, choices in singles.items():
        yield from ((_select({name: values}), group(**{name: values})) for values in choices)
    for first, second in combinations(singles, 2):
        for one in singles[first]:
            for other in singles[second]:
                yield _select({first: one, second: other}), group(**{first: one, second: other})


def _select(wanted: dict[str, tuple[str, ...]]) -> Selection:
    return Selection(
        perspectives=wanted.get("who", ()),
        themes=tuple(int(theme) for theme in wanted.get("theme", ())),
        tags=wanted.get("tag", ()),
        answers=tuple((name, value) for name in ("T1", "D1", "M1", "since") for value in wanted.get(name, ())),
    )


def look_inside(context: PageContext, data: CollectionData) -> Notes:
    """Every number of the explorer: the sentence, panels and their table twins, themes, lists behind a part."""
    notes = Notes(context.limits.internal)
    for selection, of in list_filters():
        selected = select_from(data, selection)
        if selected.empty:
            notes.exactly(of, 0)
            continue
        try:
            released = release_for(context, selected, purpose=Purpose.RESEARCH, chosen=describe_choice(data, selection))
        except GroupTooSmall:
            continue
        notes.exactly(of, len(released.frame))
        if len(of) < 2:
            _look_at_panels(context, data, selection, of, released, notes)
    return notes


def _look_at_panels(
    context: PageContext,
    data: CollectionData,
    selection: Selection,
    of: Group,
    released: release.ReleasedStories,
    notes: Notes,
) -> None:
    how = describe_choice(data, selection)
    note = notes.rounded if how.conditions else notes.exactly
    themes = [ThemeOnScreen(number, str(number), (), None) for number in (1, 2, 3, 4)]
    if not any(name == "theme" for name, _ in of):
        shown = theme_table(context, themes, data, released, how)["Verhalen in deze selectie"]
        for theme, n in zip(("1", "2", "3", "4", ""), shown, strict=True):
            if n != "verborgen":
                note(of | group(theme=theme), int(n))
    named = {name for name, _ in of}
    for element in ("T1", "D1", "M1", "since"):
        whom = selection.perspectives or WHO
        view = make_view(
            context,
            data,
            released.frame,
            SMALL.elements[element],
            perspectives=whom,
            purpose=Purpose.RESEARCH,
            chosen=how,
        )
        for panel in view.panels:
            base = frozenset(one for one in of if one[0] != "who") | group(who=panel.perspective)
            for part, n in panel.counts.items():
                if n is None or part not in FIELDS[element].values or element in named:
                    continue
                note(base | {(element, (part,))}, n)
                if n and not of:
                    try:
                        read = release_part(context, data, view, released, selection, (panel.perspective, part))
                        notes.exactly(base | {(element, (part,))}, len(read.frame))
                    except GroupTooSmall:
                        continue


def count_truth(
    people: pd.DataFrame, fields: tuple[Levels, ...], *, most: int, seed: int, smallest: int = 5
) -> dict[Group, int]:
    """Small groups that really are there, of one to three fields, with and without "not"; a sample."""
    has = {
        (one.name, value): np.array([value in own if one.is_loose else value == own for own in people[one.name]])
        for one in fields
        for value in (one.values if one.is_loose else (*one.values, ""))
    }
    found: dict[Group, int] = {}
    for size in range(1, len(fields) + 1):
        for some in combinations(fields, size):
            for values in np.ndindex(*(2 * len([key for key in has if key[0] == one.name]) for one in some)):
                fits, of = np.ones(len(people), bool), set()
                for one, number in zip(some, values, strict=True):
                    value, is_not = [key[1] for key in has if key[0] == one.name][number // 2], number % 2
                    fits &= has[one.name, value] ^ bool(is_not)
                    of.add((one.name, ("not", value) if is_not else (value,)))
                if 0 < fits.sum() < smallest:
                    found[frozenset(of)] = int(fits.sum())
    keys = sorted(found, key=lambda of: (len(of), sorted(of)))
    chosen = np.random.default_rng(seed).permutation(len(keys))[:most]
    small = [key for key in keys if len(key) < 3]
    return {key: found[key] for key in [*small[:most], *(keys[place] for place in sorted(chosen))]}


TABLES = [
    ("who", "T1"),
    ("who", "theme"),
    ("who", "D1"),
    ("who", "since"),
    ("who", "M1"),
    ("theme", "T1"),
    ("theme", "D1"),
    ("who", "theme", "T1"),
    ("who", "T1", "D1"),
    ("tag", "theme", "who"),
    ("tag", "M1", "who"),
]


def attack(notes: Notes, people: pd.DataFrame, *, most: int = 25) -> list[Group]:
    """What the attacker finds, table by table."""
    found = []
    for names in TABLES:
        fields = tuple(FIELDS[name] for name in names)
        found += find_small_groups(notes, fields, count_truth(people, fields, most=most, seed=1))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_no_small_group_follows_from_what_the_explorer_shows(context: PageContext, seed: int) -> None:
    people = draw_people(seed)
    data = make_data(people)
    notes = look_inside(context, data)
    assert len(notes.known) > 100
    assert attack(notes, people.loc[data.stories.index]) == []


def let_everything_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release.Chosen, "is_safe", lambda self, smallest: True)
    monkeypatch.setattr(release.Chosen, "finds_small_rests", lambda self, parts, smallest: [])


def hide_only_small_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    def hide(counts: pd.DataFrame, *, smallest: int, also: np.ndarray | None = None) -> pd.DataFrame:
        return counts.astype("Int64").mask((counts > 0) & (counts < smallest))

    for module in (suppression, release, differencing):
        monkeypatch.setattr(module, "suppress_table", hide)


def judge_by_atoms_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differencing, "_is_shown", lambda *given: True)


@pytest.mark.parametrize("weaken", [let_everything_through, hide_only_small_cells, judge_by_atoms_only])
def test_the_attacker_finds_small_groups_where_a_protection_is_off(
    context: PageContext, monkeypatch: pytest.MonkeyPatch, weaken: object
) -> None:
    people = draw_people(1)
    data = make_data(people)
    weaken(monkeypatch)  # type: ignore[operator]
    assert attack(look_inside(context, data), people)


def test_three_workers_are_in_no_total(context: PageContext) -> None:
    people = draw_people(2)
    data = make_data(people)
    assert (data.apart, len(data.stories)) == ({"worker"}, 297)


def test_the_attacker_finds_three_workers_who_are_in_a_total(
    context: PageContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.safeguards.test_attack.set_small_apart", lambda stories, smallest: (stories, frozenset())
    )
    people = draw_people(2)
    let_everything_through(monkeypatch)
    assert group(who="worker") in attack(look_inside(context, make_data(people)), people)
