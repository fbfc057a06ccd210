"""Every address of the public face."""

from functools import partial
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from intake import my_story, password_page, provider, security_txt, signing_in, tell, welcome
from intake.desk import Desk
from intake.requests import Endpoint
from intake.static_files import PREFIX, serve_static
from intake.throttles import Throttle, slow_down


class Tries(NamedTuple):
    """How many tries one address has, in how many seconds they come back, and which answers are a try."""

    most: int
    seconds: int
    counts: frozenset[int]


# Wide enough for a whole office or school behind one address; a code or a token is not guessed at this pace.
SIGN_IN_TRIES = Tries(30, 5 * 60, frozenset({422}))
CODE_TRIES = Tries(30, 10 * 60, frozenset({422, 403}))
LINK_TRIES = Tries(30, 10 * 60, frozenset({410, 422}))
# Each of these asks the provider something, whatever comes of it.
PROVIDER_TRIES = Tries(60, 5 * 60, frozenset({303, 403}))


def make_routes(desk: Desk) -> list[BaseRoute]:
    """The routes of form, own story, sign-in and health. Anyone may open them; "/" is the gate's work."""

    def at(path: str, endpoint: Endpoint, *, method: str = "GET") -> Route:
        return Route(path, partial(endpoint, desk), methods=[method])

    def slow(endpoint: Endpoint, tries: Tries) -> Endpoint:
        throttle = throttles.setdefault(tries, Throttle(tries.most, tries.seconds))
        return slow_down(endpoint, throttle, proxies=desk.installation.settings.proxies, counts=tries.counts)

    throttles: dict[Tries, Throttle] = {}
    form = "/vertel/{collection}/{perspective}"
    return [
        at("/vertel", tell.show_start),
        at("/vertel/{collection}", tell.show_perspectives),
        at(form, tell.show_form),
        at(form, tell.receive_story, method="POST"),
        at(f"{form}/nakijken", tell.return_to_form),
        at(f"{form}/nakijken", tell.look_over, method="POST"),
        at("/vertel/{rest:path}", tell.show_unknown),
        at("/bedankt", tell.show_thanks),
        at("/bedankt", tell.leave_thanks, method="POST"),
        at("/mijn-verhaal", my_story.ask_code),
        at("/mijn-verhaal", slow(my_story.open_story, CODE_TRIES), method="POST"),
        at("/inloggen", signing_in.ask_sign_in),
        at("/inloggen", slow(signing_in.do_sign_in, SIGN_IN_TRIES), method="POST"),
        at("/inloggen/extern", slow(provider.go_there, PROVIDER_TRIES)),
        at(provider.CALLBACK, slow(provider.come_back, PROVIDER_TRIES)),
        at("/welkom/{token}", slow(welcome.ask_welcome, LINK_TRIES)),
        at("/welkom/{token}", slow(welcome.do_welcome, LINK_TRIES), method="POST"),
        at("/welkom/{token}/extern", slow(provider.go_there, PROVIDER_TRIES)),
        at("/uitloggen", signing_in.ask_sign_out),
        at("/uitloggen", signing_in.do_sign_out, method="POST"),
        at("/wachtwoord", password_page.ask_password),
        at("/wachtwoord", slow(password_page.set_password, SIGN_IN_TRIES), method="POST"),
        at("/.well-known/security.txt", security_txt.show_contact),
        at("/gezond", check_health),
        Route(PREFIX + "/{version}/{name}", serve_static),
        Route(PREFIX + "/{name}", serve_static),
        Route("/favicon.ico", serve_icon),
    ]


async def check_health(desk: Desk, request: Request) -> Response:
    """Whether the process answers and the database too; for the proxy and the launcher."""

    def ask_database() -> None:
        with desk.installation.database.reading() as session:
            session.execute(text("SELECT 1"))

    try:
        await run_in_threadpool(ask_database)
    except SQLAlchemyError:
        return JSONResponse({"status": "database"}, status_code=503, headers={"cache-control": "no-store"})
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


async def serve_icon(request: Request) -> Response:
    """The icon: the same drawing as in the page head, for browsers that ask by habit."""
    request.path_params["name"] = "icon.svg"
    return await serve_static(request)
