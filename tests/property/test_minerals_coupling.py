"""Mineral markets in the economy: nothing at rest, no money lost, a pure price rise is second order for the world."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from property.test_by_user import carrying, pooled_flows, with_users
from property.worlds import LARGE, SMALL, generators, random_world
from property.worlds import Traits as Has

import blocs
from blocs.data.assumptions import Assumptions
from blocs.engine.bills import CHANNELS
from blocs.engine.outcome import REGIONAL
from blocs.engine.shocks import Shocks, combine
from blocs.engine.solve import solve_shocks
from blocs.errors import DataError
from blocs.scenario.schema import Scenario
from blocs.vectors.minerals import market
from blocs.vectors.minerals.base import base_of
from blocs.vectors.minerals.coupling import input_cost, per_unit, shocks_of
from blocs.vectors.minerals.market import MarketState
from blocs.vectors.minerals.vector import MineralsVector

DEFAULT = Assumptions.default()
PLAIN = Has(tariffs=False, deficits=False, zeros=False)


def dearer(world: blocs.World, rise: float, seller: int = 0, share: float = 0.05) -> Shocks:
    """A mineral that is `share` of every industry's cost gets dearer; the tonnes and their extraction stay."""
    k, j = world.accounts.output.shape
    x = 1.0 + share * rise
    bill = np.zeros((len(CHANNELS), k, j))
    bill[0] = share * rise / x
    income = np.zeros((len(CHANNELS), j, j))
    income[0, seller] = 1.0
    return Shocks.of(
        world, input_cost=np.full((k, j), x), bill_share=bill, bill_income=income,
        bill_goods=np.zeros((len(CHANNELS), k, j)),
    )  # fmt: skip


def world_gain(world: blocs.World, shocks: Shocks) -> float:
    outcome = solve_shocks(world, shocks, elasticities=blocs.Elasticities(4.0, 0.5, 0.5, 0.5, 0.9))
    assert outcome.status.converged, outcome.status
    return float(outcome.welfare_usd.values.sum() / world.accounts.absorption.sum())


@given(generators())
@settings(max_examples=8)
def test_a_pure_price_rise_moves_world_income_only_to_second_order(random: np.random.Generator) -> None:
    world = random_world(random, LARGE, PLAIN)
    small, double = (abs(world_gain(world, dearer(world, rise))) for rise in (0.02, 0.04))
    first_order = 0.05 * 0.04  # what the buyers pay more, over output
    assert double < 0.02 * first_order
    assert double < 6.0 * small + 1e-9  # about four times, as a square grows


@given(generators())
@settings(max_examples=8)
def test_money_is_not_lost(random: np.random.Generator) -> None:
    world = random_world(random, LARGE)
    outcome = solve_shocks(
        world, dearer(world, 1.0), elasticities=blocs.Elasticities(4.0, 0.5, 0.5, 0.5, 0.9)
    )
    assert outcome.status.converged
    solution = outcome.solution
    assert solution is not None
    # Walras: what is sold is what is bought, in every good and for the whole world
    assert np.allclose(solution.flows.sum(axis=2), solution.output, rtol=1e-7)
    spent = np.exp(solution.absorption) * world.accounts.absorption
    assert abs(spent.sum() / (solution.income + world.accounts.deficit).sum() - 1.0) < 1e-7
    # the seller gains, the buyers lose
    gains = outcome.welfare_usd.values
    assert gains[0] > 0.0
    assert (gains[1:] < 0.0).all()


@given(generators())
@settings(max_examples=6)
def test_bills_with_sourcing_by_user_are_those_of_pooled_sourcing_where_users_are_alike(
    random: np.random.Generator,
) -> None:
    world = random_world(random, SMALL)
    world = carrying(world, pooled_flows(world))
    shocks, el = dearer(world, 1.0), blocs.Elasticities(4.0, 0.5, 0.5, 0.5, 0.9)
    pooled, by_user = (
        solve_shocks(
            world, shocks, elasticities=el, sourcing=sourcing, solver=blocs.Anderson(tolerance=1e-11)
        )
        for sourcing in blocs.Sourcing
    )
    assert pooled.status.converged, pooled.status
    assert by_user.status.converged, by_user.status
    for name in REGIONAL:
        np.testing.assert_allclose(by_user.regional(name), pooled.regional(name), atol=1e-6, err_msg=name)
    assert abs(pooled.welfare_usd.values).max() > 0.0


@given(generators())
@settings(max_examples=6)
def test_bills_are_paid_in_full_with_sourcing_by_user_too(random: np.random.Generator) -> None:
    world = with_users(random_world(random, SMALL), random)
    shocks = dearer(world, 1.0)
    outcome = solve_shocks(
        world, shocks, elasticities=blocs.Elasticities(4.0, 0.5, 0.5, 0.5, 0.9), sourcing=blocs.Sourcing.BY_USER,
        solver=blocs.Anderson(tolerance=1e-11),
    )  # fmt: skip
    assert outcome.status.converged, outcome.status
    solution = outcome.solution
    assert solution is not None
    spent = np.exp(solution.absorption) * world.accounts.absorption
    assert abs(spent.sum() / (solution.income + world.accounts.deficit).sum() - 1.0) < 1e-7
    np.testing.assert_allclose(solution.flows.sum(axis=2), solution.output, rtol=1e-7)
    # industries' purchases are part of what is sold, and the seller of the mineral gains
    assert (outcome.by_user.sum(axis=2) <= outcome.flows.values * (1.0 + 1e-9)).all()
    assert outcome.welfare_usd.values[0] > 0.0


def test_bills_that_do_not_arrive_in_full_are_refused_and_two_senders_too() -> None:
    world = random_world(np.random.default_rng(1), LARGE, PLAIN)
    shocks = dearer(world, 0.1)
    lost = 0.9 * shocks.bill_income
    with pytest.raises(DataError, match=r"a share of 0\.9 arrives"):
        Shocks.of(world, bill_share=shocks.bill_share, bill_income=lost, bill_goods=shocks.bill_goods)
    with pytest.raises(DataError, match="go together"):
        Shocks.of(world, bill_share=shocks.bill_share)
    with pytest.raises(DataError, match="only one may"):
        combine(shocks, shocks)


@pytest.fixture(scope="module")
def ga_ge(world28):
    return base_of(world28, ("Ga", "Ge", "Cu"), DEFAULT)


def test_a_market_at_rest_gives_no_shock_at_all(world28, ga_ge) -> None:
    rest, activity = MarketState.rest(ga_ge, DEFAULT), np.ones_like(ga_ge.use)
    _, year = market.run(ga_ge, rest, market.idle(ga_ge), activity, DEFAULT)
    shocks = shocks_of(world28, ga_ge, year, activity, DEFAULT)
    assert np.abs(shocks.input_cost - 1.0).max() < 1e-12
    assert np.abs(shocks.bill_share).max() < 1e-12


def test_the_base_flows_are_the_production_and_carry_no_more_than_the_parent_sells(world28, ga_ge) -> None:
    assert np.allclose(ga_ge.flows.sum(axis=2), ga_ge.output)
    assert np.allclose(ga_ge.flows.sum(axis=1) + ga_ge.recycled, ga_ge.use)
    assert np.allclose(ga_ge.users.sum(axis=1)[ga_ge.use > 0.0], 1.0)
    assert (ga_ge.cost_share <= ga_ge.embodied + 1e-15).all()
    outcome = blocs.solve(world28)  # the accounts are those of the world: nothing was carved out
    assert np.abs(outcome.regional("welfare")).max() < 1e-6


def test_the_cost_of_a_lost_mineral_lies_between_its_price_and_its_embodied_share(world28, ga_ge) -> None:
    rest, activity = MarketState.rest(ga_ge, DEFAULT), np.ones_like(ga_ge.use)
    policy = market.idle(ga_ge)
    china = ga_ge.regions.index("CHN")
    for m in range(len(ga_ge.symbols)):
        for n in np.flatnonzero(ga_ge.origin[m, : ga_ge.origins[m]] == china):
            policy.cut[:, m, n, [j for j in range(len(ga_ge.regions)) if j != china]] = 1.0
    _, year = market.run(ga_ge, rest, policy, activity, DEFAULT)
    unit = per_unit(ga_ge, year, activity, DEFAULT)
    x = input_cost(ga_ge, unit.price, year, DEFAULT)
    bound = 1.0 + (ga_ge.cost_share * (DEFAULT["minerals.backstop"] * 1.05 - 1.0)).sum(axis=0)
    usa, k = ga_ge.regions.index("USA"), world28.sectors.index("C26")
    assert 1.0 < x[k, usa] < bound[k, usa]
    shocks = shocks_of(world28, ga_ge, year, activity, DEFAULT)
    assert shocks.bill_share[0, k, usa] > 0.0
    arrives = shocks.bill_income.sum(axis=1) + shocks.bill_goods.sum(axis=1)
    billed = np.abs(shocks.bill_share).sum(axis=1) > 0.0
    assert np.allclose(arrives[billed], 1.0)


def scenario(**measure: object) -> Scenario:
    return Scenario.from_dict({"name": "t", "years": "2025-2026", "measures": [measure]})


def test_without_a_mineral_measure_the_vector_is_silent(world28) -> None:
    vector = MineralsVector()
    state = vector.start(world28, (2025,), DEFAULT)
    assert vector.shocks(state, [], 2025).is_neutral
    assert vector.advance(state, [], blocs.solve(world28), 2025) is state


def test_a_control_that_cuts_nothing_changes_nothing(world28) -> None:
    none = scenario(type="export_control", by="CHN", on="G7", minerals=["Ga", "Dy"], cut=0.0)
    done = blocs.run(world28, none, strict=True)
    assert np.abs(done.outcomes[-1].regional("welfare")).max() < 1e-6


def test_a_ban_hurts_users_little_and_the_run_remembers_stocks(world28) -> None:
    ban = scenario(type="export_control", by="CHN", on=["all", "-CHN"], minerals=["Ga", "Ge"], cut=1.0)
    done = blocs.run(world28, ban, strict=True)
    welfare = done.welfare.sel(region=["USA", "JPN", "KOR", "TWN"])
    assert (welfare < 0.0).all()
    assert (welfare > -0.1).all()  # a hundred-thousandth of costs: dear, and small
    seen = done.indicators("minerals")
    assert (seen.price.sel(region="USA") > 3.0).all()
    assert (seen.price.sel(region="CHN") < 1.0).all()
    assert float(seen.use.sel(year=2026, mineral="Ga", region="USA")) < float(
        seen.use.sel(year=2025, mineral="Ga", region="USA")
    )


def test_a_control_by_somebody_who_sells_none_is_named(world28) -> None:
    odd = scenario(type="export_control", by="BRA", on="G7", minerals=["Ga"], cut=0.5)
    done = blocs.run(world28, odd, strict=True)
    assert any("BRA sells no Ga" in note for note in done.notes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cut": 1.2}, "less than or equal to 1"),
        ({"cut": -0.1}, "greater than or equal to 0"),
        ({"minerals": ["Gallum"]}, "did you mean 'gallium'"),
        ({"minerals": ["Sc"]}, "no published production"),
        ({"minerals": ["Tm"]}, "no published price"),
        ({"granted": 0.99, "spread": 0.3}, "impossible for a share"),
    ],
)
def test_wrong_input_is_named(change: dict, message: str) -> None:
    measure = {"type": "export_control", "by": "CHN", "on": "G7", "minerals": ["Ga"], "cut": 0.5} | change
    with pytest.raises(blocs.errors.ScenarioError, match=message):
        scenario(**measure)


SUPPLIED = """
from blocs.data.assumptions import Assumptions
from blocs.vectors.minerals.base import _supplied
plain = Assumptions.default()
print([_supplied("Sb", plain.replace({"minerals.antimony.smelted_in_china": n / 97})) for n in range(97)])
"""


def test_sums_over_countries_have_one_order_in_every_process() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", SUPPLIED], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True,
            text=True, check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }  # fmt: skip
    assert len(told) == 1
