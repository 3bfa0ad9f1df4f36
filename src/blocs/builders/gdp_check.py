"""Compare the world's value added with national GDP, so that a reader sees how exact the base is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from blocs.builders import source as src
from blocs.builders.accounts import Accounts
from blocs.data import store


def gdp_check(source: Path, accounts: Accounts, regions: Sequence[str]) -> list[dict[str, object]]:
    """Return one row per region: value added, import duty, World Bank GDP of the base year and the gap in %.

    gap = 100·((value added at basic prices + import duty) / GDP at market prices − 1). `ROW` is compared with the
    sum over its countries that the World Bank lists; a region that it does not list (Taiwan) has no gap. Values are
    whole US$ mn.
    """
    gdp = _gdp(source)
    income = accounts.value_added.sum(0)
    return [
        _row(region, float(income[n]), float(accounts.duty[n]), *_national(region, gdp))
        for n, region in enumerate(regions)
    ]


def _gdp(source: Path) -> dict[str, float]:
    """Return GDP of the base year in US$ mn by ISO3 code, aggregates of the World Bank included."""
    table: Any = src.read_csv(source, src.GDP)
    triples = zip(table["Country Code"], table["Year"], table["Value"], strict=True)
    return {
        str(code): float(value) / 1e6
        for code, year, value in triples
        if year == src.YEAR and np.isfinite(value)
    }


def _national(region: str, gdp: Mapping[str, float]) -> tuple[float | None, str]:
    """Return the World Bank's GDP of what the world counts in `region`, and what that is."""
    counted = [row["code"] for row in store.rows("countries.csv") if row["region"] == region]
    listed = [code for code in counted if code in gdp]
    if not listed:
        return None, "not listed by the World Bank"
    basis = f"World Bank, {len(listed)} of {len(counted)} countries" if region == "ROW" else "World Bank"
    return sum(gdp[code] for code in listed), basis


def _row(region: str, income: float, duty: float, gdp: float | None, basis: str) -> dict[str, object]:
    return {
        "region": region,
        "value_added": round(income),
        "duty": round(duty),
        "gdp": "" if gdp is None else round(gdp),
        "gap_pct": "" if gdp is None else f"{100 * ((income + duty) / gdp - 1):.1f}",
        "basis": basis,
    }
