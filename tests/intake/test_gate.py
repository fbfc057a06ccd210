"""Who gets past the gate, and with what."""

import gzip
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from intake.signins import SIGN_IN_COOKIE
from safeguards.installation import Installation
from safeguards.signin import hash_token, reset_password
from tests.intake.conftest import find_hidden, sign_in

FORGED = {"x-verteltafel-user": "1", "X-Verteltafel-Signin": "0" * 64, "x-verteltafel-anders": "ja"}


@pytest.mark.parametrize(
    "path", ["/koppen", "/verkennen", "/media/a.png", "/_stcore/host-config", "/_stcore/upload_file/1"]
)
def test_nobody_reaches_a_page_without_signing_in(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={**FORGED, "accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/inloggen?verder=/")


def test_a_file_or_a_write_without_sign_in_is_refused(client: TestClient) -> None:
    assert client.get("/static/js/a.js", headers={"accept": "*/*"}).status_code == 403
    assert client.put("/_stcore/upload_file/1", content=b"x").status_code == 403
    assert client.put("/gezond").status_code == 403, "what a public route refuses does not fall through to the pages"


def test_a_connection_without_sign_in_is_refused(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream", headers=FORGED):
        pass


def test_who_is_signed_in_arrives_and_forged_headers_do_not(client: TestClient) -> None:
    sign_in(client, "anna")
    arrived = client.get("/koppen", headers=FORGED).json()
    assert arrived["x-verteltafel-signin"] == hash_token(client.cookies[SIGN_IN_COOKIE])
    assert arrived["x-verteltafel-user"].isdecimal() and "x-verteltafel-anders" not in arrived
    with client.websocket_connect("/_stcore/stream", headers=FORGED) as socket:
        assert socket.receive_json()["x-verteltafel-signin"] == arrived["x-verteltafel-signin"]


def test_forged_headers_do_not_reach_a_public_page_either(client: TestClient) -> None:
    assert client.get("/", headers=FORGED, follow_redirects=False).text.count("Vertel uw verhaal") >= 1


def test_signing_out_closes_the_other_tab_too(make_client: Callable[..., TestClient]) -> None:
    client, other_tab = make_client(), make_client()
    sign_in(client, "anna")
    other_tab.cookies.update(client.cookies)
    assert other_tab.get("/koppen").status_code == 200
    token = find_hidden(client.get("/uitloggen").text)["form_token"]
    client.post("/uitloggen", data={"form_token": token})
    assert other_tab.get("/koppen", follow_redirects=False).status_code == 403
    assert SIGN_IN_COOKIE not in client.cookies


def test_a_one_time_password_opens_nothing_but_its_change(client: TestClient, installation: Installation) -> None:
    with installation.database.writing() as session:
        first = reset_password(session, "anna", by="test")
    answer = sign_in(client, "anna", password=first, onward="/koppen")
    assert answer.headers["location"] == "/wachtwoord?verder=/koppen"
    assert client.get("/koppen", follow_redirects=False).headers["location"].startswith("/wachtwoord")
    hidden = find_hidden(client.get("/wachtwoord?verder=/koppen").text)
    new = "een nieuwe lange zin"
    changed = client.post("/wachtwoord", data={**hidden, "old": first, "new": new, "again": new})
    assert changed.url.path == "/koppen" and "x-verteltafel-user" in changed.json()


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/script-health-check"])
def test_what_tells_about_the_machine_is_closed_to_all(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    sign_in(client, "anna")
    assert client.get(path).status_code == 404


def test_health_needs_no_sign_in(client: TestClient) -> None:
    assert client.get("/gezond").json() == {"status": "ok"}
    assert client.get("/_stcore/health").status_code == 200


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for path in ("/", "/vertel/demo/parent", "/inloggen", "/gezond", "/weg"):
        headers = client.get(path, follow_redirects=False).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]


def test_the_pages_become_dutch_and_their_scripts_are_named_by_hash(client: TestClient) -> None:
    sign_in(client, "anna")
    page = client.get("/")
    assert '<html lang="nl">' in page.text and "<title>Verteltafel</title>" in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'self' blob: 'sha256-" in policy and "unsafe-eval" not in policy
    assert page.headers["cache-control"] == "no-store"


def test_streamlits_files_are_packed_once(client: TestClient) -> None:
    sign_in(client, "anna")
    for _ in range(2):
        with client.stream("GET", "/static/js/a.js") as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip" and "immutable" in answer.headers["cache-control"]
        assert gzip.decompress(raw) == b"let file = 1;" * 100


def test_own_files_are_small_and_kept(client: TestClient) -> None:
    html = client.get("/vertel/demo/parent").text
    address = html[html.index("/intake-static/") :].split('"')[0]
    answer = client.get(address)
    assert "immutable" in answer.headers["cache-control"] and answer.headers["content-encoding"] == "gzip"
    assert client.get(address, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert client.get("/intake-static/form.css").headers["cache-control"] == "no-cache"
    assert client.get("/intake-static/../settings.py").status_code != 200
