"""The signification framework: what is asked, in whose words, and why. Read from YAML and checked."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import AliasChoices, ConfigDict, Field, ValidationError, field_validator, model_validator

from faults import PersonFault
from safeguards.consent import Consent
from stories.elements import (
    CORE,
    NONE,
    OPTIONAL,
    ROTATE,
    Background,
    Choice,
    Dyad,
    Element,
    Option,
    Part,
    Signifier,
    Stones,
    Triad,
    either,
    have_unique_keys,
)

__all__ = ["FrameworkError", "SignificationFramework", "load_framework", "parse_framework"]

ROTATED_PER_FORM = 2


class FrameworkError(PersonFault):
    """A framework file is wrong. faults: one sentence each, with the path in the file."""

    def __init__(self, name: str, faults: Sequence[str]) -> None:
        super().__init__("\n".join(f"{name}: {fault}" for fault in faults))
        self.faults = tuple(faults)


class Header(Part):
    """Which framework this is."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)

    id: str
    title: str = either("title")
    language: str = "nl"
    status: str = ""
    variables: dict[str, str] = {}


class Perspective(Part):
    """Whose story it is. Answers of two perspectives are laid side by side, never merged."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = either("label")
    address: str = "u"
    max_minutes: int = 10
    mode: str = Field(default="", validation_alias=AliasChoices("mode", "mode_nl"))
    permission: str = "self"


class Prompt(Part):
    """The question that invites the story."""

    question: str = Field(min_length=1)
    hint: str = ""
    title_question: str
    followup_optional: str = ""
    maps_to: dict[str, tuple[str, ...]] = {}
    na: str = "Ik wil geen verhaal vertellen"


class ConsentTexts(Part):
    """What a teller is told before choosing who may read."""

    what_happens: dict[str, str] = either("what_happens")
    voluntary: dict[str, str] = either("voluntary")
    who_may_read: tuple[Option, ...] = Field(min_length=1)
    withdraw: str = either("withdraw")
    safety: str = either("safety")
    safety_note: str = ""

    @field_validator("who_may_read")
    @classmethod
    def are_levels_of_consent(cls, options: tuple[Option, ...]) -> tuple[Option, ...]:
        """What a teller can choose is what the product keeps to."""
        levels = [level.value for level in Consent]
        strange = sorted({option.key for option in options} - set(levels))
        if strange:
            raise ValueError(f'keuze "{strange[0]}" bestaat niet. Kies uit {", ".join(levels)}')
        return have_unique_keys(options)


class SignificationFramework(Part):
    """A whole framework. Perspectives stand in the order in which they are shown side by side."""

    framework: Header
    length: dict[str, Any] = {}
    design_rules: tuple[str, ...] = ()
    perspectives: tuple[Perspective, ...] = Field(min_length=1)
    not_applicable_label: dict[str, str] = {}
    prompts: dict[str, Prompt]
    signifiers: tuple[Signifier, ...] = ()
    optional_bank: tuple[Signifier, ...] = ()
    background: tuple[Background, ...] = ()
    not_asked: tuple[str, ...] = ()
    consent: ConsentTexts
    reading_rules: tuple[str, ...] = ()
    pilot: tuple[str, ...] = ()
    forbidden_words: tuple[str, ...] = Field(
        default=(), validation_alias=AliasChoices("forbidden_words", "forbidden_words_nl")
    )

    @model_validator(mode="after")
    def fits_together(self) -> "SignificationFramework":
        """Ids are unique, and every perspective has its words."""
        faults = [*self._double_ids(), *self._missing_texts(), *self._strange_perspectives()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _double_ids(self) -> list[str]:
        questions = [part.id for part in (*self.signifiers, *self.optional_bank, *self.background)]
        ids = [*questions, *self.perspective_ids]
        return [f'id "{name}" staat er twee keer in' for name in sorted({n for n in ids if ids.count(n) > 1})]

    def _missing_texts(self) -> list[str]:
        known = {perspective.id for perspective in self.perspectives}
        faults = [
            f"prompts → {name}: de vraag naar het verhaal ontbreekt" for name in sorted(known - set(self.prompts))
        ]
        for element in (*self.signifiers, *self.optional_bank):
            for name in sorted(known):
                if element.offer_to(name) != NONE and name not in element.texts:
                    faults.append(f"{element.id} → texts → {name}: de tekst ontbreekt, terwijl offered niet none is")
        return faults

    def _strange_perspectives(self) -> list[str]:
        known = {perspective.id for perspective in self.perspectives}
        named = {name for element in (*self.signifiers, *self.optional_bank) for name in element.offered}
        named |= {name for fact in self.background for name in fact.perspectives} | set(self.prompts)
        return [f'perspectief "{name}" staat niet in perspectives' for name in sorted(named - known)]

    @cached_property
    def elements(self) -> dict[str, Element | Background]:
        """Every question by id, in the order of the file, background last."""
        return {part.id: part for part in (*self.signifiers, *self.optional_bank, *self.background)}

    @property
    def perspective_ids(self) -> tuple[str, ...]:
        """Ids of the perspectives, in their order on screen."""
        return tuple(perspective.id for perspective in self.perspectives)

    def perspective(self, name: str) -> Perspective:
        """The perspective with this id. Raises KeyError."""
        return {perspective.id: perspective for perspective in self.perspectives}[name]

    def perspective_label(self, name: str) -> str:
        """How a perspective is called on screen."""
        return self.perspective(name).label

    def elements_for(self, perspective: str, *, turn: int = 0) -> list[Triad | Dyad | Stones | Choice]:
        """The questions on one form: the core, and two of the rotating ones.

        turn: any whole number; equal turns show the same rotating questions.
        """
        core = [element for element in self.signifiers if element.offer_to(perspective) == CORE]
        rotating = [element for element in self.signifiers if element.offer_to(perspective) == ROTATE]
        picked = [rotating[(turn + step) % len(rotating)] for step in range(min(ROTATED_PER_FORM, len(rotating)))]
        wanted = {element.id for element in (*core, *picked)}
        return [element for element in self.signifiers if element.id in wanted]

    def optional_for(self, perspective: str) -> list[Triad | Dyad | Stones | Choice]:
        """The questions behind "nog een vraag?"."""
        everything = (*self.signifiers, *self.optional_bank)
        return [element for element in everything if element.offer_to(perspective) == OPTIONAL]

    def background_for(self, perspective: str) -> list[Background]:
        """The facts asked of a perspective."""
        return [fact for fact in self.background if perspective in fact.perspectives]

    def elements_for_aim(self, aim: str) -> list[Triad | Dyad | Stones | Choice]:
        """The questions that are asked for an aim."""
        return [element for element in (*self.signifiers, *self.optional_bank) if aim in element.aims]

    def asked_as(self, element_id: str, perspective: str) -> str | None:
        """The question in the words of a perspective; None when it is not asked of them."""
        element = self.elements[element_id]
        if isinstance(element, Background):
            return element.label if perspective in element.perspectives else None
        text = element.texts.get(perspective)  # type: ignore[attr-defined]
        return text.question if text and element.offer_to(perspective) != NONE else None

    def not_applicable_for(self, perspective: str) -> str:
        """The words of "past niet" for a perspective."""
        return self.not_applicable_label.get(perspective, "Past niet")


def load_framework(path: Path) -> SignificationFramework:
    """Read and check a framework file. Raises FrameworkError with every fault and its place."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise FrameworkError(path.name, ["dit bestand bestaat niet. Kijk of de naam klopt."]) from error
    except UnicodeDecodeError as error:
        raise FrameworkError(path.name, ["dit is geen tekstbestand in UTF-8. Sla het opnieuw op als UTF-8."]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"regel {mark.line + 1}: " if mark else ""
        raise FrameworkError(
            path.name, [f"{place}dit is geen geldige YAML. Kijk naar inspringen en aanhalingstekens."]
        ) from error
    except OSError as error:
        raise FrameworkError(path.name, ["dit bestand is niet te lezen. Kijk of het een bestand is."]) from error
    except RecursionError as error:
        raise FrameworkError(path.name, ["de onderdelen staan te diep in elkaar."]) from error
    return parse_framework(document, name=path.name)


def parse_framework(document: Any, *, name: str = "duidingskader") -> SignificationFramework:
    """Check a framework that was read before. name: how the errors call it."""
    if not isinstance(document, dict):
        raise FrameworkError(name, ["het bestand is leeg of geen lijst van onderdelen."])
    try:
        return SignificationFramework.model_validate(document)
    except ValidationError as error:
        raise FrameworkError(name, [_say_fault(fault, document) for fault in error.errors()]) from error


_SENTENCES = {
    "missing": "dit onderdeel ontbreekt. Vul het aan.",
    "extra_forbidden": "dit onderdeel is niet bekend. Kijk of de naam goed gespeld is.",
    "string_type": "hier hoort tekst te staan.",
    "string_too_short": "hier mag geen lege tekst staan.",
    "string_pattern_mismatch": "hier mogen alleen letters, cijfers, - en _ staan.",
    "list_type": "hier hoort een lijst te staan.",
    "tuple_type": "hier hoort een lijst te staan.",
    "dict_type": "hier horen onderdelen met een naam te staan.",
    "union_tag_invalid": "dit type vraag bestaat niet. Kies triad, dyad, stones, single_choice of multi_choice.",
    "union_tag_not_found": "het type vraag ontbreekt. Kies triad, dyad, stones, single_choice of multi_choice.",
    "literal_error": "deze waarde is hier niet toegestaan.",
    "too_short": "hier staat te weinig. Vul de lijst aan.",
    "too_long": "hier staat te veel. Maak de lijst korter.",
    "model_type": "hier horen onderdelen met een naam te staan.",
    "model_attributes_type": "hier horen onderdelen met een naam te staan.",
    "int_type": "hier hoort een geheel getal te staan.",
    "int_parsing": "hier hoort een geheel getal te staan.",
    "int_from_float": "hier hoort een geheel getal te staan.",
    "greater_than_equal": "dit getal is te klein.",
    "bool_type": "hier hoort true of false te staan.",
    "bool_parsing": "hier hoort true of false te staan.",
}
_TYPES = {"triad", "dyad", "stones", "single_choice", "multi_choice"}


def _say_fault(fault: Any, document: dict[str, Any]) -> str:
    if fault["type"] == "value_error":
        sentence = fault["msg"].removeprefix("Value error, ") + "."
    else:
        sentence = _SENTENCES.get(fault["type"], "deze waarde past hier niet.")
    # The third step names the type of a question, which is no step in the file.
    is_question = fault["loc"][:1] in (("signifiers",), ("optional_bank",))
    steps = [step for number, step in enumerate(fault["loc"]) if not (is_question and number == 2 and step in _TYPES)]
    place = _say_place(steps, document)
    return f"{place}: {sentence}" if place else sentence


def _say_place(location: Sequence[int | str], document: Any) -> str:
    """The path of a fault, with the id of a list item where it has one: signifiers[0] (T1) → texts."""
    steps: list[str] = []
    for step in location:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            document = None
        if isinstance(step, int) and steps:
            label = f" ({document['id']})" if isinstance(document, dict) and "id" in document else ""
            steps[-1] += f"[{step}]{label}"
        else:
            steps.append(str(step))
    return " → ".join(steps)
