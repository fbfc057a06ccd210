"""How commands speak: progress and sentences on stderr, JSON on stdout, one line per fault."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

console = Console(stderr=True)
Input = Annotated[Path, typer.Argument(metavar="IN")]
Output = Annotated[Path, typer.Argument(metavar="UIT")]
AsJson = Annotated[bool, typer.Option("--json", help="print de uitkomst als JSON op stdout")]
COMMAND_LINE = "opdrachtregel"


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, and the function that moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def say(result: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    """The outcome: a sentence on stderr, or JSON on stdout."""
    if as_json:
        print(json.dumps(result, ensure_ascii=False, default=str))
    else:
        console.print(sentence, highlight=False, soft_wrap=True)


def refuse(sentence: object) -> NoReturn:
    """Say what is wrong, one line per fault, and stop with exit code 2."""
    print(sentence, file=sys.stderr)
    raise typer.Exit(2)
