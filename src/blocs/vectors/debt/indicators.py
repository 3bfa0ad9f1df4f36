"""What the debt vector shows of a year: debt, interest and balances by country, and the dollar's standing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from blocs.vectors.debt import flows
from blocs.vectors.debt.budget import drivers_of
from blocs.vectors.debt.countries import load_case
from blocs.vectors.debt.measures import HolderRun
from blocs.vectors.debt.project import project

if TYPE_CHECKING:
    import xarray as xr

    from blocs.vectors.debt.vector import DebtState

ABOUT: dict[str, tuple[str, str]] = {
    "debt_to_gdp": (
        "%",
        "debt over GDP (USA: held by the public, fiscal year; others: gross, calendar year)",
    ),
    "debt_to_gdp_baseline": ("%", "the same in the official baseline"),
    "deficit_to_gdp": ("%", "deficit over GDP"),
    "primary_balance_to_gdp": ("%", "primary balance over GDP, surplus positive"),
    "net_interest": ("bn of the country's currency", "net interest"),
    "net_interest_baseline": ("bn of the country's currency", "net interest in the official baseline"),
    "interest_to_revenue": ("%", "net interest over receipts"),
    "interest_to_defence": ("%", "net interest over discretionary defence (USA)"),
    "average_rate": ("%", "net interest over the debt of the year before"),
    "customs_net": (
        "bn USD",
        "customs added by the scenario, net of the income- and payroll-tax offset (USA)",
    ),
    "rate_added": ("percentage points", "what measures add to the rate of new debt"),
}
DOLLAR: dict[str, tuple[str, str]] = {
    "reserve_share": ("%", "share of the dollar in allocated reserves"),
    "treasuries_sold": ("bn USD", "Treasury securities sold by foreign holders so far, by `holder_run`"),
}


def indicators(state: DebtState) -> xr.Dataset:
    """Return the indicators of the last year of `state`; NaN for a country whose baseline does not hold the year."""
    import xarray as xr

    from blocs.vectors.debt.vector import COUNTRIES

    year = max(state.records, default=state.years[0])
    columns = [_country(state, code, year) for code in COUNTRIES]
    fields = {
        name: (("country",), [column[name] for column in columns], {"unit": unit, "long_name": text})
        for name, (unit, text) in ABOUT.items()
    }
    runs = [m for m in state.measures if isinstance(m, HolderRun)]
    gone = sum(sum(flows.sold(m, y, state.years).values()) for m in runs for y in state.years if y <= year)
    values = {
        "reserve_share": 100.0 * flows.dollar_share(state.measures, year, state.years),
        "treasuries_sold": gone,
    }
    scalars = {
        name: ((), values[name], {"unit": unit, "long_name": text}) for name, (unit, text) in DOLLAR.items()
    }
    return xr.Dataset({**fields, **scalars}, coords={"country": list(COUNTRIES)})


def _country(state: DebtState, code: str, year: int) -> dict[str, float]:
    case = load_case(code, state.baseline if code == "USA" else None, state.assumptions)
    if year < case.years[0]:
        return dict.fromkeys(ABOUT, float("nan"))
    case = case.until(max(year, case.years[0] + 1))
    drivers = drivers_of(case, state.records, state.measures, state.years, state.assumptions)
    path = project(case, drivers, assumptions=state.assumptions)
    n = case.years.index(year)
    defence = case.extra.get("defence", np.full(len(case.years), np.nan))
    return {
        "debt_to_gdp": 100.0 * path.ratio[n],
        "debt_to_gdp_baseline": 100.0 * case.ratio[n],
        "deficit_to_gdp": 100.0 * path.deficit[n] / path.gdp[n],
        "primary_balance_to_gdp": -100.0 * path.primary[n] / path.gdp[n],
        "net_interest": path.net_interest[n],
        "net_interest_baseline": case.net_interest[n],
        "interest_to_revenue": 100.0 * path.net_interest[n] / path.revenue[n],
        "interest_to_defence": 100.0 * path.net_interest[n] / defence[n],
        "average_rate": 100.0 * path.average_rate[n],
        "customs_net": drivers.receipts[n] if code == "USA" else float("nan"),
        "rate_added": 100.0 * drivers.rate[n],
    }
