"""Draws the price path of one mineral under a ban: outside with its range, inside, by month, on a log scale."""

from __future__ import annotations

from blocs.report.drawing import FAINT, INK, finish, style
from blocs.report.figure import Figure
from blocs.report.table import Table

WIDTH, HEIGHT = 7.7, 3.6  # inches
OUTSIDE, INSIDE = "#d55e00", "#0072b2"


def price_chart(table: Table, name: str, by: str, source: str) -> Figure:
    """Return the chart of `table`'s columns month, outside, low, high, inside, % of the base price."""
    month, outside = table.column("month"), [v / 100.0 for v in table.column("outside")]
    low, high = ([v / 100.0 for v in table.column(key)] for key in ("low", "high"))
    inside = [v / 100.0 for v in table.column("inside")]
    title = f"Price of {name} if {by} sells none abroad"
    with style():
        from matplotlib.figure import Figure as Canvas
        from matplotlib.ticker import FuncFormatter, NullLocator

        canvas = Canvas(figsize=(WIDTH, HEIGHT))
        axes = canvas.add_axes((0.075, 0.19, 0.78, 0.60))
        canvas.text(0.012, 0.945, title, fontsize=11, fontweight="bold", va="center")
        about = "times the price of 2023, by month; band: 5 to 95% of the posterior's draws"
        canvas.text(0.012, 0.872, about, fontsize=8.5, va="center", color=FAINT)
        axes.fill_between(month, low, high, color=OUTSIDE, alpha=0.16, linewidth=0)
        axes.plot(month, outside, color=OUTSIDE, linewidth=1.8)
        axes.plot(month, inside, color=INSIDE, linewidth=1.8)
        axes.axhline(1.0, color=INK, linewidth=0.7)
        axes.set_yscale("log")
        bottom, top = min(*inside, *low, 1.0) * 0.85, max(*high, 1.2) * 1.15
        axes.set_ylim(bottom, top)
        axes.set_yticks([t for t in (0.2, 0.3, 0.5, 1, 2, 3, 5, 10, 20, 30, 50) if bottom <= t <= top])
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.set_xlim(1, len(month))
        axes.set_xticks([1, *range(6, len(month) + 1, 6)])
        axes.set_xlabel("month after the stop", fontsize=8.5)
        for values, words, colour in ((outside, "outside", OUTSIDE), (inside, f"inside {by}", INSIDE)):
            axes.annotate(words, (len(month), values[-1]), (5, 0), textcoords="offset points", va="center", fontsize=9,
                          color=colour, annotation_clip=False)  # fmt: skip
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        canvas.text(0.012, 0.03, f"Source: {source}", fontsize=7.5, color=FAINT)
        words = f"{title}: outside {outside[0]:.2g} times in month 1, {outside[-1]:.2g} times in month {len(month)}"
        return finish(canvas, title, f"{words}; inside {inside[-1]:.2g} times.", table)
