"""Runs a scenario over its years: one engine solve a year, each started at the year before."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from blocs.engine.elasticities import Closure, Elasticities
from blocs.engine.outcome import REGIONAL, Outcome
from blocs.engine.shocks import Shocks
from blocs.engine.solve import purge, solve_shocks
from blocs.errors import ConvergenceError, DataError, ScenarioError, unknown
from blocs.scenario.schema import ModelChoices, Scenario
from blocs.study.accumulation import Stock, invested, with_stock
from blocs.study.coupling import Solve, settle
from blocs.study.path import PathState, advance, elasticities_at, with_history
from blocs.vectors.base import Vector
from blocs.vectors.registry import VECTORS, vector_of
from blocs.world.accounts import Floats
from blocs.world.growing import grown
from blocs.world.load import load_world
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

Progress = Callable[[int, int, Outcome], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """A scenario's outcomes by year; percentages compare with the same year without measures."""

    scenario: Scenario
    world: World
    years: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...]
    states: tuple[Mapping[str, Any], ...] = ()  # by year: {vector: its state after the year}

    @property
    def converged(self) -> bool:
        """Whether every year converged."""
        return all(outcome.status.converged for outcome in self.outcomes)

    def at(self, year: int) -> Outcome:
        """Return the outcome of `year`."""
        if year not in self.years:
            raise DataError(f"year {year} was not run; years: {self.years[0]}–{self.years[-1]}")
        return self.outcomes[self.years.index(year)]

    def regional(self, name: str) -> Floats:
        """Return one of `REGIONAL` as a bare array (year, region), %; NaN where a year did not converge."""
        return np.stack([outcome.regional(name) for outcome in self.outcomes])

    @cached_property
    def welfare(self) -> xr.DataArray:
        """Equivalent variation (year, region), % of base absorption."""
        return self._labelled("welfare")

    @cached_property
    def real_income(self) -> xr.DataArray:
        """Income without deficits over the consumer price (year, region), % change."""
        return self._labelled("real_income")

    @cached_property
    def real_wage(self) -> xr.DataArray:
        """Wage over the consumer price (year, region), % change."""
        return self._labelled("real_wage")

    @cached_property
    def cpi(self) -> xr.DataArray:
        """Consumer price over the own GDP deflator (year, region), % change."""
        return self._labelled("cpi")

    @cached_property
    def gdp(self) -> xr.DataArray:
        """Double-deflated volume of GDP (year, region), % change."""
        return self._labelled("gdp")

    @cached_property
    def exports(self) -> xr.DataArray:
        """Volume of exports at base prices (year, region), % change."""
        return self._labelled("exports")

    @cached_property
    def imports(self) -> xr.DataArray:
        """Volume of imports at base prices (year, region), % change."""
        return self._labelled("imports")

    @cached_property
    def terms_of_trade(self) -> xr.DataArray:
        """Export over import prices before duty (year, region), % change."""
        return self._labelled("terms_of_trade")

    @property
    def vectors(self) -> tuple[str, ...]:
        """The vectors whose measures the scenario holds."""
        held = {vector_of(measure).name for measure in self.scenario.measures}
        return tuple(vector.name for vector in VECTORS if vector.name in held)

    def indicators(self, vector: str) -> xr.Dataset:
        """Return what `vector` watches, over `year`; years that did not converge are NaN.

        Raises DataError for an unknown vector, or if no year converged.
        """
        import xarray as xr

        each = list(self.watched(vector))
        if not each:
            raise DataError(f"no year of {self.scenario.name} converged; {vector} has nothing to show")
        years = xr.DataArray([self.years[n] for n, _ in each], dims="year", name="year")
        return xr.concat([one for _, one in each], dim=years).reindex(year=list(self.years))

    def watched(self, vector: str) -> Iterator[tuple[int, xr.Dataset]]:
        """Yield (position, what `vector` watches) of every year that converged; DataError for an unknown vector."""
        by_name = {v.name: v for v in VECTORS}
        if vector not in by_name:
            raise DataError(unknown("vector", vector, by_name))
        for n, outcome in enumerate(self.outcomes):
            if outcome.status.converged:
                yield n, by_name[vector].indicators(self.states[n][vector], outcome)

    def _labelled(self, name: str) -> xr.DataArray:
        import xarray as xr

        coords: dict[str, Any] = {"year": list(self.years), "region": list(self.world.regions)}
        attrs = {"unit": "%", "long_name": REGIONAL[name]}
        return xr.DataArray(
            self.regional(name), dims=("year", "region"), coords=coords, name=name, attrs=attrs
        )

    def _repr_html_(self) -> str:
        from blocs.world.display import extremes, panel

        done = [n for n, outcome in enumerate(self.outcomes) if outcome.status.converged]
        if not done:
            return panel(repr(self), (), (), self.notes)
        outcome, year = self.outcomes[done[-1]], self.years[done[-1]]
        welfare = outcome.regional("welfare")
        rows = extremes(self.world.regions, welfare, welfare / 100.0 * outcome.base.accounts.absorption)
        share = f"{len(done)} of {len(self.years)} years converged"
        caption = f"{self.scenario.title}: largest gains and losses in {year}; {share}"
        return panel(caption, ("region", "welfare, %", "welfare, US$ bn"), rows, self.notes)

    def __repr__(self) -> str:
        done = sum(outcome.status.converged for outcome in self.outcomes)
        return (
            f"<Run of {self.scenario.name} on {self.world!r}, {self.years[0]}–{self.years[-1]}: "
            f"{done} of {len(self.years)} years converged>"
        )


def run(
    world: World | None,
    scenario: Scenario | str,
    *,
    strict: bool = False,
    progress: Progress | None = None,
    start: Outcome | None = None,
) -> Run:
    """Run `scenario` (or the library scenario of that name) and return its outcomes by year.

    world: the base year's world; None loads the one the scenario names. The scenario's `base` year is taken with
    `World.at`. strict: raise ConvergenceError at the first year that does not converge. progress: called after
    each year with (years done, years in all, outcome). start: an outcome on the same world to begin the first year
    at; it saves time and changes nothing beyond the solver's tolerance. Raises ScenarioError for measures that
    contradict each other or do not fit the world.
    """
    scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    world = world_of(scenario) if world is None else world
    done = _years(world, scenario, Closure(scenario.closure), strict, progress, start)
    purged = [outcome.base is not outcome.origin for outcome in done.outcomes]
    if any(purged) and (scenario.follows_path or not all(purged)):
        # years of one run must compare with one base: what one year needs, all years get
        if scenario.follows_path and scenario.baseline == "static":
            # elasticities change from year to year, so the base is purged once, at rest
            base = purge(
                world, elasticities=Elasticities.load(scenario.elasticities, assumptions=scenario.assumed)
            )
            done = _years(base, scenario, Closure.FIXED, strict, progress)
        else:
            done = _years(world, scenario, Closure.BALANCED, strict, progress)
        if Closure(scenario.closure) is Closure.BALANCED:
            return done
        cut = ", ".join(str(year) for year, was in zip(done.years, purged, strict=True) if was)
        why = (
            f"In {cut} a region loses more than half of its trade, which a fixed deficit cannot survive: trade "
            "deficits were purged in all years, and all results compare with the balanced base."
        )
        return replace(done, notes=(why, *(note for note in done.notes if "purged" not in note)))
    return done


def _years(
    world: World,
    scenario: Scenario,
    closure: Closure,
    strict: bool,
    progress: Progress | None,
    start: Outcome | None = None,
) -> Run:
    choices, assumed, years = scenario.model_choices, scenario.assumed, scenario.each_year
    states = {vector.name: vector.start(world, years, assumed) for vector in VECTORS}
    after: list[dict[str, Any]] = []
    outcomes: list[Outcome] = []
    notes: dict[str, None] = {}
    known: dict[str, Outcome] = {}
    elasticities, follows_path, history = choices.elasticities, scenario.follows_path, PathState()
    stock, grows = Stock(), scenario.baseline == "growth"
    # equal shocks meet another world, another stock or other elasticities: no two years are alike
    changes = grows or scenario.accumulation or follows_path
    for year in years:
        here = grown(world, year, assumed) if grows else world
        if follows_path:
            elasticities = elasticities_at(scenario.elasticities, history.age + 1, assumed)
        shocks, outcome = settle(
            states,
            year,
            lambda vector, state, when, seen: _shocks(vector, state, scenario, when, seen),
            _solver(
                here,
                choices,
                closure,
                elasticities,
                history if follows_path else None,
                stock,
                None if changes or len(years) == 1 else known,
            ),
            outcomes[-1] if outcomes else start,
            outcomes[-1] if changes and outcomes and outcomes[-1].status.converged else None,
        )
        log.info("%s, %d: %s", scenario.name, year, outcome.status)
        if strict and not outcome.status.converged:
            raise ConvergenceError(f"{scenario.name}, {year}: {outcome.status}", outcome)
        for vector in VECTORS:
            for line in vector.notes(states[vector.name], scenario.measures, year):
                notes[line] = None
        outcomes.append(outcome)
        for line in outcome.notes:
            notes[f"{year}: {line}"] = None
        if outcome.status.converged:  # a year that failed leaves no trace
            states = {
                vector.name: vector.advance(states[vector.name], scenario.measures, outcome, year)
                for vector in VECTORS
            }
        after.append(states)
        if follows_path:
            history = advance(history, outcome, shocks, scenario.elasticities, assumed)
        if scenario.accumulation:
            stock = invested(stock, outcome)
        if progress is not None:
            progress(len(outcomes), len(years), outcome)
    return Run(scenario, world, years, tuple(outcomes), tuple(notes), tuple(after))


def _solver(
    world: World,
    choices: ModelChoices,
    closure: Closure,
    elasticities: Elasticities,
    history: PathState | None,
    stock: Stock,
    known: dict[str, Outcome] | None,
) -> Solve:
    """Return how a year is solved; years under the same shocks are the same equilibrium, which `known` keeps.

    known: None where no year can be like another, or there is only one.
    """

    def afresh(shocks: Shocks, start: Outcome | None) -> Outcome:
        past = shocks if history is None else with_history(shocks, history)
        return solve_shocks(
            world,
            with_stock(past, stock, len(world.sectors)),
            elasticities=elasticities,
            closure=closure,
            horizon=choices.horizon,
            demand=choices.demand if closure is Closure.DEMAND else None,
            sourcing=choices.sourcing,
            start=start,
        )

    def solve(shocks: Shocks, start: Outcome | None) -> Outcome:
        if known is None:
            return afresh(shocks, start)
        key = shocks.digest()
        if key not in known:
            known[key] = afresh(shocks, start)
        return known[key]

    return solve


def check_measures(world: World, scenario: Scenario) -> None:
    """Raise ScenarioError if the measures of any year do not fit `world` or contradict each other; solves nothing."""
    years = scenario.each_year
    states = {vector.name: vector.start(world, years, scenario.assumed) for vector in VECTORS}
    for year in years:
        for vector in VECTORS:
            _shocks(vector, states[vector.name], scenario, year, None)


def world_of(scenario: Scenario) -> World:
    """Return the bundled world and base year a scenario names."""
    world = load_world(scenario.world)
    return world if scenario.base == world.year else world.at(scenario.base)


def _shocks(vector: Vector, state: Any, scenario: Scenario, year: int, outcome: Outcome | None) -> Shocks:
    """Return a vector's shocks; what does not fit the world is the scenario's error, with file and line."""
    try:
        return vector.shocks(state, scenario.measures, year, outcome)
    except DataError as error:
        number = _culprit(vector, state, scenario, year)
        where = "" if number is None else f"measures[{number}]: "
        place = scenario.place
        raise ScenarioError(
            f"{where}{error}",
            file=(place and place.file) or scenario.name,
            line=place.measures[number] if place is not None and number is not None else None,
        ) from error


def _culprit(vector: Vector, state: Any, scenario: Scenario, year: int) -> int | None:
    """Return the first measure that fails, on its own or with those before it."""
    for number in range(len(scenario.measures)):
        try:
            vector.shocks(state, scenario.measures[: number + 1], year)
        except DataError:
            return number
    return None
