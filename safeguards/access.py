"""Who may do what, where. One table, read by pages, commands and tests alike."""

from dataclasses import dataclass, field
from enum import StrEnum

from faults import PersonFault


class Role(StrEnum):
    """What somebody is in a collection. Tellers have no account and so no role."""

    FACILITATOR = "facilitator"
    ANALYST = "analyst"
    PENVOERDER = "penvoerder"
    EVALUATOR = "evaluator"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"
    TABLE_MEMBER = "table_member"
    READER = "reader"


ROLE_LABELS = {
    Role.FACILITATOR: "gespreksleider",
    Role.ANALYST: "analist",
    Role.PENVOERDER: "penvoerder",
    Role.EVALUATOR: "evaluator",
    Role.PRIVACY_OFFICER: "privacyfunctionaris",
    Role.ADMINISTRATOR: "beheerder",
    Role.TABLE_MEMBER: "tafellid",
    Role.READER: "lezer",
}

# An action, and the roles that may do it. "Judging a person, a team or a provider" is not in this
# table and has no place in it.
ACTIONS: dict[str, frozenset[Role]] = {
    "follow_incoming": frozenset({Role.FACILITATOR, Role.PRIVACY_OFFICER}),
    # Stories that nobody released yet: for trained readers, and for nobody by another role.
    "read_queue": frozenset({Role.READER}),
    "explore_stories": frozenset({Role.FACILITATOR, Role.ANALYST, Role.EVALUATOR}),
    "see_figures": frozenset({Role.FACILITATOR, Role.ANALYST, Role.EVALUATOR, Role.PENVOERDER, Role.TABLE_MEMBER}),
    "see_roundtable": frozenset({Role.FACILITATOR, Role.ANALYST, Role.PENVOERDER, Role.TABLE_MEMBER}),
    "prepare_roundtable": frozenset({Role.FACILITATOR, Role.ANALYST}),
    "write_readings": frozenset({Role.FACILITATOR, Role.PENVOERDER}),
    "write_advice": frozenset({Role.PENVOERDER, Role.FACILITATOR}),
    "export_stories": frozenset({Role.EVALUATOR}),
    "import_figures": frozenset({Role.FACILITATOR, Role.ANALYST}),
    "start_runs": frozenset({Role.FACILITATOR, Role.ANALYST, Role.ADMINISTRATOR}),
    "manage_collections": frozenset({Role.ADMINISTRATOR}),
    "manage_people": frozenset({Role.ADMINISTRATOR}),
    # What tellers were promised: retention, their requests, the audit log; and the vault, one story at a time.
    "guard_privacy": frozenset({Role.PRIVACY_OFFICER}),
    "open_originals": frozenset({Role.PRIVACY_OFFICER}),
}

# What a seat opens, at its own roundtable alone.
SEAT_ACTION = "see_roundtable"

# A task is a folder of pages; it opens for whoever may do one of its actions somewhere.
TASKS: dict[str, tuple[str, ...]] = {
    "collect": ("follow_incoming", "read_queue"),
    "explore": ("explore_stories", "see_figures"),
    "discuss": ("see_roundtable",),
    "report": ("export_stories",),
    "manage": ("manage_collections", "manage_people", "start_runs", "import_figures", "guard_privacy"),
}


class NotAllowed(PersonFault):
    """Someone asked for what their role does not open."""

    def __init__(self, action: str) -> None:
        super().__init__(
            "Dit mag je niet bekijken of doen met jouw rol. Vraag de beheerder om toegang als je dit nodig hebt."
        )
        self.action = action


@dataclass(frozen=True)
class Viewer:
    """The person at the screen: plain values, safe to keep between page runs.

    grants: pairs of (collection id, role); the collection id is None for a role in the whole
    installation. Only the administrator's role can be held there: stories are always in a
    collection, and so is every role that reads them.
    seats: pairs of (collection id, roundtable id): places at one roundtable, which open that table
    and nothing else. Somebody with the table member's role in a collection sees all its tables.
    """

    user_id: int
    name: str
    display_name: str
    grants: frozenset[tuple[int | None, Role]] = field(default_factory=frozenset)
    seats: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    def has_action(self, action: str, collection_id: int | None) -> bool:
        """Whether one of this person's roles in this collection opens the action."""
        roles = ACTIONS[action]
        return any(role in roles and _reaches(role, where, collection_id) for where, role in self.grants)

    def has_task(self, task: str) -> bool:
        """Whether any page of the task opens for this person, in whatever collection."""
        return any(
            role in ACTIONS[action] and _reaches(role, where, where)
            for action in TASKS[task]
            for where, role in self.grants
        )

    def can_sit_at(self, collection_id: int, roundtable_id: int) -> bool:
        """Whether this person may look at one roundtable: by a role in its collection, or by a seat at it."""
        return self.has_action(SEAT_ACTION, collection_id) or (collection_id, roundtable_id) in self.seats

    def has_seat_in(self, collection_id: int) -> bool:
        """Whether this person has a seat at a roundtable of the collection."""
        return any(where == collection_id for where, _ in self.seats)

    def collections_for(self, action: str) -> frozenset[int]:
        """The ids of the collections in which this person may do the action by a role given there."""
        return frozenset(where for where, role in self.grants if where is not None and role in ACTIONS[action])


def _reaches(role: Role, where: int | None, collection_id: int | None) -> bool:
    # A role that reads stories, stored without a collection by mistake, must not open every collection.
    return role is Role.ADMINISTRATOR if where is None else where == collection_id


def require_action(viewer: Viewer | None, action: str, collection_id: int | None) -> None:
    """Raise NotAllowed unless this person may do this here; nobody at all may do nothing."""
    if viewer is None or not viewer.has_action(action, collection_id):
        raise NotAllowed(action)


def require_seat(viewer: Viewer | None, collection_id: int, roundtable_id: int) -> None:
    """Raise NotAllowed unless this person may look at this roundtable."""
    if viewer is None or not viewer.can_sit_at(collection_id, roundtable_id):
        raise NotAllowed(SEAT_ACTION)
