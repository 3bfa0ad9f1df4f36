"""What is taken from the lab: files byte for byte, tables, workbooks, words, the scenario as a file and as Python."""

from __future__ import annotations

import io

import pytest
from api.lab_client import TWO_YEARS, scenario

from blocs.scenario.schema import Scenario


def test_downloads_are_the_files_of_the_command_line(client, printed):
    place, _ = printed
    for file in ("regions.csv", "sectors.csv", "bilateral.csv", "rerouting.csv"):
        answer = client.post(f"/api/download/{file}", json=TWO_YEARS)
        assert answer.content == (place / "tables" / file).read_bytes()
        assert answer.headers["content-disposition"] == f'attachment; filename="mine-{file}"'
    assert (
        client.post("/api/download/scenario.yaml", json=TWO_YEARS).content
        == (place / "scenario.yaml").read_bytes()
    )
    assert (
        client.post("/api/download/report.html", json=TWO_YEARS).content
        == (place / "report.html").read_bytes()
    )


def test_figures_open(client):
    svg = client.post("/api/download/map.svg?year=2026&metric=gdp", json=TWO_YEARS)
    assert svg.headers["content-type"] == "image/svg+xml"
    assert "2026" in svg.text
    png = client.post("/api/download/winners.png", json=TWO_YEARS)
    assert png.content.startswith(b"\x89PNG")
    assert client.post("/api/download/sankey.svg", json=scenario(measures=[])).status_code == 422


def test_a_table_holds_the_numbers_of_the_file(client, printed):
    place, _ = printed
    table = client.post("/api/table/regions?year=2026", json=TWO_YEARS).json()
    names = [column["name"] for column in table["columns"]]
    rows = {row[1]: dict(zip(names, row, strict=True)) for row in table["rows"]}
    lines = (place / "tables" / "regions.csv").read_text(encoding="utf-8").splitlines()
    heads = lines[0].split(",")
    line = next(line for line in lines if line.startswith("2026,DEU,")).split(",")
    assert float(dict(zip(heads, line, strict=True))["welfare"]) == pytest.approx(
        rows["DEU"]["welfare"], abs=5e-7
    )
    here = client.post("/api/table/bilateral?region=DEU&year=2026", json=TWO_YEARS).json()
    assert len(here["rows"]) == 2 * 80  # home sales are left out
    assert client.post("/api/table/sectors?region=Mars", json=TWO_YEARS).status_code == 422


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
