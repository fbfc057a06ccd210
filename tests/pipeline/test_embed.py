"""Texts become unit vectors, whatever people type."""

import numpy as np
import pytest

from models.loaders import ModelMissingError
from pipeline.embed import SentenceEmbedder, make_embedder


@pytest.fixture(scope="module")
def embedder():
    return make_embedder()


def test_alike_sentences_lie_nearer_than_others(embedder):
    wait, queue, cake = embedder.encode(
        ["We staan al maanden op de wachtlijst.", "Het wachten op hulp duurt lang.", "Oma bakt een taart."]
    )
    assert wait @ queue > wait @ cake + 0.1


def test_dutch_and_english_share_one_space(embedder):
    dutch, english, other = embedder.encode(["Mijn kind slaapt slecht.", "My child sleeps badly.", "De bus is rood."])
    assert dutch @ english > dutch @ other + 0.2


@pytest.mark.parametrize(
    "text", ["", "   ", "😀", "مرحبا بالعالم", "half \ud83d emoji", "woord " * 50_000, "\x00", "a" * 9_000]
)
def test_every_text_gets_a_unit_vector(embedder, text):
    vectors = embedder.encode([text])
    assert vectors.shape == (1, embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-4)


def test_rows_come_in_input_order_and_do_not_depend_on_company(embedder):
    texts = [f"verhaal {n} over {'school ' * (n % 7)}" for n in range(300)]
    together = embedder.encode(texts)
    for row in (0, 17, 299):
        assert embedder.encode([texts[row]])[0] == pytest.approx(together[row], abs=1e-4)


def test_the_same_texts_give_the_same_numbers(embedder):
    texts = ["een", "twee woorden", "drie hele woorden"]
    assert np.array_equal(embedder.encode(texts), embedder.encode(texts))


def test_no_texts_give_no_rows(embedder):
    assert embedder.encode([]).shape == (0, 512)


def test_progress_counts_texts(embedder):
    seen = []
    embedder.encode(["a"] * 300, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(256, 300), (300, 300)]


def test_a_model_that_is_not_here_is_named_and_not_downloaded():
    with pytest.raises(ModelMissingError, match='"intfloat/bestaat-niet" staat niet op deze computer'):
        make_embedder("intfloat/bestaat-niet")


def test_a_model_that_answers_zeros_still_gives_unit_rows():
    class Zeros:
        def get_embedding_dimension(self):
            return 4

        def encode(self, texts, **options):
            return np.zeros((len(texts), 4))

    assert np.linalg.norm(SentenceEmbedder(Zeros(), "zeros").encode(["leeg"])[0]) == pytest.approx(1)
