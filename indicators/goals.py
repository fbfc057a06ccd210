"""The goal tree and the aims of a collection: what is worth knowing, with or without a number."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from faults import PersonFault
from indicators.yaml_files import describe_errors, read_yaml

NO_INDICATOR = "nog geen indicator"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Evidence = Literal["count", "story"]
Target = Literal["children", "parents", "workers", "municipality"]
AimStatus = Literal["expected", "principle", "reported"]
FigureKind = Literal["count", "norm", "finance", "estimate", "process"]


class GoalTreeError(PersonFault):
    """A goal tree or aims file that cannot be used; `faults` has one Dutch sentence for each fault."""

    def __init__(self, file: str, faults: list[str]) -> None:
        self.file = file
        self.faults = faults
        super().__init__("\n".join(f"{file}, {fault}" for fault in faults))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Titled(_Strict):
    """A name from a source document: north-star part, operational goal, system part or indicator type."""

    id: Text
    label: Text
    note: str = ""


class NorthStar(_Strict):
    """The one sentence that all goals serve, and the parts people split it into."""

    id: Text
    label: Text
    source: Text
    parts: list[Titled] = []


class Indicator(_Strict):
    """Something that would show whether a goal comes nearer.

    same_as: id of the same indicator elsewhere in the tree, written again in another document.
    evidence: whether counting, telling or both can say something about it (our own judgement).
    figures: codes of imported figures that measure it; empty when nobody counts it yet.
    note: why a linked figure says less than the title of the indicator promises.
    """

    id: Text
    label: Text
    part: str | None = None
    type: str | None = None
    same_as: str | None = None
    evidence: list[Evidence] = ["count"]
    figures: list[Text] = []
    note: str = ""


class Goal(_Strict):
    """A goal with its operational goals and indicators, both possibly empty.

    figures: codes of figures that belong with the goal but measure none of its indicators.
    """

    id: Text
    label: Text
    source: Text
    operational_goals: list[Titled] = []
    indicators: list[Indicator] = []
    figures: list[Text] = []
    note: str = ""


class GoalTree(_Strict):
    """A whole goal tree as it stands in a file such as demo/goals.yaml."""

    kind: Literal["goal_tree"]
    key: Text
    version: int
    title: Text
    sources: dict[str, str]
    north_star: NorthStar
    goals: list[Goal] = Field(min_length=1)
    parts: list[Titled] = []
    types: list[Titled] = []
    indicators: list[Indicator] = []

    def all_indicators(self) -> Iterator[Indicator]:
        """Yield the indicators of the goals first, then those of the framework."""
        for goal in self.goals:
            yield from goal.indicators
        yield from self.indicators


class KeyFigure(_Strict):
    """A number that a document mentions, with what it may not be taken for.

    value: None when the source gives no single number; `value_text` then says it in words.
    value_text: how the source says it, for example "ruim 80 fte".
    """

    id: Text
    label: Text
    value: float | None
    value_text: str = ""
    unit: Text
    period: Text
    kind: FigureKind
    qualifier: str = ""
    caveat: str = ""
    source: Text


class Aim(_Strict):
    """What should change for whom; the page "tellen en vertellen" is made for one aim.

    figures: codes of figures; signifiers: ids of elements of the signification framework.
    theme: a theme that carries this aim when there is no question about it.
    """

    id: Text
    label: Text
    targets: list[Target] = Field(min_length=1)
    status: list[AimStatus] = Field(min_length=1)
    ambitions: list[str] = []
    goals: list[str] = []
    indicators: list[str] = []
    figures: list[Text] = []
    signifiers: list[Text] = []
    theme: str = ""
    note: str = ""


class Aims(_Strict):
    """The ambitions, aims and key figures of one programme, as in demo/aims_bjh.yaml."""

    kind: Literal["aims"]
    key: Text
    version: int
    title: Text
    sources: dict[str, str]
    ambitions: list[Titled] = []
    aims: list[Aim] = Field(min_length=1)
    figures: list[KeyFigure] = []


_File = TypeVar("_File", GoalTree, Aims)


def load_goal_tree(path: Path) -> GoalTree:
    """Return the goal tree in a YAML file. Raises GoalTreeError with every fault and its place."""
    tree = _load(path, GoalTree)
    faults = _find_doubles(_tree_ids(tree)) + _find_tree_faults(tree)
    if faults:
        raise GoalTreeError(path.name, faults)
    return tree


def load_aims(path: Path, *, tree: GoalTree | None = None) -> Aims:
    """Return the aims in a YAML file; with a tree, links to goals and indicators are checked too.

    Raises GoalTreeError with every fault and its place.
    """
    aims = _load(path, Aims)
    ids = [ambition.id for ambition in aims.ambitions]
    ids += [aim.id for aim in aims.aims] + [figure.id for figure in aims.figures]
    faults = _find_doubles(ids)
    faults += _find_aim_faults(aims)
    if tree is not None:
        faults += find_broken_links(aims, tree)
    if faults:
        raise GoalTreeError(path.name, faults)
    return aims


def goals_without_indicator(tree: GoalTree) -> list[Goal]:
    """Return the goals nobody has an indicator for; on screen they say "nog geen indicator"."""
    return [goal for goal in tree.goals if not goal.indicators]


def aims_without_figure(aims: Aims) -> list[Aim]:
    """Return the aims without any figure: there the stories are the only evidence."""
    return [aim for aim in aims.aims if not aim.figures]


def describe_indicators(goal: Goal) -> str:
    """Return the titles of a goal's indicators, or "nog geen indicator": nothing vanishes."""
    return "; ".join(indicator.label for indicator in goal.indicators) or NO_INDICATOR


def find_broken_links(aims: Aims, tree: GoalTree) -> list[str]:
    """Return a sentence for each aim that points to a goal or indicator the tree does not have."""
    goals = {goal.id for goal in tree.goals}
    indicators = {indicator.id for indicator in tree.all_indicators()}
    faults: list[str] = []
    for nr, aim in enumerate(aims.aims, start=1):
        place = f"aims → nr. {nr} ({aim.id})"
        faults += _find_unknown(f"{place} → goals", aim.goals, goals)
        faults += _find_unknown(f"{place} → indicators", aim.indicators, indicators)
    return faults


def _load(path: Path, model: type[_File]) -> _File:
    content, problem = read_yaml(path)
    if problem:
        raise GoalTreeError(path.name, [problem])
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise GoalTreeError(path.name, describe_errors(error, content)) from None


def _tree_ids(tree: GoalTree) -> list[str]:
    ids = [tree.north_star.id]
    ids += [titled.id for titled in (*tree.north_star.parts, *tree.parts, *tree.types)]
    for goal in tree.goals:
        ids += [goal.id, *(operational.id for operational in goal.operational_goals)]
    return ids + [indicator.id for indicator in tree.all_indicators()]


def _find_tree_faults(tree: GoalTree) -> list[str]:
    parts = {part.id for part in tree.parts}
    types = {kind.id for kind in tree.types}
    indicators = {indicator.id for indicator in tree.all_indicators()}
    faults = _find_unknown("north_star → source", [tree.north_star.source], set(tree.sources))
    for nr, goal in enumerate(tree.goals, start=1):
        faults += _find_unknown(f"goals → nr. {nr} ({goal.id}) → source", [goal.source], set(tree.sources))
    for indicator in tree.all_indicators():
        place = f"indicator {indicator.id}"
        faults += _find_unknown(f"{place} → part", _given(indicator.part), parts)
        faults += _find_unknown(f"{place} → type", _given(indicator.type), types)
        faults += _find_unknown(f"{place} → same_as", _given(indicator.same_as), indicators)
    return faults


def _find_aim_faults(aims: Aims) -> list[str]:
    ambitions = {ambition.id for ambition in aims.ambitions}
    faults: list[str] = []
    for nr, aim in enumerate(aims.aims, start=1):
        faults += _find_unknown(f"aims → nr. {nr} ({aim.id}) → ambitions", aim.ambitions, ambitions)
    for nr, figure in enumerate(aims.figures, start=1):
        place = f"figures → nr. {nr} ({figure.id})"
        faults += _find_unknown(f"{place} → source", [figure.source], set(aims.sources))
        if figure.value is None and not figure.value_text:
            faults.append(f"{place} → value: er is geen getal en geen tekst. Vul value of value_text in.")
    return faults


def _find_doubles(ids: list[str]) -> list[str]:
    doubles = sorted({one for one in ids if ids.count(one) > 1})
    return [f'id "{one}": staat meer dan een keer in het bestand. Geef elk onderdeel een eigen id.' for one in doubles]


def _find_unknown(place: str, wanted: Iterable[str], known: set[str]) -> list[str]:
    return [
        f'{place}: "{one}" staat niet in dit bestand of in de doelenboom. Verbeter de naam of voeg het toe.'
        for one in wanted
        if one not in known
    ]


def _given(value: str | None) -> list[str]:
    return [] if value is None else [value]
