"""Names for themes: the words that set their stories apart, by BERTopic's c-TF-IDF on lemmas."""

from collections import Counter
from collections.abc import Sequence

from models.dutch_words import LIGHT_WORDS

WORDS_IN_LABEL = 3
KEYWORDS = 10


def choose_vocabulary(lemmas: Sequence[Sequence[str]], *, largest_share: float = 0.6) -> list[str]:
    """Return the words that may describe a theme: in at least two stories, and not in nearly all.

    A word of one story may be a name or a detail that points at a person. With few stories all words count.
    """
    stories_with = Counter(word for story in lemmas for word in set(story))
    least, most = (2, largest_share * len(lemmas)) if len(lemmas) >= 10 else (1, len(lemmas))
    return sorted(word for word, count in stories_with.items() if least <= count <= most and len(word) > 2)


def choose_keywords(
    ranked: Sequence[tuple[str, float]], members: Sequence[Sequence[str]], *, least_share: float = 0.08
) -> tuple[str, ...]:
    """Return up to ten words for a theme, most telling first.

    ranked: words with their c-TF-IDF weight; members: the lemmas of the theme's stories.
    A weight counts more when more of the theme's stories hold the word: a name for a theme should hold
    for many of its stories, and one talkative teller should not name it.
    """
    stories_with = Counter(word for story in members for word in set(story))
    least = max(2 if len(members) >= 4 else 1, least_share * len(members))
    scored = [
        (weight * stories_with[word] / max(1, len(members)), word)
        for word, weight in ranked
        if word and word not in LIGHT_WORDS and stories_with[word] >= least
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple(word for _, word in scored[:KEYWORDS])


def make_label(keywords: Sequence[str], number: int) -> str:
    """Return "Wachtlijst, intake, brief", or "Thema 4" when no word sets the theme apart.

    Words that hold one another ("school", "schoolplein") are not repeated.
    """
    chosen: list[str] = []
    for word in keywords:
        if not any(word in other or other in word for other in chosen):
            chosen.append(word)
        if len(chosen) == WORDS_IN_LABEL:
            break
    if not chosen:
        return f"Thema {number}"
    label = ", ".join(chosen)
    return label[0].upper() + label[1:]
