"""Quotas by complementarity: a licence price that is positive only where a cap binds (DESIGN 5.1).

A capped cell (good, origin, destination) may deliver at most `cap` times its base volume. Its licence u >= 0 raises
the delivered price to exp(u) times what it would be, and

    u >= 0,   volume <= cap * base volume,   u (cap * base volume - volume) = 0.

The rent goes to the exporter (like an export duty), to the importer (like an import duty), or to nobody (like an
iceberg cost: it is used up).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import jax.numpy as jnp
from jax import Array

from blocs.engine.prices import TradeNest

if TYPE_CHECKING:
    from blocs.engine.problem import State

Leaf: TypeAlias = Any

EXPORTER, IMPORTER, NOBODY = 0, 1, 2  # who keeps the rent


class Quotas(NamedTuple):
    """Capped cells as a list, padded with `live` = False; all (cell,)."""

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
    price = jnp.where(quotas.live, licence, 0.0)
    lowest = _lowest(price, quotas, nest)
    # relative to the cheapest licence of the good there, so that no power vanishes where every supplier is capped
    kept = jnp.exp(-theta[quotas.good] * (price - lowest[quotas.good, quotas.destination]))
    rent = jnp.exp(-price)
    before_duty = jnp.where(quotas.rent == IMPORTER, rent, 1.0)
    before_sale = jnp.where(quotas.rent == NOBODY, 1.0, rent)
    return nest._replace(
        weight=nest.weight * _on_cells(kept, quotas, nest.weight),
        net_of_duty=nest.net_of_duty * _on_cells(kept * before_duty, quotas, nest.weight),
        at_producer=nest.at_producer * _on_cells(kept * before_sale, quotas, nest.weight),
        floor=nest.floor + lowest,
        taxed_exports=nest.taxed_exports | jnp.any(quotas.live & (quotas.rent == EXPORTER)),
    )


def _lowest(price: Array, quotas: Quotas, nest: TradeNest) -> Array:
    """Return the lowest licence price (good, destination) among suppliers; 0 where one of them is not capped."""
    cells = (quotas.good, quotas.origin, quotas.destination)
    licences = jnp.zeros_like(nest.weight).at[cells].add(price)
    lowest = jnp.min(jnp.where(nest.weight > 0.0, licences, jnp.inf), axis=1)
    return jnp.where(jnp.isfinite(lowest), lowest, 0.0)


def _on_cells(factor: Array, quotas: Quotas, like: Array) -> Array:
    """Return `factor` on the capped cells and 1 elsewhere; a scatter of sums, for JAX cannot transpose products."""
    cells = (quotas.good, quotas.origin, quotas.destination)
    nothing = jnp.zeros_like(like)
    capped = nothing.at[cells].add(jnp.where(quotas.live, 1.0, 0.0))
    return jnp.where(capped > 0.0, nothing.at[cells].add(jnp.where(quotas.live, factor, 0.0)), 1.0)


def excess(state: State, supplier: Array, pull: Array, nest: TradeNest, quotas: Quotas) -> Array:
    """Return log volume - log cap of the capped cells; minus the licence where a cell is padding."""
    if quotas.good.shape[0] == 0:
        return state.licence
    s, i, j = quotas.good, quotas.origin, quotas.destination
    asked = pull[s, i, j] if pull.ndim == 3 else pull[s, j]
    value = supplier[s, i] * nest.at_producer[s, i, j] * asked
    wasted = jnp.where(quotas.rent == NOBODY, state.licence, 0.0)
    volume = jnp.log(jnp.maximum(value, 1e-300)) - state.cost[s, i] - quotas.log_cost - wasted
    return jnp.where(quotas.live, volume - quotas.log_cap, -state.licence)
