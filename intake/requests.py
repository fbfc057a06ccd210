"""Read what a browser sends, within bounds, and turn what goes wrong into a page that says so."""

import functools
import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from intake.render import render_message

BODY_MAX_BYTES = 1_000_000
# A browser only shows our answer when it could finish sending, so an oversized form is read to its
# end and thrown away, up to here.
DRAIN_MAX_BYTES = 20_000_000
FIELDS_MAX = 400

log = logging.getLogger("verteltafel.intake")
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
    """Wrap an endpoint: a PageProblem becomes its page, any other error a page without details.

    The log gets the kind and place of an error, never its message: that may hold what someone typed.
    """

    @functools.wraps(endpoint)
    async def answer(*args: object) -> Response:
        try:
            return await endpoint(*args)
        except PageProblem as problem:
            return problem.render()
        except HTTPException:
            raise
        except Exception as error:
            log.error("%s in %s at %s", type(error).__name__, endpoint.__name__, _say_place(error))
            return render_message(
                "Er ging iets mis",
                "Dit ligt aan ons. Wat u invulde is niet verstuurd.",
                "Ga terug met de knop van de browser en probeer het over een paar minuten opnieuw.",
                status=500,
            )

    return answer


def _say_place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
