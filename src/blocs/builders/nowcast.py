"""What is known after the base year: GDP growth by region, and US goods imports by partner."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from blocs.builders import source as src
from blocs.builders.repairs import Repair
from blocs.errors import DataError

NOWCAST_YEAR = 2023


def gdp_growth(source: Path, regions: tuple[str, ...], repairs: list[Repair]) -> list[dict[str, object]]:
    """Return one row per region: GDP 2022 and 2023 in current US$ mn and their ratio.

    `ROW` is the sum over the countries of the World Bank table that are not regions, those with both years; a
    region without both years gets the growth of the world total.
    """
    table = src.read_csv(source, src.GDP)
    values = {
        (str(code), int(year)): float(value) / 1e6
        for code, year, value in zip(table["Country Code"], table["Year"], table["Value"], strict=True)
        if np.isfinite(value)
    }
    if ("USA", NOWCAST_YEAR) not in values or ("WLD", NOWCAST_YEAR) not in values:
        raise DataError(f"{src.GDP} has no {NOWCAST_YEAR} for USA or WLD; use a newer World Bank table")
    years = (src.YEAR, NOWCAST_YEAR)
    world = values["WLD", years[1]] / values["WLD", years[0]]
    rows: list[dict[str, object]] = []
    missing = []
    known = [0.0, 0.0]
    for region in regions[:80]:
        pair = [values.get((region, year)) for year in years]
        if pair[0] is None or pair[1] is None:
            missing.append(region)
            rows.append(_row(region, pair[0], pair[1], world, "world growth (no data)"))
        else:
            known = [known[0] + pair[0], known[1] + pair[1]]
            rows.append(_row(region, pair[0], pair[1], pair[1] / pair[0], "World Bank"))
    rest = [values["WLD", year] - total for year, total in zip(years, known, strict=True)]
    rows.append(_row("ROW", rest[0], rest[1], rest[1] / rest[0], "world less the regions with data"))
    repairs.append(
        Repair(
            "nowcast",
            f"{', '.join(missing) or 'none'}; ROW",
            "growth of world GDP for regions without data; ROW is the world total less the regions with data",
            f"world {world:.4f}, ROW {rest[1] / rest[0]:.4f}",
            "the World Bank table does not list them",
            "assumption",
        )
    )
    return rows


def _row(region: str, base: float | None, new: float | None, growth: float, basis: str) -> dict[str, object]:
    show = {"gdp_2022": base, "gdp_2023": new}
    return {
        "region": region,
        **{key: "" if value is None else round(value, 1) for key, value in show.items()},
        "growth": round(growth, 6),
        "basis": basis,
    }


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    """Write `rows` as CSV with a header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
