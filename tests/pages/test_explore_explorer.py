"""The explorer: choose stories, see the answers, read the stories behind a part."""

import pytest

from safeguards.access import Role
from safeguards.installation import Installation
from safeguards.signin import grant_role
from storage.runs import DONE
from storage.tables.base import now
from storage.tables.processing import RunRow, SuggestedThemeRow, ThemeMembershipRow
from stories.accept import Receipt
from stories.collections import Collection
from tests.cast import draw_stories, masked, tell, withdraw
from tests.pages.conftest import Visit, draw_parents, everything

SCRIPT = "explore/explorer.py"


def test_cem_cannot_read_annas_stories(visit: Visit, installation: Installation, collection: Collection) -> None:
    draw_parents(installation, collection, 6)

    said = everything(visit("cem", SCRIPT, verzameling="demo"))

    assert "Verhaal ouder" not in said
    assert "Geen verhalen" in said


def test_bram_cannot_open_the_explorer(visit: Visit, installation: Installation, collection: Collection) -> None:
    draw_parents(installation, collection, 6)

    said = everything(visit("bram", SCRIPT, verzameling="demo"))

    assert "niet bekijken of doen met jouw rol" in said
    assert "Verhaal ouder" not in said


def test_dinas_story_is_gone_on_the_next_click(
    visit: Visit, installation: Installation, collection: Collection, dina: Receipt
) -> None:
    draw_parents(installation, collection, 6)
    app = visit("anna", SCRIPT)
    assert "zeehond" in everything(app)

    withdraw(installation, dina)
    draw_parents(installation, collection, 1)  # as many stories as before: counts alone would not tell

    assert "zeehond" not in everything(app.run())


def test_an_empty_collection_says_so(visit: Visit) -> None:
    assert "Geen verhalen. Verhalen staan hier zodra ze binnen zijn" in everything(visit("anna", SCRIPT))


def test_one_story_is_too_few_to_show(visit: Visit, dina: Receipt) -> None:
    said = everything(visit("anna", SCRIPT))

    assert "Deze groep is te klein om te tonen" in said
    assert "zeehond" not in said


def test_a_story_that_was_not_masked_is_not_there(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    draw_parents(installation, collection, 6)
    tell(installation, collection, text="Dit heeft nog niemand gelezen.")

    assert "nog niemand gelezen" not in everything(visit("anna", SCRIPT))


@pytest.mark.parametrize(
    "text",
    [
        "Toen 👩‍👧 huilde 😢 ze.",
        "شكرا لكم على المساعدة",
        "**niet vet** <script>alert(1)</script> ![x](http://kwaad.example/x.png)",
    ],
)
def test_any_text_is_shown_as_it_was_told(
    visit: Visit, installation: Installation, collection: Collection, text: str
) -> None:
    draw_parents(installation, collection, 6)
    receipt = tell(installation, collection, text=text)
    masked(installation, receipt.story_id, text)

    app = visit("anna", SCRIPT, vraag="D1")

    assert text in everything(app).replace("</p>", "")
    assert not any("<script>" in element.value for element in app.get("html"))


def test_hidden_pieces_are_shown_as_pills(visit: Visit, installation: Installation, collection: Collection) -> None:
    draw_parents(installation, collection, 6)
    receipt = tell(installation, collection)
    masked(installation, receipt.story_id, "[PERSOON-1] kwam op dinsdag.")

    assert '<span class="vt-mask">persoon 1</span> kwam' in everything(visit("anna", SCRIPT))


def test_choosing_a_zone_shows_those_stories(visit: Visit, installation: Installation, collection: Collection) -> None:
    draw_parents(installation, collection, 6, answer=".8 .1 .1")
    rows = "\n".join(f"samen{number} | parent | .3 .3 .4" for number in range(6))
    draw_stories(installation, collection, f"story | perspective | T1\n{rows}")
    app = visit("anna", SCRIPT, vraag="T1", van="parent")

    app.radio(key="kies_deel").set_value("middle").run()
    said = everything(app)

    assert "6 verhalen, blad 1 van 1" in said
    assert "Verhaal samen0." in said
    assert "Verhaal ouder0." not in said
    assert app.query_params["deel"] in ("middle", ["middle"])


def test_a_zone_with_too_few_tellers_stays_closed(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    draw_parents(installation, collection, 8)
    draw_stories(installation, collection, "story | perspective | T1\nalleen | parent | .3 .3 .4")

    said = everything(visit("anna", SCRIPT, vraag="T1", van="parent", deel="middle"))

    assert "Deze groep is te klein om te tonen" in said
    assert "Verhaal alleen." not in said


def test_a_voice_that_differs_is_read_first_when_asked(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    draw_parents(installation, collection, 12)
    draw_stories(installation, collection, "story | perspective | T1\nalleen | parent | .3 .3 .4")
    draw_parents(installation, collection, 12)
    app = visit("anna", SCRIPT, vraag="T1")

    app.selectbox(key="kies_volgorde").set_value("zeldzaam").run()

    first = app.get("html")[-1].value
    assert first.index("Verhaal alleen.") < first.index("Verhaal ouder")


def test_stories_stand_ten_on_a_page(visit: Visit, installation: Installation, collection: Collection) -> None:
    draw_parents(installation, collection, 12)
    app = visit("anna", SCRIPT)
    assert "blad 1 van 2" in everything(app)

    app.button(key="blad_verder").click().run()

    assert "blad 2 van 2" in everything(app)
    assert everything(app).count('<article class="vt-card">') == 2


@pytest.mark.parametrize(
    "forged",
    [
        {"wie": "niemand"},
        {"thema": "999999999999"},
        {"thema": "-1"},
        {"label": "Z99"},
        {"antwoord": "T1:bestaat_niet"},
        {"antwoord": "X9:corner_1"},
        {"vraag": "X9", "deel": "<b>"},
        {"van": "niemand", "deel": "corner_1"},
        {"blad": "-4"},
        {"blad": "9" * 30},
        {"steen": "x", "vraag": "S1"},
        {"zoek": "(((["},
        {"verzameling": "bestaat-niet"},
    ],
)
def test_a_bent_link_shows_the_page_and_never_a_fault(
    visit: Visit, installation: Installation, collection: Collection, forged: dict[str, str]
) -> None:
    draw_parents(installation, collection, 6)

    app = visit("anna", SCRIPT, **forged)

    assert everything(app)
    assert [title.value for title in app.title] == ["Verhalen verkennen"]


def test_the_selection_stands_in_the_address_and_in_words(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    draw_parents(installation, collection, 6)
    app = visit("anna", SCRIPT)

    app.text_input(key="kies_woorden").set_value("ouder").run()
    said = everything(app)

    assert app.query_params["zoek"] in ("ouder", ["ouder"])
    assert 'Gekozen: met de woorden "ouder"' in said
    assert "6 verhalen van 6 vertellers" in said


def test_taking_a_part_into_the_selection_and_out_again(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    draw_parents(installation, collection, 6, answer=".8 .1 .1")
    rows = "\n".join(f"samen{number} | parent | .3 .3 .4" for number in range(7))
    draw_stories(installation, collection, f"story | perspective | T1\n{rows}")
    app = visit("anna", SCRIPT, vraag="T1", van="parent", deel="middle")

    app.button(key="neem_deel").click().run()
    assert "7 verhalen van 7 vertellers" in everything(app)
    app.button(key="wis_alles").click().run()
    assert "13 verhalen van 13 vertellers" in everything(app)


def test_perspectives_are_panels_of_their_own_and_never_one_number(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    for perspective in ("worker", "child_8_12"):
        rows = "\n".join(f"{perspective}{number} | {perspective} | .8 .1 .1" for number in range(6))
        draw_stories(installation, collection, f"story | perspective | T1\n{rows}")

    app = visit("anna", SCRIPT, vraag="T1")
    said = everything(app)

    asked = [element.value for element in app.get("html") if "vt-asked" in element.value]

    assert ["helper" in asked[0], "deed jij" in asked[-1]] == [True, True]
    assert said.count("6 verhalen. Het meest:") == 2
    assert "Niet gehoord: Jongere (12 tot 18 jaar) en Ouder of verzorger." in said


def test_a_panel_of_too_few_tellers_has_no_dots(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    draw_parents(installation, collection, 6)
    draw_stories(installation, collection, "story | perspective | T1\neen | worker | .8 .1 .1")

    app = visit("anna", SCRIPT, vraag="T1")

    assert "Te weinig verhalen om te tonen (minder dan 5)." in everything(app)
    assert len(app.get("vega_lite_chart")) == 1


def test_the_page_says_how_it_was_made(visit: Visit, installation: Installation, collection: Collection) -> None:
    draw_parents(installation, collection, 6)

    said = everything(visit("anna", SCRIPT))

    for words in ("Bron: verzameling", "duidingskader versie 1", "Verteld in:", "Kleinste groep: 5 verhalen"):
        assert words in said


def test_a_suggested_theme_can_be_chosen(visit: Visit, installation: Installation, collection: Collection) -> None:
    rows = "\n".join(f"s{number} | parent" for number in range(12))
    receipts = draw_stories(installation, collection, f"story | perspective\n{rows}")
    theme_id = suggest_theme(installation, collection, [receipts[f"s{number}"] for number in range(6)])

    app = visit("anna", SCRIPT)
    assert "wachten op hulp" in everything(app)
    app.selectbox(key="lees_thema").set_value(theme_id).run()

    assert "6 verhalen van 6 vertellers" in everything(app)
    assert "thema: wachten op hulp ✕" in everything(app)


def suggest_theme(installation: Installation, collection: Collection, receipts: list[Receipt]) -> int:
    with installation.database.writing() as session:
        run = RunRow(kind="process", collection_id=collection.id, requested_by="test", state=DONE, finished_at=now())
        session.add(run)
        session.flush()
        theme = SuggestedThemeRow(
            collection_id=collection.id,
            run_id=run.id,
            number=0,
            label="wachten op hulp",
            size=len(receipts),
            keywords=["wachten"],
            stability=0.8,
        )
        session.add(theme)
        session.flush()
        for receipt in receipts:
            session.add(ThemeMembershipRow(story_id=receipt.story_id, run_id=run.id, theme_id=theme.id, strength=0.5))
        return theme.id


def test_the_selection_goes_along_to_the_other_explore_page(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    draw_parents(installation, collection, 6)
    app = visit("anna", SCRIPT)
    app.text_input(key="kies_woorden").set_value("ouder").run()

    del app.query_params["zoek"]

    assert app.run().text_input(key="kies_woorden").value == "ouder"


def test_a_person_of_two_collections_chooses_one(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    draw_parents(installation, collection, 6)
    with installation.database.writing() as session:
        grant_role(session, "anna", Role.ANALYST, collection_id=collection.id + 1, by="test")
    app = visit("anna", SCRIPT, verzameling="demo", zoek="ouder")

    app.sidebar.selectbox(key="verzameling_keuze").set_value("elders").run()

    assert "Geen verhalen" in everything(app)
    assert "zoek" not in app.query_params
