"""Quotas by complementarity: a licence price that is positive only where a cap binds (DESIGN 5.1).

A capped cell (good, origin, destination) may deliver at most `cap` times its base volume. Its licence u >= 0 raises
the delivered price to exp(u) times what it would be, and

    u >= 0,   volume <= cap * base volume,   u (cap * base volume - volume) = 0.

The rent goes to the exporter (like an export duty), to the importer (like an import duty), or to nobody (like an
iceberg cost: it is used up).
"""

from __future__ import annotations

from collections.abc import Callable
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


def with_licences(nest: TradeNest, quotas: Quotas, licence: Array, theta: Array) -> TradeNest:
    """Return the trade nest with licence prices on the capped cells."""
    if quotas.good.shape[0] == 0:
        return nest
    xp = module_of(licence)
    price = xp.where(quotas.live, licence, 0.0)
    put = _put(quotas, nest.weight.shape)
    licences = put(0.0, price)
    # the lowest licence among suppliers, 0 where one of them is not capped: relative to it no power vanishes
    lowest = xp.where(nest.weight > 0.0, licences, xp.inf).min(axis=1)
    lowest = xp.where(xp.isfinite(lowest), lowest, 0.0)
    kept = xp.exp(-theta[quotas.good] * (price - lowest[quotas.good, quotas.destination]))
    rent = xp.exp(-price)
    before_duty = xp.where(quotas.rent == IMPORTER, rent, 1.0)
    before_sale = xp.where(quotas.rent == NOBODY, 1.0, rent)
    return nest._replace(
        weight=nest.weight * put(1.0, kept),
        net_of_duty=nest.net_of_duty * put(1.0, kept * before_duty),
        at_producer=nest.at_producer * put(1.0, kept * before_sale),
        floor=nest.floor + lowest,
        taxed_exports=True,
    )


def _put(quotas: Quotas, shape: tuple[int, ...]) -> Callable[[float, Array], Array]:
    """Return the function that puts values on the capped cells and another value elsewhere."""
    xp = module_of(quotas.log_cap)
    cells = (quotas.good, quotas.origin, quotas.destination)
    if xp is not np:
        # scatters of sums, for JAX cannot transpose products
        zeros = xp.zeros(shape)
        capped = zeros.at[cells].add(xp.where(quotas.live, 1.0, 0.0)) > 0.0
        return lambda other, values: xp.where(
            capped, zeros.at[cells].add(xp.where(quotas.live, values, 0.0)), other
        )
    count = np.count_nonzero(quotas.live)
    flat = np.ravel_multi_index([index[:count] for index in cells], shape)

    def put(other: float, values: Array) -> Array:
        filled = np.full(shape, other)
        filled.ravel()[flat] = values[:count]
        return filled

    return put


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
