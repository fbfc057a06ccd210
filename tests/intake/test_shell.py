"""The hard shell: where to report, what a failure says, and what never reaches a log."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from intake.desk import Desk, make_desk
from intake.middleware import make_middleware
from intake.preview import Preview
from intake.routes import make_routes
from intake.signins import SIGN_IN_COOKIE
from safeguards.installation import Installation
from safeguards.invitations import invite_user
from tests.cast import PASSWORD
from tests.intake.conftest import find_code, find_hidden, sign_in, start_form

SECRET = "Zeehond vertelde iets geheims"


async def fail(request: Request) -> Response:
    """A page that fails with what somebody typed in its message."""
    raise RuntimeError(SECRET)


async def fail_connection(socket: WebSocket) -> None:
    """A connection that fails before it is accepted."""
    raise RuntimeError(SECRET)


def make_app(installation: Installation, **settings: object) -> TestClient:
    """The application with pages that fail behind the sign-in."""
    changed = replace(installation.settings, **settings)  # type: ignore[arg-type]
    desk = make_desk(replace(installation, settings=changed), Preview())
    routes = make_routes(desk)
    pages = [WebSocketRoute("/_stcore/stream", fail_connection), Route("/{rest:path}", fail)]
    app = Starlette(routes=[*routes, *pages], middleware=make_middleware(desk, routes))
    return TestClient(app, base_url="http://testserver", raise_server_exceptions=False)


def test_security_txt_says_where_to_report_and_for_how_long(installation: Installation) -> None:
    client = make_app(installation, security_contact="mailto:veilig@gemeente.example")
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    said = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert said["Contact"] == "mailto:veilig@gemeente.example" and said["Canonical"].endswith("/security.txt")
    until = datetime.fromisoformat(said["Expires"])
    assert timedelta(days=30) < until - datetime.now(UTC) < timedelta(days=365)


def test_without_a_contact_there_is_no_security_txt(client: TestClient) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


def test_a_failure_of_a_page_is_a_sentence_with_a_number_that_is_in_the_log(
    installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_app(installation)
    sign_in(client, "anna")
    answer = client.get("/verhalen")
    assert answer.status_code == 500 and "Er ging iets mis" in answer.text
    number = re.search(r"foutnummer: ([0-9a-f]{6})", answer.text)
    assert number and number[1] in caplog.text and "RuntimeError" in caplog.text
    assert "Traceback" not in answer.text and "Zeehond" not in answer.text + caplog.text
    assert "content-security-policy" in answer.headers


def test_a_failure_of_an_own_page_has_a_number_too(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fall(desk: Desk, code: str) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("intake.my_story._find_own_story", fall)
    token = find_hidden(client.get("/mijn-verhaal").text)["form_token"]
    answer = client.post("/mijn-verhaal", data={"form_token": token, "code": "AAAA"})
    assert answer.status_code == 500 and "foutnummer" in answer.text
    assert "Zeehond" not in answer.text + caplog.text


def test_a_connection_that_fails_closes_without_a_word(
    installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_app(installation)
    sign_in(client, "anna")
    with pytest.raises(Exception) as caught, client.websocket_connect("/_stcore/stream"):
        pass
    assert "Zeehond" not in str(caught.value) + caplog.text


def test_a_refused_connection_carries_the_headers(client: TestClient) -> None:
    with pytest.raises(WebSocketDenialResponse) as caught, client.websocket_connect("/_stcore/stream"):
        pass
    refusal = caught.value
    assert refusal.status_code == 403 and refusal.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in refusal.headers["content-security-policy"]


def test_nothing_secret_reaches_a_log(
    make_client: Callable[..., TestClient], installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    """A whole day: a wrong sign-in, a right one, a story, its code, a link, a mistake; then the logs are searched."""
    caplog.set_level(logging.DEBUG)
    client = make_client()
    with installation.database.writing() as session:
        link = invite_user(session, "eva", "Eva", by="anna")
    sign_in(client, "anna", password="bijna-goed-geraden")
    sign_in(client, "anna")
    form = start_form(client, text="Op dinsdag kwam Zeehond langs.", title="De zeehondendag")
    client.post("/vertel/demo/parent/nakijken", data=form)
    code = find_code(client.post("/vertel/demo/parent", data={**form, "go": "send"}).text)
    token = find_hidden(client.get("/mijn-verhaal").text)["form_token"]
    assert client.post("/mijn-verhaal", data={"form_token": token, "code": code}).status_code == 200
    client.post("/mijn-verhaal", data={"form_token": token, "code": "AAAA-BBBB-CCCC-DDDD"})
    hidden = find_hidden(client.get(f"/welkom/{link}").text)
    client.post(f"/welkom/{link}", data={**hidden, "new": "een verse zin voor eva", "again": "een andere zin dan dat"})
    client.post("/wachtwoord", data={"form_token": token, "old": PASSWORD, "new": "kort", "again": "kort"})
    secrets = {
        "a password": [PASSWORD, "bijna-goed-geraden", "een verse zin"],
        "a sign-in": [client.cookies[SIGN_IN_COOKIE]],
        "a code": [code, "AAAA-BBBB"],
        "a story": ["Zeehond", "zeehondendag"],
        "a form token": [token],
        "an address of somebody": ["testclient"],
    }
    # What the test's own client says of its requests is no log of ours.
    said = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    )
    assert not [what for what, words in secrets.items() if any(word in said for word in words)]
    assert link not in said
