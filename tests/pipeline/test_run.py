"""A run masks, tags and themes what is new, keeps what was done, and never trips over a withdrawal."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from pipeline import run as pipeline_run
from pipeline.run import STEPS, Work
from safeguards.consent import Purpose
from safeguards.installation import Installation
from storage.runs import DONE, FAILED, newest_run, request_run
from storage.tables.collections import CollectionRow
from storage.tables.processing import (
    EmbeddingRow,
    LemmasRow,
    MaskedStoryRow,
    RunRow,
    SuggestedThemeRow,
    TagProposalRow,
    ThemeMembershipRow,
)
from stories.accept import PROCESS_RUN
from stories.collections import Collection
from stories.queries import stories_frame
from stories.reading_overview import release_waiting
from tests.cast import tell, withdraw
from tests.pipeline.fakes import FakeToolbox, fake_deidentify_many
from worker import THEMES_RUN, do_next_run

SUBJECTS = ("pesten op het schoolplein", "wachten op een brief", "samen koken met oma")


@pytest.fixture(autouse=True)
def _fast_masking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline_run.deidentify, "deidentify_many", fake_deidentify_many)


@pytest.fixture
def tagged(installation: Installation, collection: Collection) -> Collection:
    """The demo collection, with a taxonomy."""
    with installation.database.writing() as session:
        session.execute(update(CollectionRow).where(CollectionRow.id == collection.id).values(taxonomy="jeugdhulp_nl"))
    return replace(collection, taxonomy="jeugdhulp_nl")


def process(installation: Installation, **options: Any) -> None:
    """Do what waits, as the worker does."""
    while do_next_run(installation, FakeToolbox(), worker="test", **options):  # type: ignore[arg-type]
        pass


def process_and_read(installation: Installation, collection: Collection) -> None:
    """Do what waits, let a reader release everything, and do what that asks for."""
    process(installation)
    with installation.database.writing() as session:
        release_waiting(session, collection.id, by="test", reason="gelezen")
    process(installation)


def count(installation: Installation, table: Any) -> int:
    with installation.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def tell_many(installation: Installation, collection: Collection, n: int) -> list[str]:
    return [
        tell(installation, collection, text=f"Het ging over {SUBJECTS[i % 3]}, keer {i}.").story_id for i in range(n)
    ]


def test_a_told_story_is_masked_tagged_and_embedded(installation: Installation, tagged: Collection) -> None:
    told = tell(installation, tagged, title="Bram belde", text="Bram vroeg naar het pesten.")
    process_and_read(installation, tagged)
    with installation.database.reading() as session:
        story = stories_frame(session, tagged.id, purpose=Purpose.RESEARCH).loc[told.story_id]
        run = newest_run(session, collection_id=tagged.id, kind=PROCESS_RUN)
    assert (story["title"], story["text"]) == ("[PERSOON-1] belde", "[PERSOON-1] vroeg naar het pesten.")
    assert story["tags"] == ["A14"]
    assert count(installation, EmbeddingRow) == 1
    assert run is not None and run.state == DONE
    assert run.versions["steps"] == [step.name for step in STEPS]


def test_a_collection_without_taxonomy_gets_no_tags(installation: Installation, collection: Collection) -> None:
    tell(installation, collection, text="Er was pesten op school.")
    process(installation)
    assert count(installation, MaskedStoryRow) == 1
    assert count(installation, TagProposalRow) == 0


def test_few_stories_get_no_themes(installation: Installation, collection: Collection) -> None:
    tell_many(installation, collection, 9)
    process_and_read(installation, collection)
    assert count(installation, ThemeMembershipRow) == 0


def test_enough_stories_get_themes_with_their_examples(installation: Installation, collection: Collection) -> None:
    ids = tell_many(installation, collection, 24)
    process_and_read(installation, collection)
    with installation.database.reading() as session:
        stories = stories_frame(session, collection.id, purpose=Purpose.RESEARCH)
    assert set(stories.index) == set(ids)
    assert stories["theme_id"].notna().mean() > 0.8
    assert stories["theme_label"].nunique() >= 2


def test_a_new_story_joins_the_themes_that_are_there(installation: Installation, collection: Collection) -> None:
    tell_many(installation, collection, 24)
    process_and_read(installation, collection)
    with installation.database.reading() as session:
        before = stories_frame(session, collection.id, purpose=Purpose.RESEARCH)["theme_label"].dropna().unique()
    late = tell(installation, collection, text="Het ging over samen koken met oma, keer 99.")
    process_and_read(installation, collection)
    with installation.database.reading() as session:
        after = stories_frame(session, collection.id, purpose=Purpose.RESEARCH)
    assert set(after["theme_label"].dropna()) == set(before)
    assert late.story_id in after.index


def test_a_story_that_fits_nowhere_gets_none(installation: Installation, collection: Collection) -> None:
    tell_many(installation, collection, 24)
    process_and_read(installation, collection)
    late = tell(installation, collection, text="Zeppelin kwartet gletsjer!")
    process_and_read(installation, collection)
    with installation.database.reading() as session:
        frame = stories_frame(session, collection.id, purpose=Purpose.RESEARCH)
    assert frame.isna().loc[late.story_id, "theme_id"]


def test_a_story_that_no_reader_released_is_in_no_theme_and_no_size(
    installation: Installation, collection: Collection
) -> None:
    tell_many(installation, collection, 24)
    process_and_read(installation, collection)
    with installation.database.reading() as session:
        before = {row.label: row.size for row in session.scalars(select(SuggestedThemeRow))}
    late = tell(installation, collection, text="Het ging over samen koken met oma, keer 99.")
    process(installation)
    with installation.database.reading() as session:
        after = {row.label: row.size for row in session.scalars(select(SuggestedThemeRow))}
        assert late.story_id not in set(session.scalars(select(ThemeMembershipRow.story_id)))
        assert late.story_id not in stories_frame(session, collection.id, purpose=Purpose.RESEARCH).index
    assert after == before
    assert count(installation, EmbeddingRow) == 25  # everything else is ready for when a reader releases it


def test_what_was_made_of_a_text_is_not_kept_when_a_reader_hid_more_of_it_meanwhile(
    installation: Installation, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tell(installation, collection, text="De zeehond zwom weg.")

    def lemmatise_while_a_reader_hides(texts: Any, **options: Any) -> list[list[str]]:
        with installation.database.writing() as session:
            row = session.get_one(MaskedStoryRow, told.story_id)
            row.text, row.edition = "De [OVERIG-1] zwom weg.", row.edition + 1
        return [["zeehond"]] * len(texts)

    with monkeypatch.context() as hiding:
        hiding.setattr(pipeline_run.lemmatise, "lemmatise", lemmatise_while_a_reader_hides)
        process(installation)
    assert count(installation, LemmasRow) == 0
    with installation.database.writing() as session:
        request_run(session, PROCESS_RUN, collection_id=collection.id, by="lezer")
    process(installation)
    with installation.database.reading() as session:
        assert "zeehond" not in session.scalars(select(LemmasRow)).one().lemmas


def test_asking_for_themes_makes_them_anew(installation: Installation, collection: Collection) -> None:
    tell_many(installation, collection, 24)
    process_and_read(installation, collection)
    with installation.database.writing() as session:
        asked = request_run(session, THEMES_RUN, collection_id=collection.id, by="anna").id
    process(installation)
    with installation.database.reading() as session:
        runs = set(session.scalars(select(ThemeMembershipRow.run_id)))
    assert runs == {asked}


def test_what_was_done_is_not_done_again(installation: Installation, collection: Collection) -> None:
    tell_many(installation, collection, 3)
    process(installation)
    with installation.database.reading() as session:
        first = {row.story_id: row.run_id for row in session.scalars(select(MaskedStoryRow))}
    tell(installation, collection, text="Nog een verhaal over een brief.")
    process(installation)
    with installation.database.reading() as session:
        second = {row.story_id: row.run_id for row in session.scalars(select(MaskedStoryRow))}
    assert first.items() <= second.items()
    assert len(second) == 4


def test_a_run_that_breaks_off_goes_on_where_it_stopped(
    installation: Installation, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_many(installation, collection, 5)
    with monkeypatch.context() as broken:
        broken.setattr(FakeToolbox, "__init__", _toolbox_without_models)
        process(installation)
    assert count(installation, MaskedStoryRow) == 5  # masking was done and kept
    with installation.database.reading() as session:
        failed = newest_run(session, collection_id=collection.id, kind=PROCESS_RUN)
        assert failed is not None and failed.state == FAILED
        assert failed.error == (
            "De verwerking is gestopt door een fout (AttributeError). Start haar opnieuw bij Verwerking."
        )
    with installation.database.writing() as session:
        request_run(session, PROCESS_RUN, collection_id=collection.id, by="anna")
    process(installation)
    assert count(installation, EmbeddingRow) == 5


def _toolbox_without_models(self: FakeToolbox) -> None:
    """No embedder: the embed step fails."""


def test_dinas_story_is_gone_also_when_she_withdraws_during_a_run(
    installation: Installation, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    dina = tell(installation, collection, text="Dina zag een zeehond.")
    tell(installation, collection, text="Iemand anders vertelde ook.")
    monkeypatch.setattr(pipeline_run.deidentify, "deidentify_many", _withdrawing(installation, dina))
    process(installation)
    with installation.database.reading() as session:
        left = list(session.scalars(select(MaskedStoryRow.text)))
        run = newest_run(session, collection_id=collection.id, kind=PROCESS_RUN)
    assert left == ["Iemand anders vertelde ook."]
    assert run is not None and run.state == DONE


def _withdrawing(installation: Installation, receipt: Any) -> Callable[..., Any]:
    def mask(texts: Any, **options: Any) -> Any:
        withdraw(installation, receipt)
        return fake_deidentify_many(texts)

    return mask


def test_progress_is_reported_for_the_page_and_the_terminal(installation: Installation, collection: Collection) -> None:
    tell_many(installation, collection, 3)
    seen: list[tuple[str, int, int]] = []
    process(installation, progress=lambda step, done, total: seen.append((step, done, total)))
    assert ("deidentify.v1", 3, 3) in seen
    with installation.database.reading() as session:
        run = session.scalars(select(RunRow)).one()
    assert (run.done, run.total) == (3, 3)


def test_steps_stand_in_an_order_that_gives_each_what_it_needs() -> None:
    given = {"originals"}
    for step in STEPS:
        assert set(step.needs) <= given
        given |= set(step.gives)


def test_an_error_in_a_run_never_says_what_was_in_the_story(
    installation: Installation,
    collection: Collection,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    tell(installation, collection, text="Zeer geheim verhaal.")

    def fail(work: Work) -> None:
        raise ValueError("Zeer geheim verhaal.")

    steps = (replace(STEPS[0], run=fail), *STEPS[1:])
    monkeypatch.setattr(pipeline_run, "STEPS", steps)
    process(installation)
    with installation.database.reading() as session:
        run = session.scalars(select(RunRow)).one()
    assert "geheim" not in f"{run.error}{capfd.readouterr()}"
