"""`blocs industry` as a user calls it: words, JSON, files and wrong input."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from blocs.cli.main import main
from blocs.study.reliance import LAST


def call(*args: str):
    return CliRunner().invoke(main, ["industry", *args])


def test_json_is_one_document_with_every_sector_of_a_plan() -> None:
    found = call("CHN", "--on", "G7", "--plan", "15th Five-Year Plan", "--draws", "500", "--json")
    assert found.exit_code == 0
    document = json.loads(found.stdout)
    assert document["schema"] == "blocs.industry/1"
    assert document["years"] == [2017, 2018, 2019, 2020, 2021, 2022]
    sectors = {part["sector"]: part for part in document["sectors"]}
    chips = sectors["Integrated circuits"]
    assert chips["look_through"][0] > chips["look_through"][-1] > chips["direct"][-1] > 0.0
    assert 2023 <= chips["fall"]["quantiles"]["0.5"] <= LAST
    assert sectors["Basic software"]["fall"] is None


def test_words_say_what_is_not_in_the_series() -> None:
    text = " ".join(call("USA", "--on", "CHN", "--draws", "500").stdout.split())
    assert "techniques do not change in the series" in text
    assert "already" in text
    assert "shares of draws are not probabilities" in text


def test_a_folder_gets_tables_figure_and_document(tmp_path: Path) -> None:
    out = tmp_path / "reliance"
    assert call("--sector", "Machine tools", "--draws", "500", "--out", str(out)).exit_code == 0
    assert {path.name for path in out.iterdir()} == {
        "document.json",
        "dependence.csv",
        "fall.csv",
        "reliance.svg",
    }
    rows = list(csv.DictReader((out / "dependence.csv").read_text().splitlines()))
    assert [row["year"] for row in rows] == [str(year) for year in range(2017, 2023)]
    assert call("--out", str(out)).exit_code == 2  # nothing is overwritten


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("CHN", "--on", "G8"), "did you mean 'G7'"),
        (("CHN", "--plan", "Made in China"), "did you mean 'Made in China 2025'"),
        (("CHN", "--threshold", "0"), "above 0 and below 100"),
        (("CHN", "--scenario", "chip-denail"), "chip-denial"),
    ],
)
def test_wrong_input_ends_with_two_and_one_line(args: tuple[str, ...], message: str) -> None:
    found = call(*args)
    assert found.exit_code == 2
    assert message in found.stderr
    assert "Traceback" not in found.stderr
