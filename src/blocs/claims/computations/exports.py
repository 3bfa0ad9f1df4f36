"""Computations on trade: a buyer's share in a seller's exports, direct and by value added, and after a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.reading import Chart, Evidence, Line, Reading, drawn
from blocs.errors import DataError, unknown
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.scenario.schema import Scenario

OECD = "OECD Inter-Country Input-Output tables, 2025 edition"
ENDS: tuple[Literal["short", "long"], ...] = ("short", "long")


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

    Drawn over the published sets of trade elasticities, not over all uncertain numbers. On 81 regions by 28 sectors.
    """
    from blocs.engine.elasticities import Elasticities
    from blocs.scenario.schema import Scenario

    base = Scenario.load(scenario)
    readings = []
    for horizon in ENDS:
        shares = []
        for number, name in enumerate(Elasticities.available()):
            context.say(f"{scenario}, {horizon} run, elasticities {name} ({number + 1})")
            shares.append(_share_under(base, horizon, name, (exporter, importer), year))
        words = f"{importer}'s share in {exporter}'s exports of goods under {scenario}, {horizon} run"
        sources = (
            f"blocs, solved for {scenario} under {len(shares)} sets of elasticities",
            *base.sources[:1],
        )
        reading = drawn(f"after_{horizon}", words, tuple(shares), "%", str(year), sources)
        readings.append(reading)
    return Evidence(tuple(readings))


def _share_under(base: Scenario, horizon: str, elasticities: str, pair: tuple[str, str], year: int) -> float:
    from blocs.scenario.schema import Scenario
    from blocs.study.run import run

    content = base.model_dump(mode="json", exclude_defaults=True)
    for measure, model in zip(content["measures"], base.measures, strict=True):
        measure["type"] = model.type
    changed = {"world": "81x28", "horizon": horizon, "elasticities": elasticities, "years": str(year)}
    content["measures"] = [
        m for m, model in zip(content["measures"], base.measures, strict=True) if model.active(year)
    ]
    done = run(None, Scenario.from_dict({**content, **changed}))
    outcome = done.at(year)
    if not outcome.status.converged:
        return float("nan")
    goods = [n for n, sector in enumerate(done.world.sectors) if sector[0] in "ABC"]
    seller, buyer = (done.world.regions.index(code) for code in pair)
    sold = outcome.flows.values[goods, seller].sum(axis=0)
    return 100.0 * float(sold[buyer] / (sold.sum() - sold[seller]))
