"""A step of the pipeline: its versioned name, what it needs and what it gives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One step; `name` carries a version ("embed.v1") because stored results keep it.

    needs, gives: names of what flows between steps, such as "texts", "embeddings", "tags".
    run: the plain function that does the work.
    """

    name: str
    needs: tuple[str, ...]
    gives: tuple[str, ...]
    run: Callable


def check_order(steps: Sequence[Step], given: Sequence[str]) -> None:
    """Refuse an order in which a step needs something that is not there yet.

    given: what exists before the first step. Raises ValueError naming the step and what it misses.
    """
    known = set(given)
    for step in steps:
        for need in step.needs:
            if need not in known:
                raise ValueError(f"{step.name} needs {need}, which no earlier step gives.")
        known.update(step.gives)
