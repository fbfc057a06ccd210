"""Learn the weights of the tagger: `python -m pipeline.deidentification.train STORIES.jsonl`.

STORIES.jsonl: labelled fictional stories with `text` and `pii` (pieces with a type). The filled
templates of `examples.py` are added. The same input gives the same weights.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from models.manifest import default_folder, require_lookups
from pipeline.deidentification.examples import make_examples
from pipeline.deidentification.features import Lexicon, StoryFeatures
from pipeline.deidentification.finder import Resources, load_resources, read_story
from pipeline.deidentification.tagger import LABELS, Tagger, save_tagger
from pipeline.deidentification.tokens import Shape, Token

NAME_TYPES = {"person": "person", "place": "place", "organisation": "organisation", "school": "organisation"}
NO_NAME, LEAVE_OUT = "none", "leave out"
EXAMPLES_PER_TEMPLATE, EXAMPLE_WEIGHT, SMALLEST_WEIGHT = 16, 0.3, 0.03
STRENGTH = 1.0


class Sample(NamedTuple):
    """The words of one text that count: where they stand in the story, their labels, and their weight."""

    story: StoryFeatures
    chosen: list[int]
    features: list[list[str]]
    labels: list[str]
    weight: float

    def plain_words(self) -> set[str]:
        """The words that are no name here."""
        pairs = zip(self.chosen, self.labels, strict=True)
        return {self.story.tokens[i].lower for i, label in pairs if label == NO_NAME}


class _PartlyBlind(Lexicon):
    """A lexicon that does not know some words, so that their context must do the work."""

    unlisted: frozenset[str]

    def find(self, word: str) -> int:
        return 0 if word in self.unlisted else super().find(word)


def make_story_sample(text: str, pieces: Iterable[dict[str, str]], resources: Resources) -> Sample:
    """A labelled story as words; `pieces` are its labelled texts, wherever they stand."""
    places = []
    for piece in pieces:
        start = text.find(piece["text"])
        while start >= 0:
            places.append((start, start + len(piece["text"]), piece["type"]))
            start = text.find(piece["text"], start + 1)
    return _make_sample(text, places, resources, weight=1.0)


def make_example_samples(resources: Resources) -> list[Sample]:
    """The filled templates as words."""
    samples = []
    for example in make_examples(per_template=EXAMPLES_PER_TEMPLATE, seed=1):
        blind = _PartlyBlind(resources.lexicon.flags, resources.lexicon.trigram_weights)
        object.__setattr__(blind, "unlisted", example.unlisted)
        partly = resources._replace(lexicon=blind)
        samples.append(
            _make_sample(example.text, example.pieces, partly, weight=EXAMPLE_WEIGHT, unlisted=example.unlisted)
        )
    return samples


def _make_sample(
    text: str,
    places: Sequence[tuple[int, int, str]],
    resources: Resources,
    *,
    weight: float,
    unlisted: frozenset[str] = frozenset(),
) -> Sample:
    tokens, story = read_story(text, resources, unlisted=unlisted)
    chosen = [i for i, token in enumerate(tokens) if token.shape not in (Shape.SIGN, Shape.DIGIT)]
    labels = [_label(tokens[i], places) for i in chosen]
    kept = [i for i, label in zip(chosen, labels, strict=True) if label != LEAVE_OUT]
    features = [story.describe(i) for i in kept]
    return Sample(story, kept, features, [label for label in labels if label != LEAVE_OUT], weight)


def _label(token: Token, places: Sequence[tuple[int, int, str]]) -> str:
    for start, end, kind in places:
        if start <= token.start < end and token.end <= end + 2:  # two letters more: a possessive
            return NAME_TYPES.get(kind, LEAVE_OUT)
    return NO_NAME


def _describe_all(sample: Sample, vocabulary: Counter[str]) -> list[list[str]]:
    """The features of every word; how often it was seen is counted without the story itself."""
    own = sample.plain_words() if sample.weight == 1.0 else set()
    rows = []
    for i, features in zip(sample.chosen, sample.features, strict=True):
        word = sample.story.tokens[i].lower
        rows.append(features + sample.story.describe_seen(i, vocabulary[word] - (word in own)))
    return rows


def learn(samples: Sequence[Sample]) -> Tagger:
    """Fit the weights. scikit-learn is only needed here, not where stories are masked."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    stories = [sample for sample in samples if sample.weight == 1.0]
    vocabulary = Counter(word for sample in stories for word in sample.plain_words())
    rows = [row for sample in samples for row in _describe_all(sample, vocabulary)]
    labels = [label for sample in samples for label in sample.labels]
    counts = [sample.weight for sample in samples for _ in sample.labels]
    counter = CountVectorizer(analyzer=list, min_df=2, binary=True)
    model = LogisticRegression(C=STRENGTH, max_iter=1000, tol=1e-7)
    model.fit(counter.fit_transform(rows), labels, sample_weight=counts)
    places = [list(model.classes_).index(label) for label in LABELS]
    none = model.coef_[list(model.classes_).index(NO_NAME)]
    table = (model.coef_[places] - none).T.round(3)
    table[counter.vocabulary_["bias"]] += (
        model.intercept_[places] - model.intercept_[list(model.classes_).index(NO_NAME)]
    ).round(3)
    names = counter.get_feature_names_out()
    weights = {
        name: tuple(map(float, row))
        for name, row in zip(names, table, strict=True)
        if abs(row).max() >= SMALLEST_WEIGHT
    }
    return Tagger(weights, dict(vocabulary))


def main(path: str) -> None:
    """Learn from every labelled story and write the weights file."""
    resources = load_resources(require_lookups(default_folder()))
    with open(path, encoding="utf8") as lines:
        stories = [json.loads(line) for line in lines if line.strip()]
    samples = [make_story_sample(story["text"], story["pii"], resources) for story in stories]
    tagger = learn(samples + make_example_samples(resources))
    save_tagger(tagger)
    sys.stderr.write(f"{len(stories)} stories, {len(tagger.weights)} weights\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(str(Path(sys.argv[1])))
