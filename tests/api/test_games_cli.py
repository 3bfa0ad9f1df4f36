"""`blocs nash` and `blocs align` as a user meets them: one document, folders that are whole, errors in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def blocs(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command."""
    command = [sys.executable, "-c", "from blocs.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=600)


def test_nash_prints_one_document_and_writes_a_folder(tmp_path: Path) -> None:
    options = ["--players", "USA", "--uniform", "--world", "81x28", "--no-alone", "--rounds", "1"]
    done = blocs("nash", *options, "--json", "--out", "game", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "blocs.nash/1"
    assert document["converged"] is True
    assert 0.0 < document["players"]["USA"]["tariffs"]["all"] < 100.0
    assert (
        document["players"]["USA"]["results"]["nash_welfare_pct"] > 0.0
    )  # alone, an optimal tariff cannot hurt
    assert document["certificate"][0]["gain"] < 1e-6
    assert len(document["bystanders"]) == 80
    written = {str(path.relative_to(tmp_path / "game")) for path in (tmp_path / "game").rglob("*.*")}
    assert {"nash.json", "tables/tariffs.csv", "tables/welfare.csv", "figures/tariffs.svg"} <= written
    assert json.loads((tmp_path / "game" / "nash.json").read_text(encoding="utf-8")) == document
    again = blocs("nash", *options, "--out", "game", cwd=tmp_path)
    assert again.returncode == 2  # an earlier result stays
    assert "not empty" in again.stderr


def test_align_prints_one_document_and_writes_a_folder(tmp_path: Path) -> None:
    everyone_else = "REST=all+-USA+-CHN+-ROW+-CAN+-MEX+-VNM"
    (tmp_path / "likes.yaml").write_text("VNM: {USA: 90.0}\n", encoding="utf-8")
    done = blocs(
        "align", "--blocs", "USA,CHN", "--cost", "0.2", "--as", "iceberg", "--unions", everyone_else,
        "--world", "81x28", "--affinity", "likes.yaml", "--json", "--out", "sides", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "blocs.align/1"
    assert document["verdict"] in ("stable", "mixed")
    first = document["maps"][0]
    assert set(first["picks"]) == {"REST", "CAN", "MEX", "VNM"}
    assert first["picks"]["VNM"]["pick"] == "USA"  # bought
    assert len(first["welfare"]) == 81
    written = {str(path.relative_to(tmp_path / "sides")) for path in (tmp_path / "sides").rglob("*.*")}
    assert {"align.json", "tables/picks.csv", "figures/margins-1.svg", "figures/map-1.svg"} <= written


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nash", "--players", "USA,IRN"], "IRN (Iran) is inside ROW"),
        (["nash", "--players", "G7,JPN"], "JPN is in two players, G7 and JPN"),
        (["nash", "--players", "USA", "--bounds", "0;1"], "--bounds"),
        (["nash", "--players", ","], "at least 1 player"),
        (["align", "--blocs", "G7,JPN", "--cost", "0.2", "--as", "tariff"], "JPN is in two leaders"),
        (["align", "--blocs", "USA,CHN", "--cost", "-1", "--as", "tariff"], "at or above 0"),
        (["align", "--blocs", "USA", "--cost", "0.1", "--as", "tariff"], "at least 2 leaders"),
        (["align", "--blocs", "USA,CHN", "--as", "wall"], "--as"),
        (["align", "--cost", "0.1", "--as", "tariff", "--unions", "NAFTA=USA+MEX"], "which leads in USA"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments: list[str], words: str, tmp_path: Path) -> None:
    done = blocs(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
