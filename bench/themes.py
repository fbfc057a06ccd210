"""How good are suggested themes? Ours, BERTopic's defaults and plain k-means on the same vectors in one run.

    python -m bench.themes [--quick]     the last line is one JSON object

nmi, ari: agreement with what people said a story is mainly about; stories without a theme count as one group.
npmi: how much the words of a theme occur together (-1 to 1). diversity: share of theme words used only once.
stability: ARI between two runs that each miss another fifth of the stories, on the stories they share.
k-means gets the number of themes that ours found. BERTopic's first start also compiles UMAP; that is left out.
"""

import argparse
import csv
import json
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from pipeline.cluster import find_themes
from pipeline.embed import make_embedder
from pipeline.lemmatise import lemmatise

DATA = Path(__file__).parents[2] / "shared" / "data"
TOP_WORDS = 10


@dataclass(frozen=True)
class StorySet:
    """Texts with what each is mainly about, their vectors and lemmas."""

    name: str
    texts: list[str]
    gold: list[str]
    vectors: np.ndarray
    lemmas: list[list[str]]

    def part(self, rows: np.ndarray) -> "StorySet":
        return StorySet(
            self.name,
            [self.texts[i] for i in rows],
            [self.gold[i] for i in rows],
            self.vectors[rows],
            [self.lemmas[i] for i in rows],
        )


Labels = list[int | None]
Way = Callable[[StorySet, int], tuple[Labels, list[list[str]]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer stories")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    sets = list_sets(quick=options.quick)
    if not sets:
        print("No data in shared/data: nothing to measure.")
        print(json.dumps({"skipped": "no data"}))
        return
    results = {}
    columns = ("themes", "nmi", "ari", "unassigned", "npmi", "diversity", "stability", "seconds")
    run_bertopic(sets[0].part(np.arange(min(200, len(sets[0].texts)))), 5)
    for stories in sets:
        print(f"\n{stories.name}: {len(stories.texts)} texts, {len(set(stories.gold))} gold subjects")
        print(f"{'':18}" + "".join(f"{name:>11}" for name in columns))
        results[stories.name] = compare_ways(stories, columns)
    print(json.dumps(results))


def list_sets(*, quick: bool) -> list[StorySet]:
    """Return the sets of which the data is there."""
    sets = []
    embedder = make_embedder()
    for name, language, read, sizes in (
        ("fictional stories", "nl", read_fictional, (None,)),
        ("SIB-200 nl", "nl", read_sib, (None,)),
        ("care comments", "en", read_care, (500,) if quick else (500, 2_000)),
    ):
        pairs = read()
        if not pairs:
            print(f"{name}: data absent, skipped.")
            continue
        for size in sizes:
            rows = np.sort(np.random.default_rng(0).permutation(len(pairs))[: size or (300 if quick else None)])
            texts = [pairs[i][0] for i in rows]
            title = name if size is None else f"{name} {size}"
            lemmas = lemmatise(texts, language=language)
            sets.append(StorySet(title, texts, [pairs[i][1] for i in rows], embedder.encode(texts), lemmas))
    return sets


def read_fictional() -> list[tuple[str, str]]:
    path = DATA / "stories" / "fictional_nl.jsonl"
    if not path.is_file():
        return []
    stories = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [(story["text"], story["tags"][0]) for story in stories if story["tags"]]


def read_sib() -> list[tuple[str, str]]:
    paths = [DATA / "dutch" / "sib200" / f"nld_{part}.tsv" for part in ("train", "dev", "test")]
    rows = [row for path in paths if path.is_file() for row in _read_table(path, delimiter="\t")]
    return [(row["text"], row["category"]) for row in rows]


def read_care() -> list[tuple[str, str]]:
    path = DATA / "english" / "care_comments" / "phase1_text_data.csv"
    rows = _read_table(path) if path.is_file() else []
    return [(row["feedback"], row["label"]) for row in rows if row["label"] and len(row["feedback"].split()) > 2]


def _read_table(path: Path, *, delimiter: str = ",") -> list[dict[str, str]]:
    quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=delimiter, quoting=quoting))


def compare_ways(stories: StorySet, columns: Sequence[str]) -> dict[str, dict[str, float]]:
    """Measure the three ways; prints a line each."""
    found: dict[str, dict[str, float]] = {}
    n_themes = 0
    for name, way in (("ours", run_ours), ("bertopic_defaults", run_bertopic), ("kmeans", run_kmeans)):
        found[name] = measure(way, stories, n_themes)
        n_themes = n_themes or int(found[name]["themes"])
        print(f"{name:18}" + "".join(f"{found[name][column]:>11}" for column in columns), flush=True)
    return found


def run_ours(stories: StorySet, n_themes: int) -> tuple[Labels, list[list[str]]]:
    found = find_themes(stories.texts, stories.vectors, lemmas=stories.lemmas)
    return found.membership, [list(theme.keywords) for theme in found.themes]


def run_bertopic(stories: StorySet, n_themes: int) -> tuple[Labels, list[list[str]]]:
    from bertopic import BERTopic

    model = BERTopic()
    labels = model.fit_transform(stories.texts, embeddings=stories.vectors)[0]
    words = [[word for word, _ in model.get_topic(i) or []] for i in range(max(labels) + 1)]
    return [None if label < 0 else int(label) for label in labels], words


def run_kmeans(stories: StorySet, n_themes: int) -> tuple[Labels, list[list[str]]]:
    labels = KMeans(max(1, n_themes), n_init=10, random_state=1).fit(stories.vectors).labels_
    together = [" ".join(w for i in np.flatnonzero(labels == k) for w in stories.lemmas[i]) for k in range(n_themes)]
    counter = TfidfVectorizer(token_pattern=r"\S+", sublinear_tf=True)
    weights = counter.fit_transform(together).toarray()
    names = counter.get_feature_names_out()
    return labels.tolist(), [[names[j] for j in np.argsort(-row)[:TOP_WORDS]] for row in weights]


def measure(way: Way, stories: StorySet, n_themes: int) -> dict[str, float]:
    start = time.perf_counter()
    labels, words = way(stories, n_themes)
    seconds = time.perf_counter() - start
    numbers = [-1 if label is None else label for label in labels]
    return {
        "themes": len(words),
        "nmi": round(float(normalized_mutual_info_score(stories.gold, numbers)), 3),
        "ari": round(float(adjusted_rand_score(stories.gold, numbers)), 3),
        "unassigned": round(labels.count(None) / len(labels), 3),
        "npmi": measure_npmi(words, stories),
        "diversity": measure_diversity(words),
        "stability": measure_stability(way, stories, n_themes or len(words)),
        "seconds": round(seconds, 2),
    }


def measure_npmi(words: list[list[str]], stories: StorySet) -> float:
    """Return the mean NPMI of pairs of theme words, counted over stories, as written or as lemmas."""
    documents = [f"{text} {' '.join(lemmas)}" for text, lemmas in zip(stories.texts, stories.lemmas, strict=True)]
    vocabulary = sorted({word for theme in words for word in theme if word})
    if not vocabulary:
        return 0.0
    there = CountVectorizer(vocabulary=vocabulary, binary=True, token_pattern=r"[^\s.,!?;:]+").fit_transform(documents)
    both = (there.T @ there).toarray() / len(documents)
    at = {word: number for number, word in enumerate(vocabulary)}
    values = []
    for theme in words:
        for one, two in combinations([at[word] for word in theme[:TOP_WORDS] if word], 2):
            joint, apart = both[one, two], both[one, one] * both[two, two]
            values.append(-1.0 if joint == 0 or apart == 0 else np.log(joint / apart) / max(-np.log(joint), 1e-9))
    return round(float(np.mean(values)), 3) if values else 0.0


def measure_diversity(words: list[list[str]]) -> float:
    used = [word for theme in words for word in theme[:TOP_WORDS] if word]
    return round(len(set(used)) / max(1, len(used)), 3)


def measure_stability(way: Way, stories: StorySet, n_themes: int) -> float:
    fifths = np.random.default_rng(7).permutation(len(stories.texts)) % 5
    runs = []
    for missing in (0, 1):
        rows = np.flatnonzero(fifths != missing)
        labels, _ = way(stories.part(rows), n_themes)
        runs.append(dict(zip(rows.tolist(), [-1 if x is None else x for x in labels], strict=True)))
    both = sorted(set(runs[0]) & set(runs[1]))
    return round(float(adjusted_rand_score([runs[0][i] for i in both], [runs[1][i] for i in both])), 3)


if __name__ == "__main__":
    sys.exit(main())
