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

from blocs.engine.prices import Sourcing

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


def with_licences(nest: Sourcing, quotas: Quotas, licence: Array, theta: Array) -> Sourcing:
    """Return the trade nest with licence prices on the capped cells."""
    if quotas.good.shape[0] == 0:
        return nest
    cells = (quotas.good, quotas.origin, quotas.destination)
    price = jnp.where(quotas.live, licence, 0.0)
    kept = jnp.exp(-theta[quotas.good] * price)
    rent = jnp.exp(-price)
    before_duty = jnp.where(quotas.rent == IMPORTER, rent, 1.0)
    before_sale = jnp.where(quotas.rent == NOBODY, 1.0, rent)
    return nest._replace(
        weight=nest.weight.at[cells].multiply(kept),
        net_of_duty=nest.net_of_duty.at[cells].multiply(kept * before_duty),
        at_producer=nest.at_producer.at[cells].multiply(kept * before_sale),
        taxed_exports=nest.taxed_exports | jnp.any(quotas.live & (quotas.rent == EXPORTER)),
    )


def excess(state: State, supplier: Array, pull: Array, nest: Sourcing, quotas: Quotas) -> Array:
    """Return log volume - log cap of the capped cells; minus the licence where a cell is padding."""
    if quotas.good.shape[0] == 0:
        return state.licence
    s, i, j = quotas.good, quotas.origin, quotas.destination
    value = supplier[s, i] * nest.at_producer[s, i, j] * pull[s, j]
    wasted = jnp.where(quotas.rent == NOBODY, state.licence, 0.0)
    volume = jnp.log(jnp.maximum(value, 1e-300)) - state.cost[s, i] - quotas.log_cost - wasted
    return jnp.where(quotas.live, volume - quotas.log_cap, -state.licence)
