"""The US federal record by fiscal year: what happened, for shocks, for gross against net, for the start of a path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from blocs.builders.source import read_csv
from blocs.errors import DataError

FIRST = 1962
# fiscal years the monthly file no longer covers: CBO, Economic Data of February 2026 (Annual_FY), %
LATER_YIELDS = {2024: 4.2475, 2025: 4.3383}
GROSS = "901 Interest on Treasury debt securities (gross)"
NET = "Total, Net Interest"
DEFENCE = "Total, National Defense"


def history(source: Path) -> list[dict[str, Any]]:
    """Return one row a fiscal year: debt, deficit, revenue, interest gross and net, defence, GDP, yield.

    GDP of a fiscal year is CBO's; real growth and the deflator come from quarterly real GDP (fiscal-year means of
    FRED GDPC1) and CBO's nominal GDP. The ten-year yield is the mean of its twelve months.
    """
    cbo = _cbo(source)
    omb = _omb(source)
    real = _fiscal_mean(read_csv(source, "debt/GDPC1.csv"), "date", "value", 4)
    gross_debt = _september(read_csv(source, "debt/GFDEBTN.csv"))
    yields = _yields(source)
    rows = []
    for year in range(FIRST, 2026):
        line: dict[str, Any] = {"fiscal_year": year}
        for name in ("debt", "deficit", "revenue", "outlays", "customs", "gdp"):
            line[name] = _text(cbo.get((name, year)))
        for name, key in (("interest_gross", GROSS), ("interest_net", NET), ("defence", DEFENCE)):
            value = omb.get((key, year))
            line[name] = _text(None if value is None else value / 1e3)
        line["debt_gross"] = _text(gross_debt.get(year))
        line["real_gdp"] = _text(real.get(year))
        line["treasury_10y"] = _text(yields.get(year), 4)
        rows.append(line)
    return rows


def calendar(source: Path) -> list[dict[str, Any]]:
    """Return one row a calendar year: gross debt at its end and interest paid (national accounts), US$ bn.

    debt_gross: FRED GFDEBTN of the last quarter. interest: mean of the four quarters of FRED A091RC1Q, annual rates;
    empty for a year without four. Fiscal and calendar years are different series and are not mixed.
    """
    debt = {
        int(row.date[:4]): float(row.value) / 1e3
        for row in read_csv(source, "debt/GFDEBTN.csv").itertuples()
        if row.date[5:7] == "10"
    }
    interest: dict[int, list[float]] = {}
    for date, value in read_csv(source, "debt/federal_interest_payments_A091RC1Q.csv").itertuples(
        index=False
    ):
        interest.setdefault(int(str(date)[:4]), []).append(float(value))
    return [
        {
            "year": year, "debt_gross": _text(debt[year]),
            "interest": _text(sum(paid) / 4.0 if len(paid := interest.get(year, [])) == 4 else None),
        }
        for year in sorted(debt)
    ]  # fmt: skip


def _cbo(source: Path) -> dict[tuple[str, int], float]:
    table = read_csv(source, "debt/actuals.csv")
    wanted = {
        ("debt", "Total"): "debt",
        ("deficit", "Total"): "deficit",
        ("revenue", "Total"): "revenue",
        ("outlay", "Total"): "outlays",
        ("revenue", "Customs Duties"): "customs",
    }
    found: dict[tuple[str, int], float] = {}
    for row in table.itertuples():
        name = wanted.get((row.component, row.category))
        if name:
            sign = -1.0 if name == "deficit" else 1.0
            found[name, int(row.fiscal_year)] = sign * float(row.actual_value)
    for row in read_csv(source, "debt/actual_GDP.csv").itertuples():
        found["gdp", int(row.fiscal_year)] = float(row.GDP)
    return found


def _omb(source: Path) -> dict[tuple[str, int], float]:
    """Return OMB's table 3.2, US$ mn, by line and fiscal year."""
    path = source / "debt" / "hist03z2_fy2027.xlsx"
    try:
        import openpyxl
    except ImportError as error:
        raise DataError("reading OMB's workbooks needs openpyxl: pip install 'blocs[excel]'") from error
    if not path.is_file():
        raise DataError(f"source file 'debt/{path.name}' not found in {str(source)!r}")
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # OMB's file has no default style
        sheet = openpyxl.load_workbook(path, data_only=True).active
    header: list[Any] = []
    found: dict[tuple[str, int], float] = {}
    for row in sheet.iter_rows(values_only=True) if sheet is not None else ():
        if row[0] == "Function and Subfunction":
            header = list(row)
        name = str(row[0]).strip()
        if name in (GROSS, NET, DEFENCE):
            for label, value in zip(header, row, strict=True):
                if str(label).isdigit() and isinstance(value, (int, float)):
                    found[name, int(label)] = float(value)
    missing = {GROSS, NET, DEFENCE} - {name for name, _ in found}
    if missing:
        raise DataError(f"debt/{path.name} has no line {sorted(missing)[0]!r}")
    return found


def _fiscal_mean(table: Any, date: str, value: str, count: int) -> dict[int, float]:
    """Return means over fiscal years that have all `count` observations; dates are starts of periods."""
    groups: dict[int, list[float]] = {}
    for when, number in zip(table[date], table[value], strict=True):
        year, month = int(str(when)[:4]), int(str(when)[5:7])
        groups.setdefault(year + (month >= 10), []).append(float(number))
    return {year: sum(part) / count for year, part in groups.items() if len(part) == count}


def _september(table: Any) -> dict[int, float]:
    """Return the gross debt at the end of September, US$ bn: FRED dates it 1 July, the start of the quarter."""
    return {
        int(str(when)[:4]): float(value) / 1e3
        for when, value in zip(table.date, table.value, strict=True)
        if str(when)[5:7] == "07"
    }


def _yields(source: Path) -> dict[int, float]:
    """Return the ten-year Treasury yield by fiscal year, %; months without a number (zero) are dropped."""
    table = read_csv(source, "macro/sp500_monthly.csv")
    known = table[table["Long Interest Rate"] > 0.0]
    return _fiscal_mean(known, "Date", "Long Interest Rate", 12) | LATER_YIELDS


def _text(value: float | None, digits: int = 3) -> str:
    return "" if value is None else f"{value:.{digits}f}"
