"""Access, objection and fewer readers, with nothing but the code."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from safeguards.access import Role, Viewer
from safeguards.installation import Installation
from safeguards.rights import answer_request
from safeguards.vault_opening import open_original
from storage.tables.audit import AuditRow
from storage.tables.dialogue import AdviceRow, AssignmentRow, EvidenceRow, RoundtableRow
from storage.tables.privacy import RightsRequestRow
from storage.tables.processing import MaskedStoryRow, SuggestedThemeRow, TagProposalRow, ThemeMembershipRow
from storage.tables.stories import StoryRow, VaultRow
from stories.accept import Receipt
from stories.collections import Collection
from tests.cast import draw_stories, masked, tell, with_role, withdraw
from tests.intake.test_my_story import open_with

TYPED = "Dina zag de <zeehond> met Fatima 😀."


@pytest.fixture
def told(installation: Installation, collection: Collection) -> Receipt:
    """Dina's story as it was typed, masked without the name."""
    receipt = tell(installation, collection, text=TYPED, title="Het kanaal")
    masked(installation, receipt.story_id, "[PERSOON-1] zag de zeehond.")
    return receipt


@pytest.fixture
def officer(collection: Collection) -> Viewer:
    return with_role(Viewer(9, "olga", "Olga"), Role.PRIVACY_OFFICER, collection)


def fetch(client: TestClient, receipt: Receipt) -> dict[str, Any]:
    return json.loads(open_with(client, receipt.code, go="data-json").content)


def lay_on_table(installation: Installation, collection: Collection, story_id: str, *, has_advice: bool) -> None:
    usual = {"scale": "s", "kind": "k", "intended_use": "u", "state": "open", "created_by": "anna", "goals": []}
    with installation.database.writing() as session:
        assignment = AssignmentRow(collection_id=collection.id, commissioner="x", question="?", **usual)
        session.add(assignment)
        session.flush()
        table = RoundtableRow(assignment_id=assignment.id, title="tafel")
        session.add(table)
        session.flush()
        session.add(
            EvidenceRow(roundtable_id=table.id, kind="story", story_id=story_id, frozen={"text": "x"}, added_by="anna")
        )
        if has_advice:
            about = {"result_type": "r", "addressee": "college", "goal": "g", "created_by": "anna", "text": "Begin."}
            session.add(AdviceRow(roundtable_id=table.id, **about))


def test_a_teller_gets_the_words_as_typed(client: TestClient, told: Receipt) -> None:
    answer = open_with(client, told.code, go="data-json")
    assert json.loads(answer.content)["eigen woorden"] == f"Het kanaal\n\n{TYPED}"
    assert answer.headers["content-disposition"] == 'attachment; filename="mijn-verhaal.json"'
    assert answer.headers["cache-control"] == "no-store"


def test_the_page_to_keep_holds_the_same_and_runs_nothing(client: TestClient, told: Receipt) -> None:
    answer = open_with(client, told.code, go="data-html")
    assert "&lt;zeehond&gt; met Fatima 😀." in answer.text and not re.search("<script|<link|src=|http", answer.text)
    assert answer.headers["content-disposition"] == 'attachment; filename="mijn-verhaal.html"'


def test_answers_and_proposals_are_in_it_as_what_they_are(
    client: TestClient, installation: Installation, collection: Collection
) -> None:
    receipt = draw_stories(installation, collection, "story | T1 | D1\neen | .8 .1 .1 | na")["een"]
    with installation.database.writing() as session:
        run_id = session.scalars(select(MaskedStoryRow.run_id)).one()
        made = {"story_id": receipt.story_id, "step": "proef.v1", "run_id": run_id}
        session.add(TagProposalRow(code="T01", score=0.9, proposed=True, because=["het woord hulp"], **made))
        session.add(TagProposalRow(code="T02", score=0.1, proposed=False, because=["niets"], **made))
        theme = SuggestedThemeRow(
            collection_id=collection.id, run_id=run_id, number=1, label="op tijd", size=1, keywords=[], stability=None
        )
        session.add(theme)
        session.flush()
        session.add(ThemeMembershipRow(story_id=receipt.story_id, run_id=run_id, theme_id=theme.id, strength=1.0))
    data = fetch(client, receipt)
    said = [one["antwoord"] for one in data["antwoorden"]]
    assert any("vooral iets praktisch regelen" in answer for answer in said) and "Past niet bij mijn verhaal" in said
    assert data["voorgestelde labels"] == [{"label": "T01", "omdat": "het woord hulp"}]
    assert data["voorgestelde thema's"] == ["op tijd"] and "geen oordeel" in data["uitleg bij de voorstellen"]


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ([], ["Het verhaal lag op geen gesprekstafel."]),
        ([False], ["Het verhaal ligt op 1 gesprekstafel.", "Er is daar nog geen advies geschreven."]),
        ([True, False], ["Het verhaal ligt op 2 gesprekstafels.", "Aan 1 daarvan is een advies geschreven."]),
    ],
)
def test_what_was_done_with_it_is_in_it(
    client: TestClient,
    installation: Installation,
    collection: Collection,
    told: Receipt,
    tables: list[bool],
    said: list[str],
) -> None:
    for has_advice in tables:
        lay_on_table(installation, collection, told.story_id, has_advice=has_advice)
    assert fetch(client, told)["wat ermee gedaan is"] == said


def test_who_read_the_typed_words_is_in_it(
    client: TestClient, installation: Installation, collection: Collection, officer: Viewer, told: Receipt
) -> None:
    assert fetch(client, told)["wie de eigen woorden las"][0].startswith("Niemand.")
    reason = "Een collega meldde dat hier mogelijk gevaar uit spreekt"
    open_original(installation, officer, collection.id, told.story_id, ground="danger", reason=reason)
    (line,) = fetch(client, told)["wie de eigen woorden las"]
    assert "de privacyfunctionaris" in line and reason in line and "olga" not in line


def test_destroyed_words_are_said_to_be_destroyed(
    client: TestClient, installation: Installation, told: Receipt
) -> None:
    with installation.database.writing() as session:
        session.delete(session.get_one(VaultRow, told.story_id))
    data = fetch(client, told)
    assert "zijn vernietigd, omdat de bewaartermijn om is" in data["eigen woorden"]
    assert "[PERSOON-1] zag de zeehond." in data["zo lezen anderen het"]


def test_fewer_readers_takes_effect_and_can_be_done_again_until_none_is_left(
    client: TestClient, installation: Installation, collection: Collection
) -> None:
    receipt = tell(installation, collection, consent="report")
    page = open_with(client, receipt.code, go="rights").text
    assert re.findall('name="level" value="([a-z]+)"', page) == ["researchers", "table"]
    page = open_with(client, receipt.code, go="lower", level="table").text
    assert "Vanaf nu lezen alleen nog de mensen die u koos het verhaal." in page
    page = open_with(client, receipt.code, go="lower", level="researchers").text
    assert "Minder lezers kan niet." in page
    with installation.database.reading() as session:
        assert session.get_one(StoryRow, receipt.story_id).consent == "researchers"
        lines = session.scalars(select(AuditRow).where(AuditRow.action == "lower_consent")).all()
    assert [line.details for line in lines] == [
        {"before": "report", "after": "table"},
        {"before": "table", "after": "researchers"},
    ]


@pytest.mark.parametrize("level", ["report", "table", "", "everyone"])
def test_more_readers_is_refused(client: TestClient, installation: Installation, told: Receipt, level: str) -> None:
    answer = open_with(client, told.code, go="lower", level=level)
    assert answer.status_code == 422
    assert "U kunt alleen kiezen voor minder lezers dan nu. Er is niets veranderd." in answer.text
    with installation.database.reading() as session:
        assert session.get_one(StoryRow, told.story_id).consent == "table"


def test_an_objection_reaches_a_person_and_the_answer_comes_back(
    client: TestClient, installation: Installation, collection: Collection, officer: Viewer, told: Receipt
) -> None:
    page = open_with(client, told.code, go="ask-person", kind="objection", message="Niet voor beleid <b>.").text
    assert "Uw bericht is verstuurd." in page and "Niet voor beleid &lt;b&gt;." in page and "nog geen" in page
    with installation.database.writing() as session:
        row = session.scalars(select(RightsRequestRow)).one()
        assert b"beleid" not in row.message
        answer_request(session, installation.vault, officer, collection.id, row.id, answer="Dat is goed.")
    assert "Dat is goed." in open_with(client, told.code, go="rights").text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"kind": "", "message": "Iets."}, "Kies waar uw bericht over gaat."),
        ({"kind": "objection", "message": " \x00 "}, "Er staat nog geen bericht. Schrijf wat u wilt vragen."),
        ({"kind": "question", "message": "x" * 2001}, "Het bericht is te lang. Houd het bij 2000 tekens."),
    ],
)
def test_a_message_that_cannot_be_sent_says_why(
    client: TestClient, installation: Installation, told: Receipt, sent: dict[str, str], sentence: str
) -> None:
    answer = open_with(client, told.code, go="ask-person", **sent)
    assert answer.status_code == 422 and sentence in answer.text
    with installation.database.reading() as session:
        assert session.scalars(select(RightsRequestRow)).all() == []


def test_three_messages_can_wait_at_once(client: TestClient, told: Receipt) -> None:
    for _ in range(3):
        open_with(client, told.code, go="ask-person", kind="question", message="Wanneer?")
    answer = open_with(client, told.code, go="ask-person", kind="question", message="En nu?")
    assert "Er wachten al 3 berichten van u op antwoord." in answer.text and "En nu?" in answer.text


@pytest.mark.parametrize("step", ["rights", "data-html", "data-json", "lower", "ask-person"])
def test_dinas_story_is_gone_and_a_wrong_code_opens_nothing(
    client: TestClient, installation: Installation, told: Receipt, step: str
) -> None:
    withdraw(installation, told)
    answers = [
        open_with(client, code, go=step, level="researchers", kind="question", message="?")
        for code in (told.code, "AAAA-BBBB-CCCC-DDDD")
    ]
    assert {answer.status_code for answer in answers} == {422} and answers[0].text == answers[1].text
    assert "Bij deze code hoort geen verhaal." in answers[0].text and "zeehond" not in answers[0].text


def test_children_are_addressed_as_children(
    client: TestClient, installation: Installation, collection: Collection
) -> None:
    receipt = tell(installation, collection, perspective="youth_12_18")
    assert "Jouw gegevens en rechten" in open_with(client, receipt.code, go="rights").text
