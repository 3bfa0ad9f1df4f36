"""Games of trade policy: who may play, what equilibria, cooperation and retaliation are."""

from __future__ import annotations

import json

import numpy as np
import pytest
from property.worlds import Traits, random_world

import blocs
from blocs.errors import ConvergenceError, DataError
from blocs.study.nash import Bounds
from blocs.study.nash.document import NashDocument
from blocs.study.players import players_of

EL = blocs.Elasticities(4.0)
PLAIN = Traits(tariffs=False, deficits=False, zeros=False)
KEEN = blocs.Anderson(tolerance=1e-12)


def world_of(seed: int = 1, *, tariffs: bool = False) -> blocs.World:
    """Return a balanced random world of regions R1-R3 and sectors S1-S2."""
    return random_world(np.random.default_rng(seed), has=Traits(tariffs=tariffs, deficits=False, zeros=False))


@pytest.fixture(scope="module")
def duel() -> blocs.Nash:
    return blocs.nash(
        world_of(), ["R1", "R2"], elasticities=EL, starts=3, rounds=4, cooperation=blocs.Cooperation.BARGAIN
    )


def test_nobody_can_gain_by_leaving_the_equilibrium(duel: blocs.Nash) -> None:
    assert duel.converged
    assert len(duel.distinct) == 1  # three starts, one equilibrium
    assert duel.regret < 1e-8
    random = np.random.default_rng(0)
    for n in range(2):  # nor by any of some random deviations
        own = duel.game.instruments.owner == n
        for _ in range(5):
            rates = np.where(own, duel.rates * random.uniform(0.5, 1.5, len(own)), duel.rates)
            assert duel.game.payoffs(duel.game.solve(rates))[n] < duel.distinct[0].climb.point.payoffs[n]


def test_retaliation_ends_in_the_equilibrium(duel: blocs.Nash) -> None:
    first, last = duel.path[0], duel.path[-1]
    assert first.climb.point.payoffs[0] > 0.0  # the first mover gains until the other replies
    assert duel.path[1].climb.point.payoffs[0] < first.climb.point.payoffs[0]
    np.testing.assert_allclose(last.climb.point.rates, duel.rates, atol=1e-3)


def test_bargaining_gives_everybody_more_than_the_equilibrium(duel: blocs.Nash) -> None:
    assert duel.deal is not None
    assert (duel.deal.climb.point.payoffs > duel.distinct[0].climb.point.payoffs).all()


def test_joint_welfare_is_highest_under_the_joint_rule(duel: blocs.Nash) -> None:
    joint = blocs.nash(
        world_of(),
        ["R1", "R2"],
        elasticities=EL,
        certificate=False,
        alone=False,
        cooperation=blocs.Cooperation.JOINT,
    )
    assert joint.deal is not None
    assert duel.deal is not None
    best = joint.deal.climb.point.payoffs.sum()
    assert best > duel.deal.climb.point.payoffs.sum()
    random, rates = np.random.default_rng(3), joint.deal.climb.point.rates
    for _ in range(5):
        near = rates + random.normal(0.0, 0.03, len(rates))
        assert joint.game.payoffs(joint.game.solve(near)).sum() < best


def test_world_rule_on_everybody_is_free_trade() -> None:
    """Without distortions the first best of all together is no tariff (Pareto weights: US$)."""
    world = world_of()
    result = blocs.nash(
        world, list(world.regions), elasticities=EL, certificate=False, alone=False, bounds=(-0.5, 1.0),
        cooperation=blocs.Cooperation.WORLD,
    )  # fmt: skip
    assert result.deal is not None
    assert result.deal.climb.converged
    cooperative = result.deal.climb.point
    free = result.game.solve(np.zeros(len(result.rates)))
    assert cooperative.payoffs.sum() >= result.game.payoffs(free).sum() - 1e-6
    # uniform tariffs only move money between countries; what is left of a wedge between goods is small
    assert cooperative.payoffs.sum() == pytest.approx(0.0, abs=2e-3 * world.accounts.absorption.sum())


def test_union_has_no_inner_tariffs_and_one_outer_tariff() -> None:
    world = world_of(2, tariffs=True)
    result = blocs.nash(
        world, {"U": ["R1", "R2"], "R3": ["R3"]}, elasticities=EL, certificate=False, alone=False
    )
    outcome = result.outcome
    levied = outcome.base.accounts.tariff + outcome.shocks.tariff
    assert (levied[:, :2, :2] == 0.0).all()
    np.testing.assert_allclose(levied[:, 2, 0], levied[:, 2, 1])
    assert any("U is a union" in note for note in result.notes)
    usd = outcome.welfare.values / 100.0 * outcome.base.accounts.absorption
    assert result.summary.loc["U", "nash_welfare_usd_mn"] == pytest.approx(usd[:2].sum())


def test_finer_instruments_never_hurt_a_lone_player() -> None:
    world = world_of(5)
    options = {
        "elasticities": blocs.Elasticities({"S1": 2.0, "S2": 8.0}),
        "certificate": False,
        "alone": False,
    }
    kinds = [{"uniform": True}, {}, {"partners": blocs.Partners.EACH}, {"export_taxes": True}]
    gains = [
        float(blocs.nash(world, ["R1"], **options, **kind).summary.nash_welfare_pct.iloc[0]) for kind in kinds
    ]
    uniform, by_good, by_partner, with_taxes = gains
    assert uniform <= by_good + 1e-9
    assert by_good <= by_partner + 1e-9
    assert by_good <= with_taxes + 1e-9
    assert (
        with_taxes > by_good + 1e-3
    )  # market power over exports differs by good, and only a tax can use that


def test_uniform_export_tax_is_a_uniform_tariff() -> None:
    """Lerner: (1 + t) on all imports or 1 + e = 1 + t on all exports of R1 give the same welfare everywhere."""
    world = random_world(np.random.default_rng(4), has=PLAIN)
    rate = 0.23
    tariff, tax = np.zeros_like(world.accounts.flows), np.zeros_like(world.accounts.flows)
    tariff[:, 1:, 0] = rate
    tax[:, 0, 1:] = rate
    one = blocs.solve(world, tariff=tariff, elasticities=EL, solver=KEEN)
    other = blocs.solve(world, export_tax=tax, elasticities=EL, solver=KEEN)
    np.testing.assert_allclose(one.welfare.values, other.welfare.values, atol=1e-8)
    # so with both one rate is superfluous and held: the game of uniform rates is the same with and without taxes
    options = {"uniform": True, "elasticities": EL, "certificate": False, "alone": False}
    plain, taxed = (blocs.nash(world, ["R1", "R2"], export_taxes=flag, **options) for flag in (False, True))
    np.testing.assert_allclose(plain.summary.nash_welfare_pct, taxed.summary.nash_welfare_pct, atol=1e-6)
    assert sum("Lerner" in note for note in taxed.notes) == 2


def test_bounds_bind_and_are_told() -> None:
    result = blocs.nash(world_of(), ["R1", "R2"], elasticities=EL, bounds=(0.0, 0.05))
    assert result.converged
    assert result.rates.max() == pytest.approx(0.05)
    assert any("stop at a bound" in note for note in result.notes)
    assert result.regret < 1e-8


def test_purged_base_is_the_yardstick() -> None:
    world = random_world(np.random.default_rng(8))  # with deficits, tariffs and zeros
    result = blocs.nash(world, ["R1", "R3"], elasticities=EL, bounds=(-0.5, 2.0))
    assert result.converged
    assert np.abs(result.game.base.accounts.deficit).max() < 1e-3
    base = result.game.among([]).solve(result.rates)  # nobody has moved: the base's rates, partner by partner
    np.testing.assert_allclose(base.welfare.values, 0.0, atol=1e-7)


def test_lone_optimum_leaves_rivals_tariffs_as_they_are() -> None:
    world = world_of(2, tariffs=True)
    result = blocs.nash(world, ["R1", "R2"], elasticities=EL, certificate=False)
    outcome = result.alone[0].point.outcome
    np.testing.assert_array_equal(
        (outcome.base.accounts.tariff + outcome.shocks.tariff)[:, :, 1], outcome.base.accounts.tariff[:, :, 1]
    )


def test_document_says_what_the_result_says(duel: blocs.Nash) -> None:
    document = json.loads(NashDocument.of(duel).to_json())
    assert document["schema"] == "blocs.nash/1"
    assert set(document["players"]) == {"R1", "R2"}
    assert document["players"]["R1"]["tariffs"]["S1"] == pytest.approx(100.0 * duel.rates[0])
    assert set(document["bystanders"]) == {"R3"}
    assert document["equilibria"] == 1
    assert len(document["starts"]) == 3


def test_no_equilibrium_gives_nulls_and_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blocs.study.nash.climb.MOST", 1)
    stuck = blocs.nash(world_of(), ["R1", "R2"], elasticities=EL, alone=False)
    assert not stuck.converged
    with pytest.raises(ConvergenceError, match="want to move"):
        _ = stuck.rates
    document = json.loads(NashDocument.of(stuck).to_json())
    assert document["converged"] is False
    assert document["players"]["R1"]["tariffs"] == {}


@pytest.mark.parametrize(
    ("players", "words"),
    [
        ("USA,G7", "USA is in two players, USA and G7"),
        ("USA,USA", "named twice"),
        ("USA,IRN", "inside ROW"),
        ("USA,ROW", "decides nothing"),
        ("USA,CNH", "did you mean 'CHN'"),
        ("", "at least 1 player"),
        ("X=", "X="),
        ("all", "ROW"),
        ({"W": ["all", "-ROW"], "R": []}, "has no members"),
    ],
)
def test_players_that_cannot_play_are_refused(world28: blocs.World, players: object, words: str) -> None:
    with pytest.raises(DataError, match=words):
        blocs.nash(world28, players)


def test_player_that_is_the_whole_world_is_refused() -> None:
    with pytest.raises(DataError, match="whole world"):
        blocs.nash(world_of(), {"all": ["R1", "R2", "R3"]}, elasticities=EL)


def test_names_of_players(world28: blocs.World) -> None:
    nafta, europe, rest = players_of(world28, "NAFTA=USA+CAN+MEX, EU27+-HUN, JPN")
    assert nafta.members == ("CAN", "MEX", "USA")
    assert len(europe.members) == 26
    assert rest.name == "JPN"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"starts": 0}, "starts"),
        ({"rounds": -1}, "rounds"),
        ({"partners": "mfn"}, "Partners"),
        ({"cooperation": "joint"}, "Cooperation"),
        ({"bounds": (1.0, 0.5)}, "low < high"),
        ({"bounds": (-1.0, 0.5)}, "-0.95"),
        ({"bounds": "0,1"}, "Bounds"),
        ({"goods": "C99"}, "C99"),
    ],
)
def test_choices_that_mean_nothing_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(DataError, match=words):
        blocs.nash(world_of(), ["R1", "R2"], elasticities=EL, **options)


def test_player_without_trade_in_the_goods_is_refused(world28: blocs.World) -> None:
    flows = np.array([[[50.0, 10.0], [10.0, 50.0]], [[40.0, 0.0], [0.0, 40.0]]])
    world = blocs.World.from_flows(flows, np.zeros((2, 2, 2)))
    with pytest.raises(DataError, match="no imports of these goods"):
        blocs.nash(world, ["R1"], goods=["S2"], elasticities=EL)
    assert Bounds().low < 0.0


def test_five_starts_from_far_away_reach_one_equilibrium() -> None:
    world = world_of(7, tariffs=True)
    result = blocs.nash(world, ["R1", "R2", "R3"], elasticities=EL, starts=5, seed=3, alone=False)
    assert result.converged
    assert len(result.distinct) == 1
