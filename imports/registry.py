"""The formats in which stories can come in, and bringing files of them into a collection."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from sqlalchemy.orm import Session

from faults import PersonFault
from imports.check import check_incoming
from imports.comments_csv import read_comments_csv
from imports.faults import ImportFault, StoryFileError, quote
from imports.incoming import IncomingStory, Item, SetApart
from imports.jsonl_stories import CONTEXT_QUESTIONS, read_jsonl
from imports.mapping import load_comments_mapping, load_stories_mapping
from imports.numbers import ImportNumbers
from imports.verteltafel_csv import read_verteltafel_csv
from safeguards import audit
from safeguards.consent import Consent
from safeguards.installation import Installation
from stories.accept import StoryWithdrawn, Submission, accept_story
from stories.collections import Collection, find_collection, load_stored_framework
from stories.framework import SignificationFramework

FORMATS = ("verteltafel-csv", "jsonl", "comments-csv")
# Small enough that a form being sent meanwhile waits a moment, not longer.
STORIES_PER_BATCH = 100
MOST_FAULTS = 1_000
WAY_IN = "import"
Progress = Callable[[int, int], None]
Reader = Callable[[Path], Iterator[Item]]

NO_CONSENT = (
    "Het bestand zegt niet wie een verhaal mag lezen. Die verhalen staan op het strengst: alleen onderzoekers "
    '("researchers"). Zet een kolom "consent" in het bestand of geef met een mapping aan wat de vertellers kozen.'
)
NO_MONTH = "Het bestand zegt niet wanneer een verhaal verteld is. Die verhalen staan op vandaag."


class ImportFormatUnknown(PersonFault):
    """There is no format with this name, or it needs a mapping; the sentence says what to do."""


@dataclass(frozen=True)
class ImportReport:
    """What an import did. accepted: new stories; repeated: were there already.

    set_apart: (row, reason) of rows without a story; the file's name is in the reason when there
    are several files. notes: Dutch sentences that a person must see.
    """

    accepted: int
    repeated: int
    set_apart: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Target:
    """Where stories go, and what is filled in where a file is silent."""

    installation: Installation
    collection: Collection
    framework: SignificationFramework
    numbers: ImportNumbers
    consent: Consent | None

    def to_submission(self, story: IncomingStory) -> Submission:
        return Submission(
            submission_id=self.numbers.submission_id(story.number),
            collection=self.collection.key,
            perspective=story.perspective,
            consent=story.consent or (self.consent or Consent.RESEARCHERS).value,
            title=story.title,
            text=story.text,
            has_text=bool(story.text.strip()),
            language=story.language or self.collection.language,
            way_in=WAY_IN,
            answers=story.answers,
        )


def import_stories(
    installation: Installation,
    format: str,
    paths: list[Path],
    *,
    collection_key: str,
    mapping: Path | None = None,
    by: str,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring files of stories into a collection: all of them, or none when anything is wrong.

    format: one of FORMATS. mapping: YAML, required for comments-csv. by: who imports, for the audit
    log. progress: called with stories stored and stories in all. The files are read twice: once to
    find every fault, once to store in batches. An import that was cut off can be run again; what is
    there already is counted as repeated.
    Raises StoryFileError with every fault, CollectionUnknown, ImportFormatUnknown.
    """
    target, reader = _prepare(installation, format, collection_key, mapping)
    checked = _check_all(target, reader, paths)
    accepted, done = 0, 0
    stories = (item for item in _read_all(reader, paths) if isinstance(item, IncomingStory))
    while batch := list(islice(stories, STORIES_PER_BATCH)):
        accepted += _store_batch(target, batch)
        done += len(batch)
        if progress:
            progress(done, checked.n_stories)
    _record(target, format, by, accepted, done - accepted, len(checked.set_apart))
    return ImportReport(accepted, done - accepted, _show_set_apart(checked.set_apart, paths), checked.notes)


def _prepare(
    installation: Installation, format: str, collection_key: str, mapping: Path | None
) -> tuple[_Target, Reader]:
    if format not in FORMATS:
        raise ImportFormatUnknown(f"Formaat {quote(format)} bestaat niet. Kies uit: {', '.join(FORMATS)}.")
    with installation.database.reading() as session:
        collection = find_collection(session, collection_key)
        framework = load_stored_framework(session, collection.framework_id)
    numbers = ImportNumbers(installation.vault, collection.key)
    if format == "comments-csv":
        if mapping is None:
            raise ImportFormatUnknown("comments-csv heeft een mapping nodig. Geef het YAML-bestand met --mapping.")
        columns, longest = load_comments_mapping(mapping), installation.settings.story_max_characters
        target = _Target(installation, collection, framework, numbers, None)
        return target, lambda path: read_comments_csv(path, columns, max_characters=longest)
    options = load_stories_mapping(mapping) if mapping else None
    target = _Target(installation, collection, framework, numbers, options.consent if options else None)
    if format == "jsonl":
        given = options.context if options else None
        questions = CONTEXT_QUESTIONS if given is None else given
        return target, lambda path: read_jsonl(path, framework, context_questions=questions)
    return target, lambda path: read_verteltafel_csv(path, framework)


@dataclass(frozen=True)
class _Checked:
    n_stories: int
    set_apart: list[SetApart]
    notes: list[str]


def _check_all(target: _Target, reader: Reader, paths: list[Path]) -> _Checked:
    """Read everything and store nothing. Raises StoryFileError."""
    faults = _check_target(target, paths)
    set_apart: list[SetApart] = []
    seen: dict[str, str] = {}
    remarks: Counter[str] = Counter()
    for item in _read_all(reader, paths):
        if isinstance(item, SetApart):
            set_apart.append(item)
        elif isinstance(item, ImportFault):
            faults.append(item)
        else:
            faults += _check_story(target, item, seen)
            remarks.update(_remarks(target, item))
        if len(faults) > MOST_FAULTS:
            break
    if faults:
        raise StoryFileError(faults)
    notes = [f"{sentence} ({count} keer)." for sentence, count in remarks.items()]
    return _Checked(len(seen), set_apart, notes)


def _check_target(target: _Target, paths: list[Path]) -> list[ImportFault]:
    if target.collection.is_open:
        return []
    file = paths[0].name if paths else target.collection.key
    return [ImportFault(file, f"verzameling {quote(target.collection.key)} is gesloten. Open die eerst.")]


def _check_story(target: _Target, story: IncomingStory, seen: dict[str, str]) -> list[ImportFault]:
    place = f"{story.file}, rij {story.row}"
    earlier = seen.setdefault(story.number, place)
    if earlier != place:
        return [
            ImportFault(
                story.file,
                f"nummer {quote(story.number)} staat ook in {earlier}. Geef elk verhaal een eigen nummer.",
                story.row,
            )
        ]
    longest = target.installation.settings.story_max_characters
    return check_incoming(story, target.to_submission(story), target.framework, max_characters=longest)


def _remarks(target: _Target, story: IncomingStory) -> list[str]:
    found = [story.remark] if story.remark else []
    if story.consent is None and target.consent is None:
        found.append(NO_CONSENT.rstrip("."))
    if story.told_on is None:
        found.append(NO_MONTH.rstrip("."))
    return found


def _read_all(reader: Reader, paths: list[Path]) -> Iterator[Item]:
    return chain.from_iterable(reader(path) for path in paths)


def _store_batch(target: _Target, batch: list[IncomingStory]) -> int:
    """Store a batch in one transaction; how many were new."""
    installation = target.installation
    with installation.database.writing() as session:
        return sum(_store(session, target, story) for story in batch)


def _store(session: Session, target: _Target, story: IncomingStory) -> bool:
    """Whether the story is new: not when it was there already, or when its teller took it back."""
    try:
        receipt = accept_story(
            session,
            target.to_submission(story),
            vault=target.installation.vault,
            max_characters=target.installation.settings.story_max_characters,
            told_on=story.told_on,
            story_id=target.numbers.story_id(story.number),
            teller_id=target.numbers.teller_id(story.teller, story.number),
        )
    except StoryWithdrawn:
        return False
    return not receipt.is_repeat


def _record(target: _Target, format: str, by: str, accepted: int, repeated: int, set_apart: int) -> None:
    with target.installation.database.writing() as session:
        counts = {"accepted": accepted, "repeated": repeated, "set_apart": set_apart}
        audit.record(session, "import_stories", target.collection.key, by=by, format=format, **counts)


def _show_set_apart(rows: list[SetApart], paths: list[Path]) -> list[tuple[int, str]]:
    with_file = len(paths) > 1
    return [(one.row, f"{one.file}: {one.reason}" if with_file else one.reason) for one in rows]
