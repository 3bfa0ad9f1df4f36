"""A vector that couples meets the economy at a joint fixed point, and costs nothing when it is silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import xarray as xr

import blocs
from blocs.data.assumptions import Assumptions
from blocs.engine.shocks import Shocks
from blocs.study import attribution, coupling
from blocs.study import run as run_module
from blocs.vectors.registry import VECTORS

TARIFF = {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.5, "years": "2026-"}


@dataclass(frozen=True)
class Congestion:
    """Productivity that falls with the own volume of exports: A = (exports)^-strength."""

    strength: float
    name: str = "congestion"
    measures: tuple = ()
    couples: bool = True

    def start(self, world: blocs.World, years: Any, assumptions: Assumptions) -> tuple[blocs.World, int]:
        return world, 0

    def shocks(self, state: Any, measures: Any, year: int, outcome: blocs.Outcome | None = None) -> Shocks:
        if outcome is None or self.strength == 0.0:
            return Shocks.neutral()
        world, _ = state
        exports = 1.0 + outcome.regional("exports") / 100.0
        return Shocks.of(
            world, productivity=np.broadcast_to(exports**-self.strength, world.accounts.output.shape).copy()
        )

    def advance(self, state: Any, measures: Any, outcome: blocs.Outcome, year: int) -> Any:
        return state[0], state[1] + 1

    def indicators(self, state: Any, outcome: blocs.Outcome) -> xr.Dataset:
        return xr.Dataset({"age": ((), state[1], {"unit": "years"})})

    def notes(self, state: Any, measures: Any, year: int) -> tuple[str, ...]:
        return ()


def with_congestion(monkeypatch: pytest.MonkeyPatch, strength: float) -> None:
    vectors = (*VECTORS, Congestion(strength))
    for module in (coupling, run_module, attribution):
        monkeypatch.setattr(module, "VECTORS", vectors)


def scenario(years: str = "2025-2026") -> blocs.Scenario:
    return blocs.Scenario.from_dict({"name": "s", "years": years, "world": "81x28", "measures": [TARIFF]})


def test_a_silent_vector_leaves_the_run_as_the_engine_s_own(
    monkeypatch: pytest.MonkeyPatch, world28: blocs.World
) -> None:
    alone = blocs.run(world28, scenario())
    with_congestion(monkeypatch, 0.0)
    both = blocs.run(world28, scenario())
    np.testing.assert_array_equal(alone.regional("welfare"), both.regional("welfare"))
    assert both.states[-1]["congestion"][1] == 2
    assert both.indicators("congestion").age.values.tolist() == [1, 2]


def test_the_year_ends_where_the_vector_s_answer_is_what_was_solved(
    monkeypatch: pytest.MonkeyPatch, world28: blocs.World
) -> None:
    with_congestion(monkeypatch, 0.3)
    run = blocs.run(world28, scenario())
    assert run.converged
    np.testing.assert_allclose(
        run.regional("welfare")[0], 0.0, atol=1e-7
    )  # nothing happens before the tariff
    outcome = run.outcomes[1]
    exports = 1.0 + outcome.regional("exports") / 100.0
    np.testing.assert_allclose(
        outcome.shocks.productivity[0], exports**-0.3, rtol=0.0, atol=3.0 * coupling.TOLERANCE
    )
    again = blocs.solve(
        world28,
        tariff=outcome.shocks.tariff + world28.accounts.tariff,
        productivity=outcome.shocks.productivity,
    )
    np.testing.assert_allclose(again.regional("welfare"), outcome.regional("welfare"), atol=1e-6)


def test_answers_that_never_rest_are_a_status_and_no_number(
    monkeypatch: pytest.MonkeyPatch, world28: blocs.World
) -> None:
    with_congestion(monkeypatch, 3.0)
    monkeypatch.setattr(coupling, "PASSES", 6)
    run = blocs.run(world28, scenario("2026"))
    assert not run.converged
    assert np.isnan(run.regional("welfare")).all()


def test_shapley_values_of_coupled_years_sum_to_the_run(
    monkeypatch: pytest.MonkeyPatch, world28: blocs.World
) -> None:
    with_congestion(monkeypatch, 0.3)
    content = scenario().model_dump(mode="json")
    content["measures"].append({"type": "tariff", "by": "CHN", "on": "USA", "rate": 0.3, "years": "2026-"})
    two = blocs.Scenario.from_dict(content)
    shares = blocs.shapley(world28, two, year=2026)
    np.testing.assert_allclose(
        shares.sum("measure").values, blocs.run(world28, two).regional("welfare")[1], atol=1e-6
    )
