"""For whom an export is made, and what it then holds."""

from dataclasses import dataclass
from enum import StrEnum

from faults import PersonFault
from safeguards.consent import Purpose


class Profile(StrEnum):
    """Who reads the export."""

    EVALUATOR = "evaluator"
    REPORT = "report"


@dataclass(frozen=True)
class ProfileText:
    """A profile on screen. holds and leaves_out: Dutch sentences."""

    label: str
    holds: str
    leaves_out: str


PROFILE_TEXTS = {
    Profile.EVALUATOR: ProfileText(
        "Voor onderzoek door een evaluator",
        "Elk verhaal op een eigen rij: de gemaskeerde tekst, de antwoorden, het thema, de labels en de maand.",
        "Namen en andere herkenbare stukjes zijn gemaskeerd. Een achtergrondgegeven dat iemand kan aanwijzen is leeg. "
        "Nummers van verhalen en vertellers zijn schuilnummers. De dag en het apparaat staan er niet in.",
    ),
    Profile.REPORT: ProfileText(
        "Voor een verslag",
        "Per vraag en per perspectief hoe vaak een antwoord is gekozen, en citaten van vertellers die dat goed vinden.",
        "Verhalen die niet in een verslag mogen, tellen niet mee. Kleine aantallen zijn verborgen, de andere zijn "
        "afgerond. Een perspectief met te weinig vertellers heeft geen citaten. Er staan geen nummers bij.",
    ),
}

_PURPOSES = {Profile.EVALUATOR: Purpose.RESEARCH, Profile.REPORT: Purpose.REPORT}


class ProfileUnknown(PersonFault):
    """There is no profile with this name; the sentence says which there are."""

    def __init__(self, name: str) -> None:
        super().__init__(f'Profiel "{name}" bestaat niet. Kies uit: {", ".join(Profile)}.')


def find_profile(name: str) -> Profile:
    """The profile with this name. Raises ProfileUnknown."""
    try:
        return Profile(name)
    except ValueError as error:
        raise ProfileUnknown(name) from error


def purpose_of(profile: Profile) -> Purpose:
    """What the stories in this export are read for, so what their tellers must have allowed."""
    return _PURPOSES[profile]
