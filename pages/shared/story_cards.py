"""A story as people read it: masked text on a card, never as Markdown or HTML of the teller's."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared.dutch import show_month
from safeguards.release import ReleasedStories

PAGE_SIZE = 10
LONG_TEXT = 900  # characters; what is longer folds open, so that ten cards stay a list
_MASK = re.compile(r"\[([A-Z]+)-(\d+)\]")
UNTITLED = "Zonder titel"
WITHOUT_TEXT = "Deze verteller gaf antwoorden, en wilde geen verhaal vertellen."


def show_story_cards(
    released: ReleasedStories,
    *,
    perspective_labels: dict[str, str],
    tag_labels: dict[str, str],
    ids: Sequence[str] | None = None,
) -> None:
    """Cards of released stories, in the order of `ids` (all of them without ids)."""
    frame = released.frame if ids is None else released.frame.loc[list(ids)]
    st.html("".join(make_card(row, perspective_labels, tag_labels) for row in frame.to_dict("records")))


def make_card(story: dict[str, Any], perspective_labels: dict[str, str], tag_labels: dict[str, str]) -> str:
    """One card as HTML. Everything from outside is escaped; Arabic runs from right to left by itself."""
    title = escape(story["title"].strip() or UNTITLED)
    text = _make_text(story["text"].strip()) if story["has_text"] else f"<em>{WITHOUT_TEXT}</em>"
    about = f"{perspective_labels.get(story['perspective'], story['perspective'])} · {show_month(story['told_on'])}"
    marks = []
    if pd.notna(story["theme_label"]):
        marks.append(f"<li>thema: {escape(str(story['theme_label']))} <i>voorgesteld</i></li>")
    marks += [f"<li>{escape(tag_labels.get(code, code))} <i>voorgesteld</i></li>" for code in story["tags"][:3]]
    language = escape(story["language"], quote=True)
    return (
        f'<article class="vt-card"><h4 lang="{language}" dir="auto">{title}</h4><p class="vt-about">{escape(about)}</p>'
        f'<div class="vt-text" lang="{language}" dir="auto">{text}</div>'
        + (f'<ul class="vt-marks">{"".join(marks)}</ul>' if marks else "")
        + "</article>"
    )


def _make_text(text: str) -> str:
    if len(text) <= LONG_TEXT:
        return _make_paragraphs(text)
    cut = text.rfind(" ", 0, LONG_TEXT)
    cut = cut if cut > 0 else LONG_TEXT
    return (
        _make_paragraphs(text[:cut] + " …")
        + f"<details><summary>Lees verder</summary>{_make_paragraphs(text[cut:].strip())}</details>"
    )


def _make_paragraphs(text: str) -> str:
    # What was hidden is a grey pill: the reader sees that something stood there, and what kind.
    lines = [
        _MASK.sub(lambda mark: f'<span class="vt-mask">{mark[1].lower()} {mark[2]}</span>', escape(line))
        for line in text.splitlines()
    ]
    return "".join(f'<p dir="auto">{line}</p>' for line in lines if line.strip())
