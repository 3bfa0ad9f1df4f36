"""`blocs data`: list, show, verify and build say the truth on stdout, in JSON when asked, and name what is wrong."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from blocs.builders import package as builder
from blocs.cli.data import data
from blocs.data import package, store
from blocs.errors import BlocsError

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(os.environ.get("BLOCS_SOURCE_DATA", ROOT.parent / "shared" / "data"))
needs_source = pytest.mark.skipif(
    not (SOURCE / "macro").is_dir(), reason="no source folder: set BLOCS_SOURCE_DATA to rebuild tables"
)


def call(*words: object) -> Result:
    return CliRunner().invoke(data, [str(word) for word in words])


def document(*words: object) -> dict[str, Any]:
    """Run a command with --json; stdout is one document and nothing else."""
    result = call(*words, "--json")
    assert result.exit_code in (0, 2), result.output
    assert result.stdout.count("\n") == 1
    return json.loads(result.stdout)


def refused(*words: object) -> str:
    """Run a command that raises; the main group turns that into exit 2 and one line."""
    result = call(*words)
    assert isinstance(result.exception, BlocsError), result.output
    assert result.stdout == ""
    return str(result.exception)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data folder that stands for the installed one."""
    folder = tmp_path / "installed"
    shutil.copytree(store.folder(), folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(store, "folder", lambda: folder)
    return folder


# list ------------------------------------------------------------------------------------------------------


def test_list_names_every_table_in_80_columns() -> None:
    result = call("list")
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    for entry in package.resources():
        assert entry["name"] in result.stdout


def test_list_as_json_has_unit_source_licence_status_and_size() -> None:
    found = document("list")
    assert found["schema"] == "blocs.data.list/1"
    for entry in found["tables"]:
        assert entry["unit"]
        assert entry["short_sources"]
        assert entry["licenses"]
        assert entry["may_be_bundled"] in ("yes", "derived")
        assert entry["bytes"] == store.path(entry["path"]).stat().st_size


# show ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["groups", *(entry["name"] for entry in package.resources())])
def test_every_table_can_be_shown(name: str) -> None:
    result = call("show", name)
    assert result.exit_code == 0
    found = document("show", name)
    assert found["schema"] == "blocs.data.show/1"
    assert found["rows"]
    if name != "groups":
        assert found["table"]["title"] in result.stdout
        assert found["table"]["hash"] in result.stdout


def test_arrays_are_shown_by_shape_and_unit() -> None:
    text = call("show", "worlds/world-81x50.npz").stdout
    assert "50 × 81 × 81" in text
    arrays = {array["name"]: array for array in document("show", "world-81x50")["rows"]}
    assert arrays["flows"]["shape"] == [50, 81, 81]
    assert arrays["flows"]["axes"] == ["good", "origin", "destination"]


def test_head_says_how_many_rows_there_are() -> None:
    assert "5 of 81 rows" in call("show", "nowcast-2023").stdout
    found = document("show", "nowcast-2023", "--head", 2)
    assert [row["region"] for row in found["rows"]] == ["AGO", "ARE"]
    assert found["rows_in_all"] == 81
    assert document("show", "nowcast-2023", "--head", 0)["rows"] == []


@pytest.mark.parametrize(("name", "rows"), [("regions", 81), ("sectors", 51), ("elasticities", 6)])
def test_views_are_shown_in_full(name: str, rows: int) -> None:
    assert len(document("show", name)["rows"]) == rows


def test_groups_tell_who_is_inside_the_rest_of_the_world() -> None:
    rows = {row["group"]: row for row in document("show", "groups", "--year", 2025)["rows"]}
    assert rows["BRICS"]["inside_row"] == ["ETH", "IRN"]
    assert rows["G7"]["regions"] == rows["G7"]["members"] == 7
    past = {row["group"]: row for row in document("show", "groups", "--year", 2018)["rows"]}
    assert past["EU27"]["members"] == 28


def test_elasticity_sets_leave_fillers_out() -> None:
    rows = {row["set"]: row for row in document("show", "elasticities")["rows"]}
    assert rows["fontagne2022"]["goods"] == 27
    assert rows["giri_yi_yilmazkuday2021"]["goods"] < 27
    assert rows["caliendo_parro2015"]["max"] == pytest.approx(64.85)


def test_unknown_names_and_years_are_refused_with_the_nearest() -> None:
    assert "did you mean 'world-81x50'" in refused("show", "wrld-81x50")
    assert "did you mean 'groups'" in refused("show", "grups")
    assert "--year is for `groups` only" in refused("show", "regions", "--year", 2020)
    assert call("show", "regions", "--head", -1).exit_code == 2
    assert call("show", "groups", "--year", "soon").exit_code == 2


# verify ----------------------------------------------------------------------------------------------------


def test_bundled_data_are_whole_and_balanced() -> None:
    assert call("verify").exit_code == 0
    found = document("verify")
    assert found["ok"]
    assert found["problems"] == []
    assert {world["name"] for world in found["worlds"]} == {"world-81x50", "world-81x28"}
    assert max(world["largest_error"] for world in found["worlds"]) < 1e-6


def test_a_changed_table_a_missing_one_and_a_stranger_are_named(installed: Path) -> None:
    with (installed / "elasticities.csv").open("a") as file:
        file.write("mine,A01,5.0,0\n")
    (installed / "sectors.csv").unlink()
    (installed / "mine.csv").write_text("a\n1\n")
    result = call("verify")
    assert result.exit_code == 2
    assert "elasticities: elasticities.csv has" in result.stdout
    assert "sectors: sectors.csv is missing" in result.stdout
    assert "mine.csv: is not described" in result.stdout
    found = document("verify")
    assert not found["ok"]
    assert {problem["resource"] for problem in found["problems"]} == {"elasticities", "sectors", "mine.csv"}
    assert all(problem["fix"] for problem in found["problems"])


def test_a_damaged_world_is_named_twice_by_checksum_and_by_what_it_breaks(installed: Path) -> None:
    world = installed / "worlds" / "world-81x28.npz"
    content = bytearray(world.read_bytes())
    content[len(content) // 2] ^= 0xFF
    world.write_bytes(content)
    found = document("verify")
    problems = [problem["what"] for problem in found["problems"] if problem["resource"] == "world-81x28"]
    assert any("checksum" in what for what in problems)
    assert any("cannot be read" in what for what in problems)
    assert [entry["name"] for entry in found["worlds"]] == ["world-81x50"]


def test_a_missing_package_is_one_problem(installed: Path) -> None:
    (installed / "datapackage.json").unlink()
    result = call("verify")
    assert result.exit_code == 2
    assert "datapackage.json" in result.stdout
    assert "no datapackage.json" in refused("list")


# build -----------------------------------------------------------------------------------------------------


def test_a_build_without_its_source_leaves_nothing_behind(tmp_path: Path) -> None:
    for builder_name, words in (("icio", "not found"), ("regions", "not found"), ("borders", "npm pack")):
        out = tmp_path / builder_name
        assert words in refused("build", builder_name, "--source", tmp_path, "--out", out)
        assert not out.exists()
    assert call("build", "icio").exit_code == 2


def test_a_source_of_another_kind_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "icio2022_80x28.npz").write_text("no archive")
    assert "cannot be read" in refused("build", "icio", "--source", tmp_path, "--out", tmp_path / "out")
    (tmp_path / "countries-50m.json").write_text("{}")
    assert "cannot build borders" in refused(
        "build", "borders", "--source", tmp_path, "--out", tmp_path / "out"
    )


def test_the_installed_package_is_written_only_in_place(installed: Path, tmp_path: Path) -> None:
    for out in (installed, installed / "worlds"):
        assert "--in-place" in refused("build", "icio", "--source", tmp_path, "--out", out)
        assert "--in-place" in refused("build", "package", "--out", out)
    assert "exclude each other" in refused("build", "package", "--in-place", "--out", tmp_path)
    (installed / "datapackage.json").unlink()
    assert call("build", "package", "--in-place").exit_code == 0
    assert package.verify() == []


def test_a_folder_without_tables_is_not_described(tmp_path: Path) -> None:
    assert "no table of blocs" in refused("build", "package", "--out", tmp_path)


@needs_source
def test_rebuilt_regions_are_the_bundled_ones_and_never_replaced_silently(tmp_path: Path) -> None:
    out = tmp_path / "mine"
    result = call("build", "regions", "--source", SOURCE, "--out", out)
    assert result.exit_code == 0, result.output
    for path in builder.outputs("regions"):
        assert (out / path).read_bytes() == store.path(path).read_bytes()
        assert str(out / path) in result.stdout
    assert document("verify", "--folder", out)["ok"]
    assert "there already" in refused("build", "regions", "--source", SOURCE, "--out", out)
    assert call("build", "regions", "--source", SOURCE, "--out", out, "--overwrite").exit_code == 0


@needs_source
def test_a_rebuilt_world_can_be_loaded_and_progress_goes_to_stderr(tmp_path: Path) -> None:
    from blocs.world.load import load_world

    if not (SOURCE / "world").is_dir():
        pytest.skip("no ICIO source files")
    result = call("build", "icio", "--source", SOURCE, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert {tmp_path / path for path in builder.outputs("icio")} <= set(map(Path, result.stdout.splitlines()))
    assert "reading the ICIO" in result.stderr
    assert not list(tmp_path.glob(".blocs-build-*"))
    assert load_world(tmp_path / "worlds" / "world-81x50.npz").year == 2022
    assert document("verify", "--folder", tmp_path)["ok"]


def test_the_group_is_what_the_main_command_registers() -> None:
    assert isinstance(data, click.Group)
    assert set(data.commands) == {"list", "show", "series", "verify", "build"}
