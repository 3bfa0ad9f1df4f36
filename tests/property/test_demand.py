"""The demand closure: anchored spending, floors under wages, people out of work."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator
from property.audit import audit
from property.worlds import LARGE, Traits, elasticities, generators, random_shocks, random_world, worlds

import blocs
from blocs.engine.outcome import REGIONAL
from blocs.world.accounts import Floats

TIGHT = blocs.Anderson(tolerance=1e-12)
EL = blocs.Elasticities(3.0, 0.7, 0.5, 1.0, 1.3)
DEMAND, SHORT = blocs.Closure.DEMAND, blocs.Horizon.SHORT


def solved(
    world: blocs.World, propensity: float = 0.5, pass_through: float = 0.4, **changes: Floats
) -> blocs.Outcome:
    demand = blocs.Demand(propensity=propensity, pass_through=pass_through)
    outcome = blocs.solve(
        world, closure=DEMAND, demand=demand, horizon=SHORT, elasticities=EL, solver=TIGHT, **changes
    )
    assert outcome.status.converged, outcome.status
    return outcome


def spending_of(world: blocs.World, region: int, hat: float) -> Floats:
    """Return the taste shift that moves a region's autonomous spending."""
    shift = np.ones(world.accounts.output.shape)
    shift[:, region] = hat
    return shift


@pytest.fixture(scope="module")
def world() -> blocs.World:
    return random_world(np.random.default_rng(11), LARGE, Traits(zeros=False))


@given(
    worlds(), elasticities(), st.floats(0.0, 0.9), st.floats(0.0, 1.0), st.sampled_from(list(blocs.Horizon))
)
def test_no_shock_changes_nothing(
    world: blocs.World, el: blocs.Elasticities, m: float, psi: float, horizon: blocs.Horizon
) -> None:
    outcome = blocs.solve(
        world, closure=DEMAND, demand=blocs.Demand(m, psi), elasticities=el, horizon=horizon
    )
    for name in REGIONAL:
        np.testing.assert_allclose(outcome.regional(name), 0.0, atol=1e-7, err_msg=name)
    np.testing.assert_allclose(outcome.unemployment.values, 0.0, atol=1e-7)
    np.testing.assert_allclose(outcome.wage.values, 1.0, atol=1e-9)


@given(worlds(), generators(), st.floats(0.0, 0.9), st.floats(0.0, 1.0))
def test_every_equation_holds(world: blocs.World, random: Generator, m: float, psi: float) -> None:
    """Spending rule, wage floors, labour demand, markets, and deficits that sum to zero, from the results alone."""
    shocks = random_shocks(random, world)
    shocks["wage_floor"] = random.uniform(0.8, 1.05, len(world.regions))
    quota = np.where(np.eye(len(world.regions))[None] > 0, np.inf, 0.9) * np.ones((len(world.sectors), 1, 1))
    errors = audit(solved(world, m, psi, quota=quota, **shocks))
    assert max(errors.values()) < 1e-10, errors


@given(worlds(), generators(), st.floats(0.0, 0.9))
def test_wages_that_follow_demand_leave_nobody_out_of_work(
    world: blocs.World, random: Generator, m: float
) -> None:
    outcome = solved(world, m, 1.0, **random_shocks(random, world))
    np.testing.assert_allclose(outcome.unemployment.values, 0.0, atol=1e-9)


@given(worlds(), st.floats(0.5, 2.0), st.floats(0.0, 0.9))
def test_twice_the_spending_everywhere_is_twice_the_prices(world: blocs.World, hat: float, m: float) -> None:
    """Nominal spending is the anchor: with wages that follow, only the price level moves."""
    outcome = solved(world, m, 1.0, demand_shift=np.full(world.accounts.output.shape, hat))
    np.testing.assert_allclose(outcome.wage.values, hat, rtol=1e-9)
    np.testing.assert_allclose(outcome.price_index.values, hat, rtol=1e-9)
    for name in REGIONAL:
        np.testing.assert_allclose(outcome.regional(name), 0.0, atol=1e-7, err_msg=name)


def test_a_boom_everywhere_raises_wages_not_employment(world: blocs.World) -> None:
    outcome = solved(world, 0.5, 0.0, demand_shift=np.full(world.accounts.output.shape, 1.5))
    np.testing.assert_allclose(outcome.unemployment.values, 0.0, atol=1e-9)
    np.testing.assert_allclose(outcome.wage.values, 1.5, rtol=1e-9)


def test_stickier_wages_cost_more_jobs(world: blocs.World) -> None:
    slump = spending_of(world, 0, 0.8)
    lost = [solved(world, 0.5, psi, demand_shift=slump).unemployment.values for psi in (0.0, 0.3, 0.6, 0.9)]
    assert (np.diff([region[0] for region in lost]) < 0.0).all()
    assert lost[0][0] > 1.0
    assert min(region.min() for region in lost) > -1e-9


def test_a_larger_propensity_to_spend_is_a_larger_multiplier(world: blocs.World) -> None:
    """A fall of autonomous spending by the same amount of money: (1 - m) E (kappa - 1)."""
    falls = []
    for m in (0.0, 0.3, 0.6):
        outcome = solved(world, m, 0.2, demand_shift=spending_of(world, 0, 1.0 - 0.05 / (1.0 - m)))
        assert outcome.solution is not None
        before = world.accounts.absorption - world.accounts.deficit
        falls.append((before - outcome.solution.income).sum())
    assert 0.0 < falls[0] < falls[1] < falls[2]


def test_a_floor_above_one_alone_puts_people_out_of_work(world: blocs.World) -> None:
    floor = np.ones(len(world.regions))
    floor[0] = 1.05
    outcome = solved(world, wage_floor=floor)
    assert outcome.unemployment.values[0] > 0.1
    assert outcome.wage.values[0] >= 1.05 * (1.0 - 1e-12) * (
        1.0 - outcome.unemployment.values[0] / 100.0
    ) ** (0.4 / 0.6)
    assert outcome.wage.values[0] > 1.0


@given(worlds(), generators(), st.floats(0.0, 1.0))
def test_labour_demand_is_wage_times_employment(world: blocs.World, random: Generator, psi: float) -> None:
    outcome = solved(world, 0.5, psi, **random_shocks(random, world))
    base = world.accounts.value_added * world.accounts.labour_share
    hours = np.nansum(base * (1.0 + outcome.employment.values / 100.0), axis=0)
    force = base.sum(axis=0) * outcome.shocks.labour
    np.testing.assert_allclose(outcome.unemployment.values, 100.0 * (1.0 - hours / force), atol=1e-8)
    assert (outcome.unemployment.values > -1e-9).all()


def test_real_income_and_welfare_count_the_jobs_lost(world: blocs.World) -> None:
    """Real income falls by more than the real wage where people lose work; spending is welfare, also on credit."""
    outcome = solved(world, 0.5, 0.0, demand_shift=spending_of(world, 0, 0.7))
    assert outcome.solution is not None
    assert outcome.real_income.values[0] < outcome.real_wage.values[0]
    deficits = world.accounts.absorption * np.exp(outcome.solution.absorption) - outcome.solution.income
    assert deficits.sum() == pytest.approx(0.0, abs=1e-8 * world.accounts.absorption.sum())
    assert deficits[0] < world.accounts.deficit[0]


def test_closure_demand_and_floor_belong_together(world: blocs.World) -> None:
    demand = blocs.Demand(0.5, 0.5)
    with pytest.raises(blocs.DataError, match="needs its two numbers"):
        blocs.solve(world, closure=DEMAND)
    with pytest.raises(blocs.DataError, match=r"only with Closure\.DEMAND"):
        blocs.solve(world, demand=demand)
    with pytest.raises(blocs.DataError, match=r"wage_floor needs Closure\.DEMAND"):
        blocs.solve(world, wage_floor=np.ones(len(world.regions)))
    for floor in (0.0, -1.0, np.nan):
        with pytest.raises(blocs.DataError, match="wage_floor"):
            blocs.solve(world, closure=DEMAND, demand=demand, wage_floor=np.full(len(world.regions), floor))


@pytest.mark.parametrize(
    "numbers", [(1.0, 0.5), (-0.1, 0.5), (np.nan, 0.5), (0.5, 1.1), (0.5, -0.1), (0.5, np.nan)]
)
def test_numbers_that_are_no_shares_are_refused(numbers: tuple[float, float]) -> None:
    with pytest.raises(blocs.DataError):
        blocs.Demand(*numbers)


@pytest.mark.parametrize("pass_through", [0.0, 0.5])
def test_a_deep_slump_of_the_united_states_converges(world50: blocs.World, pass_through: float) -> None:
    """Autonomous spending of the United States falls by 30%."""
    usa = world50.region_index("USA")
    outcome = blocs.solve(
        world50, closure=DEMAND, demand=blocs.Demand(0.5, pass_through), horizon=SHORT,
        demand_shift=spending_of(world50, usa, 0.7),
    )  # fmt: skip
    assert outcome.status.converged, outcome.status
    errors = audit(outcome)
    assert max(errors.values()) < 2e-7, errors
    assert outcome.unemployment.values[usa] > 5.0
    assert (outcome.unemployment.values > -1e-6).all()


@pytest.mark.slow
@pytest.mark.parametrize("horizon", list(blocs.Horizon))
@pytest.mark.parametrize("region", ["USA", "CHN", "DEU"])
@pytest.mark.parametrize("pass_through", [0.0, 0.5])
def test_a_slump_of_a_third_converges_at_every_horizon(
    world50: blocs.World, horizon: blocs.Horizon, region: str, pass_through: float
) -> None:
    """Autonomous spending of a large economy falls by 30%: every identity holds, and it is hit hardest of all.

    How many lose their work depends on how much of the missing spending was on imports, so no number is asked for.
    """
    at = world50.region_index(region)
    outcome = blocs.solve(
        world50, closure=DEMAND, demand=blocs.Demand(0.5, pass_through), horizon=horizon,
        demand_shift=spending_of(world50, at, 0.7),
    )  # fmt: skip
    assert outcome.status.converged, outcome.status
    errors = audit(outcome)
    assert max(errors.values()) < 2e-7, errors
    assert outcome.unemployment.values.argmax() == at
    assert (outcome.unemployment.values > -1e-6).all()
    assert outcome.welfare.values[at] < 0.0
