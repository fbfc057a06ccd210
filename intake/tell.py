"""Tell a story: choose who tells, fill in the form, look it over, send it, get the code."""

import re

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intake.answer_fields import FieldError, Sent
from intake.desk import Desk
from intake.failures import log
from intake.render import FRESH, render_page
from intake.requests import PageProblem, read_form, say_problems
from intake.story_form import StoryForm, check_sent, make_story_form, read_sent
from intake.tell_pages import render_form, render_look, render_not_sent, render_thanks
from stories.accept import Receipt, StoryRefused, Submission, accept_story
from stories.answers import AnswerError
from stories.collections import Collection, list_collections

PROBE_COOKIE = "verteltafel_cookies"
# A full disk, a locked file, a server that is away: the teller keeps what was typed and tries again.
CANNOT_STORE = (DBAPIError, NoConnectionFree)


@say_problems
async def show_start(desk: Desk, request: Request) -> Response:
    """The first page for everyone who is not signed in: which collections are open."""

    def list_open() -> list[Collection]:
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
    values: dict[str, tuple[str, ...]] = {
        "submission": (form.submission_id,),
        "via": (request.query_params.get("via", "")[:40],),
    }
    response = render_form(desk, form, Sent(values), [], status=200)
    # Only to know, when the story is sent, whether this browser will carry the receipt's cookie.
    response.set_cookie(PROBE_COOKIE, "1", path="/vertel", httponly=True, samesite="lax")
    return response


@say_problems
async def look_over(desk: Desk, request: Request) -> Response:
    """The last look before sending; or the form again, with what has to be mended."""
    data = await read_form(request)
    try:
        form, sent, submission, errors = await _read_submission(desk, request, data)
    except CANNOT_STORE as error:
        return _keep_typed(request, data, error)
    if submission is None:
        return render_form(desk, form, sent, errors, status=422)
    return await render_look(desk, form, sent, submission)


@say_problems
async def receive_story(desk: Desk, request: Request) -> Response:
    """Send the story, or go back to the form with everything in it."""
    data = await read_form(request)
    try:
        form, sent, submission, errors = await _read_submission(desk, request, data)
    except CANNOT_STORE as error:
        return _keep_typed(request, data, error)
    if data.get("go") == "edit":
        return render_form(desk, form, sent, [], status=200)
    if submission is None:
        return render_form(desk, form, sent, errors, status=422)
    try:
        receipt = await run_in_threadpool(_accept, desk, submission)
    except (StoryRefused, AnswerError) as error:
        field = error.field if isinstance(error, StoryRefused) else error.element
        return render_form(desk, form, sent, [FieldError(field, error.sentence)], status=422)
    except CANNOT_STORE as error:
        _log_failure(error)
        return await render_look(desk, form, sent, submission, failed=True)
    if PROBE_COOKIE not in request.cookies:
        # Without cookies the thank-you page could not know the code: show it here and now.
        return render_thanks(desk, form.collection.key, form.perspective, receipt.code, receipt.is_repeat)
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
    return await run_in_threadpool(render_thanks, desk, *found)


@say_problems
async def leave_thanks(desk: Desk, request: Request) -> Response:
    """Done: take the code off this device."""
    return desk.receipts.forget(RedirectResponse("/", status_code=303))


@say_problems
async def show_unknown(desk: Desk, request: Request) -> Response:
    """An address under /vertel that leads nowhere."""
    raise PageProblem("Deze pagina bestaat niet", "Kijk of het adres klopt.", status=404)


def _keep_typed(request: Request, data: FormData, error: Exception) -> Response:
    """The database does not even answer: a page that needs nothing but what was sent."""
    _log_failure(error)
    return render_not_sent(data, address=request.url.path)


def _log_failure(error: Exception) -> None:
    # The kind of error only: its text could hold what somebody typed.
    log.error("A story could not be stored: %s", type(getattr(error, "orig", error)).__name__)


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


def _way_in_query(request: Request) -> str:
    via = request.query_params.get("via", "")
    return f"?via={via}" if re.fullmatch(r"[a-z0-9_-]{1,40}", via) else ""
