"""The application as a client meets it, with a stand-in where Streamlit would be."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from intake.desk import make_desk
from intake.middleware import make_middleware
from intake.preview import Preview
from intake.routes import make_routes
from safeguards.installation import Installation
from tests.cast import PASSWORD

PAGE = '<!DOCTYPE html><html lang="en"><head><title>Streamlit</title><script>let x = 1</script></head></html>'


def hide_zeehond(text: str, *, language: str = "nl") -> Any:
    """A masking step that knows one word."""
    found = [SimpleNamespace(start=m.start(), end=m.end(), type="person") for m in re.finditer("Zeehond", text)]
    return SimpleNamespace(spans=found)


async def show_page(request: Request) -> Response:
    """What Streamlit would answer: a page, a file, or (for the test) the headers that reached it."""
    if request.url.path == "/koppen":
        return JSONResponse(dict(request.headers))
    if request.url.path.startswith("/static/"):
        return Response("let file = 1;" * 100, media_type="text/javascript")
    return HTMLResponse(PAGE)


async def connect(socket: WebSocket) -> None:
    """A connection that says who it is for."""
    await socket.accept()
    await socket.send_json(dict(socket.headers))
    await socket.close()


@pytest.fixture
def make_client(installation: Installation) -> Callable[..., TestClient]:
    """Makes clients of one running application; each has its own cookies."""
    desk = make_desk(installation, Preview(lambda: hide_zeehond))
    routes = make_routes(desk)
    pages = [WebSocketRoute("/_stcore/stream", connect), Route("/{rest:path}", show_page, methods=["GET", "PUT"])]
    app = Starlette(routes=[*routes, *pages], middleware=make_middleware(desk, routes))
    return lambda **options: TestClient(app, base_url="http://testserver", **options)


@pytest.fixture
def client(make_client: Callable[..., TestClient]) -> TestClient:
    """Somebody without an account."""
    return make_client()


def find_hidden(html: str) -> dict[str, str]:
    """The hidden fields of a page, by name."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))


def start_form(client: TestClient, perspective: str = "parent", **typed: Any) -> dict[str, Any]:
    """Open a form and fill it in: consent and a story, and what else is typed."""
    html = client.get(f"/vertel/demo/{perspective}").text
    fields = {"submission": find_hidden(html)["submission"], "consent": "table"}
    return {**fields, "text": "Op dinsdag kwam Zeehond langs.", "title": "De dinsdag", **typed}


def find_code(html: str) -> str:
    """The receipt code on a page."""
    found = re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", re.sub("<[^>]+>", "", html))
    assert found, "there is no code on this page"
    return found[0]


def sign_in(client: TestClient, name: str, *, password: str = PASSWORD, onward: str = "/") -> Any:
    """Sign in through the page, as a person does."""
    token = find_hidden(client.get("/inloggen").text)["form_token"]
    form = {"form_token": token, "name": name, "password": password, "verder": onward}
    return client.post("/inloggen", data=form, follow_redirects=False)
