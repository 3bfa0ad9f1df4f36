"""What bills do inside a sweep: who pays them, what is left, and where they arrive (see `bills`)."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from blocs.engine.bills import Bills


def paid(net: Array, bills: Bills) -> Array:
    """Return what industries pay, (channel, region)."""
    return jnp.einsum("ckj,kj->cj", bills.share, net)


def kept(net: Array, bills: Bills) -> Array:
    """Return what is left for value added and materials, (industry, region)."""
    return net * (1.0 - jnp.sum(bills.share, axis=0))


def received(amounts: Array, bills: Bills) -> Array:
    """Return income of sellers and licence holders, (region,)."""
    return jnp.einsum("cij,cj->i", bills.income, amounts)


def extracted(amounts: Array, bills: Bills) -> Array:
    """Return spending on the parent industries' goods, (good, region)."""
    return jnp.einsum("csj,cj->sj", bills.goods, amounts)
