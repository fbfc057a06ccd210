"""What can be asked: triads, dyads, stones and choices, as they stand in a framework file.

The models take the file as it comes from YAML. Keys ending in `_nl` are read as the key without it,
so a framework in any language has the same shape.
"""

import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator, model_validator

CORE, ROTATE, OPTIONAL, NONE = "core", "rotate", "optional", "none"
Offer = Literal["core", "rotate", "optional", "none"]


def either(name: str) -> Any:
    """A field that may stand in the file as `name` or `name_nl`."""
    return Field(validation_alias=AliasChoices(name, f"{name}_nl"))


class Part(BaseModel):
    """A piece of a framework file; a key that nobody knows is a mistake in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class TriadText(Part):
    """A triad in the words of one perspective."""

    question: str = Field(min_length=1)
    corners: tuple[str, ...]

    @field_validator("corners")
    @classmethod
    def has_three_corners(cls, corners: tuple[str, ...]) -> tuple[str, ...]:
        """A triangle has three corners."""
        if len(corners) != 3:
            raise ValueError(f"een triade heeft precies 3 hoeken, hier staan er {len(corners)}")
        return corners


class DyadText(Part):
    """A dyad in the words of one perspective."""

    question: str = Field(min_length=1)
    poles: tuple[str, ...]

    @field_validator("poles")
    @classmethod
    def has_two_poles(cls, poles: tuple[str, ...]) -> tuple[str, ...]:
        """A line has two ends."""
        if len(poles) != 2:
            raise ValueError(f"een tweepool heeft precies 2 einden, hier staan er {len(poles)}")
        return poles


class StonesText(Part):
    """A stones question in the words of one perspective."""

    question: str = Field(min_length=1)
    x: tuple[str, str]
    y: tuple[str, str]
    stones: dict[str, str] = Field(min_length=1)


class ChoiceText(Part):
    """A choice question in the words of one perspective."""

    question: str = Field(min_length=1)


class Option(Part):
    """One option of a choice."""

    key: str = Field(pattern=r"^[\w.-]+$")
    label: str = either("label")
    valence: str | None = None
    hide_for: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()


def have_unique_keys(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """The options as they came. Raises ValueError when two share a key."""
    keys = [option.key for option in options]
    double = sorted({key for key in keys if keys.count(key) > 1})
    if double:
        raise ValueError(f'optie "{double[0]}" staat er twee keer in')
    return options


class Element(Part):
    """What every question of a framework has. `use` says why it is asked; without it, it may not be asked."""

    id: str = Field(pattern=r"^[A-Za-z][\w-]*$")
    use: str = Field(min_length=1)
    meaning: str = Field(default="", validation_alias=AliasChoices("meaning", "construct"))
    maps_to: dict[str, tuple[str, ...]] = {}
    balance: str = ""
    offered: dict[str, Offer]
    not_offered_reason: dict[str, str] = {}
    na: bool = True

    def offer_to(self, perspective: str) -> Offer:
        """How this element is offered to a perspective; "none" when it is not."""
        return self.offered.get(perspective, "none")

    @property
    def aims(self) -> tuple[str, ...]:
        """Ids of the aims that this element is asked for."""
        return self.maps_to.get("aims", ())


class Triad(Element):
    """Three corners that share one whole. Stored: {pole: share}, shares adding up to 1."""

    type: Literal["triad"]
    pole_keys: tuple[str, ...]
    texts: dict[str, TriadText]

    @field_validator("pole_keys")
    @classmethod
    def has_three_poles(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Three corners, each with a key of its own."""
        if len(set(keys)) != 3 or len(keys) != 3:
            raise ValueError(f"een triade heeft precies 3 verschillende hoeken, hier staan er {len(set(keys))}")
        return keys


class Dyad(Element):
    """A line between two ends. Stored: a number, 0 at the first end and 100 at the second."""

    type: Literal["dyad"]
    pole_keys: tuple[str, ...]
    pole_valence: Literal["both_bad", "both_good", "neutral"] = "neutral"
    texts: dict[str, DyadText]

    @field_validator("pole_keys")
    @classmethod
    def has_two_poles(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Two ends, each with a key of its own."""
        if len(set(keys)) != 2 or len(keys) != 2:
            raise ValueError(f"een tweepool heeft precies 2 verschillende einden, hier staan er {len(set(keys))}")
        return keys


class Stones(Element):
    """Several stones on a field. Stored: {stone: [x, y]}, both 0-100; a stone left aside is not there."""

    type: Literal["stones"]
    axes: dict[str, Any] = {}
    stone_keys: tuple[str, ...] = Field(min_length=1)
    texts: dict[str, StonesText]

    @model_validator(mode="after")
    def names_known_stones(self) -> "Stones":
        """Every stone in a text is one of the stones."""
        for perspective, text in self.texts.items():
            strange = sorted(set(text.stones) - set(self.stone_keys))
            if strange:
                raise ValueError(f'texts → {perspective}: steen "{strange[0]}" staat niet in stone_keys')
        return self


class Choice(Element):
    """One or more options. Stored: the list of chosen keys."""

    type: Literal["single_choice", "multi_choice"]
    max_choices: int = Field(default=1, ge=1)
    shuffle: bool = False
    texts: dict[str, ChoiceText]
    options: tuple[Option, ...] = Field(min_length=2)
    child_options_override: tuple[Option, ...] = ()

    @field_validator("options", "child_options_override")
    @classmethod
    def has_unique_keys(cls, options: tuple[Option, ...]) -> tuple[Option, ...]:
        """An answer stores the key, so a key means one option."""
        return have_unique_keys(options)

    def options_for(self, perspective: str) -> tuple[Option, ...]:
        """The options that a perspective sees, in the file's order."""
        if self.child_options_override and perspective.startswith("child"):
            return self.child_options_override
        return tuple(
            option
            for option in self.options
            if perspective not in option.hide_for and (not option.only_for or perspective in option.only_for)
        )


Signifier = Annotated[Triad | Dyad | Stones | Choice, Field(discriminator="type")]


class Background(Part):
    """A fact about the teller, asked last and never required."""

    id: str = Field(pattern=r"^[A-Za-z][\w-]*$")
    label: str = either("label")
    options: tuple[Option, ...] = either("options")
    perspectives: tuple[str, ...] = Field(validation_alias=AliasChoices("perspectives", "for"))
    use: str = Field(min_length=1)
    note: str = ""
    wider: dict[str, str] = Field(default_factory=dict)
    """For an option the one that takes its place in an export where the option itself would point at somebody."""

    @field_validator("options", mode="before")
    @classmethod
    def read_plain_labels(cls, options: Any) -> Any:
        """A list of plain labels gets its keys from the labels."""
        if not isinstance(options, list):
            return options
        return [{"key": make_key(item), "label": item} if isinstance(item, str) else item for item in options]

    @field_validator("options")
    @classmethod
    def has_unique_keys(cls, options: tuple[Option, ...]) -> tuple[Option, ...]:
        """An answer stores the key, so a key means one option."""
        return have_unique_keys(options)


def make_key(label: str) -> str:
    """A storable key for a label: "korter dan 3 maanden" becomes "korter_dan_3_maanden"."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
