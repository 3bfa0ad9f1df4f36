"""The equilibrium as a fixed point: benchmark, wedges and parameters in, one sweep of all markets out.

The unknowns are log changes of wages, rentals, unit costs, outputs and absorption. `sweep` evaluates every
equation of docs/engine.md once and returns what each unknown should be; an equilibrium is a state that it maps to
itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from blocs.engine import billing, factors, flows, prices, quotas
from blocs.engine.arrays import Array, choose, module_of
from blocs.engine.factors import log_ratio
from blocs.engine.nests import share_factor

# an array on its way in or out of a compiled program: NumPy outside, JAX inside
Leaf: TypeAlias = Any


class Benchmark(NamedTuple):
    """The base-year accounts as shares and bills; (good or industry, region) unless noted."""

    # pi (good, origin, destination), by user (good, origin, user, destination) with final use as the last user; sums to
    # one over origins; 0 where unused
    trade_share: Leaf
    materials_share: Leaf  # mu (region, good, industry), sums to one over goods; 0 without materials
    final_share: Leaf  # alpha (good, region), sums to one over goods
    value_added_share: Leaf  # beta
    labour_share: Leaf  # lambda
    output: Leaf
    labour: Leaf  # (region,) base wage bill
    capital: Leaf  # base rental bill
    absorption: Leaf  # (region,)
    deficit: Leaf  # (region,)


class Wedges(NamedTuple):
    """What a scenario changes, ready for the kernels; (good, origin, destination) unless noted."""

    log_trade: Leaf  # log(tau T E)
    availability: Leaf
    duty: Leaf  # 1 + t'
    export_duty: Leaf  # 1 + e'
    output_tax: Leaf  # 1 + o' (industry, region)
    log_cost: Leaf  # log(x O / A) (industry, region)
    taste: Leaf  # b (good, region)
    labour: Leaf  # L (region,)
    capital: Leaf  # K (industry, region)
    transfer: Leaf  # (region,) US$ mn in units of the numeraire
    wage_floor: Leaf  # (region,) hat, only under the demand closure
    quotas: Leaf  # `Quotas`; no cells where nothing is capped
    bills: Leaf  # `Bills`; no channels where nothing is paid outside the table
    part: Leaf  # (region,) which part of the world a region trades in; all 0 where trade connects everybody


class Parameters(NamedTuple):
    """Elasticities and switches; all traced, so one compiled program serves every choice."""

    theta: Leaf  # (good,)
    sigma_materials: Leaf
    sigma_output: Leaf
    sigma_factors: Leaf
    sigma_final: Leaf
    mobile_capital: Leaf  # bool
    proportional: Leaf  # bool: total spending over output stays at its base ratio
    demand: Leaf  # bool: spending is anchored in nominal terms and wages have a floor
    propensity: Leaf  # marginal propensity to spend out of income, demand closure
    pass_through: Leaf  # share of a fall in labour demand that wages follow, demand closure


class State(NamedTuple):
    """Log changes against the benchmark."""

    wage: Leaf  # (region,)
    rental: Leaf  # (industry, region)
    cost: Leaf  # (industry, region), producer price
    output: Leaf  # (industry, region), value
    absorption: Leaf  # (region,)
    licence: Leaf  # (capped cell,) log(1 + e'), the price wedge that holds a quota; >= 0


class Problem(NamedTuple):
    """Everything one solve needs."""

    benchmark: Benchmark
    wedges: Wedges
    parameters: Parameters


class Sweep(NamedTuple):
    """One evaluation of all equations: the implied state and what the outcome is made of."""

    implied: State
    composite: Array  # log P (good, region), by user that of final use
    users_composite: Array  # log P (good, user, region) of industries by user; none of them where pooled
    consumer: Array  # log PC (region,)
    supplier: Array  # supplier terms (good, origin)
    pull: (
        Array  # spending / attraction (good, destination); by user `flows.pulled` (good, origin, destination)
    )
    spending: Array  # duty-inclusive (good, region)
    materials: Array  # duty-inclusive spending of industries (good, region)
    materials_log_price: Array  # log PM (industry, region)
    materials_bill: Array  # (industry, region)
    labour_bill: Array  # (industry, region)
    capital_bill: Array  # (industry, region)
    income: Array  # (region,) factor income, taxes and duties
    duty: Array  # (region,) import duty receipts
    export_receipts: Array  # (region,) export duty and exporters' quota rents
    output_receipts: Array  # (region,)
    oversold: Array  # (capped cell,) log volume over cap


def fold(problem: Problem) -> prices.TradeNest:
    """Fold the trade nest of `problem` once per solve."""
    wedges = problem.wedges
    nest = prices.fold_sourcing(
        problem.benchmark.trade_share,
        wedges.log_trade,
        wedges.availability,
        wedges.duty,
        wedges.export_duty,
        problem.parameters.theta,
    )
    return quotas.prepared(nest, wedges.quotas) if module_of(nest.weight) is np else nest


def sweep(state: State, folded: prices.TradeNest, problem: Problem) -> Sweep:
    """Evaluate prices, cost shares, flows, incomes and factor markets at `state`."""
    base, wedges, par = problem
    xp = module_of(state.cost)
    nest = quotas.with_licences(folded, wedges.quotas, state.licence, par.theta)
    # prices
    supplier, cheapest = prices.supplier_terms(state.cost, par.theta)
    attraction = prices.attraction(supplier, nest)
    paid = prices.composite_price(attraction, cheapest, nest, par.theta)
    (inputs, lacking), (composite, missing) = _users(paid, nest.missing, nest)
    log_pm = prices.materials_price(base.materials_share, inputs, lacking, par.sigma_materials)
    log_v = prices.value_added_price(base.labour_share, state.wage, state.rental, par.sigma_factors)
    log_unit = prices.unit_cost(base.value_added_share, log_v, log_pm, par.sigma_output)
    tastes = base.final_share * wedges.taste
    eagerness = tastes.sum(axis=0)
    tastes = tastes / eagerness
    consumer = prices.consumer_price(tastes, composite, missing, par.sigma_final)
    # cost shares
    revenue = base.output * xp.exp(state.output)
    net = revenue / wedges.output_tax
    billed = billing.paid(net, wedges.bills)
    kept = billing.kept(net, wedges.bills)
    value_added = kept * base.value_added_share * share_factor(log_v, log_unit, par.sigma_output)
    bill = kept - value_added
    labour_bill = (
        value_added * base.labour_share * share_factor(state.wage[None, :], log_v, par.sigma_factors)
    )
    capital_bill = value_added - labour_bill
    # spending and flows
    absorption = base.absorption * xp.exp(state.absorption)
    materials = ~lacking * flows.materials_spending(
        base.materials_share,
        xp.exp((1.0 - par.sigma_materials) * inputs),
        xp.exp((1.0 - par.sigma_materials) * log_pm),
        bill,
    )
    final = ~missing * tastes * share_factor(composite, consumer[None, :], par.sigma_final) * absorption
    parents = ~missing * billing.extracted(billed, wedges.bills)  # bought from the origins of final use
    if nest.split is None:
        materials = materials + parents
        spending = materials + final
        pull = spending / attraction
    else:
        outside = (final + parents)[:, None]
        pull = flows.pulled(xp.concatenate([materials, outside], axis=1) / attraction, nest)
        materials = materials.sum(axis=1) + parents
        spending = materials + final
    output = flows.sales(supplier, pull, nest.at_producer)
    # receipts and incomes
    duty = flows.import_duty(spending, supplier, pull, nest)
    export_receipts = flows.export_duty(supplier, pull, output, nest)
    output_receipts = (revenue - net).sum(axis=0)
    labour = base.labour * wedges.labour
    capital = base.capital * wedges.capital
    asked = labour_bill.sum(axis=0)
    # the jobless earn nothing
    wages = choose(par.demand, lambda: asked, lambda: labour * xp.exp(state.wage))
    factor_income = wages + (capital * xp.exp(state.rental)).sum(axis=0)
    income = factor_income + duty + export_receipts + output_receipts + billing.received(billed, wedges.bills)
    absorption_implied = _absorption(base, wedges, par, income, revenue, bill, eagerness)
    oversold = quotas.excess(state, supplier, pull, nest, wedges.quotas)
    # factor markets
    full = log_ratio(asked, labour, state.wage)
    implied = State(
        wage=choose(
            par.demand,
            lambda: xp.maximum(full, par.pass_through * full + xp.log(wedges.wage_floor)),
            lambda: full,
        ),
        rental=factors.implied_rental(capital_bill, capital, par.mobile_capital, state.rental),
        cost=log_unit + wedges.log_cost,
        output=log_ratio(output, base.output, state.output),
        absorption=log_ratio(absorption_implied, base.absorption, state.absorption),
        # u + max(-u, excess) equals u exactly where complementarity holds
        licence=state.licence + xp.maximum(-state.licence, oversold),
    )
    return Sweep(
        implied,
        composite,
        inputs if nest.split is not None else xp.zeros((paid.shape[0], 0, paid.shape[1])),
        consumer,
        supplier,
        pull,
        spending,
        materials,
        log_pm,
        bill,
        labour_bill,
        capital_bill,
        income,
        duty,
        export_receipts,
        output_receipts,
        oversold,
    )


def trade(state: State, seen: Sweep, folded: prices.TradeNest, problem: Problem) -> Array:
    """Return trade flows X' (good, origin, destination) at producer prices, as `seen` at `state`."""
    nest = quotas.with_licences(folded, problem.wedges.quotas, state.licence, problem.parameters.theta)
    return flows.trade_flows(seen.supplier, seen.pull, nest)


def _users(
    paid: Array, missing: Array, nest: prices.TradeNest
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return (log P, missing) of industries and of final use: the same where sourcing is pooled."""
    if nest.split is None:
        return (paid, missing), (paid, missing)
    return (paid[:, :-1], missing[:, :-1]), (paid[:, -1], missing[:, -1])


def _absorption(
    base: Benchmark,
    wedges: Wedges,
    par: Parameters,
    income: Array,
    revenue: Array,
    bill: Array,
    eagerness: Array,
) -> Array:

    def anchored() -> Array:  # E' = (1-m) E kappa + m E Inc'/Inc, kappa = sum_s alpha b
        earned = (income + wedges.transfer) / (base.absorption - base.deficit)
        return base.absorption * ((1.0 - par.propensity) * eagerness + par.propensity * earned)

    def proportional() -> Array:
        sold = revenue.sum(axis=0)
        ratio = (base.absorption + _base_bill(base)) / base.output.sum(axis=0)
        world_factor = sold.sum() / (ratio * sold).sum()
        return world_factor * ratio * sold - bill.sum(axis=0)

    def with_deficit() -> Array:
        return income + base.deficit + wedges.transfer

    return choose(par.proportional, proportional, lambda: choose(par.demand, anchored, with_deficit))


def _base_bill(base: Benchmark) -> Array:
    return ((1.0 - base.value_added_share) * base.output).sum(axis=0)
