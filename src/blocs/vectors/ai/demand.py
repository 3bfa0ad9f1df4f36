"""Sizes a bust or boom in dollars by good and region, and turns it into the demand closure's taste shift.

With E spending, F_s final demand of good s, m the propensity to spend and kappa = sum_s alpha_s b_s, the closure is

    E' = (1 - m) E kappa + m E I'/I

A change of autonomous spending by d_s on good s (D = sum_s d_s) therefore needs kappa = 1 + D / ((1 - m) E); and
spending must fall where it is cut, (alpha_s b_s / kappa)(E + D) = F_s + d_s at unchanged income and prices:

    b_s = kappa (1 + d_s/F_s) / (1 + D/E)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from blocs.data.assumptions import SERVICES, Assumptions
from blocs.errors import DataError
from blocs.vectors.ai.measures import KNOWN, Turn
from blocs.world.accounts import Accounts, Floats
from blocs.world.groups import resolve_regions
from blocs.world.tables import sector_table
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.engine.outcome import Outcome

MILLIONS = {"bn": 1e3, "trn": 1e6}


def gdp(accounts: Accounts) -> Floats:
    """Return base GDP (region,), US$ mn."""
    return accounts.value_added.sum(axis=0) + accounts.duty


def strength(measure: Turn, year: int, years: Sequence[int], assumptions: Assumptions) -> float:
    """Return how much of a bust or boom is there in `year`: 1 in its years, persistence^n in the n-th year after."""
    if not measure.felt(year):
        return 0.0
    last = years[-1] if measure.years is None or measure.years.last is None else measure.years.last
    left = assumptions["ai.policy.persistence"] if measure.persistence is None else measure.persistence
    return 1.0 if year <= last else left ** (year - last)


def capex_change(
    measures: Sequence[Turn], world: World, year: int, years: Sequence[int], assumptions: Assumptions
) -> Floats:
    """Return the change of capital spending (good, region), US$ mn of `world`, before monetary policy.

    Spread over goods by ai.capex.split, divided by its sum. Raises DataError where the world lacks a good of the split.
    """
    found = np.zeros(world.accounts.final.shape)
    split = _split(world, assumptions)
    for measure in measures:
        size = getattr(measure, "capex", 0.0) * strength(measure, year, years, assumptions)
        level = measure.capex_usd_bn
        amount = assumptions["ai.capex.level"] * assumptions["ai.capex.at_home"] if level is None else level
        share = _shares(measure.region, world, year)
        found += size * amount * MILLIONS["bn"] * _in_dollars_of(world, assumptions) * np.outer(split, share)
    return found


def wealth_change(
    measures: Sequence[Turn], world: World, year: int, years: Sequence[int], assumptions: Assumptions
) -> Floats:
    """Return the change of spending out of equity wealth (good, region), US$ mn of `world`, before monetary policy.

    Spread over all goods of final demand in proportion.
    """
    final = world.accounts.final
    mix = final / final.sum(axis=0)
    total = np.zeros(final.shape[1])
    for measure in measures:
        size = getattr(measure, "equity", 0.0) * strength(measure, year, years, assumptions)
        stake = assumptions["ai.equity.at_home"] if measure.equity_usd_trn is None else measure.equity_usd_trn
        here = _shares(measure.region, world, year)
        held = stake * here
        if measure.abroad:
            others = gdp(world.accounts) * (here == 0.0)
            held = held + assumptions["ai.equity.abroad"] * others / others.sum()
        total += size * held * MILLIONS["trn"] * assumptions["ai.wealth.cents"]
    return total * _in_dollars_of(world, assumptions) * mix


def autonomous(
    measures: Sequence[Turn], world: World, year: int, years: Sequence[int], assumptions: Assumptions
) -> Floats:
    """Return the change of autonomous spending (good, region), US$ mn of `world`, net of monetary policy.

    Raises DataError where more would be cut than is bought.
    """
    gross = capex_change(measures, world, year, years, assumptions)
    gross = gross + wealth_change(measures, world, year, years, assumptions)
    net = (1.0 - assumptions["ai.policy.offset"]) * gross
    beyond = net < -world.accounts.final
    if beyond.any():
        s, j = np.argwhere(beyond)[0]
        raise DataError(
            f"the bust takes US$ {-net[s, j] / 1e3:,.0f} bn from final demand for {world.sectors[s]} in "
            f"{world.regions[j]}, where {world.accounts.final[s, j] / 1e3:,.0f} bn are bought; make it smaller"
        )
    return net


def taste_shift(change: Floats, moved: Floats, accounts: Accounts, propensity: float | None) -> Floats:
    """Return b (good, region) for a `change` of autonomous spending, and `moved` spending that adds up to no change.

    Both (good, region), US$ mn. propensity: m of the demand closure; None: kappa stays 1. Raises DataError where
    nothing would be left of autonomous spending.
    """
    final, absorption = accounts.final, accounts.absorption
    total = (change + moved).sum(axis=0)
    ratio = np.divide(change + moved, final, out=np.zeros_like(final), where=final > 0.0)
    kappa = np.ones(len(absorption))
    if propensity is not None:
        kappa = kappa + change.sum(axis=0) / ((1.0 - propensity) * absorption)
    if (kappa <= 0.0).any():
        raise DataError(
            f"the bust is larger than all autonomous spending at a propensity of {propensity:g}; lower "
            "demand.propensity or make the bust smaller"
        )
    return kappa * (1.0 + ratio) / (1.0 + total / absorption)


def propensity_of(outcome: Outcome) -> float:
    """Return m of the demand closure `outcome` was solved under; DataError under any other closure."""
    if outcome.demand is None:
        raise DataError(
            f"ai_bust and ai_boom need closure: demand, not {outcome.closure.value}: with full employment a cut of "
            "investment frees resources and makes the region richer"
        )
    return outcome.demand.propensity


def _split(world: World, assumptions: Assumptions) -> Floats:
    weights = np.zeros(len(world.sectors))
    split = assumptions.under("ai.capex.split")
    for good, weight in split.items():
        weights[world.sectors.index(here(good, world))] += weight
    return weights / sum(split.values())


def here(industry: str, world: World) -> str:
    """Return the industry of `world` that holds ICIO `industry`; DataError if none does."""
    if industry in world.sectors:
        return industry
    kinds = {code: sector.kind for code, sector in sector_table().items()}
    if kinds[industry] == "services" and SERVICES in world.sectors:
        return SERVICES
    raise DataError(f"{world.name} has no industry {industry}; AI needs a world with ICIO industries")


def _shares(names: Sequence[str], world: World, year: int) -> Floats:
    """Return how an amount is spread over the regions named: by GDP (region,), summing to one."""
    codes = resolve_regions(list(names), world.regions, year).codes
    size = gdp(world.accounts) * np.isin(world.regions, codes)
    return size / size.sum()


def _in_dollars_of(world: World, assumptions: Assumptions) -> float:
    """Return dollars of `world` per dollar of 2026: equal shares of US GDP."""
    if KNOWN not in world.regions:
        raise DataError(
            f"{world.name} has no region {KNOWN}, whose GDP measures the dollars of ai_bust and ai_boom"
        )
    usa = gdp(world.accounts)[world.regions.index(KNOWN)]
    return float(usa / (assumptions["ai.dollars.gdp_usa"] * MILLIONS["bn"]))
