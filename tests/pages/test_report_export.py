"""The export page: what it says beforehand, who it opens for, and the check at the click."""

import io
import zipfile

import pytest

from pages.report import preview
from safeguards.access import NotAllowed, Role, Viewer
from safeguards.installation import Installation
from safeguards.signin import create_user, grant_role, hash_token, open_sign_in, revoke_role, sign_out
from storage.tables.people import SignInRow, UserRow
from stories.accept import Receipt
from stories.collections import Collection
from tests.cast import draw_stories, tell, withdraw
from tests.pages.manage_pages import OpenPage, evaluator, open_page, texts

__all__ = ["evaluator", "open_page"]
EXPORT = "report/export.py"


@pytest.fixture
def told(installation: Installation, collection: Collection) -> dict[str, Receipt]:
    """Twelve parents who allow a report, one worker who does not."""
    lines = [f"n{number} | parent | report | t{number} | noord" for number in range(12)] + [
        "w | worker | table | w | -"
    ]
    return draw_stories(installation, collection, "story | perspective | consent | teller | BG3\n" + "\n".join(lines))


def test_the_page_says_what_goes_along_and_what_stays(
    open_page: OpenPage, evaluator: Viewer, told: object, installation: Installation, collection: Collection
) -> None:
    tell(installation, collection, text="Nog niet gemaskeerd.")
    said = texts(open_page(evaluator, EXPORT))
    assert "**15** verhalen verteld" in said  # rounded: fourteen would say that there is one worker
    assert "**1** blijven binnen: de tekst is nog niet gemaskeerd" in said
    assert "**12** verhalen gaan mee" in said
    assert "**minder dan 10** blijven binnen: te weinig vertellers met dat perspectief" in said


def test_a_report_leaves_out_who_did_not_allow_it(open_page: OpenPage, evaluator: Viewer, told: object) -> None:
    app = open_page(evaluator, EXPORT)
    said = texts(app.radio(key="profiel").set_value("report").run())
    assert "blijven binnen: de verteller gaf geen toestemming" in said
    assert "**10** verhalen gaan mee" in said  # twelve, rounded


def test_dinas_story_is_gone(
    open_page: OpenPage, evaluator: Viewer, told: object, dina: Receipt, installation: Installation
) -> None:
    assert "**13** verhalen gaan mee" in texts(open_page(evaluator, EXPORT))
    withdraw(installation, dina)
    assert "**12** verhalen gaan mee" in texts(open_page(evaluator, EXPORT))


def test_the_selection_in_the_address_is_said_and_kept_to(open_page: OpenPage, evaluator: Viewer, told: object) -> None:
    app = open_page(evaluator, EXPORT, wie="parent")
    assert "Alleen: wie: " in texts(app)
    assert "**12** verhalen gaan mee" in texts(app)
    assert "Alle verhalen." in texts(app.button(key="alles").click().run())


def test_without_stories_the_page_says_so_and_has_no_download(open_page: OpenPage, evaluator: Viewer) -> None:
    app = open_page(evaluator, EXPORT)
    assert "Er is geen verhaal om mee te geven" in texts(app)
    assert len(app.get("download_button")) == 0


@pytest.mark.parametrize("name", ["anna", "bram", "cem"])
def test_cem_cannot_open_the_page_and_neither_can_who_is_no_evaluator(
    open_page: OpenPage, request: pytest.FixtureRequest, told: object, name: str
) -> None:
    app = open_page(request.getfixturevalue(name), EXPORT)
    assert "Dit mag je niet bekijken of doen" in texts(app)
    assert len(app.get("download_button")) == 0


def test_a_stranger_is_shown_the_way_in(open_page: OpenPage, told: object) -> None:
    assert "Je bent niet aangemeld" in texts(open_page(None, EXPORT))


def test_the_click_asks_again_who_is_there(
    installation: Installation, collection: Collection, told: object, open_page: OpenPage, evaluator: Viewer
) -> None:
    from exports import pack_export
    from pages.report.signed_in import find_signed_in

    with installation.database.writing() as session:
        create_user(session, "eva", "Eva", by="test")
        grant_role(session, "eva", Role.EVALUATOR, collection_id=collection.id, by="test")
        user = session.query(UserRow).filter_by(name="eva").one()
        user.must_change_password = False
        token_hash = hash_token(open_sign_in(session, user).token)
    viewer = find_signed_in(installation, token_hash)
    packed = pack_export(installation, viewer, "csv", collection_key="demo", profile="evaluator")
    assert len(zipfile.ZipFile(io.BytesIO(packed)).namelist()) == 2
    with installation.database.writing() as session:
        revoke_role(session, "eva", Role.EVALUATOR, collection_id=collection.id, by="test")
    with pytest.raises(NotAllowed):
        revoked = find_signed_in(installation, token_hash)
        pack_export(installation, revoked, "csv", collection_key="demo", profile="evaluator")
    with installation.database.writing() as session:
        sign_out(session, token_hash)
        assert session.get(SignInRow, token_hash) is None
    assert find_signed_in(installation, token_hash) is None


def test_every_count_of_both_profiles_has_its_words(
    installation: Installation, collection: Collection, told: object, evaluator: Viewer
) -> None:
    from exports.gather import gather_export
    from exports.profile import Profile

    for profile in Profile:
        content = gather_export(installation, evaluator, collection_key="demo", profile=profile)
        assert set(content.provenance.counts) <= set(preview.COUNT_WORDS)
