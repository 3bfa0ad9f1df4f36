"""Shapley values of measures and vectors: they add up, the idle get nothing, twins get the same."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import blocs
from blocs.errors import DataError
from blocs.study.attribution import interaction, runs_of, shapley_value


def scenario(*measures: dict) -> blocs.Scenario:
    return blocs.Scenario.from_dict(
        {"name": "s", "years": "2025-2026", "world": "81x28", "measures": list(measures)}
    )


TARIFF = {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.2}
RETALIATION = {"type": "tariff", "by": "CHN", "on": "USA", "rate": 0.2}
EMBARGO = {"type": "embargo", "between": ["G7", "RUS"], "goods": "fuels"}


def test_values_add_up_to_the_whole(world28: blocs.World) -> None:
    asked = scenario(TARIFF, RETALIATION, EMBARGO)
    shares = blocs.shapley(world28, asked)
    whole = blocs.run(world28, asked).at(2026).welfare
    np.testing.assert_allclose(shares.sum("measure").values, whole.values, atol=1e-7)
    assert shares.sizes == {"measure": 3, "region": 81}


def test_twins_share_alike_and_an_idle_measure_gets_nothing(world28: blocs.World) -> None:
    idle = {**TARIFF, "rate": 0.0}
    shares = blocs.shapley(world28, scenario(TARIFF, TARIFF, idle), of="real_income").values
    np.testing.assert_allclose(shares[0], shares[1], atol=1e-7)
    np.testing.assert_allclose(shares[2], 0.0, atol=1e-7)


def test_only_measures_in_force_count(world28: blocs.World) -> None:
    asked = scenario(TARIFF, {**RETALIATION, "years": "2026-"})
    assert blocs.shapley(world28, asked, year=2025).sizes["measure"] == 1
    assert blocs.shapley(world28, scenario()).sizes["measure"] == 0


def test_too_many_measures_and_wrong_names_are_refused(world28: blocs.World) -> None:
    with pytest.raises(DataError, match=r"9 measures are in force.*at most 8"):
        blocs.shapley(world28, scenario(*[TARIFF] * 9))
    with pytest.raises(DataError, match="unknown result 'welfre'; did you mean 'welfare'"):
        blocs.shapley(world28, scenario(TARIFF), of="welfre")
    with pytest.raises(DataError, match="2031 is not in the scenario"):
        blocs.shapley(world28, scenario(TARIFF), year=2031)


# over vectors -------------------------------------------------------------------------------------------------


CONTROL = {
    "type": "export_control",
    "by": "CHN",
    "on": "USA",
    "minerals": ["Ga"],
    "cut": 0.9,
    "years": "2025",
}
CUT_OFF = {"type": "cut_off", "rail": "swift", "of": "CHN", "by": ["G7"]}


@pytest.fixture(scope="module")
def fronts(world28: blocs.World) -> blocs.Attribution:
    asked = blocs.Scenario.from_dict(
        {
            "name": "fronts", "years": "2025-2026", "world": "81x28", "horizon": "path", "accumulation": True,
            "measures": [TARIFF, CONTROL, CUT_OFF, RETALIATION],
        }
    )  # fmt: skip
    return blocs.attribution(world28, asked)


def test_shares_of_vectors_add_up_to_the_whole_run_with_its_memory(
    fronts: blocs.Attribution, world28: blocs.World
) -> None:
    assert fronts.players == ("trade", "payments", "minerals")  # the control's traces count after its year
    assert (fronts.runs, fronts.years) == (7, 2) == runs_of(fronts.scenario)
    np.testing.assert_allclose(fronts.shapley.sum(axis=0), fronts.total, rtol=0.0, atol=1e-9)
    whole = blocs.run(world28, fronts.scenario).at(2026).welfare.values
    np.testing.assert_allclose(fronts.total, whole, atol=1e-6)
    trade = fronts.scenario.model_copy(
        update={"measures": [m for m in fronts.scenario.measures if m.type == "tariff"]}
    )
    alone = blocs.run(world28, trade).at(2026).welfare.values
    np.testing.assert_allclose(fronts.alone[0], alone, atol=2e-6)


def test_interactions_are_what_the_shares_and_the_single_effects_differ_by(fronts: blocs.Attribution) -> None:
    """For three players phi_m - v(m) = sum_l I_ml / 2 - (third-order term) / 6, which is total less the rest."""
    third = fronts.total - fronts.alone.sum(
        axis=0
    )  # all interactions, of pairs at the empty set and of three
    pairs = fronts.together.sum(axis=(0, 1)) / 2.0  # of pairs, averaged over the third's absence and presence
    triple = 2.0 * (pairs - third)  # each of three pair indices holds half of the triple
    for m in range(3):
        expected = fronts.alone[m] + fronts.together[m].sum(axis=0) / 2.0 - triple / 6.0
        np.testing.assert_allclose(fronts.shapley[m], expected, atol=1e-10)
    np.testing.assert_array_equal(fronts.together, fronts.together.transpose(1, 0, 2))
    ordered = [abs(value) for _, _, value in fronts.pairs("CHN")]
    assert ordered == sorted(ordered, reverse=True)


@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_values_and_interactions_of_games_that_are_known(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    worth, bonus = random.normal(size=count), float(random.normal())
    sets = [frozenset(s) for size in range(count + 1) for s in combinations(range(count), size)]
    # everybody brings its worth; the first two together bring a bonus
    value = {s: np.array([sum(worth[m] for m in s) + bonus * ({0, 1} <= s)]) for s in sets}
    for m in range(count):
        expected = worth[m] + (bonus / 2.0 if m < 2 else 0.0)
        assert shapley_value(m, count, value)[0] == pytest.approx(expected)
    for m, n in combinations(range(count), 2):
        found = interaction(m, n, count, value)[0]
        assert found == pytest.approx(bonus if (m, n) == (0, 1) else 0.0, abs=1e-12)


def test_a_set_that_needs_balance_gives_it_to_all(world28: blocs.World) -> None:
    cut = {"type": "embargo", "between": ["CAN", ["all", "-CAN"]], "goods": "all"}
    found = blocs.attribution(world28, scenario(cut, RETALIATION), by="measure", year=2026)
    np.testing.assert_allclose(found.shapley.sum(axis=0), found.total, atol=1e-9)
    assert "balanced base" in found.notes[0]


def test_the_document_and_the_tables_say_the_same(fronts: blocs.Attribution) -> None:
    from blocs.report.attribution import attribution_document, attribution_tables

    document = attribution_document(fronts, ["CHN"])
    assert document["schema"] == "blocs.attribution/1"
    assert document["cost"] == {"runs": 7, "years": 2}
    assert len(document["interactions"]) == 3
    shares = sum(player["shapley"]["CHN"] for player in document["players"])
    assert shares == pytest.approx(document["total"]["CHN"], abs=1e-9)
    table = attribution_tables(fronts)[0]
    rows = [row for row in table.rows if row[1] == "CHN"]
    assert [row[2] for row in rows] == [player["shapley"]["CHN"] for player in document["players"]]


def test_nobody_is_an_attribution_of_nothing(world28: blocs.World) -> None:
    found = blocs.attribution(world28, scenario())
    assert found.players == ()
    assert (found.total == 0.0).all()
    with pytest.raises(DataError, match="unknown kind of player 'vectr'; did you mean 'vector'"):
        blocs.attribution(world28, scenario(TARIFF), by="vectr")
    with pytest.raises(DataError, match=r"share out over vectors \(by='vector'\)"):
        runs_of(scenario(*[TARIFF] * 9), "measure")
