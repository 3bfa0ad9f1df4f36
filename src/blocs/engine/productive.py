"""Whether industries can cover their costs at any prices: the Hawkins–Simon condition, with substitution.

Where value added and materials, and materials among each other, are complements (sigma_output and sigma_materials
below 1), an industry needs some of each per unit of output however dear they are. As prices rise without bound, value
added weighs nothing and unit costs tend to

    T(c)[k,j] = x O / A (1 - beta)^(1/(1 - sigma_output)) PM(P(c))[k,j]

with PM and P the nests of materials and of trade. T is monotone and homogeneous of degree one. At finite prices every
industry's price exceeds T of all prices, by what its value added costs. So if goods S and prices c exist with
T(c)[k] >= c[k] for all k in S, even while everything outside S is free, no prices clear these markets: to make the
goods of S takes more of them than is made. Substitutes cannot help: T has their best case in it.
"""

from __future__ import annotations

import numpy as np

from blocs.engine.problem import Problem
from blocs.world.accounts import Floats

FREE = -1e4  # log price of what costs nothing
SWEEPS = 400
CHECKED = 20  # sweeps between two attempts at a proof
SURE = 1e-9  # log growth that is more than rounding


def unproductive(problem: Problem) -> tuple[tuple[int, ...], float] | None:
    """Return the regions whose industries cannot cover their costs at any prices, and units of their output that a
    unit takes; None if none is found, which proves nothing.

    Only for complements and pooled sourcing. The power method finds prices, finitely many comparisons prove the claim.
    """
    base, _, par = problem
    if max(float(par.sigma_output), float(par.sigma_materials)) >= 1.0 or np.ndim(base.trade_share) != 3:
        return None
    recession = _Recession(problem)
    price = np.where(recession.needs, 0.0, FREE)
    for count in range(1, SWEEPS + 1):
        onward = recession(price)
        if (onward < price)[recession.needs].all():  # these prices cover all costs, and so do their multiples
            return None
        if count % CHECKED == 0 and (found := _proof(recession, price)) is not None:
            return found
        price = 0.5 * (price + onward)  # halfway in logs, so that cycles die out
        price = np.maximum(price - price[recession.needs].max(), FREE)
    return None


def _proof(recession: _Recession, price: Floats) -> tuple[tuple[int, ...], float] | None:
    """Return the regions of goods that take more of each other than is made, by how much at least, or None."""
    stuck = recession.needs & (price > FREE / 2.0)
    while stuck.any():
        growth = recession(np.where(stuck, price, FREE)) - price
        stays = stuck & (growth > SURE)
        if (stays == stuck).all():
            return tuple(np.flatnonzero(stuck.any(axis=0)).tolist()), float(np.exp(growth[stuck].min()))
        stuck = stays
    return None


class _Recession:
    """log T of log producer prices (industry, region)."""

    def __init__(self, problem: Problem) -> None:
        base, wedges, par = problem
        share = np.asarray(base.trade_share) * np.asarray(wedges.availability)
        beta = np.asarray(base.value_added_share)
        self.needs = (beta < 1.0) & (np.asarray(base.output) > 0.0)
        self._theta = np.asarray(par.theta)[:, None, None]
        with np.errstate(divide="ignore"):
            self._supply = np.log(share) - self._theta * np.asarray(wedges.log_trade)
            essential = np.log(1.0 - beta) / (1.0 - float(par.sigma_output))
        self._cost = np.where(self.needs, np.asarray(wedges.log_cost) + essential, FREE)
        self._bought = np.asarray(base.materials_share)
        self._power = 1.0 - float(par.sigma_materials)

    def __call__(self, price: Floats) -> Floats:
        reach = self._supply - self._theta * price[:, :, None]
        best = reach.max(axis=1, keepdims=True)
        sold = np.isfinite(best)
        reach = np.exp(reach - np.where(sold, best, 0.0)).sum(axis=1, keepdims=True)
        log_reach = np.where(sold, best, 0.0) + np.log(reach, out=np.zeros_like(reach), where=sold)
        goods = np.where(sold, -log_reach / self._theta, FREE)[:, 0]  # what nobody sells here nobody uses
        top = goods.max(axis=0)
        mean = np.einsum("jsk,sj->kj", self._bought, np.exp(self._power * (goods - top)))
        with np.errstate(divide="ignore"):
            bundle = np.log(mean) / self._power + top
        return np.where(self.needs, np.maximum(self._cost + bundle, FREE), FREE)
