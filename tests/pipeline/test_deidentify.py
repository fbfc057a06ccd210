"""What is hidden in a story, what is left, and what holds for any text."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.build import build_language_resources
from models.manifest import default_folder
from pipeline import deidentify as subject
from pipeline.deidentify import TYPES, ResourcesMissing, deidentify, deidentify_floor, deidentify_many

CASES = json.loads((Path(__file__).parents[1] / "cases" / "deidentify.json").read_text(encoding="utf8"))
WORDS = [
    "Mijn zoon Jan",
    "juf els",
    "06-12345678",
    "Kerkstraat 5",
    "[PERSOON-1]",
    "is 9 jaar",
    "😀",
    "مرحبا",
    "\n",
    ". ",
]
ANY_TEXT = st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    build_language_resources(default_folder())


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Nothing loaded before the test, and what was loaded again after it."""
    kept, subject._loaded = subject._loaded, None
    yield
    subject._loaded = kept


def is_hidden(text: str, piece: str) -> bool:
    start = text.index(piece)
    places = {i for span in deidentify(text).spans for i in range(span.start, span.end)}
    return all(i in places for i in range(start, start + len(piece)) if text[i].isalnum())


def passes(case: dict) -> bool:
    hidden = all(is_hidden(case["text"], piece) for piece in case["hidden"])
    return hidden and all(piece in deidentify(case["text"]).text for piece in case["kept"])


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: str(case["n"]))
def test_dutch_cases_come_out_as_listed(case: dict) -> None:
    # A known failure that passes must leave the list, so that the list stays true.
    assert passes(case) == (case["n"] not in CASES["known_failures"])


def test_the_same_name_keeps_its_mark_whatever_its_capitals() -> None:
    masked = deidentify("Mijn zoon Mehmet is stil. Ook mehmet lacht. Mehmet's vader en mijn dochter Fatima.")
    assert masked.text.count("[PERSOON-1]") == 3
    assert "[PERSOON-2]" in masked.text


def test_numbers_start_again_in_every_story() -> None:
    first, second = deidentify_many(["Mijn zoon Mehmet.", "Mijn dochter Fatima."])
    assert (first.text, second.text) == ("Mijn zoon [PERSOON-1].", "Mijn dochter [PERSOON-1].")


def test_new_marks_do_not_repeat_marks_that_are_there() -> None:
    assert (
        deidentify("[PERSOON-1] belde. Mijn zoon Mehmet ook.").text == "[PERSOON-1] belde. Mijn zoon [PERSOON-2] ook."
    )


@given(ANY_TEXT)
@CALM
def test_spans_are_sorted_apart_and_say_what_stands_there(text: str) -> None:
    spans = deidentify(text).spans
    ends = [0, *(span.end for span in spans)]
    assert all(ends[i] <= span.start < span.end <= len(text) for i, span in enumerate(spans))
    assert all(text[span.start : span.end] == span.text and span.type in TYPES for span in spans)


@given(ANY_TEXT)
@CALM
def test_masking_again_leaves_every_mark_alone(text: str) -> None:
    once = deidentify(text).text
    marks = [match.span() for match in subject.MARK.finditer(once)]
    again = deidentify(once).spans
    assert all(span.end <= start or span.start >= end for span in again for start, end in marks)


@pytest.mark.parametrize("text", ["", "   ", "\n", "😀😀", "مرحبا"])
def test_texts_without_names_come_back_as_they_are(text: str) -> None:
    assert deidentify(text).text == text
    assert deidentify(text).spans == ()


@pytest.mark.parametrize("piece", ["a", "a.b_c-", "1 2-3 ", "A. ", "een twee ", "Mijn zoon Jan woont in Assen. "])
@pytest.mark.timeout(30)
def test_a_very_long_text_does_not_hang(piece: str) -> None:
    size = 200_000 if piece == "a" else 20_000
    text = (piece * size)[:size]
    assert all(span.end <= size for span in deidentify(text).spans)


def test_progress_is_told_after_every_story() -> None:
    told: list[tuple[int, int]] = []
    deidentify_many(["een", "twee"], languages=["nl", "en"], progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_every_story_needs_its_own_language() -> None:
    with pytest.raises(ValueError, match="shorter"):
        deidentify_many(["een", "twee"], languages=["nl"])


def test_a_language_that_is_no_code_is_refused() -> None:
    with pytest.raises(ValueError, match="ISO 639-1"):
        deidentify("hallo", language="Nederlands")


def test_the_floor_misses_what_we_find() -> None:
    text = "tante shaquira kookt vandaag"
    assert deidentify_floor(text).spans == ()
    assert deidentify(text).spans


def test_without_built_lists_it_says_to_run_setup(
    forgotten: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "default_folder", lambda: tmp_path)
    with pytest.raises(ResourcesMissing, match="make setup"):
        deidentify("Mijn zoon Mehmet.")


def test_threads_share_one_load(forgotten: None, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Path] = []
    real = subject.load_resources
    monkeypatch.setattr(subject, "load_resources", lambda path: loads.append(path) or real(path))
    with ThreadPoolExecutor(8) as pool:
        texts = {masked.text for masked in pool.map(deidentify, ["Mijn zoon Mehmet."] * 40)}
    assert (texts, len(loads)) == ({"Mijn zoon [PERSOON-1]."}, 1)


def test_the_form_can_mask_without_torch_or_spacy() -> None:
    code = (
        "import sys; from pipeline.deidentify import deidentify; deidentify('Jan'); "
        "print({'torch', 'spacy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_masking_logs_nothing_of_the_story(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        deidentify("Mijn zoon Mehmet.")
    assert "Mehmet" not in caplog.text
