"""Every address of the public face."""

from functools import partial

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from intake import my_story, password_page, signing_in, tell
from intake.desk import Desk
from intake.requests import Endpoint
from intake.static_files import PREFIX, serve_static


def make_routes(desk: Desk) -> list[BaseRoute]:
    """The routes of form, own story, sign-in and health. Anyone may open them; "/" is the gate's work."""

    def at(path: str, endpoint: Endpoint, *, method: str = "GET") -> Route:
        return Route(path, partial(endpoint, desk), methods=[method])

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
        at("/mijn-verhaal", my_story.open_story, method="POST"),
        at("/inloggen", signing_in.ask_sign_in),
        at("/inloggen", signing_in.do_sign_in, method="POST"),
        at("/uitloggen", signing_in.ask_sign_out),
        at("/uitloggen", signing_in.do_sign_out, method="POST"),
        at("/wachtwoord", password_page.ask_password),
        at("/wachtwoord", password_page.set_password, method="POST"),
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
