"""Learns from stories whose tags people confirmed: what such stories look like, tag by tag."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from pipeline.lemmatise import lemmatise
from pipeline.tagging.cues import CueHit

MEASURES = ("learned", "learned_letters", "learned_cues", "learned_meaning", "cue_odds", "share_of_examples")
# Ridge penalties of the four learners; the first sees everything.
_PENALTIES = (2.0, 1.0, 2.0, 2.0)
# More would make the n-by-n system slow; the last ones confirmed are the nearest to how people tag now.
MOST_EXAMPLES = 3_000
NEIGHBOURS = 10


@dataclass(frozen=True)
class Material:
    """Stories as seen by the learner. texts "" where only an embedding is known; hits: cue hits per story."""

    texts: Sequence[str]
    vectors: np.ndarray
    hits: Sequence[Sequence[CueHit]]


class ExampleSpace:
    """Turns stories into four sparse views: letters, words, cues and meaning; fitted on the examples."""

    def __init__(self, material: Material, n_cues: int, *, language: str) -> None:
        self._language = language
        self._n_cues = n_cues
        self._letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
        self._words = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True)
        # Two plain documents keep the vocabulary from being empty when examples have no text.
        padding = ["een verhaal", "een verhaal"]
        self._letters.fit([*(text.lower() for text in material.texts), *padding])
        self._words.fit([*self._lemmas(material.texts), *padding])
        self._centre = material.vectors.mean(axis=0)
        seen = np.asarray(self._cue_matrix(material).sum(axis=0)).ravel()
        self._cue_rarity = np.log((len(material.texts) + 1) / (seen + 1))

    def view(self, material: Material) -> dict[str, sparse.csr_matrix]:
        """Return the views of some stories, each row of length 1 or 0."""
        return {
            "letters": self._letters.transform([text.lower() for text in material.texts]).tocsr(),
            "words": self._words.transform(self._lemmas(material.texts)).tocsr(),
            "meaning": sparse.csr_matrix(normalize(material.vectors - self._centre)),
            "cues": normalize(self._cue_matrix(material) @ sparse.diags(self._cue_rarity)).tocsr(),
            "cue_hits": self._cue_matrix(material),
        }

    def _lemmas(self, texts: Sequence[str]) -> list[str]:
        return [" ".join(words) for words in lemmatise(texts, language=self._language)]

    def _cue_matrix(self, material: Material) -> sparse.csr_matrix:
        pairs = [(row, hit.cue) for row, hits in enumerate(material.hits) for hit in hits]
        rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
        shape = (len(material.texts), self._n_cues)
        return sparse.csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=shape)


Views = dict[str, sparse.csr_matrix]


def learn_kernels(views: Views, others: Views) -> list[np.ndarray]:
    """Return how alike the stories in `views` are to those in `others`, (n, m) per learner."""
    alike = {name: np.asarray((views[name] @ others[name].T).todense()) for name in views if name != "cue_hits"}
    return [np.sum(list(alike.values()), axis=0), alike["letters"], alike["cues"], alike["meaning"]]


class ExampleLearner:
    """Ridge regression on the examples, four ways, plus how often a cue was right.

    truth: (n, tags) of 0 and 1; cue_tags: the tag of each cue.
    """

    def __init__(self, views: Views, truth: np.ndarray, cue_tags: Sequence[int], kernels: list[np.ndarray]) -> None:
        self._views = views
        self._truth = truth.astype(float)
        self._mean = self._truth.mean(axis=0)
        self._shares = (self._truth.sum(axis=0) + 0.5) / (len(truth) + 5)
        self._answers = [
            np.linalg.solve(kernel + penalty * np.eye(len(truth)), self._truth - self._mean)
            for kernel, penalty in zip(kernels, _PENALTIES, strict=True)
        ]
        self._cue_odds = self._learn_cue_odds(np.asarray(cue_tags, dtype=int))

    def _learn_cue_odds(self, cue_tags: np.ndarray) -> sparse.csr_matrix:
        """Return (cues, tags) how much a cue raises the log odds of its own tag; rare cues are held near it."""
        hits = self._views["cue_hits"]
        right = np.asarray((hits.T @ self._truth)[np.arange(len(cue_tags)), cue_tags]).ravel()
        times = np.asarray(hits.sum(axis=0)).ravel()
        usual = self._shares[cue_tags]
        found = np.clip((right + 12 * usual) / (times + 12), 1e-4, 1 - 1e-4)
        gain = np.log(found / (1 - found)) - np.log(usual / (1 - usual))
        shape = (len(cue_tags), self._truth.shape[1])
        return sparse.csr_matrix((gain, (np.arange(len(cue_tags)), cue_tags)), shape=shape)

    def measure(self, views: Views, kernels: list[np.ndarray]) -> np.ndarray:
        """Return (n, tags, len(MEASURES)) for new stories; kernels: their likeness to the examples."""
        learned = [self._mean + kernel @ answer for kernel, answer in zip(kernels, self._answers, strict=True)]
        odds = np.asarray((views["cue_hits"] @ self._cue_odds).todense())
        shares = np.tile(np.log(self._shares / (1 - self._shares)), (len(odds), 1))
        return np.stack([*learned, odds, shares], axis=2)


def select_rows(views: Views, rows: np.ndarray) -> Views:
    """Return the views of some of the stories."""
    return {name: view[rows] for name, view in views.items()}


def measure_held_out(views: Views, truth: np.ndarray, cue_tags: Sequence[int], *, seed: int = 1) -> np.ndarray:
    """Return the measures of the examples themselves, each by a learner that has not seen it.

    With what a learner says of stories that it knows by heart, it would be trusted far too much.
    """
    n = len(truth)
    kernels = learn_kernels(views, views)
    measures = np.zeros((n, truth.shape[1], len(MEASURES)))
    turns = np.random.default_rng(seed).permutation(n) % min(10, n)
    for turn in range(min(10, n)):
        out, rest = np.flatnonzero(turns == turn), np.flatnonzero(turns != turn)
        learner = ExampleLearner(
            select_rows(views, rest), truth[rest], cue_tags, [kernel[np.ix_(rest, rest)] for kernel in kernels]
        )
        measures[out] = learner.measure(select_rows(views, out), [kernel[np.ix_(out, rest)] for kernel in kernels])
    return measures


def count_neighbours(near: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return (n, tags): how many of the ten most alike examples have the tag. near: (n, examples)."""
    best = np.argsort(-near, axis=1, kind="stable")[:, :NEIGHBOURS]
    return truth[best].sum(axis=1)
