"""Which language a story is told in, out of the languages that the form knows."""

from functools import lru_cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

STEP = "language.v1"

_CODES = {
    Language.DUTCH: "nl",
    Language.ENGLISH: "en",
    Language.UKRAINIAN: "uk",
    Language.ARABIC: "ar",
    Language.TURKISH: "tr",
    Language.POLISH: "pl",
}
# Below this many letters even a reader guesses.
_FEWEST_LETTERS = 12
_LEAST_SURE = 0.5


@lru_cache(maxsize=1)
def _load_detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*_CODES).with_preloaded_language_models().build()


def detect_language(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language; None when it is too short or too unsure to say.

    Frisian is not among lingua's languages; a Frisian story comes out as Dutch, whose lists and
    lemmas fit it best of those that we have.
    """
    if sum(sign.isalpha() for sign in text) < _FEWEST_LETTERS:
        return None
    best = _load_detector().compute_language_confidence_values(text)[0]
    return _CODES[best.language] if best.value >= _LEAST_SURE else None
