"""Lezen vóór vrijgave: one story at a time, a warning first, and nothing of it on other people's pages."""

from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from pages.collect.reading_words import DECIDED_WORDS, DONE_SENTENCES, KIND_WORDS, REASON_WORDS, SIGN_WORDS
from pages.collect.reading_words import DOUBT_WORDS as DOUBTS
from safeguards.access import Role
from safeguards.installation import Installation
from safeguards.signin import create_user, grant_role
from storage.tables.people import UserRow
from storage.tables.processing import MaskedStoryRow
from storage.tables.reading import ReadingRow
from stories.accept import Receipt
from stories.collections import Collection
from stories.marks import HIDE_KINDS
from stories.reading import REASONS, SIGN_RANKS, Decision
from tests.cast import masked, tell
from tests.pages.conftest import Visit, draw_parents, everything

SCRIPT = "collect/reading.py"
DANGER = [{"kind": "danger", "words": ["slaat"]}]


@pytest.fixture
def rosa(installation: Installation, collection: Collection) -> str:
    """Rosa is a reader of the demo collection and nothing else."""
    return make_reader(installation, collection, "rosa")


def make_reader(installation: Installation, collection: Collection, name: str) -> str:
    with installation.database.writing() as session:
        create_user(session, name, name.title(), by="test")
        grant_role(session, name, Role.READER, collection_id=collection.id, by="test")
        session.scalars(select(UserRow).where(UserRow.name == name)).one().must_change_password = False
    return name


def wait(
    installation: Installation, collection: Collection, text: str, *, rank: int = 0, signs: list[Any] | None = None
) -> Receipt:
    receipt = tell(installation, collection, text=text)
    masked(installation, receipt.story_id, text, released=False)
    with installation.database.writing() as session:
        row = session.get_one(ReadingRow, receipt.story_id)
        row.rank, row.signs = rank, signs or []
    return receipt


def state_of(installation: Installation, receipt: Receipt) -> str:
    with installation.database.reading() as session:
        return session.get_one(ReadingRow, receipt.story_id).state


def next_story(app: AppTest) -> AppTest:
    return app.button(key="volgende").click().run()


def has_button(app: AppTest, key: str) -> bool:
    return any(button.key == key for button in app.button)


def test_every_sign_decision_reason_and_kind_has_its_words() -> None:
    assert set(SIGN_WORDS) == set(SIGN_RANKS) and set(KIND_WORDS) == set(HIDE_KINDS) and set(DOUBTS) == {"age", "other"}
    assert set(REASON_WORDS) == {reason for reasons in REASONS.values() for reason in reasons}
    assert set(DECIDED_WORDS) == set(DONE_SENTENCES) == set(Decision)


@pytest.mark.parametrize("name", ["anna", "bram", "cem"])
def test_cem_cannot_read_and_neither_can_who_leads_or_takes_part(
    visit: Visit, installation: Installation, collection: Collection, name: str
) -> None:
    wait(installation, collection, "De zeehond zwom.")
    app = visit(name, SCRIPT, verzameling="demo")
    assert "zeehond" not in everything(app)
    assert "niet bekijken of doen met jouw rol" in everything(app)


def test_a_reader_cannot_open_what_readers_are_not_for(visit: Visit, rosa: str) -> None:
    for script in ("collect/incoming.py", "explore/explorer.py", "report/export.py", "manage/people.py"):
        assert "met jouw rol" in everything(visit(rosa, script))


def test_an_empty_queue_says_so(visit: Visit, rosa: str) -> None:
    app = visit(rosa, SCRIPT)
    assert "Er wacht nu geen verhaal." in everything(app)
    assert app.button(key="volgende").disabled


def test_one_story_is_shown_and_never_a_list(
    visit: Visit, installation: Installation, collection: Collection, rosa: str
) -> None:
    wait(installation, collection, "De zeehond zwom.")
    wait(installation, collection, "De walvis dook.")
    app = visit(rosa, SCRIPT)
    assert "zeehond" not in everything(app) and "walvis" not in everything(app)
    said = everything(next_story(app))
    assert ("zeehond" in said) != ("walvis" in said)


def test_a_released_story_is_seen_by_anna_and_an_unread_one_is_not(
    visit: Visit, installation: Installation, collection: Collection, rosa: str
) -> None:
    draw_parents(installation, collection, 6)
    story = wait(installation, collection, "De zeehond zwom.")
    assert "zeehond" not in everything(visit("anna", "explore/explorer.py"))
    assert "1 verhaal wacht op een lezer" in everything(visit("anna", "collect/incoming.py"))
    app = next_story(visit(rosa, SCRIPT))
    app = app.button(key="geef_vrij").click().run()
    assert "Het verhaal is vrijgegeven." in everything(app)
    assert state_of(installation, story) == "released"
    assert "zeehond" in everything(visit("anna", "explore/explorer.py"))


def test_a_heavy_story_is_announced_before_its_text(
    visit: Visit, installation: Installation, collection: Collection, rosa: str
) -> None:
    wait(installation, collection, "Hij slaat de zeehond.", rank=40, signs=DANGER)
    app = next_story(visit(rosa, SCRIPT))
    said = everything(app)
    assert "Dit kan een zwaar verhaal zijn" in said and "mogelijk gevaar" in said
    assert "zeehond" not in said and "slaat" not in said and not has_button(app, "geef_vrij")
    app = app.button(key="lees_toch_knop").click().run()
    assert "Hij slaat de zeehond." in everything(app)
    assert "mogelijk gevaar (woorden: slaat)" in everything(app)


def test_a_heavy_story_can_be_passed_on_unread(
    visit: Visit, installation: Installation, collection: Collection, rosa: str
) -> None:
    wait(installation, collection, "Hij slaat de zeehond.", rank=40, signs=DANGER)
    app = next_story(visit(rosa, SCRIPT))
    app = app.button(key="geef_door_ongelezen").click().run()
    said = everything(app)
    assert "Het verhaal wacht op een andere lezer." in said and "zeehond" not in said
    assert app.button(key="volgende").disabled and "wacht op een ander dan jij" in said


def test_doubtful_pieces_are_marked_and_hidden_with_one_choice(
    visit: Visit, installation: Installation, collection: Collection, rosa: str
) -> None:
    story = wait(installation, collection, "Mijn man is de enige bakker. De enige bakker!")
    with installation.database.writing() as session:
        session.get_one(MaskedStoryRow, story.story_id).doubts = [{"start": 12, "end": 27, "type": "other"}]
    app = next_story(visit(rosa, SCRIPT))
    assert '<mark class="vt-doubt">de enige bakker<i>mogelijk herkenbaar: bijzonder</i></mark>' in everything(app)
    app = app.button_group[0].set_value([0]).run()
    app.selectbox(key="kies_soort").set_value("other")
    app = app.button(key="verberg").click().run()
    assert everything(app).count('<span class="vt-mask">overig 1</span>') == 2
    with installation.database.reading() as session:
        text = session.get_one(MaskedStoryRow, story.story_id).text
    assert text == "Mijn man is [OVERIG-1]. [OVERIG-1]!"


def test_words_are_chosen_from_a_sentence(
    visit: Visit, installation: Installation, collection: Collection, rosa: str
) -> None:
    story = wait(installation, collection, "Eerst dit. De oude bakker hielp.")
    app = next_story(visit(rosa, SCRIPT))
    assert app.button(key="verberg").disabled
    app = next(box for box in app.selectbox if box.label == "Kies een zin").set_value(1).run()
    assert app.button_group[0].options == ["De", "oude", "bakker", "hielp"]
    app = app.button_group[0].set_value([1, 2]).run()
    app = app.button(key="verberg").click().run()
    with installation.database.reading() as session:
        assert session.get_one(MaskedStoryRow, story.story_id).text == "Eerst dit. De [PERSOON-1] hielp."
    assert app.button(key="verberg").disabled  # nothing is chosen in the text as it is now
    sentences = next(box for box in app.selectbox if box.label == "Kies een zin")
    assert sentences.value == 1 and not [option for option in sentences.options if "bakker" in option]


def test_a_decision_asks_for_its_reason_first(
    visit: Visit, installation: Installation, collection: Collection, rosa: str
) -> None:
    story = wait(installation, collection, "De zeehond zwom.")
    app = next_story(visit(rosa, SCRIPT))
    app = app.button(key="besluit_hold_back").click().run()
    assert "Kies eerst waarom. Er is nog niets besloten." in everything(app)
    app.radio(key="reden_hold_back").set_value("recognisable")
    app = app.button(key="besluit_hold_back").click().run()
    assert "Het verhaal is niet vrijgegeven. Niemand ziet het." in everything(app)
    assert state_of(installation, story) == "held"


def test_an_alarm_shows_whom_to_call_and_is_closed_with_its_outcome(
    visit: Visit, installation: Installation, collection: Collection, rosa: str
) -> None:
    story = wait(installation, collection, "De zeehond zwom.")
    app = next_story(visit(rosa, SCRIPT))
    assert "Veilig Thuis, 0800-2000" in everything(app)
    app.radio(key="reden_raise_alarm").set_value("danger")
    app = app.button(key="besluit_raise_alarm").click().run()
    assert "Bel nu het contact." in everything(app) and "Veilig Thuis, 0800-2000" in everything(app)
    assert "1 melding staat open" in everything(app)
    app = app.button(key="open_melding").click().run()
    app = app.button(key="lees_toch_knop").click().run()
    assert "De zeehond zwom." in everything(app) and not has_button(app, "geef_vrij")
    app.radio(key="reden_close_alarm").set_value("handed_over")
    app = app.button(key="besluit_close_alarm").click().run()
    assert "De melding is gesloten." in everything(app)
    assert state_of(installation, story) == "waiting"


def test_the_last_decision_can_be_taken_back(
    visit: Visit, installation: Installation, collection: Collection, rosa: str
) -> None:
    story = wait(installation, collection, "De zeehond zwom.")
    app = next_story(visit(rosa, SCRIPT))
    app = app.button(key="geef_vrij").click().run()
    app = app.button(key="terug").click().run()
    assert "Het besluit is teruggenomen." in everything(app) and "De zeehond zwom." in everything(app)
    assert state_of(installation, story) == "waiting"


def test_two_readers_at_once_get_two_stories(
    visit: Visit, installation: Installation, collection: Collection, rosa: str
) -> None:
    make_reader(installation, collection, "rik")
    wait(installation, collection, "De zeehond zwom.")
    wait(installation, collection, "De walvis dook.")
    first = everything(next_story(visit(rosa, SCRIPT)))
    second = everything(next_story(visit("rik", SCRIPT)))
    assert ("zeehond" in first) != ("zeehond" in second)


def test_a_story_is_never_read_as_html_or_markdown(
    visit: Visit, installation: Installation, collection: Collection, rosa: str
) -> None:
    wait(installation, collection, "<script>alert(1)</script> **vet** [PERSOON-1]")
    app = next_story(visit(rosa, SCRIPT))
    shown = [str(getattr(element, "value", "")) for element in app.get("html")]
    card = next(one for one in shown if 'class="vt-card"' in one)
    assert "&lt;script&gt;" in card and "<script>" not in card


def test_the_panel_says_how_far_it_is_and_never_who(
    visit: Visit, installation: Installation, collection: Collection, rosa: str
) -> None:
    wait(installation, collection, "De zeehond zwom.")
    app = next_story(visit(rosa, SCRIPT))
    app = app.button(key="geef_vrij").click().run()
    said = everything(app)
    assert "De laatste 7 dagen: 1 vrijgegeven" in said and "rosa" not in said.lower()
