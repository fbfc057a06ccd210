"""Where an export comes from: the file that goes with every export, so that it can be read years later."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from exports.profile import PROFILE_TEXTS, Profile, purpose_of
from exports.queries import ProcessRun, ToldCounts
from safeguards.anonymity import ColumnLoss
from safeguards.release import Limits
from safeguards.suppression import round_count, show_count, suppress
from stories.collections import Collection
from stories.selection import Selection

FICTIONAL = "Deze verhalen zijn verzonnen. Er is geen echte verteller."

MEANINGS = {
    "na": 'De verteller koos "past niet". Dat is een antwoord: geen nul en geen leeg antwoord.',
    "empty": "Niet gevraagd of overgeslagen, of een achtergrondgegeven dat leeg is gemaakt om iemand te beschermen.",
    "minder dan": "Het aantal is verborgen: de groep is klein, of het beschermt een kleine groep. Het is niet 0.",
    "story_id en teller_id": "Schuilnummers: gelijk in elke export van deze verzameling, nergens anders te gebruiken.",
    "month": "Maand, kwartaal (2024-K2: april tot juli) of jaar: wat te weinig mensen delen, is grover of leeg.",
    "anonymised": "Per kolom hoeveel cellen grover zijn gemaakt (n_coarser) of leeg zijn gemaakt (n_blanked).",
    "theme": "Een thema is een voorstel van de computer. Leeg: het verhaal hoort bij geen thema.",
    "tags": "Labels zijn voorstellen van de computer. Wat de verteller zelf antwoordde, gaat voor.",
}


@dataclass(frozen=True)
class Provenance:
    """What goes into the file beside an export; see `to_document`. counts: as they may be shown."""

    collection: dict[str, Any]
    framework: dict[str, Any]
    exported_on: str
    profile: dict[str, str]
    counts: dict[str, Any]
    smallest_group: int
    filters: dict[str, list[str]]
    process_run: dict[str, Any] | None
    meanings: dict[str, str]
    notice: str | None
    anonymised: dict[str, dict[str, int]] = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return asdict(self)


def make_provenance(
    collection: Collection,
    framework: tuple[str, int],
    *,
    profile: Profile,
    told: ToldCounts,
    counts: dict[str, int],
    limits: Limits,
    selection: Selection,
    run: ProcessRun | None,
    loss: Mapping[str, ColumnLoss],
) -> Provenance:
    """Say where an export comes from.

    framework: key and version. counts: whole numbers by name; in a report they are hidden and rounded
    like every count in it.
    """
    everything = {
        "told": told.told,
        "withheld_by_consent": told.without_consent,
        "not_processed_yet": told.waiting,
        "not_released_by_a_reader": told.unread,
        **counts,
    }
    return Provenance(
        collection={"key": collection.key, "title": collection.title},
        framework={"id": framework[0], "version": framework[1]},
        exported_on=date.today().isoformat(),
        profile={"name": profile.value, **asdict(PROFILE_TEXTS[profile])},
        counts=_hide_withheld(everything, limits)
        if profile is Profile.EVALUATOR
        else _protect_counts(everything, limits),
        smallest_group=limits.smallest_for(purpose_of(profile)),
        filters=selection.to_params(),
        process_run=asdict(run) if run else None,
        meanings=MEANINGS,
        notice=FICTIONAL if collection.is_fictional else None,
        anonymised={name: asdict(column) for name, column in loss.items()},
    )


def _hide_withheld(counts: dict[str, int], limits: Limits) -> dict[str, int | str]:
    """The exact counts of an evaluator, but for who was too few to leave: those are not to be counted either."""
    if not counts.get("withheld_small_group"):
        return dict(counts)
    told = round_count(counts["told"], multiple=limits.rounding) or 0
    return {**counts, "told": told, "withheld_small_group": show_count(None, smallest=limits.shared)}


def _protect_counts(counts: dict[str, int], limits: Limits) -> dict[str, int | str]:
    protected: dict[str, int | str] = {}
    for name, count in counts.items():
        shown = round_count(suppress(count, smallest=limits.shared), multiple=limits.rounding)
        protected[name] = show_count(None, smallest=limits.shared) if shown is None else shown
    return protected
