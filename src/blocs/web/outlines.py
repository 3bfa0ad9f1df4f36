"""The outlines of the map as JSON: the bundled borders, or a file of the user's in the same form."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from blocs.errors import DataError
from blocs.report.borders import Ring, load_borders, load_names, load_small_regions, source_of
from blocs.report.maps import MERIDIAN
from blocs.report.words import region_name
from blocs.web.contract import BordersDocument, CountryShape
from blocs.world.tables import REST, country_table, region_table

LARGEST = 5_000_000  # bytes of an override file


def borders_document(override: Path | None = None) -> BordersDocument:
    """Return the outlines. Raises DataError for an override file that is not of the form."""
    if override is not None:
        return _read(override)
    return BordersDocument(
        source=source_of(),
        meridian=MERIDIAN,
        countries=[
            CountryShape(code=code, name=_name(code), region=_region(code), polygons=polygons(rings))
            for code, rings in load_borders().items()
        ],
        circles=dict(load_small_regions()),
        override=False,
    )


def polygons(rings: Sequence[Ring]) -> list[list[Ring]]:
    """Return rings filled by even-odd as a MultiPolygon: outer rings clockwise, each followed by its holes.

    A ring inside an odd number of others of the country is a hole of the smallest of them.
    """
    inside = [
        [m for m, other in enumerate(rings) if m != n and _contains(other, ring)]
        for n, ring in enumerate(rings)
    ]
    outer = [n for n in range(len(rings)) if len(inside[n]) % 2 == 0]
    found: dict[int, list[Ring]] = {n: [_wound(rings[n], clockwise=True)] for n in outer}
    for n in range(len(rings)):
        around = [m for m in inside[n] if m in found]
        if n not in found and around:
            smallest = min(around, key=lambda m: abs(_area(rings[m])))
            found[smallest].append(_wound(rings[n], clockwise=False))
    return list(found.values())


def _contains(outer: Ring, inner: Ring) -> bool:
    """Whether a corner of `inner` that is no corner of `outer` lies in `outer`; shared borders decide nothing."""
    corners = set(outer)
    x, y = next((point for point in inner if point not in corners), inner[0])
    crossings = False
    for (x1, y1), (x2, y2) in pairwise(outer):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings = not crossings
    return crossings


def _area(ring: Ring) -> float:
    """Return the signed area in square degrees, positive counter-clockwise."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2.0


def _wound(ring: Ring, *, clockwise: bool) -> Ring:
    return list(ring) if (_area(ring) < 0.0) == clockwise else list(reversed(ring))


def _name(code: str) -> str:
    table = country_table()
    return table[code].name if code in table else load_names().get(code, code)


def _region(code: str) -> str | None:
    table = country_table()
    if code in region_table():
        return code
    return table[code].region if code in table else None


def _read(path: Path) -> BordersDocument:
    """Read an override file: a BordersDocument, or GeoJSON whose features have an ISO3 `code`."""
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(f"{path} is larger than {LARGEST:,} bytes; simplify its lines")
        content = json.loads(path.read_text(encoding="utf-8"))
        return BordersDocument(
            source=str(content.get("source", f"a file of the user: {path.name}")),
            meridian=MERIDIAN,
            countries=[_shape(feature) for feature in content["features"]],
            circles=content.get("circles", dict(load_small_regions())),
            override=True,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = " ".join(str(error).split())[:200]
        raise DataError(
            f"{path} is no GeoJSON with a `code` (ISO 3166 alpha-3) for every feature ({type(error).__name__}: {why}); "
            "docs/map-policy.md shows the form"
        ) from None


def _shape(feature: dict) -> CountryShape:
    properties, geometry = feature["properties"], feature["geometry"]
    code = str(properties["code"])
    region = properties.get("region", _region(code))
    if region is not None and region != REST and region not in region_table():
        raise ValueError(f"{code}: {region} is no region of the model")
    parts = {"Polygon": lambda c: [c], "MultiPolygon": lambda c: c}[geometry["type"]](geometry["coordinates"])
    rings: list[list[Ring]] = [
        [
            _wound([(float(x), float(y)) for x, y, *_ in ring], clockwise=n == 0)
            for n, ring in enumerate(polygon)
        ]
        for polygon in parts
    ]
    name = str(properties.get("name", _name(code) if region is None else region_name(code)))
    return CountryShape(code=code, name=name, region=region, polygons=rings)
