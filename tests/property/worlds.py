"""Random balanced worlds of a few fixed shapes (every new shape costs a compilation)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.random import Generator

import blocs
from blocs.world.accounts import Floats

SMALL, LARGE, ONE_SECTOR, PAIR = (3, 2), (6, 5), (4, 1), (2, 1)  # (regions, sectors)


@dataclass(frozen=True)
class Traits:
    """What a random world has."""

    tariffs: bool = True
    deficits: bool = True
    capital: bool = True
    zeros: bool = True  # missing flows, an industry that does not exist, a good that a region does not use
    materials: bool = True


def traits(**fixed: bool) -> st.SearchStrategy[Traits]:
    names = ("tariffs", "deficits", "capital", "zeros", "materials")
    return st.builds(
        Traits, **{name: st.just(fixed[name]) if name in fixed else st.booleans() for name in names}
    )


@st.composite
def worlds(
    draw: st.DrawFn, shapes: tuple[tuple[int, int], ...] = (SMALL, LARGE), **fixed: bool
) -> blocs.World:
    """Draw a balanced world of one of `shapes` with random or `fixed` traits."""
    shape = draw(st.sampled_from(shapes))
    return random_world(draw(generators()), shape, draw(traits(**fixed)))


def generators() -> st.SearchStrategy[Generator]:
    return st.integers(0, 2**32 - 1).map(np.random.default_rng)


@st.composite
def elasticities(draw: st.DrawFn, sigma: float | None = None) -> blocs.Elasticities:
    """Draw theta in 1..8 and nest elasticities that include exact Cobb-Douglas."""
    nest = st.sampled_from([0.2, 0.7, 1.0, 1.3]) if sigma is None else st.just(sigma)
    return blocs.Elasticities(draw(st.floats(1.0, 8.0)), *(draw(nest) for _ in range(4)))


def random_world(random: Generator, shape: tuple[int, int] = SMALL, has: Traits = Traits()) -> blocs.World:
    """Return a world with lognormal flows, home sales about as large as trade, and the traits asked for."""
    regions, sectors = shape
    flows = np.exp(random.normal(3.0, 1.0, (sectors, regions, regions)))
    flows[:, range(regions), range(regions)] *= 2.0 * regions
    if has.zeros and sectors > 1:
        flows = _with_zeros(flows, random)
    tariff = random.uniform(0.0, 0.4, flows.shape) * (random.random(flows.shape) < 0.7) * has.tariffs
    tariff[:, range(regions), range(regions)] = 0.0
    # half-way to balance: a surplus above income has no equilibrium after some shocks
    flows = 0.5 * (flows + _trade_balanced(flows)) if has.deficits else _trade_balanced(flows)
    return blocs.World.from_flows(
        flows,
        _use(flows, tariff, random) * has.materials,
        tariff=tariff,
        labour_share=random.uniform(0.3, 0.9, (sectors, regions)) if has.capital else None,
        name=f"random {regions}x{sectors}",
    )


def cube(random: Generator, world: blocs.World, low: float, high: float, home: float) -> Floats:
    """Return random (good, origin, destination) numbers with `home` on the diagonal."""
    out = random.uniform(low, high, world.accounts.flows.shape)
    each = range(len(world.regions))
    out[:, each, each] = home
    return out


def random_shocks(random: Generator, world: blocs.World, *, taxes: bool = True) -> dict[str, Floats]:
    """Return moderate random changes of every kind, as keyword arguments of `blocs.solve`."""
    industry = world.accounts.output.shape
    transfer = random.normal(0.0, 0.01, industry[1]) * world.accounts.absorption.min()
    shocks = {
        "tariff": cube(random, world, 0.0, 0.5, 0.0),
        "trade_cost": cube(random, world, 0.9, 1.3, 1.0),
        "availability": cube(random, world, 0.5, 1.5, 1.0),
        "productivity": random.uniform(0.9, 1.1, industry),
        "input_cost": random.uniform(1.0, 1.1, industry),
        "demand_shift": random.uniform(0.7, 1.4, industry),
        "labour": random.uniform(0.9, 1.1, industry[1]),
        "capital": random.uniform(0.9, 1.1, industry),
        "transfer": transfer - transfer.mean(),
    }
    if taxes:
        shocks["export_tax"] = cube(random, world, -0.05, 0.3, 0.0)
        shocks["output_tax"] = random.uniform(-0.05, 0.2, industry)
    return shocks


def _with_zeros(flows: Floats, random: Generator) -> Floats:
    """Drop some flows, one industry and one use of a good; the first good keeps the world connected."""
    goods, regions = flows.shape[:2]
    keep = random.random(flows.shape) < 0.7
    keep[0] = True
    keep[:, range(regions), range(regions)] = True
    flows = flows * keep
    flows[random.integers(1, goods), random.integers(regions), :] = 0.0
    flows[random.integers(1, goods), :, random.integers(regions)] = 0.0
    return flows


def _use(flows: Floats, tariff: Floats, random: Generator) -> Floats:
    """Return purchases of industries that leave final use of each good and value added in each industry."""
    spending, output = (flows * (1.0 + tariff)).sum(axis=1), flows.sum(axis=2)
    use = random.uniform(0.1, 1.0, (flows.shape[0], flows.shape[0], flows.shape[1]))
    use *= (output > 0.0)[None] * (spending > 0.0)[:, None]
    use *= _over(0.8 * spending, use.sum(axis=1))[:, None]
    return use * np.minimum(_over(0.7 * output, use.sum(axis=0)), 1.0)[None]


def _trade_balanced(flows: Floats) -> Floats:
    """Scale each region's sales up and purchases down until exports equal imports everywhere."""
    regions = flows.shape[1]
    abroad = 1.0 - np.eye(regions)
    for _ in range(5_000):
        crossing = flows.sum(axis=0) * abroad
        factor = np.sqrt(crossing.sum(axis=0) / crossing.sum(axis=1))
        flows = flows * factor[None, :, None] / factor[None, None, :]
        if np.abs(np.log(factor)).max() < 1e-15:
            break
    return flows


def _over(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0.0)
