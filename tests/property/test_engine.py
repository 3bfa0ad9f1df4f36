"""What holds in every world: accounts close, markets clear, units and names do not matter, extremes behave."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.random import Generator
from property.audit import assert_same, audit, metrics
from property.oracle import Oracle
from property.worlds import (
    LARGE,
    ONE_SECTOR,
    SMALL,
    Traits,
    cube,
    elasticities,
    generators,
    random_shocks,
    random_world,
    worlds,
)

import blocs
from blocs.world.accounts import Floats

TIGHT = blocs.Anderson(tolerance=1e-12)
ALL_SHAPES = (SMALL, LARGE, ONE_SECTOR)


@given(worlds(ALL_SHAPES), elasticities(), st.sampled_from(blocs.Horizon))
def test_no_shock_changes_nothing(world: blocs.World, el: blocs.Elasticities, horizon: blocs.Horizon) -> None:
    outcome = blocs.solve(world, elasticities=el, horizon=horizon)
    for name, values in metrics(outcome).items():
        np.testing.assert_allclose(values, 0.0, atol=1e-7, err_msg=name)
    np.testing.assert_allclose(outcome.flows.values, world.accounts.flows, rtol=1e-9)


@given(worlds(ALL_SHAPES), generators(), elasticities(), st.sampled_from(blocs.Horizon))
def test_every_market_clears_and_deficits_sum_to_zero(
    world: blocs.World, random: Generator, el: blocs.Elasticities, horizon: blocs.Horizon
) -> None:
    _clears(world, random, el, horizon)


@pytest.mark.slow
@given(worlds(ALL_SHAPES), generators(), elasticities(), st.sampled_from(blocs.Horizon))
@settings(max_examples=400)
def test_every_market_clears_in_many_worlds(
    world: blocs.World, random: Generator, el: blocs.Elasticities, horizon: blocs.Horizon
) -> None:
    _clears(world, random, el, horizon)


def _clears(world: blocs.World, random: Generator, el: blocs.Elasticities, horizon: blocs.Horizon) -> None:
    outcome = blocs.solve(world, elasticities=el, horizon=horizon, **random_shocks(random, world))
    assert outcome.status.converged, outcome.status
    errors = audit(outcome)
    assert max(errors.values()) < 2e-8, errors
    assert (outcome.flows.values >= 0.0).all()
    assert all(np.isfinite(values).all() for values in metrics(outcome).values())


@given(worlds(), generators(), elasticities(), st.sampled_from([1e3, 1e-6]))
def test_units_of_the_accounts_do_not_matter(
    world: blocs.World, random: Generator, el: blocs.Elasticities, unit: float
) -> None:
    shocks = random_shocks(random, world)
    scaled = _rebuilt(world, scale=unit)
    one = blocs.solve(world, elasticities=el, solver=TIGHT, **shocks)
    two = blocs.solve(
        scaled, elasticities=el, solver=TIGHT, **(shocks | {"transfer": unit * shocks["transfer"]})
    )
    assert_same(one, two)


@given(worlds(), generators(), elasticities())
def test_names_and_order_do_not_matter(world: blocs.World, random: Generator, el: blocs.Elasticities) -> None:
    shocks = random_shocks(random, world)
    goods, regions = random.permutation(len(world.sectors)), random.permutation(len(world.regions))
    moved = {name: _permuted(array, goods, regions) for name, array in shocks.items()}
    one = blocs.solve(world, elasticities=el, solver=TIGHT, **shocks)
    two = blocs.solve(_rebuilt(world, goods, regions), elasticities=el, solver=TIGHT, **moved)
    second = metrics(two)
    for name, values in metrics(one).items():
        np.testing.assert_allclose(values[regions], second[name], atol=1e-7, err_msg=name)


@given(worlds(), st.floats(0.1, 10.0), elasticities())
def test_a_uniform_taste_shift_changes_nothing(
    world: blocs.World, factor: float, el: blocs.Elasticities
) -> None:
    tastes = np.full(world.accounts.output.shape, factor)
    outcome = blocs.solve(world, demand_shift=tastes, elasticities=el)
    for name, values in metrics(outcome).items():
        np.testing.assert_allclose(values, 0.0, atol=1e-7, err_msg=name)


@given(worlds(), generators(), st.floats(1.0, 8.0), st.sampled_from(blocs.Horizon))
def test_cobb_douglas_is_the_limit_of_the_nests(
    world: blocs.World, random: Generator, theta: float, horizon: blocs.Horizon
) -> None:
    shocks = random_shocks(random, world)
    exact, below, above = (
        blocs.solve(
            world,
            elasticities=blocs.Elasticities.uniform(theta, sigma),
            horizon=horizon,
            solver=TIGHT,
            **shocks,
        )
        for sigma in (1.0, 1.0 - 1e-9, 1.0 + 1e-9)
    )
    assert_same(exact, below)
    assert_same(exact, above)


@given(worlds(), st.floats(2.0, 8.0), st.integers(0, 2))
def test_losing_labour_lowers_real_income_and_clears(world: blocs.World, theta: float, region: int) -> None:
    labour = np.ones(len(world.regions))
    labour[region] = 0.8
    outcome = blocs.solve(world, labour=labour, elasticities=blocs.Elasticities.uniform(theta))
    assert metrics(outcome)["real_income"][region] < 0.0
    assert max(audit(outcome).values()) < 2e-8


@given(worlds(tariffs=False, deficits=False), st.floats(0.05, 1.0), elasticities(), st.integers(0, 2))
def test_an_import_tariff_is_an_export_tax(
    world: blocs.World, rate: float, el: blocs.Elasticities, region: int
) -> None:
    """Lerner symmetry: uniform rates of one region, balanced trade."""
    imports, exports = np.zeros(world.accounts.flows.shape), np.zeros(world.accounts.flows.shape)
    imports[:, :, region], exports[:, region, :] = rate, rate
    imports[:, region, region] = exports[:, region, region] = 0.0
    one = blocs.solve(world, tariff=imports, elasticities=el, solver=TIGHT)
    two = blocs.solve(world, export_tax=exports, elasticities=el, solver=TIGHT)
    for name in ("welfare", "real_income", "real_wage", "gdp", "exports", "imports"):
        np.testing.assert_allclose(metrics(one)[name], metrics(two)[name], atol=1e-6, err_msg=name)


@given(worlds(), elasticities(), st.floats(0.001, 0.05))
def test_a_transfer_is_spent_by_its_receiver(world: blocs.World, el: blocs.Elasticities, size: float) -> None:
    accounts = world.accounts
    transfer = np.zeros(len(world.regions))
    transfer[:2] = np.array([1.0, -1.0]) * size * accounts.absorption.min()
    outcome = blocs.solve(world, transfer=transfer, elasticities=el, solver=TIGHT)
    flows = outcome.flows.values.sum(axis=0)
    deficit = flows.sum(axis=0) - flows.sum(axis=1)
    np.testing.assert_allclose(deficit, accounts.deficit + transfer, atol=1e-8 * accounts.absorption.sum())
    assert outcome.welfare.values[0] > outcome.welfare.values[1]


@given(worlds(), generators(), elasticities())
def test_gdp_is_the_same_from_production_and_expenditure(
    world: blocs.World, random: Generator, el: blocs.Elasticities
) -> None:
    """Final use + exports - imports at base prices, worked out from flows and prices, is the volume of GDP."""
    outcome = blocs.solve(world, elasticities=el, solver=TIGHT, **random_shocks(random, world))
    base, given_ = world.accounts, outcome.shocks
    shipped = outcome.flows.values / outcome.producer_price.values[:, :, None]
    arrived = shipped / given_.trade_cost
    paid = outcome.flows.values * (1.0 + base.tariff + given_.tariff) * (1.0 + given_.export_tax)
    share_final = np.divide(
        outcome.solution.final, paid.sum(axis=1), out=np.zeros(base.output.shape), where=paid.sum(axis=1) > 0
    )
    final = ((arrived * (1.0 + base.tariff)).sum(axis=1) * share_final).sum(axis=0)
    abroad = 1.0 - np.eye(len(world.regions))
    volume = final + (shipped * abroad).sum(axis=(0, 2)) - (arrived * abroad).sum(axis=(0, 1))
    nominal = (
        base.final.sum(axis=0)
        + (base.flows * abroad).sum(axis=(0, 2))
        - (base.flows * abroad).sum(axis=(0, 1))
    )
    np.testing.assert_allclose(100.0 * (volume / nominal - 1.0), outcome.gdp.values, atol=1e-6)


@given(worlds(tariffs=False, deficits=False), elasticities())
def test_without_distortions_a_small_tariff_moves_gdp_only_at_second_order(
    world: blocs.World, el: blocs.Elasticities
) -> None:
    def change(rate: float) -> Floats:
        tariff = np.full(world.accounts.flows.shape, rate)
        tariff[:, range(len(world.regions)), range(len(world.regions))] = 0.0
        return metrics(blocs.solve(world, tariff=tariff, elasticities=el, solver=TIGHT))["gdp"]

    small, half = change(2e-3), change(1e-3)
    assert np.abs(half).max() < 100.0 * 1e-3 * 0.1
    np.testing.assert_allclose(small, 4.0 * half, atol=0.05 * np.abs(small).max() + 1e-9)


@given(worlds(), elasticities())
def test_purged_worlds_balance_and_stay_put(world: blocs.World, el: blocs.Elasticities) -> None:
    balanced = blocs.purge(world, elasticities=el, solver=TIGHT)
    accounts = balanced.accounts
    np.testing.assert_allclose(accounts.deficit, 0.0, atol=1e-9 * accounts.absorption.max())
    np.testing.assert_allclose(accounts.tariff, world.accounts.tariff)
    crossing = accounts.flows.sum(axis=0)
    np.testing.assert_allclose(crossing.sum(axis=0), crossing.sum(axis=1), rtol=1e-9)
    again = blocs.solve(balanced, elasticities=el)
    for name, values in metrics(again).items():
        np.testing.assert_allclose(values, 0.0, atol=1e-6, err_msg=name)


@given(worlds(), generators(), elasticities())
def test_a_solved_world_is_a_base_of_its_own(
    world: blocs.World, random: Generator, el: blocs.Elasticities
) -> None:
    """Two steps end where one does: hats multiply along the way."""
    first, second = cube(random, world, 0.9, 1.2, 1.0), cube(random, world, 0.9, 1.2, 1.0)
    middle = blocs.solve(world, trade_cost=first, elasticities=el, solver=TIGHT)
    stepwise = blocs.solve(middle.world(), trade_cost=second, elasticities=el, solver=TIGHT)
    direct = blocs.solve(world, trade_cost=first * second, elasticities=el, solver=TIGHT)
    for name in ("welfare", "real_income", "real_wage"):
        steps = (1.0 + metrics(middle)[name] / 100.0) * (1.0 + metrics(stepwise)[name] / 100.0)
        np.testing.assert_allclose(100.0 * (steps - 1.0), metrics(direct)[name], atol=1e-6, err_msg=name)


@given(worlds((SMALL,)), elasticities())
def test_aggregation_keeps_the_accounts(world: blocs.World, el: blocs.Elasticities) -> None:
    whole = world.aggregate(regions={"AB": ["R1", "R2"]}, sectors={"all": list(world.sectors)}).accounts
    fine = world.accounts

    def join(array):
        return np.stack([array[:2].sum(axis=0), array[2]])

    np.testing.assert_allclose(whole.output[0], join(fine.output.sum(axis=0)))
    np.testing.assert_allclose(whole.value_added[0], join(fine.value_added.sum(axis=0)))
    np.testing.assert_allclose(whole.duty, join(fine.duty))
    np.testing.assert_allclose(whole.absorption, join(fine.absorption))
    np.testing.assert_allclose(whole.deficit, join(fine.deficit), atol=1e-9 * fine.absorption.max())
    labour = (fine.value_added * fine.labour_share).sum(axis=0)
    np.testing.assert_allclose(whole.value_added[0] * whole.labour_share[0], join(labour))


@given(worlds((SMALL,)), generators(), elasticities())
@settings(max_examples=10)
def test_identical_twins_may_be_aggregated(
    world: blocs.World, random: Generator, el: blocs.Elasticities
) -> None:
    twins = _with_twins(world)
    cost = cube(random, world, 0.8, 1.4, 1.0)
    both = np.array([0, 1, 2, 2])
    apart = blocs.solve(twins, trade_cost=cost[:, both][:, :, both], elasticities=el, solver=TIGHT)
    whole = twins.aggregate(regions={"R3": ["R3a", "R3b"]})
    back = [whole.regions.index(code) for code in ("R1", "R2", "R3")]
    inverse = np.argsort(back)
    together = blocs.solve(whole, trade_cost=cost[:, inverse][:, :, inverse], elasticities=el, solver=TIGHT)
    for name in ("welfare", "real_income", "real_wage", "gdp", "cpi"):
        fine, coarse = metrics(apart)[name], metrics(together)[name][back]
        np.testing.assert_allclose(fine, coarse[both], atol=1e-7, err_msg=name)


@given(worlds((LARGE,), capital=True), generators())
def test_fixed_capital_loses_at_least_as_much_in_an_efficient_world(
    world: blocs.World, random: Generator
) -> None:
    """Regions that are alike face the same loss, so terms of trade stay put: moving capital can only help."""
    alike = _alike(world)
    productivity = np.repeat(random.uniform(0.6, 1.0, (len(alike.sectors), 1)), len(alike.regions), axis=1)
    el = blocs.Elasticities(4.0, 0.5, 0.8, 0.8, 0.5)
    short, long = (
        blocs.solve(alike, productivity=productivity, elasticities=el, horizon=horizon, solver=TIGHT)
        for horizon in (blocs.Horizon.SHORT, blocs.Horizon.LONG)
    )
    assert (metrics(short)["welfare"] <= metrics(long)["welfare"] + 1e-9).all()
    assert max(audit(short).values()) < 2e-8  # capital clears industry by industry


@given(worlds((SMALL, LARGE)), st.sampled_from([0.5, 1.0, 2.5]), st.floats(1.0, 8.0))
def test_a_good_without_suppliers_is_named_or_a_finite_loss(
    world: blocs.World, sigma: float, theta: float
) -> None:
    accounts = world.accounts
    availability = np.ones(accounts.flows.shape)
    availability[1, :, 1] = 0.0
    assume(accounts.spending[1, 1] > 0.0)
    outcome = blocs.solve(
        world, availability=availability, elasticities=blocs.Elasticities.uniform(theta, sigma), solver=TIGHT
    )
    if sigma <= 1.0:
        assert outcome.status.verdict.value == "infeasible"
        assert "R2" in outcome.status.message
        assert "S2" in outcome.status.message
        assert np.isnan(outcome.welfare.values).all()
        return
    assert -100.0 < metrics(outcome)["welfare"][1] < 0.0
    assert np.isfinite(list(metrics(outcome).values())).all()
    assert max(audit(outcome).values()) < 2e-8


@pytest.mark.parametrize("left", [0.9, 0.6, 0.5, 0.4, 0.3, 0.1])
def test_a_fixed_surplus_beyond_income_is_infeasible(left: float) -> None:
    """The verdict turns exactly where absorption in the oracle's linear accounts turns negative."""
    flows = np.full((1, 3, 3), 10.0)
    flows[:, 0, 1:] = 60.0  # region 1 exports 120 and buys 20
    world, el = blocs.World.from_flows(flows, np.zeros((1, 1, 3))), blocs.Elasticities.uniform(8.0)
    labour = np.array([left, 1.0, 1.0])
    truth = Oracle(world, el, labour=labour).solve()
    outcome = blocs.solve(world, labour=labour, elasticities=el)
    if truth.absorption[0] > 0.0:
        base = world.accounts.absorption[0]
        assert base * np.exp(outcome.solution.absorption[0]) == pytest.approx(truth.absorption[0], rel=1e-6)
        return
    assert outcome.status.verdict.value == "infeasible_deficit"
    assert "R1" in outcome.status.message
    assert np.isnan(outcome.welfare.values).all()


def test_leontief_tastes_are_the_limit_of_welfare() -> None:
    random = np.random.default_rng(4)
    world = random_world(random)
    tastes = random.uniform(0.7, 1.4, world.accounts.output.shape)
    exact, near = (
        blocs.solve(
            world, demand_shift=tastes, elasticities=blocs.Elasticities(4.0, sigma_final=sigma), solver=TIGHT
        )
        for sigma in (0.0, 1e-3)
    )
    assert (exact.welfare.values < 0.0).all()
    np.testing.assert_allclose(exact.welfare.values, near.welfare.values, atol=0.2)


def test_prohibitive_duties_purge_deficits_whoever_levies_them() -> None:
    world = random_world(np.random.default_rng(5))
    wall = np.zeros(world.accounts.flows.shape)
    wall[:, 0, 1:] = wall[:, 1:, 0] = 1e3
    el = blocs.Elasticities.uniform(4.0)
    taxed, tariffed = (
        blocs.solve(world, elasticities=el, export_tax=wall),
        blocs.solve(world, elasticities=el, tariff=world.accounts.tariff + wall),
    )
    assert taxed.notes
    assert tariffed.notes
    np.testing.assert_allclose(taxed.welfare.values, tariffed.welfare.values, atol=1e-3)


def test_no_final_demand_at_all_is_refused() -> None:
    world = random_world(np.random.default_rng(5))
    tastes = np.ones(world.accounts.output.shape)
    tastes[:, 1] = 0.0
    with pytest.raises(blocs.DataError, match="R2"):
        blocs.solve(world, demand_shift=tastes, elasticities=blocs.Elasticities.uniform())


@pytest.mark.parametrize("name", ["tariff", "export_tax", "transfer"])
def test_proportional_spending_refuses_what_it_would_ignore(name: str) -> None:
    world = random_world(np.random.default_rng(5), has=Traits(tariffs=False))
    shocks = random_shocks(np.random.default_rng(6), world)
    with pytest.raises(blocs.DataError, match=name):
        blocs.solve(
            world, closure=blocs.Closure.PROPORTIONAL, elasticities=blocs.Elasticities.uniform(),
            **{name: shocks[name]},
        )  # fmt: skip


def _rebuilt(
    world: blocs.World, goods: Floats | None = None, regions: Floats | None = None, scale: float = 1.0
) -> blocs.World:
    accounts = world.accounts
    goods = np.arange(len(world.sectors)) if goods is None else goods
    regions = np.arange(len(world.regions)) if regions is None else regions
    return blocs.World.from_flows(
        scale * accounts.flows[np.ix_(goods, regions, regions)],
        scale * accounts.use[np.ix_(goods, goods, regions)],
        tariff=accounts.tariff[np.ix_(goods, regions, regions)],
        labour_share=accounts.labour_share[np.ix_(goods, regions)],
    )


def _permuted(array: Floats, goods: Floats, regions: Floats) -> Floats:
    index = {1: (regions,), 2: (goods, regions), 3: (goods, regions, regions)}[array.ndim]
    return array[np.ix_(*index)]


def _with_twins(world: blocs.World) -> blocs.World:
    """Split the last region into two equal halves that buy from each other as from themselves."""
    accounts, both = world.accounts, np.array([0, 1, 2, 2])
    part = np.array([1.0, 1.0, 0.5, 0.5])
    return blocs.World.from_flows(
        accounts.flows[:, both][:, :, both] * part[:, None] * part,
        accounts.use[:, :, both] * part,
        tariff=accounts.tariff[:, both][:, :, both],
        labour_share=accounts.labour_share[:, both],
        regions=("R1", "R2", "R3a", "R3b"),
    )


def _alike(world: blocs.World) -> blocs.World:
    """Return a world of identical regions without taxes: the first one's home sales, inputs and factors."""
    n, accounts = len(world.regions), world.accounts
    home = accounts.output.sum(axis=1)
    flows = home[:, None, None] * np.where(np.eye(n, dtype=bool), 1.0, 0.1)[None]
    sold = flows.sum(axis=2)
    use = np.minimum(accounts.use.sum(axis=2) / home[None], 0.15)[:, :, None] * np.minimum(
        sold[None], sold[:, None]
    )
    share = np.repeat(accounts.labour_share[:, :1], n, axis=1)
    return blocs.World.from_flows(flows, use, labour_share=share)
