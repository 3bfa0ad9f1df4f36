"""Figures of an ensemble: intervals by region, and a tornado of the assumptions that move a result most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from blocs.data import store
from blocs.report.drawing import COLOURS, FAINT, GAIN, INK, LETTER, LOSS, bare_axes, finish, headline, style
from blocs.report.figure import Figure
from blocs.report.table import Column, Table
from blocs.report.words import fixed, region_name, sector_name
from blocs.study.ensemble.result import Ensemble

_ROW = 0.27  # inches
_WIDTH = 7.2
SHOWN = 14
ERRORS = 2.0  # a swing within so many of its standard errors may be chance and is not drawn


def intervals(
    found: Ensemble, regions: Sequence[str], *, name: str = "welfare", scenario: str | None = None
) -> Figure:
    """Return the middle half and nine tenths of the draws by region in the last year, %."""
    quantiles = found.quantiles(name, q=(0.05, 0.25, 0.5, 0.75, 0.95), scenario=scenario).isel(year=-1)
    year = int(quantiles.year)
    values = {code: [float(v) for v in quantiles.sel(label=code).values] for code in regions}
    order = sorted(values, key=lambda code: values[code][2])
    rows = [(code, *values[code]) for code in order]
    table = Table(
        f"{name}-intervals",
        (
            Column("region", "region"),
            *(Column(f"q{q:02d}", f"{q}%", "%") for q in (5, 25, 50, 75, 95)),
        ),
        tuple(rows),
    )
    title = f"{_CAPTION.get(name, name)} {year}: how sure is it?"
    subtitle = (
        f"% of base absorption; line: 90% of {found.converged} draws, bar: half of them, dot: median. "
        if name == "welfare"
        else f"%; line: 90% of {found.converged} draws, bar: half of them, dot: median. "
    )
    labels = [region_name(code) for code in order]
    with style():
        canvas, axes = _canvas(labels, title, subtitle)
        for n, code in enumerate(order):
            low, left, middle, right, high = values[code]
            colour = LOSS if high < 0.0 else GAIN if low > 0.0 else FAINT
            axes.plot([low, high], [n, n], color=colour, linewidth=1.3, solid_capstyle="butt")
            axes.plot([left, right], [n, n], color=colour, linewidth=6.0, alpha=0.55, solid_capstyle="butt")
            axes.plot([middle], [n], "o", color=colour, markersize=4.5)
        _axis(axes)
        words = ", ".join(
            f"{label} {fixed(values[code][0], 2)} to {fixed(values[code][-1], 2)}"
            for label, code in zip(labels, order, strict=True)
        )
        return finish(canvas, title, f"{title} {subtitle}{words}.", table)


def tornado(
    found: Ensemble, region: str, *, name: str = "welfare", scenario: str | None = None, shown: int = SHOWN
) -> Figure:
    """Return, for the assumptions that move a region's result most, its mean in their lowest and highest fifth."""
    swings = found.tornado(name, label=region, scenario=scenario)
    sure = swings[swings["swing"].to_numpy(float) > ERRORS * swings["error"].to_numpy(float)]
    swings = sure.head(shown) if len(sure) else swings.head(1)
    middle = float(found.quantiles(name, q=(0.5,), scenario=scenario).isel(year=-1).sel(label=region).item())
    rows = [
        (
            str(row["factor"]),
            float(row["low"]),
            float(row["high"]),
            _shown(row["at_low"]),
            _shown(row["at_high"]),
        )
        for row in swings.assign(factor=swings.index).to_dict("records")
    ]
    table = Table(
        f"{name}-tornado-{region}",
        (
            Column("assumption", "assumption"),
            Column("low", "mean in its lowest fifth", "%"),
            Column("high", "mean in its highest fifth", "%"),
            Column("at_low", "about"),
            Column("at_high", "about"),
        ),
        tuple(rows),
    )
    title = f"{region_name(region)}: what moves {_CAPTION.get(name, name).lower()}"
    subtitle = (
        f"%; mean in the lowest (orange) and highest (blue) fifth of the assumption, {found.converged} draws; line: "
        "median"
    )
    with style():
        canvas, axes = _canvas([assumption_name(row[0]) for row in rows], title, subtitle)
        for n, (_, low, high, at_low, at_high) in enumerate(rows):
            for end, colour, text in ((low, COLOURS[1], at_low), (high, COLOURS[0], at_high)):
                axes.barh(n, end - middle, left=middle, height=0.62, color=colour)
                side = -1 if end < middle else 1
                axes.annotate(
                    text, (end, n), (3 * side, 0), textcoords="offset points", va="center",
                    ha="right" if side < 0 else "left", fontsize=7.5, color=INK,
                )  # fmt: skip
        axes.axvline(middle, color=INK, linewidth=0.9)
        _room_for_text(canvas, axes, rows, middle)
        _axis(axes, zero=False)
        words = ", ".join(f"{row[0]} {fixed(row[1], 2)} to {fixed(row[2], 2)}" for row in rows)
        return finish(canvas, title, f"{title}. {subtitle}. {words}.", table)


_CAPTION = {"welfare": "Welfare", "real_income": "Real income", "gdp": "GDP volume", "real_wage": "Real wage"}


def assumption_name(name: str) -> str:
    """Return a factor's name for people: what it is about, with the dotted name where that says enough."""
    known = {
        "elasticities": "set of trade elasticities",
        "closure": "closure",
        "trade.elasticity.common": "all trade elasticities",
        "trade.elasticity.own.SERV": "trade elasticity, services",
    }
    if name in known:
        return known[name]
    if name.startswith("trade.elasticity.own."):
        text = sector_name(name.rpartition(".")[2])
        return f"trade elasticity, {text if len(text) <= 24 else text[:23].rstrip() + '…'}"
    return name


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}".replace("-", "−")
    sets = store.mapping("elasticities.yaml")["sets"]
    if value not in sets:
        return str(value)
    authors, _, year = sets[value]["short"].rpartition(" ")
    first, *others = authors.split(", ")
    return f"{first} et al. {year}" if len(others) > 1 else f"{authors} {year}"


def _room_for_text(canvas: Any, axes: Any, rows: Sequence[tuple[Any, ...]], middle: float) -> None:
    """Widen the axis so that what stands beside the longest bars is inside it."""
    inside = axes.get_position().width * canvas.get_size_inches()[0]
    low, high = min(middle, *(min(row[1:3]) for row in rows)), max(middle, *(max(row[1:3]) for row in rows))
    room = min(0.38, (0.1 + 0.062 * max(len(text) for row in rows for text in row[3:5])) / inside)
    wide = ((high - low) or 1.0) / (1.0 - 2.0 * room)
    axes.set_xlim(low - room * wide, high + room * wide)


def _canvas(labels: Sequence[str], title: str, subtitle: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure as Canvas

    tall = _ROW * len(labels)
    height = tall + 0.95
    margin = 0.15 + LETTER * max(len(label) for label in labels)
    canvas = Canvas(figsize=(_WIDTH, height))
    axes = canvas.add_axes((margin / _WIDTH, 0.36 / height, 1.0 - (margin + 0.2) / _WIDTH, tall / height))
    headline(canvas, title, subtitle, 0.0, height)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks(range(len(labels)), list(labels))
    return canvas, axes


def _axis(axes: Any, *, zero: bool = True) -> None:
    if zero:
        axes.axvline(0.0, color=INK, linewidth=0.8, zorder=0)
    bare_axes(axes, "x")


def main_labels(found: Ensemble, count: int = SHOWN) -> list[str]:
    """Return the regions whose median welfare moves most in US$, largest first."""
    from blocs.study.run import world_of

    world = world_of(found.scenarios[0])
    median = found.quantiles("welfare", q=(0.5,)).isel(year=-1, quantile=0)
    size = (
        np.array([abs(float(median.sel(label=code))) for code in world.regions]) * world.accounts.absorption
    )
    return [world.regions[n] for n in np.argsort(-np.nan_to_num(size))[:count]]
