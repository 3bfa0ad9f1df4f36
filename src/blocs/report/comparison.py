"""The chart of two runs side by side: by region, a dot for each and the way between."""

from __future__ import annotations

import math

from blocs.report.drawing import COLOURS, INK, LETTER, bare_axes, finish, headline, style
from blocs.report.figure import Figure
from blocs.report.table import Table
from blocs.report.tables import LABELS
from blocs.report.words import fixed, region_name

SHOWN = 16
_ROW, _WIDTH = 0.27, 7.2  # inches


def chart(table: Table, metric: str, *, shown: int = SHOWN) -> Figure:
    """Return the `shown` regions in which the two runs differ most, %."""
    rows = [row for row in table.rows if math.isfinite(row[3])]
    rows = sorted(rows, key=lambda row: -abs(row[3]))[:shown]
    first, second = table.columns[1].label, table.columns[2].label
    labels = [region_name(row[0]) for row in rows]
    title = f"{LABELS.get(metric, metric)}: {second} against {first}"
    subtitle = (
        f"%, {table.name.rpartition('-')[2]}; circle: {first}, diamond: {second}; the largest differences"
    )
    with style():
        from matplotlib.figure import Figure as Canvas

        tall = _ROW * max(len(rows), 1)
        height, margin = tall + 0.95, 0.15 + LETTER * max((len(label) for label in labels), default=1)
        canvas = Canvas(figsize=(_WIDTH, height))
        axes = canvas.add_axes((margin / _WIDTH, 0.36 / height, 1.0 - (margin + 0.2) / _WIDTH, tall / height))
        headline(canvas, title, subtitle, 0.0, height)
        for n, (_, before, after, _) in enumerate(rows):
            axes.plot([before, after], [n, n], color="#8a9299", linewidth=1.4)
            axes.plot([before], [n], "o", color=COLOURS[0], markersize=6)
            axes.plot([after], [n], "D", color=COLOURS[1], markersize=5.5)
        axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
        axes.set_yticks(range(len(labels)), labels)
        axes.axvline(0.0, color=INK, linewidth=0.8, zorder=0)
        bare_axes(axes, "x")
        words = ", ".join(
            f"{label} {fixed(row[1], 2)} to {fixed(row[2], 2)}"
            for label, row in zip(labels, rows, strict=True)
        )
        return finish(canvas, title, f"{title}. {subtitle}. {words}.", table)
