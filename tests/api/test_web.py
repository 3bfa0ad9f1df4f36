"""The lab's routes: what the page is made of, and that every number is the command line's."""

from __future__ import annotations

import io
import json
import math
from itertools import pairwise

import pytest
from api.lab_client import PORT, TOKEN, lab_client, scenario
from click.testing import CliRunner

from blocs.cli.main import main
from blocs.data.assumptions import declared
from blocs.engine.outcome import REGIONAL
from blocs.scenario.schema import Scenario
from blocs.study.one_year import alone, run_until
from blocs.study.run import run, world_of
from blocs.vectors.registry import measure_types
from blocs.web.assets import Asset
from blocs.web.lab import Lab


@pytest.fixture(scope="module")
def lab():
    with lab_client() as (client, lab):
        yield client, lab


@pytest.fixture(scope="module")
def client(lab):
    return lab[0]


@pytest.fixture(scope="module")
def schema(client):
    return client.get("/api/schema").json()


@pytest.fixture(scope="module")
def folder(client, tmp_path_factory):
    """What `blocs run` makes of the file that the page offers."""
    place = tmp_path_factory.mktemp("run")
    file = place / "mine.yaml"
    file.write_text(client.post("/api/yaml", json=scenario()).json()["yaml"], encoding="utf-8")
    done = CliRunner().invoke(main, ["run", str(file), "--out", str(place / "out"), "--json", "--quiet"])
    assert done.exit_code == 0, done.output
    return place / "out", json.loads(done.stdout)


# the page and what it is made of --------------------------------------------------------------------------------------


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


# solving --------------------------------------------------------------------------------------------------------------


def test_solve_is_the_document_of_the_command_line(client, folder):
    document = client.post("/api/solve", json=scenario()).json()
    _, printed = folder
    assert document.pop("status") | {"seconds": 0} == printed.pop("status") | {"seconds": 0}
    assert document == printed


def test_downloads_are_the_files_of_the_command_line(client, folder):
    place, _ = folder
    for file in ("regions.csv", "sectors.csv", "bilateral.csv", "rerouting.csv"):
        answer = client.post(f"/api/download/{file}", json=scenario())
        assert answer.content == (place / "tables" / file).read_bytes()
        assert answer.headers["content-disposition"] == f'attachment; filename="mine-{file}"'
    assert (
        client.post("/api/download/scenario.yaml", json=scenario()).content
        == (place / "scenario.yaml").read_bytes()
    )
    assert (
        client.post("/api/download/report.html", json=scenario()).content
        == (place / "report.html").read_bytes()
    )


def test_figures_open(client):
    svg = client.post("/api/download/map.svg?year=2026&metric=gdp", json=scenario())
    assert svg.headers["content-type"] == "image/svg+xml"
    assert "2026" in svg.text
    png = client.post("/api/download/winners.png", json=scenario())
    assert png.content.startswith(b"\x89PNG")
    assert client.post("/api/download/sankey.svg", json=scenario(measures=[])).status_code == 422


def test_a_table_holds_the_numbers_of_the_file(client, folder):
    place, _ = folder
    table = client.post("/api/table/regions?year=2026", json=scenario()).json()
    names = [column["name"] for column in table["columns"]]
    rows = {row[1]: dict(zip(names, row, strict=True)) for row in table["rows"]}
    lines = (place / "tables" / "regions.csv").read_text(encoding="utf-8").splitlines()
    heads = lines[0].split(",")
    line = next(line for line in lines if line.startswith("2026,DEU,")).split(",")
    assert float(dict(zip(heads, line, strict=True))["welfare"]) == pytest.approx(
        rows["DEU"]["welfare"], abs=5e-7
    )
    here = client.post("/api/table/bilateral?region=DEU&year=2026", json=scenario()).json()
    assert len(here["rows"]) == 2 * 80  # home sales are left out
    assert client.post("/api/table/sectors?region=Mars", json=scenario()).status_code == 422


def test_the_map_agrees_with_the_document(client):
    document = client.post("/api/solve", json=scenario()).json()
    painted = client.post("/api/solve?detail=map", json=scenario(name="other")).json()
    assert painted["complete"]
    assert [year["year"] for year in painted["years"]] == document["years"]
    for n, year in enumerate(painted["years"]):
        for metric, values in year["values"].items():
            exact = [document[metric][region][n] for region in painted["regions"]]
            assert values == pytest.approx(exact, abs=2e-6)


def test_the_chosen_year_comes_alone_and_agrees_with_the_whole_run(client):
    whole = client.post("/api/solve?detail=map", json=scenario(name="whole")).json()
    one = client.post("/api/solve?detail=map&year=2026", json=scenario(name="one")).json()
    assert [year["year"] for year in one["years"]] == [2026]
    assert not one["complete"]
    assert one["years"][0]["values"]["welfare"] == pytest.approx(
        whole["years"][1]["values"]["welfare"], abs=2e-6
    )


def test_a_year_alone_knows_that_another_year_purges_deficits():
    content = scenario(
        measures=[
            {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.25},
            {"type": "embargo", "by": "SGP", "on": ["all", "-SGP"], "goods": "all", "years": "2027-"},
        ]
    )
    asked = Scenario.from_dict(content)
    assert alone(asked)
    world = world_of(asked)
    whole, one = run(world, asked), run_until(world, asked, 2025)
    assert any("balanced" in note for note in whole.notes)
    assert one.years == (2025,)
    assert one.regional("welfare")[0] == pytest.approx(whole.regional("welfare")[0], abs=1e-6)


def test_where_years_depend_on_each_other_all_up_to_the_chosen_one_are_solved():
    asked = Scenario.from_dict(scenario(horizon="path"))
    assert not alone(asked)
    world = world_of(asked)
    part = run_until(world, asked, 2026)
    assert part.years == (2025, 2026)
    assert part.regional("welfare")[1] == pytest.approx(run(world, asked).regional("welfare")[1], abs=1e-6)


def test_years_are_sent_one_a_line_the_chosen_one_first(client):
    lines = _lines(client.post("/api/years?year=2027", json=scenario(name="stream")))
    assert [line["kind"] for line in lines] == ["year"] * 3 + ["done"]
    assert [line["year"]["year"] for line in lines[:-1]] == [2027, 2025, 2026]
    assert len(lines[0]["regions"]) == 81
    again = _lines(client.post("/api/years?year=2027", json=scenario(name="stream")))
    assert [line["year"]["year"] for line in again[:-1]] == [2027, 2025, 2026]
    for before, after in zip(lines[:-1], again[:-1], strict=True):
        assert after["year"]["values"]["gdp"] == pytest.approx(before["year"]["values"]["gdp"], abs=2e-6)


def test_a_stream_that_cannot_be_solved_ends_with_the_error(client):
    wrong = scenario(measures=[{"type": "tariff", "by": "USB", "on": "CHN", "rate": 0.1}])
    (line,) = _lines(client.post("/api/years", json=wrong))
    assert line["kind"] == "error"
    assert "USB" in line["error"]["message"]


def _lines(answer):
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.text.splitlines()]


def test_words_say_what_happens_and_what_the_model_assumes(client):
    asked = scenario(horizon="short", assumptions={"nests.short.sigma_M": 0.3})
    words = client.post("/api/plain-words", json=asked).json()
    assert words["measures"][0].startswith("The United States adds a duty of 25% on")
    assert any("Short run" in line for line in words["model"])
    assert any("nests.short.sigma_M is 0.3" in line for line in words["assumptions"])
    assert words["vectors"] == ["trade"]


def test_yaml_goes_there_and_back(client):
    document = client.post("/api/yaml", json=scenario()).json()
    back = client.post("/api/scenario", json={"yaml": document["yaml"]}).json()["scenario"]
    assert Scenario.from_dict(back) == Scenario.from_dict(scenario())
    assert 'Scenario.load("mine.yaml")' in document["python"]
    preset = client.post("/api/yaml", json=client.post(
        "/api/scenario", json={"yaml": "name: x\nyears: 2025\n"}).json()["scenario"]).json()  # fmt: skip
    assert preset["command"] == "blocs run x.yaml"
    wrong = client.post("/api/scenario", json={"yaml": "name: x\nyears: 2025\nmeasurs: []\n"})
    assert wrong.status_code == 422
    assert "measures" in wrong.json()["error"]["message"]


def test_a_preset_is_run_by_its_name_in_python(client, schema):
    preset = next(p for p in schema["presets"] if p["name"] == schema["default_preset"])
    document = client.post("/api/yaml", json=preset["scenario"]).json()
    assert f'Scenario.load("{preset["name"]}")' in document["python"]


def test_two_scenarios_compare_as_two_runs_do(client):
    first, second = scenario(), scenario(name="none", measures=[])
    found = client.post("/api/compare?metric=gdp&year=2026", json={"first": first, "second": second}).json()
    assert (found["first"], found["second"], found["table"]) == ("mine", "none", "gdp-2026")
    row = next(row for row in found["rows"] if row["region"] == "CHN")
    document = client.post("/api/solve", json=first).json()
    assert row["first"] == document["gdp"]["CHN"][1]
    assert row["difference"] == pytest.approx(-row["first"], abs=1e-7)


def test_what_does_not_converge_is_null_and_no_error(client):
    cut = [{"type": "embargo", "by": "LUX", "on": ["all", "-LUX"], "goods": "all"}]
    answer = client.post("/api/solve", json=scenario(measures=cut, years="2025"))
    assert answer.status_code == 200
    document = answer.json()
    if not document["status"]["converged"]:
        assert all(value[0] is None for value in document["welfare"].values())
    painted = client.post("/api/solve?detail=map", json=scenario(measures=cut, years="2025")).json()
    assert painted["years"][0]["converged"] == document["status"]["converged"]


def test_a_newer_request_of_a_client_replaces_the_older(lab):
    client, server = lab
    begun, release = _block(server.solves)
    begun.wait(10)
    older = server.solves.submit(lambda _: 1, "page")
    newer = server.solves.submit(lambda _: 2, "page")
    other = server.solves.submit(lambda _: 3, "page-b")
    with pytest.raises(Exception, match="newer request"):
        older.answer.result(1)
    release.set()
    assert (newer.answer.result(10), other.answer.result(10)) == (2, 3)
    assert client.post("/api/solve", json=scenario(), headers={"Blocs-Client": "a b"}).status_code == 422


def _block(lane):
    """Keep the lane's worker busy until the second event is set."""
    import threading

    begun, release = threading.Event(), threading.Event()

    def work(_):
        begun.set()
        release.wait(10)

    lane.submit(work)
    return begun, release


# studies --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "command"),
    [
        ("/api/minerals", ["minerals"]),
        ("/api/minerals/Ga?ban=false", ["minerals", "Ga", "--no-ban"]),
        ("/api/debt/deu", ["debt", "DEU"]),
        ("/api/series", ["data", "series"]),
        ("/api/series/swift.share?currency=CNY", ["data", "series", "swift.share", "--where", "currency=CNY"]),
        ("/api/claims", ["claims", "--data-only"]),
        ("/api/claims?ledger=counter-2025", ["claims", "--ledger", "counter-2025", "--data-only"]),
    ],
)  # fmt: skip
def test_a_study_is_what_the_command_prints(client, route, command):
    printed = CliRunner().invoke(main, [*command, "--json"])
    assert printed.exit_code == 0
    assert client.get(route).json() == json.loads(printed.stdout)


@pytest.mark.parametrize(
    ("route", "asked", "command"),
    [
        pytest.param(
            "exposure", {"world": "81x28", "shock": "tariff", "origin": "CHN", "sectors": ["C26"]},
            ["exposure", "--world", "81x28", "--shock", "tariff", "--from", "CHN", "--sector", "C26"],
            marks=pytest.mark.slow,
        ),
        ("coalition", {"world": "81x28", "sides": ["USA", "CHN"], "goods": ["C26"], "attribution": False},
         ["coalition", "--world", "81x28", "--side", "USA", "--side", "CHN", "--goods", "C26", "--no-attribution"]),
        ("leverage", {"world": "81x28", "coalition": ["CHN"], "target": ["USA"], "goods": ["C26", "C27"]},
         ["leverage", "--world", "81x28", "--coalition", "CHN", "--target", "USA", "--goods", "C26", "--goods", "C27"]),
        pytest.param(
            "leverage",
            {"world": "81x28", "coalition": ["CHN"], "target": ["USA"], "by": "minerals", "minerals": ["Ga"]},
            ["leverage", "--world", "81x28", "--coalition", "CHN", "--target", "USA", "--by", "minerals",
             "--minerals", "Ga"],
            marks=pytest.mark.slow,
        ),
        ("corridor", {"one": "rus", "two": "deu"}, ["payments", "corridor", "RUS", "DEU"]),
    ],
)  # fmt: skip
def test_a_study_with_a_request_is_what_the_command_prints(client, route, asked, command):
    printed = CliRunner().invoke(main, [*command, "--json"])
    assert printed.exit_code == 0, printed.output
    mine, theirs = client.post(f"/api/{route}", json=asked).json(), json.loads(printed.stdout)
    for document in (mine, theirs):
        document.pop("status", None)  # holds the solver's seconds
    assert _close(mine, theirs), (mine, theirs)


def _close(one, two):
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(_close(one[key], two[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(map(_close, one, two))
    if isinstance(one, float):
        return math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-9)
    return one == two


def test_what_does_not_belong_to_a_lever_is_refused(client):
    asked = {"coalition": ["CHN"], "target": ["USA"], "world": "81x28"}
    for more in (
        {"minerals": ["Ga"]},
        {"by": "rails", "goods": ["C26"]},
        {"year": 2},
        {"leakage": 0.1},
        {"by": "x"},
    ):
        assert client.post("/api/leverage", json=asked | more).status_code == 422
        assert client.post("/api/jobs", json=asked | more | {"kind": "leverage"}).status_code == 422


def test_claims_are_those_of_a_bundled_ledger_by_its_name(client):
    ledger = client.get("/api/claims").json()
    decided = ledger["claims"][0]["id"]
    assert client.get(f"/api/claims/{decided}").json()["claims"] == ledger["claims"][:1]
    assert client.get(f"/api/claims/{ledger['left_out'][0]}").status_code == 409
    for wrong in (
        "/api/claims/nobody-said-so",
        "/api/claims?ledger=/etc/passwd",
        "/api/claims?ledger=x.yaml",
    ):
        assert client.get(wrong).status_code == 404
    assert client.post("/api/jobs", json={"kind": "claims", "ledger": "../x.yaml"}).status_code == 404


def test_a_corridor_takes_the_measures_of_a_scenario(client):
    cut = scenario(years="2022-2024", measures=[{"type": "cut_off", "rail": "swift", "of": "RUS"}])
    found = client.post(
        "/api/corridor", json={"one": "RUS", "two": "DEU", "scenario": cut, "year": 2023}
    ).json()
    assert (found["year"], found["scenario"]) == (2023, "mine")
    assert found["rails"][0]["now"] < found["rails"][0]["base"]
    late = client.post("/api/corridor", json={"one": "RUS", "two": "DEU", "scenario": cut, "year": 2030})
    assert late.status_code == 422


def test_a_series_in_the_request_is_tested_as_a_file_is(client, tmp_path):
    csv = "day,price\n" + "".join(f"{n},{100 + n % 7 + 1.06 ** max(n - 40, 0)}\n" for n in range(60))
    (tmp_path / "series.csv").write_text(csv, encoding="utf-8")
    command = [
        "bubble",
        str(tmp_path / "series.csv"),
        "--replications",
        "100",
        "--bootstrap",
        "100",
        "--json",
    ]
    printed = CliRunner().invoke(main, command)
    found = client.post("/api/bubble", json={"csv": csv, "replications": 100, "bootstrap": 100}).json()
    assert found == json.loads(printed.stdout)


def test_a_test_that_takes_long_belongs_in_a_job(client):
    csv = "day,price\n" + "".join(f"{n},{100 + n % 7}\n" for n in range(1500))
    assert client.post("/api/bubble", json={"csv": csv}).status_code == 422
    assert client.post("/api/bubble", json={"csv": csv[:600], "lppls": True}).status_code == 422


def test_without_the_library_a_workbook_is_not_at_hand(client, monkeypatch):
    monkeypatch.setattr("blocs.web.files.find_spec", lambda name: None)
    answer = client.post("/api/download/tables.xlsx", json=scenario())
    assert answer.status_code == 501
    assert "blocs[excel]" in answer.json()["error"]["message"]


def test_a_workbook_holds_the_numbers_of_the_tables(client):
    openpyxl = pytest.importorskip("openpyxl")
    one = scenario(years="2026")
    answer = client.post("/api/download/tables.xlsx", json=one)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)["regions"]
    rows = list(sheet.iter_rows(values_only=True))
    table = client.post("/api/table/regions", json=one).json()
    assert len(rows) == 82
    for row, here in zip(rows[1:], table["rows"], strict=True):
        assert list(row[:3]) == here[:3]
        assert list(row[3:]) == pytest.approx(here[3:], rel=1e-12)


def test_a_series_that_is_none_is_refused_without_naming_a_file(client):
    wrong = client.post("/api/bubble", json={"csv": "day,price\n1,x\n2,3\n"})
    assert wrong.status_code == 422
    assert "the series" in wrong.json()["error"]["message"]
    assert "/" not in wrong.json()["error"]["message"]
