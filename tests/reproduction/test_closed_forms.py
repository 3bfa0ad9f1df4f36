"""Outcomes with a closed form: autarky, gains from trade, embargoes, scarce energy, optimal tariffs.

Sources: C. Arkolakis, A. Costinot, A. Rodríguez-Clare, "New Trade Models, Same Old Gains?", AER 102(1), 2012,
with intermediates as in Costinot and Rodríguez-Clare (2014); two-input CES: R. Bachmann et al., "What if?",
2022; optimal tariffs: the Armington textbook case, 1/(sigma - 1) for a small country. Data are made here.
"""

from __future__ import annotations

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import Generator
from property.worlds import LARGE, ONE_SECTOR, SMALL, cube, generators, worlds
from scipy.optimize import brentq

import blocs
from blocs.engine.nests import two_input_index
from blocs.world.accounts import Floats

TIGHT = blocs.Anderson(tolerance=1e-12)
NEAR_AUTARKY = blocs.Anderson(tolerance=1e-9)  # wages of regions that hardly trade are near-singular
PLAIN = {"tariffs": False, "deficits": False, "zeros": False}


def home_shares(world: blocs.World) -> Floats:
    return np.einsum("sjj->sj", world.accounts.flows) / world.accounts.spending


@given(worlds((SMALL, LARGE), capital=False, **PLAIN), generators())
def test_autarky_is_the_formula_with_intermediates(world: blocs.World, random: Generator) -> None:
    """Real income in autarky: prod over s, k of pi_ss^(alpha_k (I - A)^-1_ks / theta_s), A cost shares; 1e-8."""
    accounts, regions = world.accounts, len(world.regions)
    thetas = random.uniform(1.5, 9.0, len(world.sectors))
    closed = np.broadcast_to(np.eye(regions), accounts.flows.shape)
    el = blocs.Elasticities(dict(zip(world.sectors, thetas, strict=True)))
    outcome = blocs.solve(world, availability=closed, elasticities=el, solver=TIGHT)
    assert outcome.status.converged, outcome.status
    gone = np.log(home_shares(outcome.base)) / thetas[:, None]
    for j in range(regions):
        cost_share = accounts.use[:, :, j] / accounts.output[:, j]  # [good, industry]
        log_price = np.linalg.solve(np.eye(len(thetas)) - cost_share.T, -gone[:, j])
        expected = np.exp(-(accounts.final[:, j] / accounts.absorption[j]) @ log_price) - 1.0
        assert outcome.welfare.values[j] / 100.0 == pytest.approx(expected, abs=1e-8)


@given(worlds((ONE_SECTOR,), capital=False, **PLAIN), generators(), st.floats(1.0, 9.0))
def test_one_sector_real_wage_is_the_home_share(world: blocs.World, random: Generator, theta: float) -> None:
    """Real wage = lambda_hat^(-1/(theta beta)); welfare the same without tariffs and deficits; 1e-8."""
    cost = cube(random, world, 0.7, 1.5, 1.0)
    outcome = blocs.solve(world, trade_cost=cost, elasticities=blocs.Elasticities(theta), solver=TIGHT)
    flows = outcome.flows.values[0]
    change = np.diag(flows) / flows.sum(axis=0) / home_shares(world)[0]
    beta = world.accounts.value_added[0] / world.accounts.output[0]
    expected = change ** (-1.0 / (theta * beta)) - 1.0
    np.testing.assert_allclose(outcome.real_wage.values / 100.0, expected, atol=1e-8)
    np.testing.assert_allclose(outcome.welfare.values / 100.0, expected, atol=1e-8)


@given(worlds((SMALL,), zeros=False), generators(), st.floats(1.0, 8.0), st.sampled_from([0.5, 1.0, 1.5]))
@settings(max_examples=15)
def test_prohibitive_trade_costs_converge_to_the_embargo(
    world: blocs.World, random: Generator, theta: float, sigma: float
) -> None:
    """Trade cost z^(-1/theta) is availability z, and z -> 0 is availability 0; deficits purged (T8)."""
    el = blocs.Elasticities.uniform(theta, sigma)
    base = blocs.purge(world, elasticities=el, solver=NEAR_AUTARKY)
    shut = np.zeros(world.accounts.flows.shape, dtype=bool)
    shut[:, 0, 1:] = True
    shut[:, 1:, 0] = True
    embargo = blocs.solve(base, availability=np.where(shut, 0.0, 1.0), elasticities=el, solver=NEAR_AUTARKY)
    gaps = []
    for z in (1e-2, 1e-4, 1e-6):
        dear = blocs.solve(
            base, trade_cost=np.where(shut, z ** (-1.0 / theta), 1.0), elasticities=el, solver=NEAR_AUTARKY
        )
        scarce = blocs.solve(base, availability=np.where(shut, z, 1.0), elasticities=el, solver=NEAR_AUTARKY)
        np.testing.assert_allclose(dear.welfare.values, scarce.welfare.values, atol=1e-6)
        gaps.append(np.abs(dear.welfare.values - embargo.welfare.values).max())
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 1e-2 * gaps[0] + 1e-6


@pytest.mark.parametrize(
    ("cut", "share", "sigma", "published"),
    [
        (0.10, 0.04, 0.04, -1.5686),
        (0.10, 0.04, 0.1, -0.6791),
        (0.10, 0.04, 1.0, -0.4206),
        (0.30, 0.01, 0.1, -2.3426),
    ],
)
def test_scarce_energy_costs_the_published_output(
    cut: float, share: float, sigma: float, published: float
) -> None:
    """Two-input CES with energy as the fixed factor: first the engine, then its nest read as a quantity index."""
    flows = np.full((1, 2, 2), 25.0)
    world = blocs.World.from_flows(flows, np.zeros((1, 1, 2)), labour_share=np.full((1, 2), 1.0 - share))
    el = blocs.Elasticities(4.0, sigma_factors=sigma)
    outcome = blocs.solve(
        world, capital=np.full((1, 2), 1.0 - cut), elasticities=el, horizon=blocs.Horizon.SHORT, solver=TIGHT
    )
    np.testing.assert_allclose(outcome.output_volume.values, published, atol=5e-5)
    np.testing.assert_allclose(outcome.gdp.values, published, atol=5e-5)
    with jax.enable_x64(True):  # a quantity index with sigma is a price index with 1/sigma
        log_output = two_input_index(
            np.float64(share), np.log(1.0 - cut), np.float64(0.0), np.float64(1.0 / sigma)
        )
    assert 100.0 * np.expm1(float(log_output)) == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize(("sigma", "published"), [(3.0, 0.5), (5.0, 0.25), (8.0, 0.142857)])
def test_optimal_tariff_of_a_small_country_is_one_over_theta(sigma: float, published: float) -> None:
    assert _optimal_tariff(sigma, size=1e-7) == pytest.approx(published, abs=2e-6)


@pytest.mark.parametrize(("sigma", "published"), [(3.0, 0.62694), (5.0, 0.27878), (8.0, 0.14786)])
def test_optimal_tariff_of_equal_countries(sigma: float, published: float) -> None:
    assert _optimal_tariff(sigma, size=1.0) == pytest.approx(published, abs=1e-5)


def _optimal_tariff(sigma: float, size: float) -> float:
    """Return the tariff at which home's welfare is flat; two countries, Armington, iceberg 1.5, free trade base."""
    world = _armington(sigma, size)
    el = blocs.Elasticities(sigma - 1.0)

    def welfare(rate: float) -> float:
        tariff = np.array([[[0.0, 0.0], [rate, 0.0]]])
        return float(blocs.solve(world, tariff=tariff, elasticities=el, solver=TIGHT).welfare.values[0])

    def slope(rate: float, h: float = 4e-3) -> float:
        near, far = welfare(rate + h) - welfare(rate - h), welfare(rate + 2 * h) - welfare(rate - 2 * h)
        return (8.0 * near - far) / (12.0 * h)

    return float(brentq(slope, 0.05, 1.5, xtol=1e-9))


def _armington(sigma: float, size: float) -> blocs.World:
    """Return free-trade accounts of countries with labour `size` and 1 and iceberg costs 1.5.

    The home good sells at p, the foreign one at 1: p clears trade. Abroad the home good's taste weight is its
    country's size, so that its price stays finite as home vanishes; at home both goods weigh the same.
    """
    far = 1.5 ** (1.0 - sigma)

    def shares(price: float) -> tuple[float, float]:
        own, other = price ** (1.0 - sigma), far
        exported = size * far * price ** (1.0 - sigma)
        return other / (own + other), exported / (exported + 1.0)

    def surplus(log_price: float) -> float:
        price = float(np.exp(log_price))
        bought, sold = shares(price)
        return sold - bought * price * size

    price = float(np.exp(brentq(surplus, -20.0, 20.0, xtol=1e-15)))
    bought, sold = shares(price)
    flows = np.array([[[price * size * (1.0 - bought), sold], [price * size * bought, 1.0 - sold]]])
    return blocs.World.from_flows(1e6 / size * flows, np.zeros((1, 1, 2)))
