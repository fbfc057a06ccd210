"""Texts in, unit-length vectors out, so that stories with alike meaning lie near each other."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from models.loaders import load_bundled_embedding, load_named_embedding

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

STEP = "embed.v1"
BATCH = 256

Progress = Callable[[int, int], None]


class Embedder(Protocol):
    """Anything that turns texts into vectors; `name` is stored with every result."""

    name: str
    dimension: int

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """Return (n, dimension) float32, every row of length 1, in the order of the texts."""
        ...


class SentenceEmbedder:
    """An Embedder around a sentence-transformers model."""

    def __init__(self, model: "SentenceTransformer", name: str) -> None:
        self.name = name
        self.dimension = int(model.get_embedding_dimension() or 0)
        self._model = model

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """Return (n, dimension) float32 unit rows in input order; the same texts give the same rows.

        progress: called with (done, total) after each batch of 256.
        A text longer than the model reads is cut by the model. An empty text has no meaning but still gets
        a unit row (the model's vector for no words), so that shapes hold; steps that care look at the text.
        """
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            batch = [text.strip() for text in texts[start : start + BATCH]]
            vectors = self._model.encode(batch, batch_size=64, show_progress_bar=False, convert_to_numpy=True)
            rows[start : start + len(batch)] = _scale_to_unit(np.asarray(vectors, dtype=np.float32))
            if progress:
                progress(start + len(batch), len(texts))
        return rows


def make_embedder(name: str = "bundled", *, threads: int = 2) -> Embedder:
    """Return the embedder called "bundled", or one by sentence-transformers name or folder.

    threads: for the bundled model only; torch follows its own setting.
    Raises models.loaders.ModelMissingError when the model is not on this machine; never downloads.
    """
    if name == "bundled":
        from models.embedding import BUNDLED_NAME

        return SentenceEmbedder(load_bundled_embedding(threads), BUNDLED_NAME)
    return SentenceEmbedder(load_named_embedding(name), name)


def _scale_to_unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    # A model may give zeros for a text without words; this spreads it evenly over all axes.
    even = np.full_like(vectors, 1 / np.sqrt(vectors.shape[1]))
    return np.where(lengths > 0, vectors / np.maximum(lengths, 1e-12), even).astype(np.float32)
