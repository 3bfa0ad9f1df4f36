"""US federal debt from its publishers' files: `blocs data build debt --source FOLDER`.

CBO's baselines, actuals and record of projection errors, OMB's interest and defence, FRED's gross debt, Treasury's
classes and average rates. Amounts of the tables are US$ billion by fiscal year (October of the year before to
September) unless a column says otherwise; deficits are positive. The dollar's side is in `debt_dollar`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from blocs.builders.debt_dollar import holders
from blocs.builders.debt_history import calendar, history
from blocs.builders.nowcast import write_rows
from blocs.builders.source import read_csv
from blocs.errors import DataError

FOLDER = "debt"
# column of ours -> (component, category, subcategory) of CBO's files
LINES: dict[str, tuple[str, str, str]] = {
    "debt": ("debt", "Total", "Total"),
    "deficit": ("deficit", "Total", "Total"),
    "revenue": ("revenue", "Total", "Total"),
    "outlays": ("outlay", "Total", "Total"),
    "net_interest": ("outlay", "Net Interest", "Net Interest"),
    "customs": ("revenue", "Customs Duties", "Customs Duties"),
    "defence": ("outlay", "Discretionary", "Defense Discretionary"),
    "social_security": ("outlay", "Mandatory", "Social Security"),
    "fannie_freddie": ("outlay", "Mandatory", "Fannie Freddie"),
}
ROUNDING = 0.501  # US$ bn: published to the nearest billion
GAP = 8.0  # US$ bn: what the evaluation file leaves out of the deficit beside the two mortgage agencies
SINCE = "2007"  # vintages from here on have every line
CLASSES = {
    "Bills": "bills",
    "Notes": "notes",
    "Bonds": "bonds",
    "TIPS": "tips",
    "FRN": "frn",
    "Total Marketable": "marketable",
    "Total Public Debt Outstanding": "total",
}


def build_debt(source: Path | str, out: Path | str) -> list[Path]:
    """Write the debt tables below `out`/debt and return their paths.

    Raises DataError if a source file or a line is missing, if the classes of the debt do not sum to the total, or if
    the errors do not follow from projection, legislation and actual.
    """
    place, folder = Path(source), Path(out) / FOLDER
    projected = baselines(place)
    tables = {
        "us-baselines.csv": projected,
        "us-baseline-2025-01.csv": published(place, projected),
        "us-projection-errors.csv": errors(place),
        "us-treasury-classes.csv": classes(place),
        "us-average-rates.csv": average_rates(place),
        "us-history.csv": history(place),
        "us-calendar.csv": calendar(place),
        "us-foreign-holders.csv": holders(place),
    }
    for name, rows in tables.items():
        write_rows(folder / name, rows)
    return [folder / name for name in tables]


def baselines(source: Path) -> list[dict[str, Any]]:
    """Return CBO's projections by vintage and fiscal year; deficits turned positive."""
    table = read_csv(source, "debt/baselines.csv")
    wide: dict[tuple[str, int], dict[str, float]] = {}
    for column, (component, category, subcategory) in LINES.items():
        chosen = table[
            (table.component == component)
            & (table.category == category)
            & (table.subcategory == subcategory)
            & (table.baseline_date >= SINCE)
        ]
        if chosen.empty:
            raise DataError(f"debt/baselines.csv has no line {component}, {category}, {subcategory}")
        for row in chosen.itertuples():
            value = -row.value if column == "deficit" else row.value
            wide.setdefault((row.baseline_date, int(row.projected_fiscal_year)), {})[column] = value
    return [
        {"vintage": vintage, "fiscal_year": year, **{c: _number(line.get(c)) for c in LINES}}
        for (vintage, year), line in sorted(wide.items())
        if "debt" in line
    ]


def published(source: Path, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the January 2025 table as published, after checking `rows` of that vintage against it.

    CBO's evaluation file leaves Fannie Mae and Freddie Mac out of the deficit; with them it is near the published one.
    """
    table = read_csv(source, "debt/cbo_jan2025_baseline.csv")
    ours = {row["fiscal_year"]: row for row in rows if row["vintage"] == "2025-01-01"}
    found = []
    for row in table.itertuples():
        line = {
            "fiscal_year": row.fy, "revenue": row.revenues, "outlays": row.outlays, "net_interest": row.net_interest,
            "deficit": -row.total_deficit, "other_means": "" if row.other_means != row.other_means
            else int(row.other_means), "debt": row.debt_public, "gdp": row.gdp,
        }  # fmt: skip
        found.append(line)
        if row.fy in ours:
            theirs = ours[row.fy]
            deficit = float(theirs["deficit"]) + float(theirs["fannie_freddie"])
            if abs(float(theirs["debt"]) - row.debt_public) > ROUNDING:
                raise DataError(f"debt of {row.fy} is {theirs['debt']}, published {row.debt_public}")
            if abs(deficit + row.total_deficit) > GAP:
                raise DataError(f"deficit of {row.fy} is {deficit:.1f}, published {-row.total_deficit}")
    return found


def errors(source: Path) -> list[dict[str, Any]]:
    """Return CBO's record of errors of projected debt, points of actual GDP, projection minus actual.

    `net` is net of legislation: the projection is adjusted for laws enacted later. `legislation` is what they added.
    """
    table = read_csv(source, "debt/debt_projection_errors.csv")
    rows = []
    for row in table.itertuples():
        net, law = row.projection_error_pct_GDP, row.leg_change_pct_GDP
        gross = 100.0 * (row.value - row.actual_value) / row.GDP
        if abs(gross - (net - law)) > 0.01:
            raise DataError(
                f"debt/debt_projection_errors.csv, {row.baseline_date} for {row.projected_fiscal_year}: error {net} "
                f"and legislation {law} do not make projection less actual, {gross:.3f}"
            )
        rows.append(
            {
                "vintage": row.baseline_date,
                "fiscal_year": int(row.projected_fiscal_year),
                "horizon": int(row.projected_year_number),
                "net": f"{net:.3f}",
                "legislation": f"{law:.3f}",
            }
        )
    return rows


def classes(source: Path) -> list[dict[str, Any]]:
    """Return the debt held by the public by class of security, US$ bn, at the dates that have all classes."""
    table = read_csv(source, "debt/treasury_mspd_table1.csv")
    rows = []
    for date, part in table.groupby("record_date"):
        held = dict(zip(part["class"], part.held_public_musd / 1e3, strict=True))
        if not set(CLASSES) <= set(held):
            continue
        marketable = sum(held[name] for name in ("Bills", "Notes", "Bonds", "TIPS", "FRN"))
        if abs(marketable - held["Total Marketable"]) > 20.0:
            raise DataError(f"debt/treasury_mspd_table1.csv, {date}: classes sum to {marketable:.0f} bn")
        named = {ours: held[name] for name, ours in CLASSES.items()}
        named["other"] = named["total"] - marketable
        rows.append({"date": date, **{name: f"{value:.3f}" for name, value in named.items()}})
    return rows


def average_rates(source: Path) -> list[dict[str, Any]]:
    """Return average interest rates by class, %, at the dates that have all classes."""
    table = read_csv(source, "debt/treasury_avg_interest_rates.csv").dropna()
    names = ["bills", "notes", "bonds", "tips", "frn", "total_interest_bearing"]
    return [
        {"date": row.record_date, **{name: f"{getattr(row, name):.3f}" for name in names}}
        for row in table.itertuples()
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
