"""Withdrawal: the story goes from everywhere, and an empty line says that one went.

The search looks at every column of every table and at every byte of every file in the data folder (the
database, its log, whatever stands beside them), for the words as they are, as JSON writes them, and as
databases and exports may pack them.
"""

import base64
import json

import pytest
from sqlalchemy import MetaData, select, update

from safeguards.access import Role, Viewer
from safeguards.installation import Installation
from safeguards.rights import ask_person, lower_consent
from safeguards.vault_opening import open_original
from safeguards.vault_rotation import rotate_vault
from safeguards.withdrawal import find_story_by_code
from storage.tables import Base
from storage.tables.audit import AuditRow
from storage.tables.dialogue import AssignmentRow, EvidenceRow, RoundtableRow
from storage.tables.privacy import RightsRequestRow
from storage.tables.processing import (
    EmbeddingRow,
    LemmasRow,
    MaskedStoryRow,
    SuggestedThemeRow,
    TagProposalRow,
    ThemeMembershipRow,
)
from storage.tables.reading import ReadingRow
from storage.tables.stories import AnswerRow, StoryRow, VaultRow
from stories.accept import Receipt
from stories.answers import Answer
from stories.collections import Collection
from tests.cast import masked, tell, with_role, withdraw

VECTOR = b"\x01\x02\x03\x04vector-van-dit-verhaal"
ANSWER = 73.25
TRACES = {"text": "zeehónd", "title": "kanáal", "answer": str(ANSWER), "message": "walvís", "hidden": "Fátima"}
REASON = "Een lezer vroeg of hier direct hulp nodig kan zijn"
TABLES_OF_A_STORY = (StoryRow, VaultRow, AnswerRow, MaskedStoryRow, LemmasRow, EmbeddingRow, TagProposalRow, ReadingRow)


@pytest.fixture
def told(installation: Installation, collection: Collection) -> Receipt:
    """Dina's story with everything that can be made of it, beside Anna's in the same theme."""
    dina = tell(
        installation,
        collection,
        title="Het kanáal",
        text="Dina zag met Fátima de zeehónd.",
        answers={"D1": Answer("answered", ANSWER)},
    )
    other = tell(installation, collection, text="Iets anders.")
    masked(installation, dina.story_id, "Dina zag de zeehónd.", title="Het kanáal")
    masked(installation, other.story_id, "Iets anders.")
    with installation.database.writing() as session:
        run = session.scalars(select(MaskedStoryRow.run_id)).first()
        made_by = {"story_id": dina.story_id, "step": "proef.v1", "run_id": run}
        session.add_all(
            [
                LemmasRow(lemmas=["zeehónd"], **made_by),
                EmbeddingRow(model="proef", vector=VECTOR, **made_by),
                TagProposalRow(code="T01", score=0.9, proposed=True, because=["zeehónd"], **made_by),
            ]
        )
        theme = SuggestedThemeRow(
            collection_id=collection.id,
            run_id=run,
            number=1,
            label="hulp",
            size=2,
            keywords=["hulp"],
            examples=[dina.story_id, other.story_id],
            stability=None,
        )
        assignment = AssignmentRow(
            collection_id=collection.id,
            commissioner="x",
            question="?",
            goals=[],
            scale="s",
            kind="k",
            intended_use="u",
            state="open",
            created_by="anna",
        )
        session.add_all([theme, assignment])
        session.flush()
        for story_id in (dina.story_id, other.story_id):
            session.add(ThemeMembershipRow(story_id=story_id, run_id=run, theme_id=theme.id, strength=1.0))
        for title in ("eerste tafel", "tweede tafel"):
            table = RoundtableRow(assignment_id=assignment.id, title=title)
            session.add(table)
            session.flush()
            session.add(
                EvidenceRow(
                    roundtable_id=table.id,
                    kind="story",
                    story_id=dina.story_id,
                    frozen={"text": "Dina zag de zeehónd.", "title": "Het kanáal"},
                    added_by="anna",
                )
            )
    return dina


def spellings(trace: str) -> set[bytes]:
    """A text in the forms in which a file could hold it."""
    packed = {base64.b64encode(trace.encode()).rstrip(b"="), base64.urlsafe_b64encode(trace.encode()).rstrip(b"=")}
    return {
        trace.encode(),
        trace.encode("utf-16-le"),
        trace.encode("latin-1", "replace"),
        json.dumps(trace).strip('"').encode(),
        trace.encode().hex().encode(),
        *packed,
    }


def read_everything(installation: Installation) -> list[bytes]:
    """Every cell of every table, whatever tables there are, and every file."""
    tables = MetaData()
    tables.reflect(installation.database.engine)
    cells = [path.read_bytes() for path in installation.settings.data_folder.rglob("*") if path.is_file()]
    with installation.database.reading() as session:
        for table in tables.tables.values():
            for row in session.execute(select(table)):
                cells += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    return cells


def find_traces(installation: Installation, receipt: Receipt, *, more: dict[str, bytes] | None = None) -> set[str]:
    """What of the story is found, in any column of any table or in the bytes of any file."""
    words = {**TRACES, "story id": receipt.story_id, "code": receipt.code}
    wanted = {name: spellings(trace) for name, trace in words.items()}
    wanted |= {name: {trace, base64.b64encode(trace)} for name, trace in {**(more or {}), "vector": VECTOR}.items()}
    cells = read_everything(installation)
    return {name for name, traces in wanted.items() if any(trace in cell for trace in traces for cell in cells)}


def count(installation: Installation, table: type, story_id: str) -> int:
    key = "id" if table is StoryRow else "story_id"
    with installation.database.reading() as session:
        return len(session.scalars(select(table).where(getattr(table, key) == story_id)).all())


def test_before_a_withdrawal_the_search_of_these_tests_finds_it(installation: Installation, told: Receipt) -> None:
    assert find_traces(installation, told) == {"text", "title", "vector", "answer", "story id"}
    assert [count(installation, table, told.story_id) for table in TABLES_OF_A_STORY] == [1] * 8


def test_after_a_withdrawal_nothing_is_found_in_any_table_or_file(installation: Installation, told: Receipt) -> None:
    assert withdraw(installation, told) is True
    assert find_traces(installation, told) == set()


def test_nothing_is_found_after_everything_that_can_happen_to_a_story_happened(
    installation: Installation, collection: Collection, told: Receipt
) -> None:
    officer = with_role(Viewer(9, "olga", "Olga"), Role.PRIVACY_OFFICER, collection)
    open_original(installation, officer, collection.id, told.story_id, ground="danger", reason=REASON)
    with installation.database.writing() as session:
        ask_person(session, installation.vault, told.story_id, kind="objection", message="Over de walvís.")
        lower_consent(session, told.story_id, "researchers")
    rotate_vault(installation, by="test")
    with installation.database.reading() as session:
        request = session.scalars(select(RightsRequestRow)).one().message
        locked = {"original": session.get_one(VaultRow, told.story_id).ciphertext, "request": request}
    assert {"original", "request", "text"} <= find_traces(installation, told, more=locked)
    withdraw(installation, told)
    assert find_traces(installation, told, more=locked) == set()


def test_every_table_that_names_a_story_lets_it_go() -> None:
    named = {
        f"{table.name}.{column.name}": [
            key.ondelete for key in column.foreign_keys if key.column.table.name == "stories"
        ]
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name == "story_id"
    }
    assert len(named) >= 9
    assert {place: rules for place, rules in named.items() if rules not in (["CASCADE"], ["SET NULL"])} == {}


def test_the_tables_keep_a_mark_where_the_story_lay(installation: Installation, told: Receipt) -> None:
    withdraw(installation, told)
    with installation.database.reading() as session:
        evidence = session.scalars(select(EvidenceRow)).all()
    assert [(row.kind, row.story_id, row.frozen, row.withdrawn_on is not None) for row in evidence] == [
        ("story", None, None, True)
    ] * 2


def test_the_theme_is_one_smaller_and_keeps_the_other_example(installation: Installation, told: Receipt) -> None:
    withdraw(installation, told)
    with installation.database.reading() as session:
        theme = session.scalars(select(SuggestedThemeRow)).one()
        members = list(session.scalars(select(ThemeMembershipRow.story_id)))
    assert theme.size == 1 and theme.examples == members and told.story_id not in members


def test_an_empty_line_says_that_a_story_went(installation: Installation, told: Receipt) -> None:
    withdraw(installation, told)
    with installation.database.reading() as session:
        line = session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert line is not None
    assert (line.action, line.subject, line.who, line.details) == ("withdraw_story", "", "teller", {})


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "'; DROP TABLE stories", "é"])
def test_an_unknown_code_does_nothing(installation: Installation, told: Receipt, code: str) -> None:
    assert withdraw(installation, Receipt(told.story_id, code, False)) is False
    assert count(installation, StoryRow, told.story_id) == 1


def test_a_code_opens_its_story_until_it_is_used_to_withdraw(installation: Installation, told: Receipt) -> None:
    with installation.database.reading() as session:
        assert find_story_by_code(session, told.code.lower()) == told.story_id
    withdraw(installation, told)
    with installation.database.reading() as session:
        assert find_story_by_code(session, told.code) is None
    assert withdraw(installation, told) is False


def test_a_withdrawal_that_fails_on_the_way_withdraws_nothing(
    installation: Installation, told: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("safeguards.withdrawal.audit.record", fail)
    with pytest.raises(RuntimeError):
        withdraw(installation, told)
    assert [count(installation, table, told.story_id) for table in TABLES_OF_A_STORY] == [1] * 8


def test_a_story_without_a_theme_is_withdrawn_as_well(installation: Installation, told: Receipt) -> None:
    with installation.database.writing() as session:
        session.execute(update(ThemeMembershipRow).values(theme_id=None))
    assert withdraw(installation, told) is True
