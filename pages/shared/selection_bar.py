"""The selection bar: who, theme, tag, answer, words. The same on every explore page, and in the address."""

from dataclasses import replace

import streamlit as st

from pages.shared.address import read_selection, write_selection
from pages.shared.data import CollectionData
from pages.shared.dutch import join_words
from pages.shared.guard import PageContext
from pages.shared.parts import part_keys, part_label, question_title
from pages.shared.themes import ThemeOnScreen, load_themes, tag_labels
from stories.selection import NA_OPTION, Selection

_WHO, _THEME, _TAG, _WORDS, _NOW = "kies_wie", "kies_thema", "kies_label", "kies_woorden", "selectie_nu"


def show_selection_bar(context: PageContext, data: CollectionData) -> Selection:
    """Show the bar and return the selection in force. What does not exist here is left out of it."""
    themes = load_themes(context)
    labels = tag_labels(context)
    read = read_selection(context.collection.key)
    selection = keep_known(read, context, themes, set(labels))
    if selection != read:
        write_selection(context.collection.key, selection)
    st.session_state[_NOW] = selection
    with st.container(border=True, key="selectiebalk"):
        _show_who(context, selection)
        words, tag, theme = st.columns(3)
        with words:
            _show_words(context, selection)
        with tag:
            _show_tag_choice(context, data, selection, labels)
        with theme:
            _show_theme_choice(context, selection, themes)
        _show_chosen(context, selection, themes, labels)
    return selection


def keep_known(selection: Selection, context: PageContext, themes: list[ThemeOnScreen], tags: set[str]) -> Selection:
    """The selection without what this collection does not have: a bent link shows more, never a fault."""
    questions = context.framework.elements
    theme_ids = {theme.id for theme in themes}
    return Selection(
        perspectives=tuple(
            name for name in dict.fromkeys(selection.perspectives) if name in context.framework.perspective_ids
        ),
        tags=tuple(code for code in dict.fromkeys(selection.tags) if code in tags),
        themes=tuple(theme for theme in dict.fromkeys(selection.themes) if theme in theme_ids),
        answers=tuple(
            (element, option)
            for element, option in dict.fromkeys(selection.answers)
            if element in questions and option in (*_selectable(questions[element]), NA_OPTION)
        ),
        words=selection.words[:200],
    )


def describe_selection(context: PageContext, selection: Selection) -> str:
    """The selection in words, for "Hoe is dit gemaakt?"."""
    themes = {theme.id: theme.label for theme in load_themes(context)}
    labels = tag_labels(context)
    words = []
    if selection.perspectives:
        words.append(
            "wie: " + join_words([context.framework.perspective_label(name) for name in selection.perspectives])
        )
    if selection.themes:
        words.append("thema: " + join_words([themes.get(theme, str(theme)) for theme in selection.themes]))
    if selection.tags:
        words.append("label: " + join_words([labels.get(code, code) for code in selection.tags]))
    words += [_describe_answer(context, element, option) for element, option in selection.answers]
    if selection.words.strip():
        words.append(f'met de woorden "{selection.words.strip()}"')
    return "; ".join(words) or "alle verhalen"


def _selectable(question: object) -> tuple[str, ...]:
    stones = getattr(question, "stone_keys", ())
    return stones or part_keys(question)


def _show_who(context: PageContext, selection: Selection) -> None:
    st.session_state[_WHO] = list(selection.perspectives)
    st.pills(
        "Wie vertelt? (niets gekozen: iedereen)",
        context.framework.perspective_ids,
        format_func=context.framework.perspective_label,
        selection_mode="multi",
        key=_WHO,
        on_change=_change,
        args=(context.collection.key,),
    )


def _show_words(context: PageContext, selection: Selection) -> None:
    st.session_state[_WORDS] = selection.words
    st.text_input(
        "Zoek in verhalen",
        key=_WORDS,
        max_chars=200,
        autocomplete="off",
        on_change=_change,
        args=(context.collection.key,),
    )


def _show_tag_choice(context: PageContext, data: CollectionData, selection: Selection, labels: dict[str, str]) -> None:
    present = sorted(
        {code for codes in data.stories["tags"] for code in codes} & set(labels), key=lambda code: labels[code]
    )
    st.session_state[_TAG] = None
    st.selectbox(
        "Label (voorgesteld)",
        [code for code in present if code not in selection.tags],
        format_func=lambda code: labels[code],
        key=_TAG,
        placeholder="Kies een label" if present else "Er zijn nog geen labels",
        disabled=not present,
        on_change=_change,
        args=(context.collection.key,),
    )


def _show_theme_choice(context: PageContext, selection: Selection, themes: list[ThemeOnScreen]) -> None:
    st.session_state[_THEME] = None
    names = {theme.id: theme.label for theme in themes}
    st.selectbox(
        "Thema (voorgesteld)",
        [theme for theme in names if theme not in selection.themes],
        format_func=lambda theme: names[theme],
        key=_THEME,
        placeholder="Kies een thema" if themes else "Er zijn nog geen thema's",
        disabled=not themes,
        on_change=_change,
        args=(context.collection.key,),
    )


def _show_chosen(
    context: PageContext, selection: Selection, themes: list[ThemeOnScreen], labels: dict[str, str]
) -> None:
    """What was chosen, each as a button that takes it out again."""
    names = {theme.id: theme.label for theme in themes}
    chosen = [
        ("thema: " + names[theme], replace(selection, themes=_without(selection.themes, theme)))
        for theme in selection.themes
    ]
    chosen += [
        ("label: " + labels[code], replace(selection, tags=_without(selection.tags, code))) for code in selection.tags
    ]
    chosen += [
        (_describe_answer(context, *pair), replace(selection, answers=_without(selection.answers, pair)))
        for pair in selection.answers
    ]
    if selection == Selection():
        return
    with st.container(horizontal=True, key="gekozen"):
        for number, (label, smaller) in enumerate(chosen):
            st.button(
                f"{label} ✕", key=f"weg_{number}", on_click=write_selection, args=(context.collection.key, smaller)
            )
        st.button(
            "Wis alles",
            key="wis_alles",
            type="tertiary",
            on_click=write_selection,
            args=(context.collection.key, Selection()),
        )


def _without(values: tuple, gone: object) -> tuple:
    return tuple(value for value in values if value != gone)


def _describe_answer(context: PageContext, element: str, option: str) -> str:
    question = context.framework.elements[element]
    perspective = context.framework.perspective_ids[-1]
    if option in getattr(question, "stone_keys", ()):
        return f"{question_title(question, context.framework)}: steen {option}"
    return (
        f"{question_title(question, context.framework)}: {part_label(context.framework, question, option, perspective)}"
    )


def _change(collection_key: str) -> None:
    """Take over what was changed in the bar. Runs before the page, so the page reads it from the address."""
    before: Selection = st.session_state.get(_NOW, Selection())
    state = st.session_state
    themes, tag = before.themes, state.get(_TAG)
    if state.get(_THEME) is not None:
        themes = (*themes, state[_THEME])
    write_selection(
        collection_key,
        replace(
            before,
            perspectives=tuple(state.get(_WHO) or ()),
            themes=themes,
            tags=(*before.tags, tag) if tag else before.tags,
            words=state.get(_WORDS) or "",
        ),
    )
