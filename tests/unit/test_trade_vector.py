"""The trade vector turns measures into the right arrays: cells, rates, costs, ceilings and who keeps the rent."""

from __future__ import annotations

import numpy as np
import pytest

from blocs.data import store
from blocs.data.assumptions import Assumptions
from blocs.engine import quotas
from blocs.engine.shocks import Shocks
from blocs.engine.solve import solve_shocks
from blocs.scenario.schema import Scenario
from blocs.vectors.registry import VECTORS
from blocs.vectors.tariff_tables import added
from blocs.vectors.trade import TradeVector
from blocs.vectors.trade_shocks import RENTS

VECTOR = TradeVector()
YEAR = 2025


def shocks(world, *measures) -> Shocks:
    return VECTOR.shocks(
        VECTOR.start(world, (YEAR,), Assumptions.default()), scenario(*measures).measures, YEAR
    )


def notes(world, *measures) -> str:
    return " ".join(
        VECTOR.notes(VECTOR.start(world, (YEAR,), Assumptions.default()), scenario(*measures).measures, YEAR)
    )


def scenario(*measures) -> Scenario:
    return Scenario.from_dict({"name": "x", "years": str(YEAR), "measures": list(measures)})


def cell(world, array, good, seller, buyer) -> float:
    return float(array[world.sectors.index(good), world.regions.index(seller), world.regions.index(buyer)])


def tariff(**rest) -> dict:
    return {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.1, **rest}


def test_the_rents_are_numbered_as_in_the_engine() -> None:
    assert RENTS == {
        "exporter": quotas.EXPORTER,
        "importer": quotas.IMPORTER,
        "nobody": quotas.NOBODY,
    }


def test_a_tariff_acts_on_its_goods_from_its_sellers_and_on_nothing_else(world28) -> None:
    array = shocks(world28, tariff(goods="steel")).tariff
    assert cell(world28, array, "C24A", "CHN", "USA") == pytest.approx(0.1)
    assert (array != 0.0).sum() == 1


def test_added_rates_add_up_also_on_top_of_a_set_rate(world28) -> None:
    array = shocks(
        world28, tariff(rate=0.3, set=True), tariff(rate=0.05), tariff(rate=0.02, goods="steel")
    ).tariff
    base = world28.accounts.tariff
    assert cell(world28, base + array, "C24A", "CHN", "USA") == pytest.approx(0.37)
    assert cell(world28, base + array, "C26", "CHN", "USA") == pytest.approx(0.35)


def test_a_customs_union_pays_no_duty_inside_and_a_lone_member_is_noted(world28) -> None:
    measure = tariff(by="EU27", on="all")
    array = shocks(world28, measure).tariff
    assert cell(world28, array, "C29", "DEU", "FRA") == 0.0
    assert cell(world28, array, "C29", "CHN", "FRA") == pytest.approx(0.1)
    assert "no duty is levied between its members" in notes(world28, measure)
    assert "levied by DEU alone" in notes(world28, tariff(by="DEU"))


def test_an_export_tax_is_the_sellers_and_spares_the_union_too(world28) -> None:
    measure = {"type": "export_tax", "by": "DEU", "on": "all", "goods": "machinery", "rate": 0.2}
    array = shocks(world28, measure).export_tax
    assert cell(world28, array, "C28", "DEU", "CHN") == pytest.approx(0.2)
    assert cell(world28, array, "C28", "CHN", "DEU") == cell(world28, array, "C28", "DEU", "FRA") == 0.0
    assert "alone" not in notes(world28, measure)
    both = shocks(world28, {**measure, "set": True, "rate": 0.3}, measure).export_tax
    assert cell(world28, both, "C28", "DEU", "CHN") == pytest.approx(0.5)


def test_an_export_tax_fills_the_sellers_treasury_and_turns_its_terms_of_trade(world28) -> None:
    tax = {"type": "export_tax", "by": "SAU", "on": "all", "goods": "oil_and_gas", "rate": 0.05}
    outcome = solve_shocks(world28, shocks(world28, tax))
    assert outcome.status.converged
    assert float(outcome.terms_of_trade.sel(region="SAU")) > 0.0
    assert float(outcome.welfare.sel(region="SAU")) > 0.0
    assert float(outcome.welfare.sel(region="JPN")) < 0.0


def test_a_corridor_cheapens_every_pair_along_it_by_the_published_middle(world28) -> None:
    array = shocks(world28, {"type": "corridor", "along": ["CHN", "KAZ", "DEU"]}).trade_cost
    entry = store.mapping("parameters/trade.yaml")["corridor"]["cost"]
    low, high = entry["range"]
    assert entry["value"] == pytest.approx((low + high) / 2)
    for pair in (("CHN", "KAZ"), ("KAZ", "DEU"), ("DEU", "CHN"), ("CHN", "DEU")):
        assert cell(world28, array, "C26", *pair) == pytest.approx(1.0 + entry["value"])
    assert cell(world28, array, "SERV", "CHN", "DEU") == 1.0
    assert (array != 1.0).sum() == 6 * 27


def test_costs_on_one_flow_multiply(world28) -> None:
    dearer = {"type": "trade_cost", "between": ["CHN", "DEU"], "cost": 0.1}
    array = shocks(
        world28, dearer, dearer, {"type": "corridor", "along": ["CHN", "DEU"], "cost": -0.5}
    ).trade_cost
    assert cell(world28, array, "C26", "CHN", "DEU") == pytest.approx(1.1 * 1.1 * 0.5)


def test_a_full_embargo_is_exact_and_a_partial_one_is_a_volume_cut(world28) -> None:
    full = shocks(world28, {"type": "embargo", "between": ["USA", "CHN"]})
    assert cell(world28, full.availability, "C26", "CHN", "USA") == 0.0
    assert full.quota is None
    half = shocks(
        world28, {"type": "embargo", "between": ["USA", "CHN"], "intensity": 0.6, "rent": "importer"}
    )
    assert half.availability is None
    assert cell(world28, half.quota, "C26", "USA", "CHN") == pytest.approx(0.4)
    assert cell(world28, half.quota_rent, "C26", "USA", "CHN") == quotas.IMPORTER
    assert np.isinf(cell(world28, half.quota, "SERV", "USA", "CHN"))


def test_flows_are_seen_from_by(world28) -> None:
    one_way = {"type": "quota", "by": "USA", "on": "CHN", "volume": 0.5, "flows": "exports"}
    array = shocks(world28, one_way).quota
    assert cell(world28, array, "C26", "USA", "CHN") == 0.5
    assert np.isinf(cell(world28, array, "C26", "CHN", "USA"))


def test_of_two_quotas_the_tighter_holds_with_its_rent_and_an_embargo_wins(world28) -> None:
    loose = {"type": "quota", "between": ["USA", "CHN"], "volume": 0.8, "rent": "importer"}
    tight = {"type": "quota", "between": ["USA", "CHN"], "volume": 0.3, "rent": "nobody", "goods": "steel"}
    stop = {"type": "embargo", "between": ["USA", "CHN"], "goods": "vehicles"}
    for order in ((loose, tight, stop), (stop, tight, loose)):
        found = shocks(world28, *order)
        assert cell(world28, found.quota, "C24A", "CHN", "USA") == 0.3
        assert cell(world28, found.quota_rent, "C24A", "CHN", "USA") == quotas.NOBODY
        assert cell(world28, found.quota, "C26", "CHN", "USA") == 0.8
        assert cell(world28, found.quota_rent, "C26", "CHN", "USA") == quotas.IMPORTER
        assert cell(world28, found.availability, "C29", "CHN", "USA") == 0.0


def test_a_sanction_cuts_its_goods_to_what_leaks_and_taxes_only_the_rest(world28) -> None:
    found = shocks(
        world28,
        {
            "type": "sanction", "by": "G7", "on": "RUS", "goods": "fuels", "flows": "imports",
            "leakage": 0.1, "financial_cost": 0.2,
        },
    )  # fmt: skip
    assert cell(world28, found.quota, "B06", "RUS", "DEU") == 0.1
    assert cell(world28, found.quota_rent, "B06", "RUS", "DEU") == quotas.NOBODY
    assert cell(world28, found.trade_cost, "B06", "RUS", "DEU") == 1.0  # already cut off: no second penalty
    assert cell(world28, found.trade_cost, "B06", "DEU", "RUS") == 1.2  # not embargoed this way
    assert cell(world28, found.trade_cost, "SERV", "RUS", "DEU") == 1.2
    assert cell(world28, found.trade_cost, "C26", "RUS", "CHN") == 1.0
    tight = shocks(world28, {"type": "sanction", "by": "G7", "on": "RUS", "goods": "fuels"})
    assert cell(world28, tight.availability, "B06", "RUS", "DEU") == 0.0
    assert tight.quota is None
    assert tight.trade_cost is None


def test_what_leaks_arrives_and_no_more(world28) -> None:
    measure = {
        "type": "sanction",
        "by": "G7",
        "on": "RUS",
        "goods": "fuels",
        "flows": "imports",
        "leakage": 0.1,
    }
    outcome = solve_shocks(world28, shocks(world28, measure))
    assert outcome.status.converged
    base = cell(world28, world28.accounts.flows, "B06", "RUS", "DEU")
    at = {"good": "B06", "origin": "RUS", "destination": "DEU"}
    wasted = 1.0 + float(outcome.licence_price.sel(at)) / 100.0
    arrived = cell(world28, outcome.volumes.shipped, "B06", "RUS", "DEU") / wasted
    assert arrived == pytest.approx(0.1 * base, rel=1e-6)


def test_the_importer_is_better_off_with_the_rent_than_without(world28) -> None:
    cut = {"type": "quota", "by": "USA", "on": "CHN", "flows": "imports", "volume": 0.5}
    welfare = {}
    for rent in RENTS:
        outcome = solve_shocks(world28, shocks(world28, {**cut, "rent": rent}))
        assert outcome.status.converged
        welfare[rent] = {code: float(outcome.welfare.sel(region=code)) for code in ("USA", "CHN")}
    assert welfare["importer"]["USA"] > welfare["exporter"]["USA"]
    assert welfare["exporter"]["CHN"] > welfare["importer"]["CHN"]
    assert sum(welfare["nobody"].values()) < sum(welfare["importer"].values())


def test_the_us_table_holds_every_partner_and_spares_home(world28) -> None:
    array = added("us-tariffs-2025-26", "2026-08-19", world28)
    usa = world28.regions.index("USA")
    assert (np.delete(array, usa, axis=2) == 0.0).all()
    assert (array[:, usa, usa] == 0.0).all()
    assert (array[:27, :, usa].sum(axis=0) > 0.0).sum() == len(world28.regions) - 1
    assert array.min() >= 0.0


@pytest.mark.parametrize(
    ("sellers", "date", "percent"),
    [
        (["CHN"], "2025-04-09", 112.186), (["CHN"], "2026-08-19", 11.936), (["MEX"], "2025-11-14", 8.302),
        (["SVK"], "2026-02-24", 22.811), (["JPN"], "2026-08-19", 13.730), (["EU27", "-SVK"], "2026-08-19", 9.067),
    ],
)  # fmt: skip
def test_the_mean_over_goods_is_the_trackers_increase(world28, sellers, date, percent) -> None:
    from blocs.world.groups import resolve_regions

    array, usa = added("us-tariffs-2025-26", date, world28), world28.regions.index("USA")
    at = [world28.regions.index(code) for code in resolve_regions(sellers, world28.regions, 2025).codes]
    trade = world28.accounts.flows[:, at, usa] * (np.arange(28) < 27)[:, None]
    assert 100.0 * (array[:, at, usa] * trade).sum() / trade.sum() == pytest.approx(percent, abs=2e-3)


def test_the_trade_war_table_is_what_lies_between_the_bases_of_2017_and_today(world28) -> None:
    before = world28.at(2017).accounts.tariff
    usa, chn = world28.regions.index("USA"), world28.regions.index("CHN")
    after = before + added("us-china-2018-20", "2020", world28)
    for i, j in ((usa, chn), (chn, usa)):
        np.testing.assert_allclose(after[:27, i, j], world28.accounts.tariff[:27, i, j], atol=1e-6)


def test_a_schedule_adds_to_other_duties(world28) -> None:
    schedule = {"type": "tariff_schedule", "table": "us-china-2018-20", "date": "2020"}
    alone, both = shocks(world28, schedule).tariff, shocks(world28, schedule, tariff(rate=0.1)).tariff
    gap = cell(world28, both - alone, "C26", "CHN", "USA")
    assert gap == pytest.approx(0.1)


def test_every_measure_says_in_plain_words_what_it_does() -> None:
    words = scenario(
        {"type": "embargo", "between": ["G7", "CHN"], "intensity": 0.5, "rent": "nobody"},
        {"type": "quota", "by": "USA", "on": "CHN", "flows": "imports", "goods": "steel", "volume": 0.8},
        {"type": "export_tax", "by": "CHN", "on": "all", "goods": "ores", "rate": 0.25},
        {"type": "corridor", "along": ["CHN", "DEU"], "cost": -0.03},
        {
            "type": "sanction",
            "by": "G7",
            "on": "RUS",
            "goods": "fuels",
            "leakage": 0.1,
            "financial_cost": 0.2,
        },
        {"type": "tariff_schedule", "table": "us-tariffs-2025-26", "date": "2026-08-19"},
    ).plain_words()
    assert [line.removesuffix(" (2025)") for line in words] == [
        "50% of trade in goods between G7 and CHN stops; what buyers pay more for the rest is used up",
        "At most 80% of the base volume of sales of steel by CHN to USA; the exporter earns what buyers pay more for "
        "the licences",
        "CHN taxes its sales of ores to all other countries by 25%",
        "A transport corridor makes trade in goods among CHN and DEU 3% cheaper",
        "G7 sanctions RUS: no more trade in fuels between G7 and RUS, of which 10% arrives by detours all the same; "
        "all other trade between them gets 20% dearer",
        "The United States adds its tariffs of 2025–26 by partner and good, as of 2026-08-19",
    ]


def test_the_vector_is_registered_with_all_its_measures() -> None:
    assert any(isinstance(vector, TradeVector) for vector in VECTORS)
    types = {model.model_fields["type"].default for model in VECTOR.measures}
    assert types == {
        "tariff", "tariff_schedule", "export_tax", "trade_cost", "corridor", "embargo", "quota", "sanction",
    }  # fmt: skip
