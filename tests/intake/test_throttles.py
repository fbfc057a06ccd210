"""Floods: who has to wait, and that nobody's address is kept."""

from collections.abc import Callable

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from intake import throttles
from intake.throttles import KEY_LIFE_SECONDS, Throttle, source_of
from tests.cast import PASSWORD
from tests.intake.conftest import find_hidden, sign_in


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def make(tries: int = 3, seconds: float = 60) -> tuple[Throttle, Clock]:
    clock = Clock()
    return Throttle(tries, seconds, clock), clock


def test_after_so_many_tries_one_waits_and_another_does_not() -> None:
    throttle, _ = make()
    for _ in range(3):
        assert throttle.wait_for("een") == 0
        throttle.count("een")
    assert throttle.wait_for("een") == pytest.approx(20) and throttle.wait_for("ander") == 0


def test_tries_come_back_one_by_one() -> None:
    throttle, clock = make()
    for _ in range(3):
        throttle.count("een")
    clock.now += 20
    assert throttle.wait_for("een") == pytest.approx(0, abs=1e-6)
    throttle.count("een")
    assert throttle.wait_for("een") == pytest.approx(20)
    clock.now += 60
    assert throttle.wait_for("een") == 0


def test_no_address_is_in_memory_and_the_key_lasts_a_day() -> None:
    throttle, clock = make()
    throttle.count("192.0.2.77")
    before = set(throttle._spent)
    assert "192.0.2.77" not in repr(vars(throttle)) and "192.0.2.77" not in repr(throttle)
    clock.now += KEY_LIFE_SECONDS + 1
    throttle.count("192.0.2.77")
    assert before.isdisjoint(throttle._spent), "who came yesterday cannot be recognised today"


def test_a_flood_of_addresses_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttles, "MOST_KEYS", 100)
    throttle, clock = make()
    for number in range(1000):
        clock.now += 0.001
        throttle.count(f"adres {number}")
    assert len(throttle._spent) <= 100 and throttle.wait_for("adres 999") == 0


@pytest.mark.parametrize(
    ("proxies", "forwarded", "source"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "made up, 203.0.113.9", "203.0.113.9"),
        (2, "made up, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (1, "", "192.0.2.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
    ],
)
def test_only_our_own_proxies_say_where_somebody_comes_from(proxies: int, forwarded: str, source: str) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    request = Request({"type": "http", "headers": headers, "client": ("192.0.2.1", 1)})
    assert source_of(request, proxies=proxies) == source


def test_a_flood_of_sign_ins_has_to_wait_with_a_sentence(client: TestClient) -> None:
    for number in range(30):
        assert sign_in(client, f"naam{number}", password="geraden").status_code == 422
    answer = sign_in(client, "anna", password=PASSWORD)
    assert answer.status_code == 429 and "Wacht 1 minuut" in answer.text and int(answer.headers["retry-after"]) <= 60
    assert client.get("/inloggen").status_code == 200 and client.get("/vertel/demo/parent").status_code == 200


def test_a_flood_of_codes_has_to_wait_and_signing_in_does_not(client: TestClient) -> None:
    token = find_hidden(client.get("/mijn-verhaal").text)["form_token"]
    answers = [client.post("/mijn-verhaal", data={"form_token": token, "code": f"C{n}"}) for n in range(31)]
    assert [answer.status_code for answer in answers] == [422] * 30 + [429]
    assert sign_in(client, "anna").status_code == 303


def test_a_flood_of_made_up_links_has_to_wait(client: TestClient) -> None:
    answers = [client.get(f"/welkom/verzonnen{number}") for number in range(31)]
    assert answers[-1].status_code == 429


def test_signing_in_right_is_never_counted(make_client: Callable[..., TestClient]) -> None:
    assert [sign_in(make_client(), "anna").status_code for _ in range(35)] == [303] * 35
