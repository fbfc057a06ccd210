"""`make run`: everything that runs on one machine, started together and stopped together.

Form, sign-in and pages in one process, the worker in another, the demo loaded at the first start.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from demo.load import SEVERAL_ROLES, administrators, has_demo, load_demo, open_demo_for
from faults import PersonFault
from safeguards.access import Role
from safeguards.installation import Installation, open_installation
from safeguards.signin import create_user, grant_role, has_any_user
from settings import ROOT, Settings
from storage.runs import DONE, FAILED, newest_run
from stories.accept import PROCESS_RUN
from stories.collections import find_collection, list_collections

FIRST_ADMINISTRATOR = "beheer"
HEALTH_TIMEOUT_SECONDS = 120
STOP_TIMEOUT_SECONDS = 10
console = Console(stderr=True)


class CannotStart(PersonFault):
    """The product cannot be started; the sentence says why and what to do."""


def start(settings: Settings, *, with_demo: bool = True) -> int:
    """Start everything and wait until it is stopped. Returns the exit code.

    Raises CannotStart when the port is taken, before anything was changed.
    """
    refuse_taken_port(settings)
    installation = open_installation(settings)
    is_first_start = make_first_administrator(installation)
    if with_demo and is_empty(installation):
        console.print("Demonstratie laden: 580 verzonnen verhalen en echte cijfers …")
        load_demo(installation, by="start")
    if is_first_start and has_demo(installation):
        for name in administrators(installation):
            open_demo_for(installation, name)
        console.print(SEVERAL_ROLES)
    children = [start_pages(settings), start_worker()]
    stopped: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.append(number)
        for child in children:
            child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        wait_until_healthy(settings, children, stopped)
        print_addresses(settings, installation)
        if has_demo(installation):
            watch_processing(installation, children, stopped)
        while not stopped and all(child.poll() is None for child in children):
            time.sleep(0.5)
    finally:
        stop_children(children)
    if stopped:
        return 0
    console.print(
        "[bold]Een van de processen is gestopt.[/] De melding hierboven zegt waarom. Start opnieuw met make run."
    )
    return 1


def refuse_taken_port(settings: Settings) -> None:
    """Raise CannotStart when something else listens on our port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.address, settings.port))
        except OSError as error:
            raise CannotStart(
                f"Poort {settings.port} op {settings.address} is al bezet. "
                "Stop het andere programma of kies met VERTELTAFEL_PORT een andere poort."
            ) from error


def is_empty(installation: Installation) -> bool:
    """Whether this installation has no collection yet."""
    with installation.database.reading() as session:
        return not list_collections(session)


def make_first_administrator(installation: Installation) -> bool:
    """Make an administrator at the first start, and print the one-time password: once, and nowhere else.

    Returns whether this is the first start.
    """
    with installation.database.writing() as session:
        if has_any_user(session):
            return False
        password = create_user(session, FIRST_ADMINISTRATOR, "Beheerder", by="start")
        grant_role(session, FIRST_ADMINISTRATOR, Role.ADMINISTRATOR, collection_id=None, by="start")
    print(
        f"\nEerste start. Meld je aan met naam {FIRST_ADMINISTRATOR} en dit eenmalige wachtwoord: {password}\n"
        "Het wordt maar één keer getoond; je kiest daarna zelf een wachtwoord.\n",
        flush=True,
    )
    return True


def start_pages(settings: Settings) -> subprocess.Popen[bytes]:
    """Start the form, the sign-in and the pages."""
    options = ["--server.address", settings.address, "--server.port", str(settings.port)]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *options]
    # A group of its own: Ctrl-C reaches us alone, and we stop the children in order.
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True, env=os.environ)


def start_worker() -> subprocess.Popen[bytes]:
    """Start the worker."""
    return subprocess.Popen([sys.executable, str(ROOT / "worker.py")], cwd=ROOT, start_new_session=True)


def wait_until_healthy(settings: Settings, children: list[subprocess.Popen[bytes]], stopped: list[int]) -> None:
    """Wait until the pages answer. Raises CannotStart when they do not, or a process ends."""
    until = time.monotonic() + HEALTH_TIMEOUT_SECONDS
    while time.monotonic() < until and not stopped:
        if any(child.poll() is not None for child in children):
            raise CannotStart("Een van de processen is bij het starten gestopt. De melding hierboven zegt waarom.")
        try:
            with urllib.request.urlopen(f"http://{settings.address}:{settings.port}/gezond", timeout=2) as answer:
                # Streamlit answers 200 with its own page at any address; this one must be ours.
                if answer.status == 200 and answer.headers.get_content_type() == "application/json":
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.2)
    if not stopped:
        raise CannotStart(f"De pagina's antwoorden na {HEALTH_TIMEOUT_SECONDS} seconden nog niet.")


def print_addresses(settings: Settings, installation: Installation) -> None:
    """Say where the form and the pages are."""
    with installation.database.reading() as session:
        collections = [collection for collection in list_collections(session) if collection.is_open]
    print("\nVerteltafel draait.", flush=True)
    for collection in collections:
        print(f"  Formulier   {settings.base_url}/vertel/{collection.key}", flush=True)
    print(f"  Pagina's    {settings.base_url}/inloggen", flush=True)
    print("  Stoppen     Ctrl-C\n", flush=True)


def watch_processing(installation: Installation, children: list[subprocess.Popen[bytes]], stopped: list[int]) -> None:
    """Show how far the demo's processing is, until it is done."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task("Verhalen verwerken", total=None)
        while not stopped and all(child.poll() is None for child in children):
            with installation.database.reading() as session:
                collection = find_collection(session, "demo")
                run = newest_run(session, collection_id=collection.id, kind=PROCESS_RUN)
            if run is None or run.state in (DONE, FAILED):
                break
            bar.update(
                task,
                description=f"Verwerken: {run.step or 'wacht op de worker'}",
                completed=run.done,
                total=run.total or None,
            )
            time.sleep(0.5)
    if run is not None and run.state == FAILED:
        console.print(run.error)
    elif run is not None and run.state == DONE:
        n_themes = run.result.get("themes")
        print(
            f"De demonstratie is verwerkt: {run.result.get('stories', 0)} verhalen, {n_themes or 0} thema's.",
            flush=True,
        )


def stop_children(children: list[subprocess.Popen[bytes]]) -> None:
    """Stop the processes, gently first."""
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
