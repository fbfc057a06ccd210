"""The privacy documents say what the program does: terms, commands, files, and no reference to nothing."""

import re

import pytest

from settings import SETTINGS
from tests.cast import ROOT

FOLDER = ROOT / "docs" / "privacy"
DOCUMENTS = ("verwerkingsregister", "dpia", "bijlage-verwerkersovereenkomst", "algoritmeregister")


def read(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_and_link_that_is_named_is_there(name: str) -> None:
    named = re.findall(r"`((?:safeguards|tests|models|bench)/[^`]*)`", read(name))
    linked = re.findall(r"\]\(([^)#]+)", read(name))
    assert not [path for path in named if not (ROOT / path).exists()]
    assert not [path for path in linked if not (FOLDER / path).exists()]


@pytest.mark.parametrize("name", ["verwerkingsregister", "dpia", "bijlage-verwerkersovereenkomst"])
def test_the_terms_are_the_defaults(name: str) -> None:
    defaults = {setting.name: setting.default for setting in SETTINGS}
    text = read(name)
    for setting in ("original_retention_days", "story_retention_days"):
        assert re.search(rf"\b{defaults[setting]} dagen", text), setting


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_only_the_organisation_knows_is_left_open(name: str) -> None:
    assert read(name).count("⟨") == read(name).count("⟩") > 0
