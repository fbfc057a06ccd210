"""Hoe is dit gemaakt? Where a view comes from and what made it, under every view."""

from dataclasses import dataclass, field

import streamlit as st

from pages.shared.dutch import escape_markdown
from pages.shared.guard import PageContext
from storage.runs import DONE, newest_run
from stories.accept import PROCESS_RUN

_STEPS = {
    "deidentify": "namen en andere herkenbare stukken afschermen",
    "language": "de taal herkennen",
    "criticality": "de volgorde voor de lezers bepalen; een lezer leest elk verhaal voordat anderen het zien",
    "lemmatise": "woorden terugbrengen tot hun grondvorm",
    "embed": "verhalen op betekenis vergelijken",
    "tag": "labels voorstellen",
    "cluster": "thema's voorstellen",
}


@dataclass(frozen=True)
class Provenance:
    """What made the stored results: plain values of the newest finished run."""

    run_id: int
    finished_on: str
    seed: int | None
    steps: tuple[str, ...]
    packages: dict[str, str] = field(default_factory=dict)
    model: str = ""


def find_provenance(context: PageContext) -> Provenance | None:
    """The newest finished run of this collection; None when nothing was processed yet."""
    with context.installation.database.reading() as session:
        run = newest_run(session, collection_id=context.collection.id, kind=PROCESS_RUN, state=DONE)
        if run is None:
            return None
        versions = run.versions or {}
        return Provenance(
            run.id,
            f"{run.finished_at:%d-%m-%Y}" if run.finished_at else "onbekend",
            run.seed,
            tuple(str(step) for step in versions.get("steps", ())),
            {str(name): str(version) for name, version in dict(versions.get("packages", {})).items()},
            str(versions.get("embedding_model", "")),
        )


def show_provenance(
    context: PageContext,
    *,
    period: str,
    filters: str,
    smallest: int,
    notes: tuple[str, ...] = (),
    key: str = "",
) -> None:
    """The fold-out "Hoe is dit gemaakt?".

    period, filters: in words. notes: what was hidden, rounded or left out in this view.
    """
    with st.expander("Hoe is dit gemaakt?", key=f"herkomst_{key}" if key else None):
        lines = [
            f"Bron: verzameling {escape_markdown(context.collection.title)}, "
            f"duidingskader versie {context.collection.framework_version}.",
            f"Verteld in: {period}.",
            f"Gekozen: {escape_markdown(filters)}.",
            f"Kleinste groep: {smallest} verhalen. Wat kleiner is, wordt niet getoond.",
            *notes,
            *describe_run(find_provenance(context)),
        ]
        st.markdown("\n".join(f"- {line}" for line in lines))


def describe_run(provenance: Provenance | None) -> list[str]:
    """What made the results, a sentence a line."""
    if provenance is None:
        return ["Er is nog niets verwerkt: er zijn nog geen voorgestelde thema's en labels."]
    lines = [
        f"Verwerkt op {provenance.finished_on} (run {provenance.run_id}"
        + (f", startgetal {provenance.seed})." if provenance.seed is not None else ").")
    ]
    for step in provenance.steps:
        meaning = _STEPS.get(step.partition(".")[0])
        lines.append(f"Stap `{step}`: {meaning}." if meaning else f"Stap `{step}`.")
    if provenance.model:
        lines.append(f"Taalmodel: `{provenance.model}`.")
    if provenance.packages:
        packages = ", ".join(f"{name} {version}" for name, version in provenance.packages.items())
        lines.append(f"Gemaakt met: {escape_markdown(packages)}.")
    lines.append(
        "Thema's en labels zijn door de computer voorgesteld. "
        "Wat de vertellers zelf antwoordden, is niet door de computer bepaald."
    )
    return lines
