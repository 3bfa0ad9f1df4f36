"""Read the source folder: OECD ICIO arrays, tariffs, World Bank, Penn World Table, the US tariff tracker.

Every reader checks presence and shape and raises `DataError` with the fix; nothing else is done here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from blocs.data import npz
from blocs.errors import DataError

YEAR = 2022
TOTALS_YEARS = (2017, 2018, 2019, 2020, 2021)
GOODS = 27  # goods industries come first in the ICIO order, services after them

WORLD = "world/icio2022_80x28.npz"
INDUSTRIES = "world/icio2022_80x50_Z.npz"
TOTALS = "world/icio_totals/icio{year}_total_flows_81x28.npz"
TRACKER = "world/us_tariffs_2025_26/tariff-summary-latest-data.csv"
GDP = "macro/gdp.csv"
PWT = "macro/pwt1001.dta"
COUNTRIES = "macro/country_codes.tsv"

_OECD = """AUS AUT BEL CAN CHE CHL COL CRI CZE DEU DNK ESP EST FIN FRA GBR GRC HUN IRL ISL ISR ITA JPN KOR LTU
    LUX LVA MEX NLD NOR NZL POL PRT SVK SVN SWE TUR USA"""
OECD = frozenset(_OECD.split())


@dataclass(frozen=True)
class Icio:
    """The 2022 benchmark as published: US$ mn at basic prices, 80 regions and `ROW` last."""

    regions: tuple[str, ...]  # 81
    sectors: tuple[str, ...]  # 50
    intermediates: np.ndarray  # [50, 80, 50, 80] float32: good, origin, user, destination
    output: np.ndarray  # [50, 80] gross output as published
    flows: np.ndarray  # [28, 81, 81] float64: total use incl. ROW; the 28th good is all services
    tariff: np.ndarray  # [28, 81, 81] float64: good, exporter, importer

    @property
    def non_oecd(self) -> list[int]:
        """Positions of the regions outside the OECD, `ROW` excepted: the stand-ins for `ROW`."""
        return [i for i, region in enumerate(self.regions[:80]) if region not in OECD]


def read_icio(source: Path) -> Icio:
    """Read the two 2022 ICIO files under `source` and check their labels and shapes."""
    world = _load(source, WORLD, {"X": (28, 81, 81), "tariff": (28, 81, 81), "countries": (81,)})
    detail = _load(source, INDUSTRIES, {"Z": (50, 80, 50, 80), "go": (50, 80), "countries": (80,)})
    regions = tuple(str(name) for name in world["countries"])
    if regions[:80] != tuple(str(name) for name in detail["countries"]) or regions[80] != "ROW":
        raise DataError(
            f"{WORLD} and {INDUSTRIES} list different regions; use files of the same ICIO edition with "
            "ROW last"
        )
    checked = {"X": world["X"], "tariff": world["tariff"], "Z": detail["Z"], "go": detail["go"]}
    for name, array in checked.items():
        if not np.all(np.isfinite(array)) or array.min() < 0:
            raise DataError(f"source array {name} has missing or negative values; use a complete ICIO file")
    return Icio(
        regions=regions,
        sectors=tuple(str(name) for name in detail["sectors"]),
        intermediates=detail["Z"],
        output=detail["go"].astype(np.float64),
        flows=world["X"].astype(np.float64),
        tariff=world["tariff"].astype(np.float64),
    )


def read_region_codes(source: Path) -> tuple[str, ...]:
    """Read the codes of the 81 regions in ICIO order, `ROW` last."""
    codes = npz.read(_existing(source, WORLD), ["countries"])["countries"]
    return tuple(str(code) for code in codes)


def read_totals(source: Path, year: int) -> np.ndarray:
    """Read total flows [28, 81, 81] of `year` (US$ mn, float64)."""
    return _load(source, TOTALS.format(year=year), {"X": (28, 81, 81)})["X"].astype(np.float64)


def read_elasticities(source: Path) -> dict[str, np.ndarray]:
    """Read the `eps_*` arrays (28 goods each), keyed by the short name of the set."""
    arrays = _load(source, WORLD, {"eps_CP": (28,)})
    return {name[4:]: arrays[name].astype(np.float64) for name in arrays if name.startswith("eps_")}


def read_csv(source: Path, name: str) -> Any:
    """Read a source CSV as a pandas frame."""
    import pandas as pd

    return pd.read_csv(_existing(source, name))


def read_countries(source: Path) -> list[dict[str, str]]:
    """Read the country_converter table: one row a country, all cells as text (NA is Namibia)."""
    with _existing(source, COUNTRIES).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def read_pwt(source: Path) -> Any:
    """Read the Penn World Table 10.01 Stata file as a pandas frame."""
    import pandas as pd

    return pd.read_stata(_existing(source, PWT))


def _load(source: Path, name: str, shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    path = _existing(source, name)
    found = npz.headers(path)
    for key, shape in shapes.items():
        if key not in found:
            raise DataError(f"{name} has no array {key!r}; it holds {', '.join(sorted(found))}")
        if found[key].shape != shape:
            raise DataError(
                f"{name}: array {key!r} has shape {found[key].shape}, expected {shape}; use the 80-region file"
            )
    return npz.read(path, list(found))


def _existing(source: Path, name: str) -> Path:
    path = Path(source) / name
    if not path.is_file():
        raise DataError(
            f"source file {name!r} not found in {str(source)!r}; give the folder that holds world/ and macro/"
        )
    return path
