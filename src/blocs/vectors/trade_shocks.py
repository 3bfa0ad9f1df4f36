"""From trade measures to arrays: how rates, costs and ceilings of several measures meet in one flow.

Rates add up, on top of a rate that is `set`; costs multiply; of two ceilings the tighter one holds, and an embargo
wins over all. Two measures that say different things about the same flow raise DataError.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.errors import DataError
from blocs.vectors.tariff_tables import added as table_rates
from blocs.vectors.trade_limits import Embargo, Quota, Sanction
from blocs.vectors.trade_measures import Corridor, ExportTax, Tariff, TariffSchedule, TradeCost
from blocs.vectors.trade_targets import still_traded, target
from blocs.world.accounts import Floats
from blocs.world.measure import Measure
from blocs.world.world import World

# who keeps a rent, as blocs.engine.quotas numbers them (not imported: that would load JAX to read a scenario)
RENTS = {"exporter": 0, "importer": 1, "nobody": 2}


def tariff_of(measures: Sequence[Measure], world: World, year: int) -> Floats | None:
    """Return import duty rates added to the base (good, origin, destination); None if no measure levies any."""
    levied = [m for m in measures if isinstance(m, Tariff)]
    schedules = [m for m in measures if isinstance(m, TariffSchedule)]
    if not levied and not schedules:
        return None
    base = world.accounts.tariff
    change = _rates(levied, base, world, year, "the duty of {buyer} on {good} from {seller}")
    for number, schedule in enumerate(schedules):
        for other in schedules[:number]:
            if other.table == schedule.table:
                raise DataError(
                    f"two measures apply {schedule.table} in {year}, as of {other.date} and of {schedule.date}; its "
                    "rates are totals since 2024 or 2017, so keep one a year: give them different `years`"
                )
        change = change + table_rates(schedule.table, schedule.date, world)
    return change


def export_tax_of(measures: Sequence[Measure], world: World, year: int) -> Floats | None:
    """Return export tax rates (good, origin, destination); None if no measure levies any."""
    levied = [m for m in measures if isinstance(m, ExportTax)]
    if not levied:
        return None
    none = np.zeros_like(world.accounts.tariff)
    return _rates(levied, none, world, year, "the export tax of {seller} on {good} to {buyer}")


def cost_of(measures: Sequence[Measure], world: World, year: int, assumptions: Assumptions) -> Floats | None:
    """Return trade cost hats (good, origin, destination); None if no measure changes any."""
    dear = [
        m for m in measures
        if isinstance(m, (TradeCost, Corridor)) or (isinstance(m, Sanction) and m.financial_cost > 0.0)
    ]  # fmt: skip
    if not dear:
        return None
    hat = np.ones_like(world.accounts.tariff)
    for measure in dear:
        if isinstance(measure, Sanction):
            hat[still_traded(measure, world, year)] *= 1.0 + measure.financial_cost
        else:
            change = measure.change(assumptions) if isinstance(measure, Corridor) else measure.cost
            hit = target(measure, world, year)
            hat[hit.goods] *= np.where(hit.pairs, 1.0 + change, 1.0)
    return hat


def limits_of(
    measures: Sequence[Measure], world: World, year: int
) -> tuple[Floats | None, Floats | None, Floats | None]:
    """Return availability (0: embargo), quota (ratio to the base, inf: none) and who keeps its rent."""
    limits = [m for m in measures if isinstance(m, (Embargo, Quota, Sanction))]
    if not limits:
        return None, None, None
    shape = world.accounts.tariff.shape
    open_, cap, rent = np.ones(shape), np.full(shape, np.inf), np.full(shape, float(RENTS["exporter"]))
    for measure in limits:
        cells = target(measure, world, year).mask
        ceiling, keeper = _ceiling(measure)
        if ceiling == 0.0:
            open_[cells] = 0.0
            continue
        _refuse_two_keepers(cells & (cap == ceiling) & (rent != keeper), ceiling, world, year)
        tighter = cells & (ceiling < cap)
        cap[tighter], rent[tighter] = ceiling, keeper
    embargoed, capped = bool((open_ == 0.0).any()), bool(np.isfinite(cap).any())
    return open_ if embargoed else None, cap if capped else None, rent if capped else None


def _ceiling(measure: Embargo | Quota | Sanction) -> tuple[float, float]:
    """Return the share of the base volume that may be traded, and who keeps the rent."""
    if isinstance(measure, Embargo):
        return 1.0 - measure.intensity, RENTS[measure.rent]
    if isinstance(measure, Quota):
        return measure.volume, RENTS[measure.rent]
    return measure.leakage, RENTS["nobody"]


def _refuse_two_keepers(clash: np.ndarray, ceiling: float, world: World, year: int) -> None:
    if clash.any():
        s, i, j = np.argwhere(clash)[0]
        raise DataError(
            f"two measures leave {ceiling:g} of the base volume of {world.sectors[s]} from {world.regions[i]} to "
            f"{world.regions[j]} in {year}, but give the rent to different parties; name one `rent` in both"
        )


def _rates(
    measures: Sequence[Tariff] | Sequence[ExportTax], base: Floats, world: World, year: int, what: str
) -> Floats:
    """Return the change of `base` under rates that add up on top of those that are set."""
    added, fixed = np.zeros_like(base), None
    for measure in measures:
        hit = target(measure, world, year)
        if not measure.set:
            added[hit.goods] += measure.rate * hit.pairs
            continue
        mask = hit.mask
        fixed = np.full(base.shape, np.nan) if fixed is None else fixed
        clash = mask & ~np.isnan(fixed) & (fixed != measure.rate)
        if clash.any():
            s, i, j = np.argwhere(clash)[0]
            cell = what.format(good=world.sectors[s], seller=world.regions[i], buyer=world.regions[j])
            raise DataError(
                f"two measures set {cell} in {year}: {fixed[s, i, j]:g} and {measure.rate:g}; keep one, or drop "
                "`set` from the one that adds"
            )
        fixed[mask] = measure.rate
    return added if fixed is None else np.where(np.isnan(fixed), base, fixed) + added - base
