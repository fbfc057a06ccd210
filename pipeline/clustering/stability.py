"""Would the theme come back with other stories? Bootstrap and Jaccard, per theme."""

import numpy as np

from pipeline.clustering.groups import assign_to_centres, find_centres

# More stories than this add time, not certainty.
LARGEST_SAMPLE = 4_000


def measure_stability(
    points: np.ndarray, labels: np.ndarray, n_themes: int, *, bootstraps: int, seed: int
) -> list[float | None]:
    """Return per theme how well it comes back in resampled stories, 0 to 1; None when not measured.

    points: (n, d) unit rows; labels: (n,) theme numbers with -1 for none.
    Each time stories are drawn with replacement and grouped anew; the theme is compared with its best match by
    Jaccard overlap, over the stories that were drawn. The mean is reported.
    Below .5 a theme dissolves, above .75 it is stable: Hennig, Cluster-wise assessment of cluster stability,
    Computational Statistics & Data Analysis 52, 2007.
    """
    if bootstraps < 1 or n_themes < 2:
        return [None] * n_themes
    random = np.random.default_rng(seed)
    overlaps = np.full((bootstraps, n_themes), np.nan)
    size = min(len(points), LARGEST_SAMPLE)
    for turn in range(bootstraps):
        drawn = random.integers(0, len(points), size)
        if len(np.unique(points[drawn], axis=0)) < n_themes:
            continue
        centres = find_centres(points[drawn], n_themes, seed=seed + turn + 1, starts=3)
        seen = np.unique(drawn)
        overlaps[turn] = _best_overlaps(labels[seen], assign_to_centres(points[seen], centres)[0], n_themes)
    return [_mean_or_none(column) for column in overlaps.T]


def _best_overlaps(labels: np.ndarray, others: np.ndarray, n_themes: int) -> np.ndarray:
    """Return per theme the Jaccard overlap with its best match; nan when no story of it was drawn."""
    placed = labels >= 0
    shared = np.zeros((n_themes, int(others.max()) + 1))
    np.add.at(shared, (labels[placed], others[placed]), 1)
    sizes = shared.sum(axis=1)
    union = sizes[:, None] + shared.sum(axis=0)[None, :] - shared
    best = (shared / np.maximum(union, 1)).max(axis=1)
    return np.where(sizes > 0, best, np.nan)


def _mean_or_none(values: np.ndarray) -> float | None:
    known = values[~np.isnan(values)]
    return round(float(known.mean()), 3) if len(known) else None
