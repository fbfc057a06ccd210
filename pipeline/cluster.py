"""Stories in, suggested themes out: BERTopic with the steps chosen by measurement.

Space: centred principal axes. Groups: k-means. Names: c-TF-IDF on lemmas. BERTopic's own defaults (UMAP and
HDBSCAN) left a third of the stories without a theme and gave other themes on other machines.
People name, merge, split and reject; this only suggests.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.clustering.groups import ThemeGroups
from pipeline.clustering.labels import choose_keywords, choose_vocabulary, make_label
from pipeline.clustering.space import ThemeSpace
from pipeline.clustering.stability import measure_stability
from pipeline.lemmatise import lemmatise

STEP = "cluster.v1"
# With fewer, a theme would be a story; people read them all.
FEWEST_STORIES = 6
EXAMPLES = 5

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Theme:
    """A suggested theme. examples: row numbers of its most typical stories, best first."""

    id: int
    label: str
    size: int
    keywords: tuple[str, ...]
    examples: tuple[int, ...]
    stability: float | None


@dataclass(frozen=True)
class Themes:
    """All themes of one run, the largest first.

    membership: theme id per story, None for a story without a theme.
    strength: cosine with the middle of its theme, 0 to 1; 0 without a theme.
    seconds: time per step. parameters: what to store beside the result so that it can be made again.
    """

    themes: tuple[Theme, ...]
    membership: list[int | None]
    strength: list[float]
    seconds: dict[str, float] = field(default_factory=dict)
    parameters: dict = field(default_factory=dict)


def find_themes(
    texts: Sequence[str],
    embeddings: np.ndarray,
    *,
    seed: int = 1,
    lemmas: list[list[str]] | None = None,
    n_themes: int | None = None,
    bootstraps: int = 10,
    progress: Progress | None = None,
) -> Themes:
    """Suggest themes for stories; the same stories and seed give the same themes.

    embeddings: (n, d) unit rows for the texts. lemmas: content lemmas per text, made here when absent.
    n_themes: at most this many; by default the number of stories to the power .4, 3 to 40: 5 for 60 stories, 12
    for 500, 21 for 2,000. More themes agreed less with people and came back less often in other samples.
    bootstraps: resamples for the stability of each theme; 0 leaves it None.
    progress: called with (done, 4) after each step.
    An empty text gets no theme. Fewer than 6 stories with text (2 when n_themes is given) give no themes.
    Raises ValueError when embeddings, lemmas and texts differ in number, or n_themes is under 1.
    """
    _refuse_mismatch(texts, embeddings, lemmas, n_themes)
    rows = np.array([i for i, text in enumerate(texts) if text.strip()], dtype=int)
    vectors = _align_doubles([texts[i].strip() for i in rows], np.asarray(embeddings)[rows])
    n_distinct = len(np.unique(np.round(vectors, 4), axis=0)) if len(rows) else 0
    wanted = _choose_number(len(rows), n_distinct, n_themes)
    parameters = {"step": STEP, "seed": seed, "n_themes": wanted, "asked": n_themes, "bootstraps": bootstraps}
    parameters |= {"stories": len(texts), "empty": len(texts) - len(rows)}
    if wanted == 0:
        return Themes((), [None] * len(texts), [0.0] * len(texts), {}, parameters)
    clock = _Clock(progress)
    words = [lemmas[i] for i in rows] if lemmas is not None else lemmatise([texts[i] for i in rows])
    clock.tick("lemmatise")
    smallest = 3 if len(rows) >= 5 * wanted else 2
    space, groups = ThemeSpace(seed=seed), ThemeGroups(wanted, seed=seed, smallest=smallest)
    ids, weights = _run_bertopic(words, vectors, space, groups)
    clock.tick("group_and_describe")
    points = space.transform(vectors)
    stability = measure_stability(points, ids, int(ids.max()) + 1, bootstraps=bootstraps, seed=seed)
    clock.tick("stability")
    themes = tuple(
        _describe(number, np.flatnonzero(ids == number), points, rows, words, weights[number], stability[number])
        for number in range(int(ids.max()) + 1)
    )
    membership, strength = _spread_over_texts(len(texts), rows, ids, points)
    clock.tick("examples")
    return Themes(themes, membership, strength, clock.seconds, parameters)


def _refuse_mismatch(
    texts: Sequence[str], embeddings: np.ndarray, lemmas: list[list[str]] | None, n_themes: int | None
) -> None:
    if len(embeddings) != len(texts):
        raise ValueError(f"{len(texts)} texts but {len(embeddings)} embeddings.")
    if lemmas is not None and len(lemmas) != len(texts):
        raise ValueError(f"{len(texts)} texts but {len(lemmas)} lists of lemmas.")
    if n_themes is not None and n_themes < 1:
        raise ValueError(f"n_themes is {n_themes}; it must be at least 1.")


def _align_doubles(texts: list[str], vectors: np.ndarray) -> np.ndarray:
    """Give the same text the same vector: encoding in batches leaves differences in the last digits."""
    first: dict[str, int] = {}
    return vectors[[first.setdefault(text, i) for i, text in enumerate(texts)]]


def _choose_number(n_stories: int, n_distinct: int, asked: int | None) -> int:
    """Return how many groups to look for; 0 when there are too few stories to speak of themes."""
    if n_stories < (2 if asked is not None else FEWEST_STORIES):
        return 0
    wanted = asked if asked is not None else min(40, max(3, round(n_stories**0.4)))
    # A theme holds at least two stories, and two themes differ in at least one.
    return max(1, min(wanted, n_distinct, n_stories // 2))


def _run_bertopic(
    words: list[list[str]], vectors: np.ndarray, space: ThemeSpace, groups: ThemeGroups
) -> tuple[np.ndarray, list[list[tuple[str, float]]]]:
    """Return theme numbers (n,), largest theme 0 and none -1, and per theme its words with weights."""
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    # A single theme is named by what its stories share; several by what sets them apart.
    vocabulary = choose_vocabulary(words, largest_share=1.0 if groups.n_groups == 1 else 0.6)
    if not vocabulary or len(vectors) < 2 or groups.n_groups == 1:
        return _group_without_words(vectors, space, groups, words, vocabulary)
    logging.getLogger("BERTopic").setLevel(logging.WARNING)
    model = BERTopic(
        embedding_model=BaseEmbedder(),
        umap_model=space,
        hdbscan_model=groups,
        # BERTopic counts per theme, so "in at least two stories" has to be settled beforehand.
        vectorizer_model=CountVectorizer(vocabulary=vocabulary, analyzer=str.split),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True, bm25_weighting=True),
        top_n_words=60,
        calculate_probabilities=False,
        verbose=False,
    )
    ids = np.array(model.fit_transform([" ".join(story) for story in words], embeddings=vectors)[0])
    return ids, [model.get_topic(number) or [] for number in range(int(ids.max()) + 1)]


def _group_without_words(
    vectors: np.ndarray, space: ThemeSpace, groups: ThemeGroups, words: list[list[str]], vocabulary: list[str]
) -> tuple[np.ndarray, list[list[tuple[str, float]]]]:
    """Group when there is nothing to set apart: one theme, or stories without usable words."""
    found = groups.fit(space.fit(vectors).transform(vectors)).labels_
    order = np.argsort(-np.bincount(found[found >= 0]), kind="stable")
    new_number = {int(old): new for new, old in enumerate(order)} | {-1: -1}
    ids = np.array([new_number[int(label)] for label in found])
    weight = {word: float(sum(word in story for story in words)) for word in vocabulary}
    ranked = sorted(weight.items(), key=lambda pair: (-pair[1], pair[0]))
    return ids, [ranked if groups.n_groups == 1 else [] for _ in range(int(ids.max()) + 1)]


def _describe(
    number: int,
    members: np.ndarray,
    points: np.ndarray,
    rows: np.ndarray,
    words: list[list[str]],
    weights: list[tuple[str, float]],
    stability: float | None,
) -> Theme:
    keywords = choose_keywords(weights, [words[i] for i in members])
    typical = members[np.argsort(-_closeness(points[members]), kind="stable")[:EXAMPLES]]
    return Theme(
        id=number,
        label=make_label(keywords, number + 1),
        size=len(members),
        keywords=keywords,
        examples=tuple(int(rows[i]) for i in typical),
        stability=stability,
    )


def _closeness(points: np.ndarray) -> np.ndarray:
    """Return the cosine of each point with the mean of all of them; 1 when they are all the same."""
    centre = points.mean(axis=0)
    length = float(np.linalg.norm(centre))
    return points @ (centre / length) if length > 1e-9 else np.ones(len(points))


def _spread_over_texts(
    n_texts: int, rows: np.ndarray, ids: np.ndarray, points: np.ndarray
) -> tuple[list[int | None], list[float]]:
    membership: list[int | None] = [None] * n_texts
    strength = [0.0] * n_texts
    for number in range(int(ids.max()) + 1):
        members = np.flatnonzero(ids == number)
        for i, close in zip(members, _closeness(points[members]), strict=True):
            membership[rows[i]] = number
            strength[rows[i]] = round(float(np.clip(close, 0, 1)), 4)
    return membership, strength


class _Clock:
    """Keeps seconds per step and reports progress."""

    def __init__(self, progress: Progress | None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._last = time.perf_counter()

    def tick(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = round(now - self._last, 3)
        self._last = now
        if self._progress:
            self._progress(len(self.seconds), 4)
