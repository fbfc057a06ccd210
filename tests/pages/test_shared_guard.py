"""The door: what `require` itself refuses, and what the cache may not keep."""

import pytest
import streamlit as st

from pages.shared.guard import require, require_in_house
from pages.shared.versions import read_data_version
from safeguards.installation import Installation
from stories.accept import Receipt
from stories.collections import Collection
from tests.cast import tell, withdraw
from tests.pages.conftest import Visit, draw_parents, everything


def test_an_action_of_another_task_is_a_mistake_in_the_page() -> None:
    for door in (require, require_in_house):
        with pytest.raises(ValueError, match="does not belong"):
            door("collect", action="manage_people")


def version(installation: Installation, collection: Collection) -> str:
    with installation.database.reading() as session:
        return read_data_version(session, collection.id)


def test_a_withdrawal_changes_the_version_even_when_another_story_takes_its_place(
    installation: Installation, collection: Collection, dina: Receipt
) -> None:
    before = version(installation, collection)

    withdraw(installation, dina)
    tell(installation, collection)

    assert version(installation, collection) != before


def test_a_story_that_waits_for_masking_makes_nobody_read_everything_again(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    draw_parents(installation, collection, 6)
    everything(visit("anna", "explore/explorer.py"))
    tell(installation, collection, consent="table", text="Nog niet gemaskeerd.")

    assert "6 verhalen van 6 vertellers" in everything(visit("anna", "explore/explorer.py"))


def test_what_was_read_for_research_is_never_handed_to_the_table(
    visit: Visit, installation: Installation, collection: Collection
) -> None:
    st.cache_resource.clear()
    draw_parents(installation, collection, 6)
    everything(visit("anna", "explore/explorer.py"))

    assert "Verhaal ouder" not in everything(visit("bram", "explore/side_by_side.py"))
