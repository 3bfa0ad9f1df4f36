"""Quantities in value: spending, trade flows and tax receipts at given prices (docs/engine.md).

Values are at the benchmark's currency; spending is inclusive of import duty, sales are at producer prices.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array

from blocs.engine.prices import TradeNest


def materials_spending(
    share: Array, price_factor: Array, index_factor: Array, materials_bill: Array
) -> Array:
    """Return spending[s,j] of industries on goods: sum_k mu'[s,k,j] materials_bill[k,j].

    mu' = mu (P/PM)^(1-sigma) with price_factor[s,j] = P^(1-sigma), index_factor[k,j] = PM^(1-sigma); `share`
    is mu as (region, good, industry). By user, price_factor is (good, industry, region) and so is the result.
    """
    if price_factor.ndim == 3:
        return price_factor * share.transpose(1, 2, 0) * (materials_bill / index_factor)[None]
    return price_factor * jnp.einsum("jsk,kj->sj", share, materials_bill / index_factor)


def pulled(pull: Array, nest: TradeNest) -> Array:
    """Return what pulls goods to j: `pull`[s,j] as it is, of users' pull[s,k,j] the sum over users by origin."""
    return pull if nest.split is None else jnp.sum(nest.split * pull[:, None], axis=2)


def sales(supplier: Array, pull: Array, weight: Array) -> Array:
    """Return sum_j of supplier[s,i] weight[s,i,j] pull by (good, origin), pull as from `pulled`.

    With pull = spending/attraction and `TradeNest.at_producer` this is output Y'; with `net_of_duty` it is
    output plus export duty.
    """
    if pull.ndim == 3:
        return supplier * jnp.einsum("sij,sij->si", weight, pull)
    return supplier * jnp.einsum("sij,sj->si", weight, pull)


def import_duty(spending: Array, supplier: Array, pull: Array, nest: TradeNest) -> Array:
    """Return duty receipts[j] = sum_s spending - its value net of duty."""
    if pull.ndim == 3:
        net = jnp.einsum("sij,sij,si->sj", nest.net_of_duty, pull, supplier)
        return jnp.sum(spending - net, axis=0)
    net = pull * jnp.einsum("sij,si->sj", nest.net_of_duty, supplier)
    return jnp.sum(jnp.where(nest.missing, 0.0, spending - net), axis=0)


def export_duty(supplier: Array, pull: Array, output: Array, nest: TradeNest) -> Array:
    """Return export duty receipts[i]: sales gross of export duty less `output`; skipped where there is none."""
    return jax.lax.cond(
        nest.taxed_exports,
        lambda: jnp.sum(sales(supplier, pull, nest.net_of_duty) - output, axis=0),
        lambda: jnp.zeros(output.shape[1]),
    )


def trade_flows(supplier: Array, pull: Array, nest: TradeNest) -> Array:
    """Return X'[s,i,j] at producer prices."""
    return supplier[:, :, None] * nest.at_producer * (pull if pull.ndim == 3 else pull[:, None, :])
