"""From settlement costs by corridor to shocks of the economy: resources used up, and fees that somebody earns.

A change C of the settlement cost makes trade on the corridor dearer by the factor 1 + C. The share rho uses up
resources: `trade_cost` 1 + rho C. The rest is a fee: a wedge e = (1 + C)/(1 + rho C) - 1 in the price, collected on
the exporter's side (`export_tax`, so that customs revenue stays what it is) and shared out as a `transfer`: what runs
outside all rails is earned by banks in third countries, the rest half by the banks of either end. Transfers sum to
zero. Where C < 0 both run the other way.

Flows that an embargo stops pay nothing: they are not there. Where a sanction of the trade vector has a financial cost
of its own, the corridor pays the larger of the two, not both.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.engine.shocks import Shocks
from blocs.vectors.payments.acting import flags
from blocs.vectors.payments.measures import CutOff
from blocs.vectors.payments.rails import shares_of_rows
from blocs.vectors.trade_limits import Embargo, Quota, Sanction
from blocs.vectors.trade_shocks import limits_of
from blocs.vectors.trade_targets import still_traded
from blocs.world.accounts import Floats
from blocs.world.measure import Measure
from blocs.world.world import World

FINANCE = ("K", "SERV")  # whose exports say which countries' banks earn the fees: finance, or all services


def shocks_of(
    world: World,
    change: Floats,
    outside: Floats,
    measures: Sequence[Measure],
    flows: Floats,
    assumptions: Assumptions,
    year: int,
) -> Shocks:
    """Return the shocks of a settlement cost `change` (region, region); neutral where nothing changes.

    outside: share of payments on no rail (region, region). measures: all in force, the trade
    vector's too. flows: (good, origin, destination), of the latest iterate.
    """
    if not change.any():
        return Shocks.neutral()
    by_good = np.broadcast_to(change, world.accounts.flows.shape) * _traded(measures, world, year)
    by_good = _beyond_sanctions(by_good, measures, world, year)
    resources = 1.0 + assumptions["payments.resource_share"] * by_good
    fee = (1.0 + by_good) / resources - 1.0
    return Shocks.of(
        world,
        trade_cost=resources,
        export_tax=fee,
        transfer=transfer_of(fee, flows, outside, earners(world, measures, year)),
    )


def transfer_of(fee: Floats, flows: Floats, outside: Floats, earning: Floats) -> Floats:
    """Return what each region receives (region), US$ mn, from fees of fee x flow that exporters have collected.

    outside: share of each corridor that runs on no rail (region, region); `earning` (sums to one) says who earns there.
    """
    collected = (fee * flows).sum(axis=0)
    third = outside * collected
    ends = 0.5 * (collected - third)
    received = ends.sum(axis=1) + ends.sum(axis=0) + earning * third.sum()
    out = received - collected.sum(axis=1)
    return out - out.mean()  # the rounding of the sum


def earners(world: World, measures: Sequence[Measure], year: int) -> Floats:
    """Return each region's share of fees paid outside the rails (sums to one): its share of exports of finance.

    Regions that are cut off, and those that decide a cut-off, earn nothing, unless that leaves nobody. Where a world
    does not tell finance from other services, exports of all services stand in; without services, all exports.
    """
    flows = world.accounts.flows
    known = next((industry for industry in FINANCE if industry in world.sectors), None)
    sold = flows.sum(axis=0) if known is None else flows[world.sectors.index(known)]
    abroad = sold.sum(axis=1) - np.diagonal(sold)
    party = np.zeros(len(world.regions), dtype=bool)
    for measure in measures:
        if isinstance(measure, CutOff):
            party |= flags(measure.of, world, year) | flags(measure.by or measure.of, world, year)
    third = np.where(party, 0.0, abroad)
    chosen = third if third.sum() > 0.0 else abroad
    return shares_of_rows(chosen[None, :])[0]


def _traded(measures: Sequence[Measure], world: World, year: int) -> Floats:
    """Return 0 where an embargo stops the flow, else 1 (good, origin, destination)."""
    limits = [m for m in measures if isinstance(m, (Embargo, Quota, Sanction))]
    if not limits:
        return np.ones((1, 1, 1))
    available, _, _ = limits_of(limits, world, year)
    return np.ones((1, 1, 1)) if available is None else (available > 0.0).astype(np.float64)


def _beyond_sanctions(change: Floats, measures: Sequence[Measure], world: World, year: int) -> Floats:
    """Return what a corridor pays on top of the financial cost of sanctions: the larger of the two, less that cost."""
    cost = np.ones((1, 1, 1))
    for measure in measures:
        if isinstance(measure, Sanction) and measure.financial_cost > 0.0:
            cost = cost * (1.0 + measure.financial_cost * still_traded(measure, world, year))
    return np.where(cost > 1.0, np.maximum(1.0 + change, cost) / cost - 1.0, change)
