"""Worlds without an equilibrium because a unit of output takes more than a unit: found, proven, and only then."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator
from property.inputs import least_inputs
from property.worlds import LARGE, SMALL, Traits, generators, random_world

import blocs
from blocs.engine.assemble import problem_of
from blocs.engine.elasticities import Closure
from blocs.engine.productive import unproductive
from blocs.engine.shocks import Shocks
from blocs.world.accounts import Floats


def complements(theta: float, sigma: float) -> blocs.Elasticities:
    return blocs.Elasticities(theta, sigma, sigma, 0.5, 0.9)


def stuck(
    world: blocs.World, el: blocs.Elasticities, availability: Floats
) -> tuple[tuple[int, ...], float] | None:
    shocks = Shocks(availability=availability)
    return unproductive(problem_of(world, shocks, el, Closure.FIXED, blocs.Horizon.SHORT))


def apart(world: blocs.World, first: int) -> Floats:
    """Return availability in a world whose first regions trade with each other only, the others among themselves."""
    out = np.ones(world.accounts.flows.shape)
    out[:, :first, first:] = out[:, first:, :first] = 0.0
    return out


@given(generators(), st.floats(0.3, 3.0), st.sampled_from([0.05, 0.3, 0.6]))
def test_a_region_alone_is_stuck_where_its_own_least_inputs_exceed_one(
    random: Generator, theta: float, sigma: float
) -> None:
    """Against the eigenvalue of the same condition; away from one, where the power method has long settled."""
    world = random_world(random, SMALL, Traits(zeros=False, tariffs=False))
    el = complements(theta, sigma)
    each = np.zeros(world.accounts.flows.shape)
    each[:, range(3), range(3)] = 1.0
    takes = [least_inputs(world, region, el) for region in world.regions]
    if min(abs(t - 1.0) for t in takes) < 0.02:
        return
    found = stuck(world, el, each)
    if max(takes) < 1.0:
        assert found is None
    else:
        assert found is not None
        regions, units = found
        assert 1.0 < units <= max(takes) * (1.0 + 1e-9)
        assert all(takes[j] > 1.0 for j in regions)


@given(generators(), st.floats(0.15, 0.6))
def test_no_world_with_an_equilibrium_is_called_stuck(random: Generator, theta: float) -> None:
    """Two parts of a world that part: where the solver converges, the proof must fail."""
    world = random_world(random, LARGE, Traits(zeros=False))
    el, open_ = complements(theta, 0.3), apart(world, 2)
    outcome = blocs.solve(
        world, availability=open_, elasticities=el, horizon=blocs.Horizon.SHORT,
        solver=blocs.Anderson(fallback=None),
    )  # fmt: skip
    found = stuck(outcome.base, el, open_)
    assert outcome.status.converged == (found is None) or outcome.status.verdict.value == "stalled"
    if found is not None:
        assert outcome.status.verdict.value == "infeasible"
        assert "cannot cover their costs at any prices" in outcome.status.message


@pytest.mark.parametrize("sigma", [1.0, 1.4])
def test_substitutes_are_never_stuck(sigma: float) -> None:
    world = random_world(np.random.default_rng(3), SMALL, Traits(zeros=False))
    each = np.zeros(world.accounts.flows.shape)
    each[:, range(3), range(3)] = 1.0
    assert stuck(world, complements(0.3, 0.05), each) is not None
    assert stuck(world, blocs.Elasticities(0.3, 0.05, sigma, 0.5, 0.9), each) is None


def test_the_base_is_productive_at_all_horizons(world50: blocs.World) -> None:
    """A world that is observed covers its costs, and the check takes two sweeps to see it."""
    for horizon in blocs.Horizon:
        el = blocs.Elasticities.load("fontagne2022", horizon)
        assert stuck(world50, el, np.ones(world50.accounts.flows.shape)) is None
