"""One path of debt under given deviations of the economy and of policy from the baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.errors import DataError
from blocs.vectors.debt.case import Case
from blocs.world.accounts import Floats

ROUNDS = 40  # of the search for what official interest holds beside that on the securities; it gains a digit a round
CALM = np.zeros((1, 4))  # no shocks
STILL = np.zeros((4, 4))


@dataclass(frozen=True, eq=False)
class Drivers:
    """Deviations from the baseline by year of the case; the neutral element is `Drivers.none(case)`.

    gdp: real GDP as a ratio. prices: consumer prices as a ratio (the GDP deflator stays on the baseline). receipts:
    added to receipts, bn (customs, net of the offset). balance: improvement of the primary balance, share of GDP, of
    which `taxed` comes from receipts. rate: added to new-issue rates, fractions. anchor: debt over GDP above which the
    balance improves by `reaction` times the excess; inf is never.
    """

    gdp: Floats
    prices: Floats
    receipts: Floats
    balance: Floats
    rate: Floats
    anchor: Floats
    reaction: float = 0.0
    taxed: float = 1.0

    @classmethod
    def none(cls, case: Case) -> Drivers:
        """Return no deviation in any year."""
        count = len(case.years)
        one, zero = np.ones(count), np.zeros(count)
        return cls(one, one, zero, zero, zero, np.full(count, np.inf))

    def change(self, **fields: Any) -> Drivers:
        """Return these drivers with some fields replaced; scalars are spread over the years."""
        count = len(self.gdp)
        spread = {
            name: np.full(count, value) if np.isscalar(value) and name not in ("reaction", "taxed") else value
            for name, value in fields.items()
        }
        return replace(self, **spread)


@dataclass(frozen=True, eq=False)
class Path:
    """A path of debt: arrays by year in bn, rates as fractions; deficit and other means make the debt exactly."""

    case: Case
    debt: Floats
    gdp: Floats
    net_interest: Floats
    revenue: Floats
    deficit: Floats
    stocks: Floats  # (year, bucket)
    rates: Floats  # (year, bucket) average rates
    receipts: Floats  # of which customs, net of the offset

    @property
    def ratio(self) -> Floats:
        """Debt over GDP (year,), a fraction."""
        return self.debt / self.gdp

    @property
    def primary(self) -> Floats:
        """Primary deficit (year,)."""
        return self.deficit - self.net_interest

    @property
    def average_rate(self) -> Floats:
        """Net interest over the debt at the end of the year before (year,), a fraction."""
        return self.net_interest / np.concatenate([[self.case.start_debt], self.debt[:-1]])


def project(
    case: Case,
    drivers: Drivers | None = None,
    *,
    assumptions: Assumptions | None = None,
    own_rates: bool = False,
) -> Path:
    """Return the path of debt under `drivers`; without any it is the official baseline, to rounding of floats.

    own_rates: interest from the maturity buckets alone, without what the official net interest holds beside it.
    """
    from blocs.vectors.debt.kernel import recursion

    drivers = drivers or Drivers.none(case)
    arrays = inputs(case, drivers, assumptions or Assumptions.default(), own_rates=own_rates)
    out = empty(1, case)
    recursion(np.zeros((1, len(case.years)), dtype=np.int64), CALM, STILL, *arrays, *out)
    debt, gdp, interest, receipts, stocks, rates = out
    if not np.isfinite(debt).all():
        raise DataError(f"the debt of {case.country} grows beyond any number under these drivers")
    before = np.concatenate([[case.start_debt], debt[0, :-1]])
    return Path(
        case, debt[0], gdp[0], interest[0], receipts[0], debt[0] - before - case.other_means, stocks, rates,
        drivers.receipts,
    )  # fmt: skip


def empty(paths: int, case: Case) -> tuple[Floats, ...]:
    """Return the arrays the kernel fills: debt, GDP, interest, receipts by path, stocks and rates by bucket."""
    count, buckets = len(case.years), len(case.buckets.names)
    return (*(np.empty((paths, count)) for _ in range(4)), *(np.empty((count, buckets)) for _ in range(2)))


def inputs(case: Case, drivers: Drivers, assumed: Assumptions, *, own_rates: bool = False) -> tuple[Any, ...]:
    """Return the kernel's arguments from the debt at the start to the anchor, in order."""
    wedge = np.zeros(len(case.years)) if own_rates else wedge_of(case)
    return _arrays(case, drivers, wedge, assumed)


@lru_cache(maxsize=64)
def wedge_of(case: Case) -> Floats:
    """Return what official net interest holds beside interest on the securities (year,), bn.

    Found so that the recursion gives the official debt: trust funds, earnings on loans, discount, timing.
    """
    from blocs.vectors.debt.kernel import recursion

    assumed, drivers = Assumptions.default(), Drivers.none(case)
    wedge = np.zeros(len(case.years))
    index = np.zeros((1, len(case.years)), dtype=np.int64)
    for _ in range(ROUNDS):
        out = empty(1, case)
        recursion(index, CALM, STILL, *_arrays(case, drivers, wedge, assumed), *out)
        gap = case.net_interest - out[2][0]
        wedge = wedge + gap
        if np.abs(gap).max() < 1e-10 * case.debt.max():
            break
    return wedge


def _arrays(case: Case, drivers: Drivers, wedge: Floats, assumed: Assumptions) -> tuple[Any, ...]:
    # the GDP of the start belongs to the year before: deviations of the first year enter its growth
    nominal = np.concatenate([[case.start_gdp], case.gdp])
    level = np.concatenate([[1.0], drivers.gdp])
    growth = nominal[1:] / nominal[:-1] * level[1:] / level[:-1]
    expected = np.empty(len(case.years))
    output = case.start_gdp
    for t, factor in enumerate(
        growth
    ):  # in the kernel's order, so that a path without shocks is scaled by one
        output *= factor * (1.0 + 0.0 + 0.0)
        expected[t] = output
    inflation = np.diff(np.concatenate([[1.0], drivers.prices])) / np.concatenate(
        [[1.0], drivers.prices[:-1]]
    )
    primary, revenue = _budget(case, drivers, expected, assumed)
    buckets = case.buckets
    return (
        case.start_debt, case.start_gdp, buckets.weights, buckets.rates, buckets.hazard, buckets.indexed, case.path,
        growth, expected, primary, wedge, case.other_means, revenue, drivers.rate, inflation,
        np.concatenate([[case.start_debt / case.start_gdp], case.ratio]), assumed["debt.feedback"] / 100.0,
        drivers.reaction, drivers.anchor,
    )  # fmt: skip


def _budget(case: Case, drivers: Drivers, output: Floats, assumed: Assumptions) -> tuple[Floats, Floats]:
    """Return primary deficit and receipts (year,), bn: baseline, automatic response, indexed spending, policy."""
    response = case.semi_elasticity if case.semi_elasticity is not None else assumed["debt.semi_elasticity"]
    lost = (1.0 - drivers.gdp) * case.gdp
    indexed = case.extra.get("social_security", np.zeros(len(case.years)))
    spent = assumed["debt.indexed_response"] * (drivers.prices - 1.0) * indexed
    policy = drivers.balance * output
    primary = case.primary + response * lost + spent - drivers.receipts - policy
    receipts = case.revenue * drivers.gdp + drivers.receipts + drivers.taxed * policy
    return primary, receipts
