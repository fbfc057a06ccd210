"""The suggested themes over the stories on screen, with how sure the machine is of them."""

import numpy as np
import pandas as pd
import streamlit as st

from pages.shared.address import read_selection, write_selection
from pages.shared.data import CollectionData
from pages.shared.dutch import escape_markdown
from pages.shared.guard import PageContext
from pages.shared.released import say_count
from pages.shared.themes import ThemeOnScreen, load_themes
from safeguards.consent import Purpose
from safeguards.release import Chosen, ReleasedStories, release_counts
from stories.selection import Selection

NO_THEME = "geen thema"


def show_theme_list(context: PageContext, data: CollectionData, released: ReleasedStories, how: Chosen) -> None:
    """A table of themes: name, words, stories here, stability. Choosing one puts it in the bar."""
    themes = load_themes(context)
    with st.expander("Voorgestelde thema's", key="themalijst"):
        if not themes:
            st.markdown("Er zijn nog geen thema's voorgesteld. Dat gebeurt bij de verwerking, vanaf genoeg verhalen.")
            return
        st.markdown(
            "De computer stelde deze groepen voor. Mensen beslissen wat een thema is. "
            "Stabiel: de verhalen komen bij herhaling weer bij elkaar."
        )
        st.table(theme_table(context, themes, data, released, how), hide_index=True, alt="Voorgestelde thema's")
        names = {theme.id: theme.label for theme in themes}
        st.selectbox(
            "Lees de verhalen van een thema",
            list(names),
            index=None,
            format_func=lambda theme: names[theme],
            key="lees_thema",
            placeholder="Kies een thema",
            on_change=_read_theme,
            args=(context.collection.key,),
        )


def theme_table(
    context: PageContext, themes: list[ThemeOnScreen], data: CollectionData, released: ReleasedStories, how: Chosen
) -> pd.DataFrame:
    """The themes as a table; a number that is too small to show is "verborgen".

    how: how the stories were chosen out of all those of `data`.
    """
    wanted = [theme.id for theme in themes]
    here, everywhere = (np.array(list(frame["theme_id"].fillna(-1))) for frame in (released.frame, data.stories))
    tellers = released.frame["teller_id"].to_numpy(object)
    # Of no theme, and of a theme that is not in the list, there is one number.
    here, everywhere = (np.where(np.isin(codes, wanted), codes, -1) for codes in (here, everywhere))
    cells = {(0, place): everywhere == theme for place, theme in enumerate([*wanted, -1])}
    also = np.zeros((1, len(cells)), dtype=bool)
    for place in how.finds_small_rests(cells, context.limits.internal) if how.conditions else []:
        also[place] = True
    shown = release_counts(
        context.viewer,
        context.collection.id,
        pd.DataFrame([[int((here == theme).sum()) for theme in [*wanted, -1]]]),
        purpose=Purpose.RESEARCH,
        limits=context.limits,
        tellers=pd.DataFrame([[len(set(tellers[here == theme])) for theme in [*wanted, -1]]]),
        also=also,
        of_selection=bool(how.conditions),
    ).counts.iloc[0]
    rows = [
        (
            escape_markdown(theme.label),
            escape_markdown(", ".join(theme.keywords[:6])),
            say_count(shown[place]),
            say_stability(theme.stability),
        )
        for place, theme in enumerate(themes)
    ]
    rows.append((NO_THEME, "", say_count(shown[len(themes)]), ""))
    return pd.DataFrame(rows, columns=["Thema (voorgesteld)", "Woorden", "Verhalen in deze selectie", "Stabiel"])


def say_stability(stability: float | None) -> str:
    """How steady a theme is, in words, with the number behind it.

    >>> say_stability(0.82)
    'ja (0,82)'
    """
    if stability is None:
        return "niet gemeten"
    word = "ja" if stability >= 0.75 else "redelijk" if stability >= 0.5 else "weinig"
    return f"{word} ({stability:.2f})".replace(".", ",")


def _read_theme(collection_key: str) -> None:
    theme = st.session_state.get("lees_thema")
    if theme is not None:
        selection = read_selection(collection_key)
        write_selection(
            collection_key,
            Selection(selection.perspectives, selection.tags, (theme,), selection.answers, selection.words),
        )
