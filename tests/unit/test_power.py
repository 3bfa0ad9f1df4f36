"""Coalitions, blame, the smallest coalition, leverage and the backtest, on random worlds and the bundled one."""

from __future__ import annotations

import numpy as np
import pytest
from property.worlds import LARGE, Traits, random_world

import blocs
from blocs.engine.shocks import Shocks
from blocs.errors import DataError
from blocs.study.ces_bound import ces_bounds
from blocs.study.coalition import Coalition, coalition, solve_in
from blocs.study.leverage import leverage
from blocs.study.levers.goods import GoodsLever
from blocs.study.members import setting
from blocs.study.power_documents import coalition_document
from blocs.study.regress import Differences, slope
from blocs.study.smallest import smallest_coalition

EL = blocs.Elasticities(4.0, 0.8, 0.6, 1.0, 1.2)


def small(seed: int = 7, **traits: bool) -> blocs.World:
    return random_world(np.random.default_rng(seed), LARGE, Traits(zeros=False, **traits))


@pytest.fixture(scope="module")
def cut() -> Coalition:
    return coalition(small(), sides=["R1,R2", ["R3"]], elasticities=EL)


def test_exactly_the_members_asked_for_and_everybody_else_stands_by(cut: Coalition) -> None:
    assert cut.sides[0].members == ("R1", "R2")
    assert cut.sides[1].members == ("R3",)
    assert cut.bystanders.members == ("R4", "R5", "R6")


def test_members_of_a_side_go_on_trading_and_the_sides_do_not(cut: Coalition) -> None:
    flows = cut.outcome.flows.values
    assert (flows[:, [0, 1], 2] == 0.0).all()
    assert (flows[:, 2, [0, 1]] == 0.0).all()
    base = cut.setting.base.accounts.flows
    assert (flows[:, 0, 1][base[:, 0, 1] > 0.0] > 0.0).all()


def test_a_side_loses_what_its_members_lose_in_dollars(cut: Coalition) -> None:
    side, size = cut.sides[0], cut.setting.base.accounts.absorption
    assert side.total_usd_mn == pytest.approx(sum(side.welfare_usd.values()))
    assert side.total == pytest.approx(100.0 * side.total_usd_mn / size[:2].sum())
    ratio = cut.loss_ratio
    assert ratio["percent"] == pytest.approx(side.total / cut.sides[1].total)
    assert ratio["usd"] == pytest.approx(side.total_usd_mn / cut.sides[1].total_usd_mn)


def test_deficits_are_gone_from_the_base_that_losses_compare_with(cut: Coalition) -> None:
    accounts = cut.setting.base.accounts
    assert (np.abs(accounts.deficit) < 1e-6 * accounts.absorption).all()
    still = solve_in(cut.setting, Shocks.neutral())
    np.testing.assert_allclose(still.regional("welfare"), 0.0, atol=1e-6)


@pytest.mark.parametrize("intensity", [100.0, 60.0, 1e-4])
def test_blame_adds_up_to_every_loss(intensity: float) -> None:
    study = coalition(small(), sides=["R1,R2", "R3"], intensity=intensity, elasticities=EL)
    blame = study.blame
    assert blame.parties == ("R1", "R2", "R3", "bystanders")
    np.testing.assert_allclose(blame.remainder, 0.0, atol=1e-4 * max(np.abs(blame.totals).max(), 1e-3))
    for party, whole in zip(blame.parties, blame.totals, strict=True):
        for parts in (blame.by_good(party), blame.by_partner(party), blame.by_flow(party)):
            assert sum(parts.values()) == pytest.approx(whole, abs=1e-4)
    assert sum(row[4] for row in blame.rows() if row[0] == "R3") == pytest.approx(blame.totals[2], abs=1e-4)


def test_blame_of_one_flow_alone_is_its_own_loss() -> None:
    study = coalition(small(), sides=["R1", "R3"], goods="S2", flows="exports", elasticities=EL)
    assert len(study.blame.cells) == 1
    assert study.blame.by_partner("R3") == pytest.approx({"R1": study.sides[1].total}, rel=1e-5)


def test_a_volume_cut_leaves_the_volume_it_says() -> None:
    study = coalition(small(), sides=["R1", "R3"], intensity=30.0, rent="importer", elasticities=EL)
    base = study.setting.base.accounts.flows[:, 0, 2]
    arrived = study.outcome.volumes.arrived[:, 0, 2]
    assert (arrived <= 0.7 * base * (1.0 + 1e-7)).all()
    assert (arrived > 0.69 * base).any()


def test_whoever_keeps_the_rent_loses_less() -> None:
    losses = {
        rent: coalition(
            small(tariffs=False),
            sides=["R1", "R3"],
            intensity=40.0,
            flows="exports",
            rent=rent,
            elasticities=EL,
        )
        for rent in ("exporter", "importer", "nobody")
    }
    seller = {rent: study.sides[0].total for rent, study in losses.items()}
    buyer = {rent: study.sides[1].total for rent, study in losses.items()}
    assert seller["exporter"] > seller["importer"]
    assert buyer["importer"] > buyer["exporter"]
    assert buyer["importer"] > buyer["nobody"]


def test_a_cut_that_the_other_side_gains_from_has_no_ratio() -> None:
    study = coalition(
        small(), sides=["R1", "R3"], intensity=1.0, flows="exports", rent="importer", elasticities=EL
    )
    assert study.sides[1].total > 0.0  # it keeps what buyers pay more
    assert study.loss_ratio == {"percent": None, "usd": None}
    assert coalition_document(study)["loss_ratio"] == {"percent": None, "usd": None}


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"sides": ["R1,R2", "R2"]}, "R2 would be on both sides"),
        ({"sides": ["R1"]}, "1 side given, two are needed"),
        ({"sides": ["R1", ""]}, "side 2 is empty"),
        ({"sides": ["R1", "R9"]}, "side 2: unknown region or group 'R9'"),
        ({"sides": ["R1", "R2"], "intensity": 101.0}, "above 0 and up to 100"),
        ({"sides": ["R1", "R2"], "intensity": 0.0}, "intensity is 0; .* above 0"),
        ({"sides": ["R1", "R2"], "intensity": float("nan")}, "above 0 and up to 100"),
        ({"sides": ["R1", "R2"], "rent": "me"}, "unknown rent 'me'"),
        ({"sides": ["R1", "R2"], "horizon": "soon"}, "unknown horizon 'soon'"),
    ],
)
def test_a_wrong_question_gets_a_clear_refusal(choices: dict, words: str) -> None:
    with pytest.raises(DataError, match=words):
        coalition(small(), elasticities=EL, **choices)


def test_the_exact_search_is_never_beaten_by_the_greedy_one() -> None:
    world = small()
    search = {"target": "R6", "candidates": "all,-R6", "elasticities": EL}
    base = smallest_coalition(world, ratio=1e-9, exact=True, **search)
    assert base.best is not None
    assert len(base.best.members) == 1
    for ratio in (0.5, 0.8, 1.1):
        exact = smallest_coalition(world, ratio=ratio, exact=True, **search)
        greedy = smallest_coalition(world, ratio=ratio, **search)
        if exact.best is None:
            assert greedy.best is None
            continue
        assert exact.best.target_loss >= ratio * exact.best.coalition_loss
        if greedy.best is not None:
            assert len(exact.best.members) <= len(greedy.best.members)


def test_searches_refuse_what_cannot_be_searched() -> None:
    with pytest.raises(DataError, match="must be above 0"):
        smallest_coalition(small(), target="R1", candidates="R2", ratio=0.0, elasticities=EL)
    with pytest.raises(DataError, match="both sides"):
        smallest_coalition(small(), target="R1", candidates="R1", elasticities=EL)


def test_leverage_withholds_exports_only_and_ranks_items_by_loss() -> None:
    study = leverage(small(), coalition="R1,R2", target="R3", elasticities=EL)
    flows = study.outcome.flows.values
    assert (flows[:, [0, 1], 2] == 0.0).all()
    assert (flows[:, 2, [0, 1]] > 0.0).any()
    losses = [item.loss_usd_mn for item in study.items]
    assert losses == sorted(losses, reverse=True)
    assert study.target.total < 0.0
    for item in study.items:
        assert 0.0 < item.import_share <= 1.0
        assert item.import_share**2 <= item.concentration <= 1.0 + 1e-12 or len(study.coalition.members) > 1
        assert item.loss_per_dollar == pytest.approx(item.loss_usd_mn / item.supplied)


def test_control_keeps_only_goods_the_coalition_dominates() -> None:
    world = small()
    everything = leverage(world, coalition="R1", target="R3", elasticities=EL)
    line = float(np.median([item.import_share for item in everything.items]))
    some = leverage(world, coalition="R1", target="R3", lever=GoodsLever(control=line), elasticities=EL)
    assert {i.item for i in some.items} == {i.item for i in everything.items if i.import_share >= line}
    with pytest.raises(DataError, match="controls no goods"):
        leverage(world, coalition="R1", target="R3", lever=GoodsLever(control=1.0), elasticities=EL)


def test_the_ces_bound_is_the_closed_form_in_one_sector_and_holds_for_a_small_target() -> None:
    random = np.random.default_rng(11)
    flows = np.exp(random.normal(3.0, 0.5, (1, 4, 4)))
    flows[:, range(4), range(4)] *= 8.0
    flows[:, 3, :], flows[:, :, 3] = flows[:, 3, :] * 1e-4, flows[:, :, 3] * 1e-4  # the target is tiny
    world = blocs.World.from_flows(flows, np.zeros((1, 1, 4)), name="one good")
    elasticities = blocs.Elasticities.uniform(5.0)
    place = setting(world, elasticities=elasticities)
    bounds, everything = ces_bounds(place, ["R1"], ["R4"], ["S1"])
    bought = place.base.accounts.flows[0, :, 3]
    share = bought[0] / bought.sum()
    assert everything == pytest.approx(100.0 * (1.0 - (1.0 - share) ** (1.0 / 5.0)), rel=1e-9)
    assert bounds["S1"] == pytest.approx(everything)
    study = leverage(world, coalition="R1", target="R4", elasticities=elasticities)
    assert 0.0 < study.items[0].loss <= study.items[0].bound


def test_triple_differences_are_blind_to_their_effects_and_keep_the_slope() -> None:
    random = np.random.default_rng(2)
    weight = random.uniform(0.0, 2.0, (4, 6, 6)) * (random.random((4, 6, 6)) < 0.8)
    x = random.normal(size=weight.shape)
    effects = random.normal(size=(4, 6, 1)) + random.normal(size=(4, 1, 6)) + random.normal(size=(1, 6, 6))
    take = Differences(weight)
    left = take.of(x)
    for axis in range(3):
        np.testing.assert_allclose((weight * left).sum(axis=axis), 0.0, atol=1e-9)
    np.testing.assert_allclose(take.of(x + effects), left, atol=1e-9)
    fit = slope(take.of(0.7 * x + effects), left, weight, np.zeros(weight.shape, dtype=int))
    assert fit.slope == pytest.approx(0.7)


def test_clustered_errors_match_the_textbook_sandwich() -> None:
    random = np.random.default_rng(3)
    x, group = random.normal(size=200), np.repeat(np.arange(20), 10)
    y = 0.5 * x + random.normal(size=20)[group] + random.normal(size=200)
    fit = slope(y, x, np.ones(200), group)
    sm = pytest.importorskip("statsmodels.api")
    theirs = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": group, "use_correction": False})
    assert fit.slope == pytest.approx(theirs.params[0])
    assert fit.error == pytest.approx(theirs.bse[0] * np.sqrt(20 / 19))


# the bundled world --------------------------------------------------------------------------------------------


def test_g7_against_china_at_three_horizons_hurts_both_and_less_with_time(world28: blocs.World) -> None:
    totals = []
    for horizon in ("short", "medium", "long"):
        study = coalition(world28, sides=["G7", "CHN"], horizon=horizon)
        assert study.sides[0].members == ("CAN", "DEU", "FRA", "GBR", "ITA", "JPN", "USA")
        assert study.sides[1].members == ("CHN",)
        assert len(study.bystanders.members) == 73
        totals.append([side.total for side in study.sides])
    assert (np.array(totals) < 0.0).all()
    assert (np.diff(totals, axis=0) > 0.0).all()


def test_the_members_of_a_union_are_not_cut_from_each_other(world28: blocs.World) -> None:
    study = coalition(world28, sides=["EU27", "RUS"])
    assert len(study.sides[0].members) == 27
    base, flows = study.setting.base, study.outcome.flows.values
    de, fr, ru = (base.region_index(code) for code in ("DEU", "FRA", "RUS"))
    assert (flows[:, de, fr] > 0.0).any()
    assert flows[:, de, ru].sum() == flows[:, ru, fr].sum() == 0.0
    assert study.sides[1].total < study.sides[0].total < 0.0  # Russia is the smaller market


@pytest.mark.parametrize(
    ("sides", "words"),
    [
        (["G7", "EU27"], "DEU, FRA, ITA would be on both sides"),
        (["G7", "IRN"], "IRN .* is inside ROW"),
        (["G7", "ROW"], "names ROW"),
        (["G7", "CNH"], "did you mean 'CHN'"),
    ],
)
def test_impossible_sides_are_refused(world28: blocs.World, sides: list[str], words: str) -> None:
    with pytest.raises(DataError, match=words):
        coalition(world28, sides=sides)
