"""Follow a collection: what came in, what waits, and whether the questions fit."""

from sqlalchemy import func, select, update

from safeguards.access import Role
from safeguards.installation import Installation
from safeguards.signin import create_user, grant_role
from storage.runs import claim_run, fail_run, report_progress
from storage.tables.people import UserRow
from storage.tables.processing import RunRow
from stories.collections import Collection
from tests.cast import draw_stories, tell
from tests.pages.conftest import Visit, draw_parents, everything

SCRIPT = "collect/incoming.py"


def test_cem_cannot_follow_annas_collection(visit: Visit, installation: Installation, collection: Collection) -> None:
    draw_parents(installation, collection, 6)

    said = everything(visit("cem", SCRIPT, verzameling="demo"))

    assert "6 verhalen" not in said
    assert "/vertel/elders" in said


def test_bram_cannot_follow_the_collection(visit: Visit) -> None:
    assert "niet bekijken of doen met jouw rol" in everything(visit("bram", SCRIPT))


def test_an_empty_collection_says_so(visit: Visit) -> None:
    assert "Geen verhalen" in everything(visit("anna", SCRIPT))


def test_perspectives_stand_in_the_order_of_the_framework(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    for perspective in ("worker", "parent", "child_8_12"):
        rows = "\n".join(f"{perspective}{number} | {perspective}" for number in range(5))
        draw_stories(installation, collection, f"story | perspective\n{rows}")

    said = everything(visit("anna", SCRIPT))

    assert said.index("Kind (8 tot 12 jaar): 5") < said.index("Ouder of verzorger: 5") < said.index("Medewerker: 5")
    assert "Nog niemand gehoord: Jongere (12 tot 18 jaar)" in said


def test_a_small_group_is_not_counted(visit: Visit, installation: Installation, collection: Collection) -> None:
    draw_parents(installation, collection, 6)
    draw_stories(installation, collection, "story | perspective\neen | worker\ntwee | worker")

    said = everything(visit("anna", SCRIPT))

    assert "Medewerker: minder dan 5" in said
    assert "Medewerker: 2" not in said


def test_a_question_that_many_say_does_not_fit_is_named(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    rows = "\n".join(f"o{number} | parent | {'na' if number < 10 else '.8 .1 .1'}" for number in range(40))
    draw_stories(installation, collection, f"story | perspective | T1\n{rows}")

    said = everything(visit("anna", SCRIPT))

    assert "25%" in said
    assert "meer dan 15% van een groep" in said


def test_asking_twice_for_processing_is_asking_once(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    draw_parents(installation, collection, 1)
    with installation.database.writing() as session:
        session.execute(update(RunRow).values(state="done"))

    app = visit("anna", SCRIPT)
    app.button(key="verwerk_nu").click().run()
    assert not [button for button in app.button if button.key == "verwerk_nu"]

    with installation.database.reading() as session:
        asked = session.scalar(select(func.count()).where(RunRow.state == "requested"))
    assert asked == 1


def test_a_run_that_is_going_on_shows_how_far_it_is(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    tell(installation, collection)
    with installation.database.writing() as session:
        run = claim_run(session, worker="een", timeout_minutes=30)
        assert run is not None
        report_progress(session, run.id, worker="een", step="embed.v1", done=20, total=50)

    app = visit("anna", SCRIPT)

    assert [bar.proto.text for bar in app.get("progress")] == ["De verhalen worden vergeleken: 20 van 50."]
    assert not [button for button in app.button if button.key == "verwerk_nu"]


def test_a_run_that_failed_shows_its_sentence(visit: Visit, installation: Installation, collection: Collection) -> None:
    tell(installation, collection)
    with installation.database.writing() as session:
        run = claim_run(session, worker="een", timeout_minutes=30)
        assert run is not None
        fail_run(session, run.id, worker="een", error="Het taalmodel ontbreekt.")

    said = everything(visit("anna", SCRIPT))

    assert "De verwerking is niet gelukt. Het taalmodel ontbreekt." in said


def test_the_privacy_officer_sees_what_waits_and_no_counts_of_groups(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    draw_parents(installation, collection, 6)
    with installation.database.writing() as session:
        create_user(session, "petra", "Petra", by="test")
        grant_role(session, "petra", Role.PRIVACY_OFFICER, collection_id=collection.id, by="test")
        session.execute(update(UserRow).where(UserRow.name == "petra").values(must_change_password=False))

    app = visit("petra", SCRIPT)

    assert "Aantallen per groep zijn te zien voor gespreksleiders en analisten." in everything(app)
    assert "Ouder of verzorger" not in everything(app)
    assert not app.button
