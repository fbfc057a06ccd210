"""Open a page of report/ or manage/ as somebody, for their tests."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from safeguards.access import Role, Viewer
from safeguards.installation import Installation
from stories.collections import Collection
from tests.cast import ROOT, with_role

OpenPage = Callable[..., AppTest]


@pytest.fixture
def open_page(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """Run a page script as somebody; the sign-in itself is tested with the pages' shared parts."""
    monkeypatch.setattr("pages.shared.guard.get_installation", lambda: installation)
    st.cache_resource.clear()

    def open_as(viewer: Viewer | None, script: str, **params: str) -> AppTest:
        monkeypatch.setattr("pages.shared.guard.current_viewer", lambda _: viewer)
        monkeypatch.setattr("pages.shared.progress.current_viewer", lambda _: viewer)
        app = AppTest.from_file(str(Path(ROOT) / "pages" / script), default_timeout=30)
        for name, value in params.items():
            app.query_params[name] = value
        return app.run()

    return open_as


@pytest.fixture
def administrator(installation: Installation) -> Viewer:
    """Anna, who also looks after the whole installation."""
    return Viewer(1, "anna", "Anna", frozenset({(None, Role.ADMINISTRATOR)}))


@pytest.fixture
def evaluator(anna: Viewer, collection: Collection) -> Viewer:
    """Anna, who was given the evaluator's role too."""
    return with_role(anna, Role.EVALUATOR, collection)


def texts(app: AppTest) -> str:
    """What the page says in one text, without Markdown's escapes; no page in a test may end in an exception."""
    assert not app.exception, app.exception
    said = [*app.title, *app.subheader, *app.markdown, *app.warning, *app.info, *app.error, *app.success]
    said += [*app.caption, *app.code]
    return re.sub(r"\\(.)", r"\1", "\n".join(str(one.value) for one in said))


def press(app: AppTest, key: str) -> AppTest:
    """Press the button with this key."""
    return app.button(key=key).click().run()
