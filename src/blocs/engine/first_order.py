"""First-order welfare beside the exact number, and the cells that carry the gap.

To first order the equivalent variation of region j, in US$, is

    terms of trade   sum_i X[s,j,i] dp[s,j,i] - sum_i X[s,i,j] dp[s,i,j]      (abroad only, prices before import duty)
    volume of trade  sum t[s,i,j] X[s,i,j] dq[s,i,j]                          (existing duties on changed volumes)
    technology       sum_k Y (dln A - dln x) - sum_i X[s,i,j] dln tau[s,i,j]
    endowments       wL dln L + sum_k rK dln K + transfer

with base values X, Y, wL, rK, changes d(.) = hat - 1 (as Caliendo and Parro 2015 publish theirs) and dln the log of a
hat. The gap to the exact number is second order. The triangles of trade, half the change of a volume times the change
of its price and duty, cell by cell, say where most of it sits after a change of tariffs or trade costs. The remainder
is what they do not hold: the curvature of the price index behind the equivalent variation, changes inside industries,
terms of third order, and cells that an embargo closed, whose price has no finite change.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from blocs.engine.outcome import Outcome
from blocs.errors import ConvergenceError
from blocs.world.accounts import Floats

if TYPE_CHECKING:
    import xarray as xr

PARTS = ("terms_of_trade", "volume_of_trade", "technology", "endowments")


@dataclass(frozen=True, eq=False, repr=False)
class FirstOrder:
    """The first-order parts of an outcome's welfare (region), % of base absorption, and the gap to the exact one."""

    outcome: Outcome

    def __post_init__(self) -> None:
        if not self.outcome.status.converged:
            raise ConvergenceError(
                f"no decomposition without a solution: {self.outcome.status}", self.outcome
            )

    @cached_property
    def parts(self) -> xr.Dataset:
        """`PARTS`, their sum `first_order`, `exact` (equivalent variation), `triangles` and `remainder`, all %."""
        import xarray as xr

        absorption = self.outcome.base.accounts.absorption
        fields = {name: 100.0 * getattr(self, f"_{name}") / absorption for name in PARTS}
        fields["first_order"] = np.sum([fields[name] for name in PARTS], axis=0)
        fields["exact"] = self.outcome.regional("welfare")
        triangles = self.triangles.values
        own = triangles.sum(axis=(1, 2, 3))
        fields["triangles"] = 100.0 * own / absorption
        fields["remainder"] = fields["exact"] - fields["first_order"] - fields["triangles"]
        data = {
            name: (("region",), values, {"unit": "% of base absorption"}) for name, values in fields.items()
        }
        return xr.Dataset(data, coords={"region": list(self.outcome.base.regions)})

    @cached_property
    def triangles(self) -> xr.DataArray:
        """Second-order welfare (region, flow, good, partner), US$ mn: half the volume change times the price change.

        `flow` is 'imports' (with the change of the duty on them) or 'exports'; cells closed by an embargo are 0.
        """
        import xarray as xr

        price, volume = self._price, self._volume_change
        duty = np.zeros_like(price) if self.outcome.shocks.tariff is None else self.outcome.shocks.tariff
        cost = self.outcome.shocks.trade_cost
        delivered = price if cost is None else (1.0 + price) * cost - 1.0
        imports = 0.5 * self._abroad * volume * (duty - delivered)
        exports = 0.5 * self._abroad * volume * price
        values = np.stack([imports.transpose(2, 0, 1), exports.transpose(1, 0, 2)], axis=1)
        regions, sectors = list(self.outcome.base.regions), list(self.outcome.base.sectors)
        coords = {"region": regions, "flow": ["imports", "exports"], "good": sectors, "partner": regions}
        return xr.DataArray(
            values,
            dims=("region", "flow", "good", "partner"),
            coords=coords,
            name="triangles",
            attrs={"unit": "US$ mn"},
        )

    def cells(self, region: str, count: int = 10) -> list[dict[str, object]]:
        """Return the `count` cells that carry most of the gap of `region`: flow, good, partner, US$ mn."""
        n = self.outcome.base.region_index(region)
        own = self.triangles.values[n]
        order = np.argsort(-np.abs(own), axis=None)[:count]
        found = [tuple(int(k) for k in np.unravel_index(flat, own.shape)) for flat in order]
        return [
            {
                "flow": ("imports", "exports")[flow],
                "good": self.outcome.base.sectors[good],
                "partner": self.outcome.base.regions[partner],
                "usd_mn": float(own[flow, good, partner]),
            }
            for flow, good, partner in found
        ]

    # pieces, US$ mn -------------------------------------------------------------------------------------------

    @cached_property
    def _abroad(self) -> Floats:
        flows = self.outcome.base.accounts.flows
        return flows * (1.0 - np.eye(flows.shape[1]))[None]

    @cached_property
    def _price(self) -> Floats:
        """Change of the price before import duty as it leaves, export duty and licences included, hat - 1."""
        solution, shocks = self.outcome.solution, self.outcome.shocks
        assert solution is not None
        hat = np.broadcast_to(np.exp(solution.cost)[:, :, None], self._abroad.shape)
        if shocks.export_tax is not None:
            hat = hat * (1.0 + shocks.export_tax)
        if shocks.quota is not None:
            kept_abroad = shocks.quota_rent is None or (shocks.quota_rent == 0)
            hat = hat * np.where(kept_abroad, 1.0 + self.outcome.licence_price.values / 100.0, 1.0)
        return hat - 1.0

    @cached_property
    def _volume_change(self) -> Floats:
        """Change of the volume that arrives, ratio - 1; 0 for cells without trade or closed by an embargo."""
        arrived, base = self.outcome.volumes.arrived, self._abroad
        open_ = (base > 0.0) & (arrived > 0.0)
        return np.divide(arrived, base, out=np.ones_like(base), where=open_) - 1.0

    @property
    def _terms_of_trade(self) -> Floats:
        value = self._abroad * self._price
        return value.sum(axis=(0, 2)) - value.sum(axis=(0, 1))

    @property
    def _volume_of_trade(self) -> Floats:
        base = self._abroad
        arrived = np.divide(self.outcome.volumes.arrived, base, out=np.ones_like(base), where=base > 0.0)
        return (self.outcome.base.accounts.tariff * base * (arrived - 1.0)).sum(axis=(0, 1))

    @property
    def _technology(self) -> Floats:
        accounts, shocks = self.outcome.base.accounts, self.outcome.shocks
        gain = np.zeros(len(self.outcome.base.regions))
        if shocks.productivity is not None:
            gain += (accounts.output * np.log(shocks.productivity)).sum(axis=0)
        if shocks.input_cost is not None:
            gain -= (accounts.output * np.log(shocks.input_cost)).sum(axis=0)
        if shocks.trade_cost is not None:
            gain -= (accounts.flows * np.log(shocks.trade_cost)).sum(axis=(0, 1))
        if shocks.quota is not None and shocks.quota_rent is not None:
            wasted = np.where(shocks.quota_rent == 2, self.outcome.licence_price.values / 100.0, 0.0)
            gain -= (self._abroad * np.log1p(wasted)).sum(axis=(0, 1))
        return gain

    @property
    def _endowments(self) -> Floats:
        accounts, shocks = self.outcome.base.accounts, self.outcome.shocks
        gain = np.zeros(len(self.outcome.base.regions))
        wages = accounts.value_added * accounts.labour_share
        if shocks.labour is not None:
            gain += wages.sum(axis=0) * np.log(shocks.labour)
        if shocks.capital is not None:
            gain += ((accounts.value_added - wages) * np.log(shocks.capital)).sum(axis=0)
        return gain if shocks.transfer is None else gain + shocks.transfer


def first_order(outcome: Outcome) -> FirstOrder:
    """Return the first-order decomposition of `outcome`'s welfare, beside the exact number."""
    return FirstOrder(outcome)
