"""Accounts and roles, as an administrator may change them: one action, one transaction."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from faults import PersonFault
from safeguards.access import Role, Viewer, require_action
from safeguards.identities import unbind_identities
from safeguards.installation import Installation
from safeguards.invitations import invite_user, renew_by_link
from safeguards.signin import (
    close_account,
    end_sign_ins,
    grant_role,
    has_user,
    reopen_account,
    revoke_role,
)
from storage.tables.people import IdentityRow, UserRow

ACTION = "manage_people"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


class PersonRefused(PersonFault):
    """This cannot be done to this account; the sentence says why."""


@dataclass(frozen=True)
class Held:
    """One role. collection_id: None for the whole installation."""

    role: Role
    collection_id: int | None


@dataclass(frozen=True)
class Person:
    """One account and every role that it holds."""

    name: str
    display_name: str
    is_active: bool
    has_to_choose: bool
    signs_in_elsewhere: bool
    held: tuple[Held, ...]


def list_people(session: Session) -> list[Person]:
    """Every account, by name, with its roles."""
    elsewhere = set(session.scalars(select(IdentityRow.user_id)))
    rows = session.scalars(select(UserRow).options(selectinload(UserRow.memberships)).order_by(UserRow.name))
    return [
        Person(
            row.name,
            row.display_name,
            row.is_active,
            row.must_change_password,
            row.id in elsewhere,
            tuple(
                Held(Role(one.role), one.collection_id)
                for one in sorted(row.memberships, key=lambda one: (one.collection_id or 0, one.role))
            ),
        )
        for row in rows
    ]


def add_person(installation: Installation, viewer: Viewer, name: str, display_name: str) -> str:
    """Make an account and return the link to its first sign-in. Raises NotAllowed, PersonRefused."""
    require_action(viewer, ACTION, None)
    if not _NAME.fullmatch(name):
        raise PersonRefused("Een accountnaam is 2 tot 40 kleine letters, cijfers, punten of streepjes, zoals anna.b.")
    if not display_name.strip():
        raise PersonRefused("Vul de naam in zoals collega's die zien.")
    with installation.database.writing() as session:
        if has_user(session, name):
            raise PersonRefused(f'Er is al een account "{name}". Kies een andere naam, of geef dat account een rol.')
        token = invite_user(session, name, display_name.strip(), by=viewer.name)
    return link_to(installation, token)


def renew_link(installation: Installation, viewer: Viewer, name: str) -> str:
    """A link to choose a new password; the old one and open sign-ins end. Raises NotAllowed, PersonUnknown."""
    require_action(viewer, ACTION, None)
    with installation.database.writing() as session:
        token = renew_by_link(session, name, by=viewer.name)
    return link_to(installation, token)


def end_all_sign_ins(installation: Installation, viewer: Viewer, name: str) -> None:
    """End every open sign-in of an account, on every device. Raises NotAllowed, PersonUnknown."""
    require_action(viewer, ACTION, None)
    with installation.database.writing() as session:
        end_sign_ins(session, name, by=viewer.name)


def unbind_provider(installation: Installation, viewer: Viewer, name: str) -> None:
    """Let nobody sign in to this account through the provider any more. Raises NotAllowed, PersonUnknown."""
    require_action(viewer, ACTION, None)
    with installation.database.writing() as session:
        unbind_identities(session, name, by=viewer.name)


def link_to(installation: Installation, token: str) -> str:
    """The address that people get, with the token of a link that works once."""
    return f"{installation.settings.base_url}/welkom/{token}"


def set_active(installation: Installation, viewer: Viewer, name: str, *, is_active: bool) -> None:
    """Close an account, or open it again. Raises NotAllowed, PersonRefused, PersonUnknown."""
    require_action(viewer, ACTION, None)
    if name == viewer.name:
        raise PersonRefused("Je kunt je eigen account niet sluiten. Vraag een andere beheerder.")
    with installation.database.writing() as session:
        (reopen_account if is_active else close_account)(session, name, by=viewer.name)


def give_role(
    installation: Installation,
    viewer: Viewer,
    name: str,
    role: Role,
    *,
    collection_id: int | None,
    beside_others: bool = False,
) -> None:
    """Give somebody a role. Raises NotAllowed, PersonRefused, PersonUnknown, RolesBeside, RolesClash.

    beside_others: said on purpose that this role comes beside roles that the person holds here.
    """
    require_action(viewer, ACTION, collection_id)
    if collection_id is None and role is not Role.ADMINISTRATOR:
        raise PersonRefused("Deze rol geldt in een verzameling. Kies een verzameling.")
    with installation.database.writing() as session:
        grant_role(session, name, role, collection_id=collection_id, by=viewer.name, beside_others=beside_others)


def take_role(installation: Installation, viewer: Viewer, name: str, held: Held) -> None:
    """Take a role away; it stops at the person's next click. Raises NotAllowed, PersonRefused, PersonUnknown."""
    require_action(viewer, ACTION, held.collection_id)
    if name == viewer.name and held.role is Role.ADMINISTRATOR:
        raise PersonRefused("Je kunt je eigen beheerdersrol niet intrekken. Vraag een andere beheerder.")
    with installation.database.writing() as session:
        revoke_role(session, name, held.role, collection_id=held.collection_id, by=viewer.name)
