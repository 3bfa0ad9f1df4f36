"""Quotas by complementarity: a licence price that is positive only where a cap binds (DESIGN 5.1).

A capped cell (good, origin, destination) may deliver at most `cap` times its base volume. Its licence u >= 0 raises
the delivered price to exp(u) times what it would be, and

    u >= 0,   volume <= cap * base volume,   u (cap * base volume - volume) = 0.

The rent goes to the exporter (like an export duty), to the importer (like an import duty), or to nobody (like an
iceberg cost: it is used up).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from blocs.engine.arrays import Array, module_of
from blocs.engine.prices import TradeNest

if TYPE_CHECKING:
    from blocs.engine.problem import State

Leaf: TypeAlias = Any

EXPORTER, IMPORTER, NOBODY = 0, 1, 2  # who keeps the rent


class Quotas(NamedTuple):
    """Capped cells as a list, padded with `live` = False at its end; all (cell,)."""

    good: Leaf
    origin: Leaf
    destination: Leaf
    log_cap: Leaf  # log of the allowed volume, US$ mn at base prices
    log_cost: Leaf  # log of the iceberg hat on the cell
    rent: Leaf  # EXPORTER, IMPORTER or NOBODY
    live: Leaf


class Capped(NamedTuple):
    """What stays fixed during a solve in NumPy: the live cells, and copies of the nest to write their values into.

    An iteration then costs as much as there are caps, not as there is trade.
    """

    cells: Leaf  # flat indices of (good, origin, destination)
    buyers: Leaf  # flat indices of (good, destination) by cell
    bound: Leaf  # by cell, whether every supplier of the good there is capped
    base: tuple[Leaf, Leaf, Leaf]  # weight, net of duty, at producer on the cells
    scratch: tuple[Leaf, Leaf, Leaf]  # the same on all trade, rewritten on the cells


def prepared(nest: TradeNest, quotas: Quotas) -> TradeNest:
    """Return `nest` ready for licences in NumPy: as it is if nothing is capped."""
    count = np.count_nonzero(quotas.live)
    if count == 0:
        return nest
    s, i, j = (index[:count] for index in (quotas.good, quotas.origin, quotas.destination))
    open_ = nest.weight > 0.0
    open_[s, i, j] = False
    cells = np.ravel_multi_index((s, i, j), open_.shape)
    trade = (nest.weight, nest.net_of_duty, nest.at_producer)
    capped = Capped(
        cells,
        s * open_.shape[2] + j,
        ~open_.any(axis=1)[s, j],
        tuple(cube.ravel()[cells] for cube in trade),
        tuple(cube.copy() for cube in trade),
    )
    return nest._replace(capped=capped)


def with_licences(nest: TradeNest, quotas: Quotas, licence: Array, theta: Array) -> TradeNest:
    """Return the trade nest with licence prices on the capped cells; in NumPy of a `prepared` one, good until the next
    call."""
    if quotas.good.shape[0] == 0:
        return nest
    xp = module_of(licence)
    price = xp.where(quotas.live, licence, 0.0)
    # the lowest licence among suppliers, 0 where one of them is not capped: relative to it no power vanishes
    lowest = _lowest(price, quotas, nest)
    kept = xp.exp(-theta[quotas.good] * (price - lowest[quotas.good, quotas.destination]))
    rent = xp.exp(-price)
    before_duty = xp.where(quotas.rent == IMPORTER, rent, 1.0)
    before_sale = xp.where(quotas.rent == NOBODY, 1.0, rent)
    factors = (kept, kept * before_duty, kept * before_sale)
    weight, net, at_producer = _on_cells(factors, quotas, nest)
    return nest._replace(
        weight=weight, net_of_duty=net, at_producer=at_producer, floor=nest.floor + lowest, taxed_exports=True
    )


def _lowest(price: Array, quotas: Quotas, nest: TradeNest) -> Array:
    """Return the lowest licence price (good, destination) among suppliers; 0 where one of them is not capped."""
    xp = module_of(price)
    if nest.capped is not None:
        lowest = np.full(nest.floor.size, np.inf)
        bound = nest.capped.bound
        np.minimum.at(lowest, nest.capped.buyers[bound], price[: bound.size][bound])
        return np.where(np.isfinite(lowest), lowest, 0.0).reshape(nest.floor.shape)
    cells = (quotas.good, quotas.origin, quotas.destination)
    licences = xp.zeros(nest.weight.shape).at[cells].add(price)
    lowest = xp.where(nest.weight > 0.0, licences, xp.inf).min(axis=1)
    return xp.where(xp.isfinite(lowest), lowest, 0.0)


def _on_cells(factors: tuple[Array, ...], quotas: Quotas, nest: TradeNest) -> list[Array]:
    """Return weight, net of duty and at producer, each times its factor on the capped cells."""
    if nest.capped is not None:
        for cube, base, factor in zip(nest.capped.scratch, nest.capped.base, factors, strict=True):
            cube.ravel()[nest.capped.cells] = base * factor[: base.size]
        return list(nest.capped.scratch)
    # scatters of sums, for JAX cannot transpose products
    xp = module_of(factors[0])
    cells, zeros = (quotas.good, quotas.origin, quotas.destination), xp.zeros(nest.weight.shape)
    capped = zeros.at[cells].add(xp.where(quotas.live, 1.0, 0.0)) > 0.0
    return [
        cube * xp.where(capped, zeros.at[cells].add(xp.where(quotas.live, factor, 0.0)), 1.0)
        for cube, factor in zip((nest.weight, nest.net_of_duty, nest.at_producer), factors, strict=True)
    ]


def excess(state: State, supplier: Array, pull: Array, nest: TradeNest, quotas: Quotas) -> Array:
    """Return log volume - log cap of the capped cells; minus the licence where a cell is padding."""
    if quotas.good.shape[0] == 0:
        return state.licence
    xp = module_of(supplier)
    s, i, j = quotas.good, quotas.origin, quotas.destination
    asked = pull[s, i, j] if pull.ndim == 3 else pull[s, j]
    value = supplier[s, i] * nest.at_producer[s, i, j] * asked
    wasted = xp.where(quotas.rent == NOBODY, state.licence, 0.0)
    volume = xp.log(xp.maximum(value, 1e-300)) - state.cost[s, i] - quotas.log_cost - wasted
    return xp.where(quotas.live, volume - quotas.log_cap, -state.licence)
