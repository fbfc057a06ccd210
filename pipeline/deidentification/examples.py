"""Sentences with known names to learn from: our templates filled with names from Faker."""

import random
import re
from pathlib import Path
from typing import NamedTuple

from faker import Faker

TEMPLATES = Path(__file__).with_name("templates.txt")
SLOT = re.compile(r"\{([pqlgosn])\}")
SLOT_TYPES = {
    "p": "person",
    "q": "person",
    "l": "person",
    "g": "place",
    "o": "organisation",
    "s": "school",
    "n": "organisation",
}
LOCALES = ("nl_NL", "nl_NL", "nl_NL", "nl_BE", "tr_TR", "pl_PL", "en_GB", "de_DE", "fr_FR", "ro_RO", "es_ES", "so_SO")
SCRIPTS = {"uk_UA": re.compile(r"[а-яіїєґ]", re.I), "ar_AA": re.compile(r"[\u0600-\u06ff]")}
ORGANISATION_HEADS = ("Stichting", "De", "Het", "Zorgbureau", "Gezinshuis", "vv", "Zorgboerderij", "Praktijk", "Bureau")
SCHOOL_HEADS = ("basisschool", "De", "Het", "obs", "cbs", "sbo", "het", "basisschool De")
SYLLABLES = [
    "la",
    "ra",
    "mi",
    "na",
    "sha",
    "jo",
    "dri",
    "sa",
    "ke",
    "lo",
    "ri",
    "va",
    "dja",
    "ne",
    "fa",
    "shi",
    "ya",
    "no",
    "ta",
    "li",
    "mo",
    "ha",
    "zi",
    "be",
    "ru",
    "da",
]
ENDINGS = ["no", "ra", "ly", "n", "s", "na", "rio", "ha", "m", "lle", "mar", "nel", "sia", "ni", "th", "sh", "l"]
THINGS = [
    "Regenboog",
    "Vlinder",
    "Brug",
    "Kleine",
    "Reus",
    "Zonnebloem",
    "Waterval",
    "Wilgen",
    "Uil",
    "Sprong",
    "Driehoek",
    "Horizon",
    "Kring",
    "Linde",
    "Haven",
    "Veldhoek",
    "Springplank",
    "Kompas",
    "Wegwijzer",
    "Zandkorrel",
    "Molen",
    "Vuurvogel",
    "Bron",
    "Eik",
    "Berk",
    "Toren",
    "Boomgaard",
    "Rietveld",
]


class Example(NamedTuple):
    """A text and its labelled pieces as (start, end, type)."""

    text: str
    pieces: tuple[tuple[int, int, str], ...]
    unlisted: frozenset[str]  # words that must look unknown, so that context is learned too


def make_examples(*, per_template: int, seed: int) -> list[Example]:
    """Fill every template a number of times; the same seed gives the same sentences."""
    source = random.Random(seed)
    fakers = {locale: _make_faker(locale, seed) for locale in {*LOCALES, *SCRIPTS}}
    lines = [line for line in TEMPLATES.read_text(encoding="utf8").splitlines() if line and line[0] != "#"]
    return [_fill(line, source, fakers) for line in lines for _ in range(per_template if "{" in line else 3)]


def _make_faker(locale: str, seed: int) -> Faker:
    try:
        faker = Faker(locale)
    except AttributeError:  # Faker has no such locale in this version
        faker = Faker("nl_NL")
    faker.seed_instance(seed)
    return faker


def _fill(template: str, source: random.Random, fakers: dict[str, Faker]) -> Example:
    locale = next((name for name, script in SCRIPTS.items() if script.search(template)), source.choice(LOCALES))
    text, at = "", 0
    pieces: list[tuple[int, int, str]] = []
    unlisted: set[str] = set()
    values: dict[str, str] = {}
    is_small = template[0].islower() or ("{n}" not in template and source.random() < 0.1)
    for match in SLOT.finditer(template):
        slot = match.group(1)
        text += template[at : match.start()]
        if slot not in values:
            values[slot] = _make_value(slot, source, fakers[locale])
        value = values[slot].lower() if is_small else values[slot]
        pieces.append((len(text), len(text) + len(value), SLOT_TYPES[slot]))
        text, at = text + value, match.end()
        if source.random() < 0.45:
            unlisted.update(word.lower() for word in re.findall(r"[\w-]+", value))
    text += template[at:]
    return Example(text.lower() if is_small else text, tuple(pieces), frozenset(unlisted))


def _make_value(slot: str, source: random.Random, faker: Faker) -> str:
    if slot in "pq":
        return _invent_name(source) if source.random() < 0.2 else faker.first_name()
    if slot == "l":
        return faker.last_name()
    if slot == "g":
        return faker.city()
    if slot == "n":
        return source.choice(THINGS)
    heads = ORGANISATION_HEADS if slot == "o" else SCHOOL_HEADS
    name = source.choice((*THINGS, *THINGS, faker.last_name(), faker.city()))
    if slot == "s" and source.random() < 0.25:
        return f"het {name} {source.choice(('College', 'Lyceum'))}"
    return f"{source.choice(heads)} {name}"


def _invent_name(source: random.Random) -> str:
    middle = "".join(source.choice(SYLLABLES) for _ in range(source.choice((1, 1, 2))))
    return (source.choice(SYLLABLES) + middle + source.choice(ENDINGS)).title()
