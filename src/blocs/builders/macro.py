"""The size of economies by year: GDP in US dollars and at purchasing-power parity: `blocs data build macro`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from blocs.builders import source as src
from blocs.builders.nowcast import write_rows
from blocs.errors import DataError

FOLDER = "macro"
FIRST = 2000
WORLD = "WLD"
Row = dict[str, object]


def build_macro(source: Path | str, out: Path | str) -> list[Path]:
    """Write gdp.csv and gdp-ppp.csv below `out`/macro and return their paths; DataError where a source is missing."""
    place, folder = Path(source), Path(out) / FOLDER
    regions = src.read_region_codes(place)[:80]
    tables = {"gdp.csv": gdp(place, regions), "gdp-ppp.csv": gdp_ppp(place, regions)}
    for name, rows in tables.items():
        if not rows:
            raise DataError(f"{name} would be empty; the source has none of the {len(regions)} regions")
        write_rows(folder / name, rows)
    return [folder / name for name in tables]


def gdp(source: Path, regions: tuple[str, ...]) -> list[Row]:
    """Return GDP by region and year at market exchange rates, current US$ bn: World Bank; with the world."""
    table = src.read_csv(source, src.GDP)
    wanted = {*regions, WORLD}
    return sorted(
        (
            {"region": str(code), "year": int(year), "usd_bn": f"{float(value) / 1e9:.3f}"}
            for code, year, value in zip(table["Country Code"], table["Year"], table["Value"], strict=True)
            if code in wanted and int(year) >= FIRST and np.isfinite(value)
        ),
        key=lambda row: (row["region"], row["year"]),
    )  # fmt: skip


def gdp_ppp(source: Path, regions: tuple[str, ...]) -> list[Row]:
    """Return GDP by region and year at current PPPs, bn of 2017 US$: Penn World Table 10.01.

    expenditure (cgdpe): what the income buys; output (cgdpo): what is produced, export and import prices taken out.
    """
    table = src.read_pwt(source)
    rows: list[Row] = [
        {
            "region": str(row.countrycode), "year": int(row.year),
            "expenditure": f"{row.cgdpe / 1e3:.3f}", "output": f"{row.cgdpo / 1e3:.3f}",
        }
        for row in table.itertuples()
        if row.countrycode in regions and row.year >= FIRST and np.isfinite([row.cgdpe, row.cgdpo]).all()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["region"], row["year"]))
