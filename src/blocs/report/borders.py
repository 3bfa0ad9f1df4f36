"""Read the bundled borders and project them: country rings in longitude and latitude, Equal Earth, map edges.

The file is built by `blocs.builders.borders` from Natural Earth; docs/map-policy.md says what it draws.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from blocs.errors import DataError

Point = tuple[float, float]
Ring = list[Point]

_FILE = Path(__file__).parent.parent / "data" / "geo" / "borders.json"

# Šavrič, Patterson and Jenny (2018), the polynomial of the sphere.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3.0) / 2.0


@cache
def load_borders() -> Mapping[str, list[Ring]]:
    """Return every country's rings as (longitude, latitude) in degrees, by ISO 3166 alpha-3 code.

    Rings are closed; holes are rings too (fill by even-odd). Longitude runs on past 180 where a ring crosses
    the date line (Russia, Fiji), so no step jumps by 360 degrees. Areas without an ISO code have the codes of
    `load_names`; Antarctica is not there. The mapping is cached and must not be changed.
    """
    document = _document()
    arcs = [_decode(steps, document["grid"]) for steps in document["arcs"]]
    rings = {code: [_chain(ring, arcs) for ring in rs] for code, rs in document["countries"].items()}
    return MappingProxyType(rings)


@cache
def load_small_regions() -> Mapping[str, Point]:
    """Return the model regions to be drawn as circles, with their centre (longitude, latitude) in degrees."""
    return MappingProxyType({code: (lon, lat) for code, (lon, lat) in _document()["circles"].items()})


@cache
def load_names() -> Mapping[str, str]:
    """Return Natural Earth's names of the areas it draws apart that have no ISO 3166 code."""
    return MappingProxyType(dict(_document()["names"]))


def source_of() -> str:
    """Return what the borders were made from."""
    return str(_document()["source"])


def equal_earth(lon: float, lat: float) -> Point:
    """Project (longitude from the central meridian, latitude), in degrees, to Equal Earth on the unit sphere.

        sin θ = (√3/2) sin φ
        x = 2√3 λ cos θ / (3 (9A₄θ⁸ + 7A₃θ⁶ + 3A₂θ² + A₁))
        y = A₄θ⁹ + A₃θ⁷ + A₂θ³ + A₁θ

    Areas are true: ∂x/∂λ · ∂y/∂φ = cos φ. Šavrič, B., Patterson, T. and Jenny, B. (2018), "The Equal Earth
    map projection", International Journal of Geographical Information Science,
    doi:10.1080/13658816.2018.1504949.
    """
    theta = math.asin(_M * math.sin(math.radians(lat)))
    t2 = theta * theta
    t6 = t2 * t2 * t2
    slope = _A1 + 3.0 * _A2 * t2 + t6 * (7.0 * _A3 + 9.0 * _A4 * t2)
    return math.radians(lon) * math.cos(theta) / (_M * slope), theta * (
        _A1 + _A2 * t2 + t6 * (_A3 + _A4 * t2)
    )


def cut_at_edge(ring: Ring, meridian: float) -> list[Ring]:
    """Return `ring` in longitudes relative to the central `meridian`, cut at the map's edge (±180)."""
    turns = 360.0 * math.floor((min(lon for lon, _ in ring) - meridian + 180.0) / 360.0)
    shifted = [(lon - meridian - turns, lat) for lon, lat in ring]
    if max(lon for lon, _ in shifted) <= 180.0:
        return [shifted]
    west, east = _clip(shifted, 1.0), _clip(shifted, -1.0)
    return [piece for piece in (west, [(lon - 360.0, lat) for lon, lat in east]) if len(piece) >= 4]


@cache
def _document() -> dict[str, Any]:
    if not _FILE.is_file():
        raise DataError(
            f"the borders file {_FILE.name} is missing from the package's data; reinstall blocs, or rebuild "
            "it with `blocs data build borders --source FOLDER` (the unpacked npm package world-atlas)"
        )
    return json.loads(_FILE.read_text(encoding="utf-8"))


def _decode(steps: Sequence[int], grid: float) -> Ring:
    xs, ys = itertools.accumulate(steps[0::2]), itertools.accumulate(steps[1::2])
    return [(round(x * grid, 6), round(y * grid, 6)) for x, y in zip(xs, ys, strict=True)]


def _chain(ring: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    """Join arcs end to end; ~n is arc n backwards; whole turns bring an arc to where the last one ended."""
    out: Ring = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        turns = 360.0 * round((out[-1][0] - arc[0][0]) / 360.0) if out else 0.0
        out.extend((lon + turns, lat) for lon, lat in (arc[1:] if out else arc))
    return out


def _clip(ring: Ring, side: float) -> Ring:
    """Keep what lies west (side 1) or east (side −1) of 180 degrees (Sutherland and Hodgman 1974)."""
    out: Ring = []
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if side * (180.0 - x1) >= 0.0:
            out.append((x1, y1))
        if (x1 - 180.0) * (x2 - 180.0) < 0.0:
            out.append((180.0, y1 + (y2 - y1) * (180.0 - x1) / (x2 - x1)))
    return [*out, out[0]] if out else out
