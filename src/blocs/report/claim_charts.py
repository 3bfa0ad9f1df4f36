"""Draws what claims and series show, paths over time and bars, and the parts other figures of claims share."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from blocs.claims.reading import Chart, Line
from blocs.report.charts import tick_text
from blocs.report.drawing import COLOURS, FAINT, INK, LETTER, MARKERS, WIDE, bare_axes, canvas_of
from blocs.report.figure import Figure
from blocs.report.table import Column, Table

ROW = 0.27  # inches
YEAR = "year"  # a unit that is written without a comma
_TITLE = 88  # letters that fit the headline
_MONTH = re.compile(r"^(\d{4})-(\d{2})(?:-(\d{2}))?$")
_QUARTER = re.compile(r"^(\d{4})-?Q([1-4])$")
_SPAN = re.compile(r"^(.+?)(?: to |/)(.+)$")


def chart_figure(chart: Chart, name: str) -> Figure:
    """Return `chart` as a figure; paths whose periods are no dates, or that have one point, become bars."""
    lines = [line for line in chart.lines if line.points]
    dated = all(when(time) is not None for line in lines for time, _ in line.points)
    if chart.kind == "paths" and dated and max(len(line.points) for line in lines) > 1:
        return _paths(chart, lines, name)
    return _bars(chart, lines, name)


def when(time: str) -> float | None:
    """Return a period as a year with its fraction: its middle for a span, None where it is no date."""
    span = _SPAN.match(time)
    if span is not None:
        first, last = when(span[1]), when(span[2])
        return None if first is None or last is None else (first + last) / 2.0
    if re.match(r"^\d{4}$", time):
        return float(time)
    if (month := _MONTH.match(time)) is not None:
        return int(month[1]) + (int(month[2]) - 1) / 12.0 + (int(month[3] or 1) - 1) / 365.0
    if (quarter := _QUARTER.match(time)) is not None:
        return int(quarter[1]) + (int(quarter[2]) - 1) / 4.0
    return None


def _paths(chart: Chart, lines: Sequence[Line], name: str) -> Figure:
    from matplotlib.ticker import MaxNLocator

    height, named = 3.3, len(lines) > 1
    right = 0.3 + (LETTER * max(len(line.label) for line in lines) if named else 0.2)
    with canvas_of(WIDE, height, short_title(chart.title), unit_words(chart.unit)) as canvas:
        left = 0.75
        axes = canvas.add_axes((left / WIDE, 0.62 / height, 1.0 - (left + right) / WIDE, 1.0 - 1.2 / height))
        ends = []
        for n, line in enumerate(lines):
            points = sorted((float(when(time) or 0.0), value) for time, value in line.points)
            xs, ys = [x for x, _ in points], [y for _, y in points]
            marker = MARKERS[n % 6] if len(xs) <= 30 else None
            axes.plot(xs, ys, color=COLOURS[n % 6], linewidth=1.6, marker=marker, markersize=3.6)
            ends.append((ys[-1], line.label, COLOURS[n % 6]))
        mark_thresholds(axes, () if chart.mark is None else (chart.mark,), "y")
        axes.yaxis.set_major_locator(
            MaxNLocator(nbins=8, steps=[1, 2, 5, 10])
        )  # steps that few digits can say
        _whole_years(axes)
        plain_axes(axes, "y")
        if named:
            _name_ends(axes, ends, height)
        source_line(canvas, f"Source: {chart.source}")
        return canvas.finish(_words(chart, lines), _table(chart, lines, name))


def _bars(chart: Chart, lines: Sequence[Line], name: str) -> Figure:
    bars = [
        (line.label if len(line.points) == 1 else f"{line.label}, {time}", value)
        for line in lines
        for time, value in line.points
    ]
    labels = [_cut(label, 52) for label, _ in bars]
    margin, tall, bottom = 0.2 + LETTER * max(len(label) for label in labels), ROW * len(bars), 0.4
    height = tall + 0.6 + bottom
    with canvas_of(WIDE, height, short_title(chart.title), unit_words(chart.unit)) as canvas:
        axes = canvas.add_axes((margin / WIDE, bottom / height, 1.0 - (margin + 0.75) / WIDE, tall / height))
        axes.barh(range(len(bars)), [value for _, value in bars], height=0.66, color=COLOURS[0])
        for n, (_, value) in enumerate(bars):
            axes.annotate(
                _text(value), (value, n), (4 if value >= 0.0 else -4, 0), textcoords="offset points", va="center",
                ha="left" if value >= 0.0 else "right", fontsize=8.5, color=INK, annotation_clip=False,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},  # over the threshold
            )  # fmt: skip
        axes.set_ylim(len(bars) - 0.5, -0.5)
        axes.set_yticks(range(len(bars)), labels)
        axes.axvline(0.0, color=INK, linewidth=0.8)
        if any(value < 0.0 for _, value in bars):
            axes.margins(x=0.12)
        mark_thresholds(axes, () if chart.mark is None else (chart.mark,), "x")
        axes.tick_params(length=0, labelcolor=INK)
        axes.set_xticks([])
        for side in axes.spines.values():
            side.set_visible(False)
        source_line(
            canvas, f"Source: {chart.source}" + ("" if chart.mark is None else ". Dashed: the threshold")
        )
        return canvas.finish(_words(chart, lines), _table(chart, lines, name))


# --- parts --------------------------------------------------------------------------------------------------


def mark_thresholds(axes: Any, marks: Sequence[float], side: str) -> None:
    """Draw a dashed line at each threshold, across the axis `side`."""
    for mark in marks:
        draw = axes.axhline if side == "y" else axes.axvline
        draw(mark, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))


def _whole_years(axes: Any) -> None:
    low, high = axes.get_xlim()
    first, last = math.ceil(low), math.floor(high)
    wide = axes.get_position().width * WIDE  # inches; a year needs about half of one
    step = next(step for step in (1, 2, 5, 10, 20, 50) if (last - first) / step <= min(10.0, wide / 0.5))
    ticks = list(range(first + -first % step, last + 1, step))
    if len(ticks) < 2:
        from matplotlib.ticker import MaxNLocator

        axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
        axes.xaxis.set_major_formatter(
            lambda value, _: f"{int(value)}-{round((value % 1) * 12) % 12 + 1:02d}"
        )
        return
    axes.set_xticks(ticks, [str(tick) for tick in ticks])


def plain_axes(axes: Any, grid: str, unit: str = "") -> None:
    """Leave of the axes the grid of `grid` and its numbers."""
    axis = axes.yaxis if grid == "y" else axes.xaxis
    get = axes.get_yticks if grid == "y" else axes.get_xticks
    axis.set_major_formatter(
        lambda value, _: f"{value:.0f}" if unit == YEAR else _tick(value, get().tolist())
    )
    bare_axes(axes, grid)


def _tick(value: float, ticks: Sequence[float]) -> str:
    return f"{value:,.0f}" if abs(value) >= 10_000 else tick_text(value, ticks)


def _name_ends(axes: Any, ends: Sequence[tuple[float, str, str]], height: float) -> None:
    """Name every line at its right end, names that would touch moved apart."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.17 / (axes.get_position().height * height)
    places: list[float] = []
    order = sorted(ends, reverse=True)
    for value, _, _ in order:
        places.append(min(value, places[-1] - gap) if places else value)
    lift = max(0.0, low - places[-1])
    for (_, label, colour), place in zip(order, places, strict=True):
        axes.annotate(
            label, (1.0, place + lift), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=9, color=colour, annotation_clip=False,
        )  # fmt: skip


def source_line(canvas: Any, text: str) -> None:
    """Write `text` at the foot of the page."""
    if text:
        canvas.text(
            0.04 / WIDE, 0.08 / canvas.get_size_inches()[1], _cut(text, 120), fontsize=7.5, color=FAINT
        )


def unit_words(unit: str, more: str = "") -> str:
    """Return a unit as a chart's second line says it."""
    words = {"1": "", "number": "number", "points": "percentage points"}.get(unit, unit)
    return "; ".join(part for part in (words, more) if part)


def short_title(title: str) -> str:
    """Return a title that fits the page."""
    return _cut(title, _TITLE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip(" ,;") + "…"


def _text(value: float) -> str:
    size = abs(value)
    text = f"{value:,.0f}" if size >= 1000 or value == int(value) else f"{value:.{1 if size >= 10 else 2}f}"
    return text.replace("-", "−") if text.strip("-0.") else "0"


def _words(chart: Chart, lines: Sequence[Line]) -> str:
    parts = [
        f"{line.label} {_text(line.points[0][1])} ({line.points[0][0]})"
        + (f" to {_text(line.points[-1][1])} ({line.points[-1][0]})" if len(line.points) > 1 else "")
        for line in lines
    ]
    return f"{chart.title}, {chart.unit}: {'; '.join(parts)}."


def _table(chart: Chart, lines: Sequence[Line], name: str) -> Table:
    columns = (Column("line", "Line"), Column("time", "Time"), Column("value", chart.unit, "1"))
    return Table(
        name, columns, tuple((line.label, time, value) for line in lines for time, value in line.points)
    )
