"""Today's value of a slider: from a bundled table, from a rule, or unknown; never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocs.data.package import find
from blocs.report.words import region_name
from blocs.vectors.debt.dollar import reserve_share, reserve_shares
from blocs.vectors.tariff_tables import TABLES, added, dates
from blocs.web.contract import Now
from blocs.world.groups import resolve_goods, resolve_regions
from blocs.world.world import World

DUTIES = "us-tariffs-2025-26"
SENDER = "USA"


def now_of(entry: Mapping[str, Any], world: World) -> Now:
    """Return today's value as the entry of `levers.yaml` says it is found."""
    if entry["how"] == "us_duty":
        return _us_duty(world, entry["on"], entry["goods"])
    if entry["how"] == "reserve_share":
        return Now(
            value=round(reserve_share(), 4),
            words="allocated reserves in dollars",
            date=reserve_shares()[-1][0],
            source="IMF, Currency Composition of Official Foreign Exchange Reserves",
            status="data",
        )
    if entry["how"] == "none":
        return Now(value=0.0, words=entry["words"], date="", source="", status="rule")
    return Now(value=None, words=entry["words"], date="", source="", status="unknown")


def _us_duty(world: World, on: str, goods: str) -> Now:
    """Return the duty added in 2025–26: the mean of the table's latest date, weighted by base imports."""
    date = dates(DUTIES)[-1]
    rates = added(DUTIES, date, world)
    to = world.regions.index(SENDER)
    rows = [world.sectors.index(code) for code in resolve_goods(goods, world.sectors)]
    chosen = resolve_regions(on, world.regions).codes
    sellers = [world.regions.index(code) for code in chosen if code != SENDER]
    weights = world.accounts.flows[rows][:, sellers, to]
    value = float((weights * rates[rows][:, sellers, to]).sum() / weights.sum())
    whose = "everybody" if on == "all" else region_name(on)
    return Now(
        value=round(value, 4),
        words=f"added in 2025–26 on goods of {whose}, weighted by imports of {world.year}",
        date=date,
        source=find(TABLES[DUTIES].file)["title"],
        status="data",
    )
