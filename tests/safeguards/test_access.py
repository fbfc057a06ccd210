"""Who may do what: the table that a privacy officer can read beside the code."""

import pytest

from safeguards.access import ACTIONS, ROLE_LABELS, TASKS, NotAllowed, Role, Viewer, require_action

HERE, ELSEWHERE = 1, 2

# F facilitator, A analyst, P penvoerder, E evaluator, O privacy officer, B administrator, T table member, R reader
MATRIX = """
    action              F A P E O B T R
    follow_incoming     x . . . x . . .
    read_queue          . . . . . . . x
    explore_stories     x x . x . . . .
    see_figures         x x x x . . x .
    see_roundtable      x x x . . . x .
    prepare_roundtable  x x . . . . . .
    write_readings      x . x . . . . .
    write_advice        x . x . . . . .
    export_stories      . . . x . . . .
    import_figures      x x . . . . . .
    start_runs          x x . . . x . .
    manage_collections  . . . . . x . .
    manage_people       . . . . . x . .
    guard_privacy       . . . . x . . .
    open_originals      . . . . x . . .
"""
ROLES = [
    Role.FACILITATOR,
    Role.ANALYST,
    Role.PENVOERDER,
    Role.EVALUATOR,
    Role.PRIVACY_OFFICER,
    Role.ADMINISTRATOR,
    Role.TABLE_MEMBER,
    Role.READER,
]
TASK_MATRIX = """
    task     F A P E O B T R
    collect  x . . . x . . x
    explore  x x x x . . x .
    discuss  x x x . . . x .
    report   . . . x . . . .
    manage   x x . . x x . .
"""


def read_matrix(drawing: str) -> dict[str, dict[Role, bool]]:
    lines = [line.split() for line in drawing.strip().splitlines()[1:]]
    return {line[0]: {role: cell == "x" for role, cell in zip(ROLES, line[1:], strict=True)} for line in lines}


def holding(role: Role, where: int | None = HERE) -> Viewer:
    return Viewer(1, "x", "X", frozenset({(where, role)}))


@pytest.mark.parametrize(("action", "row"), read_matrix(MATRIX).items())
def test_each_action_opens_for_its_roles_here_and_for_none_of_them_elsewhere(
    action: str, row: dict[Role, bool]
) -> None:
    assert {role: holding(role).has_action(action, HERE) for role in ROLES} == row
    assert not [role for role in ROLES if holding(role).has_action(action, ELSEWHERE)]


def test_every_action_task_and_role_is_in_these_tables() -> None:
    assert set(read_matrix(MATRIX)) == set(ACTIONS) and set(read_matrix(TASK_MATRIX)) == set(TASKS)
    assert set(ROLES) == set(Role) == set(ROLE_LABELS)


def test_nothing_judges_a_worker_a_team_or_a_provider() -> None:
    words = ("worker", "team", "provider", "person", "rank", "score", "judge")
    assert not [name for name in (*ACTIONS, *TASKS) if any(word in name for word in words)]


@pytest.mark.parametrize(("task", "row"), read_matrix(TASK_MATRIX).items())
def test_each_task_opens_for_whoever_has_one_of_its_actions(task: str, row: dict[Role, bool]) -> None:
    assert {role: holding(role).has_task(task) for role in ROLES} == row


@pytest.mark.parametrize("role", [role for role in ROLES if role is not Role.ADMINISTRATOR])
def test_a_role_without_a_collection_opens_nothing(role: Role) -> None:
    everywhere = holding(role, None)
    assert not [action for action in ACTIONS if everywhere.has_action(action, HERE)]
    assert not [action for action in ACTIONS if everywhere.has_action(action, None)]
    assert not [task for task in TASKS if everywhere.has_task(task)]


def test_an_administrator_of_everything_manages_everywhere_and_reads_no_story() -> None:
    administrator = holding(Role.ADMINISTRATOR, None)
    opened = {action for action in ACTIONS if administrator.has_action(action, HERE)}
    assert opened == {"start_runs", "manage_collections", "manage_people"}
    assert administrator.collections_for("start_runs") == frozenset()


def test_an_action_in_no_collection_does_not_open_by_a_role_in_one() -> None:
    assert not holding(Role.ADMINISTRATOR).has_action("manage_people", None)


def test_collections_are_those_of_the_role_that_opens_the_action() -> None:
    both = Viewer(1, "x", "X", frozenset({(HERE, Role.ANALYST), (ELSEWHERE, Role.TABLE_MEMBER)}))
    assert both.collections_for("explore_stories") == {HERE}
    assert both.collections_for("see_roundtable") == {HERE, ELSEWHERE}


def test_nobody_and_cem_are_refused_with_a_sentence() -> None:
    for who in (None, holding(Role.FACILITATOR, ELSEWHERE)):
        with pytest.raises(NotAllowed, match="Dit mag je niet bekijken of doen met jouw rol") as caught:
            require_action(who, "explore_stories", HERE)
        assert caught.value.action == "explore_stories"
    require_action(holding(Role.FACILITATOR), "explore_stories", HERE)


def test_an_action_that_does_not_exist_is_a_mistake_and_opens_nothing() -> None:
    with pytest.raises(KeyError):
        holding(Role.FACILITATOR).has_action("judge_worker", HERE)
