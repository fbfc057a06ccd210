"""Tell a story: choose who tells, fill in the form, look it over, send it, get the code."""

import re

from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intake.answer_fields import FieldError, Sent
from intake.answer_words import describe_answer
from intake.desk import Desk
from intake.render import FRESH, render_page
from intake.requests import PageProblem, log, read_form, say_problems
from intake.story_form import StoryForm, check_sent, make_story_form, read_sent
from intake.wording import explanations_for, make_say
from stories.accept import Receipt, StoryRefused, Submission, accept_story
from stories.answers import Answer, AnswerError
from stories.collections import CollectionUnknown, find_collection, list_collections

PROBE_COOKIE = "verteltafel_cookies"


@say_problems
async def show_start(desk: Desk, request: Request) -> Response:
    """The first page for everyone who is not signed in: which collections are open."""

    def list_open() -> list:
        with desk.installation.database.reading() as session:
            return [collection for collection in list_collections(session) if collection.is_open]

    collections = await run_in_threadpool(list_open)
    return render_page("start.html", title="Vertel uw verhaal", cache=FRESH, collections=collections)


@say_problems
async def show_perspectives(desk: Desk, request: Request) -> Response:
    """Who tells?"""
    collection, framework = await run_in_threadpool(desk.find_open, request.path_params["collection"])
    return render_page(
        "perspectives.html",
        title=collection.title,
        cache=FRESH,
        fictional=collection.is_fictional,
        collection=collection,
        perspectives=framework.perspectives,
        via=_way_in_query(request),
    )


@say_problems
async def show_form(desk: Desk, request: Request) -> Response:
    """An empty form."""
    form = await _make_form(desk, request)
    values = {"submission": (form.submission_id,), "via": (request.query_params.get("via", "")[:40],)}
    response = _render_form(desk, form, Sent(values), [], status=200)
    # Only to know, when the story is sent, whether this browser will carry the receipt's cookie.
    response.set_cookie(PROBE_COOKIE, "1", path="/vertel", httponly=True, samesite="lax")
    return response


@say_problems
async def look_over(desk: Desk, request: Request) -> Response:
    """The last look before sending; or the form again, with what has to be mended."""
    form, sent, submission, errors = await _read_submission(desk, request, await read_form(request))
    if submission is None:
        return _render_form(desk, form, sent, errors, status=422)
    return await _render_look(desk, form, sent, submission)


@say_problems
async def receive_story(desk: Desk, request: Request) -> Response:
    """Send the story, or go back to the form with everything in it."""
    data = await read_form(request)
    form, sent, submission, errors = await _read_submission(desk, request, data)
    if data.get("go") == "edit":
        return _render_form(desk, form, sent, [], status=200)
    if submission is None:
        return _render_form(desk, form, sent, errors, status=422)
    try:
        receipt = await run_in_threadpool(_accept, desk, submission)
    except (StoryRefused, AnswerError) as error:
        field = error.field if isinstance(error, StoryRefused) else error.element
        return _render_form(desk, form, sent, [FieldError(field, error.sentence)], status=422)
    except OperationalError as error:
        log.error("A story could not be stored: %s", type(error.orig).__name__)
        return await _render_look(desk, form, sent, submission, failed=True)
    if PROBE_COOKIE not in request.cookies:
        # Without cookies the thank-you page could not know the code: show it here and now.
        return _render_thanks(desk, form.collection.key, form.perspective, receipt.code, receipt.is_repeat)
    return desk.receipts.give(
        RedirectResponse("/bedankt", status_code=303),
        collection=form.collection.key,
        perspective=form.perspective,
        code=receipt.code,
        is_repeat=receipt.is_repeat,
    )


@say_problems
async def return_to_form(desk: Desk, request: Request) -> Response:
    """The last look cannot be opened by its address: it needs a story."""
    collection, perspective = request.path_params["collection"], request.path_params["perspective"]
    return RedirectResponse(f"/vertel/{collection}/{perspective}", status_code=303)


@say_problems
async def show_thanks(desk: Desk, request: Request) -> Response:
    """The receipt code, once more as long as the cookie lives."""
    found = desk.receipts.read(request)
    if found is None:
        raise PageProblem(
            "Hier staat geen code meer",
            "Een code staat een half uur op deze pagina. Hebt u de code bewaard? Dan kunt u uw verhaal ermee bekijken.",
            status=404,
            back="/mijn-verhaal",
            back_label="Naar mijn verhaal",
        )
    return await run_in_threadpool(_render_thanks, desk, *found)


@say_problems
async def leave_thanks(desk: Desk, request: Request) -> Response:
    """Done: take the code off this device."""
    return desk.receipts.forget(RedirectResponse("/", status_code=303))


@say_problems
async def show_unknown(desk: Desk, request: Request) -> Response:
    """An address under /vertel that leads nowhere."""
    raise PageProblem("Deze pagina bestaat niet", "Kijk of het adres klopt.", status=404)


def _accept(desk: Desk, submission: Submission) -> Receipt:
    installation = desk.installation
    with installation.database.writing() as session:
        return accept_story(
            session,
            submission,
            vault=installation.vault,
            max_characters=installation.settings.story_max_characters,
        )


async def _make_form(desk: Desk, request: Request, *, submission_id: str = "") -> StoryForm:
    perspective = request.path_params["perspective"]
    collection, framework = await run_in_threadpool(desk.find_open_for, request.path_params["collection"], perspective)
    return make_story_form(collection, framework, perspective, submission_id=submission_id)


async def _read_submission(
    desk: Desk, request: Request, data: FormData
) -> tuple[StoryForm, Sent, Submission | None, list[FieldError]]:
    submission_id = data.get("submission")
    form = await _make_form(desk, request, submission_id=submission_id if isinstance(submission_id, str) else "")
    sent = read_sent(form, data)
    submission, errors = check_sent(form, sent, max_characters=desk.installation.settings.story_max_characters)
    return form, sent, submission, errors


def _form_context(desk: Desk, form: StoryForm, sent: Sent) -> dict:
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


def _render_form(desk: Desk, form: StoryForm, sent: Sent, errors: list[FieldError], *, status: int) -> Response:
    heading = make_say(form.framework.perspective(form.perspective).address)("Vertel uw verhaal", "Vertel je verhaal")
    return render_page(
        "form.html",
        title=f"Fout: {heading}" if errors else heading,
        heading=heading,
        status=status,
        cache=FRESH if is_untouched(sent) else "no-store",
        errors=errors,
        error_for={error.field: error.sentence for error in reversed(errors)},
        explanations=explanations_for(form.framework, form.perspective),
        extra_open=any(sent.all(name) for question in form.extra for name in question.field_names),
        **_form_context(desk, form, sent),
    )


def is_untouched(sent: Sent) -> bool:
    """Whether nobody typed anything yet: only then may a browser keep the page."""
    return set(sent.values) <= {"submission", "via"}


async def _render_look(
    desk: Desk, form: StoryForm, sent: Sent, submission: Submission, *, failed: bool = False
) -> Response:
    def mask() -> tuple:
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


def _describe(form: StoryForm, element_id: str, answer: Answer) -> str:
    return describe_answer(form.framework, element_id, form.perspective, answer.state, answer.value)


def _render_thanks(desk: Desk, key: str, perspective: str, code: str, is_repeat: bool) -> Response:
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


def _way_in_query(request: Request) -> str:
    via = request.query_params.get("via", "")
    return f"?via={via}" if re.fullmatch(r"[a-z0-9_-]{1,40}", via) else ""
