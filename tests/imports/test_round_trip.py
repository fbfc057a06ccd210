"""What leaves can come back in, and is the same."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports import write_export
from exports.content import StoriesContent
from exports.csv_export import write_csv
from exports.jsonl_export import write_jsonl
from exports.provenance import Provenance
from exports.pseudonyms import Pseudonyms
from imports.incoming import IncomingStory
from imports.jsonl_stories import read_jsonl
from imports.registry import import_stories
from imports.verteltafel_csv import read_verteltafel_csv
from safeguards.access import Role, Viewer
from safeguards.consent import Purpose
from safeguards.installation import Installation
from safeguards.release import Limits, release_rows, release_stories
from safeguards.vault import Vault
from storage.tables.stories import StoryRow
from stories.answers import ANSWERED, NOT_APPLICABLE, Answer, check_value
from stories.collections import Collection, make_collection
from stories.queries import stories_frame, wide_answers
from tests.cast import SMALL_FRAMEWORK, masked, read_framework, with_role

SMALL = read_framework(SMALL_FRAMEWORK)
EVALUATOR = Viewer(1, "eva", "Eva", frozenset({(1, Role.EVALUATOR)}))
VAULT = Vault(Fernet.generate_key())
NOTHING = Provenance({}, {}, "", {}, {}, 5, {}, None, {}, None)

NASTY = st.sampled_from(
    ["=1+1", "'=1", "-5", "é🙂", "مرحبا", 'een "citaat"', "a;b,c\td", "één\r\ntwee\rdrie", "na", "|", "a\u2028b"]
)
TEXTS = (NASTY | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)).map(str.strip)
SHARES = st.lists(st.integers(0, 1000), min_size=3, max_size=3).filter(any).map(lambda n: [x / sum(n) for x in n])
PLACES = st.floats(0, 100, allow_nan=False)
ANSWERS = {
    "T1": SHARES,
    "D1": PLACES,
    "S1": st.dictionaries(st.sampled_from(["child", "school"]), st.tuples(PLACES, PLACES).map(list), min_size=1),
    "M1": st.lists(st.sampled_from(["glad", "sad", "angry"]), min_size=1, max_size=2, unique=True),
    "since": st.sampled_from(["langer", "korter_dan_3_maanden"]).map(lambda key: [key]),
}
ONE = st.fixed_dictionaries({}, optional={name: values | st.just("na") for name, values in ANSWERS.items()})


def release(told: list[tuple[str, str, Mapping[str, Any]]]) -> StoriesContent:
    """Stories as (title, text, answers), each of its own parent, through the gate."""
    frame = pd.DataFrame(
        [("parent", "nl", "2024-03", f"t{n}", "table", True, title, text) for n, (title, text, _) in enumerate(told)],
        columns=["perspective", "language", "told_on", "teller_id", "consent", "has_text", "title", "text"],
        index=[f"s{number}" for number in range(len(told))],
    ).assign(theme_label=None, tags=[[] for _ in told])
    rows = [
        (f"s{number}", name, NOT_APPLICABLE if value == "na" else ANSWERED, _stored(name, value))
        for number, (_, _, answers) in enumerate(told)
        for name, value in answers.items()
    ]
    answers = pd.DataFrame(rows, columns=["story_id", "element", "state", "value"])
    limits = Limits(internal=1, shared=1, rounding=1)
    stories = release_stories(EVALUATOR, 1, frame, purpose=Purpose.RESEARCH, limits=limits)
    wide = wide_answers(frame, answers, SMALL)
    return StoriesContent(
        SMALL,
        NOTHING,
        release_rows(EVALUATOR, 1, stories, wide, facts=["since"], limits=limits),
        Pseudonyms(VAULT, "demo"),
    )


def _stored(name: str, value: Any) -> Any:
    return None if value == "na" else check_value(SMALL.elements[name], value)


def same(answer: Answer, name: str, value: Any) -> bool:
    """Whether an answer read back is the one that left, to six decimals."""
    if value == "na":
        return answer.state == NOT_APPLICABLE
    return _is_close(check_value(SMALL.elements[name], answer.value), _stored(name, value))


def _is_close(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return set(one) == set(other) and all(_is_close(part, other[key]) for key, part in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(_is_close(*pair) for pair in zip(one, other, strict=True))
    return abs(one - other) <= 2e-6 if isinstance(one, float) else one == other


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TEXTS, ONE), min_size=1, max_size=3))
def test_any_story_comes_back_from_csv_and_json_lines(
    tmp_path: Path, told: list[tuple[str, str, Mapping[str, Any]]]
) -> None:
    content = release(told)
    for write, read in ((write_csv, read_verteltafel_csv), (write_jsonl, read_jsonl)):
        stream = io.StringIO(newline="")
        write(content, stream)
        path = tmp_path / "uit"
        path.write_bytes(stream.getvalue().encode())
        back = list(read(path, SMALL))
        assert len(back) == len(told)
        for story, (title, text, answers) in zip(back, told, strict=True):
            assert isinstance(story, IncomingStory)
            assert (story.title, story.text) == (title, text)
            assert set(story.answers) == set(answers)
            assert all(same(story.answers[name], name, value) for name, value in answers.items())


def test_an_export_of_an_import_of_an_export_is_the_same(
    installation: Installation, collection: Collection, anna: Viewer, tmp_path: Path
) -> None:
    lines = [
        f'{n},t{n},parent,2024-03,report,.3{n % 10},.21,.4{9 - n % 10},na,{n}.5,happy|proud,"=1;{n} 🙂"'
        for n in range(12)
    ]
    head = "story_id,teller_id,perspective,month,consent,T1.practical,T1.learning,T1.presence,D1,D2,M2,text"
    first = tmp_path / "eerst.csv"
    first.write_text("\n".join([head, *lines]), encoding="utf-8")
    with installation.database.writing() as session:
        again = make_collection(session, read_framework(), key="nogmaals", title="Nog een keer")
    exports = []
    for source, target in ((first, collection), (tmp_path / "demo.csv", again)):
        import_stories(installation, "verteltafel-csv", [source], collection_key=target.key, by="anna")
        mask_everything(installation, target)
        out = tmp_path / f"{target.key}.csv"
        evaluator = with_role(anna, Role.EVALUATOR, target)
        write_export(installation, evaluator, "csv", out, collection_key=target.key, profile="evaluator")
        exports.append(pd.read_csv(out, dtype=str, keep_default_na=False).drop(columns=["story_id", "teller_id"]))
    one, other = (frame.sort_values("text", ignore_index=True) for frame in exports)
    assert len(one) == 12
    pd.testing.assert_frame_equal(one, other)


def mask_everything(installation: Installation, collection: Collection) -> None:
    """Stand in for the pipeline: the masked text is the text."""
    from sqlalchemy import select

    from storage.tables.stories import VaultRow

    with installation.database.reading() as session:
        rows = session.scalars(select(VaultRow).join(StoryRow).where(StoryRow.collection_id == collection.id)).all()
        originals = {row.story_id: installation.vault.open(row) for row in rows}
        assert stories_frame(session, collection.id, purpose=Purpose.RESEARCH).empty
    for story_id, original in originals.items():
        masked(installation, story_id, original.text, title=original.title)
