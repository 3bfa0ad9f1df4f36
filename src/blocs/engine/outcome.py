"""The outcome of one solve: status first, then labelled results that do not depend on the numeraire."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from blocs.engine import welfare as measures
from blocs.engine.anderson import no_history
from blocs.engine.assemble import quotas_of
from blocs.engine.calibrate import calibrate
from blocs.engine.elasticities import Closure, Demand, Elasticities, Horizon, Sourcing
from blocs.engine.quotas import EXPORTER, IMPORTER, NOBODY
from blocs.engine.shocks import Shocks
from blocs.engine.solution import Solution
from blocs.engine.status import Status
from blocs.errors import ConvergenceError
from blocs.world.accounts import Accounts, Floats, check, frozen
from blocs.world.labels import labelled
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

# regional results in % against the base, with what they mean
REGIONAL: dict[str, str] = {
    "welfare": "equivalent variation, % of base absorption",
    "real_income": "income without deficits over the consumer price, % change",
    "real_wage": "wage over the consumer price, % change",
    "cpi": "consumer price over the own GDP deflator, % change",
    "gdp": "double-deflated volume of GDP, % change",
    "exports": "volume of exports at base prices, % change",
    "imports": "volume of imports at base prices, % change",
    "terms_of_trade": "export over import prices before duty, base weights, % change",
}
BINDING = 1e-9  # a licence dearer than this, as a share of the price, is more than rounding


@dataclass(frozen=True, eq=False, repr=False)
class Outcome:
    """What `solve` found. `base` is the world it compares with (purged of deficits where `notes` say so),
    `origin` the world it was asked about. Unless `status.converged`, every result is NaN."""

    base: World
    origin: World
    shocks: Shocks
    elasticities: Elasticities
    closure: Closure
    horizon: Horizon
    status: Status
    solution: Solution | None
    notes: tuple[str, ...] = ()
    demand: Demand | None = None
    sourcing: Sourcing = Sourcing.POOLED
    purged: Outcome | None = None  # the solve that took the deficits out of `origin`, where `base` is without

    def unlearned(self) -> Outcome:
        """Return this outcome as a `start=` for a solve under quite other shocks: its unknowns, not what its steps
        taught."""
        if self.solution is None:
            return self
        history = no_history(*self.solution.history.moves.shape)
        return replace(self, solution=replace(self.solution, history=history))

    # bare arrays, for the year loop and the documents -----------------------------------------------------------

    def regional(self, name: str) -> Floats:
        """Return one of `REGIONAL` as a bare array (region,), %."""
        if not self.status.converged or self.solution is None:
            return np.full(len(self.base.regions), np.nan)
        return 100.0 * self._fractions[name]

    @property
    def bare_flows(self) -> Floats:
        """`flows` without labels, which cost more than a sum over the cube; read-only where solved."""
        if not self.status.converged or self.solution is None:
            return self.flows.values
        return self.solution.flows

    @cached_property
    def _fractions(self) -> dict[str, Floats]:
        accounts, solution, shocks = self.base.accounts, self._solved, self.shocks
        volumes = self.volumes
        sold = accounts.flows.sum(axis=0)
        crossing = sold * (1.0 - np.eye(sold.shape[0]))
        return {
            "welfare": measures.equivalent_variation(
                accounts, solution, shocks, self.elasticities.sigma_final
            ),
            "real_income": measures.real_income(accounts, solution),
            "real_wage": measures.real_wage(solution),
            "cpi": measures.consumer_price(accounts, solution, volumes),
            "gdp": volumes.gdp / measures.base_gdp(accounts) - 1.0,
            "exports": _change(volumes.exports, crossing.sum(axis=1)),
            "imports": _change(volumes.imports, crossing.sum(axis=0)),
            "terms_of_trade": measures.terms_of_trade(
                accounts, solution, shocks, self._licences(EXPORTER), self._licences(NOBODY)
            ),
        }

    @cached_property
    def volumes(self) -> measures.Volumes:
        """Quantities at base prices."""
        made = (
            None if self.sourcing is Sourcing.POOLED else _over(self.by_user.sum(axis=2), self._solved.flows)
        )
        return measures.Volumes(self.base.accounts, self._solved, self.shocks, self._licences(NOBODY), made)

    @cached_property
    def by_user(self) -> Floats:
        """Sales to industries (good, origin, user, destination) at producer prices, US$ mn in units of the numeraire.

        Under BY_USER each user's own; pooled, every user's share of a flow is its share of spending.
        """
        solved, bought = self._solved, self._use()
        if self.sourcing is Sourcing.POOLED:
            part = _over(bought, np.broadcast_to(solved.spending[:, None], bought.shape))
            return solved.flows[:, :, None, :] * part[:, None]
        share = np.asarray(calibrate(self.base, self.sourcing)[0].trade_share)
        theta = self.elasticities.of(self.base)[:, None, None, None]
        goods = share[:, :, :-1] * np.exp(
            theta * (solved.users_composite[:, None] - solved.cost[:, :, None, None])
        )
        wedge, net = self._bilateral()
        goods *= wedge[:, :, None]
        return goods * (bought[:, None] * net[:, :, None])

    def _bilateral(self) -> tuple[Floats, Floats]:
        """Return a (tau T E u)^(-theta) and 1/((1+t')(1+e')) with licences, by (good, origin, destination)."""
        shocks, theta = self.shocks, self.elasticities.of(self.base)[:, None, None]
        sold, bought, wasted = (
            1.0 if price is None else price for price in map(self._licences, (EXPORTER, IMPORTER, NOBODY))
        )
        duty = (1.0 + self._tariff) * bought
        export_duty = sold if shocks.export_tax is None else (1.0 + shocks.export_tax) * sold
        wedge = duty / (1.0 + self.base.accounts.tariff) * export_duty * wasted
        if shocks.trade_cost is not None:
            wedge = wedge * shocks.trade_cost
        weight = wedge**-theta
        if shocks.availability is not None:
            weight = weight * shocks.availability
        if shocks.quota is not None:
            weight = weight * (shocks.quota > 0.0)
        return weight, 1.0 / (duty * export_duty)

    def _licences(self, keeper: int) -> Floats | None:
        """Return licence prices as ratios (good, origin, destination), 1 but where `keeper` has the rent; None
        where it never has."""
        rent = self.shocks.quota_rent
        if self.shocks.quota is None or (rent is None and keeper != EXPORTER):
            return None
        kept = True if rent is None else rent == keeper
        return np.where(kept, 1.0 + self.licence_price.values / 100.0, 1.0) if np.any(kept) else None

    @property
    def _solved(self) -> Solution:
        if self.solution is None:
            raise ConvergenceError(f"there is no solution: {self.status}", self)
        return self.solution

    # labelled results -------------------------------------------------------------------------------------------

    @cached_property
    def welfare(self) -> xr.DataArray:
        """Equivalent variation (region), % of base absorption."""
        return self._region("welfare")

    @cached_property
    def real_income(self) -> xr.DataArray:
        """Income without deficits over the consumer price (region), % change."""
        return self._region("real_income")

    @cached_property
    def real_wage(self) -> xr.DataArray:
        """Wage over the consumer price (region), % change."""
        return self._region("real_wage")

    @cached_property
    def cpi(self) -> xr.DataArray:
        """Consumer price over the region's own GDP deflator (region), % change."""
        return self._region("cpi")

    @cached_property
    def gdp(self) -> xr.DataArray:
        """Double-deflated volume of GDP (region), % change."""
        return self._region("gdp")

    @cached_property
    def exports(self) -> xr.DataArray:
        """Volume of exports at base prices, as shipped (region), % change."""
        return self._region("exports")

    @cached_property
    def imports(self) -> xr.DataArray:
        """Volume of imports at base prices, as arrived (region), % change."""
        return self._region("imports")

    @cached_property
    def terms_of_trade(self) -> xr.DataArray:
        """Export prices over import prices before duty, base weights (region), % change."""
        return self._region("terms_of_trade")

    @cached_property
    def welfare_usd(self) -> xr.DataArray:
        """Equivalent variation (region), US$ mn of the base year; the form that may be summed over regions."""
        values = self.regional("welfare") / 100.0 * self.base.accounts.absorption
        return self._label("welfare_usd", values, ("region",), "US$ mn")

    @cached_property
    def price_index(self) -> xr.DataArray:
        """Consumer price PC (region), a hat in units of the numeraire (world value added)."""
        return self._hat("price_index", self.solution and self.solution.consumer, ("region",))

    @cached_property
    def wage(self) -> xr.DataArray:
        """Wage (region), a hat in units of the numeraire (world value added)."""
        return self._hat("wage", self.solution and self.solution.wage, ("region",))

    @cached_property
    def producer_price(self) -> xr.DataArray:
        """Producer price (user, region), a hat in units of the numeraire."""
        return self._hat("producer_price", self.solution and self.solution.cost, ("user", "region"))

    @cached_property
    def flows(self) -> xr.DataArray:
        """Sales (good, origin, destination) at producer prices, US$ mn in units of the numeraire."""
        return self._value("flows", self.solution and self.solution.flows, ("good", "origin", "destination"))

    @cached_property
    def use(self) -> xr.DataArray:
        """Purchases of industries (good, user, region), US$ mn in units of the numeraire, duty-inclusive."""
        bought = self._use() if self.status.converged else np.full(self.base.accounts.use.shape, np.nan)
        return self._label("use", bought, ("good", "user", "region"), "US$ mn")

    @cached_property
    def output(self) -> xr.DataArray:
        """Gross output (user, region), US$ mn in units of the numeraire."""
        return self._value("output", self.solution and self.solution.output, ("user", "region"))

    @cached_property
    def output_volume(self) -> xr.DataArray:
        """Volume of gross output (user, region), % change; NaN for industries that do not exist in the base."""
        base = self.base.accounts.output
        volume = self.volumes.shipped.sum(axis=2) if self.status.converged else np.full(base.shape, np.nan)
        change = np.divide(volume, base, out=np.full(base.shape, np.nan), where=base > 0.0)
        return self._label("output_volume", 100.0 * (change - 1.0), ("user", "region"), "%")

    @cached_property
    def employment(self) -> xr.DataArray:
        """Labour by industry (user, region), % change; NaN where an industry employs nobody in the base."""
        base = self.base.accounts.value_added * self.base.accounts.labour_share
        change = np.full(base.shape, np.nan)
        if self.status.converged:
            now = self._solved.labour_bill * np.exp(-self._solved.wage)[None, :]
            np.divide(now, base, out=change, where=base > 0.0)
        return self._label("employment", 100.0 * (change - 1.0), ("user", "region"), "%")

    @cached_property
    def unemployment(self) -> xr.DataArray:
        """Share of the labour force out of work because of the shock (region), %; zero but for Closure.DEMAND."""
        share = np.full(len(self.base.regions), np.nan)
        if self.status.converged:
            labour = (self.base.accounts.value_added * self.base.accounts.labour_share).sum(axis=0)
            if self.shocks.labour is not None:
                labour = labour * self.shocks.labour
            employed = self._solved.labour_bill.sum(axis=0) * np.exp(-self._solved.wage)
            share = 100.0 * (1.0 - np.divide(employed, labour, out=np.ones_like(labour), where=labour > 0.0))
        return self._label("unemployment", share, ("region",), "% of the labour force")

    @cached_property
    def licence_price(self) -> xr.DataArray:
        """Price of a licence under a quota over the producer price (good, origin, destination), %; 0 where slack."""
        cube = np.zeros(self.base.accounts.flows.shape)
        if not self.status.converged:
            cube[:] = np.nan
        elif self.shocks.quota is not None:
            capped = quotas_of(self.base, self.shocks)
            live = np.asarray(capped.live)
            at = tuple(np.asarray(index)[live] for index in (capped.good, capped.origin, capped.destination))
            cube[at] = 100.0 * np.expm1(np.asarray(self._solved.state.licence)[live])
        return self._label("licence_price", cube, ("good", "origin", "destination"), "%")

    @cached_property
    def tariff_revenue(self) -> xr.DataArray:
        """Import duty over GDP (region), %; without the rents of importers' quota licences."""
        share = np.full(len(self.base.regions), np.nan)
        if self.status.converged:
            share = 100.0 * (self._solved.duty - self._importers_rent()) / self._solved.income
        return self._label("tariff_revenue", share, ("region",), "% of GDP")

    def _importers_rent(self) -> Floats | float:
        """Return what importers earn by licences (region,): they pay duty on the price before the licence."""
        price = self._licences(IMPORTER)
        if price is None:
            return 0.0
        duty = 1.0 + self._tariff
        landed = self._solved.flows * duty
        if self.shocks.export_tax is not None:
            landed = landed * (1.0 + self.shocks.export_tax)
        return ((price - 1.0) * landed).sum(axis=(0, 1))

    @property
    def _tariff(self) -> Floats:
        base = self.base.accounts.tariff
        return base if self.shocks.tariff is None else base + self.shocks.tariff

    def world(self, *, name: str | None = None, note: str = "") -> World:
        """Return the solved equilibrium as a world of its own (its tariffs and flows are the new base)."""
        if not self.status.converged:
            raise ConvergenceError(f"no world without a converged solution: {self.status}", self)
        for field in ("export_tax", "output_tax", "bill_share"):
            if getattr(self.shocks, field) is not None:
                raise ConvergenceError(
                    f"a world cannot carry {field}; only tariffs are part of its accounts", self
                )
        for keeper in (EXPORTER, IMPORTER):
            price = self._licences(keeper)
            if price is not None and (price > 1.0 + BINDING).any():
                raise ConvergenceError(
                    "a world cannot carry the rents of a quota that binds; only tariffs are part of its accounts",
                    self,
                )
        solved, base = self._solved, self.base.accounts
        accounts = Accounts(
            flows=frozen(solved.flows),
            use=frozen(self._use()),
            tariff=frozen(self._tariff),
            labour_share=frozen(_share(solved.labour_bill, solved.labour_bill + solved.capital_bill, base)),
        )
        check(accounts, self.base.regions, self.base.sectors)
        return World(
            self.base.regions,
            self.base.sectors,
            accounts,
            name=name or f"{self.base.name}, solved",
            year=self.base.year,
            notes=(*self.base.notes, *((note,) if note else ())),
            composition=self.base.composition,
            intermediate=None if self.sourcing is Sourcing.POOLED else frozen(self.by_user),
        )

    def _use(self) -> Floats:
        """Return solved purchases of industries (good, user, region), duty-inclusive."""
        solved, sigma = self._solved, self.elasticities.sigma_materials
        base = self.base.accounts.use
        bought = base.sum(axis=0)
        share = np.divide(base, bought[None], out=np.zeros_like(base), where=bought[None] > 0.0)
        pooled = self.sourcing is Sourcing.POOLED
        goods = np.exp((1.0 - sigma) * (solved.composite[:, None, :] if pooled else solved.users_composite))
        bundle = np.exp((sigma - 1.0) * solved.materials_price)[None]
        here = (solved.spending > 0.0)[:, None, :]
        return np.where(here, share * goods * bundle * solved.materials_bill[None], 0.0)

    def _region(self, name: str) -> xr.DataArray:
        return self._label(name, self.regional(name), ("region",), "%")

    def _hat(self, name: str, log: Floats | None, dims: tuple[str, ...]) -> xr.DataArray:
        return self._value(name, None if log is None else np.exp(log), dims, "hat")

    def _value(
        self, name: str, array: Floats | None, dims: tuple[str, ...], unit: str = "US$ mn"
    ) -> xr.DataArray:
        if array is None or not self.status.converged:
            size = {"region": len(self.base.regions), "origin": len(self.base.regions)}
            size |= {
                "destination": size["region"],
                "good": len(self.base.sectors),
                "user": len(self.base.sectors),
            }
            array = np.full(tuple(size[dim] for dim in dims), np.nan)
        return self._label(name, array, dims, unit)

    def _label(self, name: str, array: Floats, dims: tuple[str, ...], unit: str) -> xr.DataArray:
        return labelled(name, array, dims, self.base.regions, self.base.sectors, unit)

    def __repr__(self) -> str:
        return f"<Outcome on {self.base!r}: {self.status}>"

    def _repr_html_(self) -> str:
        from blocs.world.display import extremes, panel

        if not self.status.converged:
            return panel(f"Outcome on {self.base.name}: {self.status}", (), (), self.notes)
        welfare = self.regional("welfare")
        rows = extremes(self.base.regions, welfare, welfare / 100.0 * self.base.accounts.absorption)
        headers = ("region", "welfare, %", "welfare, US$ bn")
        return panel(
            f"Largest gains and losses on {self.base.name}; {self.status}", headers, rows, self.notes
        )


def _change(volume: Floats, base: Floats) -> Floats:
    return np.divide(volume, base, out=np.full(base.shape, np.nan), where=base > 0.0) - 1.0


def _over(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0.0)


def _share(labour: Floats, value_added: Floats, base: Accounts) -> Floats:
    out = np.array(base.labour_share)
    np.divide(labour, value_added, out=out, where=value_added > 0.0)
    return np.clip(out, 0.0, 1.0)
