"""Every place where a story, a count or a file leaves, by walking the code. A new one has to be put in this list.

Each place says what it takes: something that the gate made, or something that is no story and no
count of stories. Whoever adds a place decides that first, and reads docs/explanation/small-numbers.md.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.test_repository import dotted, modules

FOLDERS = ("pages/", "dialogue/", "exports/", "intake/", "imports/", "manage.py", "worker.py", "app.py")
# What reads stories before the gate.
READS = {
    "stories_frame", "answers_frame", "options_frame", "wide_answers", "read_answers", "count_states",
    "count_incoming", "count_told", "select_stories", "MaskedStoryRow", "AnswerRow", "TagProposalRow",
    "ThemeMembershipRow", "SuggestedThemeRow",
    "load_data", "select_from", "placed", "options_of", "open_text", "decrypt",
}  # fmt: skip
# What makes numbers or a file visible, or takes them to a file.
SHOWS = {
    "st.altair_chart", "st.vega_lite_chart", "st.line_chart", "st.bar_chart", "st.area_chart", "st.scatter_chart",
    "st.plotly_chart", "st.pyplot", "st.graphviz_chart", "st.pydeck_chart", "st.table", "st.dataframe",
    "st.json", "st.metric", "st.download_button", "st.write", "st.write_stream", "st.code", "st.html",
    "st.exception", "st.image", "st.file_uploader", "st.map", "st.data_editor", "st.components",
}  # fmt: skip
STORIES, COUNTS, ROWS = "ReleasedStories", "ReleasedTable", "ReleasedRows"
CARDS = "frozen cards, made of ReleasedStories and ReleasedTable when they were laid on the table"
BEFORE = "nothing is shown here: goes on to the gate"
TELLER = "the teller's own story, by the code of the receipt"
READER = "the readers' queue: one story at a time, before anyone else sees it"
NO_STORY = "no story and no count of a group of stories"
TOTAL = "how many stories wait or came in, over all perspectives"
ALLOWED = {
    "dialogue/story_cards.py": {
        "_story_frame": BEFORE,
        "_own_answers": f"{STORIES}, of release_story",
        "_proposed_theme": f"{STORIES}, of release_story",
        "_proposed_tags": f"{STORIES}, of release_story",
    },
    "dialogue/view_cards.py": {"make_view_card": f"{STORIES} and {COUNTS}"},
    "exports/gather.py": {
        "gather_export": f"{ROWS}, or {STORIES} and {COUNTS}",
        "_release_rows_of_selection": ROWS,
        "_describe": TOTAL,
        "_make_report": f"{STORIES} and {COUNTS}",
    },
    "exports/queries.py": {"count_told": TOTAL},
    "intake/my_story.py": {"_read_own_story": TELLER},
    "manage.py": {"check": TOTAL},
    "pages/collect/coverage.py": {"describe_unheard": COUNTS, "find_misfits": COUNTS},
    "pages/collect/incoming.py": {
        "show_page": TOTAL, "_show_months": COUNTS, "_show_fit": COUNTS, "_show_ways_in": COUNTS,
    },
    "pages/collect/reading.py": {"_show_story": READER},
    "pages/discuss/evidence_picker.py": {"show_story_picker": BEFORE, "_release": STORIES},
    "pages/discuss/invite_panel.py": {"show_invite_panel": NO_STORY},
    "pages/discuss/looks.py": {"apply_table_style": NO_STORY, "show_question": NO_STORY, "show_observation": NO_STORY},
    "pages/discuss/table_advice.py": {"show_advice_step": CARDS},
    "pages/discuss/table_evidence.py": {"_show_one": CARDS},
    "pages/discuss/table_overview.py": {"show_overview_step": CARDS},
    "pages/discuss/table_readings.py": {"show_readings_step": CARDS},
    "pages/explore/aim_stories.py": {"pick_varied": BEFORE, "_show_some_stories": STORIES},
    "pages/explore/explorer.py": {"show_page": STORIES},
    "pages/explore/reading.py": {"release_part": STORIES, "order_stories": STORIES},
    "pages/explore/side_by_side.py": {"show_page": BEFORE, "_show_telling": STORIES, "_show_counting": NO_STORY},
    "pages/explore/theme_list.py": {"show_theme_list": COUNTS},
    "pages/frame.py": {"_show_menu": NO_STORY},
    "pages/manage/collections.py": {"_show_collection": TOTAL, "_show_new": NO_STORY},
    "pages/manage/figures.py": {"show_page": NO_STORY, "_show_earlier": NO_STORY},
    "pages/manage/people.py": {"_show_said": NO_STORY},
    "pages/manage/privacy.py": {"_show_log": NO_STORY},
    "pages/manage/runs.py": {"show_page": NO_STORY},
    "pages/report/export.py": {"show_page": f"{ROWS}, or {STORIES} and {COUNTS}: a file of exports/"},
    "pages/shared/answers.py": {"read_answers": BEFORE, "count_states": BEFORE},
    "pages/shared/charts.py": {"show_panel": NO_STORY, "show_table_twin": COUNTS, "_show_chart": COUNTS},
    "pages/shared/data.py": {
        "_read_data": BEFORE, "select_from": BEFORE, "describe_choice": BEFORE, "placed": BEFORE, "options": BEFORE,
        "_options_for": BEFORE, "_read_answers": BEFORE,
    },
    "pages/shared/home.py": {"find_waiting": TOTAL},
    "pages/shared/links.py": {"show_link": NO_STORY},
    "pages/shared/panels.py": {
        "(module)": BEFORE, "make_view": COUNTS, "_place": BEFORE, "_make_panel": COUNTS, "stories_in": BEFORE,
    },
    "pages/shared/parts.py": {"_place_stone": BEFORE},
    "pages/shared/story_cards.py": {"show_story_cards": STORIES},
    "pages/shared/style.py": {"apply_style": NO_STORY},
    "pages/shared/themes.py": {"list_themes": "names of themes"},
    # Words that are the same as ours for something else.
    "imports/verteltafel_csv.py": {"_read_row": NO_STORY},
    "intake/answer_fields.py": {"_read_stones": NO_STORY},
    "intake/tokens.py": {"read": NO_STORY, "take": NO_STORY},
}  # fmt: skip
# What an address can ask for. All are checked against what exists, and go through the gate as a selection does.
ADDRESS = {
    "wie",
    "label",
    "thema",
    "antwoord",
    "zoek",
    "vraag",
    "steen",
    "van",
    "deel",
    "blad",
    "doel",
    "tafel",
    "stap",
    "verzameling",
}
FORMATS_AND_WRITERS = {"exports/csv_export.py": "write_csv", "exports/jsonl_export.py": "write_jsonl"}


def find_ways_out(trees: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    """Every function that reads stories before the gate, or shows something that could be one, with its file."""
    for name, tree in trees.items():
        if name.startswith(FOLDERS):
            inside = {id(part) for one in functions(tree) for part in ast.walk(one)}
            yield from ((name, one.name) for one in functions(tree) if any(is_way_out(part) for part in ast.walk(one)))
            # Beside the functions only imports may name them.
            yield from ((name, "(module)") for part in ast.walk(tree) if id(part) not in inside and is_way_out(part))


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def is_way_out(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id in READS
    if isinstance(node, ast.Attribute):
        # A chart or table in a column or a tab is one too: st.columns(2)[0].table(...).
        is_shown = node.attr in {name.removeprefix("st.") for name in SHOWS} and may_be_streamlit(node.value)
        return node.attr in READS or dotted(node) in SHOWS or is_shown
    return False


def may_be_streamlit(node: ast.expr) -> bool:
    """Whether something could be a place on the screen: a call of st, or a variable named like one."""
    return isinstance(node, ast.Call | ast.Subscript) and dotted_root(node) == "st"


def dotted_root(node: ast.expr) -> str:
    while not isinstance(node, ast.Name):
        if not isinstance(node, ast.Call | ast.Subscript | ast.Attribute):
            return ""
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id


def test_every_way_out_is_known_and_says_what_it_takes() -> None:
    listed = {(name, one) for name, ones in ALLOWED.items() for one in ones}
    found = set(find_ways_out(modules()))
    assert found - listed == set(), "new ways out: put them in the list, with what they take from the gate"
    assert listed - found == set(), "these are no ways out any more: take them off the list"


@pytest.mark.parametrize(
    "code",
    [
        "def show(): st.dataframe(frame)",
        "def show(): st.columns(2)[0].table(frame)",
        "def read(session): return session.scalars(select(MaskedStoryRow.text))",
        "async def read(session): return stories_frame(session, 1)",
        "def draw():\n    def inner():\n        st.altair_chart(chart)",
        "FRAME = answers_frame(session, 1)",
    ],
)
def test_a_new_way_out_is_seen(code: str) -> None:
    assert list(find_ways_out({"pages/explore/new.py": ast.parse(code)}))


def test_nothing_else_is_taken_from_the_address() -> None:
    asked = {
        str(part.args[0].value)
        for name, tree in modules().items()
        if name.startswith("pages/")
        for part in ast.walk(tree)
        if isinstance(part, ast.Call) and dotted(part.func).endswith(("read_param", "query_params.get"))
        if part.args and isinstance(part.args[0], ast.Constant)
    }
    assert asked <= ADDRESS


def test_every_export_writes_only_what_the_gate_made() -> None:
    for name, writer in FORMATS_AND_WRITERS.items():
        made = next(one for one in functions(modules()[name]) if one.name == writer)
        assert ast.unparse(made.args.args[0].annotation) == "ExportContent"  # type: ignore[arg-type]
    known = {name for name in modules() if name.startswith("exports/") and name.endswith("_export.py")}
    assert known == set(FORMATS_AND_WRITERS)


def test_no_error_carries_a_story() -> None:
    """The sentence of an error is built of names and numbers, never of a text or a row."""
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        if name.startswith(("pages/", "dialogue/", "exports/", "stories/", "safeguards/", "pipeline/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and node.exc is not None
        for part in ast.walk(node.exc)
        if isinstance(part, ast.Attribute | ast.Subscript)
        and ast.unparse(part).endswith((".text", "['text']", ".title", "['title']"))
    ]
    assert wrong == []


def test_charts_have_no_tooltip() -> None:
    source = ast.unparse(modules()["pages/shared/chart_shapes.py"])
    assert source.count("'tooltip'") == source.count("'tooltip': None") > 0
