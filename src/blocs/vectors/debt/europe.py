"""Eight European countries: the Commission's forecast of spring 2025, then unchanged policy by a stated rule."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from blocs.data import store
from blocs.data.assumptions import Assumptions
from blocs.errors import DataError, unknown
from blocs.vectors.debt.case import Buckets, Case, check
from blocs.vectors.debt.series import Basis, Coverage
from blocs.world.accounts import Floats

BASELINE = "ec-2025-05"
LAST = 2036
DEFLATOR = 0.02  # beyond the forecast: the central banks' target
SHORT_TURNOVER = 0.70  # share of short-term debt refinanced a quarter, as US bills
NAMES = {
    "AUT": "Austria", "BEL": "Belgium", "DEU": "Germany", "ESP": "Spain", "FRA": "France", "GBR": "United Kingdom",
    "GRC": "Greece", "ITA": "Italy",
}  # fmt: skip
SOURCES = (
    "European Commission, Spring 2025 Economic Forecast (AMECO), ECB debt structure and market forward rates, as "
    "compiled for the Commission's debt sustainability analysis by L. Welslau (MIT), data of October 2025.",
)


@lru_cache(maxsize=16)
def load_europe(country: str, assumptions: Assumptions | None = None) -> Case:
    """Return the case of `country`: calendar years, gross debt of general government, bn of its currency.

    2025 and 2026 are the Commission's. From 2027 real growth is the Commission's path to potential, the deflator
    rises by 2%, the primary balance keeps its share of GDP of 2026, and refinanced debt pays market forward rates.
    """
    if country not in NAMES:
        raise DataError(unknown("country", country, NAMES))
    rows = {int(r["year"]): r for r in store.rows("debt/europe-economy.csv") if r["country"] == country}
    shape = next(r for r in store.rows("debt/europe-structure.csv") if r["country"] == country)
    years = tuple(range(2025, LAST + 1))
    gdp, primary, revenue = _economy(rows, years)
    short, long = _rates(shape, years)
    buckets = _buckets(shape, float(rows[2025]["implicit_rate"]) / 100.0)
    debt, deficit, interest = _debt(rows, years, gdp, primary, buckets, short, long)
    before = np.concatenate([[float(rows[2024]["debt"])], debt[:-1]])
    return check(
        Case(
            country=country, name=NAMES[country], currency=shape["currency"], basis=Basis.CALENDAR,
            coverage=Coverage.GROSS, debt_is="gross debt of general government", baseline=BASELINE, start_year=2024,
            start_debt=float(rows[2024]["debt"]), start_gdp=float(rows[2024]["gdp"]), years=years, debt=debt,
            deficit=deficit, other_means=debt - before - deficit, net_interest=interest, revenue=revenue, gdp=gdp,
            buckets=buckets, path=np.column_stack([short, long]), semi_elasticity=float(shape["semi_elasticity"]),
            sources=SOURCES, notes=(
                "2025–26 are the Commission's forecast; from 2027 unchanged policy by a rule of blocs: potential "
                "growth, 2% deflator, the primary balance of 2026. No official path beyond 2026 is at hand.",
            ),
        )
    )  # fmt: skip


def _economy(rows: dict[int, dict[str, str]], years: tuple[int, ...]) -> tuple[Floats, Floats, Floats]:
    """Return GDP, primary deficit and receipts (year,), bn."""
    gdp, primary, share = [], [], []
    for year in years:
        row = rows[year]
        if row["gdp"]:
            gdp.append(float(row["gdp"]))
            primary.append(-float(row["primary_balance_pct"]) / 100.0)
            share.append((float(row["primary_expenditure_pct"]) + float(row["primary_balance_pct"])) / 100.0)
        else:
            gdp.append(gdp[-1] * (1.0 + float(row["real_growth"]) / 100.0) * (1.0 + DEFLATOR))
            primary.append(primary[-1])
            share.append(share[-1])
    output = np.array(gdp)
    return output, np.array(primary) * output, np.array(share) * output


def _rates(shape: dict[str, str], years: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return short and long new-issue rates (year,), fractions: straight from 2025's to the forward rates of 2035."""
    out = []
    for term in ("short", "long"):
        ends = [float(shape[f"{term}_rate_{year}"]) for year in (2025, 2035)]
        out.append(np.interp(years, [2025, 2035], ends) / 100.0)
    return out[0], out[1]


def _buckets(shape: dict[str, str], implicit: float) -> Buckets:
    """Return two buckets, short-term and long-term debt, whose mean rate is the implicit one."""
    weight = float(shape["short_share"])
    short = float(shape["short_rate_2025"]) / 100.0
    long = max((implicit - weight * short) / (1.0 - weight), 0.0)
    yearly = float(shape["long_maturing_share"])
    return Buckets(
        ("short-term", "long-term"), np.array([weight, 1.0 - weight]), np.array([short, long]),
        np.array([SHORT_TURNOVER, 1.0 - (1.0 - yearly) ** 0.25]), np.zeros(2),
    )  # fmt: skip


def _debt(
    rows: dict[int, dict[str, str]], years: tuple[int, ...], gdp: Floats, primary: Floats, buckets: Buckets,
    short: Floats, long: Floats,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Return debt, deficit and interest (year,), bn: the forecast while it lasts, then a yearly recursion."""
    debt, deficit, interest = [], [], []
    total = float(rows[2024]["debt"])
    rates = buckets.rates.copy()
    yearly = 1.0 - (1.0 - buckets.hazard) ** 4
    for t, year in enumerate(years):
        row = rows[year]
        if row["debt"]:
            gap = -float(row["balance_pct"]) / 100.0 * gdp[t]
            paid, now = gap - primary[t], float(row["debt"])
        else:
            paid = float(buckets.weights @ rates) * total
            gap = primary[t] + paid
            now = total + gap
        kept = np.minimum((1.0 - yearly) * total / now, 1.0)
        rates = rates * kept + np.array([short[t], long[t]]) * (1.0 - kept)
        debt.append(now)
        deficit.append(gap)
        interest.append(paid)
        total = now
    return np.array(debt), np.array(deficit), np.array(interest)
