"""The one gate: what comes out was asked by somebody who may, allowed by the tellers, and points at nobody."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from safeguards.access import NotAllowed, Role, Viewer
from safeguards.anonymity import ColumnLoss
from safeguards.consent import Purpose
from safeguards.release import (
    GroupTooSmall,
    Limits,
    ReleasedRows,
    ReleasedStories,
    ReleasedTable,
    may_show_share,
    release_counts,
    release_rows,
    release_stories,
    release_story,
)

HERE, ELSEWHERE = 1, 2
LIMITS = Limits(internal=2, shared=3, rounding=5, base_for_share=30)


def viewer(*roles: Role, where: int = HERE) -> Viewer:
    return Viewer(1, "anna", "Anna", frozenset((where, role) for role in roles))


ANNA = viewer(Role.FACILITATOR, Role.EVALUATOR)
BRAM = viewer(Role.TABLE_MEMBER)
CEM = viewer(Role.FACILITATOR, Role.EVALUATOR, where=ELSEWHERE)


def draw(drawing: str) -> pd.DataFrame:
    """Stories as `stories_frame` gives them, as far as the gate looks: consent, teller, perspective, facts."""
    lines = [[cell.strip() or None for cell in line.split("|")] for line in drawing.strip().splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0]).set_index("story")


STORIES = draw("""
    story | consent     | teller_id
    s1    | researchers | t1
    s2    | table       | t2
    s3    | report      | t3
    s4    | report      | t4
    s5    | report      | t5
""")


@pytest.mark.parametrize(
    ("purpose", "kept", "n_left_out"),
    [
        (Purpose.RESEARCH, ["s1", "s2", "s3", "s4", "s5"], 0),
        (Purpose.TABLE, ["s2", "s3", "s4", "s5"], 1),
        (Purpose.REPORT, ["s3", "s4", "s5"], 2),
    ],
)
def test_only_stories_whose_teller_allowed_it_come_out(purpose: Purpose, kept: list[str], n_left_out: int) -> None:
    released = release_stories(ANNA, HERE, STORIES, purpose=purpose, limits=LIMITS)
    assert (list(released.frame.index), released.n_without_consent) == (kept, n_left_out)


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("who", [CEM, None])
def test_cem_and_nobody_get_nothing_for_any_purpose(who: Viewer | None, purpose: Purpose) -> None:
    with pytest.raises(NotAllowed):
        release_stories(who, HERE, STORIES, purpose=purpose, limits=LIMITS)
    with pytest.raises(NotAllowed):
        release_counts(who, HERE, pd.DataFrame([[20]]), purpose=purpose, limits=LIMITS)


def test_bram_sees_what_is_on_the_table_and_no_more() -> None:
    assert len(release_stories(BRAM, HERE, STORIES, purpose=Purpose.TABLE, limits=LIMITS).frame) == 4
    for purpose in (Purpose.RESEARCH, Purpose.REPORT):
        with pytest.raises(NotAllowed):
            release_stories(BRAM, HERE, STORIES, purpose=purpose, limits=LIMITS)


def test_many_stories_of_two_tellers_are_a_small_group() -> None:
    stories = STORIES.assign(teller_id=["t1", "t2", "t2", "t2", "t3"], consent="report")
    assert len(release_stories(ANNA, HERE, stories, purpose=Purpose.REPORT, limits=LIMITS).frame) == 5
    with pytest.raises(GroupTooSmall, match=r"minder dan 3 verhalen\). Kies een ruimere groep"):
        release_stories(ANNA, HERE, stories.iloc[:4], purpose=Purpose.REPORT, limits=LIMITS)


def test_a_group_that_consent_makes_small_is_small() -> None:
    with pytest.raises(GroupTooSmall):
        release_stories(ANNA, HERE, STORIES.iloc[:4], purpose=Purpose.REPORT, limits=LIMITS)


@pytest.mark.parametrize("stories", [STORIES.iloc[:0], STORIES.iloc[:1]])
def test_an_empty_release_has_its_columns_and_points_at_nobody(stories: pd.DataFrame) -> None:
    released = release_stories(ANNA, HERE, stories, purpose=Purpose.REPORT, limits=LIMITS)
    assert (len(released.frame), list(released.frame.columns)) == (0, ["consent", "teller_id"])


@pytest.mark.parametrize(("story_id", "n_stories"), [("s2", 1), ("s1", 0), ("s9", 0)])
def test_one_chosen_story_comes_out_if_its_teller_allowed_the_table(story_id: str, n_stories: int) -> None:
    released = release_story(BRAM, HERE, STORIES, story_id)
    assert (len(released.frame), list(released.frame.columns)) == (n_stories, ["consent", "teller_id"])


def test_cem_cannot_get_one_chosen_story() -> None:
    with pytest.raises(NotAllowed):
        release_story(CEM, HERE, STORIES, "s2")


def make_one_of_each() -> list[ReleasedStories | ReleasedTable | ReleasedRows]:
    stories = release_stories(ANNA, HERE, STORIES, purpose=Purpose.REPORT, limits=LIMITS)
    table = release_counts(ANNA, HERE, pd.DataFrame([[20, 30]]), purpose=Purpose.REPORT, limits=LIMITS)
    wide = STORIES.assign(perspective="parent")
    return [stories, table, release_rows(ANNA, HERE, stories, wide, facts=[], limits=LIMITS)]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_nothing_else_can_make_what_the_gate_makes(number: int) -> None:
    made = make_one_of_each()[number]
    values = list(vars(made).values())
    with pytest.raises(TypeError, match=r"Only safeguards\.release can make this"):
        type(made)(*values, object())
    with pytest.raises((TypeError, ValueError)):
        replace(made, **{next(iter(vars(made))): values[0]})
    assert not hasattr(made, "seal")


def show(table: ReleasedTable) -> list[list[int | None]]:
    return [[None if pd.isna(cell) else int(cell) for cell in row] for row in table.counts.itertuples(index=False)]


def test_analysts_see_exact_counts_and_nobody_sees_small_ones() -> None:
    counts = pd.DataFrame([[1, 17, 0], [22, 31, 4]])
    internal = release_counts(ANNA, HERE, counts, purpose=Purpose.RESEARCH, limits=LIMITS)
    assert show(internal) == [[None, None, 0], [None, None, 4]]
    assert (internal.n_hidden, internal.note) == (
        4,
        "4 aantallen zijn verborgen (minder dan 2, of om die te beschermen)",
    )
    shared = release_counts(ANNA, HERE, counts, purpose=Purpose.TABLE, limits=LIMITS)
    assert show(shared) == [[None, None, 0], [None, None, 5]]
    assert shared.note.endswith("beschermen); aantallen zijn afgerond op 5-tallen")


def test_one_hidden_count_is_said_in_the_singular() -> None:
    lone = release_counts(ANNA, HERE, pd.DataFrame([[1]]), purpose=Purpose.RESEARCH, limits=LIMITS)
    assert lone.note == "1 aantal is verborgen (minder dan 2, of om die te beschermen)"


def test_rounding_that_makes_a_whole_group_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="shown as 0"):
        Limits(shared=10, rounding=25)


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=1, max_size=4))
def test_zero_is_shown_only_where_nobody_is(rows: list[list[int]]) -> None:
    shown = show(release_counts(ANNA, HERE, pd.DataFrame(rows), purpose=Purpose.TABLE, limits=Limits()))
    for given_row, shown_row in zip(rows, shown, strict=True):
        for count, cell in zip(given_row, shown_row, strict=True):
            assert cell is None or (cell == 0) == (count == 0)


@pytest.mark.parametrize(("base", "may"), [(29, False), (30, True)])
def test_a_percentage_needs_a_base(base: int, may: bool) -> None:
    assert may_show_share(base, limits=LIMITS) is may


def blank_rows(drawing: str) -> pd.DataFrame:
    """The rows as they leave, when a group needs 3 tellers; every teller allows everything."""
    wide = draw(drawing)
    wide["teller_id"] = wide.get("teller_id", pd.Series([f"t{number}" for number in range(len(wide))], wide.index))
    stories = release_stories(ANNA, HERE, wide.assign(consent="report"), purpose=Purpose.REPORT, limits=LIMITS)
    return release_rows(ANNA, HERE, stories, wide, facts=["B1"], limits=LIMITS).rows


def facts_of(rows: pd.DataFrame) -> str:
    return " ".join("." if pd.isna(fact) else fact for fact in rows["B1"])


FOUR_LONG = "\n".join(f"l{number} | parent | long" for number in range(4))


@pytest.mark.parametrize(
    ("others", "shown"),
    [
        ("", "long long long long"),
        ("a | parent | short\nb | parent | short\nc | parent | short", "long long long long short short short"),
        # Blank rows alone would say "short", so the long ones go along.
        ("a | parent | short", ". . . . ."),
        # Three that could be any of two rare kinds are a group.
        ("a | parent | short\nb | parent | new\nc | parent | new", "long long long long . . ."),
        # Among tellers who skipped the question nobody stands out.
        ("a | parent | short\nb | parent |\nc | parent |", "long long long long . . ."),
        # Who alone skipped the question stands out by that, so the others go along.
        ("a | parent |", ". . . . ."),
        # Another perspective is another crowd, and one worker is none: that row stays behind.
        ("a | worker | long", "long long long long"),
    ],
)
def test_rare_facts_are_blanked_and_the_blanks_do_not_say_whose(others: str, shown: str) -> None:
    assert facts_of(blank_rows(f"story | perspective | B1\n{FOUR_LONG}\n{others}")) == shown


def test_three_stories_of_one_teller_are_rare() -> None:
    drawing = "story | perspective | B1 | teller_id\n"
    drawing += "\n".join(f"l{number} | parent | long | t{number}" for number in range(4)) + "\n"
    drawing += "\n".join(f"s{number} | parent | short | t9" for number in range(3))
    assert facts_of(blank_rows(drawing)) == ". . . . . . ."


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["parent", "worker"]), st.sampled_from(["a", "b", "c", None])),
        min_size=3,
        max_size=25,
    )
)
def test_no_combination_and_no_blanking_leaves_a_small_group(rows: list[tuple[str, str | None]]) -> None:
    wide = pd.DataFrame(rows, columns=["perspective", "B1"]).astype(object)
    wide.index = pd.Index([f"s{number}" for number in range(len(wide))])
    wide["teller_id"] = wide.index
    assume(wide["perspective"].value_counts().max() >= 3)
    stories = release_stories(ANNA, HERE, wide.assign(consent="report"), purpose=Purpose.REPORT, limits=LIMITS)
    out = release_rows(ANNA, HERE, stories, wide, facts=["B1"], limits=LIMITS).rows
    assert (out.fillna("").groupby(["perspective", "B1"])["teller_id"].nunique() >= 3).all()


def test_rows_leave_only_for_released_stories_and_an_evaluator() -> None:
    wide = STORIES.assign(perspective="parent", B1="long")
    stories = release_stories(ANNA, HERE, STORIES, purpose=Purpose.REPORT, limits=LIMITS)
    released = release_rows(ANNA, HERE, stories, wide, facts=["B1", "unknown"], limits=LIMITS)
    assert list(released.rows.index) == ["s3", "s4", "s5"]
    assert released.loss == {"B1": ColumnLoss()}
    for who in (BRAM, CEM, None):
        with pytest.raises(NotAllowed):
            release_rows(who, HERE, stories, wide, facts=[], limits=LIMITS)
