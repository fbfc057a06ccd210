"""Tell a story without JavaScript, from the first page to the code."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from intake import tell
from safeguards.installation import Installation
from storage.tables.collections import CollectionRow
from storage.tables.stories import AnswerRow, StoryRow
from tests.intake.conftest import find_code, find_hidden, start_form


def read_stories(installation: Installation) -> list[StoryRow]:
    with installation.database.reading() as session:
        return list(session.scalars(select(StoryRow)))


def read_answers(installation: Installation) -> dict[str, AnswerRow]:
    with installation.database.reading() as session:
        return {row.element: row for row in session.scalars(select(AnswerRow))}


@pytest.mark.parametrize("perspective", ["child_8_12", "youth_12_18", "parent", "worker"])
def test_a_story_is_told_from_start_to_code(client: TestClient, installation: Installation, perspective: str) -> None:
    assert "/vertel/demo" in client.get("/").text
    assert f"/vertel/demo/{perspective}" in client.get("/vertel/demo").text
    fields = start_form(client, perspective, T1="practical", D2="30", M1="good")
    look = client.post(f"/vertel/demo/{perspective}/nakijken", data=fields)
    assert look.status_code == 200 and "nog niet verstuurd" in look.text
    thanks = client.post(f"/vertel/demo/{perspective}", data={**fields, "go": "send"})
    assert thanks.url.path == "/bedankt"
    assert find_code(thanks.text)
    assert [story.perspective for story in read_stories(installation)] == [perspective]


def test_the_last_look_hides_what_readers_will_not_see(client: TestClient) -> None:
    look = client.post("/vertel/demo/parent/nakijken", data=start_form(client)).text
    story = look[look.index('class="story"') : look.index("</p>", look.index('class="story"'))]
    assert "naam" in story and "Zeehond" not in story


def test_the_last_look_carries_everything_to_the_sending(client: TestClient, installation: Installation) -> None:
    fields = start_form(client, T1="practical+learning", M6="often", text='Regel een.\nRegel <twee> & "drie".')
    look = client.post("/vertel/demo/parent/nakijken", data=fields).text
    text = re.search(r'<textarea name="text" hidden>\n(.*?)</textarea>', look, re.DOTALL)
    assert text and text[1] == "Regel een.\nRegel &lt;twee&gt; &amp; &#34;drie&#34;."
    hidden = find_hidden(look)
    assert (hidden["T1"], hidden["M6"], hidden["consent"]) == ("practical+learning", "often", "table")
    assert hidden["submission"] == fields["submission"]


def test_words_and_figure_give_the_same_shape_of_answer(client: TestClient, installation: Installation) -> None:
    fields = start_form(
        client, T1="learning", D1="90", **{"T2.point": "0.2,0.5,0.3", "T2.moves": "3", "D2.point": "37"}
    )
    fields |= {"S1.child.x": "30", "S1.child.y": "70", "S1.school.point": "12.5,80"}
    client.post("/vertel/demo/parent", data=fields)
    rows = read_answers(installation)
    assert rows["T1"].value == {"practical": 0.1, "learning": 0.8, "presence": 0.1} and rows["T1"].input_mode == "zone7"
    assert rows["T2"].value == {"self": 0.2, "network": 0.5, "professionals": 0.3} and rows["T2"].moves == 3
    assert sorted(rows["T2"].shown) == ["network", "professionals", "self"] and rows["T2"].input_mode == "drag"
    assert (rows["D1"].value, rows["D1"].input_mode, rows["D2"].value) == (90.0, "steps", 37.0)
    assert rows["S1"].value == {"child": [30.0, 70.0], "school": [12.5, 80.0]}


def test_all_three_past_niet_and_skipped_are_three_things(client: TestClient, installation: Installation) -> None:
    client.post("/vertel/demo/parent", data=start_form(client, T1="~all", T2="~na"))
    rows = read_answers(installation)
    assert rows["T1"].value == pytest.approx({"practical": 1 / 3, "learning": 1 / 3, "presence": 1 / 3})
    assert (rows["T2"].state, rows["T2"].value) == ("not_applicable", None)
    assert (rows["T3"].state, rows["T3"].value) == ("skipped", None)
    assert "X2" not in rows, "an extra question that nobody opened was not skipped"


def test_nobody_may_read_is_chosen_beforehand(client: TestClient) -> None:
    html = client.get("/vertel/demo/parent").text
    assert html.count('name="consent"') == 3
    assert "checked" not in html and "selected" not in html


def test_sending_twice_is_one_story_and_one_code(client: TestClient, installation: Installation) -> None:
    fields = start_form(client)
    first, second = (client.post("/vertel/demo/parent", data=fields).text for _ in range(2))
    assert find_code(first) == find_code(second)
    assert "hadden we al ontvangen" in second and "hadden we al ontvangen" not in first
    assert len(read_stories(installation)) == 1


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"consent": ""}, "consent", "Kies wie uw verhaal mag lezen."),
        ({"consent": "everyone"}, "consent", "Kies wie uw verhaal mag lezen."),
        ({"text": "  "}, "text", "Er staat nog geen verhaal."),
        ({"text": "a" * 200_000}, "text", "200.000 tekens. Er passen er 20.000."),
        ({"title": "t" * 201}, "title", "De titel is te lang."),
        ({"no_story": "yes"}, "no_story", "Kies een van de twee."),
        ({"M2": ["happy", "proud", "angry", "afraid"]}, "M2", "Kies hoogstens 3 antwoorden. Nu zijn het er 4."),
        ({"S1.child.x": "30"}, "S1.child.x", "Kies bij “mijn kind” allebei de antwoorden"),
        ({"S1": "~na", "S1.child.point": "10,10"}, "S1", "Kies een van de twee."),
        ({"T1.point": "0.9,0.9,0.9"}, "T1", "De drie aandelen zijn samen 2.70; dat moet 1 zijn."),
        ({"T1": "heaven"}, "T1", "Dit antwoord bestaat niet."),
        ({"D1.point": "nan"}, "D1", "Hier hoort een gewoon getal."),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_lost(
    client: TestClient, installation: Installation, wrong: dict[str, Any], field: str, sentence: str
) -> None:
    fields = {**start_form(client, submission="", T3="parent"), "submission": turn_with("M2"), **wrong}
    answer = client.post("/vertel/demo/parent/nakijken", data=fields)
    assert answer.status_code == 422
    summary = answer.text[answer.text.index('id="fouten"') :]
    assert "autofocus" in answer.text and f'<a href="#veld-{field}">' in summary and f'id="veld-{field}"' in answer.text
    assert sentence in answer.text
    assert 'value="De dinsdag"' in answer.text or "title" in wrong
    assert fields["text"] in answer.text and is_checked(answer.text, "T3", "parent")
    assert read_stories(installation) == []


def is_checked(html: str, name: str, value: str) -> bool:
    return bool(re.search(rf'name="{name}" value="{value}"[^>]* checked', html))


def turn_with(element: str) -> str:
    """A submission id whose form asks this rotating question."""
    order = ["M2", "M5", "M8", "M9"]
    return f"{order.index(element):08x}" + "0" * 24


def test_a_teller_may_give_no_story(client: TestClient, installation: Installation) -> None:
    fields = start_form(client, text="", title="", no_story="yes", M1="good")
    assert "Je vertelt geen verhaal" in client.post("/vertel/demo/worker/nakijken", data=fields).text
    client.post("/vertel/demo/worker", data=fields)
    [story] = read_stories(installation)
    assert not story.has_text


def test_going_back_from_the_last_look_keeps_everything(client: TestClient) -> None:
    fields = start_form(client, T1="practical", go="edit")
    html = client.post("/vertel/demo/parent", data=fields).text
    assert fields["text"] in html and is_checked(html, "T1", "practical")
    assert fields["submission"] in html


def test_a_body_of_more_than_a_form_gets_a_page_that_says_so(client: TestClient, installation: Installation) -> None:
    answer = client.post("/vertel/demo/parent", data=start_form(client, text="a" * 1_100_000))
    assert answer.status_code == 413
    assert "Het formulier is te groot" in answer.text and "Ga terug" in answer.text


def test_a_file_is_no_form(client: TestClient, installation: Installation) -> None:
    answer = client.post("/vertel/demo/parent", data=start_form(client), files={"text2": ("a.txt", b"x")})
    assert answer.status_code == 400 and read_stories(installation) == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/vertel/weg", 404),
        ("/vertel/demo/baas", 404),
        ("/vertel/a/b/c/d", 404),
        ("/vertel/dicht", 410),
        ("/bedankt", 404),
    ],
)
def test_an_address_that_leads_nowhere_says_so(
    client: TestClient, installation: Installation, address: str, status: int
) -> None:
    with installation.database.writing() as session:
        row = session.scalars(select(CollectionRow).where(CollectionRow.key == "elders")).one()
        row.key, row.is_open = "dicht", False
    answer = client.get(address)
    assert answer.status_code == status and "<h1>" in answer.text


def test_a_collection_that_closes_meanwhile_takes_no_story(client: TestClient, installation: Installation) -> None:
    fields = start_form(client)
    with installation.database.writing() as session:
        session.scalars(select(CollectionRow).where(CollectionRow.key == "demo")).one().is_open = False
    assert client.post("/vertel/demo/parent", data=fields).status_code == 410
    assert read_stories(installation) == []


def test_the_code_is_in_no_address_and_in_no_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    thanks = client.post("/vertel/demo/parent", data=start_form(client))
    code = find_code(thanks.text)
    addresses = [str(answer.url) for answer in (*thanks.history, thanks)]
    assert [answer.status_code for answer in thanks.history] == [303]
    assert not any(code in address for address in addresses) and code not in caplog.text
    assert code not in str(thanks.history[0].headers), "the cookie is encrypted"
    assert thanks.headers["cache-control"] == "no-store"


def test_klaar_takes_the_code_off_the_device(client: TestClient) -> None:
    client.post("/vertel/demo/parent", data=start_form(client))
    assert client.get("/bedankt").status_code == 200
    client.post("/bedankt")
    assert client.get("/bedankt").status_code == 404


def test_a_browser_without_cookies_gets_its_code_too(make_client: Callable[..., TestClient]) -> None:
    fields = start_form(make_client())
    answer = make_client().post("/vertel/demo/parent", data=fields)
    assert answer.history == [] and find_code(answer.text)


def test_the_way_in_is_kept_and_nothing_about_the_visitor(client: TestClient, installation: Installation) -> None:
    html = client.get("/vertel/demo?via=qr-school").text
    assert "/vertel/demo/parent?via=qr-school" in html
    via = find_hidden(client.get("/vertel/demo/parent?via=qr-school").text)["via"]
    client.post("/vertel/demo/parent", data=start_form(client, via=via))
    client.post("/vertel/demo/parent", data=start_form(client, via="<b>"))
    assert sorted(story.way_in for story in read_stories(installation)) == ["link", "qr-school"]


def test_made_up_stories_are_called_so_on_every_page(client: TestClient, installation: Installation) -> None:
    with installation.database.writing() as session:
        session.scalars(select(CollectionRow).where(CollectionRow.key == "demo")).one().is_fictional = True
    fields = start_form(client)
    pages = [client.get(f"/{address}").text for address in ("", "vertel/demo", "vertel/demo/parent")]
    pages += [client.post("/vertel/demo/parent/nakijken", data=fields).text]
    pages += [client.post("/vertel/demo/parent", data=fields).text]
    assert all("Verzonnen verhalen: dit is een demonstratie" in page for page in pages)


def test_corners_stand_in_another_order_on_another_form(client: TestClient) -> None:
    seen = set()
    for _ in range(12):
        html = client.get("/vertel/demo/parent").text
        start = html.index('data-name="T1"')
        seen.add(re.search(r"data-parts='([^']*)'", html[start:])[1])  # type: ignore[index]
    assert len(seen) > 1


def test_a_form_shows_two_of_the_rotating_questions(client: TestClient) -> None:
    html = client.post("/vertel/demo/parent/nakijken", data={"submission": turn_with("M8")}).text
    assert [name for name in ("M2", "M5", "M8", "M9") if f'id="vraag-{name}"' in html] == ["M8", "M9"]


def test_a_story_that_cannot_be_stored_now_stays_on_the_screen(
    client: TestClient, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = start_form(client)
    with monkeypatch.context() as patch:
        patch.setattr(tell, "accept_story", fail_to_store)
        answer = client.post("/vertel/demo/parent", data=fields)
    assert answer.status_code == 503 and "Het versturen is niet gelukt" in answer.text
    assert fields["text"] in answer.text and fields["submission"] in answer.text
    assert find_code(client.post("/vertel/demo/parent", data=fields).text)


@pytest.mark.parametrize("address", ["/vertel/demo/parent", "/vertel/demo/parent/nakijken"])
def test_a_database_that_is_away_leaves_everything_on_the_screen_to_send_again(
    client: TestClient, installation: Installation, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    fields = start_form(client, T1="practical", M6="often", text="Regel een.\nRegel <twee>.")
    with monkeypatch.context() as patch:
        patch.setattr("storage.engine.Database.reading", fail_to_store)
        answer = client.post(address, data=fields)
    assert answer.status_code == 503 and "<h1>Nog niet verstuurd</h1>" in answer.text
    assert "Regel &lt;twee&gt;." in answer.text and f'action="{address}"' in answer.text
    hidden = find_hidden(answer.text)
    assert {name: hidden[name] for name in ("submission", "consent", "T1", "M6")}.items() <= fields.items()
    assert find_code(client.post("/vertel/demo/parent", data={**hidden, "text": fields["text"]}).text)


def test_a_story_that_could_not_be_stored_is_in_no_log(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fields = start_form(client)
    monkeypatch.setattr(tell, "accept_story", fail_to_store)
    client.post("/vertel/demo/parent", data=fields)
    assert "RuntimeError" in caplog.text and "Zeehond" not in caplog.text and fields["submission"] not in caplog.text


def fail_to_store(*args: Any, **options: Any) -> None:
    raise OperationalError("INSERT", {}, RuntimeError("database is locked"))


def test_an_unexpected_error_says_nothing_of_what_was_typed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*args: Any, **options: Any) -> None:
        raise ValueError("Op dinsdag kwam Zeehond langs.")

    monkeypatch.setattr(tell, "accept_story", break_down)
    answer = client.post("/vertel/demo/parent", data=start_form(client))
    assert answer.status_code == 500 and "Er ging iets mis" in answer.text
    assert "ValueError in receive_story at" in caplog.text and "Zeehond" not in caplog.text
