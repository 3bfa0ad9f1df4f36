"""The engine equals an independent, naive solver of the same equations on random worlds and shocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import Generator
from property.oracle import Oracle
from property.worlds import SMALL, elasticities, generators, random_shocks, worlds

import blocs

TIGHT = blocs.Anderson(tolerance=1e-11)


@given(worlds((SMALL,)), generators(), elasticities(), st.sampled_from(blocs.Horizon))
@settings(max_examples=15)
def test_engine_equals_the_oracle_under_every_kind_of_shock(
    world: blocs.World, random: Generator, el: blocs.Elasticities, horizon: blocs.Horizon
) -> None:
    _compare(world, random, el, horizon)


@pytest.mark.slow
@given(worlds((SMALL,)), generators(), elasticities(), st.sampled_from(blocs.Horizon))
@settings(max_examples=150)
def test_engine_equals_the_oracle_on_many_worlds(
    world: blocs.World, random: Generator, el: blocs.Elasticities, horizon: blocs.Horizon
) -> None:
    _compare(world, random, el, horizon)


def _compare(world: blocs.World, random: Generator, el: blocs.Elasticities, horizon: blocs.Horizon) -> None:
    shocks = random_shocks(random, world)
    outcome = blocs.solve(world, elasticities=el, horizon=horizon, solver=TIGHT, **shocks)
    assert outcome.status.converged, outcome.status
    world = outcome.base  # purged of deficits where the shocks cut a region off
    truth = Oracle(world, el, mobile=horizon.mobile_capital, **shocks).solve()
    used = world.accounts.output > 0.0
    np.testing.assert_allclose(outcome.wage.values, truth.wage, rtol=1e-7)
    np.testing.assert_allclose(outcome.producer_price.values[used], truth.cost[used], rtol=1e-7)
    np.testing.assert_allclose(outcome.price_index.values, truth.consumer, rtol=1e-7)
    np.testing.assert_allclose(outcome.flows.values, truth.flows, rtol=1e-7, atol=1e-9 * truth.flows.max())
    real_income = truth.income / truth.consumer / (world.accounts.absorption - world.accounts.deficit)
    np.testing.assert_allclose(outcome.real_income.values, 100.0 * (real_income - 1.0), atol=1e-5)
