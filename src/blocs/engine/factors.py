"""Factor markets: the wage and rental changes at which income meets endowments (docs/engine.md)."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

# A market that has vanished keeps this much of its base, so that logs stay finite; one that only shrinks keeps what
# it has, for a scarce good may take nearly all of a region's spending (short run, poor substitutes).
VANISHED = 1e-12
SMALLEST = 1e-250


def log_ratio(level: Array, base: Array, otherwise: Array) -> Array:
    """Return log(level/base) with `VANISHED` as its floor, and `otherwise` where the base is zero."""
    exists = base > 0.0
    ratio = jnp.where(exists, level, 1.0) / jnp.where(exists, base, 1.0)
    kept = jnp.where(ratio > SMALLEST, ratio, VANISHED)
    return jnp.where(exists, jnp.log(kept), otherwise)


def implied_rental(bill: Array, capital: Array, mobile: Array, rental: Array) -> Array:
    """Return log r[k,j] that clears capital: one per region if `mobile`, else one per industry.

    bill: rentals that industries pay; capital: base bill times the change of the stock; `rental` is kept where
    there is no capital.
    """
    region = log_ratio(
        jnp.broadcast_to(jnp.sum(bill, axis=0), bill.shape),
        jnp.broadcast_to(jnp.sum(capital, axis=0), capital.shape),
        rental,
    )
    return jnp.where(mobile, region, log_ratio(bill, capital, rental))
