"""The form of one perspective: which questions, in which steps, and what was sent checked against it."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from starlette.datastructures import FormData

from intake.answer_fields import FieldError, Sent, read_answer
from intake.questions import Question, make_question
from intake.wording import make_say
from safeguards.consent import Consent
from stories.accept import TITLE_MAX_CHARACTERS, Submission
from stories.answers import ANSWERED, SKIPPED, Answer, AnswerError, check_value
from stories.collections import Collection
from stories.framework import SignificationFramework

PLAIN_FIELDS = ("submission", "via", "consent", "reply", "no_story", "text", "title")
SUBMISSION = re.compile(r"[0-9a-f]{32}")
WAY_IN = re.compile(r"[a-z0-9_-]{1,40}")
PER_STEP = {"triad": 1, "dyad": 3, "stones": 1, "choice": 4}


@dataclass(frozen=True)
class Step:
    """A small group of questions of one kind. number: counts within the kind, of how many."""

    kind: str
    questions: tuple[Question, ...]
    number: int
    of: int


@dataclass(frozen=True)
class StoryForm:
    """One form, for one submission."""

    collection: Collection
    framework: SignificationFramework
    perspective: str
    submission_id: str
    core: tuple[Question, ...]
    extra: tuple[Question, ...]
    background: tuple[Question, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question on the form."""
        return (*self.core, *self.extra, *self.background)

    @property
    def steps(self) -> list[Step]:
        """The core questions in small groups: one triad at a time; a child gets one question at a time."""
        one_by_one = self.perspective.startswith("child")
        steps: list[Step] = []
        for kind, most in PER_STEP.items():
            questions = [question for question in self.core if _step_kind(question) == kind]
            size = 1 if one_by_one else most
            groups = [tuple(questions[start : start + size]) for start in range(0, len(questions), size)]
            steps += [Step(kind, group, number, len(groups)) for number, group in enumerate(groups, 1)]
        return steps

    @property
    def field_names(self) -> tuple[str, ...]:
        """Every field that this form has; anything else that is sent is not looked at."""
        return (*PLAIN_FIELDS, *(name for question in self.questions for name in question.field_names))


def _step_kind(question: Question) -> str:
    return "choice" if question.kind in ("single", "multi") else question.kind


def make_story_form(
    collection: Collection, framework: SignificationFramework, perspective: str, *, submission_id: str = ""
) -> StoryForm:
    """The form for a perspective. Without a submission id, or with one that cannot be ours, a new one is made."""
    if not SUBMISSION.fullmatch(submission_id):
        submission_id = uuid.uuid4().hex
    turn = int(submission_id[:8], 16)

    def make_all(elements: Iterable, *, is_extra: bool = False) -> tuple[Question, ...]:
        return tuple(
            make_question(element, framework, perspective, submission_id=submission_id, is_extra=is_extra)
            for element in elements
        )

    return StoryForm(
        collection,
        framework,
        perspective,
        submission_id,
        core=make_all(framework.elements_for(perspective, turn=turn)),
        extra=make_all(framework.optional_for(perspective), is_extra=True),
        background=make_all(framework.background_for(perspective), is_extra=True),
    )


def read_sent(form: StoryForm, data: FormData) -> Sent:
    """The fields of this form from what was sent, line ends as on our side."""
    values: dict[str, tuple[str, ...]] = {}
    for name in form.field_names:
        values[name] = tuple(value.replace("\r\n", "\n") for value in data.getlist(name) if isinstance(value, str))
    values["submission"] = (form.submission_id,)
    return Sent(values)


def check_sent(form: StoryForm, sent: Sent, *, max_characters: int) -> tuple[Submission | None, list[FieldError]]:
    """The submission, or everything that has to be mended first, in the order of the form."""
    errors = _check_plain(form, sent, max_characters=max_characters)
    answers: dict[str, Answer] = {}
    for question in form.questions:
        try:
            answer = read_answer(question, sent)
            if answer.state == ANSWERED:
                element = form.framework.elements[question.id]
                value = check_value(element, answer.value, perspective=form.perspective)
                answer = replace(answer, value=value)
        except FieldError as error:
            errors.append(error)
        except AnswerError as error:
            errors.append(FieldError(question.id, f"{error.sentence[:1].upper()}{error.sentence[1:]}"))
        else:
            # Behind "nog een vraag?" nobody knows whether an empty question was seen: it is not "skipped".
            if answer.state != SKIPPED or not question.is_extra:
                answers[question.id] = answer
    if errors:
        return None, errors
    way_in = sent.first("via")
    return Submission(
        submission_id=form.submission_id,
        collection=form.collection.key,
        perspective=form.perspective,
        consent=sent.first("consent"),
        title=sent.first("title").strip(),
        text=sent.first("text").strip(),
        has_text=not sent.first("no_story"),
        language=form.collection.language,
        wants_reply=bool(sent.first("reply")),
        way_in=way_in if WAY_IN.fullmatch(way_in) else "link",
        answers=answers,
    ), []


def _check_plain(form: StoryForm, sent: Sent, *, max_characters: int) -> list[FieldError]:
    say = make_say(form.framework.perspective(form.perspective).address)
    text, title = sent.first("text").strip(), sent.first("title").strip()
    errors = []
    if sent.first("consent") not in {level.value for level in Consent}:
        errors.append(FieldError("consent", say("Kies wie uw verhaal mag lezen.", "Kies wie jouw verhaal mag lezen.")))
    if sent.first("no_story"):
        if text or title:
            errors.append(
                FieldError(
                    "no_story",
                    say(
                        "U schreef een verhaal en koos ook dat u geen verhaal wilt vertellen. Kies een van de twee.",
                        "Je schreef een verhaal en koos ook dat je geen verhaal wilt vertellen. Kies een van de twee.",
                    ),
                )
            )
        return errors
    if not text:
        errors.append(
            FieldError(
                "text",
                say(
                    "Er staat nog geen verhaal. Schrijf uw verhaal, of kies dat u geen verhaal wilt vertellen.",
                    "Er staat nog geen verhaal. Schrijf je verhaal, of kies dat je geen verhaal wilt vertellen.",
                ),
            )
        )
    if len(text) > max_characters:
        errors.append(
            FieldError(
                "text",
                f"Het verhaal is te lang: {show_number(len(text))} tekens. Er passen er "
                f"{show_number(max_characters)}. Maak het korter of vertel het in twee verhalen.",
            )
        )
    if len(title) > TITLE_MAX_CHARACTERS:
        errors.append(FieldError("title", f"De titel is te lang. Houd het bij {TITLE_MAX_CHARACTERS} tekens."))
    return errors


def show_number(number: int) -> str:
    """A whole number as Dutch readers write it: 20.000."""
    return f"{number:,}".replace(",", ".")
