"""Triads in the plane: where an answer is drawn, where the zones lie, and bins for many answers.

The first pole is the top of the triangle, the second its left foot, the third its right foot; sides
have length 1.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

HEIGHT = float(np.sqrt(3) / 2)
CORNERS = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
ROWS_OF_BINS = 14


def to_plane(shares: np.ndarray) -> np.ndarray:
    """Where answers are drawn. shares: (n, 3), rows adding up to 1. Returns (n, 2), x and y in 0-1.

    >>> to_plane(np.array([[0, 1, 0], [0, 0, 1]])).tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    shares = np.asarray(shares, dtype=float).reshape(-1, 3)
    return np.column_stack([shares[:, 2] + shares[:, 0] / 2, shares[:, 0] * HEIGHT])


def zone_borders(*, corner_from: float, middle_from: float) -> list[list[Sequence[float]]]:
    """The lines between the zones, each a list of points as shares: a cut at every corner, and the middle."""
    rest = 1 - corner_from
    cuts: list[list[Sequence[float]]] = [
        [_turn((corner_from, rest, 0.0), step), _turn((corner_from, 0.0, rest), step)] for step in range(len(CORNERS))
    ]
    tip = (1 - 2 * middle_from, middle_from, middle_from)
    middle: list[Sequence[float]] = [_turn(tip, step) for step in (0, 1, 2, 0)]
    return [*cuts, middle]


def bin_points(points: pd.DataFrame, *, rows: int = ROWS_OF_BINS) -> pd.DataFrame:
    """Count points in the cells of a honeycomb, for clouds too thick to draw.

    points: columns x, y, part. A cell holds points of one part only, so that a cell can be chosen
    as part of it. Returns columns x, y (centre of the cell), part, count.
    """
    x, y = points["x"].to_numpy(dtype=float), points["y"].to_numpy(dtype=float)
    step_y = HEIGHT / rows
    row = np.rint(y / step_y)
    shift = (row % 2) / 2
    column = np.rint(x * rows - shift)
    cells = pd.DataFrame(
        {
            "x": np.round((column + shift) / rows, 4),
            "y": np.round(row * step_y, 4),
            "part": points["part"].to_numpy(dtype=object),
        }
    )
    return cells.groupby(["x", "y", "part"], observed=True).size().reset_index(name="count")


def _turn(shares: Sequence[float], step: int) -> tuple[float, ...]:
    return tuple(np.roll(shares, step).tolist())
