"""Draws the readings of a claim: the spread of their draws, and what the spread of one of them rests on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from blocs.claims.reading import Reading
from blocs.claims.summary import number
from blocs.report.claim_charts import ROW, mark_thresholds, plain_axes, short_title, source_line, unit_words
from blocs.report.drawing import COLOURS, FAINT, INK, LETTER, WIDE, canvas_of
from blocs.report.figure import Figure
from blocs.report.table import Column, Table

Pair = tuple[Reading, Reading | None]
CLOSURES = {"fixed": "deficits keep their share of world income", "balanced": "deficits balanced"}
ROOM = 0.75  # inches for the numbers at the right


def readings_figure(pairs: Sequence[Pair], marks: Sequence[float], name: str, title: str) -> Figure:
    """Return readings of one unit: a dot each, lines from 5 to 95% of draws and thicker from 25 to 75%.

    A hollow diamond is the value at the parameters on the full world, where a reading has one.
    """
    unit = pairs[0][0].unit
    rows = [_Row(r.name.replace("_", " "), float(r.value), r, twin) for r, twin in pairs]
    said = ["line: 5 to 95% of draws"] * any(r.quantiles for r, _ in pairs)
    said += ["diamond: at the parameters, full world"] * any(twin for _, twin in pairs)
    with canvas_of(WIDE, _height(rows), short_title(title), unit_words(unit, "; ".join(said))) as canvas:
        _dots(canvas, rows, marks, unit)
        table_rows = tuple(
            (r.name, float(r.value), *_quantiles(r), math.nan if twin is None else float(twin.value))
            for r, twin in pairs
        )
        columns = (
            Column("reading", "Reading"), Column("value", unit, "1"), Column("q05", "5%", "1"),
            Column("q25", "25%", "1"), Column("q75", "75%", "1"), Column("q95", "95%", "1"),
            Column("full", "At the parameters, full world", "1"),
        )  # fmt: skip
        words = f"{title}: " + ", ".join(f"{r.words} {number(r)}" for r, _ in pairs) + "."
        return canvas.finish(words, Table(name, columns, table_rows))


def cuts_figure(reading: Reading, marks: Sequence[float], name: str) -> Figure:
    """Return a reading's median of all draws beside the medians by choice and the values at the parameters."""
    cuts = reading.cuts or {}
    rows = [_Row("all draws", float(reading.value), reading, None)]
    rows += [_Row(label(key), value, None, None) for key, value in cuts.items() if "=" not in key]
    chosen = [(key, value) for key, value in cuts.items() if "=" in key]
    chosen.sort(key=lambda row: (row[0].partition("=")[0] != "elasticities", row[1]))
    rows += [_Row(label(key), value, None, None) for key, value in chosen]
    title = f"What the spread of {reading.name.replace('_', ' ')} rests on"
    said = "medians of the draws by choice" if chosen else ""
    with canvas_of(WIDE, _height(rows), short_title(title), unit_words(reading.unit, said)) as canvas:
        _dots(canvas, rows, marks, reading.unit)
        table = Table(
            name, (Column("what", "Median of draws, or value"), Column("value", reading.unit, "1")),
            tuple((row.label, row.value) for row in rows),
        )  # fmt: skip
        words = (
            f"{title}, {reading.words}: " + ", ".join(f"{row.label} {row.value:.3g}" for row in rows) + "."
        )
        return canvas.finish(words, table)


def label(key: str) -> str:
    """Return the words of a cut: a published set by its short name, a closure, a world."""
    from blocs.data import store
    from blocs.engine.elasticities import DEFAULT_SET

    kind, _, option = key.partition("=")
    if kind == "elasticities":
        name = store.mapping("elasticities.yaml")["sets"].get(option, {}).get("short", option)
        return f"{name}{' (reference)' if option == DEFAULT_SET else ''}"
    if kind == "closure":
        return CLOSURES.get(option, option)
    worlds = {"full": "at the parameters, full world", "coarse": "at the parameters, world of the draws"}
    return worlds.get(key, key)


class _Row:
    """One line of the figure: a label, a dot, and where there are any its spread and its twin."""

    def __init__(self, label: str, value: float, reading: Reading | None, twin: Reading | None) -> None:
        self.label, self.value, self.twin = label, value, twin
        self.quantiles = None if reading is None else reading.quantiles
        self.evidence = reading is None or reading.evidence


def _height(rows: Sequence[_Row]) -> float:
    return ROW * len(rows) + 1.15


def _dots(canvas: Any, rows: Sequence[_Row], marks: Sequence[float], unit: str) -> None:
    from matplotlib.ticker import MaxNLocator

    margin, bottom, tall = 0.2 + LETTER * max(len(row.label) for row in rows), 0.55, ROW * len(rows)
    height = _height(rows)
    axes = canvas.add_axes((margin / WIDE, bottom / height, 1.0 - (margin + ROOM) / WIDE, tall / height))
    for n, row in enumerate(rows):
        if row.quantiles is not None:
            axes.hlines(n, row.quantiles["0.05"], row.quantiles["0.95"], color=COLOURS[0], linewidth=1.2)
            axes.hlines(
                n, row.quantiles["0.25"], row.quantiles["0.75"], color=COLOURS[0], linewidth=4.0, alpha=0.45
            )
        colour = COLOURS[0] if row.evidence else FAINT
        axes.plot([row.value], [n], "o" if row.evidence else "x", color=colour, markersize=5)
        if row.twin is not None:
            axes.plot(
                [float(row.twin.value)],
                [n],
                "D",
                color=COLOURS[1],
                markersize=5,
                markerfacecolor="none",
                zorder=3,
            )
        shown = number(
            Reading("x", "x", row.value, "%" if unit.startswith("%") else "1", "", "derived", ("x",))
        )
        axes.annotate(
            shown if unit != "year" else number(Reading("x", "x", row.value, unit, "", "derived", ("x",))), (1.0, n),
            xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8.5,
            color=INK, annotation_clip=False,
        )  # fmt: skip
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [row.label for row in rows])
    mark_thresholds(axes, marks, "x")
    axes.margins(x=0.06)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))  # steps that two digits can say
    plain_axes(axes, "x", unit)
    source_line(canvas, "Dashed: thresholds of the rule" if marks else "")


def _quantiles(reading: Reading) -> tuple[float, ...]:
    return tuple((reading.quantiles or {}).get(q, math.nan) for q in ("0.05", "0.25", "0.75", "0.95"))
