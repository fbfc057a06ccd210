"""Who may export, and whose story is in it."""

from pathlib import Path

import pytest
from sqlalchemy import select

from exports import pack_export, write_export
from safeguards.access import NotAllowed, Role, Viewer
from safeguards.installation import Installation
from storage.tables.audit import AuditRow
from stories.accept import Receipt
from stories.collections import Collection
from tests.cast import draw_stories, masked, tell, with_role, withdraw
from tests.exports.conftest import ReadExport

WAYS = [(format, profile) for format in ("csv", "jsonl") for profile in ("evaluator", "report")]
SEAL = "Dina zag de zeehond in het kanaal."


def refuses(installation: Installation, viewer: Viewer | None, format: str, profile: str, out: Path) -> bool:
    """Both ways out are closed, nothing is left behind, and nothing is logged as exported."""
    for act in (
        lambda: write_export(installation, viewer, format, out, collection_key="demo", profile=profile),
        lambda: pack_export(installation, viewer, format, collection_key="demo", profile=profile),
    ):
        with pytest.raises(NotAllowed, match="Vraag de beheerder om toegang"):
            act()
    with installation.database.reading() as session:
        lines = session.scalars(select(AuditRow).where(AuditRow.action == "export_stories")).all()
    return not lines and list(out.parent.glob("*uit*")) == []


@pytest.mark.parametrize(("format", "profile"), WAYS)
def test_cem_cannot_export(
    installation: Installation, cem: Viewer, told: object, tmp_path: Path, format: str, profile: str
) -> None:
    assert refuses(installation, cem, format, profile, tmp_path / "uit.csv")


@pytest.mark.parametrize(("format", "profile"), WAYS)
def test_anna_and_bram_cannot_export_without_the_evaluators_role(
    installation: Installation, anna: Viewer, bram: Viewer, told: object, tmp_path: Path, format: str, profile: str
) -> None:
    for viewer in (anna, bram, None):
        assert refuses(installation, viewer, format, profile, tmp_path / "uit.csv")


def test_an_evaluator_elsewhere_and_an_administrator_cannot_export(
    installation: Installation, cem: Viewer, anna: Viewer, told: object, tmp_path: Path
) -> None:
    elsewhere = Viewer(9, "cem", "Cem", frozenset({(where, Role.EVALUATOR) for where, _ in cem.grants}))
    assert refuses(installation, elsewhere, "csv", "evaluator", tmp_path / "uit.csv")
    assert refuses(installation, with_role(anna, Role.ADMINISTRATOR, None), "csv", "report", tmp_path / "uit.csv")


@pytest.mark.parametrize(("format", "profile"), WAYS)
def test_dinas_story_is_gone(
    installation: Installation,
    collection: Collection,
    told: object,
    read_export: ReadExport,
    format: str,
    profile: str,
) -> None:
    dina = tell(installation, collection, text=SEAL, consent="report")
    masked(installation, dina.story_id, SEAL)
    assert SEAL in read_export(format, profile=profile)
    withdraw(installation, dina)
    assert SEAL not in read_export(format, profile=profile)


def test_a_story_for_the_table_is_for_evaluators_and_in_no_report(
    dina: Receipt, told: object, read_export: ReadExport
) -> None:
    assert SEAL in read_export("csv", profile="evaluator")
    assert SEAL not in read_export("csv", profile="report")


def test_a_story_that_is_not_masked_yet_stays_inside(
    installation: Installation, collection: Collection, told: object, read_export: ReadExport
) -> None:
    tell(installation, collection, text="Mijn naam is Dina.", consent="report")
    assert "Dina" not in read_export("csv") + read_export("jsonl", profile="report")


def test_nothing_told_is_no_empty_file(
    installation: Installation, collection: Collection, read_export: ReadExport, tmp_path: Path
) -> None:
    with pytest.raises(Exception, match="Er is geen verhaal om mee te geven"):
        read_export("csv")
    assert not (tmp_path / "uit.csv").exists()


def test_too_few_tellers_is_no_export(
    installation: Installation, collection: Collection, read_export: ReadExport
) -> None:
    draw_stories(
        installation, collection, "story | consent | teller\n" + "\n".join(f"{n} | report | t" for n in "abcdefghij")
    )
    with pytest.raises(Exception, match="minder dan 5 verhalen"):
        read_export("csv")
