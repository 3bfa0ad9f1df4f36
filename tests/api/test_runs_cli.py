"""`blocs runs` as a user types it: what is there, two side by side, queries, and cleaning that spares what is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import blocs
from blocs.cli.main import main
from blocs.report.folder import save

TARIFF = {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.5}


@pytest.fixture(scope="module")
def folder(world28: blocs.World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("store") / "runs"
    for name, rate in (("high", 0.5), ("low", 0.1)):
        content = {
            "name": name,
            "years": "2025-2026",
            "world": "81x28",
            "measures": [{**TARIFF, "rate": rate}],
        }
        save(blocs.run(world28, blocs.Scenario.from_dict(content)), place / name)
    return place


def call(folder: Path, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["runs", *words, "--folder", str(folder)])
    assert result.exit_code == code, result.output
    return result.output if code else result.stdout


def test_complete_runs_are_listed_and_shown(folder: Path) -> None:
    listed = json.loads(call(folder, "list", "--json"))
    assert [run["run"] for run in listed["runs"]] == ["high", "low"]
    assert "high" in call(folder, "list")
    assert "Welfare 2026" in call(folder, "show", "low")
    assert json.loads(call(folder, "show", "low", "--json"))["scenario"] == "low"


def test_two_runs_side_by_side_are_second_less_first(folder: Path, tmp_path: Path) -> None:
    document = json.loads(call(folder, "compare", "high", "low", "--json"))
    china = next(row for row in document["rows"] if row["region"] == "CHN")
    assert china["difference"] == pytest.approx(china["second"] - china["first"])
    assert china["difference"] > 0.0  # a lower duty hurts less
    assert "China" in call(folder, "compare", "high", "low") or "CHN" in call(
        folder, "compare", "high", "low"
    )
    for ending in ("svg", "png", "csv"):
        call(folder, "compare", "high", "low", "--out", str(tmp_path / f"c.{ending}"))
        assert (tmp_path / f"c.{ending}").stat().st_size > 500


def test_a_query_sees_all_runs_and_no_other_file(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    sql = "select run, year, welfare from regions where region = 'CHN' order by run, year"
    rows = json.loads(call(folder, "query", sql, "--json"))["rows"]
    assert [(row["run"], row["year"]) for row in rows] == [
        ("high", 2025), ("high", 2026), ("low", 2025), ("low", 2026)
    ]  # fmt: skip
    assert rows[0]["welfare"] < rows[2]["welfare"]
    assert "high" in call(folder, "query", "select run, scenario from runs", "--csv")
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    assert "failed" in call(folder, "query", f"select * from read_csv('{secret}')", code=2)
    assert "failed" in call(folder, "query", "select nonsense from regions", code=2)


def test_cleaning_removes_what_was_stopped_and_nothing_whole(folder: Path) -> None:
    partial = folder / ".high.x.partial"
    partial.mkdir()
    other = folder / "mine"
    other.mkdir(exist_ok=True)
    assert "1 folders removed" in call(folder, "clean", "--yes")
    assert not partial.exists()
    assert other.exists()
    assert "nothing to remove" in call(folder, "clean", "--yes")
    assert len(json.loads(call(folder, "list", "--json"))["runs"]) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "hihg"], "high"),
        (["compare", "high", "nothing"], "unknown run"),
        (["compare", "high", "low", "--metric", "wellfare"], "welfare"),
        (["compare", "high", "low", "--year", "1999"], "they share 2025, 2026"),
        (["compare", "high", "low", "--out", "c.pdf"], r".svg, .png or .csv"),
    ],
)
def test_wrong_input_is_one_line_with_the_way_out(folder: Path, words: list[str], said: str) -> None:
    text = call(folder, *words, code=2)
    assert said in text
    assert "Traceback" not in text


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "is no folder" in call(tmp_path / "none", "list", code=2)


def test_attribute_prints_the_cost_first_and_one_document(tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text(
        "name: two\nyears: 2025\nworld: 81x28\nmeasures:\n"
        "  - {type: tariff, by: USA, on: CHN, rate: 0.3}\n"
        "  - {type: cut_off, rail: swift, of: CHN, by: G7}\n"
    )
    result = CliRunner().invoke(main, ["attribute", str(file), "--json", "--out", str(tmp_path / "who")])
    assert result.exit_code == 0, result.output
    assert result.stderr.splitlines()[0] == "  3 runs of 1 year each"
    document = json.loads(result.stdout)
    assert [player["name"] for player in document["players"]] == ["trade", "payments"]
    assert sorted(p.name for p in (tmp_path / "who").iterdir()) == [
        "attribution.csv", "attribution.svg", "document.json", "interactions.csv",
    ]  # fmt: skip
    for words, says in (
        (["--year", "1999"], "1999 is not in the scenario"),
        (["--of", "welfre"], "did you mean 'welfare'"),
        (["--region", "CHX"], "CHX"),
        (["--by", "people"], "'vector', 'measure'"),
    ):
        wrong = CliRunner().invoke(main, ["attribute", str(file), *words])
        assert wrong.exit_code == 2
        assert says in wrong.stderr
