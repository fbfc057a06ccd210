"""Signing in through a provider that runs on this machine: who gets in, and what goes wrong."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from oidc_provider_mock import User, run_server_in_thread
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from intake import oidc
from intake.desk import make_desk
from intake.middleware import make_middleware
from intake.oidc import Flow, Provider, ProviderProblem, finish
from intake.preview import Preview
from intake.routes import make_routes
from intake.signins import SIGN_IN_COOKIE
from safeguards.access import Viewer
from safeguards.identities import bind_identity, unbind_identities
from safeguards.installation import Installation
from safeguards.invitations import invite_to_seat, invite_user, renew_by_link
from safeguards.signin import close_account, find_user, find_viewer, hash_token
from storage.tables.people import IdentityRow, UserRow
from stories.collections import Collection
from tests.intake.conftest import connect, show_page
from tests.seats import make_tables

ANNA, STRANGER = "anna@gemeente", "onbekend@gemeente"


@dataclass
class Place:
    """A running installation beside a running provider; each browser has its own cookies."""

    issuer: str
    installation: Installation
    make_browser: Callable[[], TestClient]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider on this machine."""
    users = [User(sub=ANNA, claims={"name": "Anna"}), User(sub="gijs@gemeente", claims={"name": "Gijs de Gast"})]
    with run_server_in_thread(user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


def open_place(installation: Installation, issuer: str, *, oidc_client_id: str = "verteltafel") -> Place:
    settings = replace(
        installation.settings,
        oidc_metadata_url=f"{issuer}/.well-known/openid-configuration",
        oidc_client_id=oidc_client_id,
        oidc_client_secret="geheim-van-ons",
        oidc_label="de gemeente",
        public_url="http://testserver",
    )
    desk = make_desk(replace(installation, settings=settings), Preview())
    routes = make_routes(desk)
    app = Starlette(routes=[*routes], middleware=make_middleware(desk, routes))
    app.router.add_websocket_route("/_stcore/stream", connect)
    app.add_route("/{rest:path}", show_page)
    return Place(issuer, installation, lambda: TestClient(app, base_url="http://testserver"))


@pytest.fixture
def place(installation: Installation, issuer: str) -> Place:
    """Anna's account belongs to her account at the provider."""
    with installation.database.writing() as session:
        bind_identity(session, find_user(session, "anna"), issuer=issuer, subject=ANNA)
    return open_place(installation, issuer)


def go_there(browser: TestClient, start: str = "/inloggen/extern") -> str:
    """The address at the provider to which the browser is sent."""
    answer = browser.get(start, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def agree(address: str, subject: str, **form: str) -> str:
    """Say yes at the provider; the path with which the browser comes back."""
    answer = requests.post(address, data={"sub": subject, **form}, allow_redirects=False, timeout=10)
    return answer.headers["location"].removeprefix("http://testserver")


def sign_in_as(browser: TestClient, subject: str, start: str = "/inloggen/extern") -> Any:
    return browser.get(agree(go_there(browser, start), subject), follow_redirects=False)


def name_of(browser: TestClient, place: Place) -> str:
    with place.installation.database.reading() as session:
        viewer = find_viewer(session, hash_token(browser.cookies[SIGN_IN_COOKIE]), idle_minutes=60)
        assert viewer is not None
        return viewer.name


def test_anna_comes_in_with_the_same_sign_in_as_everybody(place: Place) -> None:
    browser = place.make_browser()
    assert "Inloggen met de gemeente" in browser.get("/inloggen").text
    answer = sign_in_as(browser, ANNA, "/inloggen/extern?verder=/verhalen")
    assert (answer.status_code, answer.headers["location"]) == (303, "/verhalen")
    assert name_of(browser, place) == "anna" and browser.get("/koppen").status_code == 200


def test_the_way_there_carries_pkce_state_and_nonce_and_no_secret(place: Place) -> None:
    address = go_there(place.make_browser())
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert len(asked["code_challenge"]) == 43 and len(asked["state"]) >= 32 and len(asked["nonce"]) >= 32
    assert asked["redirect_uri"] == "http://testserver/inloggen/terug" and "geheim" not in address


def test_the_code_is_traded_with_the_verifier_that_fits(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    real = requests.Session.request

    def listen(session: requests.Session, method: str, url: str, **given: Any) -> requests.Response:
        sent.append(str(given.get("data")))
        return real(session, method, url, **given)

    monkeypatch.setattr(requests.Session, "request", listen)
    browser = place.make_browser()
    path = agree(go_there(browser), ANNA)
    sent.clear()
    browser.get(path, follow_redirects=False)
    assert any("code_verifier" in one for one in sent)


def test_a_stranger_gets_a_sentence_and_no_account(place: Place) -> None:
    browser = place.make_browser()
    answer = sign_in_as(browser, STRANGER)
    assert answer.status_code == 403 and "geen account dat bij je hoort" in answer.text
    assert SIGN_IN_COOKIE not in browser.cookies
    with place.installation.database.reading() as session:
        assert len(session.scalars(select(UserRow.id)).all()) == 3


@pytest.mark.parametrize("what", ["unbound", "closed"])
def test_an_account_that_was_unbound_or_closed_lets_nobody_in(place: Place, what: str) -> None:
    with place.installation.database.writing() as session:
        (unbind_identities if what == "unbound" else close_account)(session, "anna", by="test")
    assert sign_in_as(place.make_browser(), ANNA).status_code == 403


def test_an_answer_works_once(place: Place) -> None:
    browser = place.make_browser()
    path = agree(go_there(browser), ANNA)
    cookies = dict(browser.cookies)
    assert browser.get(path, follow_redirects=False).status_code == 303
    again = place.make_browser()
    again.cookies.update(cookies)
    answer = again.get(path, follow_redirects=False)
    assert answer.status_code == 403 and "al gebruikt" in answer.text and SIGN_IN_COOKIE not in again.cookies


def test_a_code_works_once_even_in_another_process(place: Place, issuer: str) -> None:
    browser = place.make_browser()
    path = agree(go_there(browser), ANNA)
    cookies = dict(browser.cookies)
    assert browser.get(path, follow_redirects=False).status_code == 303
    elsewhere = open_place(place.installation, issuer).make_browser()
    elsewhere.cookies.update(cookies)
    answer = elsewhere.get(path, follow_redirects=False)
    assert answer.status_code == 403 and SIGN_IN_COOKIE not in elsewhere.cookies


def test_an_answer_for_another_browser_is_refused(place: Place) -> None:
    path = agree(go_there(place.make_browser()), ANNA)
    victim = place.make_browser()
    assert victim.get(path, follow_redirects=False).status_code == 403
    go_there(victim)
    assert victim.get(path, follow_redirects=False).status_code == 403
    assert SIGN_IN_COOKIE not in victim.cookies


@pytest.mark.parametrize("change", ["state", "code", "iss", "nothing"])
def test_a_changed_answer_is_refused(place: Place, change: str) -> None:
    browser = place.make_browser()
    path = agree(go_there(browser), ANNA)
    changed = {
        "state": re.sub(r"state=[^&]+", "state=verzonnen", path),
        "code": re.sub(r"code=[^&]+", "code=verzonnen", path),
        "iss": path + "&iss=https%3A%2F%2Felders.example",
        "nothing": "/inloggen/terug",
    }[change]
    assert browser.get(changed, follow_redirects=False).status_code == 403
    assert SIGN_IN_COOKIE not in browser.cookies


def test_a_token_with_another_nonce_is_refused(place: Place) -> None:
    browser = place.make_browser()
    path = agree(re.sub(r"nonce=[^&]+", "nonce=van-iemand-anders", go_there(browser)), ANNA)
    answer = browser.get(path, follow_redirects=False)
    assert answer.status_code == 403 and "klopt niet" in answer.text and SIGN_IN_COOKIE not in browser.cookies


def test_somebody_who_stops_halfway_reads_that(place: Place) -> None:
    browser = place.make_browser()
    state = parse_qs(urlsplit(go_there(browser)).query)["state"][0]
    answer = browser.get(f"/inloggen/terug?error=access_denied&state={state}", follow_redirects=False)
    assert answer.status_code == 403 and "is afgebroken" in answer.text


def test_a_provider_that_is_down_is_said_and_passwords_go_on(installation: Installation) -> None:
    browser = open_place(installation, "http://localhost:9").make_browser()
    assert browser.get("/inloggen").status_code == 200, "nothing is asked of the provider before somebody signs in"
    answer = browser.get("/inloggen/extern", follow_redirects=False)
    assert answer.status_code == 403 and "is nu niet bereikbaar" in answer.text


def test_without_a_provider_there_is_no_such_page(client: TestClient) -> None:
    assert "/inloggen/extern" not in client.get("/inloggen").text
    assert client.get("/inloggen/extern").status_code == 404


def test_a_link_binds_the_account_that_the_administrator_made(place: Place) -> None:
    with place.installation.database.writing() as session:
        token = invite_user(session, "eva", "Eva", by="anna")
    browser = place.make_browser()
    assert "Ga verder met de gemeente" in browser.get(f"/welkom/{token}").text
    assert sign_in_as(browser, "eva@gemeente", f"/welkom/{token}/extern").status_code == 303
    assert name_of(browser, place) == "eva"
    assert browser.get(f"/welkom/{token}").status_code == 410
    assert sign_in_as(place.make_browser(), "eva@gemeente").status_code == 303


def test_one_account_at_the_provider_belongs_to_one_account_here(place: Place) -> None:
    with place.installation.database.writing() as session:
        token = renew_by_link(session, "bram", by="anna")
    answer = sign_in_as(place.make_browser(), ANNA, f"/welkom/{token}/extern")
    assert answer.status_code == 403 and "hoort hier al bij een ander account" in answer.text
    assert place.make_browser().get(f"/welkom/{token}").status_code == 200, "the link was not used up"


def test_a_guest_takes_a_seat_without_a_password(place: Place, collection: Collection, anna: Viewer) -> None:
    table, _ = make_tables(place.installation, collection, anna)
    with place.installation.database.writing() as session:
        token = invite_to_seat(session, table, by="anna")
    browser = place.make_browser()
    answer = sign_in_as(browser, "gijs@gemeente", f"/welkom/{token}/extern")
    assert answer.headers["location"] == f"/duidingstafel?verzameling=demo&tafel={table}"
    with place.installation.database.reading() as session:
        viewer = find_viewer(session, hash_token(browser.cookies[SIGN_IN_COOKIE]), idle_minutes=60)
        assert viewer is not None and viewer.display_name == "Gijs de Gast"
        assert viewer.seats == {(collection.id, table)} and viewer.grants == frozenset()
        assert len(session.scalars(select(IdentityRow.id)).all()) == 2


METADATA = {
    "issuer": "https://gemeente.example",
    "authorization_endpoint": "https://gemeente.example/a",
    "token_endpoint": "https://gemeente.example/t",
    "jwks_uri": "https://gemeente.example/k",
}


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://elders.example"},
        {"token_endpoint": "http://gemeente.example/t"},
        {"jwks_uri": "http://192.0.2.1/k"},
        {"authorization_endpoint": None},
    ],
)
def test_a_provider_that_is_not_what_it_says_is_refused(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]
) -> None:
    monkeypatch.setattr(oidc, "_get_json", lambda provider, address: {**METADATA, **changed})
    with pytest.raises(ProviderProblem, match="herkennen elkaar niet"):
        oidc.start_address(
            Provider("https://gemeente.example/.well-known/openid-configuration", "ik", "geheim", "X", "https://wij"),
            Flow("s", "n", "v", "/", ""),
        )


def test_a_wrong_secret_is_said_to_be_for_the_administrator(installation: Installation) -> None:
    with run_server_in_thread(require_client_registration=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        redirects = {"redirect_uris": ["http://testserver/inloggen/terug"]}
        client = requests.post(f"{issuer}/oauth2/clients", json=redirects, timeout=10).json()["client_id"]
        browser = open_place(installation, issuer, oidc_client_id=client).make_browser()
        answer = sign_in_as(browser, ANNA)
    assert answer.status_code == 403 and "herkennen elkaar niet" in answer.text and "geheim" not in answer.text


@pytest.mark.parametrize("error", ["invalid_client", "unauthorized_client"])
def test_a_wrong_client_is_for_the_administrator(error: str) -> None:
    provider = Provider("https://gemeente.example/.well-known/openid-configuration", "ik", "geheim", "X", "https://wij")
    with pytest.raises(ProviderProblem, match="Vraag de beheerder"):
        finish(provider, Flow("s", "n", "v", "/", ""), {"error": error})
    assert "geheim" not in repr(provider) and "'v'" not in repr(Flow("s", "n", "v", "/", "link"))
