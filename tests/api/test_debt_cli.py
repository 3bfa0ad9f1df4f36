"""`blocs debt` as an analyst meets it: a document, a table, a folder, and clear words for what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def blocs(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command."""
    command = [sys.executable, "-c", "from blocs.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)


def test_json_is_one_document_that_keeps_the_contract(tmp_path: Path) -> None:
    done = blocs("debt", "USA", "--baseline", "cbo-2025-01", "--paths", "400", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "blocs.debt/1"
    base = document["baseline"]
    assert set(base) >= {"years", "debt", "debt_to_gdp", "deficit", "other_means", "net_interest"}
    assert base["debt_to_gdp"][-1] == pytest.approx(118.49, abs=0.005)
    assert base["debt"][1] == base["debt"][0] + base["deficit"][1] + base["other_means"][1]
    assert document["fan"]["name"] == "current law"
    assert document["fan"]["quantiles"]["0.05"][-1] < document["fan"]["quantiles"]["0.95"][-1]
    assert {fan["name"] for fan in document["fans"]} == {"current law", "with legislation", "model"}
    assert all(one["fan"] for one in document["statements"])


def test_a_folder_appears_whole_and_is_not_replaced_unasked(tmp_path: Path) -> None:
    done = blocs("debt", "USA", "--paths", "200", "--out", "us", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Fan 'with legislation'" in done.stdout
    found = {
        str(file.relative_to(tmp_path / "us")) for file in (tmp_path / "us").rglob("*") if file.is_file()
    }
    assert found == {"debt.json", "fan.svg", "fan.png", "tables/debt-fans.csv", "tables/debt-path.csv"}
    assert [file.name for file in tmp_path.iterdir()] == ["us"]
    again = blocs("debt", "USA", "--paths", "200", "--out", "us", cwd=tmp_path)
    assert again.returncode == 2
    assert "add --overwrite" in again.stderr


def test_a_users_country_from_template_to_result(tmp_path: Path) -> None:
    assert blocs("debt", "--template", "mine.csv", cwd=tmp_path).returncode == 0
    done = blocs("debt", "mine.csv", "--until", "2032", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "there is no fan" in " ".join(done.stdout.split())
    assert "2032" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("XXX",), "unknown country 'XXX'"),
        (("USA", "--baseline", "cbo-2025-02"), "unknown baseline 'cbo-2025-02'"),
        (("USA", "--paths", "0"), "choose 1 to 1,000,000"),
        (("USA", "--by", "2050"), "outside the path"),
        (("USA", "--target", "-5"), "target is -5; it is the debt to end at, in % of GDP, 0 or more"),
        (("USA", "--target", "nan"), "target is nan"),
        (("none.csv",), "no such file"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = blocs("debt", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
