"""Quantities in value: spending, trade flows and tax receipts at given prices (docs/engine.md).

Values are at the benchmark's currency; spending is inclusive of import duty, sales are at producer prices.
"""

from __future__ import annotations

from blocs.engine.arrays import Array, along_columns, along_rows, module_of, product_sum
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
    return price_factor * along_rows(share, (materials_bill / index_factor).T).T


def pulled(pull: Array, nest: TradeNest) -> Array:
    """Return what pulls goods to j: `pull`[s,j] as it is, of users' pull[s,k,j] the sum over users by origin."""
    return pull if nest.split is None else product_sum("sikj,skj->sij", nest.split, pull)


def sales(supplier: Array, pull: Array, weight: Array) -> Array:
    """Return sum_j of supplier[s,i] weight[s,i,j] pull by (good, origin), pull as from `pulled`.

    With pull = spending/attraction and `TradeNest.at_producer` this is output Y'; with `net_of_duty` it is
    output plus export duty.
    """
    if pull.ndim == 3:
        return supplier * product_sum("sij,sij->si", weight, pull)
    return supplier * along_rows(weight, pull)


def import_duty(spending: Array, supplier: Array, pull: Array, nest: TradeNest) -> Array:
    """Return duty receipts[j] = sum_s spending - its value net of duty."""
    xp = module_of(spending)
    if pull.ndim == 3:
        return (spending - along_columns(nest.net_of_duty * pull, supplier)).sum(axis=0)
    net = pull * along_columns(nest.net_of_duty, supplier)
    return xp.where(nest.missing, 0.0, spending - net).sum(axis=0)


def export_duty(supplier: Array, pull: Array, output: Array, nest: TradeNest) -> Array:
    """Return export duty receipts[i]: sales gross of export duty less `output`; skipped where there is none."""
    xp = module_of(output)
    if nest.taxed_exports is False:
        return xp.zeros(output.shape[1])
    return (sales(supplier, pull, nest.net_of_duty) - output).sum(axis=0)


def trade_flows(supplier: Array, pull: Array, nest: TradeNest) -> Array:
    """Return X'[s,i,j] at producer prices."""
    shipped = nest.at_producer * supplier[:, :, None]
    shipped *= pull if pull.ndim == 3 else pull[:, None, :]
    return shipped
