"""Build the tables of places, `regions.csv`, `countries.csv` and `geo/iso3166.csv`: `blocs data build regions`.

Codes, names, United Nations regions and OECD years come from the country_converter table, positions from the
borders. What is decided here is listed as constants: names that are clearer, who is counted in whom, and what the
table leaves open.
"""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from blocs.builders import source as src
from blocs.builders.borders import centre
from blocs.data import store
from blocs.errors import DataError

REST = "ROW"

UNINHABITED = frozenset({"ATA", "ATF", "BVT", "HMD", "SGS", "UMI"})

COUNTED_IN = {
    "ALA": "FIN",
    "GLP": "FRA",
    "GUF": "FRA",
    "MTQ": "FRA",
    "MYT": "FRA",
    "REU": "FRA",
    "SJM": "NOR",
}
"""Territories inside their state's national accounts (status: memory)."""

NAMES = {
    "BES": "Caribbean Netherlands",
    "BLM": "Saint Barthélemy",
    "BRN": "Brunei",
    "COG": "Republic of the Congo",
    "COK": "Cook Islands",
    "FSM": "Micronesia",
    "KNA": "Saint Kitts and Nevis",
    "LCA": "Saint Lucia",
    "MAC": "Macao",
    "MAF": "Saint Martin",
    "PSE": "Palestine",
    "SHN": "Saint Helena",
    "SJM": "Svalbard and Jan Mayen",
    "SPM": "Saint Pierre and Miquelon",
    "VCT": "Saint Vincent and the Grenadines",
    "VIR": "US Virgin Islands",
}
"""Short English names in place of the table's."""

UN_REGIONS = {"BES": "Caribbean", "TWN": "Eastern Asia", "XKX": "Southern Europe"}
"""For places to which the table gives no United Nations region."""


def build_regions(source: Path, out: Path, borders: Path | None = None) -> list[Path]:
    """Build the three tables from the folder `source` into `out` and return their paths.

    `source` holds `macro/country_codes.tsv` (country_converter) and the ICIO file with the order of regions;
    `borders` is the JSON file that `build_borders` wrote, by default the bundled one. Raises DataError if a source
    is missing or a region is not in it.
    """
    rows = {row["ISO3"]: row for row in src.read_countries(source)}
    codes = src.read_region_codes(source)
    lost = [code for code in codes if code != REST and code not in rows]
    if lost:
        raise DataError(f"{src.COUNTRIES} has no {', '.join(lost)}; use the full country_converter table")
    positions = _positions(borders or store.path("geo/borders.json"), codes[:-1])
    regions = [_region(rows[code], positions[code]) for code in codes[:-1]]
    rest = dict.fromkeys(regions[0], "") | {"code": REST, "name": "Rest of world"}
    current = [row for row in rows.values() if not row["obsolete"]]
    inhabited = sorted(
        (row for row in current if row["ISO3"] not in UNINHABITED), key=lambda row: row["ISO3"]
    )
    numbers = sorted((_number(row), row["ISO3"]) for row in current if row["ISOnumeric"])
    return [
        _write(out / "regions.csv", [*regions, rest]),
        _write(out / "countries.csv", [_country(row, codes) for row in inhabited]),
        _write(out / "geo" / "iso3166.csv", [{"numeric": number, "iso3": code} for number, code in numbers]),
    ]


def _region(row: Mapping[str, str], position: tuple[float, float]) -> dict[str, str]:
    lon, lat = position
    return {
        "code": row["ISO3"],
        "name": NAMES.get(row["ISO3"], row["name_short"]),
        "iso2": _iso2(row),
        "iso_numeric": _number(row),
        "continent": row["Continent_7"],
        "un_region": _un_region(row),
        "oecd_since": row["OECD"],
        "lon": f"{lon:.1f}",
        "lat": f"{lat:.1f}",
    }


def _country(row: Mapping[str, str], regions: Sequence[str]) -> dict[str, str]:
    code = row["ISO3"]
    return {
        "code": code,
        "name": NAMES.get(code, row["name_short"]),
        "iso2": _iso2(row),
        "un_region": _un_region(row),
        "region": code if code in regions else COUNTED_IN.get(code, REST),
    }


def _iso2(row: Mapping[str, str]) -> str:
    """Return the alpha-2 code; where the table has a pattern (`^GB$|^UK$`) the first, official one."""
    return row["ISO2"].split("|")[0].strip("^$")


def _number(row: Mapping[str, str]) -> str:
    return f"{int(row['ISOnumeric']):03d}"


def _un_region(row: Mapping[str, str]) -> str:
    found = row["UNregion"] or UN_REGIONS.get(row["ISO3"])
    if not found:
        raise DataError(f"{src.COUNTRIES} has no UN region for {row['ISO3']}; add it to UN_REGIONS")
    return found


def _positions(borders: Path, codes: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return the area centroid of each region's largest polygon as longitude and latitude in degrees."""
    document = json.loads(borders.read_text(encoding="utf-8"))
    arcs = [_points(steps, document["grid"]) for steps in document["arcs"]]
    positions = {}
    for code in codes:
        if code in document["circles"]:
            lon, lat = document["circles"][code]
        elif code in document["countries"]:
            lon, lat = centre([[ring] for ring in document["countries"][code]], arcs)
        else:
            raise DataError(f"{borders.name} does not draw {code}; build the borders from a finer layer")
        positions[code] = ((lon + 180.0) % 360.0 - 180.0, lat)
    return positions


def _points(steps: Sequence[int], grid: float) -> list[tuple[float, float]]:
    """Undo the packing of one arc: the first point, then steps, in units of the grid."""
    columns, rows = itertools.accumulate(steps[0::2]), itertools.accumulate(steps[1::2])
    return [(x * grid, y * grid) for x, y in zip(columns, rows, strict=True)]


def _write(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    lines = list(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return path
