"""A naive NumPy solver of the equations of docs/engine.md: another algorithm for the same equilibrium.

Given factor prices, unit costs come from plain fixed-point iteration; given prices, spending, output and
absorption solve one linear system; a root finder clears the factor markets. Only the accounts of the world
are shared with the engine: every share, price, flow and receipt is worked out here, with CES powers and exact
Cobb-Douglas instead of the engine's kernels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import root

import blocs
from blocs.world.accounts import Floats


@dataclass(frozen=True)
class Equilibrium:
    """Hats of prices and levels of values; the numeraire is world factor income."""

    wage: Floats
    rental: Floats  # (industry, region)
    cost: Floats
    composite: Floats
    consumer: Floats
    flows: Floats  # at producer prices
    absorption: Floats
    income: Floats


class Oracle:
    """The world's equilibrium under `shocks` (keyword arguments of `blocs.solve`) with Closure.FIXED."""

    def __init__(
        self, world: blocs.World, elasticities: blocs.Elasticities, *, mobile: bool = True, **shocks: Floats
    ) -> None:
        base = world.accounts
        goods, regions = base.output.shape
        trade, industry = (goods, regions, regions), (goods, regions)

        def given(name, neutral, shape):
            return np.asarray(shocks.get(name, np.full(shape, neutral)))

        self.el, self.mobile, self.base = elasticities, mobile, base
        self.theta = elasticities.of(world)[:, None, None]
        tariff = given("tariff", 0.0, trade) if "tariff" in shocks else base.tariff
        self.duty, self.export_duty = 1.0 + tariff, 1.0 + given("export_tax", 0.0, trade)
        self.wedge = given("trade_cost", 1.0, trade) * self.duty / (1.0 + base.tariff) * self.export_duty
        self.availability = given("availability", 1.0, trade)
        self.output_tax = 1.0 + given("output_tax", 0.0, industry)
        self.cost_shift = (
            given("input_cost", 1.0, industry) * self.output_tax / given("productivity", 1.0, industry)
        )
        self.transfer = given("transfer", 0.0, (regions,))
        paid = base.flows * (1.0 + base.tariff)
        self.trade_share = _over(paid, paid.sum(axis=1, keepdims=True))
        self.mu = _over(base.use, base.use.sum(axis=0, keepdims=True))
        self.beta = np.where(base.output > 0.0, _over(base.value_added, base.output), 1.0)
        tastes = base.final * given("demand_shift", 1.0, industry)
        self.alpha = tastes / tastes.sum(axis=0)
        self.wage_bill = (base.value_added * base.labour_share).sum(axis=0) * given("labour", 1.0, (regions,))
        self.rental_bill = base.value_added * (1.0 - base.labour_share) * given("capital", 1.0, industry)
        self.world_income = base.value_added.sum()

    def solve(self) -> Equilibrium:
        """Clear the factor markets; AssertionError when the root finder fails."""
        start = np.zeros(self._excess(None).size)
        found = root(self._excess, start, method="hybr", options={"xtol": 1e-14, "maxfev": 20_000})
        if np.abs(found.fun).max() > 1e-10:
            found = root(self._excess, found.x, method="lm", options={"xtol": 1e-15, "ftol": 1e-15})
        assert np.abs(found.fun).max() < 1e-9, "the oracle found no equilibrium"
        return self._at(*self._factor_prices(found.x))[0]

    def _factor_prices(self, logs: Floats | None) -> tuple[Floats, Floats]:
        """Unpack log wages (region) and log rentals (region if mobile, else by industry) at the numeraire."""
        regions, shape = self.wage_bill.size, self.rental_bill.shape
        rentals = regions if self.mobile else self.rental_bill.size
        logs = np.zeros(regions + rentals) if logs is None else logs
        wage = np.exp(logs[:regions])
        rental = np.exp(logs[regions:]) if self.mobile else np.exp(logs[regions:]).reshape(shape)
        rental = np.broadcast_to(rental, shape)
        scale = self.world_income / ((self.wage_bill * wage).sum() + (self.rental_bill * rental).sum())
        return wage * scale, rental * scale

    def _excess(self, logs: Floats | None) -> Floats:
        """Return demand over supply less one of every factor, plus a pin on the level of log prices."""
        wage, rental = self._factor_prices(logs)
        _, labour, capital = self._at(wage, rental)
        supply = self.rental_bill * rental
        demand = capital.sum(axis=0) if self.mobile else capital
        supply = supply.sum(axis=0) if self.mobile else supply
        gaps = [
            labour / (self.wage_bill * wage) - 1.0,
            np.where(supply > 0.0, _over(demand, supply) - 1.0, 0.0).ravel(),
        ]
        out = np.concatenate(gaps)
        if logs is not None:  # one market is redundant; unused rentals and the level stay at zero
            idle = np.concatenate([np.zeros(wage.size, bool), (supply <= 0.0).ravel()])
            out = np.where(idle, logs, out) + logs.mean()
        return out

    def _at(self, wage: Floats, rental: Floats) -> tuple[Equilibrium, Floats, Floats]:
        """Return the equilibrium of goods at given factor prices, and factor demands in value."""
        el, base = self.el, self.base
        v = _ces(np.stack([base.labour_share, 1.0 - base.labour_share]),
                 np.stack([np.broadcast_to(wage, rental.shape), rental]), el.sigma_factors)  # fmt: skip
        cost = np.ones_like(rental)
        for _ in range(20_000):
            composite = self._composite(cost)
            pm = _ces(self.mu, composite[:, None, :], el.sigma_materials)
            inner = np.stack([self.beta, 1.0 - self.beta])
            unit = _ces(inner, np.stack([v, pm]), el.sigma_output)
            new = unit * self.cost_shift
            done = np.abs(np.log(new / cost)).max() < 1e-15
            cost = new
            if done:
                break
        composite = self._composite(cost)
        pm = _ces(self.mu, composite[:, None, :], el.sigma_materials)
        consumer = _ces(self.alpha, composite, el.sigma_final)
        beta = self.beta * (v / unit) ** (1.0 - el.sigma_output)
        mu = self.mu * (composite[:, None, :] / pm[None]) ** (1.0 - el.sigma_materials)
        alpha = self.alpha * (composite / consumer) ** (1.0 - el.sigma_final)
        landed = (cost[:, :, None] * self.wedge / composite[:, None, :]) ** -self.theta
        share = self.availability * self.trade_share * landed
        flows, absorption, income = self._quantities(wage, rental, beta, mu, alpha, share)
        value_added = beta * flows.sum(axis=2) / self.output_tax
        labour = value_added * base.labour_share * (wage / v) ** (1.0 - el.sigma_factors)
        found = Equilibrium(wage, rental, cost, composite, consumer, flows, absorption, income)
        return found, labour.sum(axis=0), value_added - labour

    def _composite(self, cost: Floats) -> Floats:
        weights = self.availability * self.trade_share
        total = (weights * (cost[:, :, None] * self.wedge) ** -self.theta).sum(axis=1)
        used = self.trade_share.sum(axis=1) > 0.0
        return np.where(used, np.where(used, total, 1.0) ** (-1.0 / self.theta[:, :, 0]), 1.0)

    def _quantities(
        self, wage: Floats, rental: Floats, beta: Floats, mu: Floats, alpha: Floats, share: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Solve spending M (good, region) and absorption E (region): linear once prices are known."""
        goods, regions = beta.shape
        per_unit = share / (self.duty * self.export_duty)  # X' = per_unit M
        size = goods * regions

        def at(s, j):
            return s * regions + j

        system, right = np.eye(size + regions), np.zeros(size + regions)
        factor_income = self.wage_bill * wage + (self.rental_bill * rental).sum(axis=0)
        right[size:] = factor_income + self.base.deficit + self.transfer
        for s, i, j in np.ndindex(goods, regions, regions):
            x = per_unit[s, i, j]
            # what one unit of M[s,j] buys from i lets industry s of i buy every good g in i
            for g in range(goods):
                system[at(g, i), at(s, j)] -= mu[g, s, i] * (1.0 - beta[s, i]) / self.output_tax[s, i] * x
            system[size + j, at(s, j)] -= (self.duty[s, i, j] - 1.0) * self.export_duty[s, i, j] * x
            system[size + i, at(s, j)] -= (self.export_duty[s, i, j] - 1.0) * x
            system[size + i, at(s, j)] -= (1.0 - 1.0 / self.output_tax[s, i]) * x
        for s, j in np.ndindex(goods, regions):
            system[at(s, j), size + j] -= alpha[s, j]
        solved = np.linalg.solve(system, right)
        flows = per_unit * solved[:size].reshape(goods, 1, regions)
        absorption = solved[size:]
        return flows, absorption, absorption - self.base.deficit - self.transfer


def _ces(share: Floats, price: Floats, sigma: float) -> Floats:
    """Return the price index over the first axis."""
    if sigma == 1.0:
        return np.prod(price**share, axis=0)
    used = share.sum(axis=0) > 0.0
    total = np.where(used, (share * price ** (1.0 - sigma)).sum(axis=0), 1.0)
    return total ** (1.0 / (1.0 - sigma))


def _over(part: Floats, whole: Floats) -> Floats:
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0.0)


class OracleByUser(Oracle):
    """The same with import shares of each user; `flows_by_user`: Z (good, origin, user, destination), basic prices."""

    def __init__(
        self,
        world: blocs.World,
        elasticities: blocs.Elasticities,
        flows_by_user: Floats,
        *,
        mobile: bool = True,
        **shocks: Floats,
    ) -> None:
        super().__init__(world, elasticities, mobile=mobile, **shocks)
        final = self.base.flows - flows_by_user.sum(axis=2)
        paid = np.concatenate([flows_by_user, final[:, :, None]], axis=2)
        paid = paid * (1.0 + self.base.tariff)[:, :, None]
        self.by_user = _over(paid, paid.sum(axis=1, keepdims=True))

    def _at(self, wage: Floats, rental: Floats) -> tuple[Equilibrium, Floats, Floats]:
        el, base = self.el, self.base
        v = _ces(np.stack([base.labour_share, 1.0 - base.labour_share]),
                 np.stack([np.broadcast_to(wage, rental.shape), rental]), el.sigma_factors)  # fmt: skip
        cost = np.ones_like(rental)
        for _ in range(20_000):
            paid = self._composite(cost)
            pm = _ces(self.mu, paid[:, :-1], el.sigma_materials)
            unit = _ces(np.stack([self.beta, 1.0 - self.beta]), np.stack([v, pm]), el.sigma_output)
            done = np.abs(np.log(unit * self.cost_shift / cost)).max() < 1e-15
            cost = unit * self.cost_shift
            if done:
                break
        paid = self._composite(cost)
        pm = _ces(self.mu, paid[:, :-1], el.sigma_materials)
        consumer = _ces(self.alpha, paid[:, -1], el.sigma_final)
        beta = self.beta * (v / unit) ** (1.0 - el.sigma_output)
        mu = self.mu * (paid[:, :-1] / pm[None]) ** (1.0 - el.sigma_materials)
        alpha = self.alpha * (paid[:, -1] / consumer) ** (1.0 - el.sigma_final)
        landed = (cost[:, :, None, None] * self.wedge[:, :, None] / paid[:, None]) ** -self.theta[..., None]
        share = self.availability[:, :, None] * self.by_user * landed
        flows, absorption, income = self._values(wage, rental, beta, mu, alpha, share)
        value_added = beta * flows.sum(axis=2) / self.output_tax
        labour = value_added * base.labour_share * (wage / v) ** (1.0 - el.sigma_factors)
        found = Equilibrium(wage, rental, cost, paid[:, -1], consumer, flows, absorption, income)
        return found, labour.sum(axis=0), value_added - labour

    def _composite(self, cost: Floats) -> Floats:
        terms = (cost[:, :, None] * self.wedge) ** -self.theta * self.availability
        total = (self.by_user * terms[:, :, None]).sum(axis=1)
        used = self.by_user.sum(axis=1) > 0.0
        return np.where(used, np.where(used, total, 1.0) ** (-1.0 / self.theta), 1.0)

    def _values(
        self, wage: Floats, rental: Floats, beta: Floats, mu: Floats, alpha: Floats, share: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Solve output Y (good, region) and absorption E: linear once prices are known; one column at a time."""
        goods, regions = beta.shape
        size = goods * regions
        fixed = self.wage_bill * wage + (self.rental_bill * rental).sum(axis=0)
        fixed = fixed + self.base.deficit + self.transfer

        def implied(x: Floats) -> tuple[Floats, Floats]:
            output, absorption = x[:size].reshape(goods, regions), x[size:]
            net = output / self.output_tax
            spent = np.concatenate(
                [mu * ((1.0 - beta) * net)[None], (alpha * absorption)[:, None]], axis=1
            )  # (good, user, region)
            flows = (share * spent[:, None]).sum(axis=2) / (self.duty * self.export_duty)
            receipts = ((self.duty - 1.0) * self.export_duty * flows).sum(axis=(0, 1))
            receipts = (
                receipts + ((self.export_duty - 1.0) * flows).sum(axis=(0, 2)) + (output - net).sum(axis=0)
            )
            return np.concatenate([flows.sum(axis=2).ravel(), receipts]), flows

        columns = np.stack([implied(unit)[0] for unit in np.eye(size + regions)], axis=1)
        right = np.concatenate([np.zeros(size), fixed])
        solved = np.linalg.solve(np.eye(size + regions) - columns, right)
        absorption = solved[size:]
        return implied(solved)[1], absorption, absorption - self.base.deficit - self.transfer
