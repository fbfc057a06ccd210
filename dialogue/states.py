"""The states of an assignment and the moves between them, read from roundtable.yaml."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from safeguards.access import Role, Viewer

FILE = Path(__file__).parent / "roundtable.yaml"


@dataclass(frozen=True)
class State:
    """One state. is_open: people may work at the table while an assignment is in it."""

    name: str
    label: str
    is_open: bool


@dataclass(frozen=True)
class Part:
    """A part in the procedure, such as the chair, and the roles that may play it."""

    name: str
    label: str
    held_by: frozenset[Role]


@dataclass(frozen=True)
class Requirement:
    """Something a move asks to be written down. missing: the sentence when it was left empty."""

    name: str
    label: str
    missing: str


@dataclass(frozen=True)
class Transition:
    """One legal move. confirm: what the person states by making it; empty when nothing."""

    origin: str
    to: str
    by: Part
    asks: Requirement | None
    confirm: str


@dataclass(frozen=True)
class StateMachine:
    """The whole table of transitions."""

    initial: str
    states: dict[str, State]
    transitions: tuple[Transition, ...]
    return_reasons: dict[str, str]

    def moves_from(self, state: str) -> list[Transition]:
        """The legal moves out of a state, in the order of the file."""
        return [transition for transition in self.transitions if transition.origin == state]

    def find_move(self, origin: str, to: str) -> Transition | None:
        """The legal move between two states, or None."""
        return next((move for move in self.moves_from(origin) if move.to == to), None)

    def say_who_is_next(self, state: str) -> str:
        """Who has to act now: "de voorzitter of de opdrachtgever"; empty at the end."""
        return " of ".join(dict.fromkeys(move.by.label for move in self.moves_from(state)))


@cache
def load_machine() -> StateMachine:
    """Read the table of transitions. It is part of the product, so a fault in it is ours."""
    document: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    parts = {
        name: Part(name, part["label"], frozenset(Role(role) for role in part["held_by"]))
        for name, part in document["parts"].items()
    }
    asks = {name: Requirement(name, part["label"], part["missing"]) for name, part in document["requirements"].items()}
    states = {name: State(name, state["label"], state["is_open"]) for name, state in document["states"].items()}
    transitions = tuple(_read_transition(move, parts, asks) for move in document["transitions"])
    strange = {name for move in transitions for name in (move.origin, move.to)} - set(states)
    if strange:
        raise ValueError(f"{FILE.name} has transitions between states it does not list: {sorted(strange)}.")
    return StateMachine(document["initial"], states, transitions, document["return_reasons"])


def _read_transition(move: dict[str, str], parts: dict[str, Part], asks: dict[str, Requirement]) -> Transition:
    asked = asks[move["asks"]] if "asks" in move else None
    return Transition(move["from"], move["to"], parts[move["by"]], asked, move.get("confirm", ""))


def roles_in(viewer: Viewer, collection_id: int) -> frozenset[Role]:
    """The roles that somebody holds in one collection."""
    return frozenset(role for where, role in viewer.grants if where == collection_id)


def can_play(viewer: Viewer, part: Part, collection_id: int) -> bool:
    """Whether one of somebody's roles in this collection may play a part."""
    return not part.held_by.isdisjoint(roles_in(viewer, collection_id))


def moves_for(viewer: Viewer, state: str, collection_id: int) -> list[Transition]:
    """The moves out of a state that somebody may make."""
    return [move for move in load_machine().moves_from(state) if can_play(viewer, move.by, collection_id)]
