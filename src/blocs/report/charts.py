"""Draws the report's charts from its tables: diverging bars and paths by year, with matplotlib, as SVG.

No global state of pyplot is touched, and the same table gives the same bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blocs.report.figure import Figure
from blocs.report.svg import accessible
from blocs.report.table import Table
from blocs.report.words import fixed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LOSS, _GAIN, _OTHER = "#b2182b", "#2166ac", "#8a9299"
_INK, _FAINT, _GRID = "#22282e", "#5b646b", "#d9dde0"
# Okabe and Ito's colours, which colour-blind readers can tell apart; markers say the same again
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9")
_MARKERS = ("o", "s", "^", "D", "v", "P")
WIDE, NARROW = 7.7, 4.0  # inches: paths on a desk and on a telephone
_WIDTH = 4.8  # inches: 460 pixels on a page, so that text keeps its size on a telephone
_LETTER = 0.072  # inches a letter of a 9-point label takes at most, on average
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
    with _style():
        from matplotlib.figure import Figure as Canvas

        canvas = Canvas(figsize=(_WIDTH * columns, sum(heights)))
        top = sum(heights)
        for row, height in zip(rows, heights, strict=True):
            for n, panel in enumerate(row):
                _draw_bars(canvas, panel, n * _WIDTH, top)
            top -= height
        return _finish(canvas, title, " ".join(panel.words() for panel in panels), table)


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
    with _style():
        from matplotlib.figure import Figure as Canvas

        height = 3.4
        right = 0.25 + _LETTER * max(len(name) for name, _ in lines)
        canvas = Canvas(figsize=(width, height))
        axes = canvas.add_axes(
            (0.55 / width, 0.35 / height, 1.0 - (0.55 + right) / width, 1.0 - 0.95 / height)
        )
        _headline(canvas, title, subtitle, 0.0, height)
        _draw_paths(axes, (width, height), years, lines)
        return _finish(canvas, title, _path_words(title, subtitle, years, lines), table)


# --- bars ---------------------------------------------------------------------------------------------------


def _draw_bars(canvas: Any, panel: Bars, left: float, top: float) -> None:
    """Draw one panel whose upper left corner is at (`left`, `top`), inches from the lower left of the page."""
    width, height = canvas.get_size_inches()
    margin = 0.12 + _LETTER * max(len(label) for label in panel.labels)
    inside = _WIDTH - margin - 0.15
    tall = _ROW * len(panel.labels)
    axes = canvas.add_axes(
        ((left + margin) / width, (top - 0.55 - tall) / height, inside / width, tall / height)
    )
    _headline(canvas, panel.title, panel.subtitle, left, top)
    positions = range(len(panel.values))
    colours = [_LOSS if value < 0.0 else _GAIN for value in panel.values]
    axes.barh(positions, panel.values, height=0.68, color=colours)
    axes.set_ylim(len(panel.values) - 0.5, -0.5)
    axes.set_yticks(positions, panel.labels)
    _bar_limits(axes, panel, inside)
    for n, value in enumerate(panel.values):
        text = axes.annotate(
            fixed(value, panel.digits), (value, n), (3 if value >= 0.0 else -3, 0), textcoords="offset points",
            va="center", ha="left" if value >= 0.0 else "right", fontsize=8, color=_INK,
        )  # fmt: skip
        text.set_in_layout(False)
    axes.axvline(0.0, color=_INK, linewidth=0.8)
    axes.tick_params(length=0, labelcolor=_INK)
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


def _draw_paths(
    axes: Axes, size: tuple[float, float], years: Sequence[int], lines: Sequence[tuple[str, Sequence[float]]]
) -> None:
    edges = [years[0] - 0.5, *(year + 0.5 for year in years)]
    ends = []
    for n, (name, values) in enumerate(lines):
        colour = _COLOURS[n % len(_COLOURS)]
        axes.stairs(values, edges, baseline=None, color=colour, linewidth=1.7)
        axes.plot(years, values, _MARKERS[n % len(_MARKERS)], color=colour, markersize=4.2, linestyle="none")
        known = [value for value in values if math.isfinite(value)]
        ends.append((known[-1] if known else 0.0, name, colour))
    axes.axhline(0.0, color=_INK, linewidth=0.8, zorder=0)
    axes.set_xlim(edges[0], edges[-1])
    step = max(1, math.ceil(len(years) / (1.3 * size[0])))
    axes.set_xticks(list(years)[::step], [str(year) for year in years][::step])
    axes.yaxis.set_major_formatter(lambda value, _: _tick(value, axes.get_yticks().tolist()))
    axes.grid(axis="y", color=_GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.margins(y=0.08)
    axes.tick_params(length=0, labelcolor=_INK)
    for side in axes.spines.values():
        side.set_visible(False)
    _label_ends(axes, size[1], ends)


def _tick(value: float, ticks: Sequence[float]) -> str:
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


# --- page ---------------------------------------------------------------------------------------------------


def _headline(canvas: Any, title: str, subtitle: str, left: float, top: float) -> None:
    width, height = canvas.get_size_inches()
    x = (left + 0.04) / width
    canvas.text(x, (top - 0.19) / height, title, fontsize=10.5, fontweight="bold", color=_INK)
    canvas.text(x, (top - 0.37) / height, subtitle, fontsize=8.5, color=_FAINT)


class Canvas:
    """A page with a headline to draw on; `finish` turns it into a figure."""

    def __init__(self, page: Any, title: str) -> None:
        self._page, self._title = page, title

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)

    def finish(self, description: str, table: Table) -> Figure:
        """Return the page as a figure drawn from `table`."""
        return _finish(self._page, self._title, description, table)


@contextmanager
def canvas_of(width: float, height: float, title: str, subtitle: str) -> Iterator[Canvas]:
    """Give a page of `width` by `height` inches in the report's style, for figures that are neither bars nor paths."""
    with _style():
        from matplotlib.figure import Figure as Page

        page = Page(figsize=(width, height))
        _headline(page, title, subtitle, 0.0, height)
        yield Canvas(page, title)


@contextmanager
def _style() -> Iterator[None]:
    """Set matplotlib's own defaults and ours while a figure is drawn; the caller's settings come back afterwards."""
    import matplotlib

    ours: dict[Any, Any] = {
        "font.size": 9.0, "font.family": ["DejaVu Sans"], "text.parse_math": False, "axes.facecolor": "none",
        "svg.fonttype": "none", "svg.hashsalt": "blocs",
    }  # fmt: skip
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(ours)
        yield


def _finish(canvas: Any, title: str, description: str, table: Table) -> Figure:
    stream = io.StringIO()
    canvas.savefig(stream, format="svg", metadata={"Date": None})
    return Figure(accessible(stream.getvalue(), title, description), title, table, canvas)
