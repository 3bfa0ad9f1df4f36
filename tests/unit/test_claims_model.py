"""Model claims in general: coarse worlds, what a spread rests on, failures that are open, rules and the ledger."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from unit.small_claims import Small, rule, small_world

from blocs.claims.check import check_claims
from blocs.claims.computation import Context
from blocs.claims.computations.drawn import Found, elasticity_draws
from blocs.claims.computations.places import (
    COARSE,
    GAME_REGIONS,
    Places,
    coarse_places,
    codes,
    game_places,
    stand_ins,
)
from blocs.claims.ledger import load
from blocs.claims.reading import Evidence, Reading, medians, paired
from blocs.claims.registry import computation
from blocs.claims.schema import Rule
from blocs.claims.verdict import judge
from blocs.world.world import World

MODEL_CLAIMS = (
    "south-markets", "bri-trade", "controlled-decoupling", "mic2025-success", "no-need-of-west", "debt-unpayable",
    "cny-off-swift", "swift-cutoff-harmless", "minerals-leverage", "stand-alone-vs-g7", "g7-rules",
    "new-globalisation", "ai-bubble", "ai-bust", "open-release-gpu", "industrial-ai", "coercing-allies", "reshoring",
    "resource-plunder",
)  # fmt: skip


# --- places -------------------------------------------------------------------------------------------------


def test_a_coarse_world_keeps_groups_and_flows(world50):
    places = coarse_places(world50)
    assert len(places.coarse.regions) == 23
    assert places.coarse.accounts.flows.sum() == pytest.approx(world50.accounts.flows.sum(), rel=1e-12)
    for group in ("G7", "EU27", "GLOBAL_SOUTH"):
        full, coarse = codes(world50, group), codes(places.coarse, group)
        stands = stand_ins(world50, places.coarse)
        assert {stands[world50.regions[n]] for n in full if world50.regions[n] != "HKG"} >= {
            places.coarse.regions[n] for n in coarse if places.coarse.regions[n] != "HKG"
        }
    germany = codes(places.coarse, "EU27")
    share = (
        places.coarse.accounts.absorption[germany].sum()
        / world50.accounts.absorption[codes(world50, "EU27")].sum()
    )
    assert share == pytest.approx(1.0, rel=1e-12)


def test_rates_of_a_coarse_world_collect_the_same_duty(world50):
    places = coarse_places(world50)
    cube = np.random.default_rng(1).uniform(0.0, 0.5, world50.accounts.flows.shape)
    coarse = places.rates(places.coarse, cube)
    paid = (coarse * places.coarse.accounts.flows).sum()
    assert paid == pytest.approx((cube * world50.accounts.flows).sum(), rel=1e-10)
    assert places.rates(world50, cube) is cube


def test_every_region_has_one_stand_in(world50):
    for groups in (COARSE, GAME_REGIONS):
        members = [code for part in groups.values() for code in part]
        assert len(members) == len(set(members))
        assert set(members) <= set(world50.regions)
    assert len(game_places(world50).coarse.regions) == 15


# --- what a spread rests on ---------------------------------------------------------------------------------


def test_a_choice_that_decides_is_shown_and_one_that_does_not_is_left_out():
    sets = tuple(("one", "other", "third")[n % 3] for n in range(60))
    closures = tuple(("fixed", "balanced")[n // 3 % 2] for n in range(60))
    noise = np.random.default_rng(5).normal(0.0, 0.1, 60)
    draws = np.array([{"one": 1.0, "other": 2.0, "third": 4.0}[name] for name in sets]) + noise
    draws[7] = np.nan
    found = medians(draws, {"elasticities": sets, "closure": closures})
    assert set(found) == {"elasticities=one", "elasticities=other", "elasticities=third"}
    assert found["elasticities=third"] == pytest.approx(4.0, abs=0.1)
    assert medians(noise, {"closure": closures}) == {}
    assert medians(np.full(60, 1.0), {"closure": closures}) == {}
    assert medians(np.full(60, np.nan), {"closure": closures}) == {}


def test_a_reading_says_what_both_worlds_give_at_the_parameters():
    from blocs.claims.computations.drawn import Case, static
    from blocs.engine.shocks import Shocks

    world = small_world()
    coarse = game_places(world).coarse

    def shocks(of: World) -> Shocks:
        rates = np.zeros(of.accounts.flows.shape)
        rates[:, of.region_index("CHN"), of.region_index("USA")] = 0.2
        return Shocks.of(of, tariff=rates)

    def welfare(outcome: Any) -> dict[str, float]:
        return {"usa": float(outcome.regional("welfare")[outcome.base.region_index("USA")])}

    found = static(Small(), Places(world, coarse), [Case("duty", shocks)], welfare)
    over, full = found.pair("usa", "welfare", "%", "2022", "duty", "usa")
    assert over.cuts is not None
    assert over.cuts["full"] == full.value
    assert over.cuts["coarse"] == pytest.approx(float(full.value), abs=0.05)
    assert over.cuts["coarse"] != full.value
    assert found.choices.keys() == {"elasticities", "closure"}
    assert Evidence.from_json(Evidence((over,)).to_json()).readings == (over,)
    assert [reading.name for reading, twin in paired((over, full)) if twin is full] == ["usa"]


def test_what_several_claims_ask_is_solved_once():
    asked: list[str] = []

    def solve() -> str:
        asked.append("solved")
        return "found"

    context = Context()
    assert [context.once("duties", solve) for _ in range(3)] == ["found"] * 3
    assert asked == ["solved"]


# --- what fails is open -------------------------------------------------------------------------------------


def test_what_does_not_converge_gives_no_reading_and_an_open_verdict():
    places = Places(small_world(), small_world())
    draws = np.array([1.0, np.nan, np.nan, 2.0])
    found = Found(places, {("cut", "x"): 1.0}, {("cut", "x"): draws}, ("diverged: residual 3",))
    readings = found.pair("x", "x", "%", "2022", "cut", "x")
    assert [reading.name for reading in readings] == ["x_full"]
    evidence = Evidence(readings, missing=found.missing)
    judgement = judge(rule({"reading": "x", "above": 0}), evidence)
    assert judgement.verdict == "open"
    assert "diverged" in judgement.missing[0]
    assert "cut" in judgement.missing[0]


def test_a_few_failed_draws_are_left_out_and_counted():
    places = Places(small_world(), small_world())
    draws = np.where(np.arange(100) == 5, np.nan, 1.0)
    found = Found(places, {("cut", "x"): 1.0}, {("cut", "x"): draws}, ("diverged",))
    (over, _) = found.pair("x", "x", "%", "2022", "cut", "x")
    assert len(over.draws) == 99
    assert not found.missing
    assert "1 draws" in found.notes[1]


# --- rules whose conditions each have a say ------------------------------------------------------------------


def reading(name: str, value: float, status: Any = "model") -> Reading:
    return Reading(name, name, value, "%", "2022", status, ("a test",))


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [(2.0, 3.0, "supported"), (-2.0, -3.0, "contradicted"), (2.0, -3.0, "depends")],
)
def test_conditions_that_disagree_depend(one: float, other: float, verdict: str):
    asked = rule({"reading": "a", "above": 0}, {"reading": "b", "above": 0})
    assert judge(asked, Evidence((reading("a", one), reading("b", other)))).verdict == verdict


def test_an_undecided_condition_leaves_agreement_open_and_disagreement_as_it_is():
    asked = rule({"reading": "a", "above": 0}, {"reading": "b", "above": 0}, {"reading": "c", "above": 0})
    memory = reading("c", 1.0, "memory")
    assert judge(asked, Evidence((reading("a", 1.0), reading("b", 1.0), memory))).verdict == "open"
    assert judge(asked, Evidence((reading("a", 1.0), reading("b", -1.0), memory))).verdict == "depends"


def test_a_rule_names_readings_that_are_there():
    from blocs.errors import DataError

    with pytest.raises(DataError, match=r"'b'.*a"):
        judge(rule({"reading": "b", "above": 0}), Evidence((reading("a", 1.0),)))
    with pytest.raises(ValueError, match="exactly one"):
        Rule.model_validate({"each": [{"reading": "a", "above": 0}], "true_if": {"reading": "a", "above": 0}})


# --- the ledger ---------------------------------------------------------------------------------------------


def test_every_model_claim_has_a_row_with_computations_that_exist():
    claims = {claim.id: claim for claim in load().ledger.claims}
    for name in MODEL_CLAIMS:
        claim = claims[name]
        assert claim.thresholds
        assert claim.caveats
        assert claim.would_change
        assert claim.quantity
        assert claim.rule.each, name
        for part in claim.computation:
            found = computation(part.function)  # type: ignore[union-attr]  # functions only
            found.parameters.model_validate(part.with_)  # type: ignore[union-attr]


def test_games_draw_elasticities_of_their_own_without_repeats():
    drawn = elasticity_draws(3)
    assert len({str(one.theta) for one in drawn}) == 3


# --- workers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tax-partners", "tariff-game", "alignment-blocs"])
def test_workers_change_no_number(name, monkeypatch):
    monkeypatch.setattr("blocs.claims.computation.HEAVY", 1)
    monkeypatch.setattr("blocs.claims.computation.CHUNK", 2)
    here, there = (computation(name).run(Small(draws=3, workers=workers), {}) for workers in (1, 2))
    assert [reading.name for reading in here.readings] == [reading.name for reading in there.readings]
    for one, other in zip(here.readings, there.readings, strict=True):
        np.testing.assert_allclose(one.draws or one.value, other.draws or other.value, rtol=1e-7, atol=1e-9)


def test_draws_come_back_in_order_whoever_finishes_first(monkeypatch):
    monkeypatch.setattr("blocs.claims.computation.HEAVY", 1)
    monkeypatch.setattr("blocs.claims.computation.CHUNK", 1)
    said: list[str] = []
    context = Context(draws=4, workers=2, progress=said.append)
    assert context.each_draw("naps", nap, [0.4, 0.0, 0.2, 0.1]) == [0.4, 0.0, 0.2, 0.1]
    assert said[-1] == "naps: 4 of 4 draws"


def nap(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


@pytest.mark.slow
def test_every_model_claim_has_a_verdict_on_the_real_world():
    checks = check_claims(ids=MODEL_CLAIMS, context=Context(draws=40), keep=False)
    assert len(checks.claims) == len(MODEL_CLAIMS)
    for one in checks.claims:
        judgement = one.judgement
        assert judgement.verdict in ("supported", "contradicted", "depends", "open")
        assert not any(r.status == "memory" for r in one.evidence.readings), one.claim.id
        assert not any("converge" in line for line in judgement.missing), one.claim.id
