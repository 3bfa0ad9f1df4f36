"""The world of a later year by a stated rule: regions grow towards one long-run rate, relative prices stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.data import store
from blocs.data.assumptions import Assumptions
from blocs.errors import DataError
from blocs.world.accounts import Accounts, Floats
from blocs.world.balance import ratio
from blocs.world.world import World

TABLE = "worlds/growth.csv"
SINCE = 2019  # the last year of the observed growth rates
LAST_YEAR = 2060  # the source of the rule goes no further
GDP_TOLERANCE = 1e-7  # relative, per region: GDP is the rule
SPENDING_TOLERANCE = 2e-3  # of a region's spending: the mix of spending is an assumption
MAX_SWEEPS = 2000


@dataclass(frozen=True, eq=False)
class GrowthFacts:
    """What is observed by region: growth of real GDP 2009-2019, and gross investment over capital in 2019, 1/year."""

    recent: Floats
    investment_rate: Floats


def facts(regions: tuple[str, ...]) -> GrowthFacts:
    """Return the facts of `regions`. Raises DataError for a region the table does not have."""
    rows = {row["region"]: row for row in store.rows(TABLE)}
    missing = [region for region in regions if region not in rows]
    if missing:
        raise DataError(
            f"no growth is known for region {missing[0]}; growth and accumulation need the 81 regions of the bundled "
            "worlds"
        )
    return GrowthFacts(
        np.array([float(rows[region]["growth_2009_2019"]) for region in regions]),
        np.array([float(rows[region]["investment_rate"]) for region in regions]),
    )


def volume(regions: tuple[str, ...], since: int, year: int, assumptions: Assumptions) -> Floats:
    """Return real GDP of `year` over that of `since` by region, from the rule of parameters/growth.yaml."""
    if not since <= year <= LAST_YEAR:
        raise DataError(f"year {year} is outside the growth baseline; it runs from {since} to {LAST_YEAR}")
    recent = facts(regions).recent
    long_run, left = assumptions["growth.long_run"], assumptions["growth.persistence"]
    total = np.ones(len(regions))
    for each in range(since + 1, year + 1):
        total *= 1.0 + long_run + (recent - long_run) * left ** (each - SINCE)
    return total


def grown(world: World, year: int, assumptions: Assumptions | None = None) -> World:
    """Return `world` grown to `year`: GDP by region follows the rule, at the base year's relative prices and tariffs.

    Output and spending of a region's industries grow with the region; where the world would sell more or less of a
    good than it buys, spending gives way (biproportional balancing, within `SPENDING_TOLERANCE`). Raises DataError
    outside the years of the rule, or for a world with other regions.
    """
    from blocs.world.history import built

    if world.year is None:
        raise DataError(f"{world.name} has no year; only the bundled worlds can grow")
    if year == world.year:
        return world
    growth = volume(world.regions, world.year, year, assumptions or Assumptions.default())
    flows = _flows(world.accounts, growth / growth.mean())
    note = (
        f"grown from {world.year} to {year}: real GDP by region follows parameters/growth.yaml, relative prices, "
        "tariffs and the mix of industries are the base year's; US$ are of the base year up to one factor"
    )
    return built(world, year, flows * growth.mean(), world.accounts.tariff, (note,))


def _flows(base: Accounts, growth: Floats) -> Floats:
    """Return flows whose output gives every region `growth` times its value added plus duty."""
    value_added = base.value_added.sum(axis=0)
    target = growth * (value_added + base.duty)
    bought = base.flows.sum(axis=1)
    flows = base.flows * np.sqrt(growth[:, None] * growth[None, :])
    gap = np.inf
    for _ in range(MAX_SWEEPS):
        scale = (target - np.einsum("sij,sij->j", flows, base.tariff)) / value_added
        output = base.output * scale
        spending = bought * scale
        spending = spending * ratio(output.sum(axis=1), spending.sum(axis=1))[:, None]
        flows *= ratio(spending, flows.sum(axis=1))[:, None, :]
        flows *= ratio(output, flows.sum(axis=2))[:, :, None]
        duty = np.einsum("sij,sij->j", flows, base.tariff)
        gap = float(np.max(np.abs((scale * value_added + duty) / target - 1.0)))
        rows = float(np.max(np.abs(flows.sum(axis=1) - spending) / spending.sum(axis=0)))
        if gap < GDP_TOLERANCE and rows < SPENDING_TOLERANCE:
            return flows
    raise DataError(f"growth did not balance in {MAX_SWEEPS} sweeps (GDP {gap:.1e}); use a nearer year")
