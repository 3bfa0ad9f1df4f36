"""Capital that follows income: deviations of a region's stock from its baseline, year by year.

A region invests a constant share of its spending, so real investment moves with real absorption, and

    K'[j] = K[j] + (I/K)[j] (I[j] - K[j])          K, I: ratios to the baseline of the same year

with (I/K) gross investment over capital (Penn World Table, worlds/growth.csv). At rest K = I: a region that is poorer
for good has proportionally less capital, which makes it poorer still. Nobody looks ahead, and the share is constant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks, combine
from blocs.world.accounts import Floats
from blocs.world.growing import facts


@dataclass(frozen=True, eq=False)
class Stock:
    """Capital over its baseline by region; None before anything happened."""

    ratio: Floats | None = None


def with_stock(shocks: Shocks, stock: Stock, industries: int) -> Shocks:
    """Return `shocks` with every industry's capital moved as its region's stock."""
    if stock.ratio is None:
        return shocks
    capital = np.broadcast_to(stock.ratio, (industries, len(stock.ratio))).copy()
    return combine(shocks, Shocks(capital=capital))


def invested(stock: Stock, outcome: Outcome) -> Stock:
    """Return the stock a year later; a year that failed or changed nothing leaves it as it is."""
    if not outcome.status.converged:
        return stock
    investment = 1.0 + outcome.regional("welfare") / 100.0
    if stock.ratio is None and np.abs(investment - 1.0).max() < 1e-7:  # the solver's own noise
        return stock
    before = np.ones(len(investment)) if stock.ratio is None else stock.ratio
    rate = facts(outcome.base.regions).investment_rate
    return Stock(np.maximum(before + rate * (investment - before), 1e-6))
