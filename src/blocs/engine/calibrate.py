"""From a world's accounts to the benchmark shares and home-market feedback the engine works with."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import jax
import numpy as np

from blocs.engine.problem import Benchmark
from blocs.engine.runtime import float64
from blocs.engine.update import HomeMarket
from blocs.world.accounts import Accounts, Floats
from blocs.world.world import World

_KNOWN: WeakKeyDictionary[World, tuple[Benchmark, HomeMarket]] = WeakKeyDictionary()


def calibrate(world: World) -> tuple[Benchmark, HomeMarket]:
    """Return benchmark shares and bills, and the home-market inverses of the solver; computed once per world."""
    if world not in _KNOWN:
        base = benchmark(world.accounts)
        with float64():  # kept where the engine computes, so that a solve need not copy them again
            _KNOWN[world] = jax.device_put((base, home_market(base, world.accounts)))
    return _KNOWN[world]


def benchmark(accounts: Accounts) -> Benchmark:
    """Return the shares of docs/engine.md from the accounts; empty industries get beta = 1, unused goods pi = 0."""
    inputs = accounts.use.sum(axis=0)
    spending = accounts.flows * (1.0 + accounts.tariff)
    value_added = accounts.value_added
    return Benchmark(
        trade_share=_share(spending, spending.sum(axis=1, keepdims=True)),
        materials_share=np.ascontiguousarray(_share(accounts.use, inputs[None]).transpose(2, 0, 1)),
        final_share=_share(accounts.final, accounts.absorption[None]),
        value_added_share=_share(value_added, accounts.output, empty=1.0),
        labour_share=np.asarray(accounts.labour_share),
        output=accounts.output,
        labour=(value_added * accounts.labour_share).sum(axis=0),
        capital=value_added * (1.0 - accounts.labour_share),
        absorption=accounts.absorption,
        deficit=accounts.deficit,
    )


def home_market(base: Benchmark, accounts: Accounts) -> HomeMarket:
    """Return each region's inverted home market at the benchmark (see `update`)."""
    home = np.einsum("sjj->sj", base.trade_share)
    identity = np.eye(home.shape[0])[None]
    inputs = np.einsum("kj,jsk->jsk", 1.0 - base.value_added_share, base.materials_share)
    cost = np.einsum("jsk,sj->jks", inputs, home)
    # home sales net of home duty: aggregated regions may levy duty on trade between their members
    net_home = _share(np.einsum("sjj->sj", accounts.flows), accounts.spending)
    demand = np.einsum("jsk,kj,sj->jsk", inputs, base.output, net_home)
    demand = _share(demand, base.output.T[:, :, None])
    sold = _share(accounts.flows, accounts.output[:, :, None])
    return HomeMarket(
        cost_inverse=np.linalg.inv(identity - cost),
        output_inverse=np.linalg.inv(identity - demand),
        final_home=_share(base.final_share * base.absorption * net_home, base.output),
        exposure=np.einsum("sij,sij->si", sold, 1.0 - base.trade_share),
    )


def _share(part: Floats, whole: Floats, empty: float = 0.0) -> Floats:
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.full(part.shape, empty), where=whole > 0.0)
