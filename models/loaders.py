"""Loads language resources when first needed, once per process, and never from the network."""

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from models.dutch_words import COMMON_FORMS, COMMON_VERBS

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from spacy.language import Language
    from spacy.tokens import Token

# Their spaCy tokenisers need packages that are not installed; splitting on spaces and punctuation is used.
_NEEDS_EXTRA_PACKAGES = {"ja", "ko", "th", "vi", "zh"}
_PARTICIPLE_STARTS = ("ge", "be", "ver", "ont", "her", "aan", "op", "uit", "af", "in")


class ModelMissingError(RuntimeError):
    """A language model that is not on this machine; the sentence says how to get it."""


@lru_cache(maxsize=16)
def load_spacy(language: str = "nl") -> "Language":
    """Return a spaCy pipeline: a tokeniser, for Dutch with lemmas from spacy-lookups-data.

    A language that spaCy does not know gets the language-neutral tokeniser ("xx"), without stop words.
    """
    import spacy
    from spacy.util import get_lang_class

    code = language.lower().split("-")[0]
    try:
        get_lang_class(code)
    except ImportError:
        code = "xx"
    nlp = spacy.blank("xx" if code in _NEEDS_EXTRA_PACKAGES else code)
    # A story is text to read, never a book; the limit guards a parser that is not used here.
    nlp.max_length = 10_000_000
    if code == "nl":
        nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
        nlp.initialize()
    return nlp


def lemma_of(token: "Token") -> str:
    """Return the dictionary form of a token from `load_spacy`, lower case.

    The lookup table leaves a quarter of Dutch content words as they stand. For those the exception and rule
    tables of the same package are read, nouns first, because without a tagger a plural is the likelier
    reading. Right lemmas of nouns, verbs and adjectives in UD Alpino and Lassy (dev): .74 by lookup alone,
    .88 like this.
    """
    word = token.lower_
    if token.lang_ != "nl":
        return word
    lemma = token.lemma_.lower()
    return lemma if lemma and lemma != word else _complete_dutch(word)


@lru_cache(maxsize=100_000)
def _complete_dutch(word: str) -> str:
    if word in COMMON_FORMS or word in COMMON_VERBS:
        return COMMON_FORMS.get(word, word)
    index, exceptions, rules = _dutch_tables()
    irregular = exceptions["noun"].get(word)
    if irregular and irregular[0] != word:
        return irregular[0]
    if word in index["noun"]:
        return word
    # "lang" is a word of its own before it is a form of "langen"; "gemaakt" is a form of "maken" first.
    if word in index["adj"] and not word.startswith(_PARTICIPLE_STARTS):
        return word
    for kind in ("verb", "adj"):
        if word in exceptions[kind]:
            return exceptions[kind][word][0]
    kinds = ("adj", "noun", "verb") if word.endswith("e") else ("noun", "adj", "verb")
    if word in index["adj"] or (word in index["verb"] and not word.endswith("en")):
        return word
    for kind in kinds:
        for old, new in rules[kind]:
            if word.endswith(old) and word[: len(word) - len(old)] + new in index[kind]:
                return word[: len(word) - len(old)] + new
    return word


@lru_cache(maxsize=1)
def _dutch_tables() -> tuple[dict[str, set[str]], dict[str, dict[str, list[str]]], dict[str, list[list[str]]]]:
    """Return what spacy-lookups-data knows of Dutch by word class: lemmas, irregular forms, endings."""
    from spacy.lookups import load_lookups

    tables = load_lookups("nl", ["lemma_index", "lemma_exc", "lemma_rules"])
    kinds = ("noun", "verb", "adj")
    index = tables.get_table("lemma_index")
    exceptions, rules = tables.get_table("lemma_exc"), tables.get_table("lemma_rules")
    return (
        {kind: set(index[kind]) for kind in kinds},
        {kind: dict(exceptions[kind]) for kind in kinds},
        {kind: list(rules[kind]) for kind in kinds},
    )


@lru_cache(maxsize=2)
def load_bundled_embedding(threads: int = 2) -> "SentenceTransformer":
    """Return the embedding model that comes with the installed packages."""
    _stay_offline()
    from sentence_transformers import SentenceTransformer

    from models.embedding import BundledEncoder

    return SentenceTransformer(modules=[BundledEncoder(threads=threads)], device="cpu")


@lru_cache(maxsize=2)
def load_named_embedding(name: str) -> "SentenceTransformer":
    """Return a sentence-transformers model by name or folder, only when it is on this machine.

    Raises ModelMissingError when it is not: nothing is downloaded behind anyone's back.
    """
    _stay_offline()
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(name, local_files_only=True, device="cpu")
    except (OSError, ValueError) as error:
        raise ModelMissingError(
            f'Taalmodel "{name}" staat niet op deze computer. Zet het er eerst neer, of kies "bundled".'
        ) from error


def _stay_offline() -> None:
    # Read by huggingface_hub when it is first imported.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
