"""`blocs claims` and `blocs data series` as a user calls them: words, JSON, pages, templates and wrong input."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from blocs.cli.main import main

KEYS = {"id", "statement", "vector", "verdict", "value", "unit", "as_of", "readings", "sources"}


def call(*args: str):
    return CliRunner().invoke(main, list(args))


def test_json_is_one_document_that_keeps_the_contract() -> None:
    found = call("claims", "--data-only", "--json")
    assert found.exit_code == 0
    assert found.stdout.count("\n") == 1
    document = json.loads(found.stdout)
    assert document["schema"] == "blocs.claims/1"
    assert len(document["claims"]) >= 11
    for claim in document["claims"]:
        assert claim.keys() >= KEYS
        assert claim["verdict"] in ("supported", "contradicted", "depends", "open", "untestable")
        assert claim["sources"]
        assert {reading["status"] for reading in claim["readings"]} <= {
            "file", "transcribed", "third_party", "derived", "model", "memory",
        }  # fmt: skip
    assert "us-export-share" in document["left_out"]


def test_the_table_gives_verdict_figure_and_date() -> None:
    text = call("claims", "--data-only").stdout
    assert re.search(r"interest-over-defence +supported +105\.9% +2025", text)
    assert "Left out, for they solve the model: " in text


def test_one_claim_shows_readings_thresholds_and_what_would_change_it() -> None:
    text = call("claims", "controls-21").stdout
    told = ("controls-21: contradicted", "announced 21: equals 21? yes", "stable to rounding")
    for words in (*told, "What would change", "Caveats:", "Sources:"):
        assert words in text


def test_help_names_options_and_commands() -> None:
    text = call("claims", "--help").stdout
    for words in ("--ledger", "--data-only", "--draws", "--workers", "new", "computations"):
        assert words in text
    assert "claims" in call("--help").stdout


def test_pages_are_whole_and_load_nothing(tmp_path: Path) -> None:
    out = tmp_path / "report"
    found = call("claims", "interest-over-defence", "dollar-crisis", "open-models-lead", "--output", str(out))
    assert found.exit_code == 0
    index = (out / "claims.html").read_text()
    for name in ("interest-over-defence", "dollar-crisis", "open-models-lead"):
        assert f'href="claims/{name}.html"' in index
        page = (out / "claims" / f"{name}.html").read_text()
        assert "<svg" in page
        assert "Why this verdict" in page
        assert not re.search(r"<script|src=|<link", page)
        assert "USA's" not in page
    assert json.loads((out / "claims.json").read_text())["schema"] == "blocs.claims/1"
    assert json.loads((out / "manifest.json").read_text())["command"] == "claims"
    rows = list(csv.DictReader((out / "tables" / "open-models-lead-0.csv").open()))
    assert {"line", "time", "value"} == set(rows[0])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report"]
    again = call("claims", "interest-over-defence", "--output", str(out))
    assert again.exit_code == 2
    assert "exists and is not empty" in again.stderr


def test_equal_claims_give_equal_pages(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert call("claims", "open-models-lead", "--out", str(tmp_path / name)).exit_code == 0
    pages = [(tmp_path / name / "claims" / "open-models-lead.html").read_bytes() for name in ("one", "two")]
    assert pages[0] == pages[1]


def test_a_template_is_a_good_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "mine.yaml written" in call("claims", "new", "mine").stdout
    found = json.loads(call("claims", "--ledger", "mine.yaml", "--data-only", "--json").stdout)
    assert [claim["verdict"] for claim in found["claims"]] == ["supported", "contradicted"]
    assert found["left_out"] == ["tariffs-hurt-canada"]
    again = call("claims", "new", "mine")
    assert again.exit_code == 2
    assert "--overwrite" in again.stderr


def test_computations_are_listed_with_parameters() -> None:
    found = json.loads(call("claims", "computations", "--json").stdout)
    by_name = {one["name"]: one for one in found["computations"]}
    assert by_name["open-model-share"]["parameters"]["year"] == {
        "type": "int",
        "required": True,
        "default": None,
    }
    assert "power-margin(constrained, free)" in call("claims", "computations").stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("claims", "control-21"), "did you mean 'controls-21'"),
        (("claims", "--ledger", "op-ed"), "did you mean 'op-ed-2025'"),
        (("claims", "--ledger", "nowhere.yaml"), "there is no such file"),
        (("claims", "--draws", "1"), "x>=2"),
        (("data", "series", "swift"), "swift.share"),
        (("data", "series", "swift.share", "--where", "currency"), "COLUMN=VALUE"),
        (("data", "series", "swift.share"), "give currency="),
        (("data", "series", "swift.share", "--where", "currency=CNX"), "CNY"),
        (("data", "series", "--where", "currency=CNY"), "name it"),
        (("data", "series", "--file", "nowhere.yaml"), "there is no such file"),
    ],
)
def test_wrong_input_is_one_line_and_code_2(args: tuple[str, ...], words: str) -> None:
    found = call(*args)
    assert found.exit_code == 2
    assert words in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("kind", ["file", "link", "device"])
def test_a_target_that_is_no_folder_is_refused_and_left_alone(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "out"
    if kind == "file":
        target.write_text("mine")
    elif kind == "link":
        target.symlink_to(tmp_path)
    else:
        os.mkfifo(target)  # as a device: neither file nor folder
    before = target.lstat()
    found = call("claims", "open-models-lead", "--out", str(target))
    assert found.exit_code == 2
    assert "is a file or a link" in found.stderr
    assert target.lstat() == before


def test_a_bad_ledger_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("schema: blocs.ledger/1\ntitle: Bad\nclaims:\n  - id: a\n    statment: x\n")
    found = call("claims", "--ledger", str(path))
    assert found.exit_code == 2
    assert found.stdout == ""
    assert f"{path}:5: claims[0].statment" in found.stderr
    assert "did you mean 'statement'" in found.stderr


def test_series_are_listed_and_printed(tmp_path: Path) -> None:
    listed = json.loads(call("data", "series", "--json").stdout)
    assert listed["schema"] == "blocs.series_list/1"
    assert {"swift.share", "us.debt.gross", "minerals.price", "ai.chips.sold", "trade.exports", "gdp"} <= {
        row["name"] for row in listed["series"]
    }
    document = json.loads(call("data", "series", "swift.share", "--where", "currency=CNY", "--json").stdout)
    assert document["schema"] == "blocs.series/1"
    assert document["break"]["at"] == "2023-07"
    assert (
        "Do not compare across it" in call("data", "series", "swift.share", "--where", "currency=USD").stdout
    )
    assert "my.price" in call("data", "series", "--template").stdout


@pytest.mark.parametrize(
    "args",
    [
        ("us.debt.gross",),
        ("trade.exports", "--where", "exporter=CHN", "--where", "importer=USA", "--where", "industry=goods"),
        ("cips.value", "--memory"),
    ],
)
def test_series_print_with_and_without_sources_of_their_own(args: tuple[str, ...]) -> None:
    found = call("data", "series", *args)
    assert found.exit_code == 0, found.exception
    assert "Source: " in found.stdout
    assert found.stdout.count("\n") > 8


def test_a_series_is_drawn_from_the_table_beside_it(tmp_path: Path) -> None:
    found = call(
        "data", "series", "swift.share", "--where", "currency=CNY", "--output", str(tmp_path / "plot")
    )
    assert found.exit_code == 0
    assert (tmp_path / "plot" / "swift.share-CNY.svg").read_text().startswith("<svg")
    rows = list(csv.DictReader((tmp_path / "plot" / "swift.share-CNY.csv").open()))
    assert {"time": "2025-08", "value": "2.930000"}.items() <= next(
        r for r in rows if r["time"] == "2025-08"
    ).items()
    assert {row["after_break"] for row in rows} == {"true", "false"}
