"""Alignment games: stable maps, cycles, ties, neutrality, affinity, pivots."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest

import blocs
from blocs.errors import DataError
from blocs.study.alignment.document import AlignmentDocument
from blocs.study.alignment.dynamics import TIE

ICEBERG, TARIFF = blocs.CrossCost.ICEBERG, blocs.CrossCost.TARIFF


def four_countries(sizes: list[float], with_leaders: list[float], between: float) -> blocs.World:
    """Return a balanced one-good world of leaders A and B, alike in everything, and two others, F and G.

    Trade of i and j is size_i size_j times a symmetric closeness, so that every pair is balanced: 5 at home, 0.3
    between the leaders, `with_leaders` for F and for G with either leader, `between` for F with G.
    """
    f, g = with_leaders
    close = np.array([[5.0, 0.3, f, g], [0.3, 5.0, f, g], [f, f, 5.0, between], [g, g, between, 5.0]])
    flows = np.outer(sizes, sizes) * close
    return blocs.World.from_flows(flows[None], np.zeros((1, 1, 4)), regions=["A", "B", "F", "G"])


def coordination() -> tuple[blocs.World, dict[str, Any]]:
    """F and G trade most with each other: together in either bloc is stable, apart is not."""
    world = four_countries([10.0, 10.0, 3.0, 3.0], [0.3, 0.3], 2.0)
    return world, {"cost": 0.3, "kind": ICEBERG, "elasticities": blocs.Elasticities(4.0)}


def pursuit() -> tuple[blocs.World, dict[str, Any]]:
    """G is large and gains by taxing small F (its optimal tariff); F loses by it. G flees F, F follows G."""
    world = four_countries([10.0, 10.0, 1.0, 30.0], [0.3, 0.1], 1.0)
    return world, {"cost": 0.1, "kind": TARIFF, "elasticities": blocs.Elasticities(4.0)}


def stable_by_hand(world: blocs.World, options: dict[str, Any]) -> list[str]:
    """Return the stable picks of F and G found by solving all four maps with nothing but `blocs.solve`."""
    value = {}
    for f, g in itertools.product("AB", repeat=2):
        bloc = np.array([side == "B" for side in ("A", "B", f, g)])
        apart = (bloc[:, None] != bloc[None, :])[None] * options["cost"]
        policy = {"tariff": apart} if options["kind"] is TARIFF else {"trade_cost": 1.0 + apart}
        outcome = blocs.solve(world, elasticities=options["elasticities"], **policy)
        value[f + g] = outcome.welfare.values[2:]
    other = {"A": "B", "B": "A"}
    return [
        f + g
        for f, g in value
        if value[f + g][0] >= value[other[f] + g][0] and value[f + g][1] >= value[f + other[g]][1]
    ]


def picks_of(result: blocs.Alignment) -> set[str]:
    return {
        "".join(result.board.options[n] for n in result.board.chosen(one.path.picks)) for one in result.maps
    }


def test_both_stable_maps_of_a_world_with_two_are_found() -> None:
    world, options = coordination()
    assert stable_by_hand(world, options) == ["AA", "BB"]
    result = blocs.alignment(world, ["A", "B"], starts=6, **options)
    assert picks_of(result) == {"AA", "BB"}
    assert result.verdict == "stable"
    assert not result.cycles
    assert len(result.paths) == sum(len(one.starts) for one in result.maps) == 6
    assert any("2 stable maps" in note for note in result.notes)


def test_a_world_without_a_stable_map_is_reported_as_a_cycle() -> None:
    world, options = pursuit()
    assert stable_by_hand(world, options) == []
    result = blocs.alignment(world, ["A", "B"], starts=6, **options)
    assert result.verdict == "cycle"
    assert result.converged  # a proven cycle is an answer
    assert not result.maps
    (cycle,) = result.cycles
    visited = {"".join("AB"[n] for n in result.board.chosen(picks)) for picks in cycle.cycle}
    assert visited == {"AA", "AB", "BB", "BA"}
    steps = [(row["chooser"], row["from"], row["to"]) for row in result.cycle_rows()]
    assert len(steps) == 4
    assert {who for who, _, _ in steps} == {"F", "G"}


def test_margins_are_what_the_wrong_pick_costs() -> None:
    world, options = coordination()
    result = blocs.alignment(world, ["A", "B"], starts=1, **options)
    row = next(r for r in result.pick_rows() if r["chooser"] == "F")
    picks = result.maps[0].path.picks
    wrong = picks.copy()
    wrong[2] = 1 - picks[2]
    right, other = (result.board.solve(p, None).welfare.values[2] for p in (picks, wrong))
    assert row["margin_pct"] == pytest.approx(right - other, abs=1e-6)
    assert row["margin_usd_mn"] == pytest.approx(
        (right - other) / 100.0 * world.accounts.absorption[2], abs=1e-6
    )
    assert row["margin_pct"] > TIE


def test_pivots_are_followed() -> None:
    world, options = coordination()
    result = blocs.alignment(world, ["A", "B"], starts=1, **options)
    assert result.pivots is not None
    assert {(row["mover"], row["follower"]) for row in result.pivot_rows()} == {("F", "G"), ("G", "F")}


def test_affinity_can_decide() -> None:
    world, options = coordination()
    loves = {"F": {"B": 50.0}, "G": {"B": 50.0}}
    result = blocs.alignment(world, ["A", "B"], starts=3, affinity=loves, **options)
    assert picks_of(result) == {"BB"}
    rows = {row["chooser"]: row for row in result.pick_rows()}
    assert rows["F"]["worth_B"] > 40.0


def test_free_neutrality_costs_nothing_and_full_cost_helps_nobody() -> None:
    world, options = coordination()
    free = blocs.alignment(world, ["A", "B"], leakage=1.0, **options)
    assert picks_of(free) == {"neutralneutral"}
    costly = blocs.alignment(world, ["A", "B"], leakage=0.0, **options)
    assert {"AA", "BB"} <= picks_of(costly)
    for row in costly.pick_rows():
        if row["pick"] != "neutral":
            assert row["worth_neutral"] < row[f"worth_{row['pick']}"]


def test_indifference_is_a_tie() -> None:
    """F and G trade only with each other and themselves beyond equal trade with A and B; alone, F is indifferent."""
    world = four_countries([10.0, 10.0, 3.0, 3.0], [0.3, 0.3], 2.0).aggregate({"F": ["F", "G"]}, None)
    result = blocs.alignment(world, ["A", "B"], cost=0.2, kind=ICEBERG, elasticities=blocs.Elasticities(4.0))
    assert result.verdict == "tie"


def test_union_picks_as_one() -> None:
    world, options = coordination()
    result = blocs.alignment(world, ["A", "B"], unions={"FG": ["F", "G"]}, starts=2, **options)
    assert [chooser.name for chooser in result.board.choosers] == ["FG"]
    picks = result.maps[0].path.picks
    assert picks[2] == picks[3]


def test_three_blocs() -> None:
    world, options = coordination()
    result = blocs.alignment(world, ["A", "B", "G"], **options)
    assert {row["pick"] for row in result.pick_rows()} == {"G"}  # F trades most with G


def test_leader_only_trade_bears_the_cost_that_is_stated() -> None:
    world, options = coordination()
    board = blocs.alignment(world, ["A", "B"], starts=1, pairs=0, **options).board
    shocks = board.shocks(board.picks([0, 1]))
    expected = 1.0 + 0.3 * np.array([[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]])
    np.testing.assert_allclose(shocks.trade_cost[0], expected)


def test_row_is_in_no_bloc(world28: blocs.World) -> None:
    few = {"EUR": [c for c in world28.regions if c not in ("USA", "CHN", "ROW", "JPN")]}
    small = world28.aggregate(few, None)
    result = blocs.alignment(small, ["USA", "CHN"], cost=0.1, kind=ICEBERG, starts=1, pairs=0)
    assert [chooser.name for chooser in result.board.choosers] == ["EUR", "JPN"]
    at = small.regions.index("ROW")
    shocks = result.board.shocks(result.paths[0].picks)
    np.testing.assert_array_equal(shocks.trade_cost[:, at, :], 1.0)
    np.testing.assert_array_equal(shocks.trade_cost[:, :, at], 1.0)
    services = small.sectors.index("SERV")
    np.testing.assert_array_equal(shocks.trade_cost[services], 1.0)  # merchandise unless told otherwise


def test_document_says_what_the_result_says() -> None:
    world, options = coordination()
    result = blocs.alignment(world, ["A", "B"], starts=3, **options)
    document = json.loads(AlignmentDocument.of(result).to_json())
    assert document["schema"] == "blocs.align/1"
    assert document["verdict"] == "stable"
    assert len(document["maps"]) == 2
    assert document["maps"][0]["picks"]["F"]["pick"] in ("A", "B")
    assert set(document["maps"][0]["welfare"]) == {"A", "B", "F", "G"}
    turning, options = pursuit()
    cycle = json.loads(AlignmentDocument.of(blocs.alignment(turning, ["A", "B"], **options)).to_json())
    assert cycle["maps"] == []
    assert len(cycle["cycles"][0]) == 4


@pytest.mark.parametrize(
    ("leaders", "options", "words"),
    [
        (["A"], {}, "at least 2 leaders"),
        (["A", "B", "F", "G"], {}, "two or three"),
        (["A", ["x"]], {}, "unknown region"),
        (["A", "A"], {}, "named twice"),
        ({"X": ["A", "F"], "Y": ["F"]}, {}, "F is in two leaders"),
        ({"X": ["A", "F"], "Y": ["B", "G"]}, {}, "nobody is left"),
        (["A", "B"], {"unions": {"U": ["A", "F"]}}, "which leads in A"),
        (["A", "B"], {"cost": -0.1}, "at or above 0"),
        (["A", "B"], {"cost": 0.0}, "every bloc is the same"),
        (["A", "B"], {"cost": float("nan")}, "fraction"),
        (["A", "B"], {"kind": "iceberg"}, "CrossCost"),
        (["A", "B"], {"leakage": 1.5}, "from 0"),
        (["A", "B"], {"starts": 0}, "starts"),
        (["A", "B"], {"pairs": -1}, "pairs"),
        (["A", "B"], {"affinity": {"A": {"B": 1.0}}}, "unknown chooser 'A'"),
        (["A", "B"], {"affinity": {"F": {"C": 1.0}}}, "unknown bloc 'C'"),
        (["A", "B"], {"affinity": {"F": {"B": float("inf")}}}, "% of absorption"),
    ],
)
def test_games_that_mean_nothing_are_refused(leaders: Any, options: dict[str, Any], words: str) -> None:
    world, plain = coordination()
    with pytest.raises(DataError, match=words):
        blocs.alignment(world, leaders, **(plain | options))


@pytest.mark.parametrize(("leaders", "words"), [("USA,IRN", "inside ROW"), ("USA,ROW", "decides nothing")])
def test_countries_without_accounts_lead_nothing(world28: blocs.World, leaders: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        blocs.alignment(world28, leaders, cost=0.1, kind=ICEBERG)
