"""Who did it: a result shared out over the measures of a scenario, or over its vectors, with what they do together.

The Shapley value of a player (a measure, or all measures of one vector) is its average contribution over all orders in
which the players could be added:

    phi_m = sum over S without m of |S|! (n - |S| - 1)! / n! (v(S + m) - v(S))

with v(S) the exact result of the run under the measures in S alone. The values add up to v of all; interactions are
split evenly. What two players do together beyond what each does alone is the interaction index
(Grabisch and Roubens 1999)

    I_ml = sum over S without m, l of |S|! (n - |S| - 2)! / (n - 1)! (v(S + m + l) - v(S + m) - v(S + l) + v(S)),

negative where they get in each other's way. Exact for up to `MOST` players, at 2^n - 1 runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Literal

import numpy as np

from blocs.engine.outcome import REGIONAL, Outcome
from blocs.errors import ConvergenceError, DataError, unknown
from blocs.scenario.schema import Scenario
from blocs.study.run import Run, run, world_of
from blocs.vectors.registry import VECTORS, vector_of
from blocs.world.accounts import Floats
from blocs.world.measure import YearSpan
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

MOST = 8  # players; 255 runs
PLAYERS = ("measure", "vector")
MEMORYLESS = ("trade",)  # vectors whose measures leave no trace in later years

By = Literal["measure", "vector"]
Progress = Callable[[int, int], None]
Value = dict[frozenset[int], Floats]


@dataclass(frozen=True, eq=False, repr=False)
class Attribution:
    """A result of one year shared out over `players`, %; (player, region); `together` is (player, player, region).

    shapley: values, which sum to `total` (region). alone: the result of a player without the others. last: what it adds
    to all others. together: interaction of pairs, 0 on the diagonal. runs, years: what it took.
    """

    scenario: Scenario
    by: By
    of: str
    year: int
    players: tuple[str, ...]
    regions: tuple[str, ...]
    total: Floats
    shapley: Floats
    alone: Floats
    last: Floats
    together: Floats
    runs: int
    years: int
    notes: tuple[str, ...]

    def region(self, code: str) -> int:
        """Return the position of a region; DataError if it is none."""
        if code not in self.regions:
            raise DataError(unknown("region", code, self.regions))
        return self.regions.index(code)

    def pairs(self, code: str) -> list[tuple[str, str, float]]:
        """Return the interactions felt by a region, the largest first."""
        at = self.region(code)
        found = [
            (self.players[m], self.players[n], float(self.together[m, n, at]))
            for m, n in combinations(range(len(self.players)), 2)
        ]
        return sorted(found, key=lambda pair: -abs(pair[2]))

    def __repr__(self) -> str:
        return f"<Attribution of {self.of} in {self.scenario.name}, {self.year}, to {len(self.players)} {self.by}s>"


def attribution(
    world: World | None,
    scenario: Scenario | str,
    *,
    by: By = "vector",
    year: int | None = None,
    of: str = "welfare",
    progress: Progress | None = None,
) -> Attribution:
    """Share out a result of `year` (default: the last) over the vectors of a scenario, or over its measures.

    of: one of the regional results, e.g. 'welfare'. Every set of players is run from the scenario's first year to
    `year`, or in that year alone where nothing remembers earlier ones; `runs_of` says how many runs that takes.
    progress: called with (runs done, runs in all). Raises DataError with more than `MOST` players, ConvergenceError if
    a set does not converge.
    """
    scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    year = _asked(scenario, by, year, of)
    players = players_of(scenario, by, year)
    _few(players, by, year)
    world = world_of(scenario) if world is None else world
    value, notes = _values(world, scenario, list(players.values()), year, of, progress)
    size, everyone = len(players), frozenset(range(len(players)))
    shape = (size, len(world.regions))
    shares, alone, last = (np.zeros(shape) for _ in range(3))
    together = np.zeros((size, *shape))
    for m in range(size):
        shares[m] = shapley_value(m, size, value)
        alone[m] = value[frozenset([m])]
        last[m] = value[everyone] - value[everyone - {m}]
        for n in range(m):
            together[m, n] = together[n, m] = interaction(m, n, size, value)
    return Attribution(
        scenario, by, of, year, tuple(players), world.regions, value[everyone], shares, alone, last, together,
        len(value) - 1, len(_span(scenario, year)), notes,
    )  # fmt: skip


def shapley(
    world: World | None,
    scenario: Scenario | str,
    *,
    by: By = "measure",
    year: int | None = None,
    of: str = "welfare",
    progress: Progress | None = None,
) -> xr.DataArray:
    """Return the Shapley values (measure or vector, region) of `attribution`, %, labelled; they sum to the whole."""
    import xarray as xr

    found = attribution(world, scenario, by=by, year=year, of=of, progress=progress)
    coords = {by: list(found.players), "region": list(found.regions)}
    attrs = {"unit": "%", "long_name": f"Shapley value of {of}", "year": found.year}
    return xr.DataArray(found.shapley, dims=(by, "region"), coords=coords, name=of, attrs=attrs)


def players_of(scenario: Scenario, by: By, year: int) -> dict[str, tuple[int, ...]]:
    """Return the players of `year` by name with the numbers of their measures: those in force, or that were before
    where the run remembers."""
    remembers = _remembers(scenario)
    acting = [
        n
        for n, measure in enumerate(scenario.measures)
        if any(measure.felt(y) for y in (_span(scenario, year) if remembers else (year,)))
    ]
    if by == "measure":
        return {f"{n}: {scenario.measures[n].plain_words()}": (n,) for n in acting}
    found = {
        vector.name: tuple(n for n in acting if vector_of(scenario.measures[n]) is vector)
        for vector in VECTORS
    }
    return {name: numbers for name, numbers in found.items() if numbers}


def runs_of(scenario: Scenario, by: By = "vector", year: int | None = None) -> tuple[int, int]:
    """Return (runs, years of each) that `attribution` takes; DataError as it raises before running."""
    year = _asked(scenario, by, year, "welfare")
    players = players_of(scenario, by, year)
    _few(players, by, year)
    return 2 ** len(players) - 1, len(_span(scenario, year))


def _asked(scenario: Scenario, by: str, year: int | None, of: str) -> int:
    year = scenario.each_year[-1] if year is None else year
    if year not in scenario.each_year:
        raise DataError(f"year {year} is not in the scenario; it runs {scenario.years}")
    if of not in REGIONAL:
        raise DataError(unknown("result", of, REGIONAL))
    if by not in PLAYERS:
        raise DataError(unknown("kind of player", by, PLAYERS))
    return year


def _few(players: Sequence[str] | dict[str, tuple[int, ...]], by: str, year: int) -> None:
    if len(players) > MOST:
        fix = "share out over vectors (by='vector'), " if by == "measure" else ""
        raise DataError(
            f"{len(players)} {by}s are in force in {year}, exact Shapley values take 2^{len(players)} runs; at most "
            f"{MOST}: {fix}merge measures or choose another year"
        )


def _remembers(scenario: Scenario) -> bool:
    """Return whether a year's result depends on the years before it."""
    return (
        scenario.follows_path
        or scenario.accumulation
        or any(vector_of(measure).name not in MEMORYLESS for measure in scenario.measures)
    )


def _span(scenario: Scenario, year: int) -> tuple[int, ...]:
    return tuple(y for y in scenario.each_year if y <= year) if _remembers(scenario) else (year,)


def _values(
    world: World,
    scenario: Scenario,
    players: Sequence[tuple[int, ...]],
    year: int,
    of: str,
    progress: Progress | None,
) -> tuple[Value, tuple[str, ...]]:
    """Return the result under every set of players, all against one base; under none it is zero by definition."""
    everyone = range(len(players))
    value: Value = {frozenset(): np.zeros(len(world.regions))}
    if not players:
        return value, ()
    whole = _run(world, scenario, [n for player in players for n in player], year, None)
    notes: tuple[str, ...] = ()
    if whole.world is not world:  # what the whole set needs, every set gets: the balanced base
        world, notes = whole.world, whole.notes[:1]
    elif whole.outcomes[-1].base is not whole.outcomes[-1].origin:
        scenario, notes = scenario.model_copy(update={"closure": "balanced"}), whole.notes[:1]
    value[frozenset(everyone)] = whole.outcomes[-1].regional(of)
    total, near = 2 ** len(players) - 1, whole.outcomes[0]
    if progress is not None:
        progress(1, total)
    for members in _sets(everyone):
        measures = [n for player in members for n in players[player]]
        value[frozenset(members)] = _run(world, scenario, measures, year, near).outcomes[-1].regional(of)
        if progress is not None:
            progress(len(value) - 1, total)
    return value, notes


def _sets(everyone: Sequence[int]) -> Iterable[tuple[int, ...]]:
    for size in range(1, len(everyone)):
        yield from combinations(everyone, size)


def _run(world: World, scenario: Scenario, numbers: Sequence[int], year: int, start: Outcome | None) -> Run:
    span = _span(scenario, year)
    measures = [scenario.measures[n] for n in sorted(numbers)]
    part = scenario.model_copy(update={"measures": measures, "years": YearSpan(span[0], span[-1])})
    part._place = None  # lines of the file count all measures
    done = run(world, part, start=start)
    if not done.converged:
        names = ", ".join(measure.plain_words() for measure in measures)
        failed = next(outcome for outcome in done.outcomes if not outcome.status.converged)
        raise ConvergenceError(f"{scenario.name}, to {year}, with {names}: {failed.status}", failed)
    return done


def shapley_value(player: int, count: int, value: Value) -> Floats:
    """Return the Shapley value of one of `count` players from the value of every set."""
    total = np.zeros_like(value[frozenset()])
    for without in _without(count, {player}):
        weight = factorial(len(without)) * factorial(count - len(without) - 1) / factorial(count)
        total = total + weight * (value[without | {player}] - value[without])
    return total


def interaction(one: int, other: int, count: int, value: Value) -> Floats:
    """Return the interaction index of two of `count` players from the value of every set."""
    total = np.zeros_like(value[frozenset()])
    for s in _without(count, {one, other}):
        weight = factorial(len(s)) * factorial(count - len(s) - 2) / factorial(count - 1)
        total = total + weight * (value[s | {one, other}] - value[s | {one}] - value[s | {other}] + value[s])
    return total


def _without(count: int, players: set[int]) -> Iterable[frozenset[int]]:
    others = [player for player in range(count) if player not in players]
    for size in range(len(others) + 1):
        for subset in combinations(others, size):
            yield frozenset(subset)
