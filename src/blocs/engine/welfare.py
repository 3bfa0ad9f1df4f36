"""Measures of an outcome that do not depend on the numeraire (docs/engine.md), as pure functions of arrays.

All take the base `Accounts` and a `Solution`; regional results are ratios to the base minus one (fractions).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from blocs.world.accounts import Accounts, Floats

if TYPE_CHECKING:
    from blocs.engine.shocks import Shocks
    from blocs.engine.solution import Solution


@dataclass(frozen=True, eq=False)
class Volumes:
    """Quantities at base prices: what moved, whatever its price.

    `shipped`[s,i,j] leaves the origin, `arrived`[s,i,j] = shipped over the iceberg cost reaches the buyer; both
    at the base year's basic prices, US$ mn.
    """

    accounts: Accounts
    solution: Solution
    shocks: Shocks
    wasted: Floats | None = None  # iceberg hat of quota rents that nobody keeps
    made: Floats | None = (
        None  # share of each flow that industries buy; None: the same for all origins (pooled)
    )

    @cached_property
    def shipped(self) -> Floats:
        """(good, origin, destination) sales at base prices as they leave."""
        return self.solution.flows * np.exp(-self.solution.cost)[:, :, None]

    @cached_property
    def arrived(self) -> Floats:
        """(good, origin, destination) sales at base prices as they arrive."""
        cost = self.shocks.trade_cost
        arrived = self.shipped if cost is None else self.shipped / cost
        return arrived if self.wasted is None else arrived / self.wasted

    @cached_property
    def exports(self) -> Floats:
        """(region,) volume shipped abroad."""
        return _abroad(self.shipped.sum(axis=0)).sum(axis=1)

    @cached_property
    def imports(self) -> Floats:
        """(region,) volume arrived from abroad."""
        return _abroad(self.arrived.sum(axis=0)).sum(axis=0)

    @cached_property
    def gdp(self) -> Floats:
        """(region,) double-deflated: output less inputs at base duty-inclusive prices, plus duty at base rates."""
        made = (self.solution.output * np.exp(-self.solution.cost)).sum(axis=0)
        duties = np.einsum("sij,sij->sj", self.arrived, self.accounts.tariff)
        at_base_prices = self.arrived.sum(axis=1) + duties
        bought = np.where(self.solution.spending > 0.0, self.solution.spending, 1.0)
        if self.made is None:
            inputs = (at_base_prices * self.solution.materials / bought).sum(axis=0)
        else:
            inputs = np.einsum("sij,sij,sij->j", self.arrived, 1.0 + self.accounts.tariff, self.made)
        return made - inputs + duties.sum(axis=0)


def base_gdp(accounts: Accounts) -> Floats:
    """Return base GDP (region,): value added plus import duty."""
    return accounts.value_added.sum(axis=0) + accounts.duty


def equivalent_variation(accounts: Accounts, solution: Solution, shocks: Shocks, sigma: float) -> Floats:
    """Return EV over base absorption: the utility gain of final use, with base tastes.

    Utility is homothetic, so EV/E = U'/U - 1 = (E'/E)/PC - 1 while tastes are the base's. With shifted tastes U is
    evaluated at the quantities bought: U'/U = (sum_s alpha q^((sigma-1)/sigma))^(sigma/(sigma-1)).
    """
    absorption = np.exp(solution.absorption)
    if shocks.demand_shift is None:
        return absorption / np.exp(solution.consumer) - 1.0
    used = accounts.final > 0.0
    quantity = solution.final * np.exp(-solution.composite)
    ratio = np.divide(quantity, accounts.final, out=np.ones_like(quantity), where=used)
    alpha = accounts.final / accounts.absorption
    if sigma == 0.0:  # Leontief: what is scarcest decides
        return np.where(used, ratio, np.inf).min(axis=0) - 1.0
    with np.errstate(divide="ignore"):
        logs = np.log(ratio)  # -inf where a used good is bought no more
    if sigma == 1.0:
        return np.exp(np.sum(alpha * logs, axis=0, where=used)) - 1.0
    power = (sigma - 1.0) / sigma
    # relative to the good that weighs most in the sum, so that no power overflows
    most = (
        np.where(used, logs, -np.inf).max(axis=0) if power > 0.0 else np.where(used, logs, np.inf).min(axis=0)
    )
    ruined = most == -np.inf
    above = power * (logs - np.where(ruined, 0.0, most))
    mean = np.sum(alpha * np.expm1(np.minimum(above, 0.0)), axis=0, where=used)
    return np.where(ruined, -1.0, np.expm1(most + np.log1p(mean) / power))


def real_income(accounts: Accounts, solution: Solution) -> Floats:
    """Return the change of income without deficits and transfers over the consumer price."""
    return solution.income / base_gdp(accounts) / np.exp(solution.consumer) - 1.0


def real_wage(solution: Solution) -> Floats:
    """Return the change of the wage over the consumer price."""
    return np.exp(solution.wage - solution.consumer) - 1.0


def consumer_price(accounts: Accounts, solution: Solution, volumes: Volumes) -> Floats:
    """Return the change of the consumer price relative to the region's own GDP deflator."""
    deflator = solution.income / volumes.gdp
    return np.exp(solution.consumer) / deflator - 1.0


def terms_of_trade(
    accounts: Accounts,
    solution: Solution,
    shocks: Shocks,
    sold: Floats | None = None,
    wasted: Floats | None = None,
) -> Floats:
    """Return the change of export prices over import prices before duty, weighted by base trade (Laspeyres).

    sold, wasted: quota licences as ratios where exporters and where nobody keeps the rent; an importer's licence
    is paid at home, like a duty.
    """
    cost, kept = np.exp(solution.cost), accounts.flows
    for limit in (shocks.availability, shocks.quota):
        kept = kept if limit is None else kept * (limit > 0.0)
    paid = kept  # what is kept of base trade, dearer by what exporters get above their cost
    if shocks.export_tax is not None:
        paid = paid * (1.0 + shocks.export_tax)
    if sold is not None:
        paid = paid * sold
    delivered = paid if shocks.trade_cost is None else paid * shocks.trade_cost
    if wasted is not None:
        delivered = delivered * wasted
    base = _abroad(kept.sum(axis=0))
    exports = _over(_abroad(np.einsum("sij,si->ij", paid, cost)).sum(axis=1), base.sum(axis=1))
    imports = _over(_abroad(np.einsum("sij,si->ij", delivered, cost)).sum(axis=0), base.sum(axis=0))
    return exports / imports - 1.0


def _abroad(matrix: Floats) -> Floats:
    return matrix * (1.0 - np.eye(matrix.shape[0]))


def _over(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.ones_like(part), where=whole > 0.0)
