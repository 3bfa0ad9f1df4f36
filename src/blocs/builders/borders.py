"""Build `data/geo/borders.json`, the one file of borders that the report and the web lab draw maps from.

Source: the npm package `world-atlas` (`npm pack world-atlas`, unpacked), whose `countries-50m.json` is
Natural Earth 4.1.0 at 1:50 million as a TopoJSON topology (public domain; 1:110m lacks Singapore, Hong Kong
and Malta).

The simplification works on the arcs of the topology, so a border shared by two countries stays one line:
each arc keeps its end points and loses the points whose triangle with their neighbours is smallest
(Visvalingam and Whyatt 1993). Areas are true: the cylindrical equal-area plane (longitude, sine of latitude).
Polygons below `SMALLEST_PART_KM2` go, except the largest one of each country. Antarctica is left out.
"""

from __future__ import annotations

import heapq
import itertools
import json
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from blocs.data import store
from blocs.errors import DataError

Point = tuple[float, float]
Arc = list[Point]

LAYER = "countries-50m.json"
GRID_DEGREES = 0.05
POINT_WEIGHT_KM2 = 120.0
SMALLEST_PART_KM2 = 400.0
EARTH_RADIUS_KM = 6371.0072

# Model regions too small to be seen on a world map: drawn as a circle at the middle of their largest part.
SMALL_REGIONS = ("BRN", "CYP", "HKG", "LUX", "MLT", "SGP", "STP")

# Natural Earth draws these apart without an ISO number; XAA to XZZ is ISO 3166's range for users' codes.
UNNUMBERED = {
    "Indian Ocean Ter.": "XIO",
    "Kosovo": "XKX",
    "N. Cyprus": "XNC",
    "Siachen Glacier": "XSG",
    "Somaliland": "XSL",
}
LEFT_OUT = frozenset({"ATA"})

SOURCE = (
    "Natural Earth 4.1.0, Admin 0 countries 1:50m, public domain, "
    "as TopoJSON in the npm package world-atlas 2.0.2"
)


def build_borders(source: Path, out: Path) -> None:
    """Simplify the 1:50m countries in the folder `source` and write the topology to the JSON file `out`.

    The JSON holds `grid` (degrees per unit), `arcs` (flat integers x0, y0, dx, dy, …), `countries` (ISO3 →
    rings, each a list of arc numbers, ~n for arc n backwards; holes are rings too, fill by even-odd), `names`
    of the codes that are not ISO 3166, `circles` (ISO3 → longitude, latitude) and `source`.
    Raises DataError if the layer is missing or a small model region is not in it.
    """
    topology = _read_topology(source)
    arcs = [_unwrap(arc) for arc in _decode_arcs(topology)]
    shapes, names = _read_shapes(topology, _read_codes())
    kept = {code: _large_parts(parts, arcs) for code, parts in sorted(shapes.items())}
    simple = [_to_grid(_simplify(arc)) for arc in arcs]
    document = {
        "source": SOURCE,
        "grid": GRID_DEGREES,
        "names": {code: name for code, name in sorted(names.items()) if code in UNNUMBERED.values()},
        "circles": {code: _circle(_of_region(shapes, code), arcs) for code in SMALL_REGIONS},
        **_pack(kept, simple),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")


def _read_topology(source: Path) -> dict[str, Any]:
    path = next((p for p in (source / LAYER, source / "package" / LAYER) if p.is_file()), None)
    if path is None:
        raise DataError(
            f"no {LAYER} in {source}; run `npm pack world-atlas` outside the project, unpack it, "
            "and give the unpacked folder"
        )
    return json.loads(path.read_text(encoding="utf-8"))


def _read_codes() -> dict[str, str]:
    """Return ISO 3166-1 alpha-3 codes by three-digit number."""
    return {row["numeric"]: row["iso3"] for row in store.rows("geo/iso3166.csv")}


def _decode_arcs(topology: dict[str, Any]) -> list[Arc]:
    """Undo TopoJSON's quantisation: each arc is integer steps on a grid, in degrees after scale and shift."""
    (scale_x, scale_y), (shift_x, shift_y) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    arcs = []
    for steps in topology["arcs"]:
        columns = itertools.accumulate(step[0] for step in steps)
        rows = itertools.accumulate(step[1] for step in steps)
        arcs.append(
            [(x * scale_x + shift_x, y * scale_y + shift_y) for x, y in zip(columns, rows, strict=True)]
        )
    return arcs


def _unwrap(arc: Arc) -> Arc:
    """Let longitude run on past 180 where the arc crosses the date line, so that no step jumps by 360."""
    turns, out = 0.0, [arc[0]]
    for (before, _), (lon, lat) in itertools.pairwise(arc):
        turns -= 360.0 * round((lon - before) / 360.0)
        out.append((lon + turns, lat))
    return out


Part = list[list[int]]  # one polygon: its outer ring and holes, each a list of arc numbers


def _read_shapes(
    topology: dict[str, Any], codes: dict[str, str]
) -> tuple[dict[str, list[Part]], dict[str, str]]:
    """Return each country's polygons and Natural Earth's name of it, by code."""
    shapes: dict[str, list[Part]] = {}
    names: dict[str, str] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name, number = geometry["properties"]["name"], geometry.get("id")
        code = UNNUMBERED.get(name) if number is None else codes.get(number, number)
        if code is None:
            raise DataError(f"{LAYER}: {name!r} has no ISO number; give it a code in UNNUMBERED")
        if code in LEFT_OUT:
            continue
        parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        shapes.setdefault(code, []).extend(parts)
        names.setdefault(code, name)
    return shapes, names


def _of_region(shapes: dict[str, list[Part]], code: str) -> list[Part]:
    if code not in shapes:
        raise DataError(f"{LAYER} has no {code}; a coarser layer than 1:50m lacks small states")
    return shapes[code]


def _large_parts(parts: list[Part], arcs: list[Arc]) -> list[Part]:
    """Drop islands and holes below the limit, never a country's largest polygon."""
    largest = max(parts, key=lambda part: _ring_area(part[0], arcs))
    out = []
    for part in parts:
        if part is largest or _ring_area(part[0], arcs) >= SMALLEST_PART_KM2:
            holes = [ring for ring in part[1:] if _ring_area(ring, arcs) >= SMALLEST_PART_KM2]
            out.append([part[0], *holes])
    return out


def _ring_points(ring: Sequence[int], arcs: Sequence[Arc]) -> Arc:
    """Chain a ring's arcs, shifting each by whole turns so that it starts where the last one ended."""
    out: Arc = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        turns = 360.0 * round((out[-1][0] - arc[0][0]) / 360.0) if out else 0.0
        out.extend((lon + turns, lat) for lon, lat in (arc[1:] if out else arc))
    return out


def _ring_area(ring: Sequence[int], arcs: Sequence[Arc]) -> float:
    """Return the ring's area in km²."""
    return abs(_signed_area([_equal_area(point) for point in _ring_points(ring, arcs)]))


def _equal_area(point: Point) -> Point:
    """Project to the cylindrical equal-area plane, in km: x = R λ, y = R sin φ."""
    lon, lat = point
    return EARTH_RADIUS_KM * math.radians(lon), EARTH_RADIUS_KM * math.sin(math.radians(lat))


def _signed_area(points: Sequence[Point]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(points)) / 2.0


def _simplify(arc: Arc) -> Arc:
    """Drop points in the order of their triangles' area until the next one weighs `POINT_WEIGHT_KM2` or more.

    End points stay; an arc that closes on itself (an island) keeps at least four points, a triangle.
    """
    plane = [_equal_area(point) for point in arc]
    last = len(arc) - 1
    before, after = list(range(-1, last)), list(range(1, last + 2))
    gone = [False] * len(arc)
    left, least = len(arc), 4 if arc[0] == arc[-1] else 2
    queue = [(_triangle(plane, i - 1, i, i + 1), i) for i in range(1, last)]
    heapq.heapify(queue)
    heaviest = 0.0
    while queue and left > least:
        weight, i = heapq.heappop(queue)
        if gone[i] or weight != _triangle(plane, before[i], i, after[i]):
            continue
        heaviest = max(heaviest, weight)
        if heaviest >= POINT_WEIGHT_KM2:
            break
        gone[i], left = True, left - 1
        before[after[i]], after[before[i]] = before[i], after[i]
        for j in (before[i], after[i]):
            if 0 < j < last:
                heapq.heappush(queue, (_triangle(plane, before[j], j, after[j]), j))
    return [point for point, is_gone in zip(arc, gone, strict=True) if not is_gone]


def _triangle(points: Sequence[Point], i: int, j: int, k: int) -> float:
    (x1, y1), (x2, y2), (x3, y3) = points[i], points[j], points[k]
    return abs((x2 - x1) * (y3 - y1) - (x3 - x1) * (y2 - y1)) / 2.0


def _to_grid(arc: Arc) -> list[tuple[int, int]]:
    """Round to the grid and drop points that fall on their predecessor; the two end points always stay."""
    cells = [(round(lon / GRID_DEGREES), round(lat / GRID_DEGREES)) for lon, lat in arc]
    inner = [cell for cell, previous in zip(cells[1:-1], cells, strict=False) if cell != previous]
    return [cells[0], *inner, cells[-1]]


def _pack(shapes: dict[str, list[Part]], arcs: list[list[tuple[int, int]]]) -> dict[str, Any]:
    """Keep rings that still enclose something, and number the arcs they use."""
    rings = {
        code: [ring for part in parts for ring in part if _encloses(ring, arcs)]
        for code, parts in shapes.items()
    }
    used = sorted({n if n >= 0 else ~n for rs in rings.values() for ring in rs for n in ring})
    number = {old: new for new, old in enumerate(used)}
    return {
        "countries": {
            code: [[number[n] if n >= 0 else ~number[~n] for n in ring] for ring in rs]
            for code, rs in rings.items()
            if rs
        },
        "arcs": [_steps(arcs[old]) for old in used],
    }


def _encloses(ring: Iterable[int], arcs: list[list[tuple[int, int]]]) -> bool:
    """Return whether at least three different grid points are left, not all on one line."""
    points: list[tuple[int, int]] = []
    turn = round(360.0 / GRID_DEGREES)
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        shift = turn * round((points[-1][0] - arc[0][0]) / turn) if points else 0
        points.extend((x + shift, y) for x, y in arc)
    return len(set(points)) >= 3 and _signed_area(points) != 0


def _steps(arc: list[tuple[int, int]]) -> list[int]:
    moves = ((x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in itertools.pairwise(arc))
    return [*arc[0], *itertools.chain.from_iterable(moves)]


def _circle(parts: Sequence[Part], arcs: Sequence[Arc]) -> list[float]:
    """Return where a small region is drawn, to a hundredth of a degree."""
    return [round(degrees, 2) for degrees in centre(parts, arcs)]


def centre(parts: Sequence[Part], arcs: Sequence[Arc]) -> Point:
    """Return the area centroid of the largest polygon as longitude and latitude in degrees."""
    largest = max(parts, key=lambda part: _ring_area(part[0], arcs))
    plane = [_equal_area(point) for point in _ring_points(largest[0], arcs)]
    area = _signed_area(plane)
    x, y = (_moment(plane, pick) / (6.0 * area) for pick in (lambda p: p[0], lambda p: p[1]))
    return math.degrees(x / EARTH_RADIUS_KM), math.degrees(math.asin(y / EARTH_RADIUS_KM))


def _moment(points: Sequence[Point], pick: Callable[[Point], float]) -> float:
    return sum((pick(p) + pick(q)) * (p[0] * q[1] - q[0] * p[1]) for p, q in itertools.pairwise(points))
