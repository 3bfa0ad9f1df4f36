"""Levers: nothing controlled is no leverage, more withheld hurts more, and each is the run of its own measures."""

from __future__ import annotations

import numpy as np
import pytest
from property.worlds import LARGE, Traits, random_world

import blocs
from blocs.errors import DataError
from blocs.study.leverage import Leverage, leverage, no_trade_loss
from blocs.study.levers.base import Lever
from blocs.study.levers.goods import GoodsLever
from blocs.study.levers.minerals import MineralsLever
from blocs.study.levers.rails import RailsLever
from blocs.study.levers.together import Levers
from blocs.study.members import setting
from blocs.study.power_documents import leverage_document

EL = blocs.Elasticities(4.0, 0.8, 0.6, 1.0, 1.2)
LEVERS = {
    "goods": lambda **k: GoodsLever(goods=k.pop("goods", "C26,C27"), **k),
    "minerals": lambda **k: MineralsLever(minerals="Ga,W,Nd", **k),
    "rails": lambda **k: RailsLever(**k),
}


@pytest.fixture(scope="module")
def against_usa(world28: blocs.World) -> dict[str, Leverage]:
    return {
        kind: leverage(world28, coalition="CHN", target="USA", lever=make(), horizon="short")
        for kind, make in LEVERS.items()
    }


@pytest.mark.parametrize("kind", [*LEVERS, "all"])
def test_a_lever_is_the_run_of_its_own_measures(world28: blocs.World, kind: str) -> None:
    """The second year for the levers with a memory, year by year from the same balanced base."""
    years = {} if kind == "goods" else {"years": 2}
    if kind == "all":
        lever: Lever = Levers(
            (
                GoodsLever("C26"),
                MineralsLever("Ga,W", intensity=60.0, leakage=0.2, years=2),
                RailsLever("swift", years=2),
            )
        )
    else:
        lever = LEVERS[kind](intensity=70.0, **years)
    held = leverage(world28, coalition="CHN,RUS", target="USA,DEU", lever=lever, horizon="medium")
    first = world28.year
    scenario = blocs.Scenario.from_dict(
        {
            "name": "same", "years": f"{first}-{first + lever.years - 1}", "world": "81x28", "horizon": "medium",
            "measures": leverage_document(held)["measures"],
        }
    )  # fmt: skip
    run = blocs.run(held.setting.base, scenario)
    assert run.converged
    np.testing.assert_allclose(
        held.outcome.regional("welfare"), run.regional("welfare")[-1], rtol=0.0, atol=2e-7
    )


@pytest.mark.parametrize("kind", LEVERS)
def test_more_withheld_hurts_more_and_next_to_nothing_does_nothing(
    world28: blocs.World, against_usa: dict[str, Leverage], kind: str
) -> None:
    losses = []
    for intensity in (1e-4, 30.0, 60.0, 90.0):
        # what buyers pay more is used up: a seller who keeps the rent would be paid for the cut
        more = {"rent": "nobody"} if kind == "goods" else {}
        lever = LEVERS[kind](intensity=intensity, **more)
        losses.append(
            -leverage(world28, coalition="CHN", target="USA", lever=lever, horizon="short").target.total
        )
    if (
        kind != "minerals"
    ):  # whoever licenses the rest is paid for it; a ban pays nobody and can cost the target less
        losses.append(-against_usa[kind].target.total)
    assert abs(losses[0]) < 1e-6
    assert (np.diff(losses) > 0.0).all(), losses


def test_a_ban_pays_the_seller_of_minerals_less_than_licences_do(
    world28: blocs.World, against_usa: dict[str, Leverage]
) -> None:
    lever = LEVERS["minerals"](intensity=90.0)
    licensed = leverage(world28, coalition="CHN", target="USA", lever=lever, horizon="short")
    assert licensed.coalition.total > against_usa["minerals"].coalition.total


@pytest.mark.parametrize("kind", LEVERS)
def test_the_check_of_a_lever_holds_the_loss_where_it_is_a_bound(
    against_usa: dict[str, Leverage], kind: str
) -> None:
    held = against_usa[kind]
    assert held.bound is not None
    assert held.no_trade is not None
    assert 0.0 < -held.target.total < held.no_trade
    if kind != "goods":  # there replacement suppliers may charge more, and the exact loss exceeds the formula
        assert -held.target.total <= held.bound
        assert all(one.bound is not None and one.loss <= one.bound for one in held.items)


def test_what_nobody_controls_is_no_lever(world28: blocs.World) -> None:
    with pytest.raises(DataError, match="ISL controls no minerals that JPN buys"):
        leverage(world28, coalition="ISL", target="JPN", lever=MineralsLever("Ga"))
    with pytest.raises(DataError, match="lower `control`, or name other rails"):
        leverage(world28, coalition="ISL", target="JPN", lever=RailsLever(control=0.9))
    with pytest.raises(DataError, match="controls no all"):
        leverage(
            world28,
            coalition="ISL",
            target="JPN",
            lever=Levers((MineralsLever("Ga"), RailsLever(control=1.0))),
        )


def test_shares_say_who_supplies_what(world28: blocs.World, against_usa: dict[str, Leverage]) -> None:
    for held in against_usa.values():
        for one in held.items:
            assert 0.0 < one.spending_share <= one.import_share <= 1.0 + 1e-12
            assert 0.0 < one.concentration <= 1.0 + 1e-12
            assert 0.0 < one.world_share <= 1.0
            assert one.loss_per_dollar == pytest.approx(one.loss_usd_mn / one.supplied)
    gallium = next(one for one in against_usa["minerals"].items if one.item == "Ga")
    assert gallium.import_share > 0.95
    assert gallium.world_share > 0.95
    rails = {one.item: one for one in against_usa["rails"].items}
    assert rails["cips"].import_share == rails["cips"].world_share == 1.0  # China runs it
    assert rails["swift"].import_share < 0.5


def test_running_a_rail_closes_all_corridors_and_an_end_only_its_own(world28: blocs.World) -> None:
    found = {
        who: RailsLever("swift").items(world28, who.split(","), ["CHN"])["swift"]
        for who in ("BEL", "USA", "USA,BEL", "USA,DEU")
    }
    assert found["BEL"].import_share == found["USA,BEL"].import_share == pytest.approx(1.0)
    assert found["USA"].import_share < found["USA,DEU"].import_share < 1.0


def test_rails_grow_back(world28: blocs.World) -> None:
    losses = [
        -leverage(
            world28,
            coalition="EU27,USA",
            target="CHN",
            lever=RailsLever("swift", years=years),
            horizon="short",
        ).target.total
        for years in (1, 5)
    ]
    assert 0.0 < losses[1] < losses[0]


def test_an_item_of_several_levers_is_what_it_is_alone(
    world28: blocs.World, against_usa: dict[str, Leverage]
) -> None:
    both = Levers((MineralsLever("Ga"), RailsLever("cips")))
    held = leverage(world28, coalition="CHN", target="USA", lever=both, horizon="short")
    assert {(one.lever, one.item) for one in held.items} == {("minerals", "Ga"), ("rails", "cips")}
    for one in held.items:
        alone = next(other for other in against_usa[one.lever].items if other.item == one.item)
        assert one.loss == pytest.approx(alone.loss, abs=1e-7)
        assert one.bound == pytest.approx(alone.bound)


def test_nothing_withheld_costs_more_than_trading_with_nobody() -> None:
    for seed in range(4):
        world = random_world(np.random.default_rng(seed), LARGE, Traits(zeros=False))
        place = setting(world, elasticities=EL)
        for target in ("R1", "R2,R3"):
            alone = no_trade_loss(place, target.split(","))
            assert alone is not None
            held = leverage(world, coalition="R4,R5,R6", target=target, elasticities=EL)
            assert held.no_trade == pytest.approx(alone)
            assert -held.target.total <= alone
            assert all(one.loss <= alone for one in held.items)


def test_rails_work_in_any_world_and_minerals_say_which_they_need() -> None:
    world = random_world(np.random.default_rng(3), LARGE, Traits(zeros=False))
    held = leverage(world, coalition="R1", target="R3", lever=RailsLever(), elasticities=EL)
    assert 0.0 < -held.target.total <= held.bound
    with pytest.raises(DataError, match="use 81x50 or 81x28"):
        leverage(world, coalition="R1", target="R3", lever=MineralsLever(), elasticities=EL)


@pytest.mark.parametrize(
    ("lever", "words"),
    [
        (MineralsLever("unobtainium"), "unobtainium"),
        (MineralsLever(""), "minerals is empty"),
        (MineralsLever("Ga", leakage=1.5), "leakage is 1.5"),
        (MineralsLever("Ga", years=0), "year 0 of the withholding"),
        (MineralsLever("Ga", intensity=120.0), "above 0 and up to 100"),
        (MineralsLever("Ga", control=-1.0), "control is -1"),
        (RailsLever("swfit"), "did you mean 'swift'"),
        (RailsLever("bridge"), "no members in the base year"),
        (RailsLever(""), "rails is empty"),
        (RailsLever(years=99), "from 1 to 10"),
        (RailsLever(intensity=-1.0), "above 0 and up to 100"),
        (GoodsLever("C99"), "C99"),
    ],
)
def test_wrong_terms_are_refused_by_name(world28: blocs.World, lever: Lever, words: str) -> None:
    with pytest.raises(DataError, match=words):
        leverage(world28, coalition="CHN", target="USA", lever=lever)
