"""Model results at the parameters' values on the full world and under draws on a coarse one, and readings of them.

`static` solves trade shocks that no scenario can write on an aggregated world; `scenarios` runs scenarios with every
vector they hold. Both draw what an ensemble draws, at the same Sobol points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.computations.places import Places
from blocs.claims.reading import FULL, Reading, medians
from blocs.claims.reading import drawn as drawn_reading
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.engine.elasticities import Closure, Elasticities
    from blocs.engine.outcome import Outcome
    from blocs.engine.shocks import Shocks
    from blocs.scenario.schema import Scenario
    from blocs.study.ensemble.evaluate import Also
    from blocs.study.ensemble.result import Ensemble
    from blocs.study.run import Run

MODEL = "blocs: exact general equilibrium on OECD ICIO, 2025 edition, year 2022"
SETS = (
    "trade elasticities: Caliendo and Parro (2015), Shapiro (2016), Bagwell, Staiger and Yurukoglu (2021), Giri, Yi "
    "and Yilmazkuday (2021), Fontagné, Guimbard and Orefice (2022; the reference), Lashkaripour and Lugovskyy (2023)"
)
FAILED = 0.05  # share of draws that may fail before a reading is left out

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
    """Results by case and metric: at the parameters' values on the full world, and in every draw (NaN: failed).

    coarse: at the parameters' values on the world of the draws, so that what aggregation does is seen apart from what
    the draws do. choices: by kind, what each draw chose (the set of elasticities, the closure).
    """

    places: Places
    central: Mapping[Key, float]
    draws: Mapping[Key, Floats]
    failures: tuple[str, ...]
    sources: tuple[str, ...] = (MODEL, SETS)
    coarse: Mapping[Key, float] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, case: str, metric: str) -> Floats:
        """Return a metric in every draw; all NaN where the case never converged."""
        return self.draws.get((case, metric), np.full(self.count, np.nan))

    def at(self, case: str, metric: str) -> float:
        """Return a metric at the parameters' values; NaN where the case did not converge."""
        return self.central.get((case, metric), float("nan"))

    def column(self, case: str, metric: str) -> Floats:
        """Return a metric at the parameters' values on the full world, on the coarse one, and in every draw."""
        coarse = self.coarse.get((case, metric), float("nan"))
        return np.concatenate(([self.at(case, metric), coarse], self.of(case, metric)))

    @property
    def count(self) -> int:
        """Number of draws."""
        return max((len(values) for values in self.draws.values()), default=0)

    def pair(
        self, name: str, words: str, unit: str, as_of: str, case: str, metric: str
    ) -> tuple[Reading, ...]:
        """Return the readings of one metric of one case."""
        return self.readings(name, words, unit, as_of, self.column(case, metric))

    def readings(self, name: str, words: str, unit: str, as_of: str, column: Floats) -> tuple[Reading, ...]:
        """Return a reading over draws and, as NAME_full, the value on the full world; what failed is left out.

        column: as of `column`, or what was computed from such columns.
        """
        central, coarse, draws = float(column[0]), float(column[1]), column[2:]
        found = []
        if enough(draws):
            cuts = self._cuts(central, coarse, draws)
            values = tuple(map(float, draws))
            found.append(drawn_reading(name, words, values, unit, as_of, self.sources, cuts))
        if np.isfinite(central):
            found.append(
                Reading(
                    f"{name}{FULL}", f"{words}, at the parameters' values on {self.places.full.name}", central,
                    unit, as_of, "model", self.sources,
                )
            )  # fmt: skip
        return tuple(found)

    def _cuts(self, central: float, coarse: float, draws: Floats) -> dict[str, float]:
        values = {"full": central, "coarse": coarse}
        if self.places.coarse is self.places.full:
            del values["coarse"]
        known = {key: value for key, value in values.items() if np.isfinite(value)}
        return known | medians(draws, self.choices)

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

    spread = [case for case in cases if case.drawn]
    failures: list[str] = []
    posed = {case.name: Posed.of(case, places.coarse) for case in spread}
    starts: dict[tuple[str, Closure], Outcome] = {}
    central: dict[Key, float] = {}
    coarse: dict[Key, float] = {}
    for case in cases:
        context.say(f"{case.name} on {places.full.name}")
        plain = Elasticities.load(DEFAULT_SET, Horizon(case.horizon))
        outcome = Posed.of(case, places.full).solved(plain, Closure.FIXED)
        if outcome.status.converged:
            central |= _named(case.name, metrics(outcome))
        else:
            failures.append(str(outcome.status))
        if case not in spread:
            continue
        for closure in (Closure.FIXED, Closure.BALANCED):
            outcome = posed[case.name].solved(plain, closure)
            if outcome.status.converged:
                starts[case.name, closure] = outcome
                if closure is Closure.FIXED and places.coarse is not places.full:
                    coarse |= _named(case.name, metrics(outcome))
    rows = _draws(context.draws, list(dict.fromkeys(case.horizon for case in cases)))
    draw = partial(_in_draw, posed, starts, metrics)
    columns: dict[Key, Floats] = {}
    for number, (values, lost) in enumerate(context.each_draw(f"on {places.coarse.name}", draw, rows)):
        failures += lost.values()
        for name in lost:
            columns.setdefault((name, "converged"), np.full(len(rows), np.nan))
        for key, value in values.items():
            columns.setdefault(key, np.full(len(rows), np.nan))[number] = value
    kinds = ("elasticities",) if all(case.balanced for case in spread) else ("elasticities", "closure")
    choices = {kind: tuple(str(values[kind]) for values in rows) for kind in kinds}
    return Found(places, central, columns, tuple(dict.fromkeys(failures)), coarse=coarse, choices=choices)


@dataclass(frozen=True, eq=False)
class Posed:
    """A case on a world, as a worker gets it."""

    world: World
    shocks: Shocks
    horizon: str
    balanced: bool

    @classmethod
    def of(cls, case: Case, world: World) -> Posed:
        """Pose `case` on `world`."""
        return cls(world, case.shocks(world), case.horizon, case.balanced)

    def solved(self, elasticities: Elasticities, closure: Closure, start: Outcome | None = None) -> Outcome:
        """Return its outcome, converged or not; a balanced case keeps to its own closure."""
        from blocs.engine.elasticities import Closure, Horizon
        from blocs.engine.solve import solve_shocks

        return solve_shocks(
            self.world, self.shocks, elasticities=elasticities, closure=Closure.BALANCED if self.balanced else closure,
            horizon=Horizon(self.horizon), start=start,
        )  # fmt: skip


def _in_draw(
    posed: Mapping[str, Posed],
    starts: Mapping[tuple[str, Closure], Outcome],
    metrics: Metrics,
    values: Mapping[str, float | str],
) -> tuple[dict[Key, float], dict[str, str]]:
    """Return the metrics of every case under one draw, and by case why it failed."""
    closure, sets = _chosen(values, list(dict.fromkeys(case.horizon for case in posed.values())))
    found: dict[Key, float] = {}
    lost: dict[str, str] = {}
    for name, case in posed.items():
        outcome = case.solved(sets[case.horizon], closure, starts.get((name, closure)))
        if outcome.status.converged:
            found |= _named(name, metrics(outcome))
        else:
            lost[name] = str(outcome.status)
    return found, lost


def _named(case: str, found: Mapping[str, float]) -> dict[Key, float]:
    return {(case, key): float(value) for key, value in found.items()}


def _draws(count: int, horizons: Sequence[str]) -> list[dict[str, float | str]]:
    """Return the drawn values: the factors of a scenario without measures at these horizons."""
    from blocs.scenario.schema import Scenario
    from blocs.study.ensemble.design import sobol_points
    from blocs.study.ensemble.factors import draws_of, factors_of
    from blocs.study.ensemble.run import DEFAULT_SEED

    bare = [Scenario.from_dict({"name": name, "years": "2022", "horizon": name}) for name in horizons]
    factors = factors_of(bare)
    return draws_of(factors, sobol_points(count, len(factors), DEFAULT_SEED))


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
    from blocs.study.run import run

    central: dict[Key, float] = {}
    coarse: dict[Key, float] = {}
    failures: list[str] = []
    for one in given:
        context.say(f"{one.name} on {places.full.name}")
        done = run(places.full, one)
        failures += [str(o.status) for o in done.outcomes if not o.status.converged]
        central |= _results(done, one, wanted, also)
        if places.coarse is not places.full:
            coarse |= _results(run(places.coarse, one), one, wanted, also)
    spread = context.ensemble(*given, world=places.coarse, hold=hold, also=also)
    draws: dict[Key, Floats] = {}
    for one in given:
        for column in wanted:
            name, _, label = column.rpartition("/")
            table = spread.values(name, scenario=one.name)
            for year in one.each_year:
                found = table.sel(year=year, label=label).values.astype(float)
                draws[one.name, f"{column}@{year}"] = found
    said = tuple(dict.fromkeys((*failures, *spread.messages)))
    return Found(places, central, draws, said, coarse=coarse, choices=choices_of(spread))


def choices_of(spread: Ensemble) -> dict[str, tuple[str, ...]]:
    """Return by kind what each draw of an ensemble chose: its set of elasticities, its closure."""
    return {
        factor.name: tuple(map(str, factor.values(spread.uniform[:, n])))
        for n, factor in enumerate(spread.factors)
        if factor.options
    }


def _results(done: Run, one: Scenario, wanted: Sequence[str], also: Also | None) -> dict[Key, float]:
    """Return the wanted columns of a run by year."""
    found: dict[Key, float] = {}
    further = {} if also is None or not done.converged else also(done)
    for column in wanted:
        name, _, label = column.rpartition("/")
        values = further[column] if column in further else _column(done, name, label)
        found |= {
            (one.name, f"{column}@{year}"): float(v) for year, v in zip(done.years, values, strict=True)
        }
    return found


def _column(done: Run, name: str, label: str) -> Floats:
    """Return a regional result or a vector's indicator by year."""
    from blocs.engine.outcome import REGIONAL

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
