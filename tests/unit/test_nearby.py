"""Where the solve of a moved lever begins: fewer iterations, the same answer, no guess from afar."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocs.engine.extrapolate import extrapolated, weights_at
from blocs.engine.outcome import REGIONAL, Outcome
from blocs.scenario.schema import Scenario
from blocs.study.one_year import run_until
from blocs.web.nearby import Solved, distance, leaves_of, moved_number, start_for

KEPT = ("USA", "CHN", "DEU", "FRA", "JPN", "KOR", "MEX", "CAN", "IND", "BRA", "VNM")
RATES = (0.05, 0.06, 0.07)


@pytest.fixture(scope="module")
def small(world28):
    """Twelve regions: compiled and solved in a moment."""
    return world28.aggregate(regions={"REST": [code for code in world28.regions if code not in KEPT]})


def scenario(rate: float, **changes) -> Scenario:
    duty = {"type": "tariff", "by": "USA", "on": ["all", "-USA"], "rate": rate}
    return Scenario.from_dict(
        {"name": "drag", "world": "81x28", "years": "2025", "measures": [duty]} | changes
    )


def solved(world, asked: Scenario, start=None) -> Solved:
    return Solved(asked, run_until(world, asked, 2025, start=start), leaves_of(asked))


@pytest.fixture(scope="module")
def dragged(small):
    """Three positions of a slider, the latest first, each solved from the base."""
    return [solved(small, scenario(rate)) for rate in reversed(RATES)]


def test_a_drag_saves_four_iterations_in_ten_and_gives_the_same_answer(small, dragged):
    asked = scenario(0.08)
    from_base = run_until(small, asked, 2025).at(2025)
    onward = run_until(small, asked, 2025, start=start_for(asked, 2025, dragged)).at(2025)
    assert onward.status.converged
    assert onward.status.iterations <= 0.6 * from_base.status.iterations
    for name in REGIONAL:
        assert onward.regional(name) == pytest.approx(from_base.regional(name), abs=1e-6)


def test_each_solution_on_the_line_brings_the_start_nearer(dragged):
    asked = scenario(0.08)
    exact = cost(run_until(dragged[0].run.world, asked, 2025).at(2025))
    gaps = [np.abs(start_for(asked, 2025, dragged[:n]).solution.state.cost - exact).max() for n in (1, 2, 3)]
    assert gaps[2] < 0.2 * gaps[1] < 0.04 * gaps[0]


def cost(outcome: Outcome | None) -> np.ndarray:
    """Log producer prices, the bulk of the unknowns."""
    assert outcome is not None
    assert outcome.solution is not None
    return outcome.solution.state.cost


def test_where_nothing_is_near_the_base_is_where_to_begin(small, dragged):
    assert start_for(scenario(0.9), 2025, dragged) is None
    assert start_for(scenario(0.08, horizon="short"), 2025, dragged) is None
    assert start_for(scenario(0.08), 2025, []) is None
    failed = solved(small, scenario(0.05, measures=[
        {"type": "embargo", "by": "REST", "on": ["all", "-REST"], "goods": "all", "rent": "exporter"}
    ]))  # fmt: skip
    assert start_for(scenario(0.05), 2025, [failed]) is None


def test_two_positions_close_together_are_not_stretched_far(small):
    close = [solved(small, scenario(rate)) for rate in (0.05, 0.05001)]
    start = start_for(scenario(0.1), 2025, close)
    assert any(
        np.array_equal(start.solution.state.cost, one.run.at(2025).solution.state.cost) for one in close
    )


def test_another_lever_does_not_lie_on_the_line(dragged):
    other = scenario(0.07, measures=[
        {"type": "tariff", "by": "USA", "on": ["all", "-USA"], "rate": 0.07},
        {"type": "tariff", "by": "CHN", "on": "USA", "rate": 0.1},
    ])  # fmt: skip
    assert moved_number(leaves_of(other), dragged[0].leaves) is None
    assert distance(leaves_of(other), dragged[0].leaves) > 1.0
    assert start_for(other, 2025, dragged) is None


def test_what_was_not_solved_or_has_another_base_is_not_extrapolated(small, dragged):
    one, two = (solved.run.at(2025) for solved in dragged[:2])
    balanced = solved(small, scenario(0.05, closure="balanced")).run.at(2025)
    with pytest.raises(ValueError, match="different bases"):
        extrapolated([one, balanced], [0.5, 0.5])
    with pytest.raises(ValueError, match="only solved"):
        extrapolated([one, type(one)(**vars(two) | {"solution": None})], [2.0, -1.0])


@given(
    points=st.lists(st.integers(-20, 20), min_size=1, max_size=3, unique=True),
    x=st.floats(-30.0, 30.0),
    coefficients=st.tuples(*[st.floats(-5.0, 5.0)] * 3),
)
def test_weights_sum_to_one_and_follow_a_parabola(points, x, coefficients):
    weights = weights_at(x, points)
    assert sum(weights) == pytest.approx(1.0, abs=1e-9)

    def curve(at: float) -> float:
        return sum(c * at**n for n, c in enumerate(coefficients[: len(points)]))

    through = sum(weight * curve(point) for weight, point in zip(weights, points, strict=True))
    assert through == pytest.approx(curve(x), abs=1e-6)
