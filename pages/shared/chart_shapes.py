"""The charts themselves, as Vega-Lite. Blue for what is there, orange for what was chosen, both readable in grey.

Written out as plain dictionaries: a page of four triangles took 0.6 s to build and check with
Altair's classes on every click, and next to nothing like this.
"""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from patterns.triads import CORNERS, HEIGHT, bin_points, to_plane, zone_borders
from stories.selection import CORNER_FROM, MIDDLE_FROM

BLUE, ORANGE, INK, LINE, FAINT = "#154273", "#B45F06", "#1B1B1B", "#6B7280", "#B8BEC7"
PICK = "deel"
MOST_DOTS = 500
WIDTH = 236
_CORNER_CHARACTERS, _LINE_HEIGHT, _FONT_SIZE = 17, 15, 12.5

Spec = dict[str, Any]


def triad_chart(points: pd.DataFrame, corners: Sequence[str], *, chosen: str, smallest: int) -> Spec:
    """A triangle with the corners in words, and a dot for each answer, or bubbles when there are many.

    points: columns x, y, part. chosen: the part that stands out; empty for none.
    """
    texts = [_wrap(corner, _CORNER_CHARACTERS) for corner in corners]
    words = [
        # Lines run down from the first one, so words above the top start higher.
        _word(0.5, HEIGHT + 0.05, texts[0], baseline="bottom", dy=-_LINE_HEIGHT * (len(texts[0]) - 1)),
        _word(-0.1, -0.05, texts[1], align="left", baseline="top"),
        _word(1.1, -0.05, texts[2], align="right", baseline="top"),
    ]
    plane = _plane(x=(-0.12, 1.12), y=(-0.24, HEIGHT + 0.2))
    layers = [*_TRIANGLE, *words, _cloud(points, chosen, smallest, unit=1)]
    return _finish({"layer": _place(layers, plane), "width": WIDTH, "height": int(WIDTH * 1.06)})


def stones_chart(
    points: pd.DataFrame, x_poles: Sequence[str], y_poles: Sequence[str], *, chosen: str, smallest: int
) -> Spec:
    """The field on which one stone was put. points: columns x, y (0-100), part."""
    words = [
        _word(50, 109, [y_poles[1]]),
        _word(50, -8, [y_poles[0]]),
        _word(0, -20, [f"← {x_poles[0]}"], align="left"),
        _word(100, -32, [f"{x_poles[1]} →"], align="right"),
    ]
    plane = _plane(x=(-4, 104), y=(-38, 118))
    layers = [*_FIELD, *words, _cloud(points, chosen, smallest, unit=100)]
    return _finish({"layer": _place(layers, plane), "width": WIDTH, "height": WIDTH + 40})


def step_chart(counts: Sequence[int | None], keys: Sequence[str], poles: Sequence[str], *, chosen: str) -> Spec:
    """Five columns between two ends. A hidden count is an empty column with a question mark."""
    top = _top(counts)
    x: Spec = {"field": "part", "type": "nominal", "sort": list(keys), "axis": None, "scale": {"paddingInner": 0.12}}
    y: Spec = {"field": "height", "type": "quantitative", "axis": None}
    y = {**y, "scale": {"domain": [-top * 0.34, top * 1.15], "nice": False}}
    ends = [
        {
            "data": {"values": [{"part": key, "height": -top * 0.05}]},
            "mark": _text(align=align, baseline="top", dx=dx) | {"text": _wrap(pole, 18)},
            "encoding": {"x": x, "y": y},
        }
        for key, pole, align, dx in ((keys[0], poles[0], "left", -22), (keys[-1], poles[1], "right", 22))
    ]
    bars = _bars({"x": x, "y": y, "y2": {"datum": 0}}, {"x": x, "y": y}, dx=0, dy=-8)
    return _finish(
        {"data": _bar_data(counts, keys, keys, chosen), "layer": [*bars, *ends], "width": WIDTH, "height": 190}
    )


def option_chart(counts: Sequence[int | None], keys: Sequence[str], labels: Sequence[str], *, chosen: str) -> Spec:
    """A bar for each option, in the order of the form. A hidden count is a question mark."""
    labels = ["\n".join(_wrap(label, 20)) for label in labels]
    axis: Spec = {"title": None, "labelFontSize": 12, "labelColor": INK, "ticks": False, "domain": False}
    axis = {**axis, "labelLimit": 130, "labelLineHeight": 13, "labelExpr": "split(datum.label, '\\n')"}
    y: Spec = {"field": "words", "type": "nominal", "sort": list(labels), "axis": axis}
    x: Spec = {"field": "height", "type": "quantitative", "axis": None}
    x = {**x, "scale": {"domain": [0, _top(counts) * 1.4], "nice": False}}
    bars = _bars({"y": y, "x": x, "x2": {"datum": 0}}, {"y": y, "x": x}, dx=5, dy=0, align="left")
    lines = max(label.count("\n") + 1 for label in labels)
    height = max(70, (16 + 14 * lines) * len(keys))  # room for the longest label, so that no two touch
    return _finish({"data": _bar_data(counts, keys, labels, chosen), "layer": bars, "width": WIDTH, "height": height})


def month_chart(counts: Sequence[int | None], months: Sequence[str]) -> Spec:
    """A column for each month, with its count; a hidden count is a question mark."""
    axis = {"title": None, "labelAngle": -90, "labelColor": INK, "labelFontSize": 12, "ticks": False}
    x: Spec = {"field": "part", "type": "nominal", "sort": list(months), "axis": axis, "scale": {"paddingInner": 0.15}}
    y: Spec = {"field": "height", "type": "quantitative", "axis": None}
    y = {**y, "scale": {"domain": [0, _top(counts) * 1.18], "nice": False}}
    bars = _bars({"x": x, "y": y, "y2": {"datum": 0}}, {"x": x, "y": y}, dx=0, dy=-8)
    del bars[0]["params"]  # a month is only looked at
    data = _bar_data(counts, months, months, "")
    return _finish({"data": data, "layer": bars, "width": WIDTH + 60, "height": 190})


def _top(counts: Sequence[int | None]) -> int:
    return max([*(count for count in counts if count is not None), 1])


def _bar_data(counts: Sequence[int | None], keys: Sequence[str], words: Sequence[str], chosen: str) -> Spec:
    rows = [
        {
            "part": key,
            "words": word,
            "height": 0 if count is None else count,
            "label": "?" if count is None else str(count),
            "is_chosen": key == chosen,
        }
        for count, key, word in zip(counts, keys, words, strict=True)
    ]
    return {"values": rows}


def _bars(place: Spec, word_place: Spec, *, dx: int, dy: int, align: str = "center") -> list[Spec]:
    mark = {"type": "bar", "stroke": BLUE, "strokeWidth": 1, "cursor": "pointer", "tooltip": None}
    label = {"field": "label", "type": "nominal"}
    return [
        {"mark": mark, "encoding": {**place, "color": _FILL}, "params": _PICKING},
        {"mark": _text(align=align, dx=dx, dy=dy), "encoding": {**word_place, "text": label}},
    ]


def _cloud(points: pd.DataFrame, chosen: str, smallest: int, *, unit: int) -> Spec:
    """A dot for each answer, or bubbles when there are many. unit: the length of a side, 1 or 100."""
    if len(points) > MOST_DOTS:
        return _bubbles(points, chosen, smallest, unit=unit)
    dots = points[["x", "y", "part"]].round(3).assign(is_chosen=points["part"] == chosen)
    mark = {"type": "circle", "size": 46, "opacity": 0.6, "stroke": "white", "strokeWidth": 0.5, "tooltip": None}
    return {
        "data": {"values": dots.to_dict("records")},
        "mark": {**mark, "cursor": "pointer"},
        "encoding": {"color": _FILL},
        "params": _PICKING,
    }


def _bubbles(points: pd.DataFrame, chosen: str, smallest: int, *, unit: int) -> Spec:
    bins = bin_points(points.assign(x=points["x"] / unit, y=points["y"] / unit))
    bins = bins.assign(x=bins["x"] * unit, y=bins["y"] * unit, is_chosen=bins["part"] == chosen)
    # A cell with few answers is one size, whatever its count: the count is not to be read off.
    bins["count"] = np.where(bins["count"] < smallest, smallest - 1, bins["count"])
    size = {"field": "count", "type": "quantitative", "legend": None, "scale": {"range": [8, 300], "zero": True}}
    return {
        "data": {"values": bins.to_dict("records")},
        "mark": {"type": "circle", "opacity": 0.85, "cursor": "pointer", "tooltip": None},
        "encoding": {"color": _FILL, "size": size},
        "params": _PICKING,
    }


def _place(layers: Sequence[Spec], plane: Spec) -> list[Spec]:
    return [{**layer, "encoding": {**plane, **layer.get("encoding", {})}} for layer in layers]


def _plane(*, x: tuple[float, float], y: tuple[float, float]) -> Spec:
    return {
        name: {
            "field": name,
            "type": "quantitative",
            "axis": None,
            "scale": {"domain": list(domain), "nice": False, "zero": False},
        }
        for name, domain in (("x", x), ("y", y))
    }


def _line(points: Sequence[Sequence[float]], *, faint: bool = False) -> Spec:
    rows = [{"x": float(x), "y": float(y), "order": order} for order, (x, y) in enumerate(points)]
    style = {"strokeDash": [3, 3], "strokeWidth": 1} if faint else {"strokeWidth": 1.5}
    return {
        "data": {"values": rows},
        "mark": {"type": "line", "color": FAINT if faint else LINE, "tooltip": None, **style},
        "encoding": {"order": {"field": "order", "type": "quantitative"}},
    }


def _word(
    x: float, y: float, lines: list[str], *, align: str = "center", baseline: str = "middle", dy: int = 0
) -> Spec:
    return {
        "data": {"values": [{"x": x, "y": y}]},
        "mark": _text(align=align, baseline=baseline, dy=dy) | {"text": lines},
    }


def _text(*, align: str = "center", baseline: str = "middle", dx: int = 0, dy: int = 0) -> Spec:
    place = {"align": align, "baseline": baseline, "dx": dx, "dy": dy}
    return {"type": "text", "color": INK, "fontSize": _FONT_SIZE, "lineHeight": _LINE_HEIGHT, "tooltip": None, **place}


def _wrap(text: str, characters: int) -> list[str]:
    return textwrap.wrap(text.partition(":")[0], characters) or [""]


def _finish(spec: Spec) -> Spec:
    return {**spec, "config": {"background": "transparent", "font": "inherit", "view": {"stroke": None}}}


_FILL: Spec = {
    "field": "is_chosen",
    "type": "nominal",
    "legend": None,
    "scale": {"domain": [False, True], "range": [BLUE, ORANGE]},
}
_PICKING: list[Spec] = [
    {"name": PICK, "select": {"type": "point", "fields": ["part"], "on": "click", "clear": False}},
]
_TRIANGLE: list[Spec] = [
    *(
        _line(to_plane(np.array(border)).tolist(), faint=True)
        for border in zone_borders(corner_from=CORNER_FROM, middle_from=MIDDLE_FROM)
    ),
    _line(to_plane(np.array([*CORNERS, CORNERS[0]])).tolist()),
]
_FIELD: list[Spec] = [
    _line([(50, 0), (50, 100)], faint=True),
    _line([(0, 50), (100, 50)], faint=True),
    _line([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]),
]
