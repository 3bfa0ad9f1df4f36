"""Optimal and Nash tariffs with known answers, through `blocs.nash`.

Two-country Armington with iceberg costs 1.5 (T7): 1/(sigma - 1) for a small country, 0.62694, 0.27878, 0.14786 for
equal ones. Johnson (1953): symmetric countries play a symmetric equilibrium and both lose.
"""

from __future__ import annotations

import numpy as np
import pytest
from reproduction.test_closed_forms import _armington
from scipy.optimize import brentq

import blocs
from blocs.world.accounts import Floats


def play(world: blocs.World, sigma: float, players: list[str], **options: object) -> blocs.Nash:
    return blocs.nash(world, players, elasticities=blocs.Elasticities(sigma - 1.0), **options)


@pytest.mark.parametrize(("sigma", "published"), [(3.0, 0.5), (5.0, 0.25), (8.0, 0.142857)])
def test_small_countrys_optimal_tariff_is_one_over_theta(sigma: float, published: float) -> None:
    result = play(_armington(sigma, 1e-5), sigma, ["R1"])
    assert result.converged
    assert result.rates[0] == pytest.approx(published, abs=5e-5)  # its size still shows in the fifth decimal
    assert result.regret < 1e-7


@pytest.mark.parametrize(("sigma", "published"), [(3.0, 0.62694), (5.0, 0.27878), (8.0, 0.14786)])
def test_equal_countries_optimal_tariff(sigma: float, published: float) -> None:
    result = play(_armington(sigma, 1.0), sigma, ["R1"])
    assert result.rates[0] == pytest.approx(published, abs=1e-5)


@pytest.mark.parametrize("sigma", [3.0, 5.0])
def test_symmetric_countries_play_symmetric_nash_and_both_lose(sigma: float) -> None:
    """From four starts, one of them lopsided; the equilibrium is the fixed point of the reply found by bisection."""
    world = _armington(sigma, 1.0)
    result = play(world, sigma, ["R1", "R2"], starts=4)
    assert result.converged
    assert len(result.distinct) == 1
    assert result.rates[0] == pytest.approx(result.rates[1], abs=2e-5)
    assert result.rates[0] == pytest.approx(_nash_by_bisection(world, sigma), abs=2e-5)
    assert result.regret < 1e-8
    assert max(reply.tariff_gap for reply in result.certificate) < 1e-4
    welfare = result.outcome.welfare.values
    assert welfare[0] == pytest.approx(welfare[1], abs=1e-6)
    assert (welfare < 0.0).all()
    alone = result.alone[0].point.payoffs
    assert alone[0] > 0.0 > alone[1]


def _nash_by_bisection(world: blocs.World, sigma: float) -> float:
    """Return the common tariff t at which home's welfare is flat in its own tariff while abroad levies t."""
    el, h = blocs.Elasticities(sigma - 1.0), 2e-3

    def welfare(own: float, other: float) -> float:
        tariff: Floats = np.array([[[0.0, other], [own, 0.0]]])
        solver = blocs.Anderson(tolerance=1e-12)
        return float(blocs.solve(world, tariff=tariff, elasticities=el, solver=solver).welfare.values[0])

    def slope(t: float) -> float:
        near, far = welfare(t + h, t) - welfare(t - h, t), welfare(t + 2 * h, t) - welfare(t - 2 * h, t)
        return (8.0 * near - far) / (12.0 * h)

    return float(brentq(slope, 0.02, 1.5, xtol=1e-9))
