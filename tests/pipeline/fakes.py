"""Fast stand-ins for the models; `tests/verification` runs the real ones through the same steps."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from pipeline.deidentification.spans import Masked
from pipeline.tag import TagProposal


class FakeEmbedder:
    """Texts that share words get vectors that lie near each other."""

    name = "fake-1"
    dimension = 32

    def encode(self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimension] += 1
            row /= max(float(np.linalg.norm(row)), 1e-9)
        return rows


class FakeTagger:
    """Proposes "A14" for a story with "pest" in it."""

    def propose(self, texts: Sequence[str], **options: object) -> list[list[TagProposal]]:
        return [
            [
                TagProposal("A14", 0.9 if "pest" in text else 0.1, "pest" in text, ("pest",)),
                TagProposal("E01", 0.2, False, ()),
            ]
            for text in texts
        ]


class FakeToolbox:
    """The models of a run, without loading any."""

    def __init__(self) -> None:
        self.embedder = FakeEmbedder()

    def tagger(self, taxonomy: str) -> FakeTagger:
        return FakeTagger()


def fake_deidentify_many(texts: Sequence[str], **options: object) -> list[Masked]:
    """Hides "Bram" and nobody else."""
    return [Masked(text.replace("Bram", "[PERSOON-1]"), ()) for text in texts]
