"""Bring together what an export may hold: load once, and let everything out through the gate."""

from dataclasses import dataclass, replace

import pandas as pd
from sqlalchemy.orm import Session

from exports.content import ExportContent, ReportContent, StoriesContent
from exports.option_counts import count_options
from exports.profile import Profile, purpose_of
from exports.provenance import Provenance, make_provenance
from exports.pseudonyms import Pseudonyms
from exports.queries import count_told, find_process_run, name_framework
from faults import PersonFault
from safeguards.access import Viewer, require_action
from safeguards.anonymity import ColumnLoss, measure_loss
from safeguards.consent import Purpose
from safeguards.installation import Installation
from safeguards.release import (
    Chosen,
    GroupTooSmall,
    Limits,
    ReleasedRows,
    ReleasedStories,
    ReleasedTable,
    release_counts,
    release_rows,
    release_stories,
    set_small_apart,
)
from stories.collections import Collection, find_collection, load_stored_framework
from stories.framework import SignificationFramework
from stories.queries import answers_frame, options_frame, stories_frame, wide_answers
from stories.selection import Selection, list_conditions, select_stories


class NothingToExport(PersonFault):
    """No story is left: a file of nothing would look like a measurement of nothing."""

    def __init__(self) -> None:
        super().__init__(
            "Er is geen verhaal om mee te geven: nog niets verteld of verwerkt, niets in deze keuze, of geen "
            "toestemming voor dit doel. Kies ruimer, of kijk bij Verzamelen hoe ver de verwerking is."
        )


@dataclass(frozen=True)
class _Asked:
    """What somebody asked for."""

    viewer: Viewer | None
    collection: Collection
    framework: SignificationFramework
    profile: Profile
    selection: Selection
    limits: Limits

    @property
    def purpose(self) -> Purpose:
        return purpose_of(self.profile)

    @property
    def facts(self) -> list[str]:
        return [fact.id for fact in self.framework.background]


def gather_export(
    installation: Installation,
    viewer: Viewer | None,
    *,
    collection_key: str,
    profile: Profile,
    selection: Selection | None = None,
) -> ExportContent:
    """Everything that this person may take out of a collection with this profile.

    selection: which stories; None is all. Raises NotAllowed, GroupTooSmall, CollectionUnknown, NothingToExport.
    """
    with installation.database.reading() as session:
        collection = find_collection(session, collection_key)
        require_action(viewer, "export_stories", collection.id)
        asked = _Asked(
            viewer,
            collection,
            load_stored_framework(session, collection.framework_id),
            profile,
            selection or Selection(),
            Limits.from_settings(installation.settings),
        )
        stories = stories_frame(session, collection.id, purpose=asked.purpose)
        # Answers of stories that were told for another purpose stay behind.
        answers = answers_frame(session, collection.id)
        answers = answers[answers["story_id"].isin(stories.index)]
        if stories.empty:
            raise NothingToExport
        if profile is Profile.REPORT:
            return _make_report(session, asked, stories, answers)
        wide = wide_answers(stories, answers, asked.framework)
        everyone, rows = _release_rows_of_selection(asked, stories, answers, wide)
        loss = _measure_losses(asked, stories, wide, rows)
        counts = _count_rows(stories, everyone, rows) | _count_loss(asked, loss)
        provenance = _describe(session, asked, counts, loss)
        return StoriesContent(asked.framework, provenance, rows, Pseudonyms(installation.vault, collection.key))


def _release_rows_of_selection(
    asked: _Asked, stories: pd.DataFrame, answers: pd.DataFrame, wide: pd.DataFrame
) -> tuple[ReleasedRows, ReleasedRows]:
    """The rows of the whole collection, and of the selection out of those.

    Facts are made coarser over the whole collection first, and only then is selected. Otherwise a
    selection on a blanked fact would give the fact back: whoever is in it, has it. And a selection
    tells nothing that is not in the rows of the whole collection already.
    """
    everyone = _release_rows(asked, stories, wide)
    if asked.selection == Selection():
        return everyone, everyone
    options = options_frame(_without_blanked(answers, everyone.rows, asked.facts), asked.framework)
    chosen = select_stories(everyone.stories.frame, options, asked.selection)
    return everyone, _release_rows(asked, chosen, everyone.rows.loc[chosen.index])


def _release_rows(asked: _Asked, stories: pd.DataFrame, wide: pd.DataFrame) -> ReleasedRows:
    if stories.empty:
        raise NothingToExport
    place = (asked.viewer, asked.collection.id)
    released = release_stories(*place, stories, purpose=asked.purpose, limits=asked.limits)
    wider = {fact.id: fact.wider for fact in asked.framework.background if fact.wider}
    return release_rows(*place, released, wide, facts=asked.facts, limits=asked.limits, wider=wider)


def _without_blanked(answers: pd.DataFrame, rows: pd.DataFrame, facts: list[str]) -> pd.DataFrame:
    known = rows[facts].notna().stack()
    shown = set(known[known].index)
    is_shown = [
        element not in facts or (story_id, element) in shown
        for story_id, element in zip(answers["story_id"], answers["element"], strict=True)
    ]
    return answers[is_shown]


def _count(stories: pd.DataFrame, released: ReleasedStories) -> dict[str, int]:
    return {
        "not_in_selection": len(stories) - len(released.frame) - released.n_without_consent,
        "released": len(released.frame),
    }


def _count_rows(stories: pd.DataFrame, everyone: ReleasedRows, rows: ReleasedRows) -> dict[str, int]:
    withheld = everyone.n_withheld + (rows.n_withheld if rows is not everyone else 0)
    counts = _count(stories, rows.stories)
    return {**counts, "not_in_selection": counts["not_in_selection"] - withheld, "withheld_small_group": withheld}


def _measure_losses(
    asked: _Asked, stories: pd.DataFrame, wide: pd.DataFrame, rows: ReleasedRows
) -> dict[str, ColumnLoss]:
    """What the rows lost between what was told and what leaves, by column as the export calls it."""
    kept = rows.rows.index
    return {
        "month": measure_loss(stories.loc[kept, "told_on"], rows.stories.frame["told_on"]),
        "language": measure_loss(stories.loc[kept, "language"], rows.stories.frame["language"]),
        **{fact: measure_loss(wide.loc[kept, fact], rows.rows[fact]) for fact in asked.facts},
    }


def _count_loss(asked: _Asked, loss: dict[str, ColumnLoss]) -> dict[str, int]:
    return {
        "facts_coarser": sum(loss[fact].n_coarser for fact in asked.facts),
        "facts_blanked": sum(loss[fact].n_blanked for fact in asked.facts),
        "months_coarser": loss["month"].n_coarser,
        "months_blanked": loss["month"].n_blanked,
        "languages_blanked": loss["language"].n_blanked,
    }


def _describe(
    session: Session, asked: _Asked, counts: dict[str, int], loss: dict[str, ColumnLoss] | None = None
) -> Provenance:
    collection = asked.collection
    return make_provenance(
        collection,
        name_framework(session, collection.framework_id),
        profile=asked.profile,
        told=count_told(session, collection.id, purpose=asked.purpose),
        counts=counts,
        limits=asked.limits,
        selection=asked.selection,
        run=find_process_run(session, collection.id),
        loss=loss or {},
    )


def _make_report(session: Session, asked: _Asked, stories: pd.DataFrame, answers: pd.DataFrame) -> ReportContent:
    everything = options_frame(answers, asked.framework)
    crowd, _ = set_small_apart(stories, smallest=asked.limits.shared)
    how = Chosen(list_conditions(crowd, everything, asked.selection), crowd["teller_id"].to_numpy(object))
    selected = select_stories(stories, everything, asked.selection)
    if selected.empty:
        raise NothingToExport
    place = (asked.viewer, asked.collection.id)
    released = release_stories(*place, selected, purpose=asked.purpose, limits=asked.limits, chosen=how)
    frame = released.frame
    options = everything[everything["story_id"].isin(frame.index)]
    quotes, n_unquoted = _release_quotes(asked, frame, crowd, everything)
    counts = _count(stories, released) | {"quotes_withheld_small_group": n_unquoted}
    return ReportContent(
        asked.framework,
        _describe(session, asked, counts),
        _release_tables(asked, frame, options),
        quotes,
    )


def _release_tables(
    asked: _Asked, stories: pd.DataFrame, options: pd.DataFrame
) -> dict[tuple[str, str], ReleasedTable]:
    """Counts by (element, perspective). Perspectives are never added up, so each is a table of its own."""
    perspectives = stories["perspective"].reindex(options["story_id"]).to_numpy()
    options = options.assign(perspective=perspectives)
    teller_of = stories["teller_id"].reindex(options["story_id"]).to_numpy()
    tables = {}
    for element in asked.framework.elements.values():
        asked_of = [name for name in asked.framework.perspective_ids if asked.framework.asked_as(element.id, name)]
        counts = count_options(options, element, asked_of)
        tellers = count_options(options.assign(story_id=teller_of).drop_duplicates(), element, asked_of)
        for name in asked_of:
            tables[element.id, name] = release_counts(
                asked.viewer,
                asked.collection.id,
                counts.loc[[name]],
                purpose=asked.purpose,
                limits=asked.limits,
                tellers=tellers.loc[[name]],
            )
    return tables


def _release_quotes(
    asked: _Asked, stories: pd.DataFrame, crowd: pd.DataFrame, options: pd.DataFrame
) -> tuple[dict[str, ReleasedStories], int]:
    """Quotes by perspective; a perspective with too few tellers has none, because its name would point at them.

    crowd: all stories out of which could be chosen. Quotes can be counted, so those of one perspective
    are judged as a selection of that perspective.
    """
    quotes: dict[str, ReleasedStories] = {}
    n_withheld = 0
    with_text = stories[stories["text"].str.strip() != ""]
    for name in asked.framework.perspective_ids:
        own = with_text[with_text["perspective"] == name]
        if own.empty:
            continue
        narrowed = list_conditions(crowd, options, replace(asked.selection, perspectives=(name,)))
        how = Chosen(narrowed, crowd["teller_id"].to_numpy(object))
        try:
            quotes[name] = release_stories(
                asked.viewer, asked.collection.id, own, purpose=asked.purpose, limits=asked.limits, chosen=how
            )
        except GroupTooSmall:
            n_withheld += len(own)
    return quotes, n_withheld
