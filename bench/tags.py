"""How good are tag proposals? Cross-validated on the fictional stories, with cue words alone beside it.

    python -m bench.tags [--quick]     measure; the last line is one JSON object
    python -m bench.tags --learn       learn models/tag_weights.json anew from all stories, then measure

cold: the codebook only; the few weights that combine its measures come from the other folds.
warm: with the stories of the other folds as confirmed examples.
floor: the cue words of the report alone, as the taxonomy first had them. Not compared: a second reader (F1 .77).
"""

import argparse
import csv
import importlib.util
import json
import sys
import time
from pathlib import Path

import numpy as np

from models.taxonomy import Tag, Taxonomy, load_taxonomy
from pipeline.embed import make_embedder
from pipeline.tag import Example, Tagger, TagProposal
from pipeline.tagging.codebook import FEATURES, Codebook
from pipeline.tagging.combine import SHIPPED, Weights, choose_threshold, fit_weights

SHARED = Path(__file__).parents[2] / "shared"
STORIES = SHARED / "data" / "stories" / "fictional_nl.jsonl"
FOLDS = 5

Answers = dict[str, list[TagProposal]]


def main() -> None:
    options = read_options()
    if not STORIES.is_file():
        print(f"No stories at {STORIES.relative_to(SHARED.parent)}: nothing to measure.")
        print(json.dumps({"skipped": "no stories"}))
        return
    stories = [json.loads(line) for line in STORIES.read_text(encoding="utf-8").splitlines() if line.strip()]
    if options.quick:
        stories = stories[::3]
    bench = Bench(stories)
    if options.learn:
        bench.write_weights()
    report(bench)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a third of the stories")
    parser.add_argument("--learn", action="store_true", help="write models/tag_weights.json")
    return parser.parse_args()


class Bench:
    """The stories, what was seen in them, and five ways to hold a part out."""

    def __init__(self, stories: list[dict]) -> None:
        self.stories = stories
        self.taxonomy = load_taxonomy()
        self.tags = [tag for tag in self.taxonomy.tags if tag.is_proposed]
        self.embedder = make_embedder()
        self.texts = [story["text"] for story in stories]
        self.vectors = self.embedder.encode(self.texts)
        self.codebook = Codebook(self.tags, self.embedder, language=self.taxonomy.language)
        self.features = self.codebook.look(self.texts, self.vectors).features
        codes = {tag.code: number for number, tag in enumerate(self.tags)}
        self.truth = np.zeros((len(stories), len(codes)))
        for row, story in enumerate(stories):
            self.truth[row, [codes[code] for code in story["tags"] if code in codes]] = 1
        self.folds = np.random.default_rng(0).permutation(len(stories)) % FOLDS

    def learn_weights(self, rows: np.ndarray) -> Weights:
        """Return cold weights from some stories: one weight per measure, the same for all tags."""
        flat = self.features[rows].reshape(-1, len(FEATURES))
        zero = Weights(FEATURES, flat.mean(axis=0), flat.std(axis=0) + 1e-6, np.zeros(len(FEATURES)), -3.0, 0.3)
        fitted = fit_weights(self.features[rows], self.truth[rows], zero, stiffness=20.0, never_negative=True)
        threshold = choose_threshold(fitted.score(self.features[rows]), self.truth[rows], 0.3, worth=0)
        return Weights(**{**fitted.__dict__, "threshold": threshold})

    def write_weights(self) -> None:
        """Learn from all stories and write what the product ships."""
        learned = self.learn_weights(np.arange(len(self.stories)))
        values = {
            "about": "Weights of the measures in pipeline/tagging/codebook.py; made by python -m bench.tags --learn.",
            "learned_from": f"{len(self.stories)} fictional stories, taxonomy {self.taxonomy.key}",
            "embedder": self.embedder.name,
            "n_tags": len(self.tags),
            "names": list(FEATURES),
            "means": learned.means.round(5).tolist(),
            "spreads": learned.spreads.round(5).tolist(),
            "weights": learned.weights.round(4).tolist(),
            "intercept": round(learned.intercept, 4),
            "threshold": round(learned.threshold, 4),
        }
        SHIPPED.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"wrote {SHIPPED.name}")

    def answer(self, *, n_examples: int | None) -> tuple[Answers, float]:
        """Return proposals for every story by a tagger that has not seen it, and the seconds of proposing.

        n_examples: how many stories of the other folds to learn from; None means all, 0 is cold.
        """
        answers: Answers = {}
        seconds = 0.0
        for fold in range(FOLDS):
            seen, held = np.flatnonzero(self.folds != fold), np.flatnonzero(self.folds == fold)
            known = seen if n_examples is None else seen[:n_examples]
            examples = [Example(tuple(self.stories[i]["tags"]), self.texts[i], self.vectors[i]) for i in known]
            weights = self.learn_weights(seen)
            tagger = Tagger(self.taxonomy, self.embedder, examples, codebook=self.codebook, weights=weights)
            start = time.perf_counter()
            proposals = tagger.propose([self.texts[i] for i in held], embeddings=self.vectors[held])
            seconds += time.perf_counter() - start
            answers |= {self.stories[i]["id"]: found for i, found in zip(held, proposals, strict=True)}
        return answers, seconds


def match_floor(texts: list[str], taxonomy: Taxonomy) -> list[list[TagProposal]]:
    """Propose every tag whose original cue stands in the text; nothing else."""
    cues = _original_cues() or {tag.code: [cue.text for cue in tag.cues] for tag in taxonomy.tags}
    proposed = [tag for tag in taxonomy.tags if tag.is_proposed]
    return [[_count(tag, text.lower(), cues.get(tag.code, [])) for tag in proposed] for text in texts]


def _count(tag: Tag, text: str, cues: list[str]) -> TagProposal:
    found = sum(cue.lower() in text for cue in cues)
    return TagProposal(tag.code, found / (found + 1), found > 0, ())


def _original_cues() -> dict[str, list[str]]:
    path = SHARED / "spec" / "taxonomy_nl.csv"
    cues: dict[str, list[str]] = {}
    if path.is_file():
        with path.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                cues.setdefault(row["level2"].split()[0], []).append(row["cue"])
    return cues


def score(stories: list[dict], answers: Answers) -> dict[str, float]:
    """Score as the project's own yardstick does."""
    spec = importlib.util.spec_from_file_location("score_labels", SHARED / "tools" / "score_labels.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    gold = {story["id"]: story for story in stories}
    rows = {
        key: {"tags": [{"code": t.code, "score": t.score, "proposed": t.proposed} for t in found]}
        for key, found in answers.items()
    }
    return tool.score_tags(gold, rows)


def score_facets(stories: list[dict], answers: Answers, taxonomy: Taxonomy) -> dict[str, tuple[int, float]]:
    """Return per facet: how many tags people gave, and F1."""
    facet = {tag.code: tag.facet_label for tag in taxonomy.tags if tag.is_proposed}
    right, said, gold = ({name: 0 for name in facet.values()} for _ in range(3))
    for story in stories:
        truth = set(story["tags"]) & set(facet)
        mine = {t.code for t in answers[story["id"]] if t.proposed}
        for counts, codes in ((right, truth & mine), (said, mine), (gold, truth)):
            for code in codes:
                counts[facet[code]] += 1
    return {name: (gold[name], 2 * right[name] / max(1, said[name] + gold[name])) for name in gold}


def report(bench: Bench) -> None:
    floor = {s["id"]: found for s, found in zip(bench.stories, match_floor(bench.texts, bench.taxonomy), strict=True)}
    ways: dict[str, tuple[Answers, float]] = {"floor": (floor, 0.0)}
    for name, count in (("cold", 0), ("warm_30", 30), ("warm_100", 100), ("warm", None)):
        ways[name] = bench.answer(n_examples=count)
    scores = {name: score(bench.stories, answers) for name, (answers, _) in ways.items()}
    print(f"{len(bench.stories)} fictional stories, {len(bench.tags)} tags, {FOLDS} folds\n")
    print(f"{'':10}{'precision':>10}{'recall':>8}{'F1':>7}{'in best 8':>11}{'stories/s':>11}")
    for name, values in scores.items():
        seconds = ways[name][1]
        speed = f"{len(bench.stories) / seconds:.0f}" if seconds else ""
        print(
            f"{name:10}{values['precision']:10.3f}{values['recall']:8.3f}{values['f1']:7.3f}"
            f"{values['recall_in_best_eight']:11.3f}{speed:>11}"
        )
    print(f"\n{'F1 per facet':42}{'gold':>6}" + "".join(f"{name:>9}" for name in ("floor", "cold", "warm")))
    facets = {name: score_facets(bench.stories, ways[name][0], bench.taxonomy) for name in ("floor", "cold", "warm")}
    for facet, (gold, _) in facets["warm"].items():
        print(f"{facet[:40]:42}{gold:6}" + "".join(f"{facets[n][facet][1]:9.3f}" for n in facets))
    speeds = {name: round(len(bench.stories) / ways[name][1], 1) for name in ("cold", "warm")}
    print(json.dumps({**scores["warm"], "stories_per_second": speeds["warm"], "floor": scores["floor"],
                      "cold": {**scores["cold"], "stories_per_second": speeds["cold"]},
                      "warm_30": scores["warm_30"], "warm_100": scores["warm_100"]}))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
