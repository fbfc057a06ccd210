"""What goes wrong on our side: a page with a number for people, and a line with the same number for us.

The line holds the kind and place of an error, never its message: that may hold what someone typed.
"""

import logging
import secrets
import traceback
from pathlib import Path

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from intake.render import render_message

log = logging.getLogger("verteltafel.intake")


def log_failure(error: Exception, where: str) -> str:
    """Write the line and return the number."""
    number = secrets.token_hex(3)
    log.error("error %s: %s in %s at %s", number, type(error).__name__, where, _say_place(error))
    return number


def say_failure(number: str) -> Response:
    """The page, with nothing about what went wrong."""
    return render_message(
        "Er ging iets mis",
        "Dit ligt aan ons. Wat u invulde is niet verstuurd.",
        "Ga terug met de knop van de browser en probeer het over een paar minuten opnieuw.",
        f"Blijft het misgaan? Geef de beheerder dan dit foutnummer: {number}.",
        status=500,
    )


class FailurePage:
    """The last catch: an error that nothing else caught becomes the page, or closes the connection."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            number = log_failure(error, scope["type"])
            if started:
                return  # the browser sees an answer that breaks off
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1011})
            else:
                await say_failure(number)(scope, receive, send)


def _say_place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
