"""Labour shares of value added by region: Penn World Table 10.01 `labsh`, uniform over industries."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from blocs.builders import source as src
from blocs.builders.repairs import Repair
from blocs.errors import DataError

YEAR = 2019  # the last year of PWT 10.01
RANGE = (0.40, 0.65)  # what the ensemble draws from
NEIGHBOURS = {
    "ARE": ("BHR", "KWT", "OMN", "QAT", "SAU"),
    "BGD": ("IND", "LKA"),
    "PAK": ("IND", "IRN", "LKA"),
    "BRN": ("IDN", "MYS", "SGP"),
    "KHM": ("IDN", "LAO", "MYS", "PHL", "THA"),
    "MMR": ("IDN", "LAO", "MYS", "PHL", "THA"),
    "VNM": ("IDN", "LAO", "MYS", "PHL", "THA"),
    "COD": ("AGO", "CAF", "CMR", "GAB", "RWA", "ZMB"),
}
"""Countries whose median stands in for a region without `labsh`; those that PWT lacks as well are skipped."""


def labour_shares(source: Path, regions: tuple[str, ...]) -> tuple[np.ndarray, list[Repair]]:
    """Return the labour share [81] of each region and the record of what was imputed.

    `ROW` takes the median over all countries of PWT that are not regions of their own.
    """
    table = src.read_pwt(source)
    rows = table[(table["year"] == YEAR) & table["labsh"].notna()]
    known = {str(code): float(value) for code, value in zip(rows["countrycode"], rows["labsh"], strict=True)}
    outside = sorted(code for code in known if code not in regions)
    shares, repairs = [], []
    for region in regions:
        if region in known:
            shares.append(known[region])
            continue
        pool = outside if region == "ROW" else [code for code in NEIGHBOURS.get(region, ()) if code in known]
        if not pool:
            raise DataError(f"no labour share for {region!r} and no neighbours listed; add it to NEIGHBOURS")
        value = float(np.median([known[code] for code in pool]))
        shares.append(value)
        names = f"{len(pool)} countries outside the 80 regions" if region == "ROW" else ", ".join(pool)
        repairs.append(
            Repair(
                "labour_share",
                f"{region}, all industries",
                f"median of {names}, {YEAR}",
                f"{value:.3f}",
                "Penn World Table 10.01 has no labour share for it",
                "derived",
            )
        )
    out = np.array(shares)
    far = [f"{r} {v:.2f}" for r, v in zip(regions, out, strict=True) if not RANGE[0] <= v <= RANGE[1]]
    repairs.append(
        Repair(
            "labour_share",
            "all regions and industries",
            f"{YEAR} value used for {src.YEAR}, the same in every industry",
            f"outside {RANGE[0]}-{RANGE[1]}: {', '.join(far) or 'none'}",
            "no industry labour shares are at hand; nothing is clipped",
            "assumption",
        )
    )
    return out, repairs
