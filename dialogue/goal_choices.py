"""The goals and aims of a collection as people choose them for an assignment or an advice."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from indicators.queries import load_stored_aims, load_stored_tree


@dataclass(frozen=True)
class GoalChoice:
    """One goal or aim. kind: "goal" for the goal tree, "aim" for what the programme should change."""

    id: str
    label: str
    kind: str


def list_goal_choices(session: Session, collection_id: int) -> list[GoalChoice]:
    """Every goal of the tree in force, then every aim; empty when the collection has neither."""
    tree, aims = load_stored_tree(session, collection_id), load_stored_aims(session, collection_id)
    goals = [GoalChoice(goal.id, goal.label, "goal") for goal in (tree.goals if tree else [])]
    return goals + [GoalChoice(aim.id, aim.label, "aim") for aim in (aims.aims if aims else [])]


def goal_labels(session: Session, collection_id: int) -> dict[str, str]:
    """The label of every goal and aim by its id."""
    return {choice.id: choice.label for choice in list_goal_choices(session, collection_id)}
