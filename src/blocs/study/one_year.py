"""One year of a run first: alone where no other year bears on it, else with the years before it.

Where nothing is remembered from year to year, a year of a run is one solve. A run purges trade deficits in all years
if it must in one (`blocs.study.run`), so a year alone has to know of the others: their shocks are looked at, which
costs a fraction of solving them.
"""

from __future__ import annotations

from typing import Any

from blocs.engine.assemble import log_trade, parts_of
from blocs.engine.elasticities import Closure
from blocs.engine.feasible import hard_hit_regions, unbalanced_part
from blocs.engine.outcome import Outcome
from blocs.errors import DataError
from blocs.scenario.schema import Scenario
from blocs.study.run import Progress, Run, run
from blocs.vectors.registry import VECTORS, vector_of
from blocs.vectors.trade import TradeVector
from blocs.world.growing import grown
from blocs.world.measure import YearSpan
from blocs.world.world import World


def alone(scenario: Scenario) -> bool:
    """Whether no year of `scenario` depends on another: only trade measures, no path, no accumulation."""
    if scenario.follows_path or scenario.accumulation:
        return False
    return all(isinstance(vector_of(measure), TradeVector) for measure in scenario.measures)


def run_until(
    world: World,
    scenario: Scenario,
    year: int,
    *,
    start: Outcome | None = None,
    progress: Progress | None = None,
) -> Run:
    """Return the run of `scenario` in `year` alone if that can be had (`alone`), else in all its years up to it.

    The outcome of `year` is that of the whole run, within the solver's tolerance. world: the base year's, as
    `blocs.study.run.world_of` gives it. start: an outcome on the same world to begin at. Raises DataError for a year
    outside the scenario, ScenarioError as `run` does.
    """
    if year not in scenario.each_year:
        raise DataError(f"year {year} is not in the scenario; its years are {scenario.years}")
    if not alone(scenario):
        return run(world, _only(scenario, scenario.years.first, year), start=start, progress=progress)
    one = _only(scenario, year, year)
    if scenario.closure == "fixed" and _others_purge(world, scenario, year):
        one = one.model_copy(update={"closure": Closure.BALANCED.value})
    return run(world, one, start=start, progress=progress)


def _only(scenario: Scenario, first: int, last: int) -> Scenario:
    return scenario.model_copy(update={"years": YearSpan(first, last)})


def _others_purge(world: World, scenario: Scenario, chosen: int) -> bool:
    """Whether a region loses so much trade in another year that the run purges deficits in all.

    What the `chosen` year needs its own solve finds out, and a year with the same measures needs the same.
    """

    def acts(year: int) -> Any:
        acting = tuple(n for n, measure in enumerate(scenario.measures) if measure.active(year))
        return (acting, year) if acting and scenario.baseline == "growth" else acting

    others = {acts(year): year for year in scenario.each_year}
    others = {key: year for key, year in others.items() if key not in (acts(chosen), ())}
    if not others:
        return False
    theta = scenario.model_choices.elasticities.of(world)
    trade = next(vector for vector in VECTORS if isinstance(vector, TradeVector))
    for year in others.values():
        here = grown(world, year, scenario.assumed) if scenario.baseline == "growth" else world
        try:
            state = trade.start(world, scenario.each_year, scenario.assumed)
            shocks = trade.shocks(state, scenario.measures, year)
        except DataError:
            return False  # the run says what is wrong, with its place
        if hard_hit_regions(here, shocks, theta, log_trade(here, shocks))[0] or unbalanced_part(
            here, parts_of(here, shocks)
        ):
            return True
    return False
