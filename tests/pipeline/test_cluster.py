"""Themes are the same each time, leave few stories out, and stay honest with few stories."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cluster import find_themes
from pipeline.clustering.groups import find_loners
from pipeline.clustering.labels import choose_vocabulary, make_label
from pipeline.clustering.stability import measure_stability
from pipeline.embed import make_embedder
from pipeline.step import Step, check_order

SUBJECTS = {
    "wachtlijst": ["wachtlijst", "maanden", "intake", "brief", "loket"],
    "pesten": ["pesten", "klas", "groepsapp", "schoolplein", "juf"],
    "schulden": ["schulden", "deurwaarder", "huur", "geld", "rekening"],
}


def tell(n_each: int, *, seed: int = 0) -> tuple[list[str], list[int]]:
    """Return made-up stories about three subjects, and which subject each is about."""
    random = np.random.default_rng(seed)
    stories = [
        (" ".join(random.permutation(words)[:4]), number)
        for number, words in enumerate(SUBJECTS.values())
        for _ in range(n_each)
    ]
    return [text for text, _ in stories], [number for _, number in stories]


def place(numbers: list[int], *, seed: int = 0, noise: float = 0.3) -> np.ndarray:
    """Return unit vectors near one of three directions."""
    random = np.random.default_rng(seed)
    rows = np.eye(16)[numbers] + random.normal(0, noise / 4, (len(numbers), 16))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_three_subjects_become_three_named_themes():
    texts, subjects = tell(20)
    found = find_themes(texts, place(subjects), n_themes=3)
    assert [theme.size for theme in found.themes] == [20, 20, 20]
    for theme in found.themes:
        words = list(SUBJECTS.values())[subjects[theme.examples[0]]]
        assert set(theme.keywords) <= {*words, "maand", "rekening", "schuld"}
        assert theme.label[0].isupper() and theme.label.count(",") == 2
        assert theme.stability > 0.9


def test_the_real_model_puts_alike_stories_together():
    texts = [f"{start} wachten wij op een plek bij de {place}" for start in ("Al maanden", "Nog steeds", "Weer")
             for place in ("psycholoog", "therapeut", "behandelaar")]  # fmt: skip
    texts += [f"{who} pest mij in de {where}" for who in ("Een jongen", "Een meisje", "De hele klas")
              for where in ("pauze", "groepsapp", "gymzaal")]  # fmt: skip
    found = find_themes(texts, make_embedder().encode(texts), n_themes=2)
    assert len({*found.membership[:9]}) == len({*found.membership[9:]}) == 1
    assert found.membership[0] != found.membership[9]


def test_the_same_seed_gives_the_same_themes():
    texts, subjects = tell(15)
    first, second = (find_themes(texts, place(subjects, noise=1.5), seed=4) for _ in range(2))
    assert (first.themes, first.membership, first.strength) == (second.themes, second.membership, second.strength)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_too_few_stories_give_no_themes(n):
    found = find_themes(["een verhaal over school"] * n, np.ones((n, 4), dtype=np.float32) / 2)
    assert (found.themes, found.membership, found.strength) == ((), [None] * n, [0.0] * n)


def test_identical_stories_are_one_theme():
    found = find_themes(["de wachtlijst is lang"] * 30, make_embedder().encode(["de wachtlijst is lang"] * 30))
    assert [theme.size for theme in found.themes] == [30]
    assert found.themes[0].label.lower().startswith("wachtlijst")


def test_empty_stories_get_no_theme():
    texts, subjects = tell(10)
    texts[3], texts[4] = "", "  "
    found = find_themes(texts, place(subjects))
    assert found.membership[3] is None and found.membership[4] is None
    assert found.parameters["empty"] == 2


def test_only_empty_stories_give_nothing():
    assert find_themes([""] * 20, np.ones((20, 4), dtype=np.float32) / 2).themes == ()


def test_more_themes_than_stories_can_hold_are_not_made():
    texts, subjects = tell(2)
    found = find_themes(texts, place(subjects), n_themes=50)
    assert 1 <= len(found.themes) <= 3
    assert sum(theme.size for theme in found.themes) <= 6


def test_masks_and_function_words_never_name_a_theme():
    texts = [f"[PERSOON-{n}] en de het een maar toch niet" for n in range(30)]
    found = find_themes(texts, place([n % 3 for n in range(30)]))
    assert all(theme.label.startswith("Thema ") for theme in found.themes)


def test_a_real_loner_has_no_theme():
    texts, subjects = tell(20)
    vectors = place(subjects)
    texts[7], vectors[7] = "iets heel anders", -vectors[7]
    found = find_themes(texts, vectors, n_themes=3)
    assert found.membership[7] is None and found.strength[7] == 0
    assert found.membership.count(None) <= 6


def test_different_numbers_are_refused():
    with pytest.raises(ValueError, match="2 texts but 3 embeddings"):
        find_themes(["a", "b"], np.ones((3, 4)))
    with pytest.raises(ValueError, match="at least 1"):
        find_themes(["a"], np.ones((1, 4)), n_themes=0)


def test_progress_is_told_per_step():
    texts, subjects = tell(10)
    seen = []
    find_themes(texts, place(subjects), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@settings(max_examples=15, deadline=None)
@given(st.integers(6, 60), st.integers(0, 1000))
def test_sizes_and_membership_always_agree(n, seed):
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(n, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = [[f"woord{random.integers(9)}"] for _ in range(n)]
    found = find_themes(["x"] * n if n % 7 == 0 else [f"x {i}" for i in range(n)], vectors, lemmas=words, bootstraps=2)
    counts = [found.membership.count(theme.id) for theme in found.themes]
    assert counts == [theme.size for theme in found.themes] == sorted(counts, reverse=True)
    assert found.membership.count(None) <= 0.1 * n
    assert all(found.membership[row] == theme.id for theme in found.themes for row in theme.examples)
    assert all(0 <= value <= 1 for value in found.strength)


def test_loners_are_never_more_than_a_tenth():
    assert find_loners(np.array([0.9] * 50 + [-0.5] * 50)).sum() <= 10
    assert not find_loners(np.full(20, 0.7)).any()


def test_noise_is_less_stable_than_groups():
    points = place([n % 3 for n in range(90)])
    noise = place([0] * 90, noise=8)
    labels = np.array([n % 3 for n in range(90)])
    firm = measure_stability(points, labels, 3, bootstraps=5, seed=1)
    loose = measure_stability(noise, labels, 3, bootstraps=5, seed=1)
    assert min(firm) > 0.9 > 0.6 > max(loose)


def test_a_word_of_one_story_does_not_describe_a_theme():
    assert choose_vocabulary([["school", "fien"], *[["school", "huis"]] * 4, *[["plein"]] * 5]) == [
        "huis",
        "plein",
        "school",
    ]


def test_a_label_does_not_say_the_same_twice():
    assert make_label(["school", "schoolplein", "juf", "pauze"], 3) == "School, juf, pauze"
    assert make_label([], 3) == "Thema 3"


def test_steps_in_the_wrong_order_are_refused():
    steps = [Step("cluster.v1", ("texts", "tags"), ("themes",), find_themes)]
    with pytest.raises(ValueError, match=r"^cluster\.v1 needs tags, which no earlier step gives\.$"):
        check_order(steps, ["texts"])
    check_order([Step("tag.v1", ("texts",), ("tags",), print), *steps], ["texts"])
