"""Chooses what the figures show: from a run or a static outcome to tables, panels of bars and maps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from blocs.engine.outcome import REGIONAL, Outcome
from blocs.errors import DataError, unknown
from blocs.report.cases import Case, Result, converged_years, main_regions
from blocs.report.charts import Bars, bars_figure, paths_figure
from blocs.report.drawing import WIDE
from blocs.report.figure import Figure
from blocs.report.maps import choropleth, robust_reach
from blocs.report.sankey import Band, sankey_figure
from blocs.report.table import Table
from blocs.report.tables import (
    IMPORTS,
    LABELS,
    bilateral_table,
    flow_table,
    regional_table,
    rerouting_table,
    sector_table,
)
from blocs.report.words import NOISE, region_name, the
from blocs.study.run import Run

SHOWN = 8  # bars for gains and as many for losses
SMALLEST_INDUSTRY = 0.005  # of the region's gross output; below, large percentages of little say little
MAP_UNITS = {"welfare": "% of base absorption"}

Panel = tuple[Bars, Table]


def world_map(
    result: Result, chosen: Case, metric: str, *, width: int = 960, scale_of: Case | None = None
) -> Figure:
    """Return a world map of one of `REGIONAL` in the chosen year, in the colours of another if `scale_of` names it."""
    check_metric(metric)
    year, _ = chosen
    when = "" if year is None else f", {year}"
    title = f"{LABELS.get(metric, metric)}{when}, {MAP_UNITS.get(metric, '% change')}"
    table = regions_of(result, chosen).pick(["year", "region", "name", metric])
    values = dict(zip(table.column("region"), (_quiet(v) for v in table.column(metric)), strict=True))
    limits = None
    if scale_of is not None:
        reach = robust_reach(_quiet(float(value)) for value in scale_of[1].regional(metric))
        limits = (-reach, reach)
    return Figure(choropleth(values, title=title, unit="%", width=width, limits=limits), title, table)


def check_metric(metric: str) -> None:
    """Raise DataError, with the nearest names, unless `metric` is one of `REGIONAL`."""
    if metric not in REGIONAL:
        raise DataError(unknown("metric", metric, REGIONAL))


def regions_of(result: Result, chosen: Case) -> Table:
    """Return the regional table of the chosen year."""
    year, _ = chosen
    return regional_table(result).where("year", year)


def winners_panels(result: Result, chosen: Case, shown: int = SHOWN) -> list[Panel]:
    """Return the largest gains and losses of welfare, in % and in US$ bn; empty if nothing changes."""
    table = regions_of(result, chosen)
    year, outcome = chosen
    when = "" if year is None else f", {year}"
    moved = [row for row in table.records() if abs(row["welfare"]) > NOISE]
    panels: list[Panel] = []
    for name, unit, subtitle, scale in (
        ("welfare", "%", f"equivalent variation, % of base absorption{when}", 1.0),
        (
            "welfare_usd",
            "US$",
            f"equivalent variation, US$ bn of {outcome.base.year or 'the base'}{when}",
            1e3,
        ),
    ):
        rows = _ends(moved, name, shown, scale)
        if rows:
            values = tuple(row[name] / scale for row in rows)
            names = tuple(row["name"] for row in rows)
            bars = Bars(f"Winners and losers in {unit}", subtitle, names, values, digits_of(values))
            shorter = _rows(table, rows).pick(["year", "region", "name", "welfare", "welfare_usd"])
            panels.append((bars, shorter))
    return panels


def sector_panels(result: Result, chosen: Case, regions: Sequence[str], shown: int = 7) -> list[Panel]:
    """Return one panel a region: industries with the largest gains and losses of output volume, %.

    Industries below half a per cent of the region's gross output are left out.
    """
    year, _ = chosen
    every = sector_table(result, year)
    panels: list[Panel] = []
    for code in regions:
        here = every.where("region", code)
        smallest = SMALLEST_INDUSTRY * sum(here.column("base_usd"))
        moved = [
            row for row in here.records() if row["base_usd"] >= smallest and abs(row["output_volume"]) > NOISE
        ]
        rows = _ends(moved, "output_volume", shown)
        if rows:
            subtitle = "output volume by industry, % change" + ("" if year is None else f", {year}")
            values = tuple(row["output_volume"] for row in rows)
            names = tuple(row["sector_name"] for row in rows)
            panels.append(
                (Bars(region_name(code), subtitle, names, values, digits_of(values)), _rows(here, rows))
            )
    return panels


def rerouting_panels(result: Result, chosen: Case) -> list[Panel]:
    """Return up to four panels: buyers' origins and sellers' destinations, change of goods trade, US$ bn."""
    year, outcome = chosen
    table = rerouting_table(result, year)
    panels: list[Panel] = []
    for code, side in dict.fromkeys((row["region"], row["side"]) for row in table.records()):
        part = table.where("region", code).where("side", side)
        buys = side == IMPORTS
        values = tuple(change / 1e3 for change in part.column("change_usd"))
        when = "" if year is None else f", {year}"
        bars = Bars(
            f"Where {the(code)} {'buys' if buys else 'sells'} its goods",
            f"change by {'origin' if buys else 'destination'}, US$ bn at {outcome.base.year or 'base'} prices{when}",
            tuple(part.column("partner_name")), values, digits_of(values),
        )  # fmt: skip
        panels.append((bars, part))
    return panels


def flows_figure(result: Result, chosen: Case, *, width: float = WIDE) -> Figure | None:
    """Return the flows of goods between regions that fall and grow most, as a Sankey diagram; None without any.

    Widths are changes, US$ bn at base prices. width: inches, `WIDE` or `NARROW`.
    """
    year, outcome = chosen
    table = flow_table(result, year)
    rows = table.records()
    if not rows:
        return None
    bands = [Band(row["origin_name"], row["destination_name"], row["change_usd"] / 1e3) for row in rows]
    whole = sum(map(abs, bilateral_table(result, year).column("change_usd")))
    shown = sum(abs(row["change_usd"]) for row in rows) / whole
    when = "" if year is None else f", {year}"
    at = f"US$ bn at {outcome.base.year or 'base'} prices{when}"
    part = f"{len(rows)} flows, {100.0 * shown:.0f}% of all change"
    wide = width >= WIDE
    return sankey_figure(
        bands, table, title="Who sells to whom, before and after", width=width,
        subtitle=f"width: change of goods trade, {at}" + ("; red falls, blue grows" if wide else ""),
        note=f"the flows that fall and grow most: {part}" if wide else f"red falls, blue grows; {part}",
        digits=digits_of([band.change for band in bands]),
    )  # fmt: skip


def welfare_paths(run: Run, outcome: Outcome, limit: int = 6, *, width: float = WIDE) -> Figure | None:
    """Return welfare by year of the main regions; None unless two years converged and something changes.

    width: inches, `WIDE` or `NARROW`.
    """
    regions = main_regions(run, outcome, limit)
    if len(converged_years(run)) < 2 or not regions:
        return None
    every = regional_table(run)
    rows = [row for row in every.records() if row["region"] in regions]
    table = _rows(every, rows).pick(["year", "region", "name", "welfare"])
    lines = [(region_name(code), table.where("region", code).column("welfare")) for code in regions]
    return paths_figure(
        run.years,
        lines,
        table,
        title="Welfare by year",
        subtitle="equivalent variation, % of base absorption",
        width=width,
    )


def together(panels: Sequence[Panel], title: str) -> Figure:
    """Return panels side by side as one figure; DataError if there is nothing to show."""
    if not panels:
        raise DataError(f"{title}: nothing changes, so there is nothing to draw")
    table = panels[0][1]
    rows = tuple(row for _, part in panels for row in part.rows)
    whole = Table(table.name, table.columns, tuple(dict.fromkeys(rows)))
    return bars_figure([bars for bars, _ in panels], whole, title=title, columns=2)


def each(panels: Sequence[Panel]) -> list[Figure]:
    """Return every panel as a figure of its own."""
    return [bars_figure([bars], table, title=bars.title) for bars, table in panels]


def digits_of(values: Sequence[float]) -> int:
    """Return the decimals that give the largest of `values` three figures or so."""
    largest = max(map(abs, values))
    return 1 if largest >= 3.0 else 2 if largest >= 0.2 else min(6, 1 - math.floor(math.log10(largest)))


def _ends(rows: Sequence[dict[str, Any]], name: str, shown: int, scale: float = 1.0) -> list[dict[str, Any]]:
    """Return the `shown` largest gains and losses in column `name`, from gain to loss, without what prints as 0."""
    if not rows:
        return []
    finest = 0.5 * scale * 10.0 ** -digits_of([row[name] / scale for row in rows])
    order = sorted(rows, key=lambda row: -row[name])
    gains = [row for row in order if row[name] > finest][:shown]
    losses = [row for row in order if row[name] < -finest][-shown:]
    return [*gains, *losses]


def _rows(table: Table, records: Sequence[dict[str, Any]]) -> Table:
    return Table(table.name, table.columns, tuple(tuple(record.values()) for record in records))


def _quiet(value: float) -> float:
    """Return 0 for what is below the solver's noise, so that a map of nothing is the colour of nothing."""
    return 0.0 if abs(value) < NOISE else value
