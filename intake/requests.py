"""Read what a browser sends, within bounds, and turn what goes wrong into a page that says so."""

import functools
from collections.abc import Awaitable, Callable

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from intake.failures import log_failure, say_failure
from intake.render import render_message

BODY_MAX_BYTES = 1_000_000
# A browser only shows our answer when it could finish sending, so an oversized form is read to its
# end and thrown away, up to here.
DRAIN_MAX_BYTES = 20_000_000
FIELDS_MAX = 400

Endpoint = Callable[..., Awaitable[Response]]


class PageProblem(Exception):
    """Something that a page has to say instead of what was asked."""

    def __init__(self, heading: str, *sentences: str, status: int, back: str = "/", back_label: str = "") -> None:
        super().__init__(heading)
        self.heading, self.sentences, self.status = heading, sentences, status
        self.back, self.back_label = back, back_label

    def render(self) -> Response:
        """The page."""
        return render_message(
            self.heading, *self.sentences, status=self.status, back=self.back, back_label=self.back_label
        )


class BodyTooLarge(PageProblem):
    """More was sent than a form can hold."""

    def __init__(self) -> None:
        super().__init__(
            "Het formulier is te groot",
            "Er is veel meer tekst verstuurd dan past. Er is niets bewaard.",
            "Ga terug met de knop van de browser: daar staat de tekst nog.",
            "Maak het verhaal korter en verstuur het opnieuw.",
            status=413,
        )


async def read_form(request: Request) -> FormData:
    """The fields of a form; files are refused. Raises BodyTooLarge, or PageProblem for what is no form."""
    body = await _read_body(request)
    sent = False

    async def receive() -> Message:
        nonlocal sent
        message: Message = {"type": "http.request", "body": b"" if sent else body, "more_body": False}
        sent = True
        return message

    try:
        return await Request(request.scope, receive).form(
            max_files=0, max_fields=FIELDS_MAX, max_part_size=BODY_MAX_BYTES
        )
    except (HTTPException, ValueError) as error:
        raise PageProblem(
            "Dit formulier is niet goed aangekomen",
            "Ga terug met de knop van de browser en probeer het opnieuw.",
            status=400,
        ) from error


async def _read_body(request: Request) -> bytes:
    body, total = bytearray(), 0
    async for chunk in request.stream():
        total += len(chunk)
        if total <= BODY_MAX_BYTES:
            body += chunk
        elif total > DRAIN_MAX_BYTES:
            break
    if total > BODY_MAX_BYTES:
        raise BodyTooLarge
    return bytes(body)


def say_problems(endpoint: Endpoint) -> Endpoint:
    """Wrap an endpoint: a PageProblem becomes its page, any other error a page without details."""

    @functools.wraps(endpoint)
    async def answer(*args: object) -> Response:
        try:
            return await endpoint(*args)
        except PageProblem as problem:
            return problem.render()
        except HTTPException:
            raise
        except Exception as error:
            return say_failure(log_failure(error, endpoint.__name__))

    return answer
