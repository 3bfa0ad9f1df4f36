"""Large shocks to the bundled world, and elasticities from one end of their range to the other."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from property.audit import audit
from property.inputs import least_inputs
from property.worlds import SMALL, random_shocks, random_world

import blocs
from blocs.engine.outcome import REGIONAL
from blocs.world.accounts import Floats

LARGEST = ("USA", "CHN", "JPN", "DEU", "GBR")  # economies by absorption, without the rest of the world
HORIZONS = list(blocs.Horizon)


def cut(world: blocs.World, one: str, others: tuple[str, ...] | None = None) -> Floats:
    """Return availability without any trade between `one` and `others` (default: everybody)."""
    i = world.region_index(one)
    rest = world.regions if others is None else others
    out = np.ones(world.accounts.flows.shape)
    for j in (world.region_index(region) for region in rest if region != one):
        out[:, i, j] = out[:, j, i] = 0.0
    return out


@pytest.mark.parametrize("horizon", HORIZONS)
def test_any_two_of_the_largest_economies_may_part(world50: blocs.World, horizon: blocs.Horizon) -> None:
    for one, two in combinations(LARGEST, 2):
        outcome = blocs.solve(world50, availability=cut(world50, one, (two,)), horizon=horizon)
        assert outcome.status.converged, f"{one}-{two}: {outcome.status}"
        assert max(audit(outcome).values()) < 2e-6


@pytest.mark.parametrize("horizon", HORIZONS)
def test_china_may_be_cut_off_from_all(world50: blocs.World, horizon: blocs.Horizon) -> None:
    """Deficits are purged, and everybody loses something where nobody trades with China."""
    outcome = blocs.solve(world50, availability=cut(world50, "CHN"), horizon=horizon)
    assert outcome.status.converged, outcome.status
    assert outcome.notes
    assert max(audit(outcome).values()) < 2e-6
    assert outcome.welfare.values[world50.region_index("CHN")] < -1.0


def cannot(world: blocs.World) -> set[str]:
    """Return regions that use a good of which they sell nothing at home."""
    accounts = world.accounts
    home = np.einsum("sjj->sj", accounts.flows)
    return {world.regions[j] for j in np.flatnonzero(((accounts.spending > 0.0) & (home <= 0.0)).any(axis=0))}


@pytest.mark.slow
@pytest.mark.parametrize("horizon", HORIZONS)
def test_autarky_of_every_country(world50: blocs.World, horizon: blocs.Horizon) -> None:
    """Converges, or has no equilibrium and says why: a good without a home supply, or unproductive industries.

    The second is confirmed by the spectral radius of the region's own least inputs, found another way.
    """
    without = cannot(world50)
    assert "SGP" in without
    stuck = set()
    for region in world50.regions:
        outcome = blocs.solve(world50, availability=cut(world50, region), horizon=horizon)
        if region in without:
            assert outcome.status.verdict.value == "infeasible", f"{region}: {outcome.status}"
            assert region in outcome.status.message
        elif least_inputs(outcome.base, region, blocs.Elasticities.load("fontagne2022", horizon)) > 1.0:
            assert outcome.status.verdict.value == "infeasible", f"{region}: {outcome.status}"
            assert f"industries of {region} cannot cover their costs" in outcome.status.message
            stuck.add(region)
        else:
            assert outcome.status.converged, f"{region}: {outcome.status}"
    expected = {blocs.Horizon.SHORT: 20, blocs.Horizon.MEDIUM: 1, blocs.Horizon.LONG: 0}
    assert len(stuck) == expected[horizon], stuck


def test_a_region_that_cannot_produce_alone_is_told_so(world50: blocs.World) -> None:
    """Japan takes 1.05 units of its output for a unit: it is refused without a Newton step, and DEU is not."""
    outcome = blocs.solve(world50, availability=cut(world50, "JPN"), horizon=blocs.Horizon.SHORT)
    assert outcome.status.verdict.value == "infeasible", outcome.status
    assert "industries of JPN cannot cover their costs at any prices" in outcome.status.message
    assert np.isnan(outcome.welfare.values).all()
    assert least_inputs(outcome.base, "JPN", outcome.elasticities) > 1.0
    assert least_inputs(outcome.base, "DEU", outcome.elasticities) < 1.0


def test_short_run_autarky_has_a_price_level_of_its_own(world50: blocs.World) -> None:
    """These stalled while the price level of a region without trade was left open and drifted."""
    for region in ("KAZ", "USA"):
        outcome = blocs.solve(
            world50, availability=cut(world50, region), horizon=blocs.Horizon.SHORT,
            solver=blocs.Anderson(fallback=None),
        )  # fmt: skip
        assert outcome.status.converged, f"{region}: {outcome.status}"
        assert max(audit(outcome).values()) < 2e-6


def test_parts_of_the_world_without_trade_keep_their_factor_income() -> None:
    """Two pairs that part: each clears alone, as in a world of its own."""
    world = random_world(np.random.default_rng(5), (6, 5))
    availability = np.ones(world.accounts.flows.shape)
    availability[:, :2, 2:] = availability[:, 2:, :2] = 0.0
    el = blocs.Elasticities.uniform(3.0, 0.6)
    outcome = blocs.solve(world, availability=availability, elasticities=el)
    assert outcome.status.converged, outcome.status
    assert outcome.notes  # deficits that the other part carried are purged first
    base = outcome.base.accounts.value_added.sum(axis=0)
    solved = outcome.solution
    assert solved is not None
    now = (solved.labour_bill + solved.capital_bill).sum(axis=0)
    np.testing.assert_allclose(now[:2].sum(), base[:2].sum(), rtol=1e-8)
    np.testing.assert_allclose(now[2:].sum(), base[2:].sum(), rtol=1e-8)
    assert max(audit(outcome).values()) < 1e-6


def test_a_transfer_that_no_trade_can_carry_is_infeasible() -> None:
    world = random_world(np.random.default_rng(5), (6, 5))
    availability = np.ones(world.accounts.flows.shape)
    availability[:, :2, 2:] = availability[:, 2:, :2] = 0.0
    transfer = np.array([1.0, 0.0, 0.0, -1.0, 0.0, 0.0])
    outcome = blocs.solve(
        world, availability=availability, transfer=transfer, elasticities=blocs.Elasticities.uniform(3.0)
    )
    assert outcome.status.verdict.value == "infeasible"
    assert "transfer of R1, R2" in outcome.status.message


@pytest.mark.parametrize("theta", [0.5, 4.0, 65.0])
@pytest.mark.parametrize("horizon", [blocs.Horizon.SHORT, blocs.Horizon.LONG])
def test_results_are_continuous_in_the_nest_elasticities(theta: float, horizon: blocs.Horizon) -> None:
    """From Leontief to 3, and through Cobb-Douglas as close as 1e-12; the step of a result answers the step taken.

    Labour and capital stay above 0.2: in fixed proportions they have no equilibrium once supplies change.
    """
    world = random_world(np.random.default_rng(21), SMALL)
    shocks = {name: random_shocks(np.random.default_rng(22), world)[name] for name in ("tariff", "labour")}

    def at(sigma: float) -> Floats:
        outcome = blocs.solve(
            world, elasticities=blocs.Elasticities(theta, sigma, sigma, max(sigma, 0.2), sigma), horizon=horizon,
            solver=blocs.Anderson(tolerance=1e-12), **shocks,
        )  # fmt: skip
        assert outcome.status.residual < 1e-10, outcome.status
        errors = audit(outcome) if abs(1.0 - sigma) > 1e-4 or sigma == 1.0 else {"": 0.0}
        assert max(errors.values()) < 1e-8, errors
        return np.array([outcome.regional(name) for name in REGIONAL])

    exact = at(1.0)
    for gap in (1e-3, 1e-6, 1e-9, 1e-12):
        for sigma in (1.0 - gap, 1.0 + gap):
            np.testing.assert_allclose(at(sigma), exact, atol=200.0 * gap + 1e-8)
    for sigma in (0.0, 0.1, 0.5, 2.0, 3.0):
        np.testing.assert_allclose(at(sigma), at(sigma + 1e-6), atol=2e-3)


def test_results_are_continuous_in_trade_elasticities() -> None:
    world = random_world(np.random.default_rng(23), SMALL)
    shocks = {name: random_shocks(np.random.default_rng(24), world)[name] for name in ("tariff", "labour")}
    for theta in (0.5, 1.0, 4.0, 20.0, 65.0 - 1e-6):
        one, two = (
            blocs.solve(
                world, elasticities=blocs.Elasticities.uniform(value, 0.7), solver=blocs.Anderson(tolerance=1e-12),
                **shocks,
            ).welfare.values
            for value in (theta, theta + 1e-6)
        )  # fmt: skip
        np.testing.assert_allclose(one, two, atol=1e-4)
