"""From chances per word to whole names: the same name everywhere, its parts together."""

import unicodedata
from collections.abc import Sequence

from rapidfuzz.distance import DamerauLevenshtein

from models.names import COMMON, DUTCH, FIRST_NAME, PLACE
from pipeline.deidentification import words
from pipeline.deidentification.features import ORDINARY, StoryFeatures, strip_possessive
from pipeline.deidentification.spans import Span, make_span
from pipeline.deidentification.tagger import LABELS, Tagger
from pipeline.deidentification.tokens import Shape, Token

THRESHOLD = 0.42
THRESHOLD_COMMON = 0.9  # "wil" in lower case, "Lidl"
THRESHOLD_DUTCH = 0.7  # "storm" in lower case
THRESHOLD_NEW = 0.55  # in lower case and in no list: names, but also spelling errors
THRESHOLD_LISTED = 0.2  # in the lists as a name or place, and no ordinary word
AGAIN = 0.02  # a word that is a name elsewhere in the story needs no more than this
PLAINLY_SEEN = 3  # stories in which a word was no name
NO_CHANCE = (0.0,) * len(LABELS)
IN_SERIES = 0.12  # in "X, Y en Z" when one of them is a name
CAPITALS = (Shape.FIRST, Shape.CAPITAL, Shape.UPPER)
SERIES_SIGNS = frozenset((",", "en", "and", "&", "ve", "i", "и", "та", "of", "or"))
FUNCTION_WORDS = words.OWNERS | words.SMALL_WORDS


def find_names(text: str, story: StoryFeatures, tagger: Tagger, taken: Sequence[Span]) -> list[Span]:
    """The names in a text that are not inside a span already taken."""
    tokens = story.tokens
    is_free = _mark_free(tokens, taken)
    chances = [_weigh(story, i, tagger) if is_free[i] else NO_CHANCE for i in range(len(tokens))]
    labels = [_choose(story, i, chance, tagger.vocabulary) for i, chance in enumerate(chances)]
    _spread_series(story, chances, labels)
    _spread_repeats(story, chances, labels, is_free)
    return _join(text, story, labels, is_free)


def _weigh(story: StoryFeatures, i: int, tagger: Tagger) -> tuple[float, ...]:
    n_seen = tagger.vocabulary.get(story.tokens[i].lower, 0)
    if n_seen >= PLAINLY_SEEN and story.flags[i] & COMMON and story.tokens[i].shape is Shape.LOWER:
        return NO_CHANCE  # "naar", "hij": most words of a story; weighing them takes most of the time
    return tagger.weigh(story.describe(i) + story.describe_seen(i, n_seen))


def _choose(story: StoryFeatures, i: int, chance: Sequence[float], vocabulary: dict[str, int]) -> str | None:
    """The label of a word on its own merits, or None."""
    token, flags = story.tokens[i], story.flags[i]
    threshold = THRESHOLD
    if (
        story.is_public(i)
        or token.lower in words.MONTHS
        or (token.shape is Shape.LOWER and (flags & COMMON or token.lower in FUNCTION_WORDS))
    ):
        threshold = THRESHOLD_COMMON
    elif token.shape is Shape.LOWER and (flags & DUTCH or len(token.text) == 1):
        threshold = THRESHOLD_DUTCH
    elif _is_addressed(story, i) and vocabulary.get(token.lower, 0) < 2:
        threshold = 0.0
    elif (token.shape in (Shape.CAPITAL, Shape.FIRST) and flags & FIRST_NAME and story.floor[i] == "person") or (
        token.shape is Shape.CAPITAL and not flags & COMMON and story.tokens[i - 1].lower in words.OWNERS
    ):
        threshold = THRESHOLD_LISTED
    elif token.shape is Shape.LOWER and not flags:
        threshold = THRESHOLD_NEW
    elif flags & (FIRST_NAME | PLACE) and not flags & ORDINARY and not story.is_public(i):
        threshold = THRESHOLD_LISTED
    elif token.shape in (Shape.INITIAL, Shape.FIRST) and len(token.text) == 1 and not _is_initial(story, i):
        threshold = 1.0  # "casus A", "vader X"
    if sum(chance) <= threshold:
        return None
    return "person" if threshold == 0.0 else _best(chance)


def _is_addressed(story: StoryFeatures, i: int) -> bool:
    """A word behind "tante" or "juf" that is no ordinary word: "tante mihret"."""
    before = story.tokens[i - 1].lower if i else ""
    is_ordinary = story.flags[i] & ORDINARY and story.tokens[i].shape is not Shape.CAPITAL
    is_function = (
        story.tokens[i].lower in FUNCTION_WORDS | words.SPEAKING | words.FAMILY | words.TITLES | words.INTERFIXES
    )
    return before in words.FORMS_OF_ADDRESS and not is_ordinary and not is_function


def _is_initial(story: StoryFeatures, i: int) -> bool:
    """Whether a single capital is an initial: a full stop behind it that does not end the sentence."""
    after = [token.text for token in story.tokens[i + 1 : i + 3]]
    return len(after) == 2 and after[0] == "." and not after[1][0].isupper()


def _best(chance: Sequence[float]) -> str:
    return LABELS[max(range(len(LABELS)), key=lambda k: chance[k])]


def _mark_free(tokens: Sequence[Token], taken: Sequence[Span]) -> list[bool]:
    """Which tokens are words outside every taken span; both come in order of place."""
    free, at = [], 0
    for token in tokens:
        while at < len(taken) and taken[at].end <= token.start:
            at += 1
        is_outside = at >= len(taken) or taken[at].start >= token.end
        free.append(is_outside and token.shape not in (Shape.SIGN, Shape.DIGIT))
    return free


def _spread_series(story: StoryFeatures, chances: list[tuple[float, ...]], labels: list[str | None]) -> None:
    """In "X, Y en Z" a name makes its neighbours likelier names."""
    order = range(len(labels))
    for step, sequence in ((-2, order), (2, reversed(order))):
        for i in sequence:
            j = i + step
            if labels[i] or not 0 <= j < len(labels) or labels[j] != "person":
                continue
            between = story.tokens[(i + j) // 2].lower
            is_capital = story.tokens[i].shape in CAPITALS and not story.flags[i] & COMMON
            needed = AGAIN / 4 if story.flags[i] & FIRST_NAME else IN_SERIES
            if between in SERIES_SIGNS and is_capital and not story.is_public(i) and sum(chances[i]) > needed:
                labels[i] = "person"


def _spread_repeats(
    story: StoryFeatures, chances: list[tuple[float, ...]], labels: list[str | None], is_free: Sequence[bool]
) -> None:
    """A word that is a name once is that name everywhere, also with another accent or a typing error."""
    found: dict[str, str] = {}
    for i, label in enumerate(labels):
        if label:
            found.setdefault(simplify(story.tokens[i].lower), label)
    if not found:
        return
    for i, token in enumerate(story.tokens):
        if labels[i] or not is_free[i]:
            continue
        simple = simplify(token.lower)
        flags = story.flags[i]
        if simple in found and (token.shape in CAPITALS or not flags & ORDINARY or sum(chances[i]) > AGAIN):
            labels[i] = found[simple]
        elif len(simple) > 4 and not flags & ORDINARY and not story.is_public(i):
            close = (name for name in found if abs(len(name) - len(simple)) < 2 and len(name) > 4)
            match = next(
                (name for name in close if DamerauLevenshtein.distance(name, simple, score_cutoff=1) < 2), None
            )
            labels[i] = found[match] if match else None


def simplify(word: str) -> str:
    """A word without accents and possessive ending, in lower case.

    >>> simplify("Grażynka's")
    'grazynka'
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(sign))
    return strip_possessive(plain.replace("ł", "l").replace("ı", "i"))


def _is_empty(story: StoryFeatures, start: int, last: int, label: str) -> bool:
    """Whether nothing in these words is a name: "Vader", or "De" alone as an organisation."""
    tokens, places = story.tokens, range(start, last + 1)
    if all(tokens[k].lower in words.FAMILY | words.TITLES for k in places):
        return True
    is_plain = all(story.flags[k] & COMMON and tokens[k].shape is not Shape.CAPITAL for k in places)
    return is_plain and label == "organisation"


def _reach_surname(text: str, story: StoryFeatures, is_free: Sequence[bool], last: int) -> int:
    """The last token of a name with what follows it: "Fenna" reaches "de Groot" in "Fenna de Groot"."""
    i, tokens = last + 1, story.tokens
    while i < min(last + 4, len(tokens)) and is_free[i] and text[tokens[i - 1].end : tokens[i].start] == " ":
        if tokens[i].shape is Shape.CAPITAL and not story.is_public(i) and not story.flags[i] & PLACE:
            return i
        if tokens[i].lower not in words.INTERFIXES:
            break
        i += 1
    return last


def _is_form_of_address(token: Token) -> bool:
    """ "Oma" in "Oma Jet", "Mevrouw" in "Mevrouw Stoel": with its capital it is part of the name."""
    return token.shape in CAPITALS and token.lower in words.FAMILY | words.TITLES


def _join(text: str, story: StoryFeatures, labels: list[str | None], is_free: Sequence[bool]) -> list[Span]:
    """Neighbouring words of one type are one name, small words such as "van der" between them included."""
    spans, i, tokens = [], 0, story.tokens
    while i < len(tokens):
        if not labels[i]:
            i += 1
            continue
        last, j = i, i + 1
        while j < len(tokens) and is_free[j] and text[tokens[j - 1].end : tokens[j].start] in (" ", "-"):
            if labels[j] == labels[i]:
                last = j
            elif not (labels[i] == "person" and tokens[j].lower in words.INTERFIXES):
                break
            j += 1
        if labels[i] == "person":
            last = _reach_surname(text, story, is_free, last)
            j = last + 1
        start = i
        while (
            start < last
            and tokens[start].lower in words.INTERFIXES
            and tokens[start].shape is Shape.LOWER
            and labels[i] == "person"
        ):
            start += 1
        if start and is_free[start - 1] and labels[i] == "person" and _is_form_of_address(tokens[start - 1]):
            start -= 1
        if not _is_empty(story, start, last, str(labels[i])):
            spans.append(make_span(text, tokens[start].start, tokens[last].end, str(labels[i])))
        i = last + 1
    return spans
