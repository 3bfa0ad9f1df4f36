"""What an ensemble draws: every uncertain number a scenario rests on, and the choices between models.

A factor turns one uniform number into a value: an assumption through the inverse of its distribution, a choice (the
published elasticity set, the closure) into one of its options with equal weight.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from blocs.data.assumptions import Assumption, Assumptions, declared
from blocs.engine.elasticities import Elasticities
from blocs.errors import BlocsError, DataError, unknown
from blocs.scenario.schema import Scenario
from blocs.study.run import run, world_of
from blocs.vectors.industry.learning import RATE, least_bound
from blocs.vectors.industry.measures import Learning
from blocs.vectors.registry import vector_of
from blocs.world.accounts import Floats
from blocs.world.world import World

TWO_SIDED = 2.0  # a normal's range is its mean plus and minus this many standard deviations
NESTS, ELASTICITIES, PATH = "nests", "trade elasticities", "adjustment"


@dataclass(frozen=True)
class Factor:
    """One dimension of the draws. `group` is what sensitivities are summed over; `options` is empty for numbers.

    most: what the value must stay below, given the draw's other values; None where nothing bounds it.
    """

    name: str
    group: str
    entry: Assumption | None = None
    options: tuple[str, ...] = ()
    most: Callable[[Mapping[str, Any]], float] | None = field(default=None, compare=False, repr=False)

    def values(self, uniform: Floats, most: float = math.inf) -> list[Any]:
        """Return the values at uniform numbers in [0, 1), of the distribution below `most`."""
        if self.options:
            count = len(self.options)
            return [self.options[n] for n in np.minimum(uniform * count, count - 1).astype(int)]
        assert self.entry is not None
        return quantile(self.entry, uniform * share_below(self.entry, most)).tolist()


def quantile(entry: Assumption, uniform: Floats) -> Floats:
    """Return the inverse distribution function of `entry` at `uniform`, kept inside its limits.

    uniform, loguniform: on the range; triangular: on the range with its mode at the value; normal, lognormal: the
    range is mean (of the log) plus and minus two standard deviations.
    """
    from scipy import stats

    low, high = entry.range
    if not entry.drawn:
        return np.full(uniform.shape, entry.value)
    if entry.distribution == "uniform":
        drawn = low + (high - low) * uniform
    elif entry.distribution == "loguniform":
        drawn = np.exp(np.log(low) + (np.log(high) - np.log(low)) * uniform)
    elif entry.distribution == "triangular":
        drawn = stats.triang.ppf(uniform, (entry.value - low) / (high - low), low, high - low)
    elif entry.distribution == "normal":
        drawn = stats.norm.ppf(_inside(uniform), (low + high) / 2.0, (high - low) / (2.0 * TWO_SIDED))
    else:
        log_low, log_high = np.log(low), np.log(high)
        drawn = np.exp(
            stats.norm.ppf(
                _inside(uniform), (log_low + log_high) / 2.0, (log_high - log_low) / (2.0 * TWO_SIDED)
            )
        )
    return drawn if entry.limits is None else np.clip(drawn, *entry.limits)


def share_below(entry: Assumption, most: float) -> float:
    """Return the probability of a value below `most`; DataError if there is none."""
    from scipy import stats

    low, high = entry.range
    if most > high and entry.distribution not in ("normal", "lognormal"):
        return 1.0
    if entry.distribution == "uniform":
        share = stats.uniform.cdf(most, low, high - low)
    elif entry.distribution == "loguniform":
        share = stats.loguniform.cdf(most, low, high)
    elif entry.distribution == "triangular":
        share = stats.triang.cdf(most, (entry.value - low) / (high - low), low, high - low)
    elif entry.distribution == "normal":
        share = stats.norm.cdf(most, (low + high) / 2.0, (high - low) / (2.0 * TWO_SIDED))
    else:
        middle, spread = (np.log(low) + np.log(high)) / 2.0, (np.log(high) - np.log(low)) / (2.0 * TWO_SIDED)
        share = stats.norm.cdf(np.log(most), middle, spread) if most > 0.0 else 0.0
    if not share > 0.0:
        raise DataError(f"{entry.name} must stay below {most:g}, and its range begins at {low:g}; hold it")
    return float(share)


def _inside(uniform: Floats) -> Floats:
    """Keep the tails finite: a Sobol point may be exactly 0."""
    return np.clip(uniform, 1e-9, 1.0 - 1e-9)


@lru_cache(maxsize=16)
def numbers_read(scenario: Scenario, world: World | None = None) -> frozenset[str] | None:
    """Return the assumptions that a run of `scenario` and its indicators read; None if that run has no solution.

    A number that no draw reads would only be noise in what the spread comes from. world: as of `run`.
    """
    asked, numbers = scenario.watched()
    try:
        done = run(world, asked)
        if not done.converged:
            return None
        for vector in done.vectors:
            done.indicators(vector)
    except BlocsError:
        return None
    return frozenset(numbers.read)


def factors_of(
    scenarios: Sequence[Scenario], held: Sequence[str] = (), world: World | None = None
) -> tuple[Factor, ...]:
    """Return the factors of `scenarios`, in a fixed order; `held` names groups that keep their values.

    The nests of the scenarios' horizons, trade elasticities (the set, a common factor, one of each good's own), the
    speed of adjustment where a scenario follows the path, the growth rule where one grows, the closure, and of the
    vectors whose measures the scenarios hold every assumption that a run of one of them reads: each scenario is run
    once to see. What a scenario sets itself is not drawn. Raises DataError for an unknown group.
    """
    found = tuple(factor for factor in _all(scenarios, world) if not _is_set(factor, scenarios))
    groups = list(dict.fromkeys(factor.group for factor in found))
    for group in held:
        if group not in groups:
            raise DataError(unknown("group of assumptions", group, groups))
    return tuple(factor for factor in found if factor.group not in held)


def _all(scenarios: Sequence[Scenario], world: World | None) -> list[Factor]:
    entries = [entry for entry in declared().values() if entry.drawn]
    horizons = {horizon for scenario in scenarios for horizon in _horizons(scenario)}
    vectors = {vector_of(measure).name for scenario in scenarios for measure in scenario.measures}
    found = [
        Factor("elasticities", "elasticity set", options=Elasticities.available()),
        *(Factor(e.name, ELASTICITIES, e) for e in entries if e.name.startswith("trade.elasticity.")),
        *(
            Factor(e.name, NESTS, e)
            for e in entries
            if e.name.split(".")[:2] in [["nests", h] for h in horizons]
        ),
    ]
    if any(scenario.follows_path for scenario in scenarios):
        found += [Factor(e.name, PATH, e) for e in entries if e.name.startswith("nests.dynamics.")]
    if any(scenario.baseline == "growth" for scenario in scenarios):
        found += [Factor(e.name, "growth", e) for e in entries if e.name.startswith("growth.")]
    closures = {scenario.closure for scenario in scenarios}
    if closures <= {"fixed", "balanced"}:
        found.append(Factor("closure", "closure", options=("fixed", "balanced")))
    drawn = {factor.name for factor in found}
    read = [numbers_read(scenario, world) for scenario in scenarios]
    for entry in entries:
        vector = entry.name.partition(".")[0]
        plays = any(names is None or entry.name in names for names in read)
        if vector in vectors and entry.name not in drawn and plays:
            found.append(Factor(entry.name, vector, entry))
    return found


def _horizons(scenario: Scenario) -> tuple[str, ...]:
    return ("short", "long") if scenario.follows_path else (scenario.horizon,)


def _is_set(factor: Factor, scenarios: Sequence[Scenario]) -> bool:
    return any(factor.name in scenario.assumptions for scenario in scenarios)


def bounded(
    factors: Sequence[Factor], scenarios: Sequence[Scenario], world: World | None
) -> tuple[Factor, ...]:
    """Return `factors` with the bound of the learning rate: below 1/theta, or the equilibrium would not be unique.

    theta is that of the draw: the rate is drawn given the elasticities, whose own distribution stays as declared.
    """
    learning = [
        (one, measure.goods, world_of(one) if world is None else world)
        for one in scenarios
        for measure in one.measures
        if isinstance(measure, Learning) and measure.rate is None
    ]
    if not learning:
        return tuple(factors)

    def most(values: Mapping[str, Any]) -> float:
        found = []
        for one, goods, base in learning:
            drawn = {name: value for name, value in values.items() if name.startswith("trade.elasticity.")}
            assumed = Assumptions.default().replace({**one.assumptions, **drawn})
            named = str(values.get("elasticities", one.elasticities))
            found.append(least_bound(goods, base, named, assumed))
        return min(found)

    return tuple(replace(factor, most=most) if factor.name == RATE else factor for factor in factors)


def draws_of(factors: Sequence[Factor], uniform: Floats) -> list[dict[str, float | str]]:
    """Return draws as {factor: value} from their rows of uniform numbers; what is bounded is drawn given the rest."""
    columns = {f.name: f.values(uniform[:, n]) for n, f in enumerate(factors) if not f.most}
    draws = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for n, factor in enumerate(factors):
        if factor.most:
            for draw, u in zip(draws, uniform[:, n], strict=True):
                draw[factor.name] = factor.values(np.array([u]), factor.most(draw))[0]
    return [{factor.name: draw[factor.name] for factor in factors} for draw in draws]


def drawn_scenario(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """Return `scenario` under one draw; only declared names and options, so nothing needs checking again."""
    choices = {name: values[name] for name in ("elasticities", "closure") if name in values}
    numbers = {name: value for name, value in values.items() if name not in choices}
    drawn = scenario.model_copy(update={"assumptions": {**scenario.assumptions, **numbers}, **choices})
    drawn._place = scenario.place  # an error still names the file
    return drawn
