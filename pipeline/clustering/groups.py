"""Groups stories by k-means and leaves out real loners; takes HDBSCAN's place in BERTopic."""

import numpy as np
from sklearn.cluster import KMeans

LARGEST_LONER_SHARE = 0.1
# Above this the groups are found in a sample and then refined on all stories, so that time stays linear.
SAMPLE_ABOVE = 10_000


class ThemeGroups:
    """k-means on a sphere with the best of several starts.

    n_groups: how many to look for; groups under `smallest` are given up and their stories go to the next best.
    After `fit`: labels_ (n,) int with -1 for a loner (BERTopic's convention, None for the rest of us),
    centres_ (k, d) unit rows, similarity_ (n,) cosine of each story with the centre of its nearest group.
    """

    def __init__(self, n_groups: int, *, seed: int = 1, starts: int = 10, smallest: int = 3) -> None:
        self.n_groups = n_groups
        self.seed = seed
        self.starts = starts
        self.smallest = smallest

    def fit(self, points: np.ndarray, y: object = None) -> "ThemeGroups":
        """Group (n, d) points, rows of length 1."""
        centres = find_centres(points, self.n_groups, seed=self.seed, starts=self.starts)
        labels, similarity = assign_to_centres(points, centres)
        sizes = np.bincount(labels, minlength=len(centres))
        kept = sizes >= min(self.smallest, sizes.max())
        if not kept.all():
            centres = centres[kept]
            labels, similarity = assign_to_centres(points, centres)
        self.centres_ = centres
        self.similarity_ = similarity
        self.labels_ = np.where(find_loners(similarity), -1, labels)
        return self

    def predict(self, points: np.ndarray) -> np.ndarray:
        """Return the nearest group for each point, loners included."""
        return assign_to_centres(points, self.centres_)[0]


def find_centres(points: np.ndarray, n_groups: int, *, seed: int, starts: int) -> np.ndarray:
    """Return (n_groups, d) unit centres. The same points and seed give the same centres."""
    if len(points) > SAMPLE_ABOVE:
        rows = np.sort(np.random.default_rng(seed).choice(len(points), SAMPLE_ABOVE, replace=False))
        first = KMeans(n_groups, n_init=min(starts, 3), random_state=seed).fit(points[rows])
        model = KMeans(n_groups, init=first.cluster_centers_, n_init=1, max_iter=20).fit(points)
    else:
        model = KMeans(n_groups, n_init=starts, random_state=seed).fit(points)
    centres = model.cluster_centers_
    return centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)


def assign_to_centres(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each point the nearest centre (n,) and its cosine with it (n,)."""
    cosines = points @ centres.T
    labels = cosines.argmax(axis=1)
    return labels, cosines[np.arange(len(points)), labels]


def find_loners(similarity: np.ndarray) -> np.ndarray:
    """Return (n,) bool: stories that fit their own group much worse than stories usually do.

    Tukey's lower fence (first quartile minus 1.5 times the interquartile range, but at least .1 below it), or a
    cosine of 0 or less: nearer to the middle of all stories than to any theme. Never more than a tenth.
    """
    low, high = np.quantile(similarity, [0.25, 0.75])
    loners = similarity < max(low - max(1.5 * (high - low), 0.1), 1e-6)
    # A row of zeros lies in the exact centre: identical stories, which belong together.
    loners &= np.abs(similarity) > 1e-12
    most = int(LARGEST_LONER_SHARE * len(similarity))
    if loners.sum() > most:
        loners = np.zeros_like(loners)
        loners[np.argsort(similarity, kind="stable")[:most]] = True
    return loners
