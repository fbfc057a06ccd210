"""Links that work once: to a first sign-in, and to a seat."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from safeguards.access import Viewer
from safeguards.installation import Installation
from safeguards.invitations import (
    InvitationOver,
    accept_account,
    accept_seat,
    accept_seat_as_new,
    find_invitation,
    invite_to_seat,
    invite_user,
    renew_by_link,
)
from safeguards.passwords import hash_password
from safeguards.signin import NameTaken, close_account, sign_in_with_password
from storage.tables.audit import AuditRow
from storage.tables.base import now
from storage.tables.people import InvitationRow
from stories.collections import Collection
from tests.cast import PASSWORD
from tests.seats import make_tables

NEW = "een verse zin voor eva"


def invite(installation: Installation, name: str = "eva") -> str:
    with installation.database.writing() as session:
        return invite_user(session, name, name.title(), by="anna")


def accept(installation: Installation, token: str) -> str:
    with installation.database.writing() as session:
        return accept_account(session, token, password_hash=hash_password(NEW)).name


def can_sign_in(installation: Installation, name: str, password: str = NEW) -> bool:
    return sign_in_with_password(installation.database, name, password, max_tries=5) is not None


def test_a_link_gives_the_first_password_once(installation: Installation) -> None:
    token = invite(installation)
    assert not can_sign_in(installation, "eva") and not can_sign_in(installation, "eva", "")
    assert accept(installation, token) == "eva" and can_sign_in(installation, "eva")
    with pytest.raises(InvitationOver):
        accept(installation, token)


@pytest.mark.parametrize("what", ["ran out", "made up", "empty", "a newer one", "account closed", "far too long"])
def test_a_link_that_is_over_says_so(installation: Installation, what: str) -> None:
    token = invite(installation)
    with installation.database.writing() as session:
        if what == "ran out":
            session.execute(update(InvitationRow).values(expires_at=now() - timedelta(seconds=1)))
        if what == "a newer one":
            renew_by_link(session, "eva", by="anna")
        if what == "account closed":
            close_account(session, "eva", by="anna")
    token = {"made up": "verzonnen", "empty": "", "far too long": token * 9}.get(what, token)
    with pytest.raises(InvitationOver, match="Deze link werkt niet"), installation.database.reading() as session:
        find_invitation(session, token)
    with pytest.raises(InvitationOver):
        accept(installation, token)


def test_a_new_link_ends_the_old_password_at_once(installation: Installation) -> None:
    with installation.database.writing() as session:
        token = renew_by_link(session, "anna", by="bram")
    assert not can_sign_in(installation, "anna", PASSWORD)
    assert accept(installation, token) == "anna" and can_sign_in(installation, "anna")


def test_a_link_to_a_seat_is_no_link_to_an_account_and_the_other_way_round(
    installation: Installation, collection: Collection, anna: Viewer
) -> None:
    table, _ = make_tables(installation, collection, anna)
    with installation.database.writing() as session:
        seat = invite_to_seat(session, table, by="anna")
    with pytest.raises(InvitationOver):
        accept(installation, seat)
    account = invite(installation)
    for attempt in (
        lambda session: accept_seat(session, account, user_name="bram"),
        lambda session: accept_seat_as_new(session, account, name="gijs", display_name="Gijs"),
    ):
        with pytest.raises(InvitationOver), installation.database.writing() as session:
            attempt(session)
    with installation.database.reading() as session:
        assert find_invitation(session, seat).is_for_seat and not find_invitation(session, account).is_for_seat


def test_a_name_that_is_taken_does_not_use_up_the_link(
    installation: Installation, collection: Collection, anna: Viewer
) -> None:
    table, _ = make_tables(installation, collection, anna)
    with installation.database.writing() as session:
        token = invite_to_seat(session, table, by="anna")
    with pytest.raises(NameTaken), installation.database.writing() as session:
        accept_seat_as_new(session, token, name="bram", display_name="Nog een Bram")
    with installation.database.writing() as session:
        accept_seat(session, token, user_name="bram")


def test_no_token_is_kept_in_the_database_or_in_the_log(installation: Installation) -> None:
    token = invite(installation)
    with installation.database.reading() as session:
        rows = [(row.subject, row.details) for row in session.scalars(select(AuditRow))]
    files = b"".join(path.read_bytes() for path in installation.settings.data_folder.iterdir() if path.is_file())
    assert token.encode() not in files and token not in str(rows)
