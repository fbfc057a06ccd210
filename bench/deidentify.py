"""How well are people hidden? Ours and deduce alone on the fictional stories, in one run.

    python -m bench.deidentify [--quick]     --quick takes every fifth story

The learned part is cross-validated: a story is masked with weights learned from the other folds. The
rules and lists are not: they were written with these stories at hand (models/CARD_deidentify.md).
The last line is one JSON object with the keys of score_labels.py, stories_per_second, and "floor".
"""

import argparse
import importlib.util
import json
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.table import Table

from models.manifest import default_folder, require_lookups
from pipeline.deidentification.deduce_floor import find_with_deduce
from pipeline.deidentification.finder import Resources, find_spans, load_resources
from pipeline.deidentification.spans import Span
from pipeline.deidentification.train import learn, make_example_samples, make_story_sample

SHARED = Path(__file__).parents[2] / "shared"
STORIES = SHARED / "data" / "stories" / "fictional_nl.jsonl"
SCORER = SHARED / "tools" / "score_labels.py"
FOLDS = 5
MEASURES = ("recall", "recall_person", "recall_soft", "precision", "clean_untouched", "stories_per_second")

Story = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="every fifth story")
    is_quick = parser.parse_args().quick
    for path in (STORIES, SCORER):
        if not path.is_file():
            print(f"No {path.name} beside the repository: nothing to measure.", file=sys.stderr)
            print(json.dumps({"skipped": f"no {path.name}"}))
            return
    stories = [json.loads(line) for line in STORIES.read_text(encoding="utf8").splitlines() if line.strip()]
    resources, scorer = load_resources(require_lookups(default_folder())), load_scorer()
    ours = measure_ours(stories, resources, scorer, folds=range(1 if is_quick else FOLDS))
    floor = measure_floor([s for i, s in enumerate(stories) if not is_quick or i % FOLDS == 0], resources, scorer)
    show(ours, floor)
    print(json.dumps({**ours, "floor": floor}, ensure_ascii=False))


def load_scorer() -> ModuleType:
    """The scoring functions by which masking is judged."""
    spec = importlib.util.spec_from_file_location("score_labels", SCORER)
    if spec is None or spec.loader is None:
        raise ImportError(f"{SCORER.name} cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measure_ours(stories: list[Story], resources: Resources, scorer: ModuleType, *, folds: range) -> Story:
    """Score every story of these folds with what was learned from the other folds."""
    samples = [make_story_sample(story["text"], story["pii"], resources) for story in stories]
    examples = make_example_samples(resources)
    found: dict[str, list[Span]] = {}
    seconds = 0.0
    for fold in folds:
        tagger = learn([sample for i, sample in enumerate(samples) if i % FOLDS != fold] + examples)
        start = time.perf_counter()
        for story in stories[fold::FOLDS]:
            found[story["id"]] = find_spans(story["text"], resources, tagger)
        seconds += time.perf_counter() - start
    return score([story for story in stories if story["id"] in found], found, scorer, seconds)


def measure_floor(stories: list[Story], resources: Resources, scorer: ModuleType) -> Story:
    """Score deduce alone."""
    start = time.perf_counter()
    found = {story["id"]: find_with_deduce(resources.floor, story["text"]) for story in stories}
    return score(stories, found, scorer, time.perf_counter() - start)


def score(stories: list[Story], found: dict[str, list[Span]], scorer: ModuleType, seconds: float) -> Story:
    """The keys of score_labels.py and the speed."""
    gold = {story["id"]: story for story in stories}
    masked = {key: {"spans": [{"start": s.start, "end": s.end} for s in found[key]]} for key in gold}
    return {**scorer.score_pii(gold, masked), "stories_per_second": round(len(stories) / seconds, 1)}


def show(ours: Story, floor: Story) -> None:
    """One row a measure, then one row a type."""
    table = Table("measure", "ours", "deduce alone", title=f"Hiding people in {ours['stories']} stories")
    for name in MEASURES:
        table.add_row(name, str(ours[name]), str(floor[name]))
    table.add_section()
    for kind in sorted(ours["by_type"]):
        table.add_row(kind, ours["by_type"][kind], floor["by_type"].get(kind, "-"))
    Console().print(table)


if __name__ == "__main__":
    main()
