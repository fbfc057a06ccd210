"""How good are the embeddings? Dutch tasks measured as MTEB does, beside published scores of other models.

    python -m bench.embeddings [--quick] [--model NAME ...]     the last line is one JSON object

SIB-200 nl: k-means with the true number of subjects on all sentences, V-measure (the same as NMI here).
MASSIVE nl: logistic regression on 8 sentences per class, accuracy on the test part, mean of ten draws.
sentences_per_second: sentences of the Dutch set, warm.
"""

import argparse
import csv
import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import v_measure_score

from pipeline.embed import Embedder, make_embedder

DATA = Path(__file__).parents[2] / "shared" / "data"
PER_CLASS = 8
TASKS = {
    "sib200_nl_clustering": "SIB200ClusteringS2S",
    "massive_nl_intent": "MassiveIntentClassification",
    "massive_nl_scenario": "MassiveScenarioClassification",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="three draws instead of ten, fewer test sentences")
    parser.add_argument("--model", nargs="*", default=["bundled"], help="names or folders; never downloaded")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    if not (DATA / "dutch").is_dir():
        print("No data in shared/data/dutch: nothing to measure.")
        print(json.dumps({"skipped": "no data"}))
        return
    published = read_published()
    results = {name: measure_model(make_embedder(name), published, quick=options.quick) for name in options.model}
    for task, title in TASKS.items():
        print(f"\n{title}, Dutch")
        rows = [(f"{name} (measured here)", scores[task]["score"]) for name, scores in results.items()]
        rows += [(f"{model} (published)", value) for model, value in published[task].items()]
        for name, value in sorted(rows, key=lambda row: -row[1]):
            print(f"  {value:.3f}  {name}")
    for name, scores in results.items():
        print(f"\n{name}: {scores['sentences_per_second']} sentences per second")
    print(json.dumps(results))


def measure_model(embedder: Embedder, published: dict[str, dict[str, float]], *, quick: bool) -> dict:
    draws = 3 if quick else 10
    sib = read_sib()
    embedder.encode([text for text, _ in sib[:50]])
    start = time.perf_counter()
    vectors = embedder.encode([text for text, _ in sib])
    speed = round(len(sib) / (time.perf_counter() - start))
    scores: dict = {"sib200_nl_clustering": {"score": score_clustering(vectors, [subject for _, subject in sib])}}
    rows = read_massive(quick=quick)
    texts = embedder.encode([row["utt_nl"] for row in rows])
    for kind in ("intent", "scenario"):
        scores[f"massive_nl_{kind}"] = {"score": score_classification(texts, rows, kind, draws=draws)}
    for task, values in published.items():
        scores[task]["published"] = values
    return {**scores, "sentences_per_second": speed}


def score_clustering(vectors: np.ndarray, subjects: list[str]) -> float:
    n = len(set(subjects))
    runs = [v_measure_score(subjects, KMeans(n, n_init=10, random_state=s).fit(vectors).labels_) for s in range(5)]
    return round(float(np.mean(runs)), 3)


def score_classification(vectors: np.ndarray, rows: list[dict[str, str]], kind: str, *, draws: int) -> float:
    classes = np.array([row[kind] for row in rows])
    parts = np.array([row["partition"] for row in rows])
    test = np.flatnonzero(parts == "test")
    scores = []
    for draw in range(draws):
        order = np.random.default_rng(draw).permutation(np.flatnonzero(parts == "train"))
        chosen = [i for name in np.unique(classes) for i in order[classes[order] == name][:PER_CLASS]]
        model = LogisticRegression(max_iter=100).fit(vectors[chosen], classes[chosen])
        scores.append(model.score(vectors[test], classes[test]))
    return round(float(np.mean(scores)), 3)


def read_sib() -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for part in ("train", "dev", "test"):
        with (DATA / "dutch" / "sib200" / f"nld_{part}.tsv").open(encoding="utf-8") as lines:
            table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            rows += [(row["text"], row["category"]) for row in table]
    return rows


def read_massive(*, quick: bool) -> list[dict[str, str]]:
    with (DATA / "dutch" / "massive" / "massive_nl_joined.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["partition"] in ("train", "test")]
    return rows[::4] if quick else rows


def read_published() -> dict[str, dict[str, float]]:
    """Return per task the published score of each model on Dutch (test part)."""
    path = DATA / "reference" / "mteb_nl_scores.csv"
    found: dict[str, dict[str, float]] = {task: {} for task in TASKS}
    if not path.is_file():
        print("No published scores: mteb_nl_scores.csv is absent.")
        return found
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for task, title in TASKS.items():
                if row["task"] == title and row["split"] == "test" and row["subset"].startswith("nl"):
                    found[task][row["model"].replace("__", "/")] = round(float(row["main_score"]), 3)
    return found


if __name__ == "__main__":
    sys.exit(main())
