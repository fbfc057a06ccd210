"""A seat opens one roundtable and nothing else: not another table, not the register, not the stories."""

import pytest
from sqlalchemy import select

from dialogue.advice import list_advice
from dialogue.assignments import find_assignment, list_assignments
from dialogue.evidence import list_evidence
from dialogue.interpretations import list_interpretations
from dialogue.observations import add_observation, list_observations
from dialogue.roundtables import find_roundtable, list_roundtables, list_tables_for, make_roundtable
from dialogue.seats import invite_to_table, list_invitations, list_seats, take_invitation_back, take_seat_away
from safeguards.access import ACTIONS, NotAllowed, Viewer
from safeguards.installation import Installation
from safeguards.invitations import InvitationOver, accept_seat_as_new, find_invitation
from safeguards.passwords import hash_password
from safeguards.signin import find_viewer, hash_token, open_sign_in
from storage.tables.people import InvitationRow
from stories.collections import Collection
from tests.cast import PASSWORD
from tests.seats import make_tables


def guest_at(installation: Installation, roundtable_id: int, anna: Viewer) -> Viewer:
    """Gijs, who came by a link of Anna."""
    with installation.database.writing() as session:
        token = invite_to_table(session, roundtable_id, by=anna)
    with installation.database.writing() as session:
        user = accept_seat_as_new(
            session, token, name="gijs", display_name="Gijs", password_hash=hash_password(PASSWORD)
        )
        token_hash = hash_token(open_sign_in(session, user).token)
        session.flush()
        viewer = find_viewer(session, token_hash, idle_minutes=60)
        assert viewer is not None
        return viewer


def test_a_guest_sees_the_own_table_and_no_other(
    installation: Installation, collection: Collection, anna: Viewer
) -> None:
    mine, other = make_tables(installation, collection, anna)
    gijs = guest_at(installation, mine, anna)
    with installation.database.reading() as session:
        assert [table.id for table in list_tables_for(session, collection.id, viewer=gijs)] == [mine]
        for look in (find_roundtable, list_evidence, list_observations, list_interpretations, list_advice):
            look(session, mine, viewer=gijs)
            with pytest.raises(NotAllowed):
                look(session, other, viewer=gijs)


def test_a_seat_opens_no_action_of_the_collection(
    installation: Installation, collection: Collection, anna: Viewer
) -> None:
    mine, _ = make_tables(installation, collection, anna)
    gijs = guest_at(installation, mine, anna)
    assert gijs.grants == frozenset() and gijs.seats == {(collection.id, mine)}
    assert not [action for action in ACTIONS if gijs.has_action(action, collection.id)]
    with installation.database.writing() as session:
        for attempt in (
            lambda: list_assignments(session, collection.id, viewer=gijs),
            lambda: find_assignment(session, 1, viewer=gijs),
            lambda: list_roundtables(session, 1, viewer=gijs),
            lambda: make_roundtable(session, 1, title="Een tafel erbij", by=gijs),
            lambda: add_observation(session, mine, text="Iets", by=gijs),
            lambda: invite_to_table(session, mine, by=gijs),
            lambda: list_seats(session, mine, viewer=gijs),
            lambda: list_invitations(session, mine, viewer=gijs),
            lambda: take_seat_away(session, mine, gijs.user_id, by=gijs),
            lambda: take_invitation_back(session, mine, 1, by=gijs),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_a_seat_at_a_table_elsewhere_is_no_seat_here(
    installation: Installation, collection: Collection, anna: Viewer, cem: Viewer
) -> None:
    mine, _ = make_tables(installation, collection, anna)
    with installation.database.writing() as session, pytest.raises(NotAllowed):
        invite_to_table(session, mine, by=cem)
    assert not Viewer(9, "x", "X", seats=frozenset({(collection.id + 1, mine)})).can_sit_at(collection.id, mine)


def test_a_seat_taken_away_closes_the_table_on_the_next_click(
    installation: Installation, collection: Collection, anna: Viewer
) -> None:
    mine, _ = make_tables(installation, collection, anna)
    gijs = guest_at(installation, mine, anna)
    with installation.database.writing() as session:
        assert [seat.display_name for seat in list_seats(session, mine, viewer=anna)] == ["Gijs"]
        for _ in range(2):
            take_seat_away(session, mine, gijs.user_id, by=anna)
        token_hash = session.scalars(select(InvitationRow.token_hash)).first()
        assert token_hash and list_seats(session, mine, viewer=anna) == []


def test_a_link_that_was_taken_back_works_no_more(
    installation: Installation, collection: Collection, anna: Viewer
) -> None:
    mine, other = make_tables(installation, collection, anna)
    with installation.database.writing() as session:
        token = invite_to_table(session, mine, by=anna)
        (open_link,) = list_invitations(session, mine, viewer=anna)
        take_invitation_back(session, other, open_link.id, by=anna)
        assert find_invitation(session, token).roundtable_id == mine, "a link of another table stays as it is"
        take_invitation_back(session, mine, open_link.id, by=anna)
        assert list_invitations(session, mine, viewer=anna) == []
        with pytest.raises(InvitationOver):
            find_invitation(session, token)


def test_anna_invites_again_and_each_link_is_its_own(
    installation: Installation, collection: Collection, anna: Viewer
) -> None:
    mine, _ = make_tables(installation, collection, anna)
    with installation.database.writing() as session:
        assert invite_to_table(session, mine, by=anna) != invite_to_table(session, mine, by=anna)
        assert len(list_invitations(session, mine, viewer=anna)) == 2
