"""See and withdraw one's own story with the code."""

from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from safeguards.installation import Installation
from storage.tables.stories import StoryRow
from stories.accept import Receipt
from stories.collections import Collection
from tests.cast import draw_stories, masked, tell, withdraw
from tests.intake.conftest import find_hidden


def open_with(client: TestClient, code: str, **more: Any) -> Any:
    """Fill in a code."""
    token = find_hidden(client.get("/mijn-verhaal").text)["form_token"]
    return client.post("/mijn-verhaal", data={"form_token": token, "code": code, **more})


def test_a_teller_sees_what_they_told_and_chose(
    client: TestClient, installation: Installation, collection: Collection
) -> None:
    drawing = "story | perspective | T1 | D1 | M1\neen | parent | .8 .1 .1 | 90 | good\ntwee | parent | na | | "
    receipts = draw_stories(installation, collection, drawing)
    first = open_with(client, receipts["een"].code).text
    assert "Verhaal een." in first and "De mensen aan de gesprekstafel" in first
    assert "vooral iets praktisch regelen" in first and "veel te laat: het was eerder nodig" in first
    second = open_with(client, receipts["twee"].code).text
    assert "Past niet bij mijn verhaal" in second and "niet ingevuld" in second


def test_a_code_works_in_small_letters_and_with_spaces(client: TestClient, dina: Receipt) -> None:
    assert "zeehond" in open_with(client, f" {dina.code.lower().replace('-', ' ')} ").text


def test_before_masking_the_teller_sees_that_nobody_can_read_it(
    client: TestClient, installation: Installation, collection: Collection
) -> None:
    page = open_with(client, tell(installation, collection, text="Nog geheim.").code).text
    assert "Tot dan kan niemand het lezen." in page and "Nog geheim." not in page


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC-DDDD", "x" * 5000, "' OR 1=1 --"])
def test_every_wrong_code_gets_the_same_sentence(
    client: TestClient, installation: Installation, dina: Receipt, code: str
) -> None:
    withdraw(installation, dina)
    wrong, withdrawn = open_with(client, code), open_with(client, dina.code)
    assert wrong.status_code == withdrawn.status_code == 422
    assert wrong.text == withdrawn.text and "Bij deze code hoort geen verhaal." in wrong.text


def test_withdrawing_asks_first_and_then_leaves_nothing(
    client: TestClient, installation: Installation, dina: Receipt
) -> None:
    asked = open_with(client, dina.code, go="ask")
    assert "kunt dit niet terugdraaien" in asked.text
    done = client.post("/mijn-verhaal", data={**find_hidden(asked.text), "go": "withdraw"})
    assert "Het verhaal is gewist" in done.text
    with installation.database.reading() as session:
        assert session.scalars(select(StoryRow)).all() == []


def test_dinas_story_is_gone(client: TestClient, installation: Installation, dina: Receipt) -> None:
    withdraw(installation, dina)
    assert "zeehond" not in open_with(client, dina.code).text


def test_a_code_is_never_in_an_address(client: TestClient, dina: Receipt) -> None:
    answer = open_with(client, dina.code)
    assert dina.code not in str(answer.url) and 'method="post"' in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_masked_story_is_shown_as_text(
    client: TestClient, installation: Installation, collection: Collection
) -> None:
    receipt = tell(installation, collection)
    masked(installation, receipt.story_id, "<script>alert(1)</script>")
    assert "<script>alert" not in open_with(client, receipt.code).text
