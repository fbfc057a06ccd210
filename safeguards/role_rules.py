"""Which roles one person may not hold together, and why. Read by whoever gives roles.

Several roles in one collection are never an accident: whoever gives the second one says so
(`beside_others`). These pairs are refused even then. The privacy officer looks after the tellers
against everybody who works with the stories, may open originals, and reads the log of it: whoever
does one thing does not check it too (AVG, art. 38 lid 6: no conflict of interest).
A fictional collection has no tellers to guard, so there one person may try everything.
"""

from collections.abc import Iterable

from faults import PersonFault
from safeguards.access import ROLE_LABELS, Role

_WORKS_WITH_STORIES = (Role.FACILITATOR, Role.ANALYST, Role.PENVOERDER, Role.EVALUATOR, Role.ADMINISTRATOR)
NEVER_TOGETHER = frozenset(frozenset({Role.PRIVACY_OFFICER, other}) for other in _WORKS_WITH_STORIES)


class RolesClash(PersonFault):
    """Two roles that one person may not hold in the same collection."""

    def __init__(self, name: str, role: Role, held: Role) -> None:
        super().__init__(
            f"{name} is hier al {ROLE_LABELS[held]} en kan niet ook {ROLE_LABELS[role]} zijn: de een let op het werk "
            "van de ander. Geef de rol aan iemand anders, of trek eerst de andere rol in."
        )
        self.role, self.held = role, held


class RolesBeside(PersonFault):
    """A second role in the same place that nobody confirmed."""

    def __init__(self, name: str, others: Iterable[Role], hint: str) -> None:
        labels = " en ".join(ROLE_LABELS[other] for other in others)
        super().__init__(f"{name} heeft hier al een rol: {labels}. {hint}")


def find_clash(role: Role, held: Iterable[Role]) -> Role | None:
    """The first held role that does not go with the new one, or None."""
    return next((other for other in held if frozenset({role, other}) in NEVER_TOGETHER), None)
