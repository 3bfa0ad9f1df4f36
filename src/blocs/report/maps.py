"""Draw a world map of one figure per region as a standalone, accessible SVG.

Equal Earth, centred on 11° east so that the edge runs through the Bering Strait and cuts no mainland. What is
drawn and why is in docs/map-policy.md.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from html import escape
from pathlib import Path

from blocs.errors import DataError, unknown
from blocs.report.borders import Ring, cut_at_edge, equal_earth, load_borders, load_names, load_small_regions

_DATA = Path(__file__).parent.parent / "data"
MERIDIAN = 11.0
_SOUTH, _NORTH = -56.5, 84.0
_ROW = "ROW"
_TITLE_HEIGHT, _LEGEND_HEIGHT = 30.0, 66.0
_NARROW = 760  # pixels; below it the legend has two rows
_FINEST = 6  # tenths of a pixel
_TENTHS = 'transform="scale(0.1)"'  # whole numbers of tenths make shorter paths than decimals
_NO_VALUE, _LINE, _INK = "#dcdcdc", "#8a9299", "#22282e"
_FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif"


class Palette(StrEnum):
    """Colour scales of ColorBrewer (Brewer and Harrower), both safe for colour-blind readers.

    `diverging` is RdBu with zero in the middle: red below, blue above. `sequential` is YlGnBu from zero up.
    """

    DIVERGING = "diverging"
    SEQUENTIAL = "sequential"


_STOPS: Mapping[Palette, tuple[str, ...]] = {
    Palette.DIVERGING: (
        *("#b2182b", "#d6604d", "#f4a582", "#fddbc7", "#f7f7f7"),
        *("#d1e5f0", "#92c5de", "#4393c3", "#2166ac"),
    ),
    Palette.SEQUENTIAL: (
        *("#ffffd9", "#edf8b1", "#c7e9b4", "#7fcdbb"),
        *("#41b6c4", "#1d91c0", "#225ea8", "#0c2c84"),
    ),
}


@dataclass(frozen=True)
class _Scale:
    """How a value becomes a colour: linear between `low` and `high`, the ends taking what lies beyond."""

    palette: Palette
    low: float
    high: float

    def colour(self, value: float) -> str:
        stops = _STOPS[self.palette]
        at = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low) * (len(stops) - 1)
        i = min(int(at), len(stops) - 2)
        return _mix(stops[i], stops[i + 1], at - i)


@dataclass(frozen=True)
class _Frame:
    """Where the map stands on the page: pixels = origin ± scale · projected coordinates."""

    width: float
    scale: float
    top: float
    bottom: float

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Return pixels for a longitude relative to the central meridian and a latitude, in degrees."""
        x, y = equal_earth(lon, lat)
        return self.width / 2.0 + self.scale * x, self.top + self.scale * (equal_earth(0.0, _NORTH)[1] - y)


@dataclass(frozen=True)
class _Regions:
    """Names of the model's regions and of countries, and the region each country's figures are part of."""

    names: Mapping[str, str]
    country_names: Mapping[str, str]
    region_of: Mapping[str, str]


def choropleth(
    values: Mapping[str, float | None],
    *,
    title: str,
    unit: str,
    limits: tuple[float, float] | None = None,
    palette: Palette | str = Palette.DIVERGING,
    width: int = 960,
) -> str:
    """Return a world map of `values` (region → figure, in `unit`) as one standalone SVG element.

    A region that is absent, None or NaN is grey and hatched. `ROW` tints all countries that have no region of
    their own, with hatching, because their figure is one for all. Very small regions are circles.
    `limits` are the ends of the colour scale (default: symmetric about zero, or from zero for the sequential
    palette, at the 95th percentile of absolute values rounded up); figures beyond take the end's colour and
    the legend says so. Raises DataError for an unknown region, an infinite figure or impossible limits.
    """
    regions = _load_regions()
    figures = _check(values, regions)
    scale = _scale(figures.values(), limits, _palette(palette))
    frame = _frame(width)
    key = "m" + hashlib.sha256(repr((title, unit, sorted(figures.items()))).encode()).hexdigest()[:8]
    height = frame.bottom + _LEGEND_HEIGHT + (46.0 if width < _NARROW else 0.0)
    parts = [
        _opening(width, height, key),
        f'<title id="{key}t">{escape(title)}</title>',
        f'<desc id="{key}d">{escape(_describe(figures, regions, unit))}</desc>',
        _patterns(figures, scale, key),
        f'<text x="12" y="21" font-size="16" font-weight="600" fill="{_INK}">{escape(title)}</text>',
        f'<g {_TENTHS} stroke="{_LINE}" stroke-width="5" stroke-linejoin="round" fill-rule="evenodd">',
        *_countries(figures, scale, frame, regions, unit, key),
        *_circles(figures, scale, frame, regions, unit, key),
        "</g>",
        *_legend(figures, scale, frame, unit, key),
        "</svg>",
    ]
    return "\n".join(parts)


# --- input --------------------------------------------------------------------------------------------------


@cache
def _load_regions() -> _Regions:
    names = {row["code"]: row["name"] for row in _read_csv("regions.csv")}
    countries = list(_read_csv("countries.csv"))
    return _Regions(
        names=names,
        country_names={row["code"]: row["name"] for row in countries} | dict(load_names()),
        region_of={row["code"]: row["region"] for row in countries},
    )


def _read_csv(name: str) -> list[dict[str, str]]:
    path = _DATA / name
    if not path.is_file():
        raise DataError(f"the table {name} is missing from the package's data; reinstall blocs")
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(line for line in handle if not line.startswith("#")))


def _check(values: Mapping[str, float | None], regions: _Regions) -> dict[str, float]:
    """Return the figures that can be drawn, after refusing what is not a region or not a number."""
    figures, names = {}, regions.names
    for code, value in values.items():
        if code not in names:
            part = f"; {code} is part of {regions.region_of[code]}" if code in regions.region_of else ""
            raise DataError(f"map: {unknown('region', code, names)}{part}; give one figure per model region")
        if value is None or math.isnan(value):
            continue
        if math.isinf(value):
            raise DataError(f"map: the figure of {code} is {value}; pass None for what has no value")
        figures[code] = float(value)
    return figures


def _palette(palette: Palette | str) -> Palette:
    try:
        return Palette(palette)
    except ValueError:
        raise DataError(f"map: {unknown('palette', palette, [p.value for p in Palette])}") from None


def _scale(figures: Iterable[float], limits: tuple[float, float] | None, palette: Palette) -> _Scale:
    if limits is not None:
        low, high = limits
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise DataError(f"map: limits {limits} are no range; give (low, high) with low < high")
        # Zero keeps the neutral colour, so a lopsided pair becomes symmetric.
        reach = max(abs(low), abs(high))
        return _Scale(palette, -reach, reach) if palette is Palette.DIVERGING else _Scale(palette, low, high)
    reach = robust_reach(figures)
    return _Scale(palette, -reach if palette is Palette.DIVERGING else 0.0, reach)


def robust_reach(figures: Iterable[float]) -> float:
    """Return the 95th percentile of absolute values (nearest rank), rounded up to a number easy to read."""
    sizes = sorted(abs(figure) for figure in figures)
    reach = sizes[math.ceil(0.95 * len(sizes)) - 1] if sizes else 0.0
    if reach == 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(reach))
    return next(
        step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= reach * (1 - 1e-12)
    )


# --- drawing ------------------------------------------------------------------------------------------------


def _frame(width: int) -> _Frame:
    if width < 200:
        raise DataError(f"map: a width of {width} pixels is too small to read; give 200 or more")
    scale = (width - 8.0) / (2.0 * equal_earth(180.0, 0.0)[0])
    top = _TITLE_HEIGHT
    bottom = top + scale * (equal_earth(0.0, _NORTH)[1] - equal_earth(0.0, _SOUTH)[1])
    return _Frame(float(width), scale, top, bottom)


def _countries(
    figures: Mapping[str, float], scale: _Scale, frame: _Frame, regions: _Regions, unit: str, key: str
) -> list[str]:
    out = []
    for code, rings in load_borders().items():
        path = "".join(_path(piece, frame) for ring in rings for piece in cut_at_edge(ring, MERIDIAN))
        if path:
            region = _region_of(code, regions)
            name = regions.country_names.get(code) or regions.names.get(code, code)
            label = escape(_label(name, region, figures, unit))
            fill = _fill(region, figures, scale, key)
            out.append(f'<path data-code="{code}" d="{path}" fill="{fill}"><title>{label}</title></path>')
    return out


def _circles(
    figures: Mapping[str, float], scale: _Scale, frame: _Frame, regions: _Regions, unit: str, key: str
) -> list[str]:
    radius, out = 44.0 * frame.width / 960.0, []
    for code, (lon, lat) in load_small_regions().items():
        x, y = frame.place(lon - MERIDIAN, lat)
        label = escape(_label(regions.names.get(code, code), code, figures, unit))
        at = f'cx="{10 * x:.0f}" cy="{10 * y:.0f}"'
        style = f'stroke="{_INK}" stroke-width="9" fill="{_fill(code, figures, scale, key)}"'
        out.append(f'<circle {at} r="{radius + 13:.0f}" fill="#ffffff" stroke="none"/>')
        out.append(
            f'<circle data-code="{code}" {at} r="{radius:.0f}" {style}><title>{label}</title></circle>'
        )
    return out


def _region_of(code: str, regions: _Regions) -> str | None:
    """Return the model region a country's figures are part of; None where no statistics are drawn."""
    if code in regions.names:
        return code
    if code in load_names() and code not in regions.region_of:
        return None
    return regions.region_of.get(code, _ROW)


def _fill(region: str | None, figures: Mapping[str, float], scale: _Scale, key: str) -> str:
    if region is None or region not in figures:
        return f"url(#{key}n)"
    return f"url(#{key}r)" if region == _ROW else scale.colour(figures[region])


def _label(name: str, region: str | None, figures: Mapping[str, float], unit: str) -> str:
    if region is None:
        return f"{name}: no region of the model"
    part = " (in the rest of the world)" if region == _ROW else ""
    if region not in figures:
        return f"{name}{part}: no value"
    return f"{name}{part}: {_number(figures[region])} {unit}"


def _path(ring: Ring, frame: _Frame) -> str:
    """Return the ring as SVG path data in tenths of a pixel, without the points nobody can see."""
    cells: list[tuple[int, int]] = []
    for lon, lat in ring:
        x, y = frame.place(lon, lat)
        cell = (round(10.0 * x), round(10.0 * y))
        if not cells or abs(cell[0] - cells[-1][0]) + abs(cell[1] - cells[-1][1]) >= _FINEST:
            cells.append(cell)
    if len(cells) < 3:
        return ""
    moves = "".join(f"{x2 - x1:+d}{y2 - y1:+d}" for (x1, y1), (x2, y2) in itertools.pairwise(cells))
    return f"M{cells[0][0]},{cells[0][1]}l{moves}z"


def _opening(width: int, height: float, key: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" width="{width}" '
        f'height="{height:.0f}" role="img" aria-labelledby="{key}t {key}d" font-family="{_FONT}" '
        'style="max-width:100%;height:auto">'
    )


def _patterns(figures: Mapping[str, float], scale: _Scale, key: str) -> str:
    """Define two hatchings: dark on a tint for the rest of the world, white on grey for no value."""
    rest = _mix(scale.colour(figures[_ROW]), "#ffffff", 0.35) if _ROW in figures else _NO_VALUE
    kinds = (("r", 45, rest, "#7b858d", 6), ("n", -45, _NO_VALUE, "#ffffff", 24))
    return "<defs>{}</defs>".format(
        "".join(
            f'<pattern id="{key}{kind}" width="42" height="42" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate({turn})"><rect width="42" height="42" fill="{ground}"/>'
            f'<path d="M15,0V42" stroke="{line}" stroke-width="{weight}"/></pattern>'
            for kind, turn, ground, line, weight in kinds
        )
    )


# --- legend and words ---------------------------------------------------------------------------------------


def _legend(figures: Mapping[str, float], scale: _Scale, frame: _Frame, unit: str, key: str) -> list[str]:
    narrow = frame.width < _NARROW
    left, top, high = 14.0, frame.bottom + 16.0, 12.0
    length = frame.width - 2.0 * left if narrow else 0.36 * frame.width
    stops = _STOPS[scale.palette]
    colours = "".join(
        f'<stop offset="{100.0 * i / (len(stops) - 1):.1f}%" stop-color="{colour}"/>'
        for i, colour in enumerate(stops)
    )
    bar = f'x="{left:.1f}" y="{top:.1f}" width="{length:.1f}" height="{high}"'
    out = [
        f'<linearGradient id="{key}g">{colours}</linearGradient>',
        f'<g font-size="12" fill="{_INK}">',
        f'<text x="{left:.0f}" y="{top - 5:.0f}">{escape(unit)}</text>',
        f'<rect {bar} fill="url(#{key}g)" stroke="{_LINE}" stroke-width="0.6"/>',
    ]
    for share, text in _ticks(figures.values(), scale):
        x = left + share * length
        anchor = "start" if share == 0.0 else "end" if share == 1.0 else "middle"
        out.append(f'<path d="M{x:.1f},{top + high:.1f}v4" stroke="{_INK}" stroke-width="0.8"/>')
        out.append(f'<text x="{x:.1f}" y="{top + high + 17:.1f}" text-anchor="{anchor}">{text}</text>')
    corner = (left, top + 46.0) if narrow else (left + length + 34.0, top)
    return [*out, *_swatches(figures, scale, *corner, unit, key), "</g>"]


def _ticks(figures: Iterable[float], scale: _Scale) -> list[tuple[float, str]]:
    """Return five ticks as (share of the bar, text); an end that takes figures beyond it says ≤ or ≥."""
    known = list(figures)
    out = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        value = scale.low + share * (scale.high - scale.low)
        beyond = {0.0: any(f < scale.low for f in known), 1.0: any(f > scale.high for f in known)}
        sign = {0.0: "≤ ", 1.0: "≥ "}[share] if beyond.get(share) else ""
        out.append((share, sign + _number(value)))
    return out


def _swatches(
    figures: Mapping[str, float], scale: _Scale, x: float, y: float, unit: str, key: str
) -> list[str]:
    entries: list[tuple[str | None, str]] = [(None, "no value")]
    if _ROW in figures:
        entries.insert(0, (_ROW, f"rest of the world, one region: {_number(figures[_ROW])} {unit}"))
    out = []
    for i, (region, text) in enumerate(entries):
        box = f'{_TENTHS} x="{10 * x:.0f}" y="{10 * y - 40 + 210 * i:.0f}" width="220" height="140"'
        fill = _fill(region, figures, scale, key)
        out.append(f'<rect {box} fill="{fill}" stroke="{_LINE}" stroke-width="6"/>')
        out.append(f'<text x="{x + 29:.1f}" y="{y + 7 + 21 * i:.1f}">{escape(text)}</text>')
    return out


def _describe(figures: Mapping[str, float], regions: _Regions, unit: str) -> str:
    """Say in words what the map shows, for those who cannot see it."""
    if not figures:
        return f"World map, {unit}. No region has a value."
    order = sorted(figures, key=lambda code: figures[code])
    ends = min(3, max(1, len(order) // 2))
    low, high = (
        ", ".join(f"{regions.names[code]} {_number(figures[code])} {unit}" for code in part)
        for part in (order[:ends], order[: -ends - 1 : -1])
    )
    missing = len(regions.names) - len(figures)
    text = f"World map, {unit}, {len(figures)} regions. Lowest: {low}. Highest: {high}."
    return text + (f" No value: {missing} regions." if missing else "")


def _number(value: float) -> str:
    """Write to three significant digits with a true minus sign."""
    if value == 0.0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(digits, 6)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def _mix(first: str, second: str, share: float) -> str:
    """Return the colour `share` of the way from `first` to `second` (hex, linear in sRGB)."""
    pairs = ((int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
