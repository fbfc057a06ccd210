"""Signing in: who gets in, who is kept out, and when a sign-in ends."""

from datetime import timedelta

import pytest
from argon2 import extract_parameters
from sqlalchemy import select, update

from safeguards.access import Role, Viewer
from safeguards.installation import Installation
from safeguards.passwords import _DECOY, PasswordRefused
from safeguards.role_rules import RolesBeside, RolesClash
from safeguards.signin import (
    LONGEST_WAIT_MINUTES,
    SIGN_IN_MAX_HOURS,
    NameTaken,
    PersonUnknown,
    SignInRefused,
    change_password,
    close_account,
    create_user,
    end_sign_ins,
    find_viewer,
    grant_role,
    has_any_user,
    has_to_change_password,
    hash_token,
    is_sign_of_life_due,
    keep_alive,
    reopen_account,
    reset_password,
    revoke_role,
    sign_in_with_password,
    sign_out,
    sign_out_everywhere,
    wait_after,
)
from storage.tables.base import now
from storage.tables.people import SignInRow, UserRow
from stories.collections import Collection, make_collection
from tests.cast import PASSWORD, read_framework

NEW_PASSWORD = "nog een lange zin om te onthouden"


def try_password(installation: Installation, name: str, password: str, *, is_known: bool = False) -> str | None:
    """Try once, as the sign-in page does: the token of a new sign-in, or None."""
    opened = sign_in_with_password(installation.database, name, password, max_tries=3, is_known_browser=is_known)
    return opened.token if opened else None


def sign_in(installation: Installation, name: str = "anna", password: str = PASSWORD) -> str:
    """The token hash of a new sign-in."""
    token = try_password(installation, name, password)
    assert token is not None
    return hash_token(token)


def look_up(installation: Installation, token_hash: str) -> Viewer | None:
    with installation.database.reading() as session:
        return find_viewer(session, token_hash, idle_minutes=60)


def set_back(installation: Installation, token_hash: str, **ages: timedelta) -> None:
    with installation.database.writing() as session:
        moments = {name: now() - age for name, age in ages.items()}
        session.execute(update(SignInRow).where(SignInRow.token_hash == token_hash).values(**moments))


def test_anna_signs_in_and_holds_her_roles(installation: Installation, collection: Collection) -> None:
    viewer = look_up(installation, sign_in(installation))
    assert viewer is not None
    assert (viewer.name, viewer.grants) == ("anna", frozenset({(collection.id, Role.FACILITATOR)}))


@pytest.mark.parametrize(
    ("name", "password"),
    [("anna", "fout"), ("anna", ""), ("niemand", PASSWORD), ("", ""), ("Anna", PASSWORD), ("anna' --", PASSWORD)],
)
def test_a_wrong_password_and_an_unknown_name_get_the_same_nothing(
    installation: Installation, name: str, password: str
) -> None:
    assert try_password(installation, name, password) is None


def test_three_wrong_tries_lock_the_account_for_the_right_password_too(installation: Installation) -> None:
    for _ in range(3):
        try_password(installation, "anna", "fout")
    assert try_password(installation, "anna", PASSWORD) is None
    assert try_password(installation, "bram", PASSWORD) is not None


def change_lock(installation: Installation, age: timedelta) -> None:
    """Let the account's wait have ended this long ago."""
    with installation.database.writing() as session:
        user = session.scalars(select(UserRow).where(UserRow.name == "anna")).one()
        assert user.locked_until is not None and user.locked_until > now()
        user.locked_until = now() - age


def test_the_lock_ends_by_itself(installation: Installation) -> None:
    for _ in range(3):
        try_password(installation, "anna", "fout")
    change_lock(installation, timedelta(seconds=1))
    assert try_password(installation, "anna", PASSWORD) is not None


@pytest.mark.parametrize(
    ("wrong", "minutes"), [(0, 0), (2, 0), (3, 1), (4, 2), (5, 4), (6, 8), (7, 15), (8, 15), (100_000, 15)]
)
def test_each_wrong_try_waits_twice_as_long_and_none_longer_than_a_quarter(wrong: int, minutes: int) -> None:
    assert wait_after(wrong, max_tries=3) == timedelta(minutes=minutes) <= timedelta(minutes=LONGEST_WAIT_MINUTES)


def test_tries_while_an_account_waits_do_not_make_it_wait_longer(installation: Installation) -> None:
    for _ in range(30):
        try_password(installation, "anna", "fout")
    with installation.database.reading() as session:
        user = session.scalars(select(UserRow).where(UserRow.name == "anna")).one()
        assert user.failed_tries == 3
        assert user.locked_until is not None and user.locked_until <= now() + timedelta(minutes=1)


def test_tries_of_long_ago_do_not_count(installation: Installation) -> None:
    for _ in range(3):
        try_password(installation, "anna", "fout")
    change_lock(installation, timedelta(hours=2))
    try_password(installation, "anna", "fout")
    assert try_password(installation, "anna", PASSWORD) is not None


def test_strangers_cannot_keep_anna_out_of_the_browser_that_she_uses(installation: Installation) -> None:
    for _ in range(3):
        try_password(installation, "anna", "fout")
    assert try_password(installation, "anna", PASSWORD) is None
    assert try_password(installation, "anna", "fout", is_known=True) is None
    assert try_password(installation, "anna", PASSWORD, is_known=True) is not None


def test_a_password_is_not_checked_while_others_wait_to_write(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_while_somebody_writes(password_hash: str, password: str) -> bool:
        with installation.database.writing() as session:  # would wait for ever inside another writing session
            session.execute(update(UserRow).where(UserRow.name == "bram").values(failed_tries=0))
        return True

    monkeypatch.setattr("safeguards.signin.is_right_password", check_while_somebody_writes)
    assert try_password(installation, "anna", PASSWORD) is not None


def test_a_password_that_was_taken_during_the_check_gets_nobody_in(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_and_lose(password_hash: str, password: str) -> bool:
        with installation.database.writing() as session:
            reset_password(session, "anna", by="bram")
        return True

    monkeypatch.setattr("safeguards.signin.is_right_password", check_and_lose)
    assert try_password(installation, "anna", PASSWORD) is None


def test_a_good_try_starts_the_count_anew(installation: Installation) -> None:
    for password in ("fout", "fout", PASSWORD, "fout", "fout"):
        try_password(installation, "anna", password)
    assert try_password(installation, "anna", PASSWORD) is not None


def test_a_lock_leaves_open_sign_ins_alone(installation: Installation) -> None:
    token_hash = sign_in(installation)
    for _ in range(3):
        try_password(installation, "anna", "fout")
    assert look_up(installation, token_hash) is not None


def test_every_sign_in_has_a_token_of_its_own_and_only_its_hash_is_kept(installation: Installation) -> None:
    tokens = [try_password(installation, "anna", PASSWORD) for _ in range(2)]
    with installation.database.reading() as session:
        stored = set(session.scalars(select(SignInRow.token_hash)))
    assert len(set(tokens)) == 2
    assert {hash_token(token) for token in tokens if token} <= stored and not set(tokens) & stored


def test_outside_these_tests_a_password_is_costly_to_guess() -> None:
    # The hash that stands in for an unknown name was made before the tests made theirs cheap.
    made_with = extract_parameters(_DECOY)
    assert (made_with.type.name, made_with.memory_cost >= 19 * 1024, made_with.time_cost >= 2) == ("ID", True, True)


def change(installation: Installation, token_hash: str, old: str = PASSWORD, new: str = NEW_PASSWORD) -> None:
    change_password(installation.database, token_hash, old=old, new=new, max_tries=3)


def make_person(installation: Installation, collection: Collection) -> str:
    """Eva, facilitator, on a one-time password: that password."""
    with installation.database.writing() as session:
        first = create_user(session, "eva", "Eva", by="anna")
        grant_role(session, "eva", Role.FACILITATOR, collection_id=collection.id, by="anna")
    return first


def test_a_one_time_password_opens_nothing_but_its_own_change(
    installation: Installation, collection: Collection
) -> None:
    first = make_person(installation, collection)
    token_hash = sign_in(installation, "eva", first)
    viewer = look_up(installation, token_hash)
    assert viewer is not None and viewer.grants == frozenset()
    change(installation, token_hash, first)
    with installation.database.reading() as session:
        assert not has_to_change_password(session, token_hash)
    viewer = look_up(installation, token_hash)
    assert viewer is not None and viewer.has_action("explore_stories", collection.id)


@pytest.mark.parametrize(
    ("old", "new", "error", "sentence"),
    [
        ("fout", NEW_PASSWORD, SignInRefused, "Het huidige wachtwoord klopt niet"),
        (PASSWORD, "te kort", PasswordRefused, "minstens 12 tekens"),
        (PASSWORD, PASSWORD, PasswordRefused, "Kies een ander wachtwoord"),
    ],
)
def test_a_new_password_is_refused_with_the_reason(
    installation: Installation, old: str, new: str, error: type[Exception], sentence: str
) -> None:
    token_hash = sign_in(installation)
    with pytest.raises(error, match=sentence):
        change(installation, token_hash, old, new)
    assert try_password(installation, "anna", PASSWORD) is not None


def test_a_new_password_ends_the_other_sign_ins(installation: Installation) -> None:
    here, elsewhere = sign_in(installation), sign_in(installation)
    change(installation, here)
    assert look_up(installation, here) is not None and look_up(installation, elsewhere) is None
    assert try_password(installation, "anna", PASSWORD) is None
    assert try_password(installation, "anna", NEW_PASSWORD) is not None


def test_nobody_changes_a_password_with_a_sign_in_that_ended(installation: Installation) -> None:
    with pytest.raises(SignInRefused, match="niet meer aangemeld"):
        change(installation, hash_token("verzonnen"))


def test_wrong_old_passwords_are_counted_and_stop_the_guessing(installation: Installation) -> None:
    token_hash = sign_in(installation)
    for _ in range(3):
        with pytest.raises(SignInRefused):
            change(installation, token_hash, old="geraden")
    with pytest.raises(SignInRefused, match="hoogstens een kwartier"):
        change(installation, token_hash)
    assert look_up(installation, token_hash) is not None, "the sign-in itself stays open"


def test_signing_out_everywhere_ends_every_sign_in_and_no_one_elses(installation: Installation) -> None:
    here, elsewhere, brams = sign_in(installation), sign_in(installation), sign_in(installation, "bram")
    with installation.database.writing() as session:
        sign_out_everywhere(session, here)
    assert look_up(installation, here) is None and look_up(installation, elsewhere) is None
    assert look_up(installation, brams) is not None


@pytest.mark.parametrize(
    "ended", ["signed out", "ended", "password reset", "account closed", "idle", "ran out", "made up"]
)
def test_a_sign_in_that_ended_opens_nothing(installation: Installation, ended: str) -> None:
    token_hash = sign_in(installation)
    with installation.database.writing() as session:
        if ended == "signed out":
            sign_out(session, token_hash)
        if ended == "ended":
            end_sign_ins(session, "anna", by="bram")
        if ended == "password reset":
            reset_password(session, "anna", by="bram")
        if ended == "account closed":
            close_account(session, "anna", by="bram")
    if ended == "idle":
        set_back(installation, token_hash, seen_at=timedelta(minutes=61))
    if ended == "ran out":
        set_back(installation, token_hash, created_at=timedelta(hours=SIGN_IN_MAX_HOURS, seconds=1))
    assert look_up(installation, hash_token("verzonnen") if ended == "made up" else token_hash) is None


def test_a_sign_of_life_keeps_a_sign_in_open_and_is_not_written_all_the_time(installation: Installation) -> None:
    token_hash = sign_in(installation)
    set_back(installation, token_hash, seen_at=timedelta(minutes=59))
    with installation.database.writing() as session:
        assert is_sign_of_life_due(session, token_hash)
        keep_alive(session, token_hash)
    with installation.database.reading() as session:
        assert not is_sign_of_life_due(session, token_hash)
    assert look_up(installation, token_hash) is not None


def test_a_closed_account_gets_nobody_in_until_it_is_opened_again(installation: Installation) -> None:
    with installation.database.writing() as session:
        close_account(session, "anna", by="bram")
    assert try_password(installation, "anna", PASSWORD) is None
    with installation.database.writing() as session:
        reopen_account(session, "anna", by="bram")
    assert try_password(installation, "anna", PASSWORD) is not None


def test_a_reset_gives_a_one_time_password_and_lifts_the_lock(installation: Installation) -> None:
    for _ in range(3):
        try_password(installation, "anna", "fout")
    with installation.database.writing() as session:
        first = reset_password(session, "anna", by="bram")
    token_hash = sign_in(installation, "anna", first)
    with installation.database.reading() as session:
        assert has_to_change_password(session, token_hash)


def test_a_role_taken_away_is_gone_from_an_open_sign_in(installation: Installation, collection: Collection) -> None:
    token_hash = sign_in(installation)
    with installation.database.writing() as session:
        revoke_role(session, "anna", Role.FACILITATOR, collection_id=collection.id, by="bram")
    viewer = look_up(installation, token_hash)
    assert viewer is not None and viewer.grants == frozenset()


def give(installation: Installation, role: Role, where: int | None, *, beside: bool = False, who: str = "anna") -> None:
    with installation.database.writing() as session:
        grant_role(session, who, role, collection_id=where, by="bram", beside_others=beside)


def test_a_second_role_in_one_place_has_to_be_meant(installation: Installation, collection: Collection) -> None:
    with pytest.raises(RolesBeside, match="anna heeft hier al een rol: gespreksleider"):
        give(installation, Role.ANALYST, collection.id)
    give(installation, Role.ANALYST, collection.id, beside=True)
    viewer = look_up(installation, sign_in(installation))
    assert viewer is not None and len(viewer.grants) == 2


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.ANALYST, Role.PENVOERDER, Role.EVALUATOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize("officer_first", [True, False])
def test_who_guards_the_tellers_does_not_work_with_their_stories(
    installation: Installation, collection: Collection, role: Role, officer_first: bool
) -> None:
    pair = (Role.PRIVACY_OFFICER, role) if officer_first else (role, Role.PRIVACY_OFFICER)
    with installation.database.writing() as session:
        create_user(session, "eva", "Eva", by="anna")
    give(installation, pair[0], collection.id, who="eva")
    with pytest.raises(RolesClash, match="let op het werk van de ander"):
        give(installation, pair[1], collection.id, who="eva", beside=True)


@pytest.mark.parametrize("house_first", [True, False])
def test_an_administrator_of_the_house_guards_no_tellers_anywhere(
    installation: Installation, collection: Collection, house_first: bool
) -> None:
    steps = [(Role.ADMINISTRATOR, None), (Role.PRIVACY_OFFICER, collection.id)]
    first, second = steps if house_first else steps[::-1]
    with installation.database.writing() as session:
        create_user(session, "eva", "Eva", by="anna")
    give(installation, *first, who="eva")
    with pytest.raises(RolesClash):
        give(installation, *second, who="eva")


def test_a_fictional_collection_has_no_tellers_to_guard(installation: Installation) -> None:
    with installation.database.writing() as session:
        made = make_collection(session, read_framework(), key="spel", title="Spel", is_fictional=True)
    give(installation, Role.FACILITATOR, made.id)
    give(installation, Role.PRIVACY_OFFICER, made.id, beside=True)


def test_a_role_given_twice_is_held_once(installation: Installation, collection: Collection) -> None:
    with installation.database.writing() as session:
        for where in (None, None):
            grant_role(session, "bram", Role.ADMINISTRATOR, collection_id=where, by="anna")
        user = session.scalars(select(UserRow).where(UserRow.name == "bram")).one()
        roles = [(row.collection_id, row.role) for row in user.memberships]
    assert sorted(roles, key=str) == [(collection.id, "table_member"), (None, "administrator")]


def test_only_an_administrator_holds_a_role_everywhere(installation: Installation) -> None:
    with pytest.raises(ValueError, match="needs a collection"), installation.database.writing() as session:
        grant_role(session, "bram", Role.EVALUATOR, collection_id=None, by="anna")


def test_a_name_that_is_taken_or_unknown_is_said(installation: Installation) -> None:
    with installation.database.writing() as session:
        assert has_any_user(session)
        with pytest.raises(NameTaken, match='Er is al een account "anna"'):
            create_user(session, "anna", "Anna", by="bram")
        with pytest.raises(PersonUnknown, match='Er is geen account met de naam "eva"'):
            reset_password(session, "eva", by="bram")


def test_no_password_or_token_is_in_the_database(installation: Installation) -> None:
    token = try_password(installation, "anna", PASSWORD)
    assert token is not None
    content = b"".join(path.read_bytes() for path in installation.settings.data_folder.iterdir())
    assert b"argon2id" in content and PASSWORD.encode() not in content and token.encode() not in content
