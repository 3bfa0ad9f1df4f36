"""Where a solve begins changes how long it takes, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from numpy.random import Generator
from property.audit import assert_same
from property.worlds import (
    LARGE,
    cube,
    elasticities,
    generators,
    random_shocks,
    random_world,
    worlds,
)

import blocs
from blocs.engine.outcome import REGIONAL

TIGHT = blocs.Anderson(tolerance=1e-12)


@given(worlds(), generators(), elasticities())
def test_a_warm_start_ends_where_a_cold_one_does(
    world: blocs.World, random: Generator, el: blocs.Elasticities
) -> None:
    first = blocs.solve(world, trade_cost=cube(random, world, 1.0, 1.2, 1.0), elasticities=el)
    shocks = random_shocks(random, world)
    cold = blocs.solve(world, elasticities=el, solver=TIGHT, **shocks)
    assert_same(cold, blocs.solve(world, elasticities=el, solver=TIGHT, start=first, **shocks))


def test_a_chain_of_starts_stays_as_quick_as_its_first_link() -> None:
    world = blocs.load_world("81x28")
    kept = ["USA", "CHN", "DEU", "JPN", "MEX", "VNM"]
    rest = [code for code in world.regions if code not in kept]
    small = world.aggregate(regions={**{code: [code] for code in kept}, "REST": rest})
    elasticities = blocs.Elasticities.load("fontagne2022")
    at = small.accounts.tariff.copy()
    goods, usa, china = slice(0, -1), small.region_index("USA"), small.region_index("CHN")
    last = blocs.solve(small, elasticities=elasticities)
    taken = []
    for step in range(25):
        at[goods, china, usa] += 0.01 * (1.0 + 0.3 * np.sin(step))
        last = blocs.solve(small, tariff=at, elasticities=elasticities, start=last)
        taken.append(last.status.iterations)
    cold = blocs.solve(small, tariff=at, elasticities=elasticities)
    assert max(taken[5:]) <= cold.status.iterations
    assert_same(cold, last, atol=1e-6)


def test_a_balanced_start_tells_where_the_deficits_were_purged() -> None:
    """Other elasticities purge to another base: found from the neighbour's in fewer steps, and the same."""
    world = random_world(np.random.default_rng(31), LARGE)
    shocks = {"tariff": world.accounts.tariff + 0.1 * (1.0 - np.eye(6))[None]}

    def at(sigma: float, start: blocs.Outcome | None = None) -> blocs.Outcome:
        el = blocs.Elasticities(4.0, sigma, 0.5, 1.0, 1.2)
        outcome = blocs.solve(world, elasticities=el, closure=blocs.Closure.BALANCED, start=start, **shocks)
        assert outcome.status.converged
        assert outcome.purged is not None
        return outcome

    near = at(0.7)
    alone, helped = at(0.75), at(0.75, near)
    assert alone.purged is not None
    assert helped.purged is not None
    assert helped.purged.status.iterations < alone.purged.status.iterations
    assert helped.base.accounts.deficit == pytest.approx(alone.base.accounts.deficit, abs=1e-6)
    for name in REGIONAL:
        np.testing.assert_allclose(helped.regional(name), alone.regional(name), atol=1e-6, err_msg=name)
    assert at(0.7, near).base is near.base  # the same purge is not done twice
