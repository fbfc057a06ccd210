"""Opening one original: by the privacy officer of that collection, for a reason, and never unseen."""

import pytest
from sqlalchemy import select

from safeguards.access import NotAllowed, Role, Viewer
from safeguards.installation import Installation
from safeguards.vault_opening import OpeningRefused, list_openings, mark_story, open_original
from storage.tables.audit import AuditRow
from storage.tables.stories import VaultRow
from stories.accept import Receipt
from stories.collections import Collection, find_collection
from tests.cast import masked, tell, with_role, withdraw

REASON = "Een lezer vroeg of hier direct hulp nodig kan zijn"
TYPED = "Zeehond Karel zwom elke ochtend door het kanaal naar school."


@pytest.fixture
def told(installation: Installation, collection: Collection) -> Receipt:
    receipt = tell(installation, collection, text=TYPED, title="Het kanaal")
    masked(installation, receipt.story_id, TYPED.replace("Karel", "[PERSOON-1]"), title="Het kanaal")
    return receipt


@pytest.fixture
def officer(collection: Collection) -> Viewer:
    return with_role(Viewer(9, "olga", "Olga"), Role.PRIVACY_OFFICER, collection)


def lines(installation: Installation) -> list[AuditRow]:
    with installation.database.reading() as session:
        wanted = AuditRow.action.in_(("open_original", "refuse_original"))
        return list(session.scalars(select(AuditRow).where(wanted).order_by(AuditRow.id)))


def test_the_officer_reads_the_words_as_typed_and_the_log_says_who_which_and_why(
    installation: Installation, collection: Collection, officer: Viewer, told: Receipt
) -> None:
    original = open_original(installation, officer, collection.id, told.story_id, ground="danger", reason=REASON)
    (line,) = lines(installation)
    assert (original.title, original.text) == ("Het kanaal", TYPED)
    assert (line.who, line.subject) == ("olga", mark_story(installation.vault, told.story_id))
    assert line.details == {"collection": "demo", "ground": "danger", "reason": REASON}


def test_eight_signs_of_the_number_are_enough(
    installation: Installation, collection: Collection, officer: Viewer, told: Receipt
) -> None:
    assert open_original(
        installation, officer, collection.id, f" {told.story_id[:8]} ", ground="rights", reason=REASON
    ).text


def test_no_text_comes_out_when_the_line_cannot_be_written(
    installation: Installation, collection: Collection, officer: Viewer, told: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("safeguards.vault_opening.audit.record", fail)
    with pytest.raises(OSError, match="disk"):
        open_original(installation, officer, collection.id, told.story_id, ground="danger", reason=REASON)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PRIVACY_OFFICER])
def test_anna_an_administrator_and_every_other_role_cannot(
    installation: Installation, collection: Collection, told: Receipt, role: Role
) -> None:
    anna = with_role(Viewer(1, "anna", "Anna"), role, collection)
    for where in (collection, None):
        who = with_role(anna, role, where)
        with pytest.raises(NotAllowed):
            open_original(installation, who, collection.id, told.story_id, ground="danger", reason=REASON)
    assert lines(installation) == []


def test_cem_cannot_though_he_guards_privacy_elsewhere(
    installation: Installation, collection: Collection, cem: Viewer, told: Receipt
) -> None:
    with installation.database.reading() as session:
        away = find_collection(session, "elders")
    cem = with_role(cem, Role.PRIVACY_OFFICER, away)
    with pytest.raises(NotAllowed):
        open_original(installation, cem, collection.id, told.story_id, ground="danger", reason=REASON)
    with pytest.raises(OpeningRefused, match="is hier niet gevonden"):
        open_original(installation, cem, away.id, told.story_id, ground="danger", reason=REASON)


@pytest.mark.parametrize("in_house", [True, False])
def test_who_gives_out_roles_opens_no_vault_even_with_the_role(
    installation: Installation, collection: Collection, officer: Viewer, told: Receipt, in_house: bool
) -> None:
    both = with_role(officer, Role.ADMINISTRATOR, None if in_house else collection)
    with pytest.raises(OpeningRefused, match=r"Je bent hier ook beheerder\. Wie rollen uitdeelt, opent geen kluis\."):
        open_original(installation, both, collection.id, told.story_id, ground="danger", reason=REASON)


@pytest.mark.parametrize(
    ("ground", "reason", "sentence"),
    [
        ("", REASON, "Kies eerst waarom je het verhaal in de eigen woorden moet lezen."),
        ("nieuwsgierig", REASON, "Kies eerst waarom"),
        ("danger", "test", "Schrijf een reden die een ander later begrijpt: minstens 20 tekens en 4 verschillende"),
        ("danger", "test test test test test test", "minstens 20 tekens en 4 verschillende woorden"),
        ("danger", "aaaa bbbb cccc dddd eeee ffff", "minstens 20 tekens en 4 verschillende woorden"),
        ("danger", " \n " * 30, "minstens 20 tekens"),
        ("danger", "hiermoetikevennaarkijken", "4 verschillende woorden"),
        ("danger", "een lange reden met veel woorden " * 20, "De reden is te lang. Houd het bij 500 tekens."),
    ],
)
def test_no_real_reason_no_opening(
    installation: Installation,
    collection: Collection,
    officer: Viewer,
    told: Receipt,
    ground: str,
    reason: str,
    sentence: str,
) -> None:
    with pytest.raises(OpeningRefused, match=sentence):
        open_original(installation, officer, collection.id, told.story_id, ground=ground, reason=reason)
    assert lines(installation) == []


@pytest.mark.parametrize(
    "reason", ["Is dit Karel die wij kennen van de wijk", "Er staat dat hij zwom elke ochtend door water ging"]
)
def test_a_reason_with_words_out_of_the_story_is_refused_and_that_is_logged_without_them(
    installation: Installation, collection: Collection, officer: Viewer, told: Receipt, reason: str
) -> None:
    with pytest.raises(OpeningRefused, match=r"Schrijf haar zonder namen en zonder aanhaling\."):
        open_original(installation, officer, collection.id, told.story_id, ground="danger", reason=reason)
    (line,) = lines(installation)
    assert line.action == "refuse_original" and line.details == {"collection": "demo", "ground": "danger"}


@pytest.mark.parametrize("number", ["", "1234567", "%", "________", "bestaat-niet-echt"])
def test_a_number_that_is_none_finds_nothing(
    installation: Installation, collection: Collection, officer: Viewer, told: Receipt, number: str
) -> None:
    with pytest.raises(OpeningRefused, match="is hier niet gevonden"):
        open_original(installation, officer, collection.id, number, ground="danger", reason=REASON)


def test_a_destroyed_original_is_said_to_be_gone(
    installation: Installation, collection: Collection, officer: Viewer, told: Receipt
) -> None:
    with installation.database.writing() as session:
        session.delete(session.get_one(VaultRow, told.story_id))
    with pytest.raises(OpeningRefused, match=r"de eigen woorden er niet \(meer\)"):
        open_original(installation, officer, collection.id, told.story_id, ground="danger", reason=REASON)


def test_dinas_story_is_gone_and_the_line_about_it_leads_nowhere(
    installation: Installation, collection: Collection, officer: Viewer, told: Receipt
) -> None:
    open_original(installation, officer, collection.id, told.story_id, ground="danger", reason=REASON)
    withdraw(installation, told)
    with pytest.raises(OpeningRefused, match="is hier niet gevonden"):
        open_original(installation, officer, collection.id, told.story_id, ground="danger", reason=REASON)
    (line,) = lines(installation)
    assert told.story_id not in f"{line.subject} {line.details}"


def test_openings_are_listed_for_this_officer_alone(
    installation: Installation, collection: Collection, officer: Viewer, anna: Viewer, told: Receipt
) -> None:
    open_original(installation, officer, collection.id, told.story_id, ground="law", reason=REASON)
    with installation.database.reading() as session:
        assert [one.reason for one in list_openings(session, officer, collection.id)] == [REASON]
        with pytest.raises(NotAllowed):
            list_openings(session, anna, collection.id)
