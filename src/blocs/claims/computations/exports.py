"""Computations on trade: a buyer's share in a seller's exports, direct and by value added, and after a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.computations.drawn import one_year, scenarios
from blocs.claims.computations.places import Places
from blocs.claims.reading import Chart, Evidence, Line, Reading
from blocs.errors import DataError, unknown
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.scenario.schema import Scenario
    from blocs.study.run import Run

OECD = "OECD Inter-Country Input-Output tables, 2025 edition"
ENDS: tuple[Literal["short", "long"], ...] = ("short", "long")
SHARE = "share_of_exports"


def export_share(context: Context, exporter: str, importer: str) -> Evidence:
    """Return the importer's share in the exporter's exports: of goods, of all, and of value added used abroad.

    goods, all: sales at producer prices across borders, of the last year at hand. value_added: of the exporter's value
    added that final users abroad take, through all tiers, the part in the importer; what goes to a third country and
    on to the importer counts for the importer.
    """
    readings, lines = [], []
    for name, industry, words in (("goods", "goods", "goods"), ("all", "all", "goods and services")):
        one, every = (
            context.observatory.series("trade.exports", exporter=exporter, importer=to, industry=industry)
            for to in (importer, "all")
        )
        shares = tuple(
            (a.time, 100.0 * a.value / b.value) for a, b in zip(one.points, every.points, strict=True)
        )
        lines.append(Line(words, shares))
        text = f"{importer}'s share in {exporter}'s exports of {words}"
        readings.append(Reading(name, text, shares[-1][1], "%", shares[-1][0], "derived", (OECD,)))
    world = context.world("81x28")
    for code in (exporter, importer):
        if code not in world.regions:
            raise DataError(unknown("region", code, world.regions))
    value = value_added_share(world, exporter, importer)
    text = f"{importer}'s share in {exporter}'s value added that is used abroad, through all tiers"
    readings.append(Reading("value_added", text, 100.0 * value, "%", str(world.year), "derived", (OECD,)))
    title = f"Share of {importer} in the exports of {exporter}"
    return Evidence(tuple(readings), (Chart("paths", title, "%", OECD, tuple(lines)),))


def value_added_share(world: World, exporter: str, importer: str) -> float:
    """Return the importer's share in the exporter's value added that is finally used outside the exporter.

    With content C[(e), (k, s)] of value added from `e` in the output of industry k of region s, and final use
    F[k, s, d] of that output in region d: sum_ks C F[., d] over the sum for all d but the exporter.
    """
    from blocs.world.look_through import by_year

    held = by_year()
    year = held.years.index(world.year)
    seller, buyer = (world.regions.index(code) for code in (exporter, importer))
    content = held.content[year][seller]  # (industry, region)
    final = final_use(world)
    taken = np.einsum("ks,ksd->d", content, final)
    taken[seller] = 0.0
    return float(taken[buyer] / taken.sum())


def final_use(world: World) -> Floats:
    """Return final use (good, origin, destination) of an 81x28 world, US$ mn: flows less what industries buy."""
    from blocs.world.by_user import flows_by_user

    return np.maximum(world.accounts.flows - flows_by_user(world.accounts).sum(axis=2), 0.0)


def export_share_after(context: Context, exporter: str, importer: str, scenario: str, year: int) -> Evidence:
    """Return the importer's share in the exporter's exports of goods after a scenario, at the short and long horizon.

    Under every draw of an ensemble (sets of elasticities and their errors, nests, closure, and what the scenario's
    measures rest on), on 81 regions by 28 sectors: tables of tariffs by partner fit no coarser world.
    """
    from blocs.scenario.schema import Scenario

    base = Scenario.load(scenario)
    world = context.world("81x28")
    for code in (exporter, importer):
        if code not in world.regions:
            raise DataError(unknown("region", code, world.regions))
    if year not in base.each_year:
        raise DataError(f"year {year} is outside {base.name}'s {base.years}; choose one inside")
    pair = f"{exporter}-{importer}"
    given = [_in_year(base, horizon, year) for horizon in ENDS]
    found = scenarios(context, Places(world, world), given, [f"{SHARE}/{pair}"], also=shares_of_exports)
    found = replace(found, sources=(*found.sources, *base.sources[:1]))
    readings: list[Reading] = []
    for horizon, one in zip(ENDS, given, strict=True):
        readings += found.pair(
            f"after_{horizon}", f"{importer}'s share in {exporter}'s exports of goods under {scenario}, {horizon} run",
            "%", str(year), one.name, f"{SHARE}/{pair}@{year}",
        )  # fmt: skip
    return Evidence(tuple(readings), (), found.notes, found.missing)


def _in_year(base: Scenario, horizon: str, year: int) -> Scenario:
    """Return `base` in one year at one horizon, with the measures that are active then."""
    content = base.model_dump(mode="json", exclude_defaults=True)
    measures = [
        {**dumped, "type": measure.type}
        for dumped, measure in zip(content.get("measures", []), base.measures, strict=True)
        if measure.active(year)
    ]
    changes = {"world": "81x28", "horizon": horizon, "years": str(year), "measures": measures}
    return one_year(base, f"{base.name}-{horizon}", **changes)


def shares_of_exports(done: Run) -> Mapping[str, Floats]:
    """Return by year each region's share, %, in the exports of goods of each other one, as SHARE/EXPORTER-IMPORTER."""
    rows = []
    for outcome in done.outcomes:
        goods = [n for n, sector in enumerate(outcome.base.sectors) if sector[0] in "ABC"]
        sold = outcome.bare_flows[goods].sum(axis=0) * (1.0 - np.eye(len(outcome.base.regions)))
        every = sold.sum(axis=1, keepdims=True)
        rows.append(100.0 * np.divide(sold, every, out=np.zeros_like(sold), where=every > 0.0))
    shares, regions = np.array(rows), done.world.regions
    return {
        f"{SHARE}/{one}-{other}": shares[:, i, j]
        for i, one in enumerate(regions)
        for j, other in enumerate(regions)
        if i != j
    }
