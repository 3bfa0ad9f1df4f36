"""Sourcing by user: each industry and final use with import shares of its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import Generator
from property.oracle import OracleByUser
from property.worlds import SMALL, cube, elasticities, generators, random_shocks, random_world, worlds

import blocs
from blocs.engine.outcome import REGIONAL
from blocs.world.accounts import Floats

TIGHT = blocs.Anderson(tolerance=1e-11)
BY_USER = blocs.Sourcing.BY_USER


def pooled_flows(world: blocs.World) -> Floats:
    """Return Z of a world in which all users buy from the same origins in the same shares."""
    accounts = world.accounts
    spending = accounts.spending
    part = np.divide(
        accounts.use, spending[:, None], out=np.zeros_like(accounts.use), where=spending[:, None] > 0.0
    )
    return accounts.flows[:, :, None] * part[:, None]


def carrying(world: blocs.World, flows: Floats) -> blocs.World:
    """Return `world` with flows by user."""
    accounts = world.accounts
    return blocs.World.from_flows(
        accounts.flows, accounts.use, tariff=accounts.tariff, labour_share=accounts.labour_share, Z=flows,
        name=world.name,
    )  # fmt: skip


def with_users(world: blocs.World, random: Generator) -> blocs.World:
    """Return a random world whose users differ: half-way from pooled to random shares that meet every margin."""
    accounts = world.accounts
    users = np.concatenate([accounts.use, accounts.final[:, None]], axis=1)
    by_origin = accounts.flows * (1.0 + accounts.tariff)
    shape = (*by_origin.shape[:2], users.shape[1], by_origin.shape[2])
    table = np.exp(random.normal(0.0, 1.0, shape)) * (by_origin[:, :, None] > 0.0) * (users[:, None] > 0.0)

    def over(part: Floats, whole: Floats) -> Floats:
        return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0.0)

    for _ in range(3_000):
        table *= over(by_origin, table.sum(axis=2))[:, :, None]
        table *= over(users, table.sum(axis=1))[:, None]
    flows = table[:, :, :-1] / (1.0 + accounts.tariff)[:, :, None]
    return carrying(world, 0.5 * (flows + pooled_flows(world)))


@given(worlds((SMALL,)), generators(), elasticities(), st.sampled_from(blocs.Horizon))
@settings(max_examples=10)
def test_equal_shares_of_all_users_are_pooled_sourcing(
    world: blocs.World, random: Generator, el: blocs.Elasticities, horizon: blocs.Horizon
) -> None:
    shocks = random_shocks(random, world) | {"quota": cube(random, world, 0.6, 1.4, np.inf)}
    carries = carrying(world, pooled_flows(world))
    pooled, by_user = (
        blocs.solve(carries, elasticities=el, horizon=horizon, sourcing=sourcing, solver=TIGHT, **shocks)
        for sourcing in blocs.Sourcing
    )
    assert pooled.status.converged, pooled.status
    assert by_user.status.converged, by_user.status
    for name in REGIONAL:
        np.testing.assert_allclose(by_user.regional(name), pooled.regional(name), atol=1e-6, err_msg=name)
    np.testing.assert_allclose(by_user.by_user, pooled.by_user, atol=1e-7 * pooled.flows.values.max())


@given(worlds((SMALL,)), generators(), elasticities(), st.sampled_from(blocs.Horizon))
@settings(max_examples=10)
def test_engine_equals_the_oracle_by_user(
    world: blocs.World, random: Generator, el: blocs.Elasticities, horizon: blocs.Horizon
) -> None:
    world = with_users(world, random)
    shocks = random_shocks(random, world)
    outcome = blocs.solve(world, elasticities=el, horizon=horizon, sourcing=BY_USER, solver=TIGHT, **shocks)
    assert outcome.status.converged, outcome.status
    world = outcome.base  # purged of deficits where the shocks cut a region off
    assert world.Z is not None
    truth = OracleByUser(world, el, world.Z.values, mobile=horizon.mobile_capital, **shocks).solve()
    used = world.accounts.output > 0.0
    np.testing.assert_allclose(outcome.wage.values, truth.wage, rtol=1e-7)
    np.testing.assert_allclose(outcome.producer_price.values[used], truth.cost[used], rtol=1e-7)
    np.testing.assert_allclose(outcome.price_index.values, truth.consumer, rtol=1e-7)
    np.testing.assert_allclose(outcome.flows.values, truth.flows, rtol=1e-7, atol=1e-9 * truth.flows.max())


@given(worlds((SMALL,)), generators())
@settings(max_examples=10)
def test_no_shock_changes_nothing_and_the_solved_world_is_a_base(
    world: blocs.World, random: Generator
) -> None:
    """A solved by-user world carries its own flows by user: solving it without a shock changes nothing."""
    world = with_users(world, random)
    el = blocs.Elasticities(3.0, 0.7, 0.5, 1.0, 1.3)
    still = blocs.solve(world, elasticities=el, sourcing=BY_USER, solver=TIGHT)
    for name in REGIONAL:
        np.testing.assert_allclose(still.regional(name), 0.0, atol=1e-7)
    moved = blocs.solve(
        world, elasticities=el, sourcing=BY_USER, solver=TIGHT, tariff=cube(random, world, 0.0, 0.5, 0.0)
    )
    again = blocs.solve(moved.world(), elasticities=el, sourcing=BY_USER, solver=TIGHT)
    assert again.status.converged
    for name in REGIONAL:
        np.testing.assert_allclose(again.regional(name), 0.0, atol=1e-6)
    # value: what industries and final buyers buy sums to what is sold, and trade balances up to deficits
    balance = moved.flows.values.sum(axis=(0, 2)) - moved.flows.values.sum(axis=(0, 1))
    np.testing.assert_allclose(balance, -world.accounts.deficit, atol=1e-6 * world.accounts.absorption.max())


def test_quotas_bind_on_the_flow_of_all_users() -> None:
    world = with_users(random_world(np.random.default_rng(3)), np.random.default_rng(4))
    quota = np.full(world.accounts.flows.shape, np.inf)
    quota[0, 0, 1] = 0.5
    outcome = blocs.solve(
        world, quota=quota, elasticities=blocs.Elasticities.uniform(), sourcing=BY_USER, solver=TIGHT
    )
    assert outcome.status.converged, outcome.status
    assert outcome.licence_price.values[0, 0, 1] > 1.0
    volume = outcome.flows.values / outcome.producer_price.values[:, :, None]
    np.testing.assert_allclose(volume[0, 0, 1], 0.5 * world.accounts.flows[0, 0, 1], rtol=1e-8)


def test_a_user_that_loses_all_its_suppliers_is_named() -> None:
    world = random_world(np.random.default_rng(3))
    flows = pooled_flows(world)
    # industry S1 of R2 buys good S1 at home and from R1 only; final use buys what it leaves
    moved = flows[0, 2, 0, 1]
    flows[0, 2, 0, 1], flows[0, 0, 0, 1] = 0.0, flows[0, 0, 0, 1] + moved
    flows[0, 0, 0, 1] += flows[0, 1, 0, 1]
    flows[0, 1, 0, 1] = 0.0
    accounts = world.accounts
    bare = blocs.World.from_flows(
        np.where(flows.sum(axis=2) > accounts.flows, flows.sum(axis=2) * 1.1, accounts.flows),
        flows.sum(axis=1), Z=flows,
    )  # fmt: skip
    availability = np.ones(accounts.flows.shape)
    availability[0, 0, 1] = 0.0
    el = blocs.Elasticities.uniform(4.0, 0.5)
    outcome = blocs.solve(bare, availability=availability, elasticities=el, sourcing=BY_USER)
    assert outcome.status.verdict.value == "infeasible"
    assert "industry S1" in outcome.status.message
    assert blocs.solve(bare, availability=availability, elasticities=el).status.verdict.value != "infeasible"


def test_a_world_without_flows_by_user_is_refused(world50: blocs.World) -> None:
    with pytest.raises(blocs.errors.DataError, match="81x28"):
        blocs.solve(world50, sourcing=BY_USER)
    with pytest.raises(blocs.errors.DataError, match=r"Sourcing\.POOLED, Sourcing\.BY_USER"):
        blocs.solve(world50, sourcing="by_user")  # pyright: ignore[reportArgumentType] - the mistake under test
