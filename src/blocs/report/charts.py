"""Draws the report's charts from its tables: diverging bars and paths by year, with matplotlib, as SVG.

No global state of pyplot is touched, and the same table gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blocs.report.drawing import (
    COLOURS,
    GAIN,
    INK,
    LETTER,
    LOSS,
    MARKERS,
    WIDE,
    bare_axes,
    finish,
    headline,
    style,
)
from blocs.report.figure import Figure
from blocs.report.table import Table
from blocs.report.words import fixed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH = 4.8  # inches: 460 pixels on a page, so that text keeps its size on a telephone
_ROW = 0.21  # inches


@dataclass(frozen=True)
class Bars:
    """One panel of diverging bars, drawn from the top: label and value; `subtitle` names what and the unit."""

    title: str
    subtitle: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    digits: int = 1

    @property
    def height(self) -> float:
        """Inches."""
        return 0.64 + _ROW * len(self.labels)

    def words(self) -> str:
        """Say what the bars show."""
        parts = [f"{name} {fixed(v, self.digits)}" for name, v in zip(self.labels, self.values, strict=True)]
        return f"{self.title}, {self.subtitle}: {', '.join(parts)}."


def bars_figure(panels: Sequence[Bars], table: Table, *, title: str, columns: int = 1) -> Figure:
    """Return `panels` as one figure with `columns` panels abreast."""
    columns = min(columns, len(panels))
    rows = [panels[n : n + columns] for n in range(0, len(panels), columns)]
    heights = [max(panel.height for panel in row) for row in rows]
    with style():
        from matplotlib.figure import Figure as Canvas

        canvas = Canvas(figsize=(_WIDTH * columns, sum(heights)))
        top = sum(heights)
        for row, height in zip(rows, heights, strict=True):
            for n, panel in enumerate(row):
                _draw_bars(canvas, panel, n * _WIDTH, top)
            top -= height
        return finish(canvas, title, " ".join(panel.words() for panel in panels), table)


def paths_figure(
    years: Sequence[int],
    lines: Sequence[tuple[str, Sequence[float]]],
    table: Table,
    *,
    title: str,
    subtitle: str,
    width: float = WIDE,
) -> Figure:
    """Return one step line a region over `years`; NaN leaves a gap."""
    with style():
        from matplotlib.figure import Figure as Canvas

        height = 3.4
        right = 0.25 + LETTER * max(len(name) for name, _ in lines)
        canvas = Canvas(figsize=(width, height))
        axes = canvas.add_axes(
            (0.55 / width, 0.35 / height, 1.0 - (0.55 + right) / width, 1.0 - 0.95 / height)
        )
        headline(canvas, title, subtitle, 0.0, height)
        draw_paths(axes, (width, height), years, lines)
        return finish(canvas, title, _path_words(title, subtitle, years, lines), table)


# --- bars ---------------------------------------------------------------------------------------------------


def _draw_bars(canvas: Any, panel: Bars, left: float, top: float) -> None:
    """Draw one panel whose upper left corner is at (`left`, `top`), inches from the lower left of the page."""
    width, height = canvas.get_size_inches()
    margin = 0.12 + LETTER * max(len(label) for label in panel.labels)
    inside = _WIDTH - margin - 0.15
    tall = _ROW * len(panel.labels)
    axes = canvas.add_axes(
        ((left + margin) / width, (top - 0.55 - tall) / height, inside / width, tall / height)
    )
    headline(canvas, panel.title, panel.subtitle, left, top)
    positions = range(len(panel.values))
    colours = [LOSS if value < 0.0 else GAIN for value in panel.values]
    axes.barh(positions, panel.values, height=0.68, color=colours)
    axes.set_ylim(len(panel.values) - 0.5, -0.5)
    axes.set_yticks(positions, panel.labels)
    _bar_limits(axes, panel, inside)
    for n, value in enumerate(panel.values):
        text = axes.annotate(
            fixed(value, panel.digits), (value, n), (3 if value >= 0.0 else -3, 0), textcoords="offset points",
            va="center", ha="left" if value >= 0.0 else "right", fontsize=8, color=INK,
        )  # fmt: skip
        text.set_in_layout(False)
    axes.axvline(0.0, color=INK, linewidth=0.8)
    axes.tick_params(length=0, labelcolor=INK)
    axes.set_xticks([])
    for side in axes.spines.values():
        side.set_visible(False)


def _bar_limits(axes: Axes, panel: Bars, inside: float) -> None:
    """Leave room beside the longest bars for their figures."""
    low, high = min(0.0, *panel.values), max(0.0, *panel.values)
    letters = max(len(fixed(value, panel.digits)) for value in panel.values)
    share = min(0.35, (0.08 + 0.068 * letters) / inside)  # of the axis, for one figure
    sides = (low < 0.0) + (high > 0.0)
    room = share / (1.0 - share * max(sides, 1)) * ((high - low) or 1.0)
    axes.set_xlim(low - (room if low < 0.0 else 0.0), high + (room if high > 0.0 or sides == 0 else 0.0))


# --- paths --------------------------------------------------------------------------------------------------


def draw_paths(
    axes: Axes, size: tuple[float, float], years: Sequence[int], lines: Sequence[tuple[str, Sequence[float]]]
) -> None:
    """Draw one step line a region into `axes` on a page of `size` inches, named at its right end."""
    edges = [years[0] - 0.5, *(year + 0.5 for year in years)]
    ends = []
    for n, (name, values) in enumerate(lines):
        colour = COLOURS[n % len(COLOURS)]
        axes.stairs(values, edges, baseline=None, color=colour, linewidth=1.7)
        axes.plot(years, values, MARKERS[n % len(MARKERS)], color=colour, markersize=4.2, linestyle="none")
        known = [value for value in values if math.isfinite(value)]
        ends.append((known[-1] if known else 0.0, name, colour))
    axes.axhline(0.0, color=INK, linewidth=0.8, zorder=0)
    axes.set_xlim(edges[0], edges[-1])
    step = max(1, math.ceil(len(years) / (1.3 * size[0])))
    axes.set_xticks(list(years)[::step], [str(year) for year in years][::step])
    axes.yaxis.set_major_formatter(lambda value, _: tick_text(value, axes.get_yticks().tolist()))
    bare_axes(axes, "y")
    axes.margins(y=0.08)
    _label_ends(axes, size[1], ends)


def tick_text(value: float, ticks: Sequence[float]) -> str:
    """Return a tick's label with as many decimals as the distance of `ticks` asks for."""
    step = abs(ticks[1] - ticks[0]) if len(ticks) > 1 else 1.0
    return fixed(value, max(0, -math.floor(math.log10(step) + 1e-9)))


def _label_ends(axes: Axes, height: float, ends: Sequence[tuple[float, str, str]]) -> None:
    """Name every line at its right end; names that would touch are moved apart and joined by a thin line."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.068
    order = sorted(ends, reverse=True)
    places: list[float] = []
    for value, _, _ in order:
        places.append(min(value, places[-1] - gap) if places else min(value, high))
    lift = max(0.0, low - (places[-1] if places else low))
    places = [place + lift for place in places]
    for n in range(len(places) - 2, -1, -1):
        places[n] = max(places[n], places[n + 1] + gap)
    x = axes.get_xlim()[1]
    for (value, name, colour), place in zip(order, places, strict=True):
        axes.annotate(
            name, (x, value), (14, (place - value) / (high - low) * axes.get_position().height * 72
            * height), textcoords="offset points", va="center", ha="left", fontsize=9,
            color=colour, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0,
                        "relpos": (0.0, 0.5)},
        )  # fmt: skip


def _path_words(
    title: str, subtitle: str, years: Sequence[int], lines: Sequence[tuple[str, Sequence[float]]]
) -> str:
    parts = [f"{name} {fixed(values[0], 2)} to {fixed(values[-1], 2)}" for name, values in lines]
    return f"{title}, {subtitle}, {years[0]} to {years[-1]}: {', '.join(parts)}."
