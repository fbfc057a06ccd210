"""One lexicon of names, places and ordinary words, from lists inside installed packages.

Every word is stored in lower case with flags that say where it occurs; a word can be a name and an
ordinary word at once ("roos", "joy"). What it is in a sentence is decided by `pipeline.deidentify`.
Sources: deduce's lookup lists, Faker's providers, spacy-lookups-data's Dutch lemmas and English
frequencies. Nothing is downloaded and spaCy itself is not imported.
"""

import gzip
import importlib
import json
import math
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from models.phrases import open_lookups

FIRST_NAME, SURNAME, PLACE, COUNTRY = 1, 2, 4, 8
DUTCH, COMMON, ENGLISH, USUALLY_CAPITAL, USUALLY_LOWER, STREET, MEDICAL = 16, 32, 64, 128, 256, 512, 1024
PROVINCE = 2048

PERSON_LOCALES = [
    "nl_NL",
    "nl_BE",
    "en_GB",
    "en_US",
    "tr_TR",
    "pl_PL",
    "uk_UA",
    "ar_AA",
    "ar_PS",
    "ar_SA",
    "ar_DZ",
    "fr_FR",
    "fr_DZ",
    "de_DE",
    "es_ES",
    "pt_PT",
    "it_IT",
    "ro_RO",
    "bg_BG",
    "ru_RU",
    "fa_IR",
    "hu_HU",
    "id_ID",
    "el_GR",
    "en_IN",
    "en_NG",
    "so_SO",
    "az_AZ",
    "hr_HR",
    "da_DK",
    "sv_SE",
    "no_NO",
    "fi_FI",
]
PLACE_LOCALES = ["nl_NL", "nl_BE", "pl_PL", "uk_UA", "de_DE", "fr_FR", "en_GB", "tr_TR", "ar_AA", "fa_IR"]
ENGLISH_FREQUENT = -13.0  # natural log of the relative frequency: about the 25,000 most frequent words
ENGLISH_KNOWN = -17.5
LIST_FLAGS = {
    "names/lst_first_name": FIRST_NAME,
    "names/lst_surname": SURNAME,
    "locations/lst_placename": PLACE,
    "whitelist/lst_common_word": COMMON,
    "whitelist/lst_stop_word": COMMON,
    "whitelist/lst_medical_term": MEDICAL,
}
WORD = re.compile(r"[^\W\d_]+(?:[-' ’][^\W\d_]+)*")


def package_folder(name: str) -> Path:
    """Where an installed package stands, without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed; see requirements.txt.")
    return Path(spec.origin).parent


def collect_lexicon() -> dict[str, int]:
    """Every known word in lower case with its flags."""
    lexicon: dict[str, int] = {}
    _add_deduce_lists(lexicon)
    for locale in PERSON_LOCALES:
        _add_faker_names(lexicon, locale)
    for locale in PLACE_LOCALES:
        _add_faker_places(lexicon, locale)
    _add_dutch_words(lexicon)
    _add_english_words(lexicon)
    return lexicon


def _add(lexicon: dict[str, int], words: Iterable[str], flag: int) -> None:
    for word in words:
        clean = word.strip().lower()
        if len(clean) > 1 and WORD.fullmatch(clean):
            lexicon[clean] = lexicon.get(clean, 0) | flag


def _add_deduce_lists(lexicon: dict[str, int]) -> None:
    from models.phrases import quiet_logging

    with quiet_logging():
        from deduce.lookup_structs import load_raw_itemset
    source = package_folder("deduce") / "data" / "lookup" / "src"
    for name, flag in LIST_FLAGS.items():
        _add(lexicon, load_raw_itemset(source / name), flag)
    # The raw street list, not its 770,000 spelling variants.
    streets = (source / "locations" / "lst_street" / "items.txt").read_text(encoding="utf8").splitlines()
    _add(lexicon, (street for street in streets if " " not in street), STREET)


def _faker_lists(subject: str, locale: str) -> dict[str, Iterable[str]]:
    """The lists of one Faker provider by attribute name; empty when Faker lacks that locale."""
    try:
        provider = importlib.import_module(f"faker.providers.{subject}.{locale}").Provider
    except ModuleNotFoundError:
        return {}
    return {name: value for name in dir(provider) if isinstance(value := getattr(provider, name), (tuple, list, dict))}


def _add_faker_names(lexicon: dict[str, int], locale: str) -> None:
    for attribute, values in _faker_lists("person", locale).items():
        if attribute.startswith("first_name"):
            _add(lexicon, (v for v in values if isinstance(v, str)), FIRST_NAME)
        elif attribute.startswith("last_name") or attribute.endswith("last_names"):
            _add(lexicon, (v for v in values if isinstance(v, str)), SURNAME)


def _add_faker_places(lexicon: dict[str, int], locale: str) -> None:
    for attribute, values in _faker_lists("address", locale).items():
        words = [value for value in values if isinstance(value, str)]
        if attribute in ("cities", "city_names"):
            _add(lexicon, words, PLACE)
        elif attribute in ("provinces", "administrative_unit"):
            _add(lexicon, words, PROVINCE)
        elif attribute == "countries":
            _add(lexicon, words, COUNTRY)


def _read_lookup(name: str) -> dict:
    path = package_folder("spacy_lookups_data") / "data" / f"{name}.json.gz"
    with gzip.open(path, "rt", encoding="utf8") as file:
        return json.load(file)


def _add_dutch_words(lexicon: dict[str, int]) -> None:
    for lemmas in _read_lookup("nl_lemma_index").values():
        _add(lexicon, (word for word in lemmas if word.islower()), DUTCH)
    forms = _read_lookup("nl_lemma_lookup")
    _add(lexicon, (word for word in (*forms, *forms.values()) if word.islower()), DUTCH)


def _add_english_words(lexicon: dict[str, int]) -> None:
    """Mark frequent English words, and what is mostly written with or without a capital.

    The frequencies come from web text in which other languages, Dutch too, occur as well.
    """
    log_share = _read_lookup("en_lexeme_prob")
    for word, share in log_share.items():
        lower = word.lower()
        if share < ENGLISH_KNOWN or not WORD.fullmatch(lower) or len(lower) < 2:
            continue
        as_lower, as_title = log_share.get(lower, -25.0), log_share.get(lower.title(), -25.0)
        flags = USUALLY_CAPITAL if as_title > as_lower + 1 else USUALLY_LOWER if as_title < as_lower else 0
        flags |= ENGLISH if as_lower > ENGLISH_FREQUENT and flags != USUALLY_CAPITAL else 0
        lexicon[lower] = lexicon.get(lower, 0) | flags


def trigrams(word: str) -> list[str]:
    """The three-letter pieces of a word with its edges marked.

    >>> trigrams("jo")
    ['^jo', 'jo$']
    """
    edged = f"^{word}$"
    return [edged[i : i + 3] for i in range(len(edged) - 2)]


def weigh_trigrams(lexicon: dict[str, int]) -> dict[str, float]:
    """How much more often each trigram occurs in first names than in words (log ratio)."""
    names: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for word, flags in lexicon.items():
        if flags & FIRST_NAME and " " not in word:
            names.update(trigrams(word))
        elif flags & (DUTCH | ENGLISH):
            words.update(trigrams(word))
    n_names, n_words = sum(names.values()), sum(words.values())
    return {
        gram: round(math.log((names[gram] + 0.5) / n_names) - math.log((words[gram] + 0.5) / n_words), 2)
        for gram in names.keys() | words.keys()
        if names[gram] + words[gram] > 1
    }


def store_lexicon(connection: sqlite3.Connection) -> int:
    """Collect the lexicon and store it; returns the number of words."""
    lexicon = collect_lexicon()
    connection.execute("CREATE TABLE lexicon (word TEXT PRIMARY KEY, flags INTEGER) WITHOUT ROWID")
    connection.executemany("INSERT INTO lexicon VALUES (?, ?)", sorted(lexicon.items()))
    connection.execute("CREATE TABLE trigram (gram TEXT PRIMARY KEY, weight REAL) WITHOUT ROWID")
    connection.executemany("INSERT INTO trigram VALUES (?, ?)", sorted(weigh_trigrams(lexicon).items()))
    return len(lexicon)


def load_lexicon(path: Path) -> tuple[dict[str, int], dict[str, float]]:
    """The flags of every word and the weight of every trigram."""
    connection = open_lookups(path)
    try:
        lexicon = dict(connection.execute("SELECT word, flags FROM lexicon"))
        return lexicon, dict(connection.execute("SELECT gram, weight FROM trigram"))
    finally:
        connection.close()
