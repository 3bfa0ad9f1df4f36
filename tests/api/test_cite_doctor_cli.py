"""`blocs cite` and `blocs doctor` as a user calls them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from blocs.cli import main
from blocs.data import package, store
from blocs.data.citations import Citation, bibtex

ENTRY = re.compile(r"^@misc\{([^,\s]+),\n((?:  \w+ = \{.*\},\n)+)\}\n", re.MULTILINE)


def call(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


def test_cites_every_source_of_a_scenario_once_as_valid_entries() -> None:
    shown = call("cite", "us-tariffs-2025-26", "--json")
    assert shown.exit_code == 0, shown.output
    document = json.loads(shown.stdout)
    keys = [key for key, _ in ENTRY.findall(document["bibtex"])]
    assert len(keys) == len(set(keys)) == document["bibtex"].count("@misc")
    words = [c["words"] for c in document["citations"]]
    for expected in (
        "Inter-Country Input-Output",
        "Fontagné",
        "Global Rebalancing",
        "tradewartracker",
        "blocs developers",
    ):
        assert any(expected in w for w in words), expected
    assert not any("Bech" in w or "Epoch AI" in w for w in words)  # no payments, no AI in it


def test_a_vector_that_acts_brings_its_tables_and_parameters() -> None:
    words = call("cite", "china-off-swift").stdout
    assert "SWIFT" in words
    assert "parameters (payments)" in words


def test_a_run_folder_cites_as_its_scenario(tmp_path: Path) -> None:
    from blocs.scenario.io import library

    shutil.copy(library()["us-tariffs-2025-26"], tmp_path / "scenario.yaml")
    assert call("cite", str(tmp_path)).stdout == call("cite", "us-tariffs-2025-26").stdout


def test_without_a_scenario_blocs_itself() -> None:
    shown = call("cite").stdout
    assert shown.startswith("@misc{blocs2026laboratory,")
    assert shown.count("@misc") == 1


def test_wrong_input_is_one_line(tmp_path: Path) -> None:
    for what, says in ((str(tmp_path), "holds no scenario.yaml"), ("us-tariff", "us-tariffs-2025-26")):
        shown = call("cite", what)
        assert shown.exit_code == 2
        assert says in shown.output


def test_special_letters_are_escaped_and_keys_differ() -> None:
    twice = [Citation("Doe, J. (2020), Trade & war_100%"), Citation("Doe, J. (2020), Trade {again}")]
    text = bibtex(twice)
    assert r"Trade \& war\_100\%" in text
    assert r"Trade \{again\}" in text
    assert [key for key, _ in ENTRY.findall(text)] == ["doe2020trade", "doe2020trade-2"]


def test_doctor_finds_nothing_wrong_here() -> None:
    shown = call("doctor", "--quick", "--json")
    document = json.loads(shown.stdout)
    assert (shown.exit_code, document["ok"]) == (0, True), document
    assert {"blocs", "packages", "cores", "data", "compiled programs"} <= {
        f["about"] for f in document["findings"]
    }


def test_doctor_solves_a_small_case() -> None:
    shown = call("doctor")
    assert shown.exit_code == 0, shown.output
    assert "trial solve: 81x28 under a new duty, largest residual" in shown.stdout


def test_doctor_names_a_damaged_table_and_an_unwritable_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = tmp_path / "data"
    shutil.copytree(store.folder(), copied)
    (copied / "regions.csv").write_text("code\n", encoding="utf-8")
    monkeypatch.setattr(package.store, "folder", lambda: copied)
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))  # a file where a folder should be
    shown = call("doctor", "--quick")
    assert shown.exit_code == 2
    assert "wrong  data: regions" in shown.stdout
    assert "reinstall blocs" in shown.stdout
    assert "set XDG_CACHE_HOME" in shown.stdout
