"""Making, opening and closing collections."""

from pathlib import Path

import pytest

from pages.manage.collection_actions import CollectionRefused, add_collection, read_framework, set_open
from safeguards.access import NotAllowed, Role, Viewer
from safeguards.installation import Installation
from stories.collections import Collection, find_collection, list_collections
from stories.framework import FrameworkError
from tests.cast import DEMO_FRAMEWORK, SMALL_FRAMEWORK
from tests.pages.manage_pages import OpenPage, administrator, open_page, press, texts

__all__ = ["administrator", "open_page"]
COLLECTIONS = "manage/collections.py"


def add(installation: Installation, viewer: Viewer, key: str, title: str = "Noord", file: Path = SMALL_FRAMEWORK):
    """Make a collection as the form does."""
    framework = read_framework(file.name, file.read_bytes())
    return add_collection(installation, viewer, framework, key=key, title=title, taxonomy=None, what_happens="")


def keys(installation: Installation) -> list[str]:
    """The keys of all collections."""
    with installation.database.reading() as session:
        return sorted(one.key for one in list_collections(session))


def test_the_page_lists_the_collections(open_page: OpenPage, administrator: Viewer) -> None:
    said = texts(open_page(administrator, COLLECTIONS))
    assert "Verhalen over Basis jeugdhulp" in said
    assert "open voor verhalen · 0 verhalen · duidingskader versie 1 · labels: geen labels" in said


def test_a_wrong_framework_is_shown_with_every_fault_and_a_right_one_makes_a_collection(
    open_page: OpenPage, administrator: Viewer, installation: Installation
) -> None:
    app = open_page(administrator, COLLECTIONS)
    app.file_uploader(key="kader").set_value(("kader.yaml", b"framework: {id: x, title: X}", "text/yaml")).run()
    assert "fouten in kader.yaml. Er is niets bewaard" in texts(app)
    content = SMALL_FRAMEWORK.read_bytes()
    app.file_uploader(key="kader").set_value(("klein.yaml", content, "text/yaml")).run()
    app.text_input(key="nieuw_sleutel").set_value("noord-2025")
    app.text_input(key="nieuw_titel").set_value("Noord 2025")
    assert "Verzameling noord-2025 is gemaakt en open" in texts(press(app, "maak_verzameling"))
    assert keys(installation) == ["demo", "elders", "noord-2025"]


def test_closing_and_opening_is_one_click_each(
    open_page: OpenPage, administrator: Viewer, installation: Installation, collection: Collection
) -> None:
    app = press(open_page(administrator, COLLECTIONS), f"sluit_{collection.id}")
    assert "gesloten" in texts(app)
    with installation.database.reading() as session:
        assert not find_collection(session, "demo").is_open
    press(app, f"open_{collection.id}")
    with installation.database.reading() as session:
        assert find_collection(session, "demo").is_open


def test_a_collection_is_made_once_however_often_one_clicks(installation: Installation, administrator: Viewer) -> None:
    first, second = add(installation, administrator, "noord-2025"), add(installation, administrator, "noord-2025")
    assert first == second
    assert keys(installation) == ["demo", "elders", "noord-2025"]


def test_another_collection_with_the_same_key_is_refused(installation: Installation, administrator: Viewer) -> None:
    with pytest.raises(CollectionRefused, match='Er is al een verzameling met sleutel "demo"'):
        add(installation, administrator, "demo")


@pytest.mark.parametrize("key", ["", "N", "noord 2025", "Noord", "../noord", "a" * 41])
def test_a_strange_key_is_refused(installation: Installation, administrator: Viewer, key: str) -> None:
    with pytest.raises(CollectionRefused, match="kleine letters, cijfers en streepjes"):
        add(installation, administrator, key)
    assert keys(installation) == ["demo", "elders"]


def test_every_fault_in_a_framework_is_named_with_its_place() -> None:
    broken = DEMO_FRAMEWORK.read_text(encoding="utf-8")
    broken = broken.replace("type: triad", "type: vierhoek", 1).replace("forbidden_words_nl", "verboden", 1)
    with pytest.raises(FrameworkError) as error:
        read_framework("../../kader.yaml", broken.encode())
    assert len(error.value.faults) == 2
    assert str(error.value).startswith("kader.yaml: signifiers[0] (T1)")


@pytest.mark.parametrize("name", ["anna", "bram", "cem"])
def test_cem_cannot_open_the_page_and_neither_can_who_is_no_administrator(
    open_page: OpenPage, request: pytest.FixtureRequest, name: str
) -> None:
    app = open_page(request.getfixturevalue(name), COLLECTIONS)
    assert "Dit mag je niet bekijken of doen" in texts(app)
    assert not app.button


def test_an_administrator_elsewhere_makes_and_closes_nothing_here(
    installation: Installation, cem: Viewer, collection: Collection
) -> None:
    away = next(iter(cem.grants))[0]
    local = Viewer(cem.user_id, "cem", "Cem", frozenset({(away, Role.ADMINISTRATOR)}))
    with pytest.raises(NotAllowed):
        set_open(installation, local, collection, is_open=False)
    with pytest.raises(NotAllowed):
        add(installation, local, "noord-2025")
