"""Proposes tags for stories, each with a score and a reason. People decide.

Without examples ("cold") a story is compared with the codebook: cue words, shared words, nearness in meaning.
With confirmed examples ("warm") the tagger also learns what people tag. A tagger holds its examples in memory only
and is made anew when they change, so a withdrawn story is gone from it at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.taxonomy import Taxonomy
from pipeline.embed import Embedder
from pipeline.tagging import examples as learning
from pipeline.tagging.codebook import FEATURES, Codebook, Evidence
from pipeline.tagging.combine import Weights, fit_weights, load_weights

STEP = "tag.v1"
BATCH = 512
# Fewer examples than this say nothing about tags in general.
FEWEST_EXAMPLES = 8

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class TagProposal:
    """A tag for a story. score: calibrated, 0 to 1; proposed: the score passes; because: reasons in Dutch."""

    code: str
    score: float
    proposed: bool
    because: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """A story with confirmed tags: its text, its embedding, or (best) both.

    Codes that this taxonomy does not propose are left out of the learning.
    """

    tags: tuple[str, ...]
    text: str | None = None
    embedding: np.ndarray | None = None


class Tagger:
    """Proposes tags; `make_tagger` makes one. n_examples: how many confirmed stories it learned from.

    codebook, weights: for measuring only, to make many taggers quickly or to start from other weights.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        embedder: Embedder,
        examples: Sequence[Example],
        *,
        codebook: Codebook | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.taxonomy = taxonomy
        self._tags = [tag for tag in taxonomy.tags if tag.is_proposed]
        if not self._tags:
            raise ValueError(f"Taxonomy {taxonomy.key} has no tag that a machine may propose.")
        self._embedder = embedder
        self._codebook = codebook or Codebook(self._tags, embedder, language=taxonomy.language)
        self._weights = weights or load_weights(FEATURES, len(self._tags))
        self.n_examples = 0
        if len(examples) >= FEWEST_EXAMPLES:
            self._learn(examples[-learning.MOST_EXAMPLES :])

    def propose(
        self,
        texts: Sequence[str],
        *,
        embeddings: np.ndarray | None = None,
        best: int = 10,
        progress: Progress | None = None,
    ) -> list[list[TagProposal]]:
        """Return the best tags per text, best first, and always all that are proposed.

        embeddings: (n, d) unit rows when they are known already. progress: called with (done, total).
        Tags that only people may give and facets that are not proposed by default never appear.
        An empty text gets no tags. Raises ValueError when texts and embeddings differ in number.
        """
        if embeddings is not None and len(embeddings) != len(texts):
            raise ValueError(f"{len(texts)} texts but {len(embeddings)} embeddings.")
        found: list[list[TagProposal]] = []
        for start in range(0, len(texts), BATCH):
            part = list(texts[start : start + BATCH])
            vectors = self._embedder.encode(part) if embeddings is None else embeddings[start : start + BATCH]
            found += self._propose_batch(part, np.asarray(vectors), best)
            if progress:
                progress(len(found), len(texts))
        return found

    def _propose_batch(self, texts: list[str], vectors: np.ndarray, best: int) -> list[list[TagProposal]]:
        evidence = self._codebook.look(texts, vectors)
        features, neighbours = evidence.features, None
        if self.n_examples:
            views = self._space.view(learning.Material(texts, vectors, evidence.hits))
            kernels = learning.learn_kernels(views, self._views)
            features = np.concatenate([features, self._learner.measure(views, kernels)], axis=2)
            neighbours = learning.count_neighbours(kernels[0], self._truth)
        scores = self._weights.score(features)
        return [
            self._list_best(row, text, scores[row], evidence, neighbours, best) if text.strip() else []
            for row, text in enumerate(texts)
        ]

    def _list_best(
        self,
        row: int,
        text: str,
        scores: np.ndarray,
        evidence: Evidence,
        neighbours: np.ndarray | None,
        best: int,
    ) -> list[TagProposal]:
        order = np.argsort(-scores, kind="stable")
        count = max(best, int((scores >= self._weights.threshold).sum()))
        return [
            TagProposal(
                code=self._tags[tag].code,
                score=round(float(scores[tag]), 4),
                proposed=bool(scores[tag] >= self._weights.threshold),
                because=self._explain(row, int(tag), text, evidence, neighbours),
            )
            for tag in order[:count]
        ]

    def _explain(
        self, row: int, tag: int, text: str, evidence: Evidence, neighbours: np.ndarray | None
    ) -> tuple[str, ...]:
        """Say why, from the story itself and the codebook; other people's stories are counted, never quoted."""
        reasons = []
        words = dict.fromkeys(text[hit.start : hit.end].lower() for hit in evidence.hits[row] if hit.tag == tag)
        if words:
            reasons.append("woorden: " + ", ".join(f'"{word}"' for word in list(words)[:4]))
        reasons.append(f'lijkt op: "{self._codebook.phrases[evidence.nearest[row, tag]]}"')
        if neighbours is not None and neighbours[row, tag] > 0:
            of = min(learning.NEIGHBOURS, self.n_examples)
            reasons.append(f"bevestigd bij {int(neighbours[row, tag])} van de {of} verhalen die er het meest op lijken")
        return tuple(reasons)

    def _learn(self, examples: Sequence[Example]) -> None:
        codes = {tag.code: number for number, tag in enumerate(self._tags)}
        self._truth = np.zeros((len(examples), len(codes)))
        for row, example in enumerate(examples):
            self._truth[row, [codes[code] for code in example.tags if code in codes]] = 1
        texts = [example.text or "" for example in examples]
        vectors = self._embed_examples(examples)
        evidence = self._codebook.look(texts, vectors)
        material = learning.Material(texts, vectors, evidence.hits)
        cue_tags = self._codebook.finder.cue_tags
        self._space = learning.ExampleSpace(material, len(cue_tags), language=self.taxonomy.language)
        self._views = self._space.view(material)
        held_out = learning.measure_held_out(self._views, self._truth, cue_tags)
        features = np.concatenate([evidence.features, held_out], axis=2)
        self._weights = fit_weights(features, self._truth, _extend(self._weights, held_out))
        kernels = learning.learn_kernels(self._views, self._views)
        self._learner = learning.ExampleLearner(self._views, self._truth, cue_tags, kernels)
        self.n_examples = len(examples)

    def _embed_examples(self, examples: Sequence[Example]) -> np.ndarray:
        vectors = np.zeros((len(examples), self._embedder.dimension), dtype=np.float32)
        unknown = [row for row, example in enumerate(examples) if example.embedding is None]
        for row, example in enumerate(examples):
            if example.embedding is not None:
                vectors[row] = example.embedding
            elif example.text is None:
                raise ValueError(f"Example {row} has neither text nor embedding.")
        if unknown:
            vectors[unknown] = self._embedder.encode([examples[row].text or "" for row in unknown])
        return vectors


def make_tagger(taxonomy: Taxonomy, embedder: Embedder, *, examples: Sequence[Example] = ()) -> Tagger:
    """Return a tagger for a taxonomy; with 8 or more confirmed examples it learns from them (seconds).

    Raises ValueError when the taxonomy has nothing to propose or an example has neither text nor embedding.
    """
    return Tagger(taxonomy, embedder, examples)


def _extend(weights: Weights, measures: np.ndarray) -> Weights:
    """Add the measures that come from examples, with weight 0: nothing is believed of them beforehand."""
    flat = measures.reshape(-1, measures.shape[-1])
    return Weights(
        names=(*weights.names, *learning.MEASURES),
        means=np.append(weights.means, flat.mean(axis=0)),
        spreads=np.append(weights.spreads, flat.std(axis=0) + 1e-6),
        weights=np.append(weights.weights, np.zeros(flat.shape[1])),
        intercept=weights.intercept,
        threshold=weights.threshold,
    )
