"""Implicit derivatives are the central differences of the exact solution, in both modes, at any outcome."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.random import Generator
from property.test_by_user import with_users
from property.worlds import LARGE, SMALL, Traits, cube, random_shocks, random_world

import blocs
from blocs.engine.derivatives import RESULTS, SHOCKS
from blocs.engine.shocks import ADDITIVE, AXES
from blocs.world.accounts import Floats

TIGHT = blocs.Anderson(tolerance=1e-12, fallback=None)
EL = blocs.Elasticities(3.0, 0.7, 0.5, 1.0, 1.3)
STEP = 5e-5


def direction(random: Generator, world: blocs.World, name: str) -> Floats:
    sizes = {"good": len(world.sectors), "user": len(world.sectors)}
    out = random.normal(size=[sizes.get(axis, len(world.regions)) for axis in AXES[name]])
    if out.ndim == 3:  # home sales are taxed by output_tax
        out *= 1.0 - np.eye(len(world.regions))
    return out


def differences(
    world: blocs.World, shocks: dict[str, Any], name: str, along: Floats, **choices: Any
) -> dict[str, Floats]:
    """Return d result / d step of every result by solving at half a step either way."""
    ends = []
    for step in (STEP, -STEP):
        rate = name in ADDITIVE
        neutral = world.accounts.tariff if name == "tariff" else np.full(along.shape, 0.0 if rate else 1.0)
        base = shocks.get(name, neutral)
        moved = base + step * along if rate else base * np.exp(step * along)
        outcome = blocs.solve(world, solver=TIGHT, **{**shocks, name: moved}, **choices)
        assert outcome.status.residual < 1e-10, outcome.status
        ends.append({of: outcome.regional(of) for of in RESULTS})
    return {of: (ends[0][of] - ends[1][of]) / (2.0 * STEP) for of in RESULTS}


def compare(
    world: blocs.World, shocks: dict[str, Any], names: tuple[str, ...] = SHOCKS, **choices: Any
) -> None:
    random = np.random.default_rng(17)
    outcome = blocs.solve(world, solver=TIGHT, **shocks, **choices)
    assert outcome.status.converged, outcome.status
    for name in names:
        along = direction(random, world, name)
        expected = differences(world, shocks, name, along, **choices)
        for of in RESULTS:
            forward = blocs.jacobian(outcome, of=of, directions={name: along}).values
            scale = np.abs(expected[of]).max()
            np.testing.assert_allclose(forward, expected[of], atol=1e-5 * scale, err_msg=f"{of} by {name}")
            j = len(world.regions) - 1
            row = blocs.gradient(outcome, of=of, region=world.regions[j], wrt=name).values
            np.testing.assert_allclose((row * along).sum(), forward[j], atol=1e-6 * scale, err_msg=name)


def moderate(seed: int, world: blocs.World) -> dict[str, Any]:
    shocks: dict[str, Any] = random_shocks(np.random.default_rng(seed), world)
    del shocks["demand_shift"]
    return shocks


def capped(seed: int, world: blocs.World) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    quota = cube(random, world, 0.4, 1.2, np.inf)
    return {"quota": quota, "quota_rent": random.integers(0, 3, quota.shape)}


@pytest.mark.parametrize("shape", [SMALL, pytest.param(LARGE, marks=pytest.mark.slow)])
@pytest.mark.parametrize("horizon", [blocs.Horizon.SHORT, blocs.Horizon.LONG])
def test_at_the_base(shape: tuple[int, int], horizon: blocs.Horizon) -> None:
    world = random_world(np.random.default_rng(1), shape)
    compare(world, {}, elasticities=EL, horizon=horizon)


@pytest.mark.parametrize("closure", [blocs.Closure.FIXED, blocs.Closure.BALANCED])
def test_where_every_shock_is_in_place(closure: blocs.Closure) -> None:
    world = random_world(np.random.default_rng(2), SMALL)
    compare(world, moderate(3, world), elasticities=EL, closure=closure)


@pytest.mark.parametrize("pass_through", [0.4, 1.0])
def test_under_the_demand_closure(pass_through: float) -> None:
    """With spending a third lower somewhere: away from the kink where full employment ends."""
    world = random_world(np.random.default_rng(4), SMALL)
    demand = blocs.Demand(0.5, pass_through)
    compare(world, moderate(5, world), elasticities=EL, closure=blocs.Closure.DEMAND, demand=demand)


def test_where_quotas_bind() -> None:
    """Some of three kinds of rent, beside tariffs, export taxes, trade costs and all the rest."""
    world = random_world(np.random.default_rng(5), SMALL, Traits(zeros=False))
    shocks = moderate(6, world) | capped(7, world)
    outcome = blocs.solve(world, elasticities=EL, **shocks)
    binding = outcome.licence_price.values > 1e-3
    assert 0 < binding.sum() < np.isfinite(shocks["quota"]).sum()
    compare(world, shocks, elasticities=EL)


@pytest.mark.parametrize(
    "names",
    [
        ("tariff",),
        pytest.param(("trade_cost", "productivity", "demand_shift", "export_tax"), marks=pytest.mark.slow),
    ],
)
def test_by_user(names: tuple[str, ...]) -> None:
    """Every industry buys from origins of its own, in a world whose users differ."""
    world = with_users(random_world(np.random.default_rng(12), SMALL), np.random.default_rng(13))
    compare(world, moderate(14, world), names, elasticities=EL, sourcing=blocs.Sourcing.BY_USER)


def test_in_a_grown_world(world28: blocs.World) -> None:
    """A later year's base is a world like any other; its regions outgrew those of the table's year."""
    rest = [region for region in world28.regions if region not in ("USA", "CHN")]
    goods = [sector for sector in world28.sectors if sector[0] in "ABC"]
    regions = {"USA": ["USA"], "CHN": ["CHN"], "REST": rest}
    sectors = {"goods": goods, "services": [sector for sector in world28.sectors if sector not in goods]}
    grown = world28.grown(2035).aggregate(regions, sectors)
    ratio = grown.accounts.absorption / world28.aggregate(regions, sectors).accounts.absorption
    assert ratio.max() > 1.05 * ratio.min()
    compare(grown, {}, ("tariff", "productivity"), elasticities=EL)


@pytest.mark.parametrize("theta", [0.5, 65.0])
@pytest.mark.parametrize("sigma", [1.0 - 1e-12, 1.0, 1.0 + 1e-12])
def test_at_and_around_cobb_douglas(theta: float, sigma: float) -> None:
    world = random_world(np.random.default_rng(8), SMALL)
    compare(world, {}, ("tariff", "productivity"), elasticities=blocs.Elasticities.uniform(theta, sigma))


@pytest.mark.slow
def test_tariffs_of_the_real_world(world28: blocs.World) -> None:
    compare(world28, {}, ("tariff",))


def test_directions_add_up() -> None:
    world = random_world(np.random.default_rng(9), SMALL)
    random = np.random.default_rng(10)
    moves = {name: direction(random, world, name) for name in SHOCKS}
    outcome = blocs.solve(world, elasticities=EL, solver=TIGHT)
    together = blocs.jacobian(outcome, directions=moves).values
    apart = sum(blocs.jacobian(outcome, directions={name: along}).values for name, along in moves.items())
    np.testing.assert_allclose(together, apart, rtol=1e-7, atol=1e-7)


def test_what_has_no_derivative_is_refused() -> None:
    world = random_world(np.random.default_rng(11), SMALL)
    stalled = blocs.solve(
        world, trade_cost=cube(np.random.default_rng(0), world, 1.5, 1.5, 1.0), elasticities=EL,
        solver=blocs.Anderson(max_iterations=2, fallback=None),
    )  # fmt: skip
    assert not stalled.status.converged
    with pytest.raises(blocs.ConvergenceError):
        blocs.gradient(stalled, region=world.regions[0])
    with pytest.raises(blocs.ConvergenceError):
        blocs.jacobian(stalled, directions={"labour": 1.0})
    outcome = blocs.solve(world, elasticities=EL)
    with pytest.raises(blocs.DataError, match="welfare"):
        blocs.gradient(outcome, of="wellfare", region=world.regions[0])
    with pytest.raises(blocs.DataError, match="tariff"):
        blocs.gradient(outcome, region=world.regions[0], wrt="tarif")
    with pytest.raises(blocs.DataError):
        blocs.gradient(outcome, region="nowhere")
    with pytest.raises(blocs.DataError, match="finite"):
        blocs.jacobian(outcome, directions={"labour": np.nan})
    shifted = blocs.solve(world, demand_shift=np.full(world.accounts.output.shape, 1.1), elasticities=EL)
    with pytest.raises(blocs.DataError, match="demand_shift"):
        blocs.gradient(shifted, region=world.regions[0])
