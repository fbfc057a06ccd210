"""The charts themselves, as Altair. Blue for what is there, orange for what was chosen, both readable in grey."""

import textwrap
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from patterns.triads import CORNERS, HEIGHT, bin_points, to_plane, zone_borders
from stories.selection import CORNER_FROM, MIDDLE_FROM

BLUE, ORANGE, INK, LINE = "#154273", "#B45F06", "#1B1B1B", "#6B7280"
PICK = "deel"
MOST_DOTS = 500
WIDTH = 236
_CORNER_CHARACTERS, _LINE_HEIGHT = 17, 15


def triad_chart(points: pd.DataFrame, corners: Sequence[str], *, chosen: str, smallest: int) -> alt.LayerChart:
    """A triangle with the corners in words, and a dot for each answer, or bins when there are many.

    points: columns x, y, part. chosen: the part that stands out; empty for none.
    """
    corners = [corner.partition(":")[0] for corner in corners]
    layers = [_triangle_lines(), _corner_words(corners), _cloud(points, chosen, smallest)]
    x = alt.Scale(domain=[-0.12, 1.12], nice=False, zero=False)
    y = alt.Scale(domain=[-0.24, HEIGHT + 0.2], nice=False, zero=False)
    layered = alt.layer(*layers).resolve_scale(size="independent").properties(width=WIDTH, height=int(WIDTH * 1.06))
    return _finish(layered.encode(alt.X("x:Q", scale=x, axis=None), alt.Y("y:Q", scale=y, axis=None)))


def stones_chart(
    points: pd.DataFrame, x_poles: Sequence[str], y_poles: Sequence[str], *, chosen: str, smallest: int
) -> alt.LayerChart:
    """The field on which one stone was put. points: columns x, y (0-100), part."""
    square = pd.DataFrame(
        [(0, 0, 0), (100, 0, 1), (100, 100, 2), (0, 100, 3), (0, 0, 4)], columns=["x", "y", "order"]
    ).assign(line=0)
    cross = pd.DataFrame(
        [(50, 0, 0, 1), (50, 100, 1, 1), (0, 50, 0, 2), (100, 50, 1, 2)], columns=["x", "y", "order", "line"]
    )
    words = pd.DataFrame(
        [(50, 113, y_poles[1]), (50, -8, y_poles[0]), (0, -20, f"← {x_poles[0]}"), (100, -32, f"{x_poles[1]} →")],
        columns=["x", "y", "text"],
    ).assign(align=["center", "center", "left", "right"])
    layers = [_lines(pd.concat([square, cross])), *_words(words), _cloud(points, chosen, smallest)]
    layered = alt.layer(*layers).resolve_scale(size="independent").properties(width=WIDTH, height=WIDTH + 40)
    x = alt.Scale(domain=[-4, 104], nice=False)
    y = alt.Scale(domain=[-38, 118], nice=False)
    return _finish(layered.encode(alt.X("x:Q", scale=x, axis=None), alt.Y("y:Q", scale=y, axis=None)))


def step_chart(
    counts: Sequence[int | None], keys: Sequence[str], poles: Sequence[str], *, chosen: str
) -> alt.LayerChart:
    """Five columns between two ends. A hidden count is an empty column with a question mark."""
    known = [count for count in counts if count is not None]
    top = max([*known, 1])
    frame = _bars_frame(counts, keys, chosen=chosen)
    x = alt.X("part:N", sort=list(keys), axis=None, scale=alt.Scale(paddingInner=0.12))
    y = alt.Y("height:Q", axis=None, scale=alt.Scale(domain=[-top * 0.34, top * 1.15], nice=False))
    bars = (
        alt.Chart(frame)
        .mark_bar(stroke=BLUE, strokeWidth=1)
        .encode(x, y, y2=alt.datum(0), color=_fill(), tooltip=alt.value(None))
    )
    numbers = alt.Chart(frame).mark_text(dy=-8, color=INK, fontSize=13).encode(x, y, text="label:N")
    ends = pd.DataFrame({"part": [keys[0], keys[-1]], "text": [_wrap(pole, 22) for pole in poles]})
    y_ends = alt.datum(-top * 0.05)
    words = [
        alt.Chart(ends.iloc[[place]])
        .mark_text(
            align=align, baseline="top", dx=shift, color=INK, fontSize=12.5, lineHeight=_LINE_HEIGHT, lineBreak="\n"
        )
        .encode(x, y=y_ends, text="text:N")
        for place, align, shift in ((0, "left", -25), (1, "right", 25))
    ]
    layered = alt.layer(bars.add_params(_pick()), numbers, *words).properties(width=WIDTH, height=190)
    return _finish(layered)


def option_chart(
    counts: Sequence[int | None], keys: Sequence[str], labels: Sequence[str], *, chosen: str
) -> alt.LayerChart:
    """A bar for each option, in the order of the form. A hidden count is a question mark."""
    known = [count for count in counts if count is not None]
    top = max([*known, 1])
    frame = _bars_frame(counts, keys, chosen=chosen).assign(words=list(labels))
    y = alt.Y(
        "words:N",
        sort=list(labels),
        axis=alt.Axis(title=None, labelLimit=130, labelFontSize=12, ticks=False, domain=False, labelColor=INK),
    )
    x = alt.X("height:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.15], nice=False))
    bars = alt.Chart(frame).mark_bar(stroke=BLUE, strokeWidth=1).encode(y, x, x2=alt.datum(0), color=_fill())
    numbers = alt.Chart(frame).mark_text(dx=6, align="left", color=INK, fontSize=12).encode(y, x, text="label:N")
    layered = alt.layer(bars.add_params(_pick()), numbers)
    return _finish(layered.properties(width=WIDTH, height=max(70, 27 * len(frame))))


def month_chart(counts: Sequence[int | None], months: Sequence[str]) -> alt.LayerChart:
    """A column for each month, with its count; a hidden count is a question mark."""
    top = max([*(count for count in counts if count is not None), 1])
    frame = _bars_frame(counts, months, chosen="")
    axis = alt.Axis(title=None, labelAngle=-90, labelColor=INK, labelFontSize=12, ticks=False, domainColor=LINE)
    x = alt.X("part:N", sort=list(months), axis=axis, scale=alt.Scale(paddingInner=0.15))
    y = alt.Y("height:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.18], nice=False))
    bars = alt.Chart(frame).mark_bar(color=BLUE).encode(x, y, tooltip=alt.value(None))
    numbers = alt.Chart(frame).mark_text(dy=-8, color=INK, fontSize=12).encode(x, y, text="label:N")
    return _finish(alt.layer(bars, numbers).properties(width=WIDTH + 60, height=190))


def _bars_frame(counts: Sequence[int | None], keys: Sequence[str], *, chosen: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "part": list(keys),
            "height": [0 if count is None else count for count in counts],
            "label": ["?" if count is None else str(count) for count in counts],
            "is_chosen": [key == chosen for key in keys],
        }
    )


def _cloud(points: pd.DataFrame, chosen: str, smallest: int) -> alt.Chart:
    frame = points[["x", "y", "part"]]
    if len(frame) > MOST_DOTS:
        return _bubbles(frame, chosen, smallest)
    frame = frame.round(3).assign(is_chosen=frame["part"] == chosen)
    return (
        alt.Chart(frame)
        .mark_circle(size=46, opacity=0.6, stroke="white", strokeWidth=0.5, cursor="pointer")
        .encode(x="x:Q", y="y:Q", color=_fill(), tooltip=alt.value(None))
        .add_params(_pick())
    )


def _bubbles(points: pd.DataFrame, chosen: str, smallest: int) -> alt.Chart:
    largest = float(points[["x", "y"]].max().max()) or 1.0
    scale = 100.0 if largest > 1.5 else 1.0  # stones lie on 0-100, triads on 0-1
    bins = bin_points(points.assign(x=points["x"] / scale, y=points["y"] / scale))
    bins = bins.assign(x=bins["x"] * scale, y=bins["y"] * scale, is_chosen=bins["part"] == chosen)
    # A cell with few answers is one size, whatever its count: the count is not to be read off.
    bins["count"] = np.where(bins["count"] < smallest, smallest - 1, bins["count"])
    return (
        alt.Chart(bins)
        .mark_circle(opacity=0.85, cursor="pointer")
        .encode(
            x="x:Q",
            y="y:Q",
            size=alt.Size("count:Q", scale=alt.Scale(range=[8, 330], zero=True), legend=None),
            color=_fill(),
            tooltip=alt.value(None),
        )
        .add_params(_pick())
    )


def _triangle_lines() -> alt.LayerChart:
    outline = to_plane(np.array([*CORNERS, CORNERS[0]]))
    borders = [to_plane(np.array(line)) for line in zone_borders(corner_from=CORNER_FROM, middle_from=MIDDLE_FROM)]
    rows = [(x, y, number, order) for number, line in enumerate(borders) for order, (x, y) in enumerate(line)]
    frame = pd.DataFrame(rows, columns=["x", "y", "line", "order"])
    edge = pd.DataFrame(outline, columns=["x", "y"]).assign(line=0, order=range(4))
    return alt.layer(_lines(frame, color="#B8BEC7", dash=True), _lines(edge))


def _lines(frame: pd.DataFrame, *, color: str = LINE, dash: bool = False) -> alt.Chart:
    return (
        alt.Chart(frame)
        .mark_line(color=color, strokeWidth=1 if dash else 1.5, strokeDash=[3, 3] if dash else [1, 0])
        .encode(x="x:Q", y="y:Q", detail="line:N", order="order:Q")
    )


def _corner_words(corners: Sequence[str]) -> alt.LayerChart:
    texts = [_wrap(corner, _CORNER_CHARACTERS) for corner in corners]
    frame = pd.DataFrame(
        {
            "x": [0.5, -0.1, 1.1],
            "y": [HEIGHT + 0.05, -0.05, -0.05],
            "text": texts,
            "align": ["center", "left", "right"],
            # Lines run down from the first one, so words above the top start higher.
            "dy": [-_LINE_HEIGHT * texts[0].count("\n"), 0, 0],
        }
    )
    return alt.layer(*_words(frame, baselines=("bottom", "top", "top")))


def _words(frame: pd.DataFrame, baselines: Sequence[str] = ()) -> list[alt.Chart]:
    baselines = baselines or ("middle",) * len(frame)
    return [
        alt.Chart(frame.iloc[[place]])
        .mark_text(
            align=row["align"],
            baseline=baselines[place],
            dy=row.get("dy", 0),
            color=INK,
            fontSize=12.5,
            lineHeight=_LINE_HEIGHT,
            lineBreak="\n",
        )
        .encode(x="x:Q", y="y:Q", text="text:N")
        for place, row in frame.reset_index(drop=True).iterrows()
    ]


def _wrap(text: str, characters: int) -> str:
    return "\n".join(textwrap.wrap(text.partition(":")[0], characters))


def _fill() -> alt.Color:
    return alt.Color("is_chosen:N", scale=alt.Scale(domain=[False, True], range=[BLUE, ORANGE]), legend=None)


def _pick() -> Any:
    return alt.selection_point(name=PICK, fields=["part"], on="click", clear=False)


def _finish(chart: alt.LayerChart) -> alt.LayerChart:
    return chart.configure(background="transparent", font="inherit", view=alt.ViewConfig(strokeWidth=0))
