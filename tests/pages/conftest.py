"""Run a page as somebody with a real sign-in: only the header's value is put in by the test."""

import html
import re
from collections.abc import Callable

import pytest
import streamlit as st
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from safeguards.installation import Installation
from safeguards.signin import hash_token, open_sign_in
from storage.tables.people import UserRow
from stories.collections import Collection
from tests.cast import ROOT, draw_stories

Visit = Callable[..., AppTest]


@pytest.fixture
def visit(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Open a page script as a person of the cast; None is nobody. Params stand in the address."""
    st.cache_resource.clear()
    for place in ("pages.shared.context", "pages.shared.guard"):
        monkeypatch.setattr(f"{place}.get_installation", lambda: installation)

    def open_as(name: str | None, script: str, **params: str | list[str]) -> AppTest:
        token_hash = sign_in(installation, name) if name else None
        monkeypatch.setattr("pages.shared.viewer.read_token_hash", lambda: token_hash)
        app = AppTest.from_file(str(ROOT / "pages" / script), default_timeout=30)
        for key, value in params.items():
            app.query_params[key] = value
        return app.run()

    return open_as


def sign_in(installation: Installation, name: str) -> str:
    """An open sign-in of somebody in the database: the hash of its token."""
    with installation.database.writing() as session:
        user = session.scalars(select(UserRow).where(UserRow.name == name)).one()
        return hash_token(open_sign_in(session, user).token)


def everything(app: AppTest) -> str:
    """What the page says and shows, in one text; a page in a test may not end in an exception."""
    assert not app.exception, app.exception
    blocks = (app.title, app.subheader, app.markdown, app.warning, app.info, app.error, app.success)
    said = [str(element.value) for block in blocks for element in block]
    said += [html.unescape(element.value) for element in app.get("html") if "<style>" not in element.value]
    said += [table.value.to_string() for table in app.table]
    said += [button.label for button in app.button]
    return re.sub(r"\\(.)", r"\1", "\n".join(said))


def draw_parents(installation: Installation, collection: Collection, n: int, *, answer: str = ".8 .1 .1") -> None:
    """Stories of as many parents, with one answer to T1; their texts are "Verhaal ouder0." and on."""
    rows = "\n".join(f"ouder{number} | parent | {answer}" for number in range(n))
    draw_stories(installation, collection, f"story | perspective | T1\n{rows}")
