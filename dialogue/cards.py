"""What lies on the table: a story, a figure or a view, frozen with everything needed to read it."""

from dataclasses import asdict, dataclass
from typing import Any

STORY, FIGURE, VIEW = "story", "figure", "view"


@dataclass(frozen=True)
class OwnAnswer:
    """One answer of the teller. words: as the teller saw it; value: as it is stored."""

    element: str
    question: str
    state: str
    words: str
    value: Any = None


@dataclass(frozen=True)
class StoryCard:
    """A masked story. The teller's own answers come first; theme and tags are a machine's proposals.

    month: "2024-05". feelings: valences of what the teller felt ("pos", "neg", "neutral", "mixed").
    runs: ids of the runs that masked it ("mask") and proposed theme ("theme") and tags ("tags").
    """

    title: str
    text: str
    perspective: str
    perspective_label: str
    language: str
    month: str
    answers: tuple[OwnAnswer, ...]
    feelings: tuple[str, ...]
    proposed_theme: str | None
    proposed_tags: tuple[str, ...]
    framework: str
    framework_version: int
    mask_step: str | None
    runs: dict[str, int]

    kind = STORY

    @classmethod
    def from_frozen(cls, frozen: dict[str, Any]) -> "StoryCard":
        """Read a frozen card back."""
        lists = {name: tuple(frozen[name]) for name in ("feelings", "proposed_tags")}
        answers = tuple(OwnAnswer(**answer) for answer in frozen["answers"])
        return cls(**{**frozen, **lists, "answers": answers})


@dataclass(frozen=True)
class FigureCard:
    """A figure with its provenance. shown: the number as people read it; status: see Figure.

    imported_on: "2024-05-03"; file_name and row: where it stands in the imported file.
    """

    indicator: str
    indicator_label: str
    shown: str
    value: float | None
    status: str
    unit: str
    area: str
    period: str
    source: str
    definition: str
    counts: str
    counts_not: str
    file_name: str
    row: int
    imported_on: str

    kind = FIGURE

    @classmethod
    def from_frozen(cls, frozen: dict[str, Any]) -> "FigureCard":
        """Read a frozen card back."""
        return cls(**frozen)


@dataclass(frozen=True)
class CountRow:
    """One row of a view. counts: by perspective id, in framework order; None is too small to show."""

    label: str
    counts: dict[str, int | None]


@dataclass(frozen=True)
class ViewCard:
    """Released counts of a selection.

    params: the selection as `Selection.to_params` gives it. question: what the rows are answers to;
    empty when the view only counts stories. note: what was hidden or rounded. period: first and
    last month of the stories counted. missing: labels of perspectives that were looked for and told
    nothing. theme_run: which run's themes the selection used.
    """

    title: str
    params: dict[str, list[str]]
    element: str
    question: str
    perspectives: dict[str, str]
    missing: tuple[str, ...]
    rows: tuple[CountRow, ...]
    smallest: int
    note: str
    period: tuple[str, str]
    framework: str
    framework_version: int
    theme_run: int | None

    kind = VIEW

    @classmethod
    def from_frozen(cls, frozen: dict[str, Any]) -> "ViewCard":
        """Read a frozen card back."""
        rows = tuple(CountRow(**row) for row in frozen["rows"])
        return cls(**{**frozen, "rows": rows, "period": tuple(frozen["period"]), "missing": tuple(frozen["missing"])})


Card = StoryCard | FigureCard | ViewCard
_KINDS: dict[str, type[Card]] = {STORY: StoryCard, FIGURE: FigureCard, VIEW: ViewCard}


def freeze(card: Card) -> dict[str, Any]:
    """A card as it is stored: plain JSON values."""
    return _plain(asdict(card))


def thaw(kind: str, frozen: dict[str, Any]) -> Card:
    """The card in a frozen value of a kind."""
    return _KINDS[kind].from_frozen(frozen)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
