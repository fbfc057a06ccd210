"""Signing in, changing the password, signing out."""

from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from intake.desk import make_desk
from intake.middleware import make_middleware
from intake.preview import Preview
from intake.routes import make_routes
from intake.signing_in import safe_path
from intake.signins import SIGN_IN_COOKIE
from safeguards.installation import Installation
from tests.cast import PASSWORD
from tests.intake.conftest import find_hidden, sign_in


@pytest.mark.parametrize(
    "target",
    [
        "https://elders.example",
        "//elders.example",
        "/\\elders.example",
        "\\\\elders.example",
        "/\t/elders.example",
        "javascript:alert(1)",
        "verkennen",
        "/a b",
        "/" + "a" * 600,
        "",
    ],
)
def test_signing_in_never_leads_off_this_site(client: TestClient, target: str) -> None:
    assert safe_path(target) == "/"
    assert sign_in(client, "anna", onward=target).headers["location"] == "/"


def test_signing_in_leads_to_where_one_was_going(client: TestClient) -> None:
    asked = client.get("/verkennen?traject=demo", headers={"accept": "text/html"}).text
    assert find_hidden(asked)["verder"] == "/verkennen?traject=demo"
    assert sign_in(client, "anna", onward="/verkennen?traject=demo").headers["location"] == "/verkennen?traject=demo"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient) -> None:
    cookies = [cookie.lower() for cookie in sign_in(client, "anna").headers.get_list("set-cookie")]
    assert all("httponly" in cookie and "samesite=lax" in cookie for cookie in cookies)
    assert ["max-age" in cookie for cookie in cookies if cookie.startswith(SIGN_IN_COOKIE)] == [False]


def test_a_wrong_name_and_a_wrong_password_look_the_same(client: TestClient) -> None:
    pages = [sign_in(client, name, password="geraden") for name in ("anna", "niemand")]
    assert [page.status_code for page in pages] == [422, 422]
    texts = [page.text.replace('value="anna"', "").replace('value="niemand"', "") for page in pages]
    assert texts[0] == texts[1] and "De naam of het wachtwoord klopt niet." in texts[0]


def test_wrong_tries_are_counted_and_lock_the_account(client: TestClient) -> None:
    for _ in range(5):
        sign_in(client, "anna", password="geraden")
    assert sign_in(client, "anna", password=PASSWORD).status_code == 422


@pytest.mark.parametrize("address", ["/inloggen", "/uitloggen", "/wachtwoord", "/mijn-verhaal"])
def test_a_form_from_another_site_is_refused(client: TestClient, address: str) -> None:
    sign_in(client, "anna")
    for token in ("", "abc.def", find_hidden(client.get("/uitloggen").text)["form_token"][:-1] + "x"):
        answer = client.post(address, data={"form_token": token, "name": "anna", "password": PASSWORD})
        assert answer.status_code == 403 and "verlopen" in answer.text
    assert SIGN_IN_COOKIE in client.cookies


def test_a_link_does_not_sign_out(client: TestClient) -> None:
    sign_in(client, "anna")
    client.get("/uitloggen")
    assert client.get("/koppen").status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"old": "fout"}, "Het huidige wachtwoord klopt niet."),
        ({"new": "kort", "again": "kort"}, "Kies een wachtwoord van minstens 12 tekens."),
        ({"again": "iets heel anders"}, "De twee nieuwe wachtwoorden zijn niet gelijk."),
        ({"new": PASSWORD, "again": PASSWORD}, "Kies een ander wachtwoord"),
    ],
)
def test_a_password_that_will_not_do_says_why(client: TestClient, typed: dict[str, str], sentence: str) -> None:
    sign_in(client, "anna")
    hidden = find_hidden(client.get("/wachtwoord").text)
    good = {"old": PASSWORD, "new": "een nieuwe lange zin", "again": "een nieuwe lange zin"}
    answer = client.post("/wachtwoord", data={**hidden, **good, **typed})
    assert answer.status_code == 422 and sentence in answer.text


def test_changing_the_password_needs_a_sign_in(client: TestClient) -> None:
    assert client.get("/wachtwoord", follow_redirects=False).headers["location"] == "/inloggen?verder=/wachtwoord"


def test_cookies_are_secure_behind_https(installation: Installation) -> None:
    settings = replace(installation.settings, secure_cookies=True)
    desk = make_desk(replace(installation, settings=settings), Preview())
    routes = make_routes(desk)
    app = Starlette(routes=routes, middleware=make_middleware(desk, routes))
    client = TestClient(app, base_url="https://testserver")
    answer = client.get("/vertel/demo/parent")
    assert all("secure" in cookie.lower() for cookie in answer.headers.get_list("set-cookie"))
    assert "secure" in sign_in(client, "anna").headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"].startswith("max-age=")
