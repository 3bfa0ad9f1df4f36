"""The United States: CBO's baselines by vintage, with the Treasury's classes as maturity buckets."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from blocs.data import store
from blocs.data.assumptions import Assumptions
from blocs.errors import DataError, unknown
from blocs.vectors.debt.case import Buckets, Case, check
from blocs.vectors.debt.series import Basis, Coverage, Series
from blocs.world.accounts import Floats

DEFAULT = "cbo-2026-02"
PUBLISHED = "cbo-2025-01"  # the vintage bundled as the published table, in whole billions
NAMES = ("bills", "notes", "bonds", "tips", "frn", "other")
LINES = ("customs", "defence", "social_security")
SOURCES = (
    "CBO, The Budget and Economic Outlook and its evaluation data (github.com/US-CBO/eval-projections); economic paths "
    "by vintage as transcribed by the Budget Lab at Yale.",
    "US Treasury, Monthly Statement of the Public Debt and average interest rates.",
)


def baselines() -> tuple[str, ...]:
    """Return the names of the baselines that can be run, oldest first: those with a projection of GDP at hand."""
    return tuple(f"cbo-{vintage[:7]}" for vintage in _vintages())


@lru_cache(maxsize=16)
def load_usa(baseline: str = DEFAULT, assumptions: Assumptions | None = None) -> Case:
    """Return the US case under `baseline`; fiscal years, debt held by the public, US$ bn.

    `cbo-2025-01` is the published table in whole billions; the others are CBO's evaluation file, which leaves the
    two mortgage agencies out of the deficit (13 bn in 2036: they are in the other means). Raises DataError for a
    baseline that is not at hand.
    """
    assumed = assumptions or Assumptions.default()
    vintage = _vintage(baseline)
    rows = [row for row in store.rows("debt/us-baselines.csv") if row["vintage"] == vintage]
    economy = {int(r["fiscal_year"]): r for r in store.rows("debt/us-economy.csv") if r["vintage"] == vintage}
    years = tuple(int(row["fiscal_year"]) for row in rows)
    columns: dict[str, Floats] = {name: _column(rows, name) for name in rows[0] if name != "vintage"}
    gdp = np.array([float(economy[year]["gdp"]) for year in years])
    start = years[0] - 1
    start_debt, start_gdp = history("debt").at(start), history("gdp").at(start)
    if baseline == PUBLISHED:
        table = {int(row["fiscal_year"]): row for row in store.rows("debt/us-baseline-2025-01.csv")}
        for name in ("debt", "deficit", "net_interest", "revenue", "outlays"):
            columns[name] = np.array([float(table[year][name]) for year in years])
        start_debt, start_gdp = float(table[start]["debt"]), float(table[start]["gdp"])
    before = np.concatenate([[start_debt], columns["debt"][:-1]])
    return check(
        Case(
            country="USA",
            name="United States",
            currency="USD",
            basis=Basis.FISCAL,
            coverage=Coverage.NET,
            debt_is="federal debt held by the public",
            baseline=baseline,
            start_year=start,
            start_debt=start_debt,
            start_gdp=start_gdp,
            years=years,
            debt=columns["debt"],
            deficit=columns["deficit"],
            other_means=columns["debt"] - before - columns["deficit"],
            net_interest=columns["net_interest"],
            revenue=columns["revenue"],
            gdp=gdp,
            buckets=_buckets(assumed),
            path=_path(economy, years, assumed),
            extra=MappingProxyType({name: columns[name] for name in LINES}),
            sources=SOURCES,
            notes=_notes(baseline, economy, years),
        )
    )


@lru_cache(maxsize=16)
def history(name: str) -> Series:
    """Return a US series of the past by fiscal year: debt, debt_gross, interest_net, interest_gross, gdp, …

    `debt` and `interest_net` are net, `debt_gross` and `interest_gross` gross: adding one to the other raises.
    """
    rows = store.rows("debt/us-history.csv")
    if name not in rows[0] or name == "fiscal_year":
        raise DataError(unknown("US series", name, [key for key in rows[0] if key != "fiscal_year"]))
    known = [(int(row["fiscal_year"]), float(row[name])) for row in rows if row[name]]
    gross, net = ("debt_gross", "interest_gross"), ("debt", "interest_net")
    coverage = Coverage.GROSS if name in gross else Coverage.NET if name in net else Coverage.NEITHER
    unit = "%" if name == "treasury_10y" else "bn 2017 USD" if name == "real_gdp" else "bn USD"
    years, values = zip(*known, strict=True)
    return Series(name, years, np.array(values), unit, Basis.FISCAL, coverage)


def _vintage(baseline: str) -> str:
    for vintage in _vintages():
        if baseline == f"cbo-{vintage[:7]}":
            return vintage
    raise DataError(unknown("baseline", baseline, baselines()))


@lru_cache(maxsize=1)
def _vintages() -> tuple[str, ...]:
    return tuple(sorted({row["vintage"] for row in store.rows("debt/us-economy.csv")}))


def _column(rows: list[dict[str, str]], name: str) -> Floats:
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])


def _buckets(assumed: Assumptions) -> Buckets:
    """Return the classes of the debt held by the public at the end of 2025 with their average rates."""
    held = next(row for row in store.rows("debt/us-treasury-classes.csv") if row["date"] == "2025-12-31")
    paid = next(row for row in store.rows("debt/us-average-rates.csv") if row["date"] == "2025-12-31")
    amounts = np.array([float(held[name]) for name in NAMES])
    rates = [float(paid[name if name != "other" else "total_interest_bearing"]) for name in NAMES]
    rates[NAMES.index("tips")] += _inflation_now()  # the real rate paid, with the uplift of the principal
    yearly = [assumed[f"debt.issuance.{name}_refinanced"] for name in ("notes", "bonds", "tips", "other")]
    quarterly = [1.0 - (1.0 - share) ** 0.25 for share in yearly]
    return Buckets(
        names=NAMES,
        weights=amounts / amounts.sum(),
        rates=np.array(rates) / 100.0,
        hazard=np.array([assumed["debt.issuance.bills_refinanced"], *quarterly[:3], 1.0, quarterly[3]]),
        indexed=np.array([1.0 if name == "tips" else 0.0 for name in NAMES]),
    )


def _inflation_now() -> float:
    """Return CPI inflation of the first year of the default baseline, %."""
    row = next(row for row in store.rows("debt/us-economy.csv") if row["vintage"] == _vintage(DEFAULT))
    return float(row["cpi_inflation"])


def _path(economy: dict[int, Any], years: tuple[int, ...], assumed: Assumptions) -> Floats:
    """Return new-issue rates (year, bucket), fractions; vintages without rates get those of the default baseline."""
    if not economy[years[0]]["treasury_10y"]:
        other = {
            int(r["fiscal_year"]): r
            for r in store.rows("debt/us-economy.csv")
            if r["vintage"] == _vintage(DEFAULT)
        }
        first, last = min(other), max(other)
        economy = {year: other[min(max(year, first), last)] for year in years}
    short = np.array([float(economy[year]["treasury_3m"]) for year in years])
    long = np.array([float(economy[year]["treasury_10y"]) for year in years])
    part = {name: assumed[f"debt.issuance.{name}"] for name in ("notes_slope", "bond_spread", "tips_spread")}
    notes = short + part["notes_slope"] * (long - short)
    columns = {
        "bills": short,
        "notes": notes,
        "bonds": long + part["bond_spread"],
        "tips": long + part["tips_spread"],
        "frn": short + assumed["debt.issuance.frn_spread"],
        "other": notes,
    }
    return np.column_stack([columns[name] for name in NAMES]) / 100.0


def _notes(baseline: str, economy: dict[int, Any], years: tuple[int, ...]) -> tuple[str, ...]:
    lines = [
        "Debt by class is that of 31 December 2025, scaled to the debt at the start; its composition is held."
    ]
    if not economy[years[0]]["treasury_10y"]:
        lines.append(
            f"No path of interest rates of {baseline} is at hand: new debt is priced at the rates of {DEFAULT}."
        )
    return tuple(lines)
