"""Everything in a text that must be hidden: patterns, context, learned names, in that order of trust."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from models.names import load_lexicon
from pipeline.deidentification.deduce_floor import DeduceFromStore, find_with_deduce, load_deduce
from pipeline.deidentification.features import Lexicon, StoryFeatures
from pipeline.deidentification.naming import find_names
from pipeline.deidentification.patterns import PUBLIC_NUMBERS, find_patterns
from pipeline.deidentification.rules import find_ages, find_by_rules
from pipeline.deidentification.spans import MARK, Span, settle_overlaps
from pipeline.deidentification.tagger import Tagger
from pipeline.deidentification.tokens import Token, split_tokens

# What deduce finds by form is taken over; what it finds by list is weighed with the rest.
SURE_FLOOR_TYPES = frozenset(("bsn", "phone", "email", "url", "date"))
IDENTIFYING = frozenset(("person", "place", "address", "postcode", "school", "username", "organisation", "phone"))


class Resources(NamedTuple):
    """What has to be loaded once, about half a second."""

    lexicon: Lexicon
    floor: DeduceFromStore


def load_resources(path: Path) -> Resources:
    """Load the lists and deduce from the built file."""
    return Resources(Lexicon(*load_lexicon(path)), load_deduce(path))


def read_story(
    text: str,
    resources: Resources,
    *,
    floor: Sequence[Span] | None = None,
    unlisted: frozenset[str] = frozenset(),
) -> tuple[list[Token], StoryFeatures]:
    """The words of a text and what is known of them. unlisted: words that deduce must not know either."""
    tokens = split_tokens(text)
    found = find_with_deduce(resources.floor, text) if floor is None else floor
    found = [span for span in found if not unlisted & set(span.text.lower().split())]
    return tokens, StoryFeatures(tokens, resources.lexicon, _types_of(tokens, found))


def _types_of(tokens: Sequence[Token], spans: Sequence[Span]) -> list[str | None]:
    """For each token the type of the span it lies in; both come in order of place."""
    types: list[str | None] = []
    at = 0
    for token in tokens:
        while at < len(spans) and spans[at].end <= token.start:
            at += 1
        is_inside = at < len(spans) and spans[at].start < token.end
        types.append(spans[at].type if is_inside else None)
    return types


def _is_sure(span: Span) -> bool:
    is_public_number = span.type == "phone" and span.text.startswith(PUBLIC_NUMBERS)
    return span.type in SURE_FLOOR_TYPES and not is_public_number


def find_spans(text: str, resources: Resources, tagger: Tagger) -> list[Span]:
    """Every piece to hide, in order of place, without overlaps. Marks such as [PERSOON-1] are left alone."""
    # A mark becomes white space of the same length: offsets stay, and nothing is found inside it.
    text = MARK.sub(lambda match: "\n" * len(match.group()), text)
    floor = find_with_deduce(resources.floor, text)
    taken = settle_overlaps(find_patterns(text))
    taken = settle_overlaps(find_by_rules(text, resources.lexicon), taken=taken)
    taken = settle_overlaps((span for span in floor if _is_sure(span)), taken=taken)
    _, story = read_story(text, resources, floor=floor)
    taken = settle_overlaps(find_names(text, story, tagger, taken), taken=taken)
    if any(span.type in IDENTIFYING for span in taken):
        # An age alone fits thousands; beside a name or a place it points at one child.
        people = frozenset(word for span in taken if span.type == "person" for word in span.text.lower().split())
        taken = settle_overlaps(find_ages(text, people), taken=taken)
    return taken
