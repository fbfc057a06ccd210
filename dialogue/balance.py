"""Says when the stories on a table show one side only. A table should see variety, not the best stories."""

from dialogue.cards import StoryCard
from dialogue.evidence import Evidence, stories_of

PLEASANT, UNPLEASANT = "pos", "neg"


def say_balance(evidence: list[Evidence]) -> list[str]:
    """A sentence for each way in which the stories are one-sided; empty without stories.

    Withdrawn stories do not count. Feelings are the tellers' own answers, never a machine's guess.
    """
    stories = stories_of(evidence)
    if not stories:
        return []
    if len(stories) == 1:
        return ["Er ligt nog maar één verhaal op tafel. Zoek er verhalen bij die iets anders laten zien."]
    return [*_say_feelings(stories), *_say_perspectives(stories)]


def story_tone(story: StoryCard) -> str | None:
    """ "pos" when the teller only named pleasant feelings, "neg" when only unpleasant ones, "mixed"
    for both or neither; None when the teller said nothing about feelings."""
    if not story.feelings:
        return None
    is_pleasant = PLEASANT in story.feelings or "mixed" in story.feelings
    is_unpleasant = UNPLEASANT in story.feelings or "mixed" in story.feelings
    if is_pleasant == is_unpleasant:
        return "mixed"
    return PLEASANT if is_pleasant else UNPLEASANT


def _say_feelings(stories: list[StoryCard]) -> list[str]:
    tones = [story_tone(story) for story in stories]
    known = {tone for tone in tones if tone is not None}
    silent = tones.count(None)
    aside = f" (van {silent} weten we het niet)" if silent else ""
    if known == {PLEASANT}:
        return [
            f"Er liggen alleen verhalen met een goed gevoel op tafel{aside}. Zoek ook verhalen waarin het moeilijk was."
        ]
    if known == {UNPLEASANT}:
        return [
            f"Er liggen alleen verhalen met een slecht gevoel op tafel{aside}. Zoek ook verhalen waarin het goed ging."
        ]
    return []


def _say_perspectives(stories: list[StoryCard]) -> list[str]:
    labels = {story.perspective_label for story in stories}
    if len(labels) > 1:
        return []
    return [f'Alle verhalen op tafel komen van één kant: "{labels.pop()}". Zoek ook verhalen van anderen.']
