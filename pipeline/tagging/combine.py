"""One score from many measures: a logistic combination whose weights start at the shipped ones.

The shipped weights (models/tag_weights.json) say how much each measure counts on average, over all tags; they
were learned on fictional stories by `python -m bench.tags --learn`. With confirmed examples the weights move as far
as the examples give reason to, so a handful changes little and a few hundred change much.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

SHIPPED = Path(__file__).parents[2] / "models" / "tag_weights.json"
# How strongly weights are held at their start; in units of one standard deviation of a measure.
STIFFNESS = 3.0


@dataclass(frozen=True)
class Weights:
    """means, spreads, weights: one per measure, in the order of `names`; threshold: propose from this score on."""

    names: tuple[str, ...]
    means: np.ndarray
    spreads: np.ndarray
    weights: np.ndarray
    intercept: float
    threshold: float

    def score(self, features: np.ndarray) -> np.ndarray:
        """Return the probability, 0 to 1, for features (..., len(names))."""
        return expit((features - self.means) / self.spreads @ self.weights + self.intercept)


def load_weights(names: tuple[str, ...], n_tags: int, path: Path = SHIPPED) -> Weights:
    """Return the shipped weights for these measures, fitted to the size of the taxonomy.

    n_tags: a story gets about as many tags whatever the taxonomy, so with fewer tags each is likelier.
    Raises ValueError when the file was learned for other measures.
    """
    raw = json.loads(path.read_text(encoding="utf-8"))
    if tuple(raw["names"]) != names:
        raise ValueError(f"{path.name} was learned for other measures; run python -m bench.tags --learn.")
    shift = float(np.log(raw["n_tags"] / n_tags))
    return Weights(
        names=names,
        means=np.array(raw["means"]),
        spreads=np.array(raw["spreads"]),
        weights=np.array(raw["weights"]),
        intercept=float(raw["intercept"]) + float(np.clip(shift, -2, 2)),
        threshold=float(raw["threshold"]),
    )


def fit_weights(
    features: np.ndarray,
    truth: np.ndarray,
    start: Weights,
    *,
    stiffness: float = STIFFNESS,
    never_negative: bool = False,
) -> Weights:
    """Return weights that fit the examples, held at `start` by a quadratic penalty.

    features: (n, tags, f); truth: (n, tags) of 0 and 1.
    never_negative: more likeness never lowers a score; for the shipped weights, which must hold for any taxonomy.
    """
    rows = ((features - start.means) / start.spreads).reshape(-1, features.shape[-1])
    answers = truth.reshape(-1).astype(float)
    origin = np.append(start.weights, start.intercept)
    held = np.append(np.full(len(start.weights), stiffness), 0.1)

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        reach = rows @ point[:-1] + point[-1]
        miss = expit(reach) - answers
        cost = np.logaddexp(0, reach).sum() - reach @ answers + 0.5 * (held * (point - origin) ** 2).sum()
        return float(cost), np.append(rows.T @ miss, miss.sum()) + held * (point - origin)

    lowest = 0.0 if never_negative else None
    bounds = [(lowest, None)] * len(start.weights) + [(None, None)]
    found = minimize(loss, origin, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300}).x
    fitted = Weights(start.names, start.means, start.spreads, found[:-1], float(found[-1]), start.threshold)
    return Weights(**{**fitted.__dict__, "threshold": choose_threshold(fitted.score(features), truth, start.threshold)})


def choose_threshold(scores: np.ndarray, truth: np.ndarray, start: float, *, worth: int = 50) -> float:
    """Return the score from which proposing gives the best F1 over all tags and stories.

    start: the threshold that is believed beforehand; it counts as `worth` stories.
    """
    order = np.argsort(-scores, axis=None, kind="stable")
    right = np.cumsum(truth.reshape(-1)[order])
    f1 = 2 * right / (np.arange(1, len(right) + 1) + max(1, truth.sum()))
    best = float(scores.reshape(-1)[order][int(f1.argmax())])
    return (len(truth) * best + worth * start) / (len(truth) + worth)
