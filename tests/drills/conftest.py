"""Processes of a drill: started, listened to, killed."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.cast import ROOT

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start an actor; whatever still runs at the end of the test is killed."""
    running: list[subprocess.Popen[str]] = []

    def start_one(*words: object, **environ: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.drills.actor", *map(str, words)]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VERTELTAFEL_")}
        process = subprocess.Popen(
            command, cwd=ROOT, env={**kept, **environ}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(process)
        return process

    yield start_one
    for process in running:
        process.kill()
        process.communicate()
