"""Prices: from factor prices and unit costs to consumer prices and back to unit costs (docs/engine.md).

Axes: s good, k industry, i origin, j destination; two-dimensional arrays are (good or industry, region).
Prices are log changes against the benchmark.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from blocs.engine.nests import stretch_or_drop, two_input_index, unstretch


class TradeNest(NamedTuple):
    """The trade nest with everything that stays fixed during a solve folded in.

    `weight`[s,i,j] = a pi (tau T E)^(-theta), scaled by each (s,j)'s lowest wedge `floor`[s,j] so that no power
    overflows; `net_of_duty` = weight/(1+t'); `at_producer` = weight/((1+t')(1+e')); `supplied`[s,j] marks a good
    that somebody delivers to j, `missing`[s,j] one that j uses and nobody can deliver; `taxed_exports` says
    whether any export duty is levied.

    By user, `split`[s,i,k,j] holds each user's pi (the last user is final use), the weights leave pi out, and
    `supplied` and `missing` are (good, user, destination). Pooled, `split` is None.
    """

    weight: Array
    net_of_duty: Array
    at_producer: Array
    floor: Array
    supplied: Array
    missing: Array
    taxed_exports: Array
    split: Array | None = None


def fold_sourcing(
    share: Array, log_wedge: Array, availability: Array, duty: Array, export_duty: Array, theta: Array
) -> TradeNest:
    """Fold base expenditure shares, wedges and availability into the weights of the trade nest.

    share: (good, origin, destination), or by user (good, origin, user, destination); log_wedge = log(tau T E),
    availability, duty = 1 + t', export_duty = 1 + e': (good, origin, destination); theta: (good,).
    """
    if share.ndim == 4:
        return _fold_by_user(share, log_wedge, availability, duty, export_duty, theta)
    sold = (share > 0.0) & (availability > 0.0)
    lowest = jnp.min(jnp.where(sold, log_wedge, jnp.inf), axis=1)
    anyone = jnp.any(sold, axis=1)
    floor = jnp.where(anyone, lowest, 0.0)
    above = jnp.where(sold, log_wedge - floor[:, None, :], 0.0)
    weight = jnp.where(sold, share * availability * jnp.exp(-theta[:, None, None] * above), 0.0)
    net = weight / duty
    missing = ~anyone & jnp.any(share > 0.0, axis=1)
    taxed = jnp.any(export_duty != 1.0)
    return TradeNest(weight, net, net / export_duty, floor, anyone, missing, taxed)


def _fold_by_user(
    share: Array, log_wedge: Array, availability: Array, duty: Array, export_duty: Array, theta: Array
) -> TradeNest:
    bought = jnp.where(jnp.any(share > 0.0, axis=2), 1.0, 0.0)
    nest = fold_sourcing(bought, log_wedge, availability, duty, export_duty, theta)
    supplied = jnp.any((share > 0.0) & (availability > 0.0)[:, :, None, :], axis=1)
    missing = ~supplied & jnp.any(share > 0.0, axis=1)
    return nest._replace(supplied=supplied, missing=missing, split=share)


def supplier_terms(log_cost: Array, theta: Array) -> tuple[Array, Array]:
    """Return c^(-theta) by (good, origin) relative to the good's cheapest origin, and that log cost (good, 1)."""
    cheapest = jnp.min(log_cost, axis=1, keepdims=True)
    return jnp.exp(-theta[:, None] * (log_cost - cheapest)), cheapest


def attraction(supplier: Array, nest: TradeNest) -> Array:
    """Return sum_i a pi (c tau T E)^(-theta) by (good, destination) or, by user, (good, user, destination), relative
    to the cheapest; 1 if unused."""
    if nest.split is not None:
        offered = nest.weight * supplier[:, :, None]
        reached = jnp.sum(nest.split * offered[:, :, None, :], axis=1)
        # a user all of whose suppliers are far dearer than the good's cheapest: finite, and next to nothing is bought
        return jnp.where(nest.supplied, jnp.maximum(reached, 1e-300), 1.0)
    return jnp.where(nest.supplied, jnp.einsum("sij,si->sj", nest.weight, supplier), 1.0)


def composite_price(attraction: Array, cheapest: Array, nest: TradeNest, theta: Array) -> Array:
    """Return log P[s,j] or P[s,k,j], P = (sum_i a pi (c tau T E)^(-theta))^(-1/theta); 0 for a good not used."""
    if nest.split is not None:
        cheapest, theta = cheapest[:, :, None], theta[:, None]
        price = nest.floor[:, None, :] + cheapest - jnp.log(attraction) / theta[:, :, None]
    else:
        price = nest.floor + cheapest - jnp.log(attraction) / theta[:, None]
    return jnp.where(nest.supplied, price, 0.0)


def materials_price(share: Array, composite: Array, missing: Array, sigma: Array) -> Array:
    """Return log PM[k,j] of industries' material bundles; `share` is mu as (region, good, industry), `composite`
    (good, region) or the industries' own (good, industry, region)."""
    if composite.ndim == 3:
        own = stretch_or_drop(composite, missing, sigma)
        return unstretch(jnp.einsum("jsk,skj->kj", share, own), sigma)
    return unstretch(jnp.einsum("jsk,sj->kj", share, stretch_or_drop(composite, missing, sigma)), sigma)


def consumer_price(share: Array, composite: Array, missing: Array, sigma: Array) -> Array:
    """Return log PC[j] of final use; `share` is alpha as (good, region)."""
    return unstretch(jnp.sum(share * stretch_or_drop(composite, missing, sigma), axis=0), sigma)


def value_added_price(labour_share: Array, log_wage: Array, log_rental: Array, sigma: Array) -> Array:
    """Return log v[k,j], the price of labour (share lambda[k,j], wage by region) and capital."""
    return two_input_index(labour_share, log_wage[None, :], log_rental, sigma)


def unit_cost(value_added_share: Array, log_v: Array, log_materials: Array, sigma: Array) -> Array:
    """Return log unit cost[k,j] of value added (share beta) and materials, before productivity and taxes."""
    return two_input_index(value_added_share, log_v, log_materials, sigma)
