"""Which column of a file holds what: ours to read, the supplier's to keep as it is."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from faults import PersonFault
from indicators.yaml_files import describe_errors, read_yaml

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
# As long as the columns of storage/tables/figures.py; PostgreSQL refuses longer text.
LONGEST = {"indicator": 80, "label": 200, "area": 120, "period": 80, "unit": 40, "source": 300, "value_text": 200}

BUILT_IN = ("verteltafel", "cbs_jeugdzorg_indicatoren")
_FOLDER = Path(__file__).parent / "mappings"


class MappingError(PersonFault):
    """A mapping file that cannot be used; `faults` has one Dutch sentence for each fault."""

    def __init__(self, file: str, faults: list[str]) -> None:
        self.file = file
        self.faults = faults
        super().__init__("\n".join(f"{file}, {fault}" for fault in faults))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ValueColumn(_Strict):
    """A column with one indicator's numbers, and what those numbers mean."""

    column: Text
    indicator: Text = Field(max_length=LONGEST["indicator"])
    label: Text = Field(max_length=LONGEST["label"])
    unit: Text = Field(max_length=LONGEST["unit"])
    definition: Text
    counts: str = ""
    counts_not: str = ""


class LongColumns(_Strict):
    """The columns of a file with one figure in each row."""

    indicator: Text
    label: Text
    area: Text
    period: Text
    value: Text
    unit: Text
    source: Text
    definition: Text
    counts: Text
    counts_not: Text
    value_text: str = ""
    """Optional column with how the source says it; a file may leave it out."""

    def required(self) -> list[str]:
        """Return the columns a file must have, in our order."""
        names = self.model_dump(exclude={"value_text"})
        return list(names.values())


class FigureMapping(_Strict):
    """How to read a file of figures: `values` for one column per indicator, `long` for one row per figure.

    area_column or area, period_column or period: a column, or one fixed value for the whole file.
    source: who published the numbers; a long file names it in each row.
    suppressed: what the supplier writes when a number is too small to publish. An empty cell is missing.
    """

    key: Text = Field(max_length=80)
    title: Text
    separator: Literal[";", ",", "\t"] = ";"
    decimal: Literal[",", "."] = ","
    area_column: str | None = None
    area: str | None = Field(default=None, max_length=LONGEST["area"])
    period_column: str | None = None
    period: str | None = Field(default=None, max_length=LONGEST["period"])
    source: str | None = Field(default=None, max_length=LONGEST["source"])
    values: list[ValueColumn] = []
    long: LongColumns | None = None
    suppressed: list[Text] = Field(default=["."])

    @model_validator(mode="after")
    def _is_wide_or_long(self) -> Self:
        if bool(self.values) == bool(self.long):
            raise ValueError('geef of "values" (een kolom per indicator) of "long" (een rij per cijfer). Kies een.')
        if self.values:
            if (self.area_column is None) == (self.area is None):
                raise ValueError('geef "area_column" of "area": een van de twee. Vul er een in.')
            if (self.period_column is None) == (self.period is None):
                raise ValueError('geef "period_column" of "period": een van de twee. Vul er een in.')
            if not self.source:
                raise ValueError('"source" ontbreekt: bij elk cijfer hoort een bron. Vul het in.')
        return self

    def required_columns(self) -> list[str]:
        """Return the names of the columns a file must have."""
        if self.long:
            return self.long.required()
        places = [name for name in (self.area_column, self.period_column) if name]
        return places + [value.column for value in self.values]


def load_mapping(path: Path) -> FigureMapping:
    """Return the mapping in a YAML file. Raises MappingError with every fault and its place."""
    content, problem = read_yaml(path)
    if problem:
        raise MappingError(path.name, [problem])
    try:
        return FigureMapping.model_validate(content)
    except ValidationError as error:
        raise MappingError(path.name, describe_errors(error, content)) from None


@cache
def built_in_mapping(key: str) -> FigureMapping:
    """Return a mapping that comes with the product; its key is one of BUILT_IN."""
    return load_mapping(_FOLDER / f"{key}.yaml")


def recognise_mapping(header: list[str]) -> FigureMapping | None:
    """Return the built-in mapping this header was made for, or None.

    A header with some but not all columns of a mapping also counts when it has at least
    half of them: then the reader can say which columns are missing.
    """
    names = {name.casefold() for name in header}
    shares: list[tuple[float, FigureMapping]] = []
    for key in BUILT_IN:
        mapping = built_in_mapping(key)
        required = [name.casefold() for name in mapping.required_columns()]
        shares.append((sum(name in names for name in required) / len(required), mapping))
    share, best = max(shares, key=lambda pair: pair[0])
    return best if share >= 0.5 else None
