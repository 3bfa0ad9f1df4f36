"""Draws dot plots (one row a good, one mark a player) and step paths over moves, as SVG, in the charts' style."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from blocs.report import drawing
from blocs.report.charts import draw_paths, tick_text
from blocs.report.figure import Figure
from blocs.report.table import Table
from blocs.report.words import fixed

_ROW, _LETTER = 0.23, 0.072  # inches: a row, and a letter of a label at most


@dataclass(frozen=True)
class Series:
    """One player's marks: filled at `values`, hollow at `base`, one a row; NaN draws nothing."""

    name: str
    values: tuple[float, ...]
    base: tuple[float, ...]


def dots_figure(
    labels: Sequence[str], series: Sequence[Series], table: Table, *, title: str, subtitle: str, source: str
) -> Figure:
    """Return rows of marks from the top: filled for `values`, hollow for `base`; the legend names the series."""
    with drawing.style():
        from matplotlib.figure import Figure as Canvas
        from matplotlib.ticker import MaxNLocator

        margin = 0.15 + _LETTER * max(len(label) for label in labels)
        width, tall = max(6.4, margin + 4.0), _ROW * len(labels)
        height = tall + 1.35
        canvas = Canvas(figsize=(width, height))
        axes = canvas.add_axes((margin / width, 0.62 / height, 1.0 - (margin + 0.2) / width, tall / height))
        drawing.headline(canvas, title, subtitle, 0.0, height)
        spread = 0.5 / max(len(series), 1)
        for n, one in enumerate(series):
            colour, marker = drawing.COLOURS[n % 6], drawing.MARKERS[n % 6]
            rows = [k + (n - (len(series) - 1) / 2.0) * spread for k in range(len(labels))]
            axes.hlines(rows, one.base, one.values, color=colour, linewidth=0.7, alpha=0.5)
            axes.plot(
                one.base, rows, marker, color=colour, markersize=3.6, fillstyle="none", linestyle="none"
            )
            axes.plot(
                one.values, rows, marker, color=colour, markersize=4.4, linestyle="none", label=one.name
            )
        axes.set_ylim(len(labels) - 0.45, -0.55)
        axes.set_yticks(range(len(labels)), list(labels))
        axes.axvline(0.0, color=drawing.INK, linewidth=0.8, zorder=0)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))  # never 2.5, which rounds
        axes.xaxis.set_major_formatter(lambda value, _: tick_text(value, axes.get_xticks().tolist()))
        drawing.bare_axes(axes, "x")
        canvas.legend(
            loc="upper left", bbox_to_anchor=(0.0, 1.0 - 0.42 / height), ncols=min(len(series), 6), frameon=False,
            fontsize=9, handletextpad=0.2, columnspacing=1.4,
        )  # fmt: skip
        canvas.text(0.04 / width, 0.1 / height, source, fontsize=7.5, color=drawing.FAINT)
        return drawing.finish(canvas, title, _dot_words(title, subtitle, labels, series), table)


def steps_figure(
    ticks: Sequence[str],
    lines: Sequence[tuple[str, Sequence[float]]],
    table: Table,
    *,
    title: str,
    subtitle: str,
    source: str,
) -> Figure:
    """Return one step line a name over `ticks`, named at its right end."""
    with drawing.style():
        from matplotlib.figure import Figure as Canvas

        width, height = drawing.WIDE, 3.9
        right = 0.25 + _LETTER * max(len(name) for name, _ in lines)
        canvas = Canvas(figsize=(width, height))
        axes = canvas.add_axes((0.6 / width, 0.75 / height, 1.0 - (0.6 + right) / width, 1.0 - 1.4 / height))
        drawing.headline(canvas, title, subtitle, 0.0, height)
        draw_paths(axes, (width, height), list(range(len(ticks))), lines)
        axes.set_xticks(range(len(ticks)), list(ticks))
        canvas.text(0.04 / width, 0.1 / height, source, fontsize=7.5, color=drawing.FAINT)
        told = "; ".join(f"{name} {', '.join(fixed(v, 2) for v in values)}" for name, values in lines)
        return drawing.finish(canvas, title, f"{title}, {subtitle}: {told}.", table)


def _dot_words(title: str, subtitle: str, labels: Sequence[str], series: Sequence[Series]) -> str:
    parts = []
    for one in series:
        told = [
            f"{label} {fixed(v, 1)}" for label, v in zip(labels, one.values, strict=True) if math.isfinite(v)
        ]
        parts.append(f"{one.name}: {', '.join(told)}")
    return f"{title}, {subtitle}. {'. '.join(parts)}."
