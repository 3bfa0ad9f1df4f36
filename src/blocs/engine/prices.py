"""Prices: from factor prices and unit costs to consumer prices and back to unit costs (docs/engine.md).

Axes: s good, k industry, i origin, j destination; two-dimensional arrays are (good or industry, region).
Prices are log changes against the benchmark.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from blocs.engine.arrays import Array, along_columns, module_of, product_sum
from blocs.engine.nests import stretch_or_drop, two_input_index, unstretch

MOST = 0.5  # share of buyers' prices with a wedge from which all are computed


class TradeNest(NamedTuple):
    """The trade nest with everything that stays fixed during a solve folded in.

    `weight`[s,i,j] = a pi (tau T E)^(-theta), scaled by each (s,j)'s lowest wedge `floor`[s,j] so that no power
    overflows; `net_of_duty` = weight/(1+t'); `at_producer` = weight/((1+t')(1+e')); `supplied`[s,j] marks a good
    that somebody delivers to j, `missing`[s,j] one that j uses and nobody can deliver; `taxed_exports` is False
    where nobody levies an export duty; a derivative counts them in any case.

    By user, `split`[s,i,k,j] holds each user's pi (the last user is final use), the weights leave pi out, and
    `supplied` and `missing` are (good, user, destination). Pooled, `split` is None.
    """

    weight: Array
    net_of_duty: Array
    at_producer: Array
    floor: Array
    supplied: Array
    missing: Array
    taxed_exports: bool | Array
    split: Array | None = None
    capped: Any = None  # `quotas.Capped`, where NumPy solves under quotas


def fold_sourcing(
    share: Array, log_wedge: Array, availability: Array, duty: Array, export_duty: Array, theta: Array
) -> TradeNest:
    """Fold base expenditure shares, wedges and availability into the weights of the trade nest.

    share: (good, origin, destination), or by user (good, origin, user, destination); log_wedge = log(tau T E),
    availability, duty = 1 + t', export_duty = 1 + e': (good, origin, destination); theta: (good,).
    """
    if share.ndim == 4:
        return _fold_by_user(share, log_wedge, availability, duty, export_duty, theta)
    xp = module_of(log_wedge)
    sold = (share > 0.0) & (availability > 0.0)
    anyone = sold.any(axis=1)
    few = None if xp is not np else _few(log_wedge)
    if few is None:
        floor, kept = _kept(sold, log_wedge, anyone, theta[:, None, None])
        weight = share * availability * kept
    else:
        weight, floor = share * availability, np.zeros(anyone.shape)
        s, j = few
        columns = s[:, None], np.arange(share.shape[1]), j[:, None]
        floor[few], kept = _kept(sold[columns], log_wedge[columns], anyone[few], theta[s, None])
        weight[columns] *= kept
    net = weight / duty
    missing = ~anyone & (share > 0.0).any(axis=1)
    taxed = xp is not np or bool((export_duty != 1.0).any())
    return TradeNest(weight, net, net / export_duty if taxed else net, floor, anyone, missing, taxed)


def _few(log_wedge: Array) -> tuple[Array, Array] | None:
    """Return the (good, destination) whose delivered prices a wedge changes if they are few, for exponentials are
    dear."""
    touched = (log_wedge != 0.0).any(axis=1)
    goods, destinations = np.nonzero(touched)
    return None if touched.mean() > MOST else (goods, destinations)


def _kept(sold: Array, log_wedge: Array, anyone: Array, theta: Array) -> tuple[Array, Array]:
    """Return (floor, exp(-theta (log_wedge - floor)) where `sold`, else 0); origins are the second axis."""
    xp = module_of(log_wedge)
    floor = xp.where(anyone, xp.where(sold, log_wedge, xp.inf).min(axis=1), 0.0)
    above = xp.where(sold, log_wedge - xp.expand_dims(floor, 1), 0.0)
    return floor, xp.where(sold, xp.exp(-theta * above), 0.0)


def _fold_by_user(
    share: Array, log_wedge: Array, availability: Array, duty: Array, export_duty: Array, theta: Array
) -> TradeNest:
    xp = module_of(log_wedge)
    bought = xp.where((share > 0.0).any(axis=2), 1.0, 0.0)
    nest = fold_sourcing(bought, log_wedge, availability, duty, export_duty, theta)
    supplied = ((share > 0.0) & (availability > 0.0)[:, :, None, :]).any(axis=1)
    missing = ~supplied & (share > 0.0).any(axis=1)
    return nest._replace(supplied=supplied, missing=missing, split=share)


def supplier_terms(log_cost: Array, theta: Array) -> tuple[Array, Array]:
    """Return c^(-theta) by (good, origin) relative to the good's cheapest origin, and that log cost (good, 1)."""
    xp = module_of(log_cost)
    cheapest = log_cost.min(axis=1, keepdims=True)
    return xp.exp(-theta[:, None] * (log_cost - cheapest)), cheapest


def attraction(supplier: Array, nest: TradeNest) -> Array:
    """Return sum_i a pi (c tau T E)^(-theta) by (good, destination) or, by user, (good, user, destination), relative
    to the cheapest; 1 if unused."""
    xp = module_of(supplier)
    if nest.split is not None:
        offered = nest.weight * supplier[:, :, None]
        reached = product_sum("sikj,sij->skj", nest.split, offered)
        # a user all of whose suppliers are far dearer than the good's cheapest: finite, and next to nothing is bought
        return xp.where(nest.supplied, xp.maximum(reached, 1e-300), 1.0)
    return xp.where(nest.supplied, along_columns(nest.weight, supplier), 1.0)


def composite_price(attraction: Array, cheapest: Array, nest: TradeNest, theta: Array) -> Array:
    """Return log P[s,j] or P[s,k,j], P = (sum_i a pi (c tau T E)^(-theta))^(-1/theta); 0 for a good not used."""
    xp = module_of(attraction)
    if nest.split is not None:
        cheapest, theta = cheapest[:, :, None], theta[:, None]
        price = nest.floor[:, None, :] + cheapest - xp.log(attraction) / theta[:, :, None]
    else:
        price = nest.floor + cheapest - xp.log(attraction) / theta[:, None]
    return xp.where(nest.supplied, price, 0.0)


def materials_price(share: Array, composite: Array, missing: Array, sigma: Array) -> Array:
    """Return log PM[k,j] of industries' material bundles; `share` is mu as (region, good, industry), `composite`
    (good, region) or the industries' own (good, industry, region)."""
    own = stretch_or_drop(composite, missing, sigma)
    if composite.ndim == 3:
        return unstretch(module_of(own).einsum("jsk,skj->kj", share, own), sigma)
    return unstretch(along_columns(share, own.T).T, sigma)


def consumer_price(share: Array, composite: Array, missing: Array, sigma: Array) -> Array:
    """Return log PC[j] of final use; `share` is alpha as (good, region)."""
    stretched = stretch_or_drop(composite, missing, sigma)
    return unstretch((share * stretched).sum(axis=0), sigma)


def value_added_price(labour_share: Array, log_wage: Array, log_rental: Array, sigma: Array) -> Array:
    """Return log v[k,j], the price of labour (share lambda[k,j], wage by region) and capital."""
    return two_input_index(labour_share, log_wage[None, :], log_rental, sigma)


def unit_cost(value_added_share: Array, log_v: Array, log_materials: Array, sigma: Array) -> Array:
    """Return log unit cost[k,j] of value added (share beta) and materials, before productivity and taxes."""
    return two_input_index(value_added_share, log_v, log_materials, sigma)
