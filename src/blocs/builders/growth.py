"""How fast regions have grown and how fast they renew their capital: Penn World Table 10.01."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from blocs.builders import source as src
from blocs.builders.labour import NEIGHBOURS
from blocs.builders.repairs import Repair
from blocs.errors import DataError

FIRST, LAST = 2009, 2019  # ten years of growth; 2019 is the last year of PWT 10.01


def growth_rows(source: Path, regions: tuple[str, ...], repairs: list[Repair]) -> list[dict[str, object]]:
    """Return one row a region: average real GDP growth 2009-2019, investment over capital and depreciation in 2019.

    growth: (rgdpna_2019 / rgdpna_2009)^(1/10) - 1. investment_rate: csh_i cgdpo / cn, gross investment over the
    capital stock, both at current PPPs. ROW is the sum over (growth) and the median of (rates) all countries of the
    table that are not regions; a region that the table lacks takes the median of its neighbours.
    """
    table = src.read_pwt(source)
    last = table[table["year"] == LAST].set_index("countrycode")
    first = table[table["year"] == FIRST].set_index("countrycode")
    years = LAST - FIRST
    known: dict[str, tuple[float, float, float]] = {}
    gdp: dict[str, tuple[float, float]] = {}
    for code in last.index:
        if code not in first.index:
            continue
        then, now = float(first.at[code, "rgdpna"]), float(last.at[code, "rgdpna"])
        investment = float(last.at[code, "csh_i"] * last.at[code, "cgdpo"] / last.at[code, "cn"])
        wear = float(last.at[code, "delta"])
        if np.isfinite([then, now, investment, wear]).all() and min(then, now, investment, wear) > 0.0:
            known[str(code)] = ((now / then) ** (1.0 / years) - 1.0, investment, wear)
            gdp[str(code)] = (then, now)
    outside = sorted(code for code in known if code not in regions)
    rows, filled = [], []
    for region in regions:
        if region in known:
            rows.append(_row(region, *known[region], "PWT 10.01"))
        elif region == "ROW":
            then, now = (sum(gdp[code][n] for code in outside) for n in (0, 1))
            rates = np.median([known[code][1:] for code in outside], axis=0)
            rows.append(
                _row(region, (now / then) ** (1.0 / years) - 1.0, float(rates[0]), float(rates[1]),
                     f"{len(outside)} countries outside the 80 regions: growth of their sum, median rates")
            )  # fmt: skip
        else:
            pool = [code for code in NEIGHBOURS.get(region, ()) if code in known]
            if not pool:
                raise DataError(f"no growth for {region!r} and no neighbours listed; add it to NEIGHBOURS")
            recent, investment, wear = (float(v) for v in np.median([known[code] for code in pool], axis=0))
            rows.append(_row(region, recent, investment, wear, f"median of {', '.join(pool)}"))
            filled.append(region)
    repairs.append(
        Repair(
            "growth",
            f"{', '.join(filled) or 'none'}; ROW",
            "median of neighbours; ROW is the sum (growth) and the median (rates) of countries outside the regions",
            f"{len(filled)} regions",
            "Penn World Table 10.01 lacks them or one of the two years",
            "derived",
        )
    )
    return rows


def _row(region: str, growth: float, investment: float, wear: float, basis: str) -> dict[str, object]:
    return {
        "region": region,
        "growth_2009_2019": round(growth, 6),
        "investment_rate": round(investment, 6),
        "depreciation": round(wear, 6),
        "basis": basis,
    }
