"""How much a story looks like each tag in the codebook, before anyone has tagged a story."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from models.taxonomy import Tag
from pipeline.embed import Embedder
from pipeline.lemmatise import lemmatise
from pipeline.tagging.cues import CueFinder, CueHit

MEASURES = (
    "cue_rarity",
    "cue_any",
    "same_words",
    "same_letters",
    "near_tag",
    "near_example",
    "near_definition",
)
# These also count against the other tags of the same story: a long story looks like many tags a little.
_RELATIVE = (0, 2, 3, 4)
# Smaller differences between tags than these are noise; they matter in a taxonomy of two or three tags.
_LEAST_SPREAD = np.array([1.0, 0.01, 0.01, 0.03])
FEATURES = (*MEASURES, *(f"{MEASURES[i]}_in_story" for i in _RELATIVE))


@dataclass(frozen=True)
class Evidence:
    """What was seen in some stories: features (n, tags, len(FEATURES)), cue hits, phrases most alike (n, tags)."""

    features: np.ndarray
    hits: list[list[CueHit]]
    nearest: np.ndarray


class Codebook:
    """A taxonomy's tags made ready for comparison; a story's measures do not depend on the other stories.

    phrases, phrase_tags: every definition, include and example with the number of its tag.
    """

    def __init__(self, tags: Sequence[Tag], embedder: Embedder, *, language: str = "nl") -> None:
        self.tags = tuple(tags)
        self.language = language
        self.finder = CueFinder(tags, language=language)
        self.phrases, self.phrase_tags, self._kinds = _list_phrases(tags)
        self._phrase_vectors = embedder.encode(self.phrases)
        self._tag_vectors = _mean_by_tag(self._phrase_vectors, self.phrase_tags, len(self.tags))
        self._learn_words()

    def _learn_words(self) -> None:
        """Count in how many phrases each word and cue occurs: common ones say less."""
        documents = [_describe(tag) for tag in self.tags]
        lemmas = [" ".join(words) for words in lemmatise([*documents, *self.phrases], language=self.language)]
        whole = lemmas[: len(documents)]
        self._words = TfidfVectorizer(token_pattern=r"\S+", sublinear_tf=True).fit(lemmas)
        self._letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit(whole)
        self._tag_words = self._words.transform(whole).T.tocsr()
        self._tag_letters = self._letters.transform(whole).T.tocsr()
        seen = np.zeros(self.finder.n_cues)
        for hits in self.finder.find(self.phrases):
            seen[[hit.cue for hit in hits]] += 1
        self._cue_rarity = np.log((len(self.phrases) + 1) / (seen + 1))

    def look(self, texts: Sequence[str], vectors: np.ndarray) -> Evidence:
        """Return the evidence for each text and tag. vectors: (n, d) unit rows of the texts."""
        measures, hits, nearest = self._measure(texts, vectors)
        relative = measures[:, :, list(_RELATIVE)]
        spread = np.maximum(relative.std(axis=1, keepdims=True), _LEAST_SPREAD)
        in_story = (relative - relative.mean(axis=1, keepdims=True)) / spread
        return Evidence(np.concatenate([measures, in_story], axis=2), hits, nearest)

    def _measure(self, texts: Sequence[str], vectors: np.ndarray) -> tuple[np.ndarray, list[list[CueHit]], np.ndarray]:
        n, n_tags = len(texts), len(self.tags)
        measures = np.zeros((n, n_tags, len(MEASURES)), dtype=np.float64)
        hits = self.finder.find(texts)
        for row, found in enumerate(hits):
            for hit in found:
                measures[row, hit.tag, 0] += self._cue_rarity[hit.cue]
                measures[row, hit.tag, 1] = 1
        lemmas = [" ".join(words) for words in lemmatise(texts, language=self.language)]
        if n:
            measures[:, :, 2] = (self._words.transform(lemmas) @ self._tag_words).toarray()
            measures[:, :, 3] = (self._letters.transform(lemmas) @ self._tag_letters).toarray()
        measures[:, :, 4] = vectors @ self._tag_vectors.T
        near = vectors @ self._phrase_vectors.T
        measures[:, :, 5], nearest = _best_by_tag(near, self.phrase_tags, n_tags)
        is_definition = np.array([kind == "definition" for kind in self._kinds])
        measures[:, np.array(self.phrase_tags)[is_definition], 6] = near[:, is_definition]
        return measures, hits, nearest


def _list_phrases(tags: Sequence[Tag]) -> tuple[list[str], list[int], list[str]]:
    phrases: list[str] = []
    owners: list[int] = []
    kinds: list[str] = []
    for number, tag in enumerate(tags):
        own = [("definition", f"{tag.label}. {tag.definition}".strip())]
        own += [("include", phrase) for phrase in tag.include] + [("example", phrase) for phrase in tag.examples]
        for kind, phrase in own:
            phrases.append(phrase)
            owners.append(number)
            kinds.append(kind)
    return phrases, owners, kinds


def _describe(tag: Tag) -> str:
    """Everything that says what the tag is; what it is not ("exclude") would pull in the wrong stories."""
    cues = [cue.text for cue in tag.cues]
    return " . ".join([tag.label, tag.definition, *tag.include, *tag.examples, *cues])


def _mean_by_tag(vectors: np.ndarray, owners: list[int], n_tags: int) -> np.ndarray:
    sums = np.zeros((n_tags, vectors.shape[1]))
    np.add.at(sums, owners, vectors)
    return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)


def _best_by_tag(near: np.ndarray, owners: list[int], n_tags: int) -> tuple[np.ndarray, np.ndarray]:
    """Return per text and tag the highest similarity with a phrase of that tag, and which phrase."""
    best = np.zeros((len(near), n_tags))
    which = np.zeros((len(near), n_tags), dtype=int)
    numbers = np.array(owners)
    for tag in range(n_tags):
        own = np.flatnonzero(numbers == tag)
        chosen = near[:, own].argmax(axis=1) if len(near) else np.empty(0, dtype=int)
        which[:, tag] = own[chosen]
        best[:, tag] = near[np.arange(len(near)), own[chosen]]
    return best, which
