"""What the learned part knows of a word: how it is written, where it is listed, what stands around it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from models.names import (
    COMMON,
    COUNTRY,
    DUTCH,
    ENGLISH,
    FIRST_NAME,
    MEDICAL,
    PLACE,
    PROVINCE,
    STREET,
    SURNAME,
    USUALLY_CAPITAL,
    USUALLY_LOWER,
    trigrams,
)  # fmt: skip
from pipeline.deidentification import words
from pipeline.deidentification.tokens import Shape, Token

COMPOUND = 1 << 20  # no list has it, but it is made of two Dutch words
NAMES = FIRST_NAME | SURNAME | PLACE
ORDINARY = DUTCH | COMMON | ENGLISH | MEDICAL | COMPOUND
CLASSES = (
    ("family", words.FAMILY), ("title", words.TITLES), ("owner", words.OWNERS), ("speaking", words.SPEAKING),
    ("naming", words.NAMING), ("preposition", words.PLACE_PREPOSITIONS), ("placenoun", words.PLACE_NOUNS),
    ("school", words.SCHOOL_NOUNS), ("organisation", words.ORGANISATION_NOUNS), ("time", words.MONTHS | words.DAYS),
    ("interfix", words.INTERFIXES),
)  # fmt: skip


@dataclass(frozen=True)
class Lexicon:
    """The flags of every known word and the weight of every trigram; see `models.names`."""

    flags: dict[str, int]
    trigram_weights: dict[str, float]

    def find(self, word: str) -> int:
        """The flags of a word in lower case; those of its stem when only the stem is known."""
        found = self.flags.get(word)
        if found is not None:
            return found
        found = self.flags.get(strip_possessive(word))
        if found is not None:
            return found
        parts = word.split("-")
        is_hyphened = len(parts) > 1 and any(len(p) > 3 and self.flags.get(p, 0) & (DUTCH | COMMON) for p in parts)
        return COMPOUND if is_hyphened or self._is_compound(word) else 0

    def _is_compound(self, word: str) -> bool:
        """Whether two Dutch words make up this one ("familie" + "beraad"), with -s-, -e- or -en- between."""
        for cut in range(3, len(word) - 3):
            if self.flags.get(word[cut:], 0) & DUTCH:
                first = word[:cut]
                stems = (first, *(first[: -len(link)] for link in ("s", "e", "en") if first.endswith(link)))
                if any(len(stem) > 2 and self.flags.get(stem, 0) & DUTCH for stem in stems):
                    return True
        return False

    def name_likeness(self, word: str) -> int:
        """How much a word is spelled like a first name, in seven steps from -3 to 3."""
        grams = trigrams(word)
        mean = sum(self.trigram_weights.get(gram, 0.0) for gram in grams) / max(1, len(grams))
        return max(-3, min(3, round(mean * 1.5)))


def strip_possessive(word: str) -> str:
    """The word without a possessive ending: "noor's" and "noors" give "noor".

    >>> strip_possessive("thijs'")
    'thijs'
    """
    for ending in ("'s", "’s", "'", "’", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)]
    return word


def describe_flags(flags: int) -> str:
    """The flags in a few letters, coarse enough to learn from few examples."""
    letters = ""
    letters += "f" if flags & FIRST_NAME else ""
    letters += "s" if flags & SURNAME and not flags & FIRST_NAME else ""
    letters += "p" if flags & PLACE else ""
    letters += "l" if flags & COUNTRY else "v" if flags & PROVINCE else ""
    letters += "d" if flags & COMPOUND else ""
    letters += "c" if flags & COMMON else "w" if flags & (DUTCH | MEDICAL) else "e" if flags & ENGLISH else ""
    return letters or ("t" if flags & STREET else "-")


def describe_case(flags: int) -> str:
    """Whether large amounts of text mostly write this word with a capital."""
    return "cap" if flags & USUALLY_CAPITAL else "low" if flags & USUALLY_LOWER else "none"


class StoryFeatures:
    """The features of every word in one story."""

    def __init__(self, tokens: Sequence[Token], lexicon: Lexicon, floor: Sequence[str | None]) -> None:
        """floor: for each token, the type that deduce gives it, or None."""
        self.tokens, self.lexicon, self.floor = tokens, lexicon, floor
        self.flags = [0 if t.shape in (Shape.SIGN, Shape.DIGIT) else lexicon.find(t.lower) for t in tokens]
        self.counts = Counter(strip_possessive(t.lower) for t in tokens)
        self.capitals = {t.lower for t in tokens if t.shape is Shape.CAPITAL}
        self.lowers = {t.lower for t in tokens if t.shape is Shape.LOWER}
        letters = [t for t in tokens if t.shape is not Shape.SIGN]
        n_capital = sum(t.shape in (Shape.CAPITAL, Shape.FIRST) for t in letters)
        n_upper = sum(t.shape is Shape.UPPER for t in letters)
        self.style = (
            "shout" if n_upper > 0.6 * len(letters) else "small" if n_capital <= 0.01 * len(letters) else "mixed"
        )

    def describe(self, i: int) -> list[str]:
        """The features of token i, each a short text; every token has "bias"."""
        token, flags = self.tokens[i], self.flags[i]
        shape = "shout" if self.style == "shout" and token.shape is Shape.UPPER else str(token.shape)
        letters, likeness = describe_flags(flags), self.lexicon.name_likeness(token.lower)
        known = "known" if flags & ORDINARY else "listed" if flags & NAMES else "new"
        found = [
            "bias", f"w={token.lower}", f"shape={shape}", f"shape,flags={shape},{letters}", f"flags={letters}",
            f"shape,case={shape},{describe_case(flags)}", f"shape,known={shape},{known}",
            f"shape,known,like={shape},{known},{likeness}", f"floor={self.floor[i]}",
            f"shape,flags,floor={shape},{letters},{self.floor[i]}", f"shape,style={shape},{self.style}",
            f"length={min(len(token.text), 8)},{known}",
        ]  # fmt: skip
        if not flags & COMMON:
            found += [f"{known},end={token.lower[-3:]}", f"{known},begin={token.lower[:3]}"]
        if self.is_public(i):
            found.append("public")
        found += self._repeats(token, shape, known)
        found += self._neighbours(i, shape, known, letters)
        return found

    def describe_seen(self, i: int, n_stories: int) -> list[str]:
        """What it says that token i was no name in so many other stories."""
        token, count = self.tokens[i], min(n_stories, 3)
        known = "known" if self.flags[i] & ORDINARY else "listed" if self.flags[i] & NAMES else "new"
        return [f"seen={count},{token.shape}", f"seen={count},{token.shape},{known}"]

    def is_public(self, i: int) -> bool:
        """Whether token i is a name that everyone shares, alone or with the word beside it."""
        token = self.tokens[i].lower
        if token in words.PUBLIC_NAMES or token in words.VEHICLE_BRANDS or token.split("-")[0] in words.PUBLIC_NAMES:
            return True
        pairs = (" ".join(t.lower for t in self.tokens[j : j + 2]) for j in (i - 1, i) if j >= 0)
        return any(pair in words.PUBLIC_PHRASES for pair in pairs)

    def _repeats(self, token: Token, shape: str, known: str) -> list[str]:
        found = []
        if self.counts[strip_possessive(token.lower)] > 1 and known != "known":
            found.append(f"repeated,{shape},{known}")
        if token.lower in self.capitals:
            found.append(f"also-capital,{shape},{known}")
        if token.lower in self.lowers and token.shape is not Shape.LOWER:
            found.append(f"also-lower,{shape}")
        return found

    def _neighbours(self, i: int, shape: str, known: str, letters: str) -> list[str]:
        found = []
        for offset in (-2, -1, 1, 2):
            other = i + offset
            if not 0 <= other < len(self.tokens):
                found.append(f"{offset}:edge")
                continue
            token = self.tokens[other]
            found += [f"{offset}:w={token.lower}", f"{offset}:shape={token.shape}"]
            kinds = [name for name, members in CLASSES if token.lower in members]
            found += [f"{offset}:{kind}" for kind in kinds]
            if abs(offset) == 1:
                found += [f"{offset}:{kind},{shape},{known}" for kind in kinds]
                found += [f"{offset}:{kind},{letters}" for kind in kinds]
                found.append(f"{offset}:w,shape={token.lower},{shape}")
                found.append(f"{offset}:flags={describe_flags(self.flags[other])},{token.shape}")
                found.append(f"{offset}:floor={self.floor[other]}")
        before = self.tokens[i - 1].lower if i else "^"
        after = self.tokens[i + 1].lower if i + 1 < len(self.tokens) else "$"
        found.append(f"around={before},{after}")
        found.append(f"after2={after},{self.tokens[i + 2].lower if i + 2 < len(self.tokens) else '$'}")
        return found
