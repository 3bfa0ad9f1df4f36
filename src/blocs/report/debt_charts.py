"""Draws fan charts of debt over GDP from the debt document: one panel a fan, the record's past before them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from blocs.report import drawing
from blocs.report.figure import Figure
from blocs.report.table import Column, Table

if TYPE_CHECKING:
    from blocs.vectors.debt.analysis import DebtDocument, FanDocument

BANDS = (("0.05", "0.95", 0.20), ("0.1667", "0.8333", 0.35))
COLOURS = drawing.COLOURS[:3]
PANEL, TALL = 3.3, 3.5  # inches


def fan_table(document: DebtDocument) -> Table:
    """Return debt over GDP by fan and year: the baseline and every quantile, %; what the chart shows."""
    levels = list(document.fans[0].quantiles) if document.fans else []
    columns = [Column("fan", "fan"), Column("year", "year"), Column("baseline", "baseline", "%")]
    columns += [Column(f"q{level}", f"quantile {level}", "%") for level in levels]
    base = dict(zip(document.baseline.years, document.baseline.debt_to_gdp, strict=True))
    rows = [
        (fan.name, year, base[year], *(fan.quantiles[level][n] for level in levels))
        for fan in document.fans
        for n, year in enumerate(fan.years)
    ]
    if not rows:
        rows = [("baseline", year, value) for year, value in base.items()]
    return Table("debt-fans", tuple(columns), tuple(rows))


def fan_figure(document: DebtDocument, past: Sequence[tuple[int, float]] = ()) -> Figure:
    """Return one panel a fan with bands of two thirds and 90% of draws around the median, and the official baseline.

    past: (year, debt over GDP, %) before the path. A country without a fan gets one panel with its baseline.
    """
    fans: list[FanDocument | None] = [*document.fans] or [None]
    title = f"{document.name}: {document.debt_is}, % of GDP"
    with drawing.style():
        from matplotlib.figure import Figure as Canvas

        width = max(PANEL * len(fans) + 0.5, 5.2)
        canvas = Canvas(figsize=(width, TALL))
        limits = _limits(document, past)
        for n, fan in enumerate(fans):
            left = 0.5 + n * (width - 0.5) / len(fans)
            axes = canvas.add_axes(
                (left / width, 0.62 / TALL, ((width - 0.5) / len(fans) - 0.2) / width, (TALL - 1.42) / TALL)
            )
            _draw(axes, document, fan, past, COLOURS[n % len(COLOURS)], limits, labelled=n == 0)
        drawing.headline(canvas, title, _subtitle(document), 0.0, TALL)
        canvas.text(
            0.04 / width, 0.14 / TALL, _source(document), fontsize=7.5, color=drawing.FAINT, va="bottom"
        )
        return drawing.finish(canvas, title, _words(document), fan_table(document))


def _draw(
    axes: Any,
    document: DebtDocument,
    fan: FanDocument | None,
    past: Sequence[tuple[int, float]],
    colour: str,
    limits: tuple[float, float],
    *,
    labelled: bool,
) -> None:
    start = (document.start.year, 100.0 * document.start.debt / document.start.gdp)
    before = [point for point in past if point[0] < start[0]] + [start]
    axes.plot(*zip(*before, strict=True), color=drawing.INK, linewidth=1.4)
    base = document.baseline
    if fan is not None:
        years = [start[0], *fan.years]
        for low, high, alpha in BANDS:
            axes.fill_between(
                years, [start[1], *fan.quantiles[low]], [start[1], *fan.quantiles[high]], color=colour,
                alpha=alpha, linewidth=0.0,
            )  # fmt: skip
        axes.plot(years, [start[1], *fan.quantiles["0.5"]], color=colour, linewidth=1.7)
        axes.set_title(_panel(fan.name), fontsize=9.0, color=colour, loc="left", pad=6)
    axes.plot(
        [start[0], *base.years],
        [start[1], *base.debt_to_gdp],
        color=drawing.INK,
        linewidth=1.1,
        linestyle=(0, (4, 2)),
    )
    axes.set_ylim(*limits)
    first, last = before[0][0], base.years[-1]
    axes.set_xlim(first - 0.8, last)
    step = 10 if last - first > 15 else 4
    room = 0.05 * (last - first)  # so that labels of two panels do not touch
    ticks = [
        year for year in range(first, last + 1) if year % step == 0 and first + room < year < last - room
    ]
    axes.set_xticks(ticks, [str(year) for year in ticks])
    drawing.bare_axes(axes, "y", labelleft=labelled, pad=5)


def _panel(name: str) -> str:
    return {
        "current law": "Record, current law",
        "with legislation": "Record, with legislation",
        "model": "Modelled joint shocks",
    }.get(name, name)


def _limits(document: DebtDocument, past: Sequence[tuple[int, float]]) -> tuple[float, float]:
    values = [*document.baseline.debt_to_gdp, *(value for _, value in past)]
    for fan in document.fans:
        values += [*fan.quantiles["0.05"], *fan.quantiles["0.95"]]
    return 0.0, 1.06 * max(values)


def _subtitle(document: DebtDocument) -> str:
    bands = "; bands: two thirds and 90% of draws, line: median" if document.fans else ""
    rule = "" if document.country == "USA" else ", in part a rule of blocs (see its notes)"
    return f"dashed: baseline {document.baseline.name}{rule}{bands}; {document.basis}s, {document.coverage}"


def _source(document: DebtDocument) -> str:
    if document.country == "USA":
        return (
            "Sources: CBO (baseline, record of projection errors 1984–2025), US Treasury, OMB, FRED; blocs."
        )
    return "Source: " + "; ".join(source.split(",")[0] for source in document.sources) + "; blocs."


def _words(document: DebtDocument) -> str:
    base = document.baseline
    parts = [f"baseline {base.debt_to_gdp[0]:.0f} to {base.debt_to_gdp[-1]:.0f}% by {base.years[-1]}"]
    parts += [
        f"{_panel(fan.name)}: median {fan.quantiles['0.5'][-1]:.0f}, 5 to 95% from {fan.quantiles['0.05'][-1]:.0f} to "
        f"{fan.quantiles['0.95'][-1]:.0f} in {fan.years[-1]}"
        for fan in document.fans
    ]
    return f"{document.name}, debt over GDP: {'; '.join(parts)}."
