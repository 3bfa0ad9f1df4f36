"""Figures of the studies of power: the heat map of friends and enemies, bars of losses, the backtest's scatter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from blocs.report.charts import Bars, bars_figure
from blocs.report.drawing import FAINT, INK, canvas_of
from blocs.report.figure import Figure
from blocs.report.power_tables import (
    backtest_tables,
    coalition_tables,
    exposure_tables,
    item_name,
    leverage_tables,
)
from blocs.report.words import fixed, listed, region_name, sector_name, the
from blocs.study.backtest import HEADLINE, Backtest
from blocs.study.coalition import Coalition
from blocs.study.exposure import SHOCKS, Exposure
from blocs.study.leverage import Leverage
from blocs.world.accounts import Floats

SOURCE = "source: OECD ICIO 2025, blocs"
SHOWN = 8


def exposure_figure(study: Exposure) -> Figure:
    """Return the heat map: rows where the shock is, columns who feels it, ordered by similarity; own effects grey.

    Colours run to the 98th percentile of the size of effects: a few close neighbours exceed it.
    """
    order = [study.setting.base.regions.index(code) for code in study.order]
    codes = list(study.order)
    values = study.matrix.values[np.ix_(order, order)].copy()
    np.fill_diagonal(values, np.nan)
    reach = float(np.nanpercentile(np.abs(values), 98.0)) or 1.0
    title = f"Friends and enemies: {study.shock.replace('_', ' ')}"
    subtitle = (
        f"In the row's country, {SHOCKS[study.shock]}; welfare of the column's country, % of absorption"
    )
    with canvas_of(
        max(4.6, 1.6 + 0.105 * len(codes)), max(4.2, 1.3 + 0.105 * len(codes)), title, subtitle
    ) as canvas:
        width, height = canvas.get_size_inches()
        axes = canvas.add_axes((0.55 / width, 0.75 / height, 1.0 - 1.35 / width, 1.0 - 1.3 / height))
        image = axes.pcolormesh(values[::-1], cmap="RdBu", vmin=-reach, vmax=reach, rasterized=False)
        axes.set_facecolor("#9aa1a7")
        size = 5.2 if len(codes) > 40 else 8.0
        axes.set_xticks(np.arange(len(codes)) + 0.5, codes, rotation=90, fontsize=size)
        axes.set_yticks(np.arange(len(codes)) + 0.5, codes[::-1], fontsize=size)
        axes.tick_params(length=0, pad=1.5, labelcolor=INK)
        scale = canvas.add_axes((1.0 - 0.68 / width, 0.75 / height, 0.12 / width, 1.0 - 1.3 / height))
        bar = canvas.colorbar(image, cax=scale, extend="both")
        bar.ax.tick_params(labelsize=7, length=2)
        canvas.text(0.04 / width, 0.1 / height, f"Grey: own effect. S{SOURCE[1:]}.", fontsize=7, color=FAINT)
        worst, best = _extremes(values, codes)
        words = f"{title}. {subtitle}. Largest loss {worst}, largest gain {best}."
        return canvas.finish(words, exposure_tables(study)[0])


def coalition_figure(study: Coalition) -> Figure:
    """Return losses of the members in % and US$ bn, and of the bystanders that gain and lose most."""
    panels = []
    rows = [(code, side) for side in study.sides for code in side.members]
    rows.sort(key=lambda row: row[1].welfare[row[0]])
    shown = rows[: 2 * SHOWN]
    names = tuple(region_name(code) for code, _ in shown)
    title = f"{_called(study, 0)} against {_called(study, 1)}: {study.intensity:g}% of trade stops"
    horizon = f"{study.setting.horizon.value} run"
    panels.append(
        Bars(
            "Both sides",
            f"welfare, % of absorption, {horizon}",
            names,
            tuple(s.welfare[c] for c, s in shown),
            2,
        )
    )
    usd = tuple(s.welfare_usd[c] / 1e3 for c, s in shown)
    panels.append(Bars("The same in dollars", f"welfare, US$ bn a year, {SOURCE}", names, usd, 1))
    others = sorted(study.bystanders.welfare.items(), key=lambda item: item[1])
    if len(others) > 2 * SHOWN:
        others = [*others[:SHOWN], *others[-SHOWN:]]
    if others:
        names = tuple(region_name(code) for code, _ in others)
        panels.append(
            Bars("Bystanders", f"welfare, % of absorption, {horizon}", names, tuple(v for _, v in others), 2)
        )
    return bars_figure(panels, coalition_tables(study, attribute=False)[0], title=title, columns=2)


def blame_figure(study: Coalition) -> Figure:
    """Return, for the member of each side that loses most in US$, the goods and partners its loss comes from."""
    panels = []
    for side in study.sides:
        code = min(side.members, key=lambda one: side.welfare_usd[one])
        goods = list(study.blame.by_good(code).items())[: SHOWN + 2]
        panels.append(
            Bars(
                f"{region_name(code)}: by good", f"% of absorption, {SOURCE}",
                tuple(sector_name(good) for good, _ in goods), tuple(v for _, v in goods), 3,
            )
        )  # fmt: skip
        partners = list(study.blame.by_partner(code).items())[: SHOWN + 2]
        panels.append(
            Bars(
                f"{region_name(code)}: by partner", "% of absorption",
                tuple(region_name(p) if p != "others" else "flows of others" for p, _ in partners),
                tuple(v for _, v in partners), 3,
            )
        )  # fmt: skip
    return bars_figure(panels, coalition_tables(study)[1], title="Where the loss comes from", columns=2)


def leverage_figure(study: Leverage) -> Figure:
    """Return the items whose loss is largest, the chokepoints, and the target's industries."""
    largest = study.items[: SHOWN + 2]
    chokes = study.chokepoints[: SHOWN + 2]
    down = study.industries[:SHOWN]
    up = [row for row in study.industries[-4:] if row[1] > 0.0 and row not in down]
    shown = (*down, *up)
    who = (
        listed([the(code) for code in study.target.members])
        if len(study.target.members) <= 3
        else f"{len(study.target.members)} countries"
    )
    names = tuple(item_name(one.lever, one.item) for one in largest)
    small = max((abs(one.loss) for one in largest), default=0.0) < 0.01
    losses = tuple(-(one.loss_usd_mn if small else one.loss) for one in largest)
    per_dollar = tuple(-one.loss_per_dollar for one in chokes)
    panels = [
        Bars(
            f"Withheld alone: loss of {who}", "welfare, US$ mn a year" if small else "welfare, % of absorption", names,
            losses, 0 if small else _digits(losses),
        ),
        Bars(
            "Chokepoints", "welfare in US$ per US$ supplied",
            tuple(item_name(one.lever, one.item) for one in chokes), per_dollar, _digits(per_dollar),
        ),
        Bars(
            f"Industries of {who}, all withheld", f"output volume, %, {_sources(study)}",
            tuple(sector_name(code) for code, _, _ in shown), tuple(v for _, v, _ in shown),
            _digits([v for _, v, _ in shown]) - 1,
        ),
    ]  # fmt: skip
    panels = [panel for panel in panels if panel.labels]
    title = f"Leverage: {_members(study.coalition.members)} withholds {_HELD[study.lever.name]}"
    return bars_figure(panels, leverage_tables(study)[0], title=title, columns=2)


_HELD = {
    "goods": "goods",
    "minerals": "minerals",
    "rails": "payment rails",
    "all": "goods, minerals and rails",
}


def _sources(study: Leverage) -> str:
    more = {"minerals": ", World Mining Data", "all": ", World Mining Data"}.get(study.lever.name, "")
    return f"source: OECD ICIO 2025{more}, blocs"


def _members(codes: Sequence[str]) -> str:
    return the(codes[0], start=True) if len(codes) == 1 else f"{len(codes)} countries"


def _digits(values: Sequence[float]) -> int:
    """Return decimals that show about three digits of the largest value."""
    largest = max((abs(value) for value in values), default=1.0)
    return int(np.clip(2 - np.floor(np.log10(max(largest, 1e-6))), 2, 6))


def backtest_figure(study: Backtest) -> Figure:
    """Return observed against predicted triple differences of the treated cells, area by base trade."""
    table = backtest_tables(study)[2]
    x, y, size = (np.array(table.column(name)) for name in ("predicted_pct", "observed_pct", "base_usd_mn"))
    sellers = np.array(table.column("origin"))
    head = study.headline()
    title = f"The duties of 2018–19, predicted and observed, 2017–{HEADLINE}"
    lines = f"solid: slope 1; dashed: fitted {head.slope:.2f}"
    subtitle = f"Triple differences of log trade, × 100, {study.horizon.value} run; {lines}"
    with canvas_of(6.4, 4.6, title, subtitle) as canvas:
        width, height = canvas.get_size_inches()
        axes = canvas.add_axes((0.7 / width, 0.75 / height, 1.0 - 0.9 / width, 1.0 - 1.4 / height))
        for code, colour, name in (("CHN", "#d55e00", "China's sales"), ("USA", "#0072b2", "US sales")):
            here = sellers == code
            axes.scatter(
                x[here],
                y[here],
                s=4.0 + 220.0 * size[here] / size.max(),
                color=colour,
                alpha=0.65,
                linewidths=0,
                label=name,
            )
        ends = np.array([x.min(), x.max()])
        axes.plot(ends, ends, color=INK, linewidth=0.9)
        axes.plot(ends, head.slope * ends, color=INK, linewidth=0.9, linestyle="--")
        axes.axhline(0.0, color=FAINT, linewidth=0.5)
        axes.axvline(0.0, color=FAINT, linewidth=0.5)
        axes.set_xlabel("predicted, log points × 100", fontsize=8.5)
        axes.set_ylabel("observed, log points × 100", fontsize=8.5)
        axes.legend(frameon=False, fontsize=8, loc="upper left")
        for name in ("top", "right"):
            axes.spines[name].set_visible(False)
        canvas.text(
            0.04 / width,
            0.08 / height,
            "Area: trade of 2017. Sources: US-China Trade War Tracker (Waugh); OECD ICIO, 2025 edition.",
            fontsize=6.5,
            color=FAINT,
        )
        words = f"{title}. {subtitle}. Slope {fixed(head.slope, 2)}, standard error {fixed(head.error, 2)}."
        return canvas.finish(words, table)


def _called(study: Coalition, side: int) -> str:
    members = study.sides[side].members
    return (
        listed([region_name(code) for code in members]) if len(members) <= 2 else f"{len(members)} countries"
    )


def _extremes(values: Floats, codes: list[str]) -> tuple[str, str]:
    found = []
    for flat in (np.nanargmin(values), np.nanargmax(values)):
        i, j = np.unravel_index(int(flat), values.shape)
        found.append(f"{fixed(float(values[i, j]), 3)}% of {codes[j]} from {codes[i]}")
    return found[0], found[1]
