"""The command line as a user meets it: documents, exit codes, folders that are whole or not there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

STATIC = """\
name: static
years: 2025
world: 81x28
measures:
  - {type: tariff, by: USA, on: CHN, goods: goods, rate: 0.30}
"""
METRICS = ["welfare", "real_income", "real_wage", "cpi", "gdp", "imports", "exports"]


def blocs(*arguments: str, cwd: Path, **options) -> subprocess.CompletedProcess[str]:
    """Run the installed command."""
    command = [sys.executable, "-c", "from blocs.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, **options)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one scenario in it."""
    (tmp_path / "static.yaml").write_text(STATIC, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    """One run saved to a folder."""
    place = tmp_path_factory.mktemp("saved")
    (place / "static.yaml").write_text(STATIC, encoding="utf-8")
    done = blocs("run", "static.yaml", "--out", "a", cwd=place)
    assert done.returncode == 0, done.stderr
    return place


def test_json_is_one_document_and_nothing_else(folder: Path) -> None:
    done = blocs("run", "static.yaml", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "blocs.run/1"
    assert document["scenario"] == "static"
    assert document["world"] == "81x28"
    assert document["years"] == [2025]
    assert len(document["regions"]) == 81
    assert set(document["status"]) == {"converged", "residual", "iterations", "seconds", "by_year"}
    assert document["status"]["converged"] is True
    assert document["status"]["residual"] <= 1e-9
    for metric in METRICS:
        assert set(document[metric]) == set(document["regions"])
        assert all(len(values) == 1 and values[0] is not None for values in document[metric].values())
    assert document["welfare"]["USA"][0] < 0.0 < document["welfare"]["MEX"][0]
    assert [path.name for path in folder.iterdir()] == ["static.yaml"]


def test_a_run_leaves_a_whole_folder_and_prints_the_losers(saved: Path) -> None:
    names = {str(path.relative_to(saved / "a")) for path in (saved / "a").rglob("*") if path.is_file()}
    assert {"scenario.yaml", "outcome.nc", "outcome.json", "report.html", "manifest.json"} <= names
    assert any(name.startswith("tables/") and name.endswith(".csv") for name in names)
    manifest = json.loads((saved / "a" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"]["converged"] is True
    assert manifest["data"]["datapackage_sha256"]
    assert not [path for path in saved.iterdir() if path.name.startswith(".")]


def test_saved_results_are_byte_equal_between_runs(saved: Path) -> None:
    done = blocs("run", "static.yaml", "--out", "b", cwd=saved)
    assert done.returncode == 0, done.stderr
    for first in sorted((saved / "a").rglob("*")):
        if first.is_file() and first.name != "manifest.json":
            second = saved / "b" / first.relative_to(saved / "a")
            assert first.read_bytes() == second.read_bytes(), first.name
    one, two = (json.loads((saved / n / "manifest.json").read_text(encoding="utf-8")) for n in "ab")
    assert {key: one[key] for key in one if key != "run"} == {key: two[key] for key in two if key != "run"}


def test_the_saved_scenario_and_dataset_read_back(saved: Path) -> None:
    import xarray as xr

    from blocs import Scenario

    assert Scenario.load(saved / "a" / "scenario.yaml") == Scenario.load(saved / "static.yaml")
    data = xr.open_dataset(saved / "a" / "outcome.nc", engine="scipy")
    document = json.loads((saved / "a" / "outcome.json").read_text(encoding="utf-8"))
    assert float(data.welfare.sel(year=2025, region="USA")) == document["welfare"]["USA"][0]
    assert data.flows.dims == ("year", "good", "origin", "destination")


def test_an_existing_folder_is_kept_unless_it_is_a_run_to_overwrite(saved: Path) -> None:
    before = (saved / "a" / "manifest.json").read_bytes()
    refused = blocs("run", "static.yaml", "--out", "a", cwd=saved)
    assert refused.returncode == 2
    assert "--overwrite" in refused.stderr
    assert (saved / "a" / "manifest.json").read_bytes() == before
    (saved / "photos").mkdir()
    (saved / "photos" / "cat.jpg").write_bytes(b"meow")
    refused = blocs("run", "static.yaml", "--out", "photos", "--overwrite", cwd=saved)
    assert refused.returncode == 2
    assert "not a blocs run" in refused.stderr
    assert (saved / "photos" / "cat.jpg").read_bytes() == b"meow"


def test_overwrite_replaces_a_run_whole(folder: Path) -> None:
    assert blocs("run", "static.yaml", "--out", "r", cwd=folder).returncode == 0
    (folder / "r" / "old.txt").write_text("left over", encoding="utf-8")
    done = blocs("run", "static.yaml", "--out", "r", "--overwrite", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert not (folder / "r" / "old.txt").exists()
    assert sorted(path.name for path in folder.iterdir()) == ["r", "static.yaml"]


def test_a_killed_run_leaves_nothing_that_looks_whole(folder: Path) -> None:
    command = [sys.executable, "-c", "from blocs.cli import main; main()", "run", "static.yaml", "--out", "r"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        partial = [path for path in folder.glob(".r.*.partial") if any(path.iterdir())]
        if partial:  # caught while writing
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.002)
    assert process.wait() == -signal.SIGKILL
    assert not (folder / "r").exists()
    assert not list(folder.glob("**/manifest.json"))
    done = blocs("run", "static.yaml", "--out", "r", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "r" / "manifest.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nosuch"], ["unknown scenario 'nosuch'", "belt-and-road-corridors"]),
        (["run", "nosuch.yaml"], ["nosuch.yaml", "no such file"]),
        (["run", "static.yaml", "--world", "81x51"], ["unknown world '81x51'", "81x50"]),
        (["run", "static.yaml", "--out", "static.yaml"], ["is a file", "folder"]),
        (["rum"], ["unknown command 'rum'", "'run'"]),
        (["new", "static"], ["static.yaml", "exists already"]),
        (["new", "x", "--like", "us-chin"], ["'us-chin'", "'us-china-decoupling'"]),
    ],
)
def test_wrong_input_is_one_clear_line_and_exit_code_two(
    folder: Path, arguments: list[str], words: list[str]
) -> None:
    done = blocs(*arguments, cwd=folder)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr


def test_no_convergence_is_exit_code_three_and_null(folder: Path) -> None:
    # Singapore has no crude oil of its own: without imports its refineries cannot run at any price
    text = STATIC.replace(
        "{type: tariff, by: USA, on: CHN, goods: goods, rate: 0.30}",
        "{type: embargo, by: SGP, on: [all, -SGP], flows: imports, goods: B06}",
    )
    (folder / "cut.yaml").write_text(text, encoding="utf-8")
    done = blocs("run", "cut.yaml", "--json", cwd=folder)
    assert done.returncode == 3, done.stderr
    document = json.loads(done.stdout)
    assert document["status"]["converged"] is False
    assert document["status"]["residual"] is None
    assert "infeasible: (SGP, B06)" in document["status"]["by_year"]["2025"]
    assert document["welfare"]["USA"] == [None]


def test_a_template_runs_as_it_is_written(folder: Path) -> None:
    assert blocs("new", "mine", cwd=folder).returncode == 0
    done = blocs("run", "mine.yaml", "--world", "81x28", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert blocs("scenarios", cwd=folder).returncode == 0
    assert json.loads(blocs("scenarios", "--json", cwd=folder).stdout)["schema"] == "blocs.scenarios/1"
    schema = json.loads(blocs("schema", cwd=folder).stdout)
    assert "measures" in schema["properties"]


def test_a_home_that_cannot_be_written_changes_nothing(folder: Path) -> None:
    environment = {**os.environ, "HOME": "/proc/none", "XDG_CACHE_HOME": "/proc/none/cache"}
    done = blocs("run", "static.yaml", "--json", cwd=folder, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_importing_blocs_stays_light() -> None:
    code = "import sys, blocs; print([m for m in ('jax','pandas','xarray','scipy','matplotlib') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_reading_a_scenario_loads_no_solver() -> None:
    heavy = "('jax', 'numba', 'pandas', 'xarray', 'scipy', 'matplotlib')"
    code = f"import sys, blocs; blocs.Scenario.load('chen-jing-2025'); print([m for m in {heavy} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"
