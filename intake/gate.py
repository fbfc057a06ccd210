"""The gate before the pages: without a sign-in there is only the public face."""

from collections.abc import Sequence
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from intake.desk import Desk
from intake.headers import FORM_POLICY
from intake.signins import SIGN_IN_COOKIE, OpenSignIn
from intake.tell import show_start

OWN_HEADERS = b"x-verteltafel-"
USER_HEADER, SIGN_IN_HEADER = OWN_HEADERS + b"user", OWN_HEADERS + b"signin"
OPEN_PATHS = frozenset({"/_stcore/health"})
CLOSED_PREFIXES = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")


class SignInGate:
    """Lets through the public routes, and everything else only with an open sign-in.

    Who is signed in goes on in two headers, which no client can send itself: x-verteltafel-user (the
    account's id) and x-verteltafel-signin (the hash of the sign-in's token, by which a page looks the
    sign-in up again on every run, so that signing out closes every tab).
    The body of a request is never touched: uploads pass as they are.
    """

    def __init__(self, app: ASGIApp, *, desk: Desk, routes: Sequence[BaseRoute]) -> None:
        self._app, self._desk, self._routes = app, desk, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(OWN_HEADERS)]
        scope = {**scope, "headers": headers}
        if scope["type"] == "http" and self._is_public(scope):
            await self._app(scope, receive, send)
            return
        found = await self._find_sign_in(scope)
        if found is not None and not found.must_change_password and not scope["path"].startswith(CLOSED_PREFIXES):
            who = [(USER_HEADER, str(found.viewer.user_id).encode()), (SIGN_IN_HEADER, found.token_hash.encode())]
            await self._app({**scope, "headers": [*headers, *who]}, receive, send)
        elif scope["type"] == "websocket":
            await _refuse_connection(scope, send)
        else:
            response = await self._refuse(scope, receive, found)
            response.headers["content-security-policy"] = FORM_POLICY
            await response(scope, receive, send)

    def _is_public(self, scope: Scope) -> bool:
        # Only a full match: what a public route would refuse must not fall through to the pages.
        return scope["path"] in OPEN_PATHS or any(route.matches(scope)[0] is Match.FULL for route in self._routes)

    async def _find_sign_in(self, scope: Scope) -> OpenSignIn | None:
        token = HTTPConnection(scope).cookies.get(SIGN_IN_COOKIE, "")
        is_file = scope["type"] == "http" and scope["path"].startswith("/static/")
        return await self._desk.sign_ins.find(token, may_be_seconds_old=is_file)

    async def _refuse(self, scope: Scope, receive: Receive, found: OpenSignIn | None) -> Response:
        path = scope["path"]
        if path.startswith(CLOSED_PREFIXES):
            return PlainTextResponse("Niet gevonden.", status_code=404)
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Meld je eerst aan.", status_code=403)
        if found is not None:
            return RedirectResponse("/wachtwoord?verder=" + _address(scope), status_code=303)
        if path == "/":
            return await show_start(self._desk, Request(scope, receive))
        if not _wants_page(scope):
            return PlainTextResponse("Meld je eerst aan.", status_code=403)
        return RedirectResponse("/inloggen?verder=" + _address(scope), status_code=303)


async def _refuse_connection(scope: Scope, send: Send) -> None:
    """A 403, with headers where the server can send them with a refusal."""
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1008})  # before "accept": the client gets a 403
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    headers.append((b"content-security-policy", FORM_POLICY.encode()))
    await send({"type": "websocket.http.response.start", "status": 403, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b"Meld je eerst aan."})


def _address(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return quote(scope["path"] + (f"?{query}" if query else ""), safe="/")


def _wants_page(scope: Scope) -> bool:
    # A script or stylesheet that is sent to a page of HTML only gives a puzzling error in the console.
    return "text/html" in Headers(scope=scope).get("accept", "")
