"""Gradients of players' welfare equal finite differences, and the regional gradient of the engine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import Generator
from property.worlds import SMALL, cube, elasticities, generators, worlds

import blocs
from blocs.engine.payoffs import policy_gradient
from blocs.errors import ConvergenceError, DataError

TIGHT = blocs.Anderson(tolerance=1e-12)


def usd(world: blocs.World, weights: np.ndarray, el: blocs.Elasticities, **policy: np.ndarray) -> float:
    outcome = blocs.solve(world, elasticities=el, solver=TIGHT, **policy)
    return float(weights @ (outcome.welfare.values / 100.0 * outcome.base.accounts.absorption))


@given(
    worlds((SMALL,), deficits=False), elasticities(), generators(), st.sampled_from(["tariff", "export_tax"])
)
@settings(max_examples=12)
def test_gradient_is_the_finite_difference(
    world: blocs.World, el: blocs.Elasticities, random: Generator, name: str
) -> None:
    """Along a random direction of all tariffs or export taxes, for a union and a single region; 1e-5."""
    policy = {"tariff": cube(random, world, 0.0, 0.4, 0.0), "export_tax": cube(random, world, 0.0, 0.2, 0.0)}
    outcome = blocs.solve(world, elasticities=el, solver=TIGHT, **policy)
    weights = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    gradient = getattr(policy_gradient(outcome, weights), name)
    direction = cube(random, world, -1.0, 1.0, 0.0)
    h = 1e-4
    for row, weight in zip(gradient, weights, strict=True):
        ahead, behind = (
            usd(world, weight, el, **(policy | {name: policy[name] + step * direction})) for step in (h, -h)
        )
        exact = float((row * direction).sum())
        scale = float(np.abs(row * direction).sum())
        assert exact == pytest.approx((ahead - behind) / (2.0 * h), abs=1e-5 * scale + 1e-5)


@given(worlds((SMALL,)), generators())
@settings(max_examples=8)
def test_gradient_of_one_region_is_the_engines(world: blocs.World, random: Generator) -> None:
    outcome = blocs.solve(
        world, tariff=cube(random, world, 0.0, 0.4, 0.0), elasticities=blocs.Elasticities(4.0), solver=TIGHT
    )
    ours = policy_gradient(outcome, np.eye(3)[:1])
    again = policy_gradient(outcome, np.eye(3)[:1], start=ours)  # from its own solution
    scale = outcome.base.accounts.absorption[0] / 100.0
    for name in ("tariff", "export_tax"):
        theirs = blocs.gradient(outcome, region=world.regions[0], wrt=name).values * scale
        limit = 1e-8 * np.abs(theirs).max()
        np.testing.assert_allclose(getattr(ours, name)[0], theirs, atol=limit)
        np.testing.assert_allclose(getattr(again, name)[0], theirs, atol=limit)


def test_gradient_refuses_what_it_cannot_do() -> None:
    flows = np.full((1, 2, 2), 25.0)
    world = blocs.World.from_flows(flows, np.zeros((1, 1, 2)))
    outcome = blocs.solve(world, elasticities=blocs.Elasticities(4.0))
    with pytest.raises(DataError, match="2 regions"):
        policy_gradient(outcome, np.ones((1, 3)))
    with pytest.raises(DataError, match="finite"):
        policy_gradient(outcome, np.full((1, 2), np.nan))
    shifted = blocs.solve(world, demand_shift=np.ones((1, 2)), elasticities=blocs.Elasticities(4.0))
    with pytest.raises(DataError, match="tastes"):
        policy_gradient(shifted, np.eye(2))
    stuck = blocs.solve(
        world, tariff=np.array([[[0.0, 0.5], [0.5, 0.0]]]), elasticities=blocs.Elasticities(4.0),
        solver=blocs.Anderson(max_iterations=1, tolerance=1e-14, fallback=None),
    )  # fmt: skip
    with pytest.raises(ConvergenceError):
        policy_gradient(stuck, np.eye(2))
