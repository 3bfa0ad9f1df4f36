"""An independent audit of an outcome: every equation of docs/engine.md recomputed in plain NumPy from its results."""

from __future__ import annotations

import numpy as np

import blocs
from blocs.world.accounts import Floats


def audit(outcome: blocs.Outcome) -> dict[str, float]:
    """Return the largest relative error of each equation at the outcome's flows, prices, wages and rentals.

    Keys: flows, cost, consumer_price, goods, income, labour, capital, deficits (their sum over world income),
    trade_balance. Walras' law makes one market redundant; all of them are checked.
    """
    base, given, el = outcome.base.accounts, outcome.shocks, outcome.elasticities
    solved = outcome.solution
    assert solved is not None
    x, p, w = outcome.flows.values, outcome.producer_price.values, outcome.wage.values
    r = np.exp(solved.rental)
    regions = base.output.shape[1]
    duty = 1.0 + base.tariff + _or(given.tariff, 0.0)
    export_duty = 1.0 + _or(given.export_tax, 0.0) * np.ones_like(duty)
    output_tax = 1.0 + _or(given.output_tax, 0.0) * np.ones_like(p)
    shift = _or(given.input_cost, 1.0) * output_tax / _or(given.productivity, 1.0)
    # prices and sourcing
    theta = el.of(outcome.base)[:, None, None]
    wedge = duty / (1.0 + base.tariff) * export_duty * _or(given.trade_cost, 1.0)
    paid = base.flows * (1.0 + base.tariff)
    weight = _or(given.availability, 1.0) * _over(paid, paid.sum(axis=1, keepdims=True))
    terms = weight * (p[:, :, None] * wedge) ** -theta
    total = terms.sum(axis=1)
    bought = total > 0.0
    composite = np.where(bought, np.where(bought, total, 1.0) ** (-1.0 / theta[:, :, 0]), np.inf)
    composite[paid.sum(axis=1) == 0.0] = 1.0
    spending = (x * duty * export_duty).sum(axis=1)
    expected_flows = _over(terms, total[:, None]) * spending[:, None] / (duty * export_duty)
    # nests
    mu = _over(base.use, base.use.sum(axis=0, keepdims=True))
    beta = np.where(base.output > 0.0, _over(base.value_added, base.output), 1.0)
    tastes = base.final * _or(given.demand_shift, 1.0)
    alpha = tastes / tastes.sum(axis=0)
    mu_now, pm = _nest(mu, composite[:, None, :], el.sigma_materials)
    factors = np.stack([base.labour_share, 1.0 - base.labour_share])
    factors_now, v = _nest(factors, np.stack([np.broadcast_to(w, r.shape), r]), el.sigma_factors)
    inner_now, unit = _nest(np.stack([beta, 1.0 - beta]), np.stack([v, pm]), el.sigma_output)
    alpha_now, consumer = _nest(alpha, composite, el.sigma_final)
    # quantities
    output = x.sum(axis=2)
    net = output / output_tax
    materials = np.einsum("skj,kj->sj", mu_now, inner_now[1] * net)
    final = spending - materials
    absorption = final.sum(axis=0)
    receipts = (x * export_duty * (duty - 1.0)).sum(axis=(0, 1))
    receipts += (x * (export_duty - 1.0)).sum(axis=(0, 2)) + (output - net).sum(axis=0)
    labour = (base.value_added * base.labour_share).sum(axis=0) * _or(given.labour, 1.0) * w
    stock = base.value_added * (1.0 - base.labour_share) * _or(given.capital, 1.0)
    income = labour + (stock * r).sum(axis=0) + receipts
    transfer = _or(given.transfer, 0.0)
    deficit = np.zeros(regions) if outcome.closure is blocs.Closure.BALANCED else base.deficit
    sales = (x * export_duty).sum(axis=0)
    balance = sales.sum(axis=0) - sales.sum(axis=1)
    value_added = inner_now[0] * net
    capital_bill, capital_due = factors_now[1] * value_added, stock * r
    if outcome.horizon.mobile_capital:
        capital_bill, capital_due = capital_bill.sum(axis=0), capital_due.sum(axis=0)
    used = (base.output > 0.0) & (output > 1e-9 * base.output)
    scale = absorption.sum()
    return {
        "flows": _largest(x - expected_flows, spending.max()),
        "cost": float(np.abs(np.log(p / (unit * shift)))[used].max()),
        "consumer_price": float(np.abs(np.log(outcome.price_index.values / consumer)).max()),
        "goods": _largest(final - alpha_now * absorption, absorption),
        "income": _largest(absorption - income - deficit - transfer, absorption),
        "labour": _largest(labour - (factors_now[0] * value_added).sum(axis=0), income),
        "capital": _largest(capital_bill - capital_due, income),
        "deficits": _largest((absorption - income).sum(), scale),
        "trade_balance": _largest(balance - (absorption - income), absorption),
    }


def _nest(share: Floats, price: Floats, sigma: float) -> tuple[Floats, Floats]:
    """Return new shares and the price index over the first axis, base shares `share`, price hats `price`."""
    share, price = np.broadcast_arrays(share, price)
    finite = np.where(np.isfinite(price), price, 1.0)
    if sigma == 1.0:
        return share, np.exp((share * np.log(finite)).sum(axis=0))
    power = np.where(np.isfinite(price), finite ** (1.0 - sigma), 0.0)  # a good that cannot be had, sigma > 1
    total = (share * power).sum(axis=0)
    exists = share.sum(axis=0) > 0.0
    index = np.where(exists, np.where(exists, total, 1.0) ** (1.0 / (1.0 - sigma)), 1.0)
    return _over(share * power, total), index


def _or(array: Floats | None, neutral: float) -> Floats:
    return np.asarray(neutral) if array is None else array


def _over(part: Floats, whole: Floats) -> Floats:
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0.0)


def _largest(gap: Floats, scale: Floats) -> float:
    return float(np.max(np.abs(gap) / scale))
