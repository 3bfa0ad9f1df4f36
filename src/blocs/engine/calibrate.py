"""From a world's accounts to the benchmark shares and home-market feedback the engine works with."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from blocs.engine.elasticities import Sourcing
from blocs.engine.problem import Benchmark
from blocs.engine.update import HomeMarket
from blocs.errors import DataError
from blocs.world.accounts import Accounts, Floats
from blocs.world.world import World

_KNOWN: WeakKeyDictionary[World, dict[Sourcing, tuple[Benchmark, HomeMarket]]] = WeakKeyDictionary()


def calibrate(
    world: World, sourcing: Sourcing = Sourcing.POOLED, near: World | None = None
) -> tuple[Benchmark, HomeMarket]:
    """Return benchmark shares and bills, and the home-market inverses of the solver; computed once per world.

    The inverses only shape a step, so that those of pooled sourcing, or of a world `near` to this one, will do. Raises
    DataError for BY_USER on a world without flows by user.
    """
    known = _KNOWN.setdefault(world, {})
    if sourcing not in known:
        base = benchmark(world.accounts)
        home = home_market(base, world.accounts) if near is None else calibrate(near, sourcing)[1]
        if sourcing is Sourcing.BY_USER:
            base = base._replace(trade_share=shares_by_user(world))
        known[sourcing] = base, home
    return known[sourcing]


def shares_by_user(world: World) -> Floats:
    """Return pi[good, origin, user, destination]: who each industry and, last, final use buys a good from.

    Duty-inclusive, one over origins, 0 where a user does not buy. Final use buys what is left of each flow.
    """
    intermediate = world.intermediate
    if intermediate is None:
        raise DataError(
            f"{world.name} has no flows by user, which sourcing by_user needs; use the world 81x28, give Z= to "
            "World.from_flows, or take pooled sourcing"
        )
    accounts = world.accounts
    flows = intermediate(accounts) if callable(intermediate) else intermediate
    left = np.maximum(accounts.flows - flows.sum(axis=2), 0.0)
    users = np.concatenate([accounts.use, accounts.final[:, None]], axis=1)
    paid = np.concatenate([flows, left[:, :, None]], axis=2)
    paid *= (1.0 + accounts.tariff)[:, :, None, :]
    paid *= (users > 0.0)[:, None]
    return _share(paid, paid.sum(axis=1, keepdims=True))


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
