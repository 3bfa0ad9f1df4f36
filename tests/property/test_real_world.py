"""The engine's properties on the bundled world of 81 regions and 50 industries."""

from __future__ import annotations

import numpy as np
import pytest
from property.audit import audit
from property.worlds import cube, random_shocks

import blocs
from blocs.engine.outcome import REGIONAL
from blocs.world.accounts import Floats

TIGHT = blocs.Anderson(tolerance=1e-12)


@pytest.fixture(scope="module")
def world() -> blocs.World:
    return blocs.load_world("81x50")


@pytest.fixture(scope="module")
def shocks(world: blocs.World) -> dict[str, Floats]:
    return random_shocks(np.random.default_rng(7), world)


@pytest.mark.parametrize("horizon", list(blocs.Horizon))
def test_no_shock_changes_nothing(world: blocs.World, horizon: blocs.Horizon) -> None:
    outcome = blocs.solve(world, horizon=horizon)
    for name in REGIONAL:
        np.testing.assert_allclose(outcome.regional(name), 0.0, atol=1e-7, err_msg=name)


@pytest.mark.parametrize("horizon", list(blocs.Horizon))
def test_every_market_clears(world: blocs.World, shocks: dict[str, Floats], horizon: blocs.Horizon) -> None:
    outcome = blocs.solve(world, horizon=horizon, **shocks)
    assert outcome.status.converged, outcome.status
    errors = audit(outcome)
    assert max(errors.values()) < 2e-8, errors
    assert (outcome.flows.values >= 0.0).all()


def test_a_warm_start_ends_where_a_cold_one_does(world: blocs.World, shocks: dict[str, Floats]) -> None:
    first = blocs.solve(world, tariff=shocks["tariff"])
    cold = blocs.solve(world, solver=TIGHT, **shocks)
    warm = blocs.solve(world, solver=TIGHT, start=first, **shocks)
    for name in REGIONAL:
        np.testing.assert_allclose(cold.regional(name), warm.regional(name), atol=1e-7, err_msg=name)


def test_names_and_order_do_not_matter(world: blocs.World, shocks: dict[str, Floats]) -> None:
    random, accounts = np.random.default_rng(3), world.accounts
    goods, regions = random.permutation(len(world.sectors)), random.permutation(len(world.regions))
    trade, industry = np.ix_(goods, regions, regions), np.ix_(goods, regions)
    moved = blocs.World.from_flows(
        accounts.flows[trade],
        accounts.use[np.ix_(goods, goods, regions)],
        tariff=accounts.tariff[trade],
        labour_share=accounts.labour_share[industry],
        regions=[world.regions[n] for n in regions],
        sectors=[world.sectors[n] for n in goods],
    )
    index = {1: (regions,), 2: industry, 3: trade}
    one = blocs.solve(world, solver=TIGHT, **shocks)
    two = blocs.solve(
        moved, solver=TIGHT, **{name: array[index[array.ndim]] for name, array in shocks.items()}
    )
    for name in REGIONAL:
        np.testing.assert_allclose(one.regional(name)[regions], two.regional(name), atol=1e-7, err_msg=name)


def test_purging_leaves_no_deficit_and_no_change(world: blocs.World) -> None:
    balanced = blocs.purge(world)
    accounts = balanced.accounts
    assert np.abs(accounts.deficit / accounts.absorption).max() < 1e-8
    outcome = blocs.solve(balanced)
    np.testing.assert_allclose(outcome.welfare.values, 0.0, atol=1e-6)


def test_autarky_of_china_is_the_formula_with_intermediates(world: blocs.World) -> None:
    """One factor, no tariffs, Cobb-Douglas: Arkolakis, Costinot and Rodríguez-Clare's formula, to 1e-8."""
    accounts = world.accounts
    free = blocs.World.from_flows(
        accounts.flows,
        accounts.use * (0.95 / np.maximum(1.0 + accounts.tariff.max(), 1.0)),
        regions=world.regions,
        sectors=world.sectors,
    )
    el = blocs.Elasticities.uniform(5.0)
    base = blocs.purge(free, elasticities=el, solver=TIGHT)
    china = world.region_index("CHN")
    closed = np.ones(accounts.flows.shape)
    closed[:, china, :] = closed[:, :, china] = 0.0
    closed[:, china, china] = 1.0
    outcome = blocs.solve(base, availability=closed, elasticities=el, solver=TIGHT)
    assert outcome.status.converged, outcome.status
    now = base.accounts
    used = now.spending[:, china] > 0.0
    home = now.flows[used, china, china] / now.spending[used, china]
    cost_share = now.use[:, :, china][np.ix_(used, used)] / now.output[used, china]
    log_price = np.linalg.solve(np.eye(len(home)) - cost_share.T, -np.log(home) / 5.0)
    expected = np.exp(-(now.final[used, china] / now.absorption[china]) @ log_price) - 1.0
    assert outcome.welfare.values[china] / 100.0 == pytest.approx(expected, abs=1e-8)


def test_an_embargo_is_the_limit_of_trade_costs(world: blocs.World) -> None:
    """Russia and the European Union's largest four stop trading; deficits stay, for trade is not lost by half."""
    el = blocs.Elasticities.uniform(4.0)
    west = [world.region_index(code) for code in ("DEU", "FRA", "ITA", "NLD")]
    russia = world.region_index("RUS")
    shut = np.zeros(world.accounts.flows.shape, dtype=bool)
    shut[:, russia, west] = shut[:, west, russia] = True
    embargo = blocs.solve(world, availability=np.where(shut, 0.0, 1.0), elasticities=el, solver=TIGHT)
    dear = blocs.solve(world, trade_cost=np.where(shut, 1e-10**-0.25, 1.0), elasticities=el, solver=TIGHT)
    assert embargo.status.converged, embargo.status
    np.testing.assert_allclose(embargo.welfare.values, dear.welfare.values, atol=1e-6)
    assert embargo.welfare.values[russia] < 0.0


def test_a_good_without_suppliers_is_named(world: blocs.World) -> None:
    """Singapore makes no crude oil or gas; cut off from all of it, its nests cannot do without."""
    singapore = world.region_index("SGP")
    alone = np.flatnonzero(world.accounts.flows[:, singapore, singapore] == 0.0)
    assert alone.size
    availability = np.ones(world.accounts.flows.shape)
    availability[alone[0], :, singapore] = 0.0
    outcome = blocs.solve(world, availability=availability)
    assert outcome.status.verdict.value == "infeasible"
    assert "SGP" in outcome.status.message
    assert world.sectors[alone[0]] in outcome.status.message


def undistorted(world: blocs.World, el: blocs.Elasticities) -> blocs.World:
    """Return `world` balanced and without tariffs."""
    free = np.zeros(world.accounts.flows.shape)
    closure = blocs.Closure.BALANCED
    return blocs.solve(world, tariff=free, closure=closure, elasticities=el, solver=TIGHT).world()


def test_uniform_import_tariff_is_a_uniform_export_tax(world: blocs.World) -> None:
    """Lerner symmetry for the United States without base tariffs, in a balanced world."""
    accounts, el = world.accounts, blocs.Elasticities.uniform(4.0)
    free = undistorted(world, el)
    usa = world.region_index("USA")
    imports, exports = np.zeros(accounts.flows.shape), np.zeros(accounts.flows.shape)
    imports[:, :, usa] = exports[:, usa, :] = 0.2
    imports[:, usa, usa] = exports[:, usa, usa] = 0.0
    one = blocs.solve(free, tariff=imports, elasticities=el, solver=TIGHT)
    two = blocs.solve(free, export_tax=exports, elasticities=el, solver=TIGHT)
    np.testing.assert_allclose(one.welfare.values, two.welfare.values, atol=1e-7)
    assert np.abs(one.welfare.values).max() > 0.01


def test_small_changes_of_trade_costs_are_weighed_by_trade(world: blocs.World) -> None:
    """World EV in US$ of a small rise of all trade costs is minus the trade it burdens, in an undistorted world."""
    el = blocs.Elasticities.uniform(4.0)
    free = undistorted(world, el)
    rise = 1e-5
    outcome = blocs.solve(
        free, trade_cost=cube(np.random.default_rng(0), free, 1.0 + rise, 1.0 + rise, 1.0), elasticities=el,
        solver=TIGHT,
    )  # fmt: skip
    crossing = free.accounts.flows * (1.0 - np.eye(len(free.regions)))
    assert float(outcome.welfare_usd.sum()) == pytest.approx(-rise * crossing.sum(), rel=1e-3)


def test_a_surplus_that_a_split_world_cannot_carry_is_named(world: blocs.World) -> None:
    """Ireland's fixed surplus is two thirds of its absorption: feasible at 2% of trade left, not at 1.1%."""
    side = np.random.default_rng(0).random(len(world.regions)) < 0.5
    across = (side[:, None] != side[None, :])[None]

    def split(left: float) -> blocs.Outcome:
        kept = np.where(across, left, 1.0) * np.ones((len(world.sectors), 1, 1))
        return blocs.solve(world, availability=kept, horizon=blocs.Horizon.SHORT)

    assert split(0.02).status.converged
    status = split(0.011).status
    assert status.verdict.value == "infeasible_deficit"
    assert "IRL" in status.message
    assert status.seconds < 30.0
