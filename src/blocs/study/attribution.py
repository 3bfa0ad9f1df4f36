"""Who did it: a result shared out over the measures of a scenario by their Shapley values.

The Shapley value of a measure is its average contribution over all orders in which the measures could be added:

    phi_m = sum over S without m of |S|! (n - |S| - 1)! / n! * (v(S + m) - v(S))

with v(S) the exact result under the measures in S alone. The values add up to the result of all measures together;
interactions are split evenly. Exact for up to `MOST` measures, at 2^n solves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from blocs.engine.elasticities import Closure
from blocs.engine.outcome import REGIONAL, Outcome
from blocs.engine.shocks import Shocks
from blocs.engine.solve import solve_shocks
from blocs.errors import ConvergenceError, DataError, unknown
from blocs.scenario.schema import Scenario
from blocs.study.coupling import own_shocks, settle
from blocs.study.run import world_of
from blocs.vectors.registry import VECTORS
from blocs.world.accounts import Floats
from blocs.world.measure import Measure
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

MOST = 8  # measures; 256 solves

Progress = Callable[[int, int], None]


def shapley(
    world: World | None,
    scenario: Scenario | str,
    *,
    year: int | None = None,
    of: str = "welfare",
    progress: Progress | None = None,
) -> xr.DataArray:
    """Return the Shapley value (measure, region) of each measure in force in `year` (default: the last), %.

    of: one of the regional results, e.g. 'welfare'. The measures' values sum to the result of all of them. Raises
    DataError with more than `MOST` measures in force, ConvergenceError if a subset does not converge.
    """
    import xarray as xr

    scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    world = world_of(scenario) if world is None else world
    year = scenario.each_year[-1] if year is None else year
    if year not in scenario.each_year:
        raise DataError(f"year {year} is not in the scenario; it runs {scenario.years}")
    if of not in REGIONAL:
        raise DataError(unknown("result", of, REGIONAL))
    active = [n for n, measure in enumerate(scenario.measures) if measure.felt(year)]
    if len(active) > MOST:
        raise DataError(
            f"{len(active)} measures are in force in {year}, exact Shapley values take 2^{len(active)} solves; "
            f"at most {MOST}: merge measures or choose another year"
        )
    value = _values(world, scenario, year, active, of, progress)
    shares = np.stack([_value_of(member, active, value) for member in active]) if active else np.zeros((0, 0))
    labels = [f"{n}: {scenario.measures[n].plain_words()}" for n in active]
    shares = shares.reshape(len(active), len(world.regions))
    coords = {"measure": labels, "region": list(world.regions)}
    attrs = {"unit": "%", "long_name": f"Shapley value of {of}", "year": year}
    return xr.DataArray(shares, dims=("measure", "region"), coords=coords, name=of, attrs=attrs)


def _values(
    world: World, scenario: Scenario, year: int, active: Sequence[int], of: str, progress: Progress | None
) -> dict[frozenset[int], Floats]:
    """Return the result under every subset of the measures in force, all against one base."""
    closure = scenario.model_choices.closure
    everything = _solve(world, scenario, year, active, closure, None)
    if everything.base is not world:  # what the whole set needs, every subset gets
        closure = Closure.BALANCED
    found: dict[frozenset[int], Floats] = {}
    total = 2 ** len(active)
    last = everything
    for size in range(len(active) + 1):
        for subset in combinations(active, size):
            last = _solve(world, scenario, year, subset, closure, last)
            found[frozenset(subset)] = last.regional(of)
            if progress is not None:
                progress(len(found), total)
    return found


def _solve(
    world: World,
    scenario: Scenario,
    year: int,
    subset: Sequence[int],
    closure: Closure,
    start: Outcome | None,
) -> Outcome:
    choices = scenario.model_choices
    measures: list[Measure] = [scenario.measures[n] for n in subset]
    states = {v.name: v.start(world, scenario.each_year, scenario.assumed) for v in VECTORS}

    def solve(shocks: Shocks, near: Outcome | None) -> Outcome:
        return solve_shocks(
            world,
            shocks,
            elasticities=choices.elasticities,
            closure=closure,
            horizon=choices.horizon,
            demand=choices.demand if closure is Closure.DEMAND else None,
            sourcing=choices.sourcing,
            start=near,
        )

    _, outcome = settle(states, year, own_shocks(measures), solve, start)
    if not outcome.status.converged:
        names = ", ".join(measure.plain_words() for measure in measures) or "no measure"
        raise ConvergenceError(f"{scenario.name}, {year}, with {names}: {outcome.status}", outcome)
    return outcome


def _value_of(member: int, players: Sequence[int], value: dict[frozenset[int], Floats]) -> Floats:
    others = [player for player in players if player != member]
    count = len(players)
    total = np.zeros_like(next(iter(value.values())))
    for size in range(len(others) + 1):
        weight = factorial(size) * factorial(count - size - 1) / factorial(count)
        for subset in combinations(others, size):
            without = frozenset(subset)
            total = total + weight * (value[without | {member}] - value[without])
    return total
