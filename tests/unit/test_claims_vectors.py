"""Model claims by vector: readings answer to data and assumptions, and verdicts follow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from unit.small_claims import Small, rule, small_world, values

from blocs.claims.computation import Context
from blocs.claims.computations import ai, centre, debt, duties, industry, minerals, payments, power, trade
from blocs.claims.computations.drawn import scenarios
from blocs.claims.computations.places import (
    coarse_places,
)
from blocs.claims.reading import Evidence
from blocs.claims.verdict import judge
from blocs.world.world import World

# --- trade --------------------------------------------------------------------------------------------------


def test_an_open_south_takes_more_of_what_america_left_and_turns_a_verdict():
    shut, open_ = (trade.us_closes(Small(draws=2), opening=size) for size in (0.0, 0.2))
    assert values(open_)["found_south_long"] > values(shut)["found_south_long"] > 0.0
    assert values(shut)["found_south_long"] == pytest.approx(values(shut)["found_long"])
    asked = rule({"reading": "found_south_long", "at_least": 90, "share_of_draws": "95 %"})
    assert judge(asked, shut).verdict == "contradicted"
    assert judge(asked, open_).verdict == "supported"


def test_corridors_that_cost_nothing_less_bring_nothing():
    from blocs.scenario.schema import Scenario

    scenario = Scenario.load("belt-and-road-corridors")
    still = scenario.model_copy(update={"assumptions": {"trade.corridor.cost": -1e-9}})
    places = coarse_places(small_world())
    found = [
        scenarios(Small(), places, [one], ["trade/world", "trade/members"], also=trade.corridor_results)
        for one in (scenario, still)
    ]
    key = f"trade/world@{scenario.each_year[-1]}"
    assert found[0].at(scenario.name, key) > 0.3
    assert (found[0].of(scenario.name, key) > 0.0).all()
    assert abs(found[1].at(scenario.name, key)) < 1e-4


def panel(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Flows without any effect of membership (year, origin, destination), who is a member when, and what is used."""
    random = np.random.default_rng(seed)
    years, n = 6, 24
    joined = np.zeros((years, n), dtype=bool)
    joined[:, :6] = joined[2:, 6:12] = joined[4:, 12:16] = True
    size = random.normal(3.0, 1.0, (1, n, n)) + random.normal(0.0, 0.3, (years, n, 1))
    return np.exp(size + random.normal(0.0, 0.05, (years, n, n))), joined, ~np.eye(n, dtype=bool)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_estimate_of_membership_finds_what_was_planted(weighted: bool):
    flows, joined, used = panel(3)
    both = joined[:, :, None] & joined[:, None, :]
    planted = trade.membership_effect(flows * np.exp(0.2 * both), joined, used, weighted=weighted)
    asked = rule({"reading": planted.name, "above": "0 %", "share_of_draws": "97.5 %"})
    assert planted.value == pytest.approx(20.0, abs=3.0)
    assert judge(asked, Evidence((planted,))).verdict == "supported"
    covered = 0
    for seed in range(20):
        nothing = trade.membership_effect(*panel(seed), weighted=weighted)
        covered += judge(asked, Evidence((nothing,))).verdict == "open"
    assert covered >= 16  # of a 95% interval: 19 on average, under 16 once in 400 times


def test_intensity_is_one_in_proportion_to_size_and_falls_with_the_pair():
    size = np.array([5.0, 3.0, 2.0, 4.0])
    regions = ("USA", "CHN", "JPN", "IND")
    flows = np.outer(size, size)
    before = trade.pair_intensity(flows, regions, "USA", "CHN")
    less = flows.copy()
    less[0, 1] = less[1, 0] = flows[0, 1] / 2.0
    after = trade.pair_intensity(less, regions, "USA", "CHN")
    assert after < before
    assert trade.pair_intensity(3.0 * flows, regions, "USA", "CHN") == pytest.approx(before)


# --- industry -----------------------------------------------------------------------------------------------


def test_a_falling_series_falls_and_a_rising_one_never_does():
    falls = industry.direct_fallen([8.0, 7.0, 6.1, 5.2, 4.6, 4.0], 3.0)
    rises = industry.direct_fallen([4.0, 4.6, 5.2, 6.1, 7.0, 8.0], 3.0)
    assert falls[-1] > 0.99 > 0.01 > rises[-1]
    assert list(falls) == sorted(falls)
    years = industry.sample(falls)
    assert min(years) >= 2023
    assert industry.NEVER not in years
    assert set(industry.sample(rises)) == {float(industry.NEVER)}


def test_a_looser_threshold_moves_the_year_and_the_verdict():
    strict, loose = (
        industry.dependence_falls(Context(), threshold=size, subsidised="") for size in (1.0, 40.0)
    )
    asked = rule({"reading": "slowest_look_through", "at_most": 2060, "share_of_draws": "95 %"})
    assert judge(asked, strict).verdict == "contradicted"
    assert judge(asked, loose).verdict == "supported"
    assert values(strict)["slowest_look_through"] > values(loose)["slowest_look_through"]


def test_duties_move_american_manufacturing_up_and_an_answer_down():
    """On a small world the bundled duties do not fit; the metrics do."""
    from blocs.claims.computations.drawn import Case, static
    from blocs.engine.shocks import Shocks

    def shocks(both: bool):
        def of(world: World) -> Shocks:
            rates = np.zeros(world.accounts.flows.shape)
            goods, usa = trade.goods_of(world), world.region_index("USA")
            rates[goods, :, usa] = 0.2
            rates[:, usa, usa] = 0.0
            return Shocks.of(world, tariff=rates + rates.transpose(0, 2, 1) if both else rates)

        return of

    cases = [Case("alone", shocks(False)), Case("answered", shocks(True))]
    found = static(Small(), coarse_places(small_world()), cases, duties.manufacturing)
    assert found.at("alone", "share") > found.at("answered", "share")
    assert found.at("alone", "share") > 0.2
    assert np.isfinite(found.of("alone", "jobs")).all()
    assert found.count == 4
    assert not found.missing


# --- debt ---------------------------------------------------------------------------------------------------


def test_a_better_record_turns_the_verdict_on_repaying(monkeypatch):
    asked = rule({"reading": "repay_gap", "above": 0})
    assert judge(asked, debt.debt_repayment(Context())).verdict == "supported"
    years = list(range(1962, 2026))
    monkeypatch.setattr(debt, "primary_record", lambda: (years, np.full(len(years), 12.0)))
    assert judge(asked, debt.debt_repayment(Context())).verdict == "contradicted"


def test_repaying_ends_at_nothing():
    from blocs.data.assumptions import Assumptions
    from blocs.vectors.debt.countries import load_case
    from blocs.vectors.debt.project import Drivers, project

    assumed = Assumptions.default()
    case = load_case("USA", None, assumed)
    long = case.until(case.years[0] + debt.HORIZON)
    size = debt.repaying(long, case.years[1], assumed) / 100.0
    base = Drivers.none(long)
    more = np.where(np.array(long.years) >= case.years[1], size, 0.0)
    path = project(long, base.change(balance=base.balance + more), assumptions=assumed)
    assert abs(path.ratio[-1]) < 1e-3
    assert debt._best([1, *range(2, 13)], np.arange(12.0)) == ("3 to 12", 6.5)


def test_the_fans_say_how_often_debt_stabilises():
    found = values(debt.debt_stabilises(Context(), paths_drawn=500))
    assert {"stable_current_law", "stable_with_legislation", "stable_model"} == set(found)
    assert all(0.0 <= share <= 100.0 for share in found.values())


# --- payments -----------------------------------------------------------------------------------------------


def test_without_own_messages_on_swift_net_is_gross():
    from blocs.scenario.schema import Scenario
    from blocs.study.run import run

    content = {
        "name": "rails", "years": "2022-2023", "world": "81x50",
        "measures": [{"type": "swap_line", "between": [["CHN"], ["RUS"]], "boost": 0.0}],
    }  # fmt: skip
    some = payments.rail_results(run(small_world(), Scenario.from_dict(content)))
    assumed = {"assumptions": {"payments.cips.on_swift": 0.0}}
    none = payments.rail_results(run(small_world(), Scenario.from_dict(content | assumed)))
    assert (some["rails/net"] < some["rails/gross"]).all()
    assert none["rails/net"] == pytest.approx(none["rails/gross"])
    assert some["rails/gross"][1] > some["rails/gross"][0]


def test_a_cut_off_costs_less_after_years_and_mu_decides():
    found = payments.swift_cut_off(Small(draws=8))
    got = {reading.name: reading for reading in found.readings}
    assert float(got["china_fifth"].value) < float(got["china_first"].value)
    spread = got["china_first"].quantiles
    assert spread is not None
    assert spread["0.95"] > 1.5 * spread["0.05"] > 0.0
    asked = rule({"reading": "china_first", "below": "0.5 %", "share_of_draws": "95 %"})
    strict = rule({"reading": "china_first", "below": "0.001 %", "share_of_draws": "95 %"})
    assert judge(asked, found).verdict in ("open", "supported")
    assert judge(strict, found).verdict == "contradicted"


# --- minerals -----------------------------------------------------------------------------------------------


def test_a_larger_cut_of_gallium_costs_the_seven_more():
    from blocs.study.run import run

    losses = [
        minerals.g7_results(run(small_world(), minerals._control("c", ["Ga"], cut, 0.0, "2026")))[
            "g7/loss_usd"
        ][0]
        for cut in (0.3, 0.9)
    ]
    assert losses[1] > losses[0] > 0.0


def test_coercion_takes_from_those_taxed_and_nothing_at_no_duty():
    found = values(minerals.mineral_coercion(Small()))
    none = values(minerals.mineral_coercion(Small(draws=1), points=0.0))
    assert found["rich_minerals_g7"] > 0.0
    assert found["usa_all_goods_usa"] > found["usa_minerals_usa"]
    assert max(abs(value) for value in none.values()) < 1e-6
    rich = {small_world().regions[n] for n in minerals.exporters(small_world())}
    assert "SAU" in rich
    assert "IND" not in rich


# --- power --------------------------------------------------------------------------------------------------


def test_a_cut_off_hurts_less_the_longer_it_lasts_and_percent_and_dollars_disagree():
    evidence = power.cut_off_by_horizon(Small(), with_eu=False)
    found = values(evidence)
    assert found["china_g7_short"] > found["china_g7_medium"] > found["china_g7_long"] > 0.0
    assert found["side_g7_short"] > found["side_g7_long"] > 0.0
    assert found["ratio_usd_g7_long"] > found["ratio_g7_long"]  # the seven are larger
    ask = {"reading": "china_g7_short", "share_of_draws": "95 %"}
    assert judge(rule({**ask, "below": "50 %"}), evidence).verdict == "supported"
    assert judge(rule({**ask, "below": "0.01 %"}), evidence).verdict == "contradicted"


@pytest.fixture(scope="module")
def taxed() -> Evidence:
    """Ten points more on allies and on the South, on the small world."""
    return power.tax_partners(Small())


def test_duties_pay_alone_and_not_once_answered(taxed: Evidence):
    evidence = taxed
    found = values(evidence)
    for group in ("allies", "weaker"):
        assert found[f"usa_{group}_alone"] > found[f"usa_{group}_answered"]
        assert found[f"taxed_{group}_alone"] < 0.0
    asked = [
        {"reading": f"usa_allies_{how}", "above": "0 %", "share_of_draws": "95 %"}
        for how in ("alone", "answered")
    ]
    assert judge(rule(*asked), evidence).verdict == "depends"
    none = values(power.tax_partners(Small(draws=1), points=0.0))
    assert max(abs(value) for value in none.values()) < 1e-6


def test_leverage_is_counted_and_weighed():
    world = small_world()
    india, mexico = (float(world.accounts.absorption[world.region_index(code)]) for code in ("IND", "MEX"))
    table = {"IND": (1.0, 2.0), "MEX": (2.0, 1.0), "BRA": (float("nan"), 1.0)}
    assert power._above(world, table, "count") == 50.0
    assert power._above(world, table, "gdp") == pytest.approx(100.0 * india / (india + mexico))
    assert np.isnan(power._above(world, {"BRA": (float("nan"), 1.0)}, "count"))


def test_leverage_over_third_countries_on_a_small_world():
    found = values(power.leverage_over_thirds(Small(draws=1)))
    assert all(0.0 <= share <= 100.0 for share in found.values())
    assert {"both_count", "both_gdp", "exports_count", "exports_gdp"} <= set(found)


def test_in_a_tariff_war_nobody_named_gains_like_alone(taxed: Evidence):
    evidence = power.tariff_game(Small(draws=1))
    assert {"game_usa", "game_allies", "game_south"} <= set(values(evidence))
    assert not evidence.missing
    assert values(evidence)["game_usa_full"] < values(taxed)["usa_allies_alone_full"]


def test_first_partners_follow_the_flows():
    regions = ("USA", "CHN", "DEU", "FRA", "JPN", "IND")
    flows = np.ones((6, 6))
    flows[1, 4] = 10.0  # China sells to Japan
    flows[2, 5] = flows[3, 5] = 4.0  # together the union sells India more than anybody
    assert centre.first_partner(flows, regions, "seller") == pytest.approx(25.0)
    flows[1, 5] = 9.0
    assert centre.first_partner(flows, regions, "seller") == pytest.approx(50.0)
    assert centre.first_partner(flows.T, regions, "buyer") == pytest.approx(50.0)


def test_the_alignment_game_names_its_shares():
    evidence = centre.alignment_blocs(Small(draws=1), starts=3)
    found = values(evidence)
    assert 0.0 <= found["bloc_least"] <= found["bloc_greatest"] <= 100.0
    assert found["stable_maps"] >= 1.0
    with pytest.raises(Exception, match="cost"):
        centre.alignment_blocs(Small(draws=1), cost=-1.0)


# --- AI -----------------------------------------------------------------------------------------------------


def test_the_bubble_test_needs_a_series_and_tells_explosions_from_walks(tmp_path: Path):
    assert ai.bubble_test(Context()).missing
    random = np.random.default_rng(7)
    steps = random.normal(0.0, 1.0, 90)
    walk = 100.0 + np.cumsum(steps)
    boom = walk.copy()
    for t in range(60, 90):
        boom[t] = boom[t - 1] * 1.06 + steps[t]
    asked = rule({"reading": "gsadf_p", "below": "5 %"})
    verdicts = []
    for name, path in (("walk", walk), ("boom", boom)):
        file = tmp_path / f"{name}.csv"
        file.write_text("month,price\n" + "\n".join(
            f"{2018 + t // 12}-{t % 12 + 1:02d},{value}" for t, value in enumerate(path)
        ) + "\n")  # fmt: skip
        verdicts.append(judge(asked, ai.bubble_test(Context(), str(file), replications=200)).verdict)
    assert verdicts == ["contradicted", "supported"]


def test_more_revenue_turns_the_verdict_on_spending():
    asked = rule({"reading": "capex_ratio", "above": 3})
    low, high = (ai.capex_over_revenue(Context(), size, "2026", "a test") for size in (100.0, 500.0))
    assert judge(asked, low).verdict == "supported"
    assert judge(asked, high).verdict == "contradicted"
    unsure = ai.capex_over_revenue(Context(), 100.0, "2026", "a test", "memory")
    assert judge(asked, unsure).verdict == "open"
    with pytest.raises(Exception, match="above 0"):
        ai.capex_over_revenue(Context(), 0.0, "2026", "a test")


def test_a_bust_is_worse_with_holders_abroad():
    found = values(ai.bust_losses(Small()))
    assert found["world_abroad"] > found["world_home"] > 0.0
    assert found["usa_home"] > found["world_home"]


def test_leaner_models_can_undo_what_new_adopters_buy():
    evidence = ai.open_release_compute(Small())
    found = values(evidence)
    assert found["spending_same"] > 0.0 > found["spending_lean"]
    assert 0.0 < found["break_even_full"] < 80.0
    asked = [
        {"reading": f"spending_{how}", "above": "0 %", "share_of_draws": "95 %"} for how in ("same", "lean")
    ]
    assert judge(rule(*asked), evidence).verdict == "depends"


def test_equal_exposure_helps_factories():
    found = values(ai.ai_strategies(Small()))
    for region in ("world", "china", "usa"):
        assert found[f"equal_{region}"] > found[f"gap_{region}"]
    assert len(set(ai.equal_exposure().values())) == 1
