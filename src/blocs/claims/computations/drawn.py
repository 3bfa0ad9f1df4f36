"""Model results at the parameters' values on the full world and under draws on a coarse one, and readings of them.

`static` solves trade shocks that no scenario can write on an aggregated world; `scenarios` runs scenarios with every
vector they hold. Both draw what an ensemble draws, at the same Sobol points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.computations.places import Places
from blocs.claims.reading import Reading
from blocs.claims.reading import drawn as drawn_reading
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.engine.elasticities import Closure, Elasticities
    from blocs.engine.outcome import Outcome
    from blocs.engine.shocks import Shocks
    from blocs.scenario.schema import Scenario
    from blocs.study.ensemble.evaluate import Also

MODEL = "blocs: exact general equilibrium on OECD ICIO, 2025 edition, year 2022"
FAILED = 0.05  # share of draws that may fail before a reading is left out
HEAVY = 600  # draws times years from which fresh processes are worth their start

Key = tuple[str, str]  # case or scenario, and metric
Metrics = Callable[["Outcome"], Mapping[str, float]]


@dataclass(frozen=True)
class Case:
    """One static experiment. balanced: deficits purged in every draw, else the closure is drawn as well. drawn: whether
    it is solved in every draw, or at the parameters' values only."""

    name: str
    shocks: Callable[[World], Shocks]
    horizon: str = "long"
    balanced: bool = False
    drawn: bool = True


@dataclass(frozen=True, eq=False)
class Found:
    """Results by case and metric: at the parameters' values on the full world, and in every draw (NaN: failed)."""

    places: Places
    central: Mapping[Key, float]
    draws: Mapping[Key, Floats]
    failures: tuple[str, ...]
    sources: tuple[str, ...] = (MODEL,)

    def of(self, case: str, metric: str) -> Floats:
        """Return a metric in every draw; all NaN where the case never converged."""
        return self.draws.get((case, metric), np.full(self.count, np.nan))

    def at(self, case: str, metric: str) -> float:
        """Return a metric at the parameters' values; NaN where the case did not converge."""
        return self.central.get((case, metric), float("nan"))

    @property
    def count(self) -> int:
        """Number of draws."""
        return max((len(values) for values in self.draws.values()), default=0)

    def pair(
        self, name: str, words: str, unit: str, as_of: str, case: str, metric: str
    ) -> tuple[Reading, ...]:
        """Return the readings of one metric of one case."""
        return self.readings(name, words, unit, as_of, self.at(case, metric), self.of(case, metric))

    def readings(
        self, name: str, words: str, unit: str, as_of: str, central: float, draws: Floats
    ) -> tuple[Reading, ...]:
        """Return a reading over draws and, as NAME_full, the value on the full world; what failed is left out."""
        found = []
        if enough(draws):
            found.append(drawn_reading(name, words, tuple(map(float, draws)), unit, as_of, self.sources))
        if np.isfinite(central):
            found.append(
                Reading(
                    f"{name}_full", f"{words}, at the parameters' values on {self.places.full.name}", float(central),
                    unit, as_of, "model", self.sources,
                )
            )  # fmt: skip
        return tuple(found)

    @property
    def missing(self) -> tuple[str, ...]:
        """Say what has no answer because too little of it converged."""
        lost = [
            f"{case}: more than {100 * FAILED:g}% of draws did not converge"
            for case in dict.fromkeys(case for case, _ in self.draws)
            if not any(enough(values) for (name, _), values in self.draws.items() if name == case)
        ]
        cases = dict.fromkeys(case for case, _ in self.draws)
        lost += [
            f"{case}: no solution on {self.places.full.name} at the parameters' values"
            for case in cases
            if not any(np.isfinite(value) for (name, _), value in self.central.items() if name == case)
        ]
        return tuple(f"{line} ({'; '.join(self.failures[:1])})" for line in lost)

    @property
    def notes(self) -> tuple[str, ...]:
        """Say where draws were solved and how many failed."""
        lost = max((int(np.isnan(values).sum()) for values in self.draws.values()), default=0)
        lines = [
            f"{self.count} draws of every uncertain number the shocks rest on, at seed 2026; {self.places.words}"
        ]
        if lost:
            lines.append(
                f"up to {lost} draws of a case did not converge and are left out: {'; '.join(self.failures[:1])}"
            )
        return tuple(lines)


def enough(draws: Floats) -> bool:
    """Whether so few draws failed that the rest says something."""
    return len(draws) > 0 and float(np.isnan(draws).mean()) <= FAILED


# static trade shocks -------------------------------------------------------------------------------------------


def static(context: Context, places: Places, cases: Sequence[Case], metrics: Metrics) -> Found:
    """Solve every case at the parameters' values on the full world and under each draw on the coarse one."""
    from blocs.engine.elasticities import DEFAULT_SET, Closure, Elasticities, Horizon

    horizons = list(dict.fromkeys(case.horizon for case in cases))
    central: dict[Key, float] = {}
    failures: list[str] = []
    for case in cases:
        context.say(f"{case.name} on {places.full.name}")
        plain = Elasticities.load(DEFAULT_SET, Horizon(case.horizon))
        outcome = _solved(places.full, case, case.shocks(places.full), plain, Closure.FIXED, None)
        if outcome.status.converged:
            central |= {(case.name, key): float(value) for key, value in metrics(outcome).items()}
        else:
            failures.append(str(outcome.status))
    columns: dict[Key, Floats] = {}
    rows = _draws(context.draws, horizons)
    spread = [case for case in cases if case.drawn]
    shocks = {case.name: case.shocks(places.coarse) for case in spread}
    starts: dict[tuple[str, Closure], Outcome] = {}
    for number, values in enumerate(rows):
        if number % 20 == 0:
            context.say(f"draw {number} of {len(rows)} on {places.coarse.name}")
        closure, sets = _chosen(values, horizons)
        for case in spread:
            place = (case.name, closure)
            outcome = _solved(
                places.coarse, case, shocks[case.name], sets[case.horizon], closure, starts.get(place)
            )
            if not outcome.status.converged:
                failures.append(str(outcome.status))
                columns.setdefault((case.name, "converged"), np.full(len(rows), np.nan))
                continue
            starts.setdefault(place, outcome)
            for key, value in metrics(outcome).items():
                columns.setdefault((case.name, key), np.full(len(rows), np.nan))[number] = value
    return Found(places, central, columns, tuple(dict.fromkeys(failures)))


def _solved(
    world: World,
    case: Case,
    shocks: Shocks,
    elasticities: Elasticities,
    closure: Closure,
    start: Outcome | None,
) -> Outcome:
    from blocs.engine.elasticities import Closure, Horizon
    from blocs.engine.solve import solve_shocks

    return solve_shocks(
        world, shocks, elasticities=elasticities, closure=Closure.BALANCED if case.balanced else closure,
        horizon=Horizon(case.horizon), start=start,
    )  # fmt: skip


def _draws(count: int, horizons: Sequence[str]) -> list[dict[str, float | str]]:
    """Return the drawn values: the factors of a scenario without measures at these horizons."""
    from blocs.scenario.schema import Scenario
    from blocs.study.ensemble.design import sobol_points
    from blocs.study.ensemble.factors import factors_of, values_of
    from blocs.study.ensemble.run import DEFAULT_SEED

    bare = [Scenario.from_dict({"name": name, "years": "2022", "horizon": name}) for name in horizons]
    factors = factors_of(bare)
    return [values_of(factors, row) for row in sobol_points(count, len(factors), DEFAULT_SEED)]


def _chosen(
    values: Mapping[str, float | str], horizons: Sequence[str]
) -> tuple[Closure, dict[str, Elasticities]]:
    from blocs.data.assumptions import Assumptions
    from blocs.engine.elasticities import Closure, Elasticities, Horizon

    numbers = {name: float(v) for name, v in values.items() if name not in ("elasticities", "closure")}
    assumed = Assumptions.default().replace(numbers)
    sets = {h: Elasticities.load(str(values["elasticities"]), Horizon(h), assumed) for h in horizons}
    return Closure(str(values["closure"])), sets


def elasticity_draws(count: int, horizon: str = "long") -> list[Elasticities]:
    """Return drawn elasticities for games, which purge deficits themselves."""
    return [_chosen(values, [horizon])[1][horizon] for values in _draws(count, [horizon])]


# scenarios -----------------------------------------------------------------------------------------------------


def scenarios(
    context: Context,
    places: Places,
    given: Sequence[Scenario],
    wanted: Sequence[str],
    *,
    also: Also | None = None,
    hold: Sequence[str] = (),
) -> Found:
    """Run scenarios at the parameters' values on the full world and as an ensemble with shared draws on the coarse one.

    wanted: columns `name/label` of the ensemble, kept for every year as the metric `name/label@year`.
    """
    from blocs.study.ensemble.backends import InProcess, Spawn
    from blocs.study.ensemble.run import ensemble
    from blocs.study.run import run

    central: dict[Key, float] = {}
    failures: list[str] = []
    for one in given:
        context.say(f"{one.name} on {places.full.name}")
        done = run(places.full, one)
        failures += [str(o.status) for o in done.outcomes if not o.status.converged]
        further = {} if also is None or not done.converged else also(done)
        for column in wanted:
            name, _, label = column.rpartition("/")
            values = further[column] if column in further else _column(done, name, label)
            central |= {
                (one.name, f"{column}@{year}"): float(v) for year, v in zip(done.years, values, strict=True)
            }
    years = sum(len(one.each_year) for one in given)
    few = context.workers == 1 or context.draws * years < HEAVY
    tell = context.progress
    spread = ensemble(
        places.coarse, list(given), draws=context.draws, hold=hold, also=also,
        backend=InProcess() if few else Spawn(context.workers),
        progress=None if tell is None else lambda step: tell(str(step)),
    )  # fmt: skip
    draws: dict[Key, Floats] = {}
    for one in given:
        for column in wanted:
            name, _, label = column.rpartition("/")
            table = spread.values(name, scenario=one.name)
            for year in one.each_year:
                found = table.sel(year=year, label=label).values.astype(float)
                draws[one.name, f"{column}@{year}"] = found
    return Found(places, central, draws, tuple(dict.fromkeys((*failures, *spread.messages))))


def _column(done: object, name: str, label: str) -> Floats:
    """Return a regional result or a vector's indicator by year."""
    from blocs.engine.outcome import REGIONAL
    from blocs.study.run import Run

    assert isinstance(done, Run)
    if name in REGIONAL:
        return done.regional(name)[:, done.world.regions.index(label)]
    vector, _, indicator = name.partition(".")
    array = done.indicators(vector)[indicator]
    axis = next((dim for dim in array.dims if dim != "year"), None)
    return (array if axis is None else array.sel({axis: label})).values.astype(float)


def one_year(scenario: Scenario, name: str, **changes: object) -> Scenario:
    """Return a scenario under another name with some keys replaced."""
    from blocs.scenario.schema import Scenario as Model

    content = scenario.model_dump(mode="json", exclude_defaults=True)
    for measure, model in zip(content.get("measures", []), scenario.measures, strict=True):
        measure["type"] = model.type
    return Model.from_dict({**content, **changes, "name": name})


# results of one outcome ----------------------------------------------------------------------------------------


def percent_of(outcome: Outcome, positions: Sequence[int]) -> float:
    """Return the welfare change of some regions together, % of their absorption."""
    from blocs.study.members import total

    return total(outcome.regional("welfare"), outcome.base.accounts.absorption, positions)[0]


def usd_of(outcome: Outcome, positions: Sequence[int]) -> float:
    """Return the welfare change of some regions together, US$ bn of the base year."""
    from blocs.study.members import total

    return total(outcome.regional("welfare"), outcome.base.accounts.absorption, positions)[1] / 1e3
