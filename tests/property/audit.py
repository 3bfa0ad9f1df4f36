"""An independent audit of an outcome: every equation of docs/engine.md recomputed in plain NumPy from its results."""

from __future__ import annotations

import numpy as np

import blocs
from blocs.engine.outcome import REGIONAL
from blocs.world.accounts import Floats


def audit(outcome: blocs.Outcome) -> dict[str, float]:
    """Return the largest relative error of each equation at the outcome's flows, prices, wages and rentals.

    Keys: flows, cost, consumer_price, goods, income, labour, capital, deficits (their sum over world income),
    trade_balance, wage (demand closure), and, of quotas, overfull (volume above the cap), negative (licence below
    zero) and idle (a licence that costs although the cap is not reached). Walras' law makes one market redundant;
    all of them are checked. Under the demand closure `income` is the spending rule, and wages are their floor where
    people are out of work.
    """
    base, given, el = outcome.base.accounts, outcome.shocks, outcome.elasticities
    solved = outcome.solution
    assert solved is not None
    x, p, w = outcome.flows.values, outcome.producer_price.values, outcome.wage.values
    r = np.exp(solved.rental)
    regions = base.output.shape[1]
    sold, bought_net, used_up = _licences(outcome)
    duty = (1.0 + base.tariff + _or(given.tariff, 0.0)) * bought_net
    export_duty = (1.0 + _or(given.export_tax, 0.0)) * sold
    iceberg = _or(given.trade_cost, 1.0) * used_up
    output_tax = 1.0 + _or(given.output_tax, 0.0) * np.ones_like(p)
    shift = _or(given.input_cost, 1.0) * output_tax / _or(given.productivity, 1.0)
    # prices and sourcing
    theta = el.of(outcome.base)[:, None, None]
    wedge = duty / (1.0 + base.tariff) * export_duty * iceberg
    paid = base.flows * (1.0 + base.tariff)
    cap = _or(given.quota, np.inf)
    weight = _or(given.availability, 1.0) * (cap > 0.0) * _over(paid, paid.sum(axis=1, keepdims=True))
    landed = p[:, :, None] * wedge
    bought = (weight > 0.0).any(axis=1)
    # relative to the cheapest, so that no power vanishes
    cheapest = np.where(bought, np.where(weight > 0.0, landed, np.inf).min(axis=1), 1.0)
    terms = weight * np.where(weight > 0.0, landed / cheapest[:, None], 1.0) ** -theta
    total = terms.sum(axis=1)
    composite = np.where(bought, cheapest * np.where(bought, total, 1.0) ** (-1.0 / theta[:, :, 0]), np.inf)
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
    force = (base.value_added * base.labour_share).sum(axis=0) * _or(given.labour, 1.0)
    asked = (factors_now[0] * inner_now[0] * net).sum(axis=0)
    labour = force * w if outcome.demand is None else asked
    stock = base.value_added * (1.0 - base.labour_share) * _or(given.capital, 1.0)
    income = labour + (stock * r).sum(axis=0) + receipts
    transfer = _or(given.transfer, 0.0)
    deficit = np.zeros(regions) if outcome.closure is blocs.Closure.BALANCED else base.deficit
    sales = (x * export_duty).sum(axis=0)
    rule = income + deficit + transfer
    if outcome.demand is not None:
        m, kappa = outcome.demand.propensity, (base.final * _or(given.demand_shift, 1.0)).sum(axis=0)
        rule = (1.0 - m) * kappa + m * base.absorption * (income + transfer) / (
            base.absorption - base.deficit
        )
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
        "income": _largest(absorption - rule, absorption),
        "labour": _largest(labour - asked, income),
        "capital": _largest(capital_bill - capital_due, income),
        "deficits": _largest((absorption - income).sum(), scale),
        "trade_balance": _largest(balance - (absorption - income), absorption),
        "wage": 0.0 if outcome.demand is None else _largest(_wage_gap(outcome, asked / force), 1.0),
        **_complementarity(outcome, x / p[:, :, None] / iceberg),
    }


def _licences(outcome: blocs.Outcome) -> tuple[Floats, Floats, Floats]:
    """Return licence factors (good, origin, destination): kept by exporters, by importers, by nobody."""
    price = 1.0 + outcome.licence_price.values / 100.0
    rent = _or(outcome.shocks.quota_rent, 0.0) * np.ones_like(price)
    return tuple(np.where(rent == keeper, price, 1.0) for keeper in (0, 1, 2))


def _complementarity(outcome: blocs.Outcome, arrived: Floats) -> dict[str, float]:
    """Return by how much volumes pass caps, licences are negative, and slack licences cost something."""
    base, quota = outcome.base.accounts.flows, outcome.shocks.quota
    if quota is None:
        return {}
    capped = np.isfinite(quota) & (base > 0.0)
    fill = _over(arrived, base * np.where(capped, quota, 1.0))[capped & (quota > 0.0)]
    licence = outcome.licence_price.values[capped & (quota > 0.0)] / 100.0
    shut = arrived[capped & (quota == 0.0)]
    return {
        "overfull": float(np.max(fill - 1.0, initial=0.0)) + float(np.max(shut, initial=0.0)),
        "negative": float(np.max(-licence, initial=0.0)),
        "idle": float(np.max(np.abs(np.minimum(licence, 1.0 - fill)), initial=0.0)),
    }


def _wage_gap(outcome: blocs.Outcome, demand: Floats) -> Floats:
    """Return log wage less the demand closure's: labour demand per head, or its floor."""
    assert outcome.demand is not None
    floor = demand**outcome.demand.pass_through * _or(outcome.shocks.wage_floor, 1.0)
    return np.log(outcome.wage.values / np.maximum(demand, floor))


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


def metrics(outcome: blocs.Outcome) -> dict[str, Floats]:
    """Return every regional result of a converged outcome, %."""
    assert outcome.status.converged, outcome.status
    return {name: outcome.regional(name) for name in REGIONAL}


def assert_same(one: blocs.Outcome, two: blocs.Outcome, atol: float = 1e-7) -> None:
    """Fail unless two outcomes have the same regional results, to `atol` points."""
    second = metrics(two)
    for name, values in metrics(one).items():
        np.testing.assert_allclose(values, second[name], rtol=0.0, atol=atol, err_msg=name)
