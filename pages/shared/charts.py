"""A question on screen: a panel for each perspective, each with its sentence, its numbers and its table twin."""

from collections.abc import Callable
from html import escape

import pandas as pd
import streamlit as st

from pages.shared import chart_shapes
from pages.shared.dutch import count_of, escape_markdown, show_share
from pages.shared.guard import PageContext
from pages.shared.notices import NO_QUESTION
from pages.shared.panels import Panel, QuestionView
from pages.shared.parts import SKIPPED_PART, part_label
from pages.shared.released import HIDDEN, say_count
from stories.elements import Dyad, Stones, Triad
from stories.selection import NA_OPTION


def show_view(
    context: PageContext,
    view: QuestionView,
    *,
    key: str,
    chosen: tuple[str, str] = ("", ""),
    on_pick: Callable[[str, str], None] | None = None,
    columns: int = 2,
) -> None:
    """Every panel of a question, in the framework's order, and the table twin under them.

    chosen: the (perspective, part) that stands out. on_pick: what happens when somebody picks a
    part in a chart; the page gives the same choice to the keyboard.
    """
    columns = max(1, min(columns, len(view.panels)))
    for start in range(0, len(view.panels), columns):
        for place, panel in zip(st.columns(columns), view.panels[start : start + columns], strict=False):
            with place, st.container(border=True, key=f"paneel_{key}_{panel.perspective}"):
                show_panel(context, view, panel, key=key, chosen=chosen, on_pick=on_pick)
    show_table_twin(context, view, key=key)


def show_panel(
    context: PageContext,
    view: QuestionView,
    panel: Panel,
    *,
    key: str,
    chosen: tuple[str, str] = ("", ""),
    on_pick: Callable[[str, str], None] | None = None,
    beside: bool = False,
) -> None:
    """One perspective: the question as it was asked of them, the chart, and the sentence.

    beside: the sentence stands next to the chart instead of under it.
    """
    st.markdown(f"**{escape_markdown(panel.label)}**")
    if panel.asked_as is None:
        st.markdown(f"{NO_QUESTION[:1].upper()}{NO_QUESTION[1:]}.")
        return
    st.html(f'<p class="vt-asked">{escape(panel.asked_as)}</p>')
    chart, words = st.columns(2) if beside and panel.n else (st.container(), st.container())
    if panel.n:
        with chart:
            _show_chart(context, view, panel, f"{key}_{panel.perspective}", chosen, on_pick)
    words.markdown(describe_panel(context, view, panel))


def describe_panel(context: PageContext, view: QuestionView, panel: Panel) -> str:
    """The panel in a sentence: how many, what most, past niet.

    Said of this panel alone: two perspectives are never put into one number.
    """
    if panel.is_too_small:
        return f"Te weinig verhalen om te tonen (minder dan {view.smallest})."
    if not panel.n:
        return "Geen antwoorden."
    words = [f"{count_of(panel.n, 'verhaal', 'verhalen')}."]
    shown = {part: count for part in view.parts if (count := panel.counts.get(part))}
    if shown:
        most = max(shown, key=lambda part: shown[part])
        label = part_label(context.framework, view.question, most, panel.perspective)
        words.append(f"Het meest: {escape_markdown(label)} ({shown[most]}).")
    words.append(f"Past niet: {_say_not_applicable(panel)}.")
    return " ".join(words)


def table_of(context: PageContext, view: QuestionView) -> pd.DataFrame:
    """The table twin: a row for each part in words, a column for each perspective."""
    words = next((panel.perspective for panel in reversed(view.panels) if panel.asked_as), view.panels[0].perspective)
    parts = (*view.parts, NA_OPTION, SKIPPED_PART)
    rows = [
        ["niet gevraagd" if panel.asked_as is None else say_count(panel.counts.get(part)) for panel in view.panels]
        for part in parts
    ]
    labels = [part_label(context.framework, view.question, part, words) for part in parts]
    return pd.DataFrame(rows, index=labels, columns=[panel.label for panel in view.panels])


def show_table_twin(context: PageContext, view: QuestionView, *, key: str) -> None:
    """The same numbers as a table, for who reads better than looks."""
    if any(count is None for panel in view.panels for count in panel.counts.values()):
        st.markdown(f"Een ? of “{HIDDEN}” is een aantal dat niet getoond wordt, om mensen te beschermen.")
    with st.expander("Tabel", key=f"tabel_{key}"):
        st.table(table_of(context, view), alt="Aantal verhalen per antwoord en per perspectief")
        if view.note:
            st.markdown(view.note)


def _show_chart(
    context: PageContext,
    view: QuestionView,
    panel: Panel,
    key: str,
    chosen: tuple[str, str],
    on_pick: Callable[[str, str], None] | None,
) -> None:
    chart = _make_chart(context, view, panel, chosen[1] if chosen[0] == panel.perspective else "")
    sentence = f"{panel.label}. {panel.asked_as} {describe_panel(context, view, panel)}".replace("\\", "")
    if on_pick is None:
        st.vega_lite_chart(spec=chart, width="content", theme=None, key=f"kaart_{key}", alt=sentence)
        return
    chart_key = f"kaart_{key}"

    def pick() -> None:
        picked = (st.session_state.get(chart_key) or {}).get("selection", {}).get(chart_shapes.PICK) or []
        part = picked[-1].get("part") if picked else None
        if part in (*view.parts, NA_OPTION):
            on_pick(panel.perspective, part)

    st.vega_lite_chart(
        spec=chart,
        width="content",
        theme=None,
        key=chart_key,
        on_select=pick,
        selection_mode=[chart_shapes.PICK],
        alt=sentence,
    )


def _make_chart(context: PageContext, view: QuestionView, panel: Panel, chosen: str) -> chart_shapes.Spec:
    question, perspective = view.question, panel.perspective
    counts = [panel.counts.get(part) for part in view.parts]
    smallest = context.limits.internal
    if isinstance(question, Triad) and panel.points is not None:
        corners = question.texts[perspective].corners
        return chart_shapes.triad_chart(panel.points, corners, chosen=chosen, smallest=smallest)
    if isinstance(question, Stones) and panel.points is not None:
        text = question.texts[perspective]
        return chart_shapes.stones_chart(panel.points, text.x, text.y, chosen=chosen, smallest=smallest)
    if isinstance(question, Dyad):
        return chart_shapes.step_chart(counts, view.parts, question.texts[perspective].poles, chosen=chosen)
    offered = _offered(view, perspective)
    pairs = [(part, panel.counts.get(part)) for part in view.parts if part in offered]
    labels = [part_label(context.framework, question, part, perspective) for part, _ in pairs]
    return chart_shapes.option_chart([n for _, n in pairs], [part for part, _ in pairs], labels, chosen=chosen)


def _offered(view: QuestionView, perspective: str) -> set[str]:
    options_for = getattr(view.question, "options_for", None)
    return {option.key for option in options_for(perspective)} if options_for else set(view.parts)


def _say_not_applicable(panel: Panel) -> str:
    if panel.na_share is not None:
        return show_share(panel.na_share)
    return say_count(panel.counts.get(NA_OPTION))
