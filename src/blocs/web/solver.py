"""Solves scenarios for the page: exactly as the command line, or quickly from the nearest solution; remembers some."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from blocs.engine.outcome import Outcome
from blocs.scenario.io import load
from blocs.scenario.schema import Scenario
from blocs.study.one_year import alone, run_until
from blocs.study.run import Run, run, world_of
from blocs.web.cache import Cache
from blocs.web.errors import Refusal
from blocs.web.nearby import Solved, leaves_of, start_for
from blocs.world.load import load_world
from blocs.world.world import World

MEASURES = 200  # of one scenario
OUTCOMES = 24.0  # distinct outcomes kept of exact runs, and as many of quick ones; about 15 MB each at 81x50
PRESET = "us-china-decoupling"
BASE = 2022  # the year of the bundled worlds
Check = Callable[..., None]

log = logging.getLogger("blocs.web")


class Solver:
    """Worlds kept hot, and runs by the hash of their scenario."""

    def __init__(self) -> None:
        self._worlds: dict[tuple[str, int], World] = {}
        self._lock = threading.Lock()
        self._exact: Cache[Run] = Cache(OUTCOMES, _outcomes)
        self._quick: Cache[Solved] = Cache(OUTCOMES, lambda solved: _outcomes(solved.run))

    def exact(self, scenario: Scenario, check: Check) -> Run:
        """Return the run as `blocs run` computes it: from the base, digit for digit."""
        key = key_of(scenario)
        known = self._exact.get(key)
        if known is not None:
            return known
        done = run(self.world(scenario), scenario, progress=check)
        self._exact.put(key, done)
        return done

    def quick(self, scenario: Scenario, year: int | None, check: Check) -> Solved:
        """Return the run of all years, or of `year` and what it needs, started at the nearest solution."""
        key = f"{key_of(scenario)} {year}"
        known = self._quick.get(key)
        if known is not None:
            return replace(known, cached=True)
        exact = self._exact.get(key_of(scenario))
        if exact is not None:
            return Solved(scenario, exact, leaves_of(scenario), cached=True)
        world, start = self.world(scenario), start_for(scenario, year, self._quick.values())
        if year is None:
            done = run(world, scenario, start=start, progress=check)
        else:
            done = run_until(world, scenario, year, start=start, progress=check)
        solved = Solved(scenario, done, leaves_of(scenario))
        self._quick.put(key, solved)
        return solved

    def years(
        self, scenario: Scenario, year: int | None, check: Check, tell: Callable[[int, Outcome], None]
    ) -> Solved:
        """Solve all years and `tell` each as it is there, `year` first where it does not depend on the others.

        A year may be told twice: where another year turns out to need balanced trade, all are solved again so.
        """
        known = self._quick.get(f"{key_of(scenario)} None")
        done = known.run if known is not None else self._exact.get(key_of(scenario))
        if done is not None:
            first = [year] if year in done.years else []
            for when in (*first, *(y for y in done.years if y != year)):
                tell(when, done.at(when))
            return Solved(scenario, done, leaves_of(scenario), cached=True)
        chosen: Outcome | None = None
        if year is not None and alone(scenario):
            chosen = self.quick(scenario, year, check).run.at(year)
            tell(year, chosen)
        years = scenario.each_year

        def progress(count: int, _: int, outcome: Outcome) -> None:
            check()
            if years[count - 1] != year or chosen is None or outcome.base is not chosen.base:
                tell(years[count - 1], outcome)

        start = start_for(scenario, None, self._quick.values())
        done = run(self.world(scenario), scenario, start=start, progress=progress)
        solved = Solved(scenario, done, leaves_of(scenario))
        self._quick.put(f"{key_of(scenario)} None", solved)
        return solved

    def world(self, scenario: Scenario) -> World:
        """Return the world of `scenario`, the same object every time: what is calibrated and purged for it stays."""
        key = (scenario.world, scenario.base)
        with self._lock:
            if key not in self._worlds:
                self._worlds[key] = world_of(scenario)
            return self._worlds[key]

    def named(self, name: str) -> World:
        """Return a bundled world in its own year."""
        with self._lock:
            key = (name, BASE)
            if key not in self._worlds:
                self._worlds[key] = load_world(name)
            return self._worlds[key]

    def warm(self, check: Check) -> None:
        """Load the default world and what a solve of the first request needs."""
        scenario = load(PRESET)
        self.quick(scenario, scenario.each_year[0], check)


def read(content: Mapping[str, Any]) -> Scenario:
    """Return the scenario in a request's JSON. Raises ScenarioError, and Refusal for one with too many measures."""
    measures = content.get("measures")
    if isinstance(measures, list) and len(measures) > MEASURES:
        raise Refusal(
            413, "too_large", f"the scenario has {len(measures)} measures; the server takes at most {MEASURES}, "
            "`blocs run` any number",
        )  # fmt: skip
    return Scenario.from_dict(content)


def key_of(scenario: Scenario) -> str:
    """Return the hash of what a scenario says."""
    return hashlib.sha256(scenario.model_dump_json().encode()).hexdigest()[:20]


def _outcomes(done: Run) -> float:
    return float(len({id(outcome) for outcome in done.outcomes}))
