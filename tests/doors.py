"""Find every door of the product, and knock at each as anybody: for the matrix in tests/stage.py.

A door is a public function that takes a viewer, or a function of a page that asks `require_action`.
"""

import ast
import importlib
import inspect
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from types import ModuleType
from typing import Any

from faults import PersonFault
from pages.shared.guard import PageContext
from safeguards.access import NotAllowed, Viewer
from safeguards.installation import Installation
from stories.collections import Collection
from stories.framework import SignificationFramework
from tests.cast import ROOT

FOLDERS = ("dialogue", "exports", "imports", "indicators", "pages", "patterns", "pipeline", "safeguards", "stories")


@cache
def find_doors() -> frozenset[str]:
    """Every door, as module.function."""
    doors = set()
    for path in sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")):
        module = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _is_door(node, module):
                doors.add(f"{module}.{node.name}")
    return frozenset(doors)


def _is_door(node: ast.FunctionDef, module: str) -> bool:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    if any(one.annotation is not None and "Viewer" in ast.unparse(one.annotation) for one in given):
        return True
    calls = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
    return module.startswith("pages.") and any(isinstance(f, ast.Name) and f.id == "require_action" for f in calls)


def load_door(name: str) -> Callable[..., object]:
    """The function itself. A page script runs its page when it is imported, so it is loaded without that line."""
    module, _, function = name.rpartition(".")
    path = ROOT / (module.replace(".", "/") + ".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not (isinstance(tree.body[-1], ast.Expr) and isinstance(tree.body[-1].value, ast.Call)):
        return getattr(importlib.import_module(module), function)  # type: ignore[no-any-return]
    tree.body = tree.body[:-1]
    loaded = ModuleType(f"{module}_without_its_page")
    sys.modules[loaded.__name__] = loaded  # dataclasses look their module up
    exec(compile(tree, str(path), "exec"), loaded.__dict__)
    return loaded.__dict__[function]  # type: ignore[no-any-return]


def knock(
    name: str,
    viewer: Viewer | None,
    *,
    installation: Installation,
    collection: Collection,
    framework: SignificationFramework,
    known: Mapping[str, Any],
) -> bool:
    """Whether the door opens. What it does is undone where it takes a session.

    known: values by name of parameter. Raises what is neither a refusal nor a fault that a person
    can mend: a door that falls over has not been tested.
    """
    door = load_door(name)
    wanted = inspect.signature(door).parameters
    context = PageContext(viewer, installation, collection, framework)  # type: ignore[arg-type]
    values: dict[str, Any] = {
        **known,
        "viewer": viewer,
        "by": viewer,
        "context": context,
        "installation": installation,
        "collection": collection,
        "collection_id": collection.id,
        "collection_key": collection.key,
    }
    given: dict[str, Any] = {}
    opened: AbstractContextManager[Any] = nullcontext()
    for parameter in wanted.values():
        if parameter.name == "session":
            opened = installation.database.reading()
        elif parameter.name in values:
            given[parameter.name] = values[parameter.name]
        elif parameter.default is parameter.empty:
            raise LookupError(f"{name} takes {parameter.name}: give it a value in tests/stage.py.")
    with opened as session:
        if "session" in wanted:
            given["session"] = session
        try:
            door(**given)
        except NotAllowed:
            return False
        except PersonFault:
            return True
    return True
