"""From a year of the markets to the engine: cost shocks of the using industries, and who gets the money.

For industry k of region j with cost share s of a mineral embodied in a share phi of its output,

    x_m = [ (1 - s/phi) + (s/phi) p^(1-sm) ]^(1/(1-sm))     x = [ (1 - phi) + phi x_m^(1-so) ]^(1/(1-so))

with p what a unit costs, substitutes included. Of what the industry earns it then spends, with v, b, l and e the
money paid for the mineral, for substitutes and for detours, and the tonnes used, all per unit of activity and
relative to the base,

    minerals s (v + b) / x: extraction s e / x to the parent industry, s (v - e - l) / x to sellers and licence
    holders, the rest a = [1 - s (v + b) / x + s (b + l) / x] / (1 - s) to value added and materials as before.

The table already has the base purchase s from the parent industry in the materials, so of extraction only
s e / x - a s is added to it. All neutral at v = e = x = 1, b = l = 0. Tonnes from stocks are extraction
when they are used, not when they are bought back, as in cost accounting: running down a stock is no income.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.engine.bills import CHANNELS
from blocs.engine.shocks import Shocks
from blocs.vectors.minerals.base import Base
from blocs.vectors.minerals.market import MONTHS, Year
from blocs.world.accounts import Floats
from blocs.world.world import World


class PerUnit(NamedTuple):
    """The year per unit of base use and activity, (m,j): v paid, b substitutes, l detours, e extracted, p unit cost."""

    paid: Floats
    substitutes: Floats
    detours: Floats
    extracted: Floats
    price: Floats


def per_unit(base: Base, year: Year, activity: Floats, assumptions: Assumptions) -> PerUnit:
    """Return a year's money and tonnes per unit of activity, relative to the base."""
    unit = MONTHS * base.use * activity
    backstop = assumptions["minerals.backstop"]

    def over(amount: Floats, otherwise: float) -> Floats:
        return np.divide(amount, unit, out=np.full_like(unit, otherwise), where=unit > 0.0)

    service = year.used + year.replaced
    cost = year.spent + backstop * year.replaced
    price = np.divide(cost, service, out=np.ones_like(unit), where=service > 0.0)
    return PerUnit(
        over(year.spent, 1.0), over(backstop * year.replaced, 0.0), over(year.leak_cost.sum(axis=1), 0.0),
        over(year.used, 1.0), price,
    )  # fmt: skip


def input_cost(base: Base, price: Floats, year: Year, assumptions: Assumptions) -> Floats:
    """Return x (k,j), the product over minerals of the two nests; exactly 1 where every price is 1."""
    short, long = assumptions["minerals.demand.short"], assumptions["minerals.demand.long"]
    across = assumptions["minerals.embodied.substitution"]
    log = np.log(price)
    # what habit has added to the elasticity so far
    grown = np.divide(-year.habit, log, out=np.zeros_like(log), where=np.abs(log) > 1e-6)
    within = short + np.clip(grown, 0.0, max(long - short, 0.0))
    inside = np.divide(
        base.cost_share, base.embodied, out=np.zeros_like(base.cost_share), where=base.embodied > 0.0
    )
    log_inside = _index(inside, log[:, None, :], within[:, None, :])
    return np.exp(_index(base.embodied, log_inside, across).sum(axis=0))


def _index(share: Floats, log_price: Floats, sigma: Floats | float) -> Floats:
    """Return the log of a CES index of one input with `share` at `log_price` and the rest at price 1."""
    delta = 1.0 - np.asarray(sigma)
    flat = np.abs(delta) < 1e-9
    safe = np.where(flat, 1.0, delta)
    return np.where(flat, share * log_price, np.log1p(share * np.expm1(safe * log_price)) / safe)


def shocks_of(
    world: World,
    base: Base,
    year: Year,
    activity: Floats,
    assumptions: Assumptions,
    sales: Floats | None = None,
) -> Shocks:
    """Return cost shocks and bills of a year; sales (k,j) US$ mn weigh a region's industries (default: the base's)."""
    unit = per_unit(base, year, activity, assumptions)
    x = input_cost(base, unit.price, year, assumptions)
    s = base.cost_share / x[None]
    lost = unit.substitutes + unit.detours
    ordinary = (1.0 - s * (unit.paid + unit.substitutes)[:, None, :] + s * lost[:, None, :]) / (
        1.0 - base.cost_share
    )
    extra = s * unit.extracted[:, None, :] - ordinary * base.cost_share  # (m,k,j) to the parents
    weight = (world.accounts.output if sales is None else sales)[None]
    spread = MONTHS * base.use * activity
    rents = _rents(base, year, unit, spread)
    share = np.zeros((len(CHANNELS), *world.accounts.output.shape))
    income = np.zeros((len(CHANNELS), len(world.regions), len(world.regions)))
    goods = np.zeros((len(CHANNELS), *world.accounts.output.shape))
    for channel, sign in ((0, 1.0), (1, -1.0)):
        part = np.where(sign * rents > 0.0, rents, 0.0)  # (m, receiver, payer)
        share[channel] = np.einsum("mkj,mj->kj", s, part.sum(axis=1))
        whole = (s * weight).sum(axis=1)  # (m,j) what a unit of rent weighs in the region
        income[channel] = _normal(np.einsum("mij,mj->ij", part, whole))
        piece = np.where(sign * extra > 0.0, extra, 0.0)
        share[channel + 2] = piece.sum(axis=0)
        to = np.zeros_like(world.accounts.output)
        for m, parent in enumerate(base.parent):
            to[world.sectors.index(parent)] += (piece[m] * weight[0]).sum(axis=0)
        goods[channel + 2] = _normal(_where_used(world, to))
    return Shocks.of(
        world, input_cost=x, bill_share=share,
        bill_income=income, bill_goods=goods,
    )  # fmt: skip


def _rents(base: Base, year: Year, unit: PerUnit, spread: Floats) -> Floats:
    """Return rents by mineral, receiver and payer (m,i,j) per unit of activity, relative to the base use.

    Sellers get what is paid above extraction and detours; what users draw from their own stocks and scrap stays theirs.
    """
    m, _, j = base.flows.shape
    out = np.zeros((m, j, j))
    gained = np.divide(
        year.money - year.tonnes - year.leak_cost, spread[:, None, :], out=np.zeros_like(year.money),
        where=spread[:, None, :] > 0.0,
    )  # fmt: skip
    for n in range(base.origin.shape[1]):
        real = n < base.origins
        out[np.flatnonzero(real), base.origin[real, n]] += gained[real, n]
    total = unit.paid - unit.extracted - unit.detours
    own = np.where(spread > 0.0, total - out.sum(axis=1), 0.0)
    out[:, np.arange(j), np.arange(j)] += own
    # what is below rounding is nobody's rent: a market at rest then gives exactly nothing
    return np.where(np.abs(out) > 1e-13, out, 0.0)


def _normal(amounts: Floats) -> Floats:
    total = amounts.sum(axis=0)
    return np.divide(amounts, total, out=np.zeros_like(amounts), where=total != 0.0)


def _where_used(world: World, amounts: Floats) -> Floats:
    """Return spending (good, region) moved to the region's most used good where it does not use the parent's at all."""
    used = world.accounts.final + world.accounts.use.sum(axis=1)
    missing = (used <= 0.0) & (amounts != 0.0)
    out = np.where(missing, 0.0, amounts)
    most = used.argmax(axis=0)
    np.add.at(out, (most, np.arange(out.shape[1])), np.where(missing, amounts, 0.0).sum(axis=0))
    return out
