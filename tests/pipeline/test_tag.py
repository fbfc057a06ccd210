"""Tags are proposed with a reason, learned from people's choices, and never where only people may."""

import numpy as np
import pytest

from models.taxonomy import load_taxonomy
from pipeline.embed import make_embedder
from pipeline.tag import Example, Tagger, make_tagger
from pipeline.tagging.codebook import Codebook
from pipeline.tagging.combine import choose_threshold, load_weights
from pipeline.tagging.cues import CueFinder

STORIES = [
    "Mijn ouders zijn gescheiden en ik slaap om de week bij mijn vader in het andere huis.",
    "We staan al acht maanden op de wachtlijst en niemand belt terug.",
    "ik word elke dag gepest in de groepsapp van mijn klas",
    "De deurwaarder stond weer voor de deur, we kunnen de huur niet betalen.",
]
TAXONOMY = """
language: en
facets: [{code: W, label: Waiting}, {code: S, label: School}]
tags:
  - {code: W1, label: Waiting list, facet: W, definition: Waiting for help to start, cues: [waiting list]}
  - {code: S1, label: Bullying, facet: S, definition: Bullied by children at school, cues: [bully, bullied]}
  - {code: S2, label: Safety, facet: S, definition: In danger, human_only: true, cues: [waiting, bullied]}
"""


@pytest.fixture(scope="module")
def embedder():
    return make_embedder()


@pytest.fixture(scope="module")
def codebook(embedder):
    """Comparing with 120 tags takes seconds to set up; once is enough here."""
    return Codebook([tag for tag in load_taxonomy().tags if tag.is_proposed], embedder)


@pytest.fixture(scope="module")
def tagger(embedder, codebook):
    return Tagger(load_taxonomy(), embedder, (), codebook=codebook)


@pytest.fixture
def english(tmp_path):
    path = tmp_path / "english.yaml"
    path.write_text(TAXONOMY, encoding="utf-8")
    return load_taxonomy(path)


@pytest.mark.parametrize(("story", "code"), list(zip(STORIES, ["A07", "D09", "A14", "A09"], strict=True)))
def test_the_expected_tag_is_among_the_best_three(tagger, story, code):
    assert code in [tag.code for tag in tagger.propose([story])[0]][:3]


def test_proposals_are_ranked_probabilities_with_reasons(tagger):
    found = tagger.propose(STORIES)
    assert [len(tags) >= 10 for tags in found] == [True] * 4
    for tags in found:
        assert [tag.score for tag in tags] == sorted((tag.score for tag in tags), reverse=True)
        assert all(0 <= tag.score <= 1 and tag.because for tag in tags)
    assert any('"gepest"' in reason for reason in next(t for t in found[2] if t.code == "A14").because)


def test_a_story_gets_the_same_tags_alone_and_in_company(tagger):
    together = tagger.propose(STORIES)[1]
    alone = tagger.propose([STORIES[1]])[0]
    assert [tag.code for tag in alone] == [tag.code for tag in together]
    assert [tag.score for tag in alone] == pytest.approx([tag.score for tag in together], abs=2e-3)


def test_known_embeddings_give_the_same_proposals(tagger, embedder):
    assert tagger.propose(STORIES, embeddings=embedder.encode(STORIES)) == tagger.propose(STORIES)


def test_what_only_people_may_say_is_never_proposed(tagger):
    taxonomy = load_taxonomy()
    never = {tag.code for tag in taxonomy.tags if tag.human_only or not tag.by_default}
    text = "Vader sloeg moeder, de politie en Veilig Thuis kwamen, er dreigde een ots en uithuisplaatsing."
    found = {tag.code for tag in tagger.propose([text], best=200)[0]}
    assert found and not found & never


@pytest.mark.parametrize("text", ["", "  \n", "😀", "مرحبا", "[PERSOON-1]", "\ud83d"])
def test_odd_texts_do_not_break_it(tagger, text):
    assert (tagger.propose([text])[0] == []) == (text.strip() == "")


def test_no_texts_give_no_proposals(tagger):
    assert tagger.propose([]) == []


def test_wrong_number_of_embeddings_is_refused(tagger):
    with pytest.raises(ValueError, match="2 texts but 1 embeddings"):
        tagger.propose(["a", "b"], embeddings=np.ones((1, 512), dtype=np.float32))


def test_an_english_taxonomy_proposes_and_keeps_human_only_out(english, embedder):
    tagger = make_tagger(english, embedder)
    wait, bully = tagger.propose(["We are on a waiting list for help.", "He was bullied in class."])
    assert (wait[0].code, bully[0].code) == ("W1", "S1")
    assert {tag.code for tag in wait} == {"W1", "S1"}


def test_it_learns_what_people_confirm(embedder, tagger, codebook):
    paint = "De schilder kwam en verfde de schutting groen met een kwast."
    examples = [Example(("C01",), f"De schilder verfde schutting nummer {n} groen.") for n in range(12)]
    examples += [Example(("A09",), f"Er kwam een rekening van {n} euro, te veel geld.") for n in range(12)]
    before = _score_of("C01", tagger.propose([paint])[0])
    learned = Tagger(load_taxonomy(), embedder, examples, codebook=codebook)
    best = learned.propose([paint])[0][0]
    assert (best.code, learned.n_examples) == ("C01", 24)
    assert best.score > before + 0.3
    assert any("verhalen die er het meest op lijken" in reason for reason in best.because)


def test_reasons_never_quote_other_peoples_stories(embedder, codebook):
    secret = "Mijn buurman heet Zwierezwaai en verkoopt paarse ballonnen."
    examples = [Example(("F03",), secret)] * 10
    tags = Tagger(load_taxonomy(), embedder, examples, codebook=codebook).propose(["Buurman verkoopt ballonnen."])[0]
    assert "Zwierezwaai" not in str(tags)


def test_examples_may_be_embeddings_only(embedder, codebook):
    examples = [Example(("A14",), embedding=vector) for vector in embedder.encode(STORIES * 3)]
    learned = Tagger(load_taxonomy(), embedder, examples, codebook=codebook)
    assert learned.propose([STORIES[2]])[0][0].code == "A14"


def test_an_example_without_anything_is_refused(embedder, english):
    with pytest.raises(ValueError, match="Example 0 has neither"):
        make_tagger(english, embedder, examples=[Example(("W1",))] * 8)


def test_weights_for_other_measures_are_refused():
    with pytest.raises(ValueError, match="other measures"):
        load_weights(("something",), 85)


def test_the_threshold_gives_the_best_f1():
    scores, truth = np.array([[0.9, 0.8, 0.3, 0.1]]), np.array([[1, 1, 0, 0]])
    assert choose_threshold(scores, truth, 0.5, worth=0) == 0.8


@pytest.mark.parametrize(
    ("cue", "text", "found"),
    [
        ("druk", "zo'n drukte", True),
        ("{text: druk, match: woord}", "zo'n drukte", False),
        ("{text: druk, match: woord}", "DRUK!", True),
        ("{text: team, match: begin}", "wijkteam", False),
        ("driftbuien", "weer een driftbui", True),
        ("spijbelen", "hij spijbelde", True),
        ("mijn ex", "Mijn\nex belt", True),
        ("{text: thuis, match: woord, not_in: [veilig thuis]}", "melding bij Veilig Thuis", False),
        ("{text: thuis, match: woord, not_in: [veilig thuis]}", "Veilig Thuis kwam thuis", True),
    ],
)
def test_cues_are_found_as_their_kind_says(tmp_path, cue, text, found):
    path = tmp_path / "one.yaml"
    path.write_text(f"facets: [{{code: A, label: A}}]\ntags: [{{code: A1, label: A, facet: A, cues: [{cue}]}}]\n")
    hits = CueFinder(load_taxonomy(path).tags).find([text])[0]
    assert bool(hits) is found


def test_a_hit_points_at_whole_words(tmp_path):
    path = tmp_path / "one.yaml"
    path.write_text("facets: [{code: A, label: A}]\ntags: [{code: A1, label: A, facet: A, cues: [druk]}]\n")
    text = "Het was İ zo'n drukte thuis"
    hit = CueFinder(load_taxonomy(path).tags).find([text])[0][0]
    assert text[hit.start : hit.end] == "drukte"


def _score_of(code, proposals):
    return next((tag.score for tag in proposals if tag.code == code), 0.0)
