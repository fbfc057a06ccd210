"""The learned part: for each word, how likely it is part of a person's, a place's or an organisation's name.

A multinomial logistic regression on the features of `features.py`, kept as numbers in a JSON file.
How it was made and judged: models/CARD_deidentify.md; `python -m pipeline.deidentification.train` remakes it.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WEIGHTS = Path(__file__).parents[2] / "models" / "deidentify_weights.json"
LABELS = ("person", "place", "organisation")


@dataclass(frozen=True)
class Tagger:
    """Weights by feature, one for each of LABELS; "no name" has weight 0 everywhere."""

    weights: dict[str, tuple[float, ...]]
    vocabulary: dict[str, int]  # in how many of the stories it learned from a word was no name

    def weigh(self, features: Sequence[str]) -> tuple[float, ...]:
        """The chance of each of LABELS for one word, from 0 to 1; what is left over is "no name"."""
        totals = [0.0] * len(LABELS)
        for feature in features:
            found = self.weights.get(feature)
            if found is not None:
                for k, weight in enumerate(found):
                    totals[k] += weight
        highest = max(0.0, *totals)
        powers = [math.exp(total - highest) for total in totals]
        whole = sum(powers) + math.exp(-highest)
        return tuple(power / whole for power in powers)


def load_tagger(path: Path = WEIGHTS) -> Tagger:
    """Read the weights that belong to this version of the features."""
    stored = json.loads(path.read_text(encoding="utf8"))
    if tuple(stored["labels"]) != LABELS:
        raise ValueError(f"{path.name} has labels {stored['labels']}, the code expects {list(LABELS)}.")
    weights = {feature: tuple(values) for feature, values in stored["weights"].items()}
    return Tagger(weights, stored["vocabulary"])


def save_tagger(tagger: Tagger, path: Path = WEIGHTS) -> None:
    """Write the weights, one feature a line, so that a change can be read in a diff."""
    lines = [f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(w)}" for name, w in sorted(tagger.weights.items())]
    words = json.dumps(dict(sorted(tagger.vocabulary.items())), ensure_ascii=False)
    head = f'{{"labels": {json.dumps(list(LABELS))}, "vocabulary": {words}, "weights": {{\n'
    path.write_text(head + ",\n".join(lines) + "\n}}\n", encoding="utf8")
