"""The trade vector: who buys what from whom, and the measures that change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.engine.shocks import Shocks
from blocs.vectors.trade_limits import Embargo, Quota, Sanction
from blocs.vectors.trade_measures import Corridor, ExportTax, Tariff, TariffSchedule, TradeCost
from blocs.vectors.trade_shocks import cost_of, export_tax_of, limits_of, tariff_of
from blocs.vectors.trade_targets import target
from blocs.world.accounts import Floats
from blocs.world.measure import Measure
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome


@dataclass(frozen=True)
class TradeState:
    """Trade remembers only its world: measures act on the base year's rates."""

    world: World
    assumptions: Assumptions


class TradeVector:
    """Duties, export taxes, trade costs, corridors, embargoes, quotas and sanctions; see `Vector`."""

    name = "trade"
    couples = False
    measures: tuple[type[Measure], ...] = (
        Tariff,
        TariffSchedule,
        ExportTax,
        TradeCost,
        Corridor,
        Embargo,
        Quota,
        Sanction,
    )

    def start(self, world: World, years: Sequence[int], assumptions: Assumptions) -> TradeState:
        """Return the state: the base world."""
        return TradeState(world, assumptions)

    def shocks(
        self, state: TradeState, measures: Sequence[Measure], year: int, outcome: Outcome | None = None
    ) -> Shocks:
        """Return rates, trade costs, availability and quotas of the measures in force in `year`.

        Added rates add up, trade costs multiply, of two ceilings the tighter holds, an embargo wins over all. Raises
        DataError for measures that contradict each other: two `set` rates on the same cells that differ, two
        equal ceilings whose rent goes to different parties, one table of duties as of two dates.
        """
        mine = [m for m in measures if isinstance(m, self.measures) and m.active(year)]
        if not mine:
            return Shocks.neutral()
        world = state.world
        availability, quota, rent = limits_of(mine, world, year)
        return Shocks.of(
            world,
            tariff=tariff_of(mine, world, year),
            export_tax=export_tax_of(mine, world, year),
            trade_cost=cost_of(mine, world, year, state.assumptions),
            availability=availability,
            quota=quota,
            quota_rent=rent,
        )

    def advance(
        self, state: TradeState, measures: Sequence[Measure], outcome: Outcome, year: int
    ) -> TradeState:
        """Return the same state: nothing accumulates in trade itself."""
        return state

    def notes(self, state: TradeState, measures: Sequence[Measure], year: int) -> tuple[str, ...]:
        """Return coverage of the groups used and pairs that were left out."""
        mine = [
            m for m in measures
            if isinstance(m, self.measures) and not isinstance(m, TariffSchedule) and m.active(year)
        ]  # fmt: skip
        lines = [line for m in mine for line in target(m, state.world, year).notes]
        return tuple(dict.fromkeys(lines))

    def indicators(self, state: TradeState, outcome: Outcome) -> xr.Dataset:
        """Return by region: concentration of import origins (Herfindahl), import reliance, export orientation.

        Shares are fractions: `import_concentration` = sum over origins of squared shares of imports,
        `import_reliance` = imports over all purchases, `export_share` = exports over output; values at basic
        prices of the outcome, and the same for the base (`_base`).
        """
        import xarray as xr

        now, base = outcome.bare_flows.sum(axis=0), outcome.base.accounts.flows.sum(axis=0)
        fields = {}
        for suffix, matrix in (("", now), ("_base", base)):
            for name, values in _trade_shares(matrix).items():
                about = {"unit": "fraction", "long_name": _ABOUT[name] + (", base" if suffix else "")}
                fields[name + suffix] = (("region",), values, about)
        return xr.Dataset(fields, coords={"region": list(outcome.base.regions)})


_ABOUT = {
    "import_concentration": "Herfindahl index of import origins",
    "import_reliance": "imports over all purchases",
    "export_share": "exports over output",
}


def _trade_shares(matrix: Floats) -> dict[str, Floats]:
    home = np.diagonal(matrix)
    imports = matrix - np.diag(home)
    bought, sold = matrix.sum(axis=0), matrix.sum(axis=1)
    from_abroad = imports.sum(axis=0)
    share = np.divide(imports, from_abroad, out=np.zeros_like(imports), where=from_abroad > 0.0)
    return {
        "import_concentration": (share**2).sum(axis=0),
        "import_reliance": from_abroad / bought,
        "export_share": (sold - home) / sold,
    }
