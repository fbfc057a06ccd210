"""Links that work once, as a browser meets them."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from intake.signins import SIGN_IN_COOKIE
from safeguards.access import Viewer
from safeguards.installation import Installation
from safeguards.invitations import invite_to_seat, invite_user
from safeguards.signin import find_viewer, hash_token
from stories.collections import Collection
from tests.intake.conftest import find_hidden, sign_in
from tests.seats import make_tables

NEW = {"new": "een verse zin voor eva", "again": "een verse zin voor eva"}
GUEST = {"display": "Gijs", "name": "gijs", **NEW}


@pytest.fixture
def account_link(installation: Installation) -> str:
    """The address that Eva gets from the administrator."""
    with installation.database.writing() as session:
        return f"/welkom/{invite_user(session, 'eva', 'Eva', by='anna')}"


@pytest.fixture
def seat_link(installation: Installation, collection: Collection, anna: Viewer) -> str:
    """The address that Gijs gets from Anna."""
    table, _ = make_tables(installation, collection, anna)
    with installation.database.writing() as session:
        return f"/welkom/{invite_to_seat(session, table, by='anna')}"


def post(client: TestClient, link: str, **typed: str) -> object:
    return client.post(link, data={**find_hidden(client.get(link).text), **typed}, follow_redirects=False)


def viewer_of(client: TestClient, installation: Installation) -> Viewer:
    with installation.database.reading() as session:
        viewer = find_viewer(session, hash_token(client.cookies[SIGN_IN_COOKIE]), idle_minutes=60)
        assert viewer is not None
        return viewer


def test_eva_chooses_a_password_and_is_in(client: TestClient, installation: Installation, account_link: str) -> None:
    answer = post(client, account_link, **NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert viewer_of(client, installation).name == "eva"
    assert client.get("/koppen").status_code == 200
    assert client.get(account_link).status_code == 410


def test_looking_at_a_link_does_not_use_it_up(client: TestClient, account_link: str) -> None:
    for _ in range(5):
        page = client.get(account_link)
        assert page.status_code == 200 and SIGN_IN_COOKIE not in client.cookies
    assert page.headers["referrer-policy"] == "no-referrer" and page.headers["cache-control"] == "no-store"


def test_a_link_that_does_not_work_says_so(client: TestClient) -> None:
    page = client.get("/welkom/verzonnen")
    assert page.status_code == 410 and "Deze link werkt niet (meer)" in page.text


def test_a_link_cannot_be_used_from_another_site(client: TestClient, account_link: str) -> None:
    assert client.post(account_link, data={"form_token": "", **NEW}).status_code == 403
    assert client.get(account_link).status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"new": "kort", "again": "kort"}, "minstens 12 tekens"),
        ({"again": "iets heel anders"}, "niet gelijk"),
        ({"new": "Welkom2024!!", "again": "Welkom2024!!"}, "heel vaak gebruikt"),
        ({"display": ""}, "Vul je naam in"),
        ({"name": "../x"}, "Een accountnaam is"),
        ({"name": "bram"}, "Er is al een account"),
    ],
)
def test_a_field_that_will_not_do_says_why_and_the_link_still_works(
    client: TestClient, seat_link: str, typed: dict[str, str], sentence: str
) -> None:
    answer = post(client, seat_link, **{**GUEST, **typed})
    assert answer.status_code == 422 and sentence in answer.text and NEW["new"] not in answer.text
    assert post(client, seat_link, **GUEST).status_code == 303


def test_gijs_takes_his_seat_and_has_no_role(
    client: TestClient, installation: Installation, collection: Collection, seat_link: str
) -> None:
    answer = post(client, seat_link, **GUEST)
    assert answer.headers["location"].startswith("/duidingstafel?verzameling=demo&tafel=")
    gijs = viewer_of(client, installation)
    assert gijs.grants == frozenset() and [where for where, _ in gijs.seats] == [collection.id]


def test_who_has_an_account_takes_the_seat_with_it(
    client: TestClient, installation: Installation, seat_link: str
) -> None:
    sign_in(client, "cem")
    assert "Je bent aangemeld als Cem" in client.get(seat_link).text
    assert post(client, seat_link).status_code == 303
    assert len(viewer_of(client, installation).seats) == 1


def test_two_people_cannot_use_one_link(make_client: Callable[..., TestClient], seat_link: str) -> None:
    one, two = make_client(), make_client()
    hidden = find_hidden(two.get(seat_link).text)
    assert post(one, seat_link, **GUEST).status_code == 303
    late = two.post(seat_link, data={**hidden, **GUEST, "name": "guus"}, follow_redirects=False)
    assert late.status_code == 410 and SIGN_IN_COOKIE not in two.cookies
