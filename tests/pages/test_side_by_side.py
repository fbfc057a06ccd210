"""Tellen en vertellen: for one aim the stories first, the figures beside them, the gaps named."""

import pytest

from indicators.goals import load_aims, load_goal_tree
from indicators.import_figures import import_figures
from indicators.queries import store_goal_tree
from safeguards.installation import Installation
from storage.tables.collections import CollectionRow
from stories.collections import Collection
from tests.cast import ROOT, draw_stories, withdraw
from tests.pages.conftest import Visit, everything

SCRIPT = "explore/side_by_side.py"
DEMO = ROOT / "demo"


@pytest.fixture
def aims(installation: Installation, collection: Collection) -> None:
    """The demo's goals, aims and figures in the demo collection."""
    with installation.database.writing() as session:
        row = session.get_one(CollectionRow, collection.id)
        store_goal_tree(session, row, load_goal_tree(DEMO / "goals.yaml"), load_aims(DEMO / "aims_bjh.yaml"))
        for name in ("figures_bjh.csv", "figures_cbs_2022.csv"):
            import_figures(session, DEMO / name, collection_key=collection.key, by="anna")


def tell_about_timing(installation: Installation, collection: Collection, perspective: str, n: int) -> None:
    rows = "\n".join(f"{perspective}{number} | {perspective} | {90 if number % 2 else 50}" for number in range(n))
    draw_stories(installation, collection, f"story | perspective | D1\n{rows}")


def test_cem_cannot_see_annas_figures(visit: Visit, aims: None) -> None:
    said = everything(visit("cem", SCRIPT, verzameling="demo", doel="A3"))

    assert "werkdagen" not in said
    assert "nog geen doelen" in said


def test_a_collection_without_goals_says_so(visit: Visit) -> None:
    assert "Deze verzameling heeft nog geen doelen" in everything(visit("anna", SCRIPT))


def test_without_stories_the_story_side_says_so_and_the_figures_stay(visit: Visit, aims: None) -> None:
    said = everything(visit("anna", SCRIPT, doel="A3"))

    assert "Geen verhalen" in said
    assert "5 werkdagen" in said


def test_stories_come_first_and_in_the_order_of_the_framework(
    visit: Visit, installation: Installation, collection: Collection, aims: None
) -> None:
    tell_about_timing(installation, collection, "worker", 6)
    tell_about_timing(installation, collection, "child_8_12", 6)

    app = visit("anna", SCRIPT, doel="A3", vraag="D1")
    heads = [one.value for one in app.markdown if one.value.startswith("**") and "verteller" not in one.value]

    assert [head.strip("*").partition(" ")[0] for head in heads] == ["Kind", "Jongere", "Ouder", "Medewerker"]
    assert [one.value for one in app.subheader] == ["Vertellen", "Tellen"]


def test_each_perspective_shows_up_to_three_stories(
    visit: Visit, installation: Installation, collection: Collection, aims: None
) -> None:
    tell_about_timing(installation, collection, "parent", 9)

    said = everything(visit("anna", SCRIPT, doel="A3", vraag="D1"))

    assert said.count('<article class="vt-card">') == 3


def test_an_aim_without_a_figure_says_geen_cijfer(visit: Visit, aims: None) -> None:
    assert "Geen cijfer. Bij dit doel wordt niets geteld." in everything(visit("anna", SCRIPT, doel="A4"))


def test_a_question_that_was_not_asked_of_somebody_is_named(
    visit: Visit, installation: Installation, collection: Collection, aims: None
) -> None:
    tell_about_timing(installation, collection, "parent", 6)

    said = everything(visit("anna", SCRIPT, doel="A3", vraag="M5"))

    assert "Hier is geen vraag over gesteld." in said


def test_a_figure_shows_what_it_counts_its_source_and_that_it_is_provisional(visit: Visit, aims: None) -> None:
    said = everything(visit("anna", SCRIPT, doel="A5"))

    for words in ("Telt mee:", "Telt niet mee:", "Bron:", "(voorlopig)", "Groningen"):
        assert words in said


def test_dinas_story_is_gone_beside_the_figures(
    visit: Visit, installation: Installation, collection: Collection, aims: None
) -> None:
    tell_about_timing(installation, collection, "parent", 6)
    dina = draw_stories(
        installation,
        collection,
        "story | perspective | D1 | text\ndina | parent | 10 | Bij het kanaal lag een zeehond.",
    )["dina"]
    app = visit("anna", SCRIPT, doel="A3", vraag="D1")
    assert "zeehond" in everything(app)

    withdraw(installation, dina)

    assert "zeehond" not in everything(app.run())


def test_bram_sees_counts_that_are_rounded_and_no_story(
    visit: Visit, installation: Installation, collection: Collection, aims: None
) -> None:
    tell_about_timing(installation, collection, "parent", 23)

    said = everything(visit("bram", SCRIPT, doel="A3", vraag="D1"))

    assert "25 verhalen." in said
    assert "23 verhalen" not in said
    assert "De verhalen zelf lees je aan de duidingstafel." in said
    assert "vt-card" not in said


def test_stories_for_researchers_only_are_not_counted_for_bram(
    visit: Visit, installation: Installation, collection: Collection, aims: None
) -> None:
    rows = "\n".join(f"o{number} | parent | researchers | 90" for number in range(30))
    draw_stories(installation, collection, f"story | perspective | consent | D1\n{rows}")

    assert "Geen verhalen" in everything(visit("bram", SCRIPT, doel="A3", vraag="D1"))


@pytest.mark.parametrize("forged", [{"doel": "A99"}, {"doel": "A3", "vraag": "X1"}, {"doel": "<script>"}])
def test_a_bent_link_shows_the_first_aim(visit: Visit, aims: None, forged: dict[str, str]) -> None:
    assert everything(visit("anna", SCRIPT, **forged))
