"""The repository keeps its own rules: who imports whom, what stands where, and what never enters."""

import ast
import importlib
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from safeguards.access import TASKS
from safeguards.installation import Installation
from settings import PREFIX, SETTINGS
from storage.tables import Base
from tests.cast import ROOT

# The ladder of DESIGN.md 2, from the ground up. A folder imports from steps below its own.
LADDER = [
    {"storage", "models"},
    {"safeguards"},
    {"stories", "indicators"},
    {"patterns", "pipeline"},
    {"dialogue"},
    {"pages", "intake", "exports", "imports"},
]
# A screen offers the files that these make and read; our own import reads back what our export wrote.
BESIDE = {"pages": {"exports", "imports"}, "imports": {"exports"}}
ANYWHERE = {"settings", "faults"}
FOLDERS = set().union(*LADDER)
TOP_SCRIPTS = {"app", "worker", "manage", "safety_commands", "start", "terminal"}
# The only ones that may import these packages.
KEPT_TO = {
    "streamlit": {"pages", "app"},
    "starlette": {"intake", "app"},
    "torch": {"pipeline", "models"},
    "spacy": {"pipeline", "models"},
    "sentence_transformers": {"pipeline", "models"},
    "bertopic": {"pipeline", "models"},
}
KEPT_FROM = {"patterns": {"storage", "streamlit", "sqlalchemy", "safeguards"}}
MOST_LINES = 500
NEVER_CALLED = {"pickle.load", "pickle.loads", "joblib.load", "torch.load", "eval", "exec", "marshal.loads"}
GENERATED = ("storage/migrations/versions/",)


@cache
def tracked() -> list[Path]:
    """Every file of the repository that git knows and that is there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def modules() -> dict[str, ast.Module]:
    """Every tracked Python file, by its place."""
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in tracked() if path.suffix == ".py"}


def product() -> dict[str, ast.Module]:
    """The modules that run at a customer: not the tests, not the benches."""
    return {name: tree for name, tree in modules().items() if name.split("/")[0] not in ("tests", "bench")}


def owner(name: str) -> str:
    """The folder, or the script beside the folders, that a file belongs to."""
    return name.split("/")[0].removesuffix(".py")


def imports_of(tree: ast.Module) -> Iterator[str]:
    """The top names of everything imported, inside functions and by name as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.Call) and dotted(node.func) in ("importlib.import_module", "__import__"):
            yield from (str(given.value).split(".")[0] for given in node.args[:1] if isinstance(given, ast.Constant))


def dotted(node: ast.expr) -> str:
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def step_of(folder: str) -> int:
    return next(number for number, step in enumerate(LADDER) if folder in step)


def may_import(importer: str, imported: str) -> bool:
    """Whether the ladder allows this. Scripts beside the folders, demo/ and tests/ stand above it."""
    if imported in ANYWHERE or importer == imported or importer not in FOLDERS | ANYWHERE:
        return True
    if imported in TOP_SCRIPTS | {"demo", "tests", "bench"}:
        return False
    if imported not in FOLDERS:
        return True
    if importer in ANYWHERE:
        return False
    return step_of(imported) < step_of(importer) or imported in BESIDE.get(importer, set())


def test_imports_point_down_the_ladder() -> None:
    wrong = {
        f"{name} imports {imported}"
        for name, tree in product().items()
        for imported in imports_of(tree)
        if not may_import(owner(name), imported)
    }
    assert not wrong


@pytest.mark.parametrize(
    ("importer", "imported", "may"),
    [
        ("stories", "safeguards", True),
        ("safeguards", "stories", False),
        ("storage", "models", False),
        ("pages", "exports", True),
        ("exports", "pages", False),
        ("pipeline", "app", False),
        ("settings", "storage", False),
        ("patterns", "settings", True),
        ("worker", "pipeline", True),
    ],
)
def test_the_ladder_is_read_as_it_is_meant(importer: str, imported: str, may: bool) -> None:
    assert may_import(importer, imported) is may


def test_heavy_and_screen_packages_stay_where_they_belong() -> None:
    wrong = {
        f"{name} imports {imported}"
        for name, tree in product().items()
        for imported in imports_of(tree)
        if owner(name) not in KEPT_TO.get(imported, {owner(name)}) or imported in KEPT_FROM.get(owner(name), set())
    }
    assert not wrong


def test_only_the_frame_stands_directly_in_pages() -> None:
    direct = {name for name in modules() if re.fullmatch(r"pages/[^/]+\.py", name)}
    assert direct <= {"pages/frame.py", "pages/__init__.py"}


def test_a_folder_of_pages_is_a_task_or_shared() -> None:
    folders = {name.split("/")[1] for name in modules() if name.startswith("pages/") and name.count("/") == 2}
    assert folders == {*TASKS, "shared"}


def first_call(node: ast.expr) -> ast.Call | None:
    """The call that runs first when an expression is worked out: arguments before the call itself."""
    if not isinstance(node, ast.Call):
        inner = [
            call for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr) and (call := first_call(child))
        ]
        return inner[0] if inner else None
    arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
    inner = [call for argument in arguments if (call := first_call(argument))]
    return inner[0] if inner else node


def running_statements(tree: ast.Module) -> list[ast.stmt]:
    """What a module does when it is run, beyond naming things: a page does, a helper does not."""
    naming = (
        ast.Import,
        ast.ImportFrom,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.Assign,
        ast.AnnAssign,
    )
    docstring = tree.body[:1] if ast.get_docstring(tree) else []
    return [node for node in tree.body if not isinstance(node, naming) and node not in docstring]


def page_scripts() -> dict[str, list[ast.stmt]]:
    in_tasks = {name: tree for name, tree in modules().items() if name.startswith("pages/") and name.count("/") == 2}
    found = {name: running_statements(tree) for name, tree in in_tasks.items() if "/shared/" not in name}
    return {name: statements for name, statements in found.items() if statements}


def test_every_page_asks_first_whether_it_may_open() -> None:
    for name, statements in page_scripts().items():
        assert isinstance(statements[0], ast.Expr | ast.Assign), name
        call = first_call(statements[0].value)
        assert call is not None and dotted(call.func) in ("require", "require_in_house"), name
        assert isinstance(call.args[0], ast.Constant) and call.args[0].value == name.split("/")[1], name


def test_no_helper_of_a_page_puts_anything_on_the_screen_when_it_is_imported() -> None:
    for name, tree in modules().items():
        if name.startswith("pages/") and name not in page_scripts():
            loose = [node for node in tree.body if isinstance(node, ast.Assign) and first_call(node.value)]
            assert not [node for node in loose if dotted(first_call(node.value).func).startswith("st.")], name


def test_the_menu_leads_to_pages_and_every_page_is_in_it() -> None:
    frame = modules().get("pages/frame.py")
    assert frame is not None
    named = {
        f"pages/{node.value}"
        for node in ast.walk(frame)
        if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z_]+/[a-z_]+\.py", str(node.value))
    }
    assert named == set(page_scripts())


def test_every_folder_says_in_one_sentence_what_it_is_for() -> None:
    folders = {name.split("/")[0] for name in modules() if "/" in name} - {".streamlit"}
    for folder in folders:
        docstring = ast.get_docstring(modules()[f"{folder}/__init__.py"]) or ""
        assert docstring.endswith(".") and "\n\n" not in docstring, folder


@pytest.mark.parametrize("folder", sorted(FOLDERS | {"demo", "tests"}))
def test_our_folder_wins_from_an_installed_package_of_the_same_name(folder: str) -> None:
    found = importlib.import_module(folder).__file__
    assert found is not None and Path(found).is_relative_to(ROOT)


def test_every_module_says_what_it_is_for() -> None:
    assert not [name for name, tree in modules().items() if tree.body and not ast.get_docstring(tree)]


def test_no_file_is_longer_than_one_can_read() -> None:
    lengths = {name: (ROOT / name).read_text().count("\n") for name in modules() if not name.startswith(GENERATED)}
    assert not {name: lines for name, lines in lengths.items() if lines > MOST_LINES}


def test_nothing_is_unpickled_or_evaluated() -> None:
    wrong = [
        f"{name}:{node.lineno} {dotted(node.func)}"
        for name, tree in product().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and dotted(node.func) in NEVER_CALLED
    ]
    assert not wrong and not [name for name, tree in product().items() if {"pickle", "dill"} & set(imports_of(tree))]


def test_numpy_files_are_read_without_pickle() -> None:
    loads = [
        (name, node)
        for name, tree in product().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and dotted(node.func) in ("np.load", "numpy.load")
    ]
    assert not [name for name, call in loads if any(k.arg == "allow_pickle" and k.value.value for k in call.keywords)]  # type: ignore[attr-defined]


def test_the_web_and_the_work_print_nothing() -> None:
    # Whether what is printed is a story cannot be read from code; that nothing is, can.
    silent = FOLDERS - {"models"}
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in product().items()
        if owner(name) in silent
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and dotted(node.func) == "print"
    ]
    assert not wrong


# Written in pieces, so that this file passes its own test.
FORBIDDEN = {
    "a path of one machine": re.compile(r"/(home|Users|root|work)/" + r"[a-z]"),
    "the address of a package registry": re.compile(
        "|".join(
            [
                "pypi" + r"\.org",
                "files\\." + "pythonhosted",
                "index" + "-url",
                "huggingface" + r"\.co",
                "artifact" + "ory",
            ]
        )
    ),
    "a promise for later": re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]) + r")\b"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_holds(what: str) -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # an image or a font
        found += [f"{name_of(path)}: {match.group()}" for match in FORBIDDEN[what].finditer(text)]
    assert not found


def test_nothing_that_belongs_to_one_installation_is_tracked() -> None:
    kinds = {".sqlite3", ".db", ".key", ".pkl", ".pickle", ".pt", ".bin", ".log", ".env"}
    assert not [name_of(path) for path in tracked() if path.suffix in kinds or path.name == ".env"]


def test_every_setting_is_explained_and_every_explained_setting_exists() -> None:
    page = ROOT / "docs" / "how-to" / "settings.md"
    if not page.exists():
        pytest.skip("docs/how-to/settings.md is not there yet")
    named = set(re.findall(PREFIX + r"[A-Z_]+", page.read_text(encoding="utf-8")))
    assert named == {PREFIX + setting.name.upper() for setting in SETTINGS}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned(name: str) -> None:
    lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    loose = [line for line in lines if line and not re.fullmatch(r"[\w.\[\],-]+==[\w.+!-]+", line)]
    assert loose == ([] if name == "requirements.txt" else ["-r requirements.txt"])


def test_torch_is_the_build_that_was_measured() -> None:
    assert "torch==2.13.0" in (ROOT / "requirements.txt").read_text().splitlines()


def test_the_migrations_make_the_tables_that_the_code_needs(installation: Installation) -> None:
    with installation.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []
