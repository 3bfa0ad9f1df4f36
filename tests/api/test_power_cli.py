"""The commands of power as a user calls them: one JSON document, tables and figures, clear refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from blocs.cli import main

LEVER = ["leverage", "--coalition", "CHN", "--target", "USA"]


def call(*words: str) -> Result:
    return CliRunner().invoke(main, [*words])


def test_coalition_prints_one_document_with_the_promised_keys() -> None:
    result = call(
        "coalition", "--side", "G7", "--side", "CHN", "--world", "81x28", "--no-attribution", "--json"
    )
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["schema"] == "blocs.coalition/1"
    first, second = document["sides"]
    assert first["members"] == ["CAN", "DEU", "FRA", "GBR", "ITA", "JPN", "USA"]
    assert set(first["welfare"]) == set(first["members"])
    assert second["members"] == ["CHN"]
    assert second["total"] == pytest.approx(second["welfare"]["CHN"])
    assert document["loss_ratio"]["percent"] == pytest.approx(first["total"] / second["total"])
    assert document["loss_ratio"]["usd"] == pytest.approx(first["total_usd_mn"] / second["total_usd_mn"])
    assert len(document["bystanders"]["members"]) == 73
    assert "G7 2026: all 7 members are regions of this world" in document["notes"]


def test_exposure_writes_its_matrix_and_heat_map(tmp_path: Path) -> None:
    out = tmp_path / "power"
    result = call("exposure", "--from", "CHN", "--world", "81x28", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert "A shock in China" in result.stdout
    assert sorted(path.name for path in out.iterdir()) == ["document.json", "exposure.csv", "exposure.svg"]
    assert len((out / "exposure.csv").read_text(encoding="utf-8").splitlines()) == 81 * 81 + 1
    again = call("exposure", "--world", "81x28", "--out", str(out))
    assert again.exit_code == 2
    assert "not empty" in again.stderr


def test_leverage_by_all_levers_says_what_each_item_is_and_how_to_run_it(tmp_path: Path) -> None:
    out = tmp_path / "held"
    result = call(
        *LEVER, "--by", "all", "--goods", "C26", "--minerals", "Ga,Ge", "--rails", "cips", "--year", "2",
        "--horizon", "short", "--world", "81x28", "--json", "--out", str(out),
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["schema"] == "blocs.leverage/1"
    assert document["lever"] == "all"
    assert document["withheld_year"] == 2
    found = {(one["lever"], one["item"]) for one in document["items"]}
    assert found == {("goods", "C26"), ("minerals", "Ga"), ("minerals", "Ge"), ("rails", "cips")}
    assert {one["type"] for one in document["measures"]} == {"embargo", "export_control", "cut_off"}
    assert document["target"]["total"] < 0.0
    assert sorted(path.name for path in out.iterdir()) == [
        "document.json", "industries.csv", "items.csv", "leverage.svg",
    ]  # fmt: skip
    assert "Gallium" in (out / "items.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["coalition", "--side", "G7"], "two are needed"),
        (["coalition", "--side", "G7", "--side", "EU27"], "DEU, FRA, ITA would be on both sides"),
        (["coalition", "--side", "G7", "--side", "IRN"], "inside ROW"),
        (["coalition", "--side", "G7", "--side", "CHN", "--intensity", "101"], "up to 100"),
        (["coalition", "--side", "G7", "--side", "CHN", "--intensity", "0"], "above 0"),
        (["coalition", "--side", "G7", "--side", "CHN", "--horizon", "soon"], "short, medium, long"),
        (["coalition", "--side", "USA", "--smallest-against", "CHN"], "leave --side out"),
        (["coalition", "--smallest-against", "CHN", "--least-loss", "nan"], "the least loss is nan"),
        (["leverage", "--coalition", "CHN", "--target", ""], "target is empty"),
        (["leverage", "--coalition", "CHN", "--target", "ASIA"], "unknown region or group"),
        ([*LEVER, "--by", "minerals", "--minerals", "Gax"], "Gax"),
        ([*LEVER, "--by", "rails", "--rails", "swfit"], "did you mean 'swift'"),
        ([*LEVER, "--by", "rail"], "is not one of 'goods', 'minerals', 'rails', 'all'"),
        ([*LEVER, "--minerals", "Ga"], "--minerals needs --by minerals or --by all"),
        ([*LEVER, "--by", "rails", "--leakage", "0.1"], "--leakage needs --by minerals"),
        ([*LEVER, "--by", "minerals", "--leakage", "7"], "leakage is 7"),
        ([*LEVER, "--year", "3"], "goods follow --horizon"),
        ([*LEVER, "--by", "rails", "--year", "0"], "year 0 of the withholding"),
        ([*LEVER, "--by", "minerals", "--control", "2"], "between 0 and 1"),
        (
            ["leverage", "--coalition", "ISL", "--target", "JPN", "--by", "minerals", "--minerals", "Ga"],
            "controls no",
        ),
        (["exposure", "--shock", "productivty"], "did you mean 'productivity'"),
        (["backtest", "trade-war-1930"], "did you mean 'trade-war-2018'"),
    ],
)
def test_wrong_input_is_one_clear_line_and_exit_code_2(words: list[str], says: str) -> None:
    result = call(*words, *([] if words[0] == "backtest" else ["--world", "81x28"]))
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
