"""Other tools read what blocs computed: the same numbers in frames, long tables, Stata and Parquet files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import blocs
from blocs.cli.main import main
from blocs.errors import DataError
from blocs.report import exchange


@pytest.fixture(scope="module")
def small() -> blocs.World:
    world = blocs.load_world("81x28")
    kept = ["USA", "CHN", "DEU"]
    rest = [code for code in world.regions if code not in kept]
    return world.aggregate(regions={**{code: [code] for code in kept}, "REST": rest})


@pytest.fixture(scope="module")
def outcome(small: blocs.World) -> blocs.Outcome:
    tariff = small.accounts.tariff.copy()
    tariff[:, small.region_index("CHN"), small.region_index("USA")] += 0.25
    return blocs.solve(small, tariff=tariff)


def test_the_long_table_has_what_pyam_asks_for(outcome: blocs.Outcome) -> None:
    long = blocs.iamc(outcome, "a test")
    assert list(long.columns) == ["model", "scenario", "region", "variable", "unit", "year", "value"]
    assert not long.duplicated(["model", "scenario", "region", "variable", "unit", "year"]).any()
    assert set(long["year"]) == {outcome.base.year}
    assert long["value"].notna().all()
    welfare = long[long["variable"] == "Welfare"].set_index("region")["value"]
    np.testing.assert_array_equal(welfare[list(outcome.base.regions)], outcome.regional("welfare"))


def test_a_world_without_a_year_says_what_is_missing(outcome: blocs.Outcome) -> None:
    accounts = outcome.base.accounts
    timeless = blocs.World.from_flows(
        accounts.flows, accounts.use, tariff=accounts.tariff, labour_share=accounts.labour_share,
        regions=outcome.base.regions, sectors=outcome.base.sectors,
    )  # fmt: skip
    with pytest.raises(DataError, match="year="):
        blocs.iamc(blocs.solve(timeless))


def test_stata_and_parquet_hold_the_tables(outcome: blocs.Outcome, tmp_path: Path) -> None:
    exchange.write(outcome, tmp_path, ("stata", "parquet", "iamc"))
    for name, table in blocs.tables(outcome).items():
        for read in (pd.read_stata(tmp_path / f"{name}.dta"), pd.read_parquet(tmp_path / f"{name}.parquet")):
            assert len(read) == len(table)
            for column in table.select_dtypes("number").columns:
                np.testing.assert_array_equal(read[column], table[column])
            assert list(read.iloc[:, 1]) == list(table.iloc[:, 1])
    labels = pd.read_stata(tmp_path / "regions.dta", iterator=True).variable_labels()
    assert labels["welfare"] == "Welfare, %"
    assert len(pd.read_csv(tmp_path / "iamc.csv")) == len(blocs.iamc(outcome))


def test_without_the_library_the_fix_is_named_before_a_solve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "find_spec", lambda name: None)
    with pytest.raises(DataError, match=r"blocs\[excel\]"):
        exchange.require(("excel",))
    assert CliRunner().invoke(main, ["run", "universal-tariff-10", "--also", "excel"]).exit_code == 2


def test_other_forms_with_json_need_a_folder() -> None:
    result = CliRunner().invoke(main, ["run", "universal-tariff-10", "--also", "stata", "--json"])
    assert result.exit_code == 2
    assert "--out" in result.output


def test_the_run_folder_gets_the_forms_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "r"
    args = [
        "run",
        "universal-tariff-10",
        "--world",
        "81x28",
        "--out",
        str(out),
        "--quiet",
        "--also",
        "stata",
        "--also",
        "iamc",
    ]
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 0, result.output
    long = pd.read_csv(out / "tables" / "iamc.csv")
    assert set(long["scenario"]) == {"universal-tariff-10"}
    assert (out / "tables" / "sectors.dta").is_file()
    assert not (out / "tables" / "tables.xlsx").exists()


def test_objects_show_themselves_in_a_notebook(small: blocs.World, outcome: blocs.Outcome) -> None:
    scenario = blocs.Scenario.load("universal-tariff-10")
    for shown, holds in (
        (small, "value added"), (outcome, "welfare, %"), (scenario, scenario.title),
        (blocs.run(small, scenario), "USA"),
    ):  # fmt: skip
        html = shown._repr_html_()
        assert html.startswith("<div><table><caption>")
        assert holds in html
    odd = small.aggregate(regions={"<b>": ["USA"], "B": ["CHN", "DEU", "REST"]})
    assert "<b>" not in odd._repr_html_()
    assert "&lt;b&gt;" in odd._repr_html_()
