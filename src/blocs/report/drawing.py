"""The page every chart is drawn on: colours, headline, settings while a figure is drawn, and the finish."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from blocs.report.figure import Figure
from blocs.report.svg import accessible
from blocs.report.table import Table

LOSS, GAIN, OTHER = "#b2182b", "#2166ac", "#8a9299"
INK, FAINT, GRID = "#22282e", "#5b646b", "#d9dde0"
# Okabe and Ito's colours, which colour-blind readers can tell apart; markers say the same again
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9")
MARKERS = ("o", "s", "^", "D", "v", "P")
WIDE, NARROW = 7.7, 4.0  # inches: paths on a desk and on a telephone
LETTER = 0.072  # inches a letter of a 9-point label takes at most, on average


def headline(canvas: Any, title: str, subtitle: str, left: float, top: float) -> None:
    """Write title and subtitle from (`left`, `top`), inches from the lower left of the page."""
    width, height = canvas.get_size_inches()
    x = (left + 0.04) / width
    canvas.text(x, (top - 0.19) / height, title, fontsize=10.5, fontweight="bold", color=INK)
    canvas.text(x, (top - 0.37) / height, subtitle, fontsize=8.5, color=FAINT)


def bare_axes(axes: Any, grid: str, **ticks: Any) -> None:
    """Give `axes` thin lines behind the data across the direction `grid` ("x", "y"), and neither frame nor ticks."""
    axes.grid(axis=grid, color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelcolor=INK, **ticks)
    for side in axes.spines.values():
        side.set_visible(False)


class Canvas:
    """A page with a headline to draw on; `finish` turns it into a figure."""

    def __init__(self, page: Any, title: str) -> None:
        self._page, self._title = page, title

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)

    def finish(self, description: str, table: Table) -> Figure:
        """Return the page as a figure drawn from `table`."""
        return finish(self._page, self._title, description, table)


@contextmanager
def canvas_of(width: float, height: float, title: str, subtitle: str) -> Iterator[Canvas]:
    """Give a page of `width` by `height` inches in the report's style, for figures that are neither bars nor paths."""
    with style():
        from matplotlib.figure import Figure as Page

        page = Page(figsize=(width, height))
        headline(page, title, subtitle, 0.0, height)
        yield Canvas(page, title)


@contextmanager
def style() -> Iterator[None]:
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


def finish(canvas: Any, title: str, description: str, table: Table) -> Figure:
    """Return the drawn page as a figure with its description in words; the same table gives the same bytes."""
    stream = io.StringIO()
    canvas.savefig(stream, format="svg", metadata={"Date": None})
    return Figure(accessible(stream.getvalue(), title, description), title, table, canvas)
