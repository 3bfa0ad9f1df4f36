"""Borders are complete, small and closed; Equal Earth keeps areas; maps are well-formed and refuse misuse."""

from __future__ import annotations

import csv
import itertools
import json
import math
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocs.builders import borders as builder
from blocs.builders.borders import build_borders
from blocs.errors import DataError
from blocs.report import borders
from blocs.report.borders import cut_at_edge, equal_earth, load_borders, load_names, load_small_regions
from blocs.report.maps import Palette, choropleth

DATA = Path(borders.__file__).parent.parent / "data"
SVG = "{http://www.w3.org/2000/svg}"


def model_regions() -> list[str]:
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as handle:
        return [row["code"] for row in csv.DictReader(line for line in handle if not line.startswith("#"))]


def drawn(svg: str) -> dict[str, list[ET.Element]]:
    shapes: dict[str, list[ET.Element]] = {}
    for element in ET.fromstring(svg).iter():
        if code := element.get("data-code"):
            shapes.setdefault(code, []).append(element)
    return shapes


def tooltip(element: ET.Element) -> str:
    return element.findtext(f"{SVG}title") or ""


def area_km2(ring: list[tuple[float, float]]) -> float:
    plane = [(math.radians(lon), math.sin(math.radians(lat))) for lon, lat in ring]
    return abs(sum(a * d - c * b for (a, b), (c, d) in itertools.pairwise(plane))) / 2.0 * 6371.0072**2


# --- the file -----------------------------------------------------------------------------------------------


def test_file_is_at_most_300_kB() -> None:
    assert (DATA / "geo" / "borders.json").stat().st_size <= 300_000


def test_every_model_region_but_the_rest_of_the_world_can_be_drawn() -> None:
    drawable = load_borders().keys() | load_small_regions().keys()
    assert set(model_regions()) - {"ROW"} <= drawable


def test_small_regions_are_model_regions_and_lie_within_or_near_their_polygon() -> None:
    for code, (lon, lat) in load_small_regions().items():
        assert code in model_regions()
        nearest = min(math.hypot(lon - x, lat - y) for ring in load_borders().get(code, []) for x, y in ring)
        assert nearest < 1.0


def test_rings_are_closed_and_never_jump() -> None:
    for code, rings in load_borders().items():
        for ring in rings:
            assert len(ring) >= 4, code
            assert ring[0] == ring[-1], code
            assert all(abs(q[0] - p[0]) < 180.0 for p, q in itertools.pairwise(ring)), code
            assert all(-90.0 <= lat <= 90.0 for _, lat in ring), code


def test_areas_survive_the_simplification() -> None:
    """Rough areas in million km², from memory: a guard against gross errors, no source."""
    known = {
        "RUS": 17.1,
        "USA": 9.4,
        "CHN": 9.4,
        "BRA": 8.5,
        "AUS": 7.7,
        "IND": 3.2,
        "ARG": 2.78,
        "KAZ": 2.72,
    }
    for code, expected in known.items():
        total = sum(area_km2(ring) for ring in load_borders()[code]) / 1e6
        assert total == pytest.approx(expected, rel=0.03), code


def test_neighbours_share_their_border_point_by_point() -> None:
    points = {
        code: {p for ring in load_borders()[code] for p in ring} for code in ("DEU", "FRA", "USA", "CAN")
    }
    assert len(points["DEU"] & points["FRA"]) >= 5
    assert len(points["USA"] & points["CAN"]) >= 30


def test_areas_without_an_iso_number_have_a_code_and_a_name() -> None:
    assert load_names()["XKX"] == "Kosovo"
    assert all(code.startswith("X") for code in load_names())
    assert "ATA" not in load_borders()


def test_a_folder_without_the_layer_is_refused_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="npm pack world-atlas"):
        build_borders(tmp_path, tmp_path / "borders.json")


def test_builder_simplifies_a_shared_border_once_and_follows_the_date_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two 10° squares share a wiggly border; an island crosses 180°; a speck beside it goes."""
    wiggle = [[0, 0], *[[1 if i % 2 else -1, 10] for i in range(10)]]
    layer = {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.1], "translate": [0.0, 0.0]},
        "arcs": [
            wiggle,
            [[0, 100], [-100, 0], [0, -100], [100, 0]],
            [[0, 0], [100, 0], [0, 100], [-100, 0]],
            [[1780, -100], [40, 0], [0, 50], [-40, 0], [0, -50]],
            [[1500, -100], [1, 0], [0, 1], [-1, 0], [0, -1]],
        ],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "id": "250", "arcs": [[0, 1]], "properties": {"name": "West"}},
                    {"type": "Polygon", "id": "276", "arcs": [[2, ~0]], "properties": {"name": "East"}},
                    {
                        "type": "MultiPolygon",
                        "id": "242",
                        "arcs": [[[3]], [[4]]],
                        "properties": {"name": "Isle"},
                    },
                    {"type": "Polygon", "id": "010", "arcs": [[4]], "properties": {"name": "Antarctica"}},
                ]
            }
        },
    }
    layer["arcs"][3][1] = [
        -3560,
        0,
    ]  # 178° east to 178° west, written as TopoJSON does: a step across the world
    layer["arcs"][3][3] = [3560, 0]
    (tmp_path / builder.LAYER).write_text(json.dumps(layer), encoding="utf-8")
    monkeypatch.setattr(builder, "SMALL_REGIONS", ("FRA",))
    build_borders(tmp_path, tmp_path / "out" / "borders.json")

    monkeypatch.setattr(borders, "_FILE", tmp_path / "out" / "borders.json")
    for reader in (borders._document, load_borders, load_small_regions, load_names):
        reader.cache_clear()
    try:
        rings, centre = dict(load_borders()), load_small_regions()["FRA"]
    finally:
        monkeypatch.undo()
        for reader in (borders._document, load_borders, load_small_regions, load_names):
            reader.cache_clear()

    assert rings.keys() == {"FRA", "DEU", "FJI"}
    assert len(rings["FJI"]) == 1
    assert {lon for lon, _ in rings["FJI"][0]} == {178.0, 182.0}
    assert len(cut_at_edge(rings["FJI"][0], 0.0)) == 2
    shared = set(rings["FRA"][0]) & set(rings["DEU"][0])
    assert {(0.0, 0.0), (0.0, 10.0)} <= shared
    assert area_km2(rings["FRA"][0]) == pytest.approx(area_km2(rings["DEU"][0]), rel=0.02)
    assert centre == pytest.approx((-5.0, 5.0), abs=0.1)


# --- the projection -----------------------------------------------------------------------------------------


@given(st.floats(-180.0, 180.0), st.floats(-89.0, 89.0))
def test_equal_earth_preserves_area(lon: float, lat: float) -> None:
    """∂x/∂λ · ∂y/∂φ = cos φ, y not depending on longitude: an equal-area map of the unit sphere."""
    step = 1e-4
    (_, south), (_, north) = equal_earth(lon, lat - step), equal_earth(lon, lat + step)
    (west, y_west), (east, y_east) = equal_earth(lon - step, lat), equal_earth(lon + step, lat)
    side = 2.0 * math.radians(step)
    assert y_west == y_east
    assert (east - west) / side * (north - south) / side == pytest.approx(
        math.cos(math.radians(lat)), rel=1e-6
    )


@given(st.floats(0.0, 180.0), st.floats(0.0, 90.0))
def test_equal_earth_is_symmetric_and_bounded(lon: float, lat: float) -> None:
    x, y = equal_earth(lon, lat)
    assert equal_earth(-lon, -lat) == (-x, -y)
    assert 0.0 <= x <= 2.7067
    assert 0.0 <= y <= 1.3174


def test_equal_earth_has_the_published_extent() -> None:
    """Half the height is 1.3173627591574 (PROJ's eqearth); the pole line is 0.59 of the equator."""
    assert equal_earth(0.0, 90.0)[1] == pytest.approx(1.3173627591574, abs=1e-12)
    assert equal_earth(180.0, 90.0)[0] / equal_earth(180.0, 0.0)[0] == pytest.approx(0.59, abs=0.005)


@given(st.floats(-180.0, 180.0))
def test_cutting_at_the_edge_keeps_area_and_stays_on_the_map(meridian: float) -> None:
    for ring in (load_borders()["RUS"][0], load_borders()["FJI"][0]):
        pieces = cut_at_edge(ring, meridian)
        assert all(-180.0 <= lon <= 180.0 for piece in pieces for lon, _ in piece)
        assert sum(area_km2(piece) for piece in pieces) == pytest.approx(area_km2(ring), rel=1e-3)


# --- the map ------------------------------------------------------------------------------------------------


def test_map_is_well_formed_and_named() -> None:
    svg = choropleth({"USA": -1.234, "CHN": 0.5, "ROW": 0.1}, title="Welfare <2030> & after", unit="%")
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert set((root.get("aria-labelledby") or "").split()) <= set(ids)
    assert root.findtext(f"{SVG}title") == "Welfare <2030> & after"
    assert "Lowest" in (root.findtext(f"{SVG}desc") or "")


def test_tooltip_gives_name_figure_and_unit() -> None:
    shapes = drawn(choropleth({"CHN": -1.2345}, title="t", unit="%"))
    assert tooltip(shapes["CHN"][0]).endswith(": −1.23 %")


def test_all_regions_are_on_the_map() -> None:
    regions = model_regions()
    shapes = drawn(choropleth({code: float(i) for i, code in enumerate(regions)}, title="t", unit="%"))
    assert set(regions) - {"ROW"} <= shapes.keys()
    assert all("no value" not in tooltip(e) for code in set(regions) - {"ROW"} for e in shapes[code])


@pytest.mark.parametrize("absent", [None, math.nan])
def test_missing_is_hatched_and_says_so(absent: float | None) -> None:
    shapes = drawn(choropleth({"DEU": absent, "FRA": 1.0, "SGP": absent}, title="t", unit="%"))
    for code in ("DEU", "SGP", "ITA"):
        assert all((e.get("fill") or "").startswith("url(#") for e in shapes[code]), code
        assert all("no value" in tooltip(e) for e in shapes[code]), code
    assert (shapes["FRA"][0].get("fill") or "").startswith("#")


def test_countries_of_the_rest_of_the_world_show_its_one_figure_hatched() -> None:
    svg = choropleth({"ROW": -0.4}, title="t", unit="%")
    iran = drawn(svg)["IRN"][0]
    assert "(in the rest of the world): −0.4 %" in tooltip(iran)
    assert (iran.get("fill") or "").endswith("r)")
    assert "rest of the world, one region: −0.4 %" in svg


def test_zero_is_neutral_and_signs_have_the_hue_of_their_side() -> None:
    shapes = drawn(choropleth({"USA": 0.0, "CHN": -1.0, "DEU": 1.0}, title="t", unit="%", limits=(-1.0, 0.5)))
    assert shapes["USA"][0].get("fill") == "#f7f7f7"
    assert shapes["CHN"][0].get("fill") == "#b2182b"
    assert shapes["DEU"][0].get("fill") == "#2166ac"


def test_clipped_end_is_marked_and_the_other_is_not() -> None:
    svg = choropleth({"USA": -7.0, "CHN": 1.0}, title="t", unit="%", limits=(-2.0, 2.0))
    texts = [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]
    assert "≤ −2" in texts
    assert "2" in texts


def test_default_limits_ignore_an_outlier() -> None:
    values = dict.fromkeys(model_regions(), 1.0) | {"CHN": -50.0}
    texts = [e.text for e in ET.fromstring(choropleth(values, title="t", unit="%")).iter(f"{SVG}text")]
    assert "≤ −1" in texts
    assert "1" in texts


def test_the_same_figures_give_the_same_bytes() -> None:
    first = choropleth({"USA": 1.0, "CHN": 2.0}, title="t", unit="%", palette=Palette.SEQUENTIAL)
    assert first == choropleth({"CHN": 2.0, "USA": 1.0}, title="t", unit="%", palette="sequential")


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ({"XXX": 1.0}, {}, "unknown region 'XXX'"),
        ({"IRN": 1.0}, {}, "unknown region 'IRN'.*IRN is part of ROW"),
        ({"USA": math.inf}, {}, "inf"),
        ({"USA": 1.0}, {"limits": (1.0, 1.0)}, "limits"),
        ({"USA": 1.0}, {"palette": "rainbow"}, "unknown palette 'rainbow'"),
        ({"USA": 1.0}, {"width": 10}, "width"),
    ],
)
def test_misuse_is_refused(values: dict[str, float], options: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        choropleth(values, title="t", unit="%", **options)  # type: ignore[arg-type] - wrong on purpose
