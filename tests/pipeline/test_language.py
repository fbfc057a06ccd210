"""Which of the form's languages a story is in."""

import pytest

from pipeline.language import detect_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ik ging vandaag met mijn moeder naar school.", "nl"),
        ("My mother and I went to the school today.", "en"),
        ("Ми сьогодні з мамою ходили до школи.", "uk"),
        ("ذهبت اليوم مع أمي إلى المدرسة", "ar"),
        ("Bugün annemle birlikte okula gittim.", "tr"),
        ("Dzisiaj poszłam z mamą do szkoły.", "pl"),
        ("Hjoed gie ik mei ús mem nei skoalle ta.", "nl"),
    ],
)
def test_each_language_of_the_form_is_recognised(text: str, code: str) -> None:
    assert detect_language(text) == code


@pytest.mark.parametrize("text", ["", "hoi", "😀😀😀", "12345 67890 12345"])
def test_too_little_to_go_on_gives_none(text: str) -> None:
    assert detect_language(text) is None
