"""The space in which stories are grouped: embeddings without what all stories share."""

import numpy as np
from sklearn.decomposition import PCA

DIMENSIONS = 50


class ThemeSpace:
    """Reduces (n, d) unit vectors to (n, at most 50) unit vectors; takes UMAP's place in BERTopic.

    Centring takes out what all stories share (they are all about help for children), and the first 50
    principal axes keep the rest. Measured against raw vectors, whitening, word counts beside the vectors and
    UMAP on three sets of short texts: as good as the best, fast, and the same on every machine.
    """

    def __init__(self, *, seed: int = 1) -> None:
        self._seed = seed
        self._pca: PCA | None = None

    def fit(self, vectors: np.ndarray, y: object = None) -> "ThemeSpace":
        """Learn the axes from (n, d) vectors; needs at least 2 rows."""
        size = min(DIMENSIONS, vectors.shape[0] - 1, vectors.shape[1])
        # The randomised solver is linear in n; its seed is fixed.
        self._pca = PCA(n_components=max(1, size), svd_solver="randomized", random_state=self._seed).fit(vectors)
        return self

    def transform(self, vectors: np.ndarray) -> np.ndarray:
        """Return (n, at most 50) rows of length 1; a row in the exact centre stays zero."""
        if self._pca is None:
            raise RuntimeError("fit the space before use")
        reduced = self._pca.transform(np.asarray(vectors, dtype=np.float64))
        lengths = np.linalg.norm(reduced, axis=1, keepdims=True)
        return np.where(lengths > 1e-9, reduced / np.maximum(lengths, 1e-9), 0.0)
