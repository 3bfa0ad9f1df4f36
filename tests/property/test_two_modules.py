"""NumPy, which solves, and JAX, which differentiates, evaluate the same equations at any point, solved or not."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from numpy.random import Generator
from property.worlds import SMALL, random_shocks, random_world

import blocs
from blocs.engine.assemble import problem_of
from blocs.engine.calibrate import calibrate
from blocs.engine.elasticities import Closure, Demand, Horizon, Sourcing
from blocs.engine.problem import Problem, State, Sweep, fold, sweep
from blocs.engine.runtime import float64
from blocs.engine.shocks import Shocks
from blocs.engine.update import HomeMarket, next_guess, reach

CASES: dict[str, dict[str, Any]] = {
    "long": {},
    "short": {"horizon": Horizon.SHORT},
    "proportional": {"closure": Closure.PROPORTIONAL},
    "demand": {"closure": Closure.DEMAND, "demand": Demand(propensity=0.6, pass_through=0.3)},
    "cobb_douglas": {"sigma": 1.0},
    "by_user": {"sourcing": Sourcing.BY_USER},
    "quotas": {"quotas": True},
    "bills": {"bills": True},
}


def evaluate(state: State, problem: Problem, home: HomeMarket) -> tuple[Sweep, State]:
    seen = sweep(state, fold(problem), problem)
    return seen, next_guess(state, seen, problem, reach(problem, home))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_both_modules_see_the_same(case: str, seed: int) -> None:
    """To rounding, for every closure, horizon, sourcing and kind of shock."""
    random = np.random.default_rng(seed)
    problem, home = drawn(random, dict(CASES[case]))
    state = nearby(random, problem)
    with np.errstate(all="ignore"):
        ours = evaluate(state, problem, home)
    with float64():
        theirs = jax.jit(evaluate)(state, problem, home)
    for name, one, two in zip(Sweep._fields, ours[0], theirs[0], strict=True):
        if name == "implied":
            same(State._fields, one, two, 1e-11)
        else:
            np.testing.assert_allclose(one, two, rtol=1e-10, atol=1e-12 * ours[0].income.max(), err_msg=name)
    same(State._fields, ours[1], theirs[1], 1e-10)


def same(names: tuple[str, ...], ours: State, theirs: State, atol: float) -> None:
    for name, one, two in zip(names, ours, theirs, strict=True):
        np.testing.assert_allclose(one, two, atol=atol, rtol=0.0, err_msg=name)


def nearby(random: Generator, problem: Problem) -> State:
    """Return a state off the base, with licences on the capped cells."""
    shape = problem.benchmark.output.shape
    logs = [random.normal(0.0, 0.2, size) for size in (shape[1], shape, shape, shape, shape[1])]
    live = problem.wedges.quotas.live
    return State(*logs, licence=np.where(live, random.exponential(0.1, live.shape), 0.0))


def drawn(random: Generator, choices: dict[str, Any]) -> tuple[Problem, HomeMarket]:
    world = random_world(random, SMALL)
    sourcing = choices.get("sourcing", Sourcing.POOLED)
    if sourcing is Sourcing.BY_USER:
        world = with_users(random, world)
    changes = {} if choices.get("closure") is Closure.PROPORTIONAL else random_shocks(random, world)
    if choices.get("quotas"):
        quota = random.uniform(0.3, 1.5, world.accounts.flows.shape)
        quota[:, range(len(world.regions)), range(len(world.regions))] = np.inf
        changes |= {"quota": quota, "quota_rent": random.integers(0, 3, quota.shape).astype(float)}
    if choices.get("bills"):
        changes |= bills(random, world)
    sigma = choices.get("sigma")
    nests = (0.7, 0.5, 1.2, 1.3) if sigma is None else (sigma,) * 4
    problem = problem_of(
        world,
        Shocks.of(world, **changes),
        blocs.Elasticities(3.0, *nests),
        choices.get("closure", Closure.FIXED),
        choices.get("horizon", Horizon.LONG),
        choices.get("demand"),
        sourcing,
    )
    return problem, calibrate(world, sourcing)[1]


def with_users(random: Generator, world: blocs.World) -> blocs.World:
    """Return the world with a table of who buys from whom, users unlike each other."""
    accounts = world.accounts
    taste = random.uniform(
        0.5, 1.5, (len(world.sectors), len(world.regions), len(world.sectors), len(world.regions))
    )
    part = accounts.use / np.maximum(accounts.spending[:, None], 1e-12)
    flows = accounts.flows[:, :, None] * part[:, None] * 0.5 * taste
    use = (flows * (1.0 + accounts.tariff)[:, :, None]).sum(axis=1)
    return blocs.World.from_flows(
        accounts.flows,
        use,
        tariff=accounts.tariff,
        labour_share=accounts.labour_share,
        Z=flows,
        name="by user",
    )


def bills(random: Generator, world: blocs.World) -> dict[str, np.ndarray]:
    """Return bills of all four channels that arrive in full."""
    goods, regions = world.accounts.output.shape
    income = random.random((4, regions, regions))
    bought = random.random((4, goods, regions))
    whole = income.sum(axis=1) + bought.sum(axis=1)
    return {
        "bill_share": random.uniform(0.0, 0.05, (4, goods, regions)),
        "bill_income": income / whole[:, None],
        "bill_goods": bought / whole[:, None],
    }
