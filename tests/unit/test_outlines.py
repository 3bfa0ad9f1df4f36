"""Outlines for the page: holes, winding, and borders of the user's own."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from blocs.errors import DataError
from blocs.web.outlines import borders_document, polygons


def square(low, high):
    return [(low, low), (high, low), (high, high), (low, high), (low, low)]


def clockwise(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) < 0.0


def test_a_ring_in_a_ring_is_a_hole_and_one_in_the_hole_an_island():
    found = polygons([square(4, 6), square(0, 10), square(2, 8), square(20, 30)])
    sizes = sorted(len(polygon) for polygon in found)
    assert sizes == [1, 1, 2]
    for polygon in found:
        assert clockwise(polygon[0])
        assert not any(clockwise(ring) for ring in polygon[1:])
    big = next(polygon for polygon in found if len(polygon) == 2)
    assert set(big[1]) == set(square(2, 8))


def test_winding_does_not_depend_on_how_a_ring_comes():
    assert polygons([square(0, 1)]) == [[list(reversed(square(0, 1)))]]
    assert polygons([list(reversed(square(0, 1)))]) == [[list(reversed(square(0, 1)))]]


def write(path, features, **more):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features} | more), encoding="utf-8")
    return path


def feature(code, coordinates, kind="Polygon", **more):
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"code": code} | more, "geometry": geometry}


def test_a_file_of_the_user_replaces_the_lines(tmp_path):
    file = write(
        tmp_path / "mine.geojson",
        [
            feature("UKR", [square(0, 10), square(2, 3)]),
            feature("XXA", [[square(20, 21)]], "MultiPolygon", name="An area", region=None),
            feature("IRN", [[square(30, 31)]], "MultiPolygon"),
        ],
        source="my survey",
        circles={"SGP": [103.8, 1.3]},
    )
    document = borders_document(file)
    assert document.override
    assert document.source == "my survey"
    assert document.circles == {"SGP": (103.8, 1.3)}
    by_code = {country.code: country for country in document.countries}
    assert by_code["UKR"].region == "UKR"
    assert clockwise(by_code["UKR"].polygons[0][0])
    assert not clockwise(by_code["UKR"].polygons[0][1])
    assert (by_code["XXA"].name, by_code["XXA"].region) == ("An area", None)
    assert by_code["IRN"].region == "ROW"


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", '{"features": [1]}', '{"features": [{"properties": {"code": "UKR"}}]}',
        '{"features": [{"properties": {"code": "X", "region": "Mars"}, '
        '"geometry": {"type": "Polygon", "coordinates": []}}]}',
        '{"features": [{"properties": {"code": "X"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
        '{"features": [], "circles": {"SGP": 1}}',
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_its_name_and_the_form(tmp_path, text):
    file = tmp_path / "mine.geojson"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"mine\.geojson.*map-policy"):
        borders_document(file)
