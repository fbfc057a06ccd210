"""The pages of telling a story: the form, the last look, the thank-you with the code."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from intake.answer_fields import FieldError, Sent
from intake.answer_words import describe_answer
from intake.desk import Desk
from intake.preview import Piece
from intake.render import FRESH, PRIVATE, render_page
from intake.requests import PageProblem
from intake.story_form import StoryForm
from intake.wording import explanations_for, make_say
from stories.accept import Submission
from stories.answers import Answer
from stories.collections import CollectionUnknown, find_collection


def _form_context(desk: Desk, form: StoryForm, sent: Sent) -> dict[str, Any]:
    perspective = form.framework.perspective(form.perspective)
    return {
        "fictional": form.collection.is_fictional,
        "form": form,
        "sent": sent,
        "say": make_say(perspective.address),
        "perspective": perspective,
        "prompt": form.framework.prompts[form.perspective],
        "consent": form.framework.consent,
        "safety": form.framework.consent.safety,
        "address": f"/vertel/{form.collection.key}/{form.perspective}",
        "max_characters": desk.installation.settings.story_max_characters,
    }


def render_form(desk: Desk, form: StoryForm, sent: Sent, errors: list[FieldError], *, status: int) -> Response:
    """The form, with everything that was sent and what has to be mended."""
    heading = make_say(form.framework.perspective(form.perspective).address)("Vertel uw verhaal", "Vertel je verhaal")
    return render_page(
        "form.html",
        title=f"Fout: {heading}" if errors else heading,
        heading=heading,
        status=status,
        cache=FRESH if is_untouched(sent) else PRIVATE,
        errors=errors,
        error_for={error.field: error.sentence for error in reversed(errors)},
        explanations=explanations_for(form.framework, form.perspective),
        extra_open=any(sent.all(name) for question in form.extra for name in question.field_names),
        **_form_context(desk, form, sent),
    )


def is_untouched(sent: Sent) -> bool:
    """Whether nobody typed anything yet: only then may a browser keep the page."""
    return set(sent.values) <= {"submission", "via"}


async def render_look(
    desk: Desk, form: StoryForm, sent: Sent, submission: Submission, *, failed: bool = False
) -> Response:
    """The last look. failed: sending was tried and did not work."""

    def mask() -> tuple[list[Piece] | None, list[Piece] | None]:
        if not submission.has_text:
            return [], []
        language = submission.language
        return desk.preview.show(submission.title, language=language), desk.preview.show(
            submission.text, language=language
        )

    title_pieces, text_pieces = await run_in_threadpool(mask)
    return render_page(
        "look.html",
        title="Nog niet verstuurd: kijk het na",
        status=503 if failed else 200,
        failed=failed,
        submission=submission,
        title_pieces=title_pieces,
        text_pieces=text_pieces,
        answers=[
            (question.text, _describe(form, question.id, submission.answers[question.id]))
            for question in form.questions
            if question.id in submission.answers
        ],
        chosen_reader=next(
            option.label for option in form.framework.consent.who_may_read if option.key == submission.consent
        ),
        **_form_context(desk, form, sent),
    )


def render_not_sent(data: FormData, *, address: str) -> Response:
    """Everything that was sent, to be sent again: for when the form itself cannot be looked up."""
    fields = [(name, value) for name, value in data.multi_items() if isinstance(value, str)]
    return render_page("not_sent.html", title="Nog niet verstuurd", status=503, fields=fields, address=address)


def _describe(form: StoryForm, element_id: str, answer: Answer) -> str:
    return describe_answer(form.framework, element_id, form.perspective, answer.state, answer.value)


def render_thanks(desk: Desk, key: str, perspective: str, code: str, is_repeat: bool) -> Response:
    """The page with the code. is_repeat: this form had been sent before."""
    with desk.installation.database.reading() as session:
        try:
            collection = find_collection(session, key)
        except CollectionUnknown as error:
            raise PageProblem("Deze verzameling bestaat niet meer", status=410) from error
        framework = desk.framework_of(session, collection)
    return render_page(
        "thanks.html",
        title="Bedankt",
        fictional=collection.is_fictional,
        collection=collection,
        perspective=framework.perspective(perspective),
        say=make_say(framework.perspective(perspective).address),
        consent=framework.consent,
        code=code,
        is_repeat=is_repeat,
    )
