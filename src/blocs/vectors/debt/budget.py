"""From the engine's outcome and the measures to the drivers of a path: GDP, prices, customs, budget, rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.vectors.debt import flows
from blocs.vectors.debt.case import Case
from blocs.vectors.debt.measures import Fiscal, RatePath
from blocs.vectors.debt.project import Drivers
from blocs.vectors.debt.series import Basis, fiscal_from_calendar
from blocs.vectors.debt.usa import PUBLISHED, history
from blocs.world.accounts import Floats
from blocs.world.measure import Measure

if TYPE_CHECKING:
    from blocs.engine.outcome import Outcome

BEFORE_TARIFFS = 2024  # last fiscal year whose customs are those of the law before the duties of 2025


@dataclass(frozen=True)
class Record:
    """A calendar year's outcome as ratios to the same year without measures: real GDP, consumer prices, US duty."""

    gdp: Mapping[str, float]
    prices: Mapping[str, float]
    customs: float


def record_of(outcome: Outcome, countries: Sequence[str]) -> Record:
    """Return what debt needs of an outcome.

    Consumer prices are relative to the GDP deflator, which stays on the official path. Duty is deflated by the GDP
    deflator, so the ratio is one of real receipts.
    """
    regions = list(outcome.base.regions)
    present = [code for code in countries if code in regions]
    at = {code: regions.index(code) for code in present}
    gdp, prices = outcome.regional("gdp"), outcome.regional("cpi")
    customs = 1.0
    if "USA" in at and outcome.solution is not None:
        usa = at["USA"]
        deflator = float(outcome.price_index.values[usa]) / (1.0 + prices[usa] / 100.0)
        base = float(outcome.base.accounts.duty[usa])
        if base > 0.0:
            customs = float(outcome.solution.duty[usa]) / base / deflator
    return Record(
        {code: 1.0 + float(gdp[n]) / 100.0 for code, n in at.items()},
        {code: 1.0 + float(prices[n]) / 100.0 for code, n in at.items()},
        customs,
    )


def customs_base(case: Case) -> Floats:
    """Return the customs (year,), bn, that the engine's ratio multiplies: duties under the law its base year knows.

    In a baseline made before the duties of 2025 that is its own line. Later ones hold those duties, which the engine's
    base does not: there it is the share of GDP of fiscal year 2024.
    """
    if case.baseline <= PUBLISHED and "customs" in case.extra:
        return case.extra["customs"]
    return history("customs").at(BEFORE_TARIFFS) / history("gdp").at(BEFORE_TARIFFS) * case.gdp


def drivers_of(
    case: Case,
    records: Mapping[int, Record],
    measures: Sequence[Measure],
    years: Sequence[int],
    assumed: Assumptions,
) -> Drivers:
    """Return the drivers of `case`: records by calendar year turned into its years, and the measures in force."""
    code = case.country
    gdp = _own_years(case, {year: record.gdp.get(code, 1.0) for year, record in records.items()})
    prices = _own_years(case, {year: record.prices.get(code, 1.0) for year, record in records.items()})
    receipts = np.zeros(len(case.years))
    if code == "USA":
        ratio = _own_years(case, {year: record.customs for year, record in records.items()})
        receipts = (1.0 - assumed["debt.customs_offset"]) * customs_base(case) * (ratio - 1.0)
    drivers = Drivers.none(case).change(gdp=gdp, prices=prices, receipts=receipts)
    drivers = _policy(case, drivers, measures, years)
    rate = drivers.rate
    if code == "USA":
        rate = rate + flows.rate_effect(case, measures, years, assumed)
    return drivers.change(rate=rate)


def _policy(case: Case, drivers: Drivers, measures: Sequence[Measure], years: Sequence[int]) -> Drivers:
    balance, rate, anchor = drivers.balance.copy(), drivers.rate.copy(), drivers.anchor.copy()
    taxed, reaction = 0.0, 0.0
    for measure in measures:
        if not isinstance(measure, (Fiscal, RatePath)) or measure.country != case.country:
            continue
        active = np.array([year in years and measure.active(year) for year in case.years])
        if isinstance(measure, RatePath):
            rate += np.where(active, measure.shift, 0.0)
            continue
        balance += np.where(active, measure.balance, 0.0)
        taxed += measure.balance if measure.side == "receipts" else 0.0
        if measure.anchor is not None:
            anchor = np.where(active, measure.anchor, anchor)
            reaction = measure.reaction
    whole = sum(m.balance for m in measures if isinstance(m, Fiscal) and m.country == case.country)
    share = taxed / whole if whole else 1.0
    return drivers.change(balance=balance, rate=rate, anchor=anchor, reaction=reaction, taxed=share)


def _own_years(case: Case, calendar: Mapping[int, float]) -> Floats:
    """Return ratios by the case's years. Years without a record are on the baseline."""
    values = np.array([calendar.get(year, 1.0) for year in case.years])
    if case.basis is Basis.CALENDAR:
        return values
    return fiscal_from_calendar(values.tolist(), calendar.get(case.years[0] - 1, 1.0))
