"""Who holds US Treasury securities abroad, month by month."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from blocs.builders.source import read_countries
from blocs.errors import DataError

FIRST = 2012  # months before are of other surveys: Treasury marks breaks in 2011
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NAMES = {"China, Mainland": "CHN", "Korea, South": "KOR", "Russia": "RUS", "Hong Kong": "HKG"}
TOTALS = {"Grand Total": "WLD", "For. Official": "OFFICIAL", "All Other": "OTHER"}


def holders(source: Path) -> list[dict[str, Any]]:
    """Return holdings at the end of each month from 2012, US$ bn: country, month, amount.

    `WLD` is the total, `OFFICIAL` foreign official holders, `OTHER` countries not listed that month. Raises DataError
    if a month's countries do not sum to its total within 1 bn for each listed row's rounding.
    """
    path = source / "debt" / "tic_major_foreign_holders.txt"
    if not path.is_file():
        raise DataError(f"source file 'debt/{path.name}' not found in {str(source)!r}")
    codes = _codes(source)
    rows: list[dict[str, Any]] = []
    months: list[str] = []
    seen: list[str] = []
    for line in path.read_text(encoding="cp1252").splitlines():
        cells = [cell.strip().strip('"') for cell in line.split("\t")]
        if cells[1:2] and cells[1] in MONTHS:
            seen = [cell for cell in cells[1:] if cell]
        elif cells[0] == "Country":
            years = [cell for cell in cells[1:] if cell]
            months = [f"{y}-{MONTHS.index(m) + 1:02d}" for y, m in zip(years, seen, strict=True)]
        elif months and int(months[0][:4]) >= FIRST and len(cells) > 1 and _is_number(cells[1]):
            name = re.sub(r"\s+\d+/$", "", cells[0])
            code = TOTALS.get(name) or NAMES.get(name) or codes.get(name)
            if code is None:
                continue  # bills and bonds of official holders, groups of countries of earlier years
            rows += [
                {"holder": code, "month": month, "usd_bn": cell}
                for month, cell in zip(months, cells[1:], strict=False)
                if _is_number(cell)
            ]
    rows.sort(key=lambda row: (row["holder"], row["month"]))
    _check(rows)
    return rows


def _codes(source: Path) -> dict[str, str]:
    found = {row["name_short"]: row["ISO3"] for row in read_countries(source)}
    return found | {"Turkey": "TUR", "Macau": "MAC", "Vietnam": "VNM", "Czech Republic": "CZE"}


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", cell))


def _check(rows: list[dict[str, Any]]) -> None:
    sums: dict[str, float] = {}
    totals: dict[str, float] = {}
    for row in rows:
        if row["holder"] == "WLD":
            totals[row["month"]] = float(row["usd_bn"])
        elif row["holder"] != "OFFICIAL":
            sums[row["month"]] = sums.get(row["month"], 0.0) + float(row["usd_bn"])
    for month, total in totals.items():
        if sums[month] > total + 5.0:
            raise DataError(
                f"holders of {month} sum to {sums[month]:.1f} bn, more than the total {total:.1f}"
            )
