"""An attacker: asks everything that can be asked, writes down every number, and computes what was not said.

It knows how the program works, which answers exclude each other, and how rounding is done. It does
not know the stories.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Values = tuple[str, ...]
# A group: for each field named, the values of which one fits. "fields are and, values are or".
Group = frozenset[tuple[str, Values]]
MARGIN = 2  # a count shown as a multiple of 5 is at most 2 away


def group(**fields: str | Values) -> Group:
    """A group by its fields; one value may stand alone."""
    return frozenset((name, (values,) if isinstance(values, str) else values) for name, values in fields.items())


@dataclass
class Notes:
    """What was written down: between which numbers the size of each group lies. smallest: no count below it shows."""

    smallest: int
    known: dict[Group, tuple[int, int]] = field(default_factory=dict)

    def exactly(self, of: Group, n: int) -> None:
        """The size of a group, as it is."""
        self._add(of, n, n)

    def rounded(self, of: Group, n: int) -> None:
        """The size of a group, rounded to a multiple of 5; a zero is never rounded."""
        self._add(of, max(n - MARGIN, self.smallest) if n else 0, n + MARGIN if n else 0)

    def _add(self, of: Group, low: int, high: int) -> None:
        was = self.known.get(of, (0, 10**6))
        self.known[of] = max(was[0], low), min(was[1], high)


@dataclass(frozen=True)
class Levels:
    """The values a field can have. is_loose: whether somebody can have several of them."""

    name: str
    values: Values
    is_loose: bool = False

    def states(self) -> list[frozenset[str]]:
        """Every way in which somebody can stand in this field."""
        if not self.is_loose:
            return [frozenset([value]) for value in (*self.values, "")]
        chances = product((False, True), repeat=len(self.values))
        return [frozenset(v for v, has in zip(self.values, one, strict=True) if has) for one in chances]


def find_small_groups(notes: Notes, fields: tuple[Levels, ...], truth: Mapping[Group, int]) -> Iterator[Group]:
    """Groups of 1 to smallest-1 whose size follows from the notes on these fields, by whole-number programming.

    truth: the groups to try, with their real size. A group is found when it can have one size only.
    """
    cells = list(product(*(one.states() for one in fields)))
    rows, low, high = [], [], []
    for of, (least, most) in notes.known.items():
        if {name for name, _ in of} <= {one.name for one in fields}:
            rows.append(_indicate(of, fields, cells))
            low.append(least)
            high.append(most)
    if not rows:
        return
    constraint = LinearConstraint(np.array(rows), low, high)
    for of, size in truth.items():
        if 0 < size < notes.smallest:
            wanted = _indicate(of, fields, cells)
            sizes = [_solve(wanted * sign, constraint, whole=False) * sign for sign in (1, -1)]
            if sizes[1] - sizes[0] < 1.5:  # close: is there really only one whole number?
                sizes = [_solve(wanted * sign, constraint, whole=True) * sign for sign in (1, -1)]
            if np.ceil(sizes[0] - 1e-6) == np.floor(sizes[1] + 1e-6):
                assert round(sizes[0]) == size, "the attacker was told something that is not true"
                yield of


def _indicate(of: Group, fields: tuple[Levels, ...], cells: list[tuple[frozenset[str], ...]]) -> np.ndarray:
    places = {one.name: place for place, one in enumerate(fields)}
    wanted = [(places[name], _read(values)) for name, values in of]
    return np.array([all((bool(cell[at] & values)) == fits for at, (values, fits) in wanted) for cell in cells], float)


def _read(values: Values) -> tuple[frozenset[str], bool]:
    """The values, and whether they are asked for or kept out: ("not", "a") is everybody who has no a."""
    return (frozenset(values[1:]), False) if values[0] == "not" else (frozenset(values), True)


def _solve(wanted: np.ndarray, constraint: LinearConstraint, *, whole: bool) -> float:
    solved = milp(
        wanted, constraints=constraint, bounds=Bounds(0, np.inf), integrality=np.full(len(wanted), int(whole))
    )
    assert solved.status in (0, 3), solved.message
    return float(solved.fun) if solved.status == 0 else -np.inf
