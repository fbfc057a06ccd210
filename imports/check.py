"""Check one story of a file before anything is stored, so that a file comes in whole or not at all."""

from imports.faults import ImportFault, quote
from imports.incoming import IncomingStory
from stories.accept import StoryRefused, Submission, check_story
from stories.answers import ANSWERED, AnswerError, check_value
from stories.framework import SignificationFramework


def check_incoming(
    story: IncomingStory, submission: Submission, framework: SignificationFramework, *, max_characters: int
) -> list[ImportFault]:
    """Every fault of one story; empty when `accept_story` will take it."""
    faults = []
    if story.perspective not in framework.perspective_ids:
        known = ", ".join(framework.perspective_ids)
        faults.append((f"{quote(story.perspective)} bestaat niet. Kies uit {known}.", "perspective"))
    try:
        check_story(submission, max_characters=max_characters)
    except StoryRefused as error:
        faults.append((error.sentence, error.field))
    if len(submission.language) > 8 or not submission.language.isascii():
        faults.append((f"{quote(submission.language)} is geen taalcode zoals nl of en.", "language"))
    faults += _answer_faults(story, framework)
    return [ImportFault(story.file, sentence, story.row, column) for sentence, column in faults]


def _answer_faults(story: IncomingStory, framework: SignificationFramework) -> list[tuple[str, str]]:
    faults = []
    for name, answer in story.answers.items():
        element = framework.elements.get(name)
        if element is None:
            faults.append(("deze vraag hoort niet bij dit duidingskader. Haal haar weg of verbeter de naam.", name))
        elif answer.state == ANSWERED:
            try:
                check_value(element, answer.value)
            except AnswerError as error:
                faults.append((error.sentence, name))
    return faults
