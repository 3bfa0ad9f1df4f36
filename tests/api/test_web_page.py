"""What the lab's page is made of: files from memory, levers, presets, forms, borders, and the description of routes."""

from __future__ import annotations

from itertools import pairwise

from api.lab_client import PORT, TOKEN, lab_client

from blocs.data.assumptions import declared
from blocs.engine.outcome import REGIONAL
from blocs.scenario.schema import Scenario
from blocs.vectors.registry import measure_types
from blocs.web.assets import Asset
from blocs.web.lab import Lab


def test_without_a_built_page_the_root_says_in_one_sentence_what_to_do(client):
    answer = client.get("/")
    assert answer.status_code == 503
    assert "npm ci" in answer.text
    assert len(answer.text.splitlines()) == 1


def test_a_built_page_is_served_from_memory_with_the_policy():
    page = {
        "/": Asset(b"<html>", "text/html", False),
        "/assets/a-1f.js": Asset(b"1", "text/javascript", True),
    }
    with lab_client(Lab(token=TOKEN, port=PORT, assets=page)) as (client, _):
        root = client.get("/", headers={"Authorization": ""})
        assert (root.status_code, root.content) == (200, b"<html>")
        assert "default-src 'none'" in root.headers["content-security-policy"]
        assert "unsafe" not in root.headers["content-security-policy"]
        assert "immutable" in client.get("/assets/a-1f.js").headers["cache-control"]
        assert client.head("/").content == b""
        assert client.get("/assets/b.js").status_code == 404


def test_the_description_needs_no_token_runs_no_script_and_loads_nothing(client):
    page = client.get("/api/docs", headers={"Authorization": ""})
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "http://" not in page.text.replace("http://127.0.0.1", "")
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/schema", "/api/solve", "/api/jobs/{job}/events"} <= set(paths)
    assert paths["/api/solve"]["post"]["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Scenario"
    }


def test_the_description_names_no_shape_that_it_does_not_hold(client):
    document = client.get("/api/openapi.json").json()
    shapes = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(_references(document)) <= shapes


def _references(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_every_measure_metric_and_assumption_is_in_the_schema(schema):
    measures = {measure["type"] for vector in schema["vectors"] for measure in vector["measures"]}
    assert measures == set(measure_types())
    assert [metric["name"] for metric in schema["metrics"]] == list(REGIONAL)
    assert {entry["name"]: entry["value"] for entry in schema["assumptions"]} == {
        name: entry.value for name, entry in declared().items()
    }
    assert all(entry["source"]["citation"] and entry["unit"] for entry in schema["assumptions"])


def test_every_preset_reads_back_to_the_scenario_of_the_library(schema):
    assert len(schema["presets"]) > 30
    for preset in schema["presets"]:
        assert Scenario.from_dict(preset["scenario"]) == Scenario.load(preset["name"])
        assert preset["words"]
        assert preset["title"]


def test_every_lever_gives_a_valid_scenario_at_both_ends_and_says_what_today_is(schema):
    levers = [lever for vector in schema["vectors"] for lever in vector["levers"]]
    assert len(levers) > 15
    assert len({lever["id"] for lever in levers}) == len(levers)
    for lever in levers:
        assert lever["low"] <= lever["rest"] <= lever["high"]
        for value in (lever["low"], lever["high"]):
            if value != lever["rest"]:
                measure = {**lever["measure"], lever["field"]: value}
                found = Scenario.from_dict(
                    {"name": "x", "years": "2027-2028", **lever["needs"], "measures": [measure]}
                )
                assert getattr(found.measures[0], lever["field"]) == value
        now = lever["now"]
        assert now["words"]
        assert (now["value"] is None) == (now["status"] == "unknown")
        assert now["status"] != "data" or (now["source"] and now["date"])


def test_forms_have_the_ranges_of_the_measures(schema):
    fields = {
        (measure["type"], field["name"]): field
        for vector in schema["vectors"]
        for measure in vector["measures"]
        for field in measure["fields"]
    }
    rate = fields["tariff", "rate"]
    assert (rate["kind"], rate["low"], rate["high"], rate["required"]) == ("number", -0.99, 10.0, True)
    assert fields["embargo", "between"]["kind"] == "two_sides"
    assert fields["embargo", "intensity"]["low_open"]
    assert fields["cut_off", "rail"]["choices"] == ["swift", "cips", "bilateral", "bridge"]
    assert fields["export_control", "minerals"]["of"] == "minerals"
    assert fields["secondary_sanctions", "cost"]["assumption"] == "payments.secondary.cost"


def test_borders_are_closed_wound_for_d3_and_cover_every_region(client, schema):
    borders = client.get("/api/borders").json()
    shown = {country["region"] for country in borders["countries"]} | set(borders["circles"])
    assert shown - {None} == {region["code"] for region in schema["regions"]}
    for country in borders["countries"]:
        for polygon in country["polygons"]:
            for n, ring in enumerate(polygon):
                assert ring[0] == ring[-1]
                twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
                assert (twice < 0.0) == (n == 0), country["code"]
    africa = next(country for country in borders["countries"] if country["code"] == "ZAF")
    assert any(len(polygon) == 2 for polygon in africa["polygons"])  # Lesotho is a hole
