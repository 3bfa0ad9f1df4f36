"""A plain NumPy solver to compare with: the same equations, damped fixed-point iteration, no acceleration.

What one writes in an afternoon: all prices and quantities from the current guess, factor prices a damped step towards
what clears their markets, until the largest gap in logs, the engine's own residual, is below `tolerance`. Mobile
capital, fixed deficits, no taxes but tariffs: the long-run case that the benchmarks solve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import blocs
from blocs.world.accounts import Floats


@dataclass(frozen=True)
class Solved:
    """Hats of wages and consumer prices, absorption in levels, and how the iteration ended."""

    wage: Floats
    consumer: Floats
    absorption: Floats
    residual: float
    iterations: int

    def welfare(self, world: blocs.World) -> Floats:
        """Return equivalent variation, % of base absorption."""
        return 100.0 * (self.absorption / world.accounts.absorption / self.consumer - 1.0)


def solve(
    world: blocs.World,
    tariff: Floats,
    elasticities: blocs.Elasticities,
    *,
    tolerance: float = 1e-9,
    damping: float = 0.1,
    max_iterations: int = 20_000,
) -> Solved:
    """Solve `world` at new tariff rates (good, origin, destination); returns the last guess if it does not settle."""
    base = world.accounts
    theta = elasticities.of(world)[:, None, None]
    paid = base.flows * (1.0 + base.tariff)
    pi = _over(paid, paid.sum(axis=1, keepdims=True))
    mu = _over(base.use, base.use.sum(axis=0))
    beta = np.where(base.output > 0.0, _over(base.value_added, base.output), 1.0)
    alpha, lam = base.final / base.absorption, base.labour_share
    labour = (base.value_added * lam).sum(axis=0)
    capital = (base.value_added * (1.0 - lam)).sum(axis=0)
    wedge = pi * ((1.0 + tariff) / (1.0 + base.tariff)) ** -theta
    goods, regions = base.output.shape
    wage, rental = np.ones(regions), np.ones(regions)
    cost, output, absorption = np.ones((goods, regions)), base.output.copy(), base.absorption.copy()
    residual, done, consumer = np.inf, 0, np.ones(regions)
    while done < max_iterations:
        done += 1
        landed = wedge * cost[:, :, None] ** -theta
        total = landed.sum(axis=1)
        composite = np.where(total > 0.0, np.where(total > 0.0, total, 1.0) ** (-1.0 / theta[:, :, 0]), 1.0)
        materials = _index(mu, composite[:, None, :], elasticities.sigma_materials)
        value_added = _two(lam, wage[None, :], rental[None, :], elasticities.sigma_factors)
        unit = _two(beta, value_added, materials, elasticities.sigma_output)
        consumer = _index(alpha, composite, elasticities.sigma_final)
        factors = beta * (value_added / unit) ** (1.0 - elasticities.sigma_output) * output
        workers = factors * lam * (wage[None, :] / value_added) ** (1.0 - elasticities.sigma_factors)
        bought = mu * (composite[:, None, :] / materials[None]) ** (1.0 - elasticities.sigma_materials)
        final = alpha * (composite / consumer) ** (1.0 - elasticities.sigma_final) * absorption
        spending = np.einsum("skj,kj->sj", bought, output - factors) + final
        flows = _over(landed, total[:, None, :]) * spending[:, None, :] / (1.0 + tariff)
        duty = (flows * tariff).sum(axis=(0, 1))
        income = labour * wage + capital * rental + duty
        asked = (
            (wage, workers.sum(axis=0) / labour),
            (rental, (factors - workers).sum(axis=0) / capital),
            (cost, unit),
            (output, flows.sum(axis=2)),
            (absorption, income + base.deficit),
        )
        residual = max(float(np.abs(_log(_over(new, old))).max()) for old, new in asked)
        if residual <= tolerance:
            break
        steps = (damping, damping, 1.0, 1.0, 1.0)
        wage, rental, cost, output, absorption = (
            old * np.exp(step * _log(_over(new, old))) for step, (old, new) in zip(steps, asked, strict=True)
        )
        scale = (labour.sum() + capital.sum()) / (labour @ wage + capital @ rental)
        wage, rental, cost, output, absorption = (
            part * scale for part in (wage, rental, cost, output, absorption)
        )
    return Solved(wage, consumer, absorption, residual, done)


def _index(share: Floats, price: Floats, sigma: float) -> Floats:
    if sigma == 1.0:
        return np.exp((share * np.log(price)).sum(axis=0))
    total = (share * price ** (1.0 - sigma)).sum(axis=0)
    return np.where(total > 0.0, total, 1.0) ** (1.0 / (1.0 - sigma))


def _two(share: Floats, first: Floats, second: Floats, sigma: float) -> Floats:
    if sigma == 1.0:
        return first**share * second ** (1.0 - share)
    return (share * first ** (1.0 - sigma) + (1.0 - share) * second ** (1.0 - sigma)) ** (1.0 / (1.0 - sigma))


def _over(part: Floats, whole: Floats) -> Floats:
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0.0)


def _log(ratio: Floats) -> Floats:
    return np.log(np.where(ratio > 0.0, ratio, 1.0))
