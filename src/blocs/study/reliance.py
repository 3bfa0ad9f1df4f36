"""Self-reliance: how much of a bloc is in a region's strategic goods, and when that falls under a threshold.

For a strategic sector with industries k and weights w, dependence on a bloc B in a year and self-reliance are

    D = sum_k w_k sum_(i in B) content[i, k, j]          S = sum_k w_k content[j, k, j]

The year of the fall: ln D = a + b (year - mean) is fitted to 2017-2022 by least squares; (a, b) and the variance are
drawn from their distribution under a flat prior (four degrees of freedom), each drawn line is multiplied by what a
scenario does to D, and the first year from 2023 in which it lies under the threshold is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from blocs.errors import DataError
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_regions
from blocs.world.look_through import Content, by_year, detailed
from blocs.world.observatory import SectorWeight, strategic_sectors

if TYPE_CHECKING:
    from blocs.scenario.schema import Scenario

FIRST = 2023
LAST = 2060
DRAWS = 10_000
SEED = 20260601
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SAMPLES = 3  # years of a scenario whose content is computed; between them it is interpolated
NEVER = np.inf


@dataclass(frozen=True)
class Fall:
    """When dependence falls under the threshold: quantiles of the year over draws, None for not by `LAST`.

    already: it is under it in the last year of the data. never: share of draws not under it by `LAST`. shares: of
    draws under it by each year from 2023 to `LAST`.
    """

    already: bool
    quantiles: dict[float, int | None]
    never: float
    shares: tuple[float, ...] = ()


@dataclass(frozen=True)
class Dependence:
    """One strategic sector of one plan: by year, % of gross output, and the year of the fall.

    look_through and direct are of the bloc, self_reliance is the region's own content. detailed: look-through in 2022
    from the 81x50 table, with the service industries that the yearly table cannot tell apart (`left_out`). growth: per
    cent a year, with its standard error. effect: what the scenario does in its last year, % of D. None where the yearly
    table has no industry of the sector.
    """

    plan: str
    sector: str
    weights: tuple[tuple[str, float], ...]
    left_out: tuple[str, ...]
    caveats: tuple[str, ...]
    look_through: tuple[float, ...]
    direct: tuple[float, ...]
    self_reliance: tuple[float, ...]
    detailed: float
    detailed_self: float
    growth: float | None
    growth_error: float | None
    effect: float | None
    fall: Fall | None


@dataclass(frozen=True)
class Reliance:
    """Dependence of `region` on `bloc` by strategic sector."""

    region: str
    bloc: tuple[str, ...]
    bloc_name: str
    threshold: float
    scenario: str | None
    years: tuple[int, ...]
    sectors: tuple[Dependence, ...]
    draws: int
    seed: int
    notes: tuple[str, ...]


def reliance(
    region: str = "CHN",
    on: str | Sequence[str] = "G7",
    *,
    plan: str | None = None,
    sector: str | None = None,
    threshold: float = 3.0,
    scenario: Scenario | str | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: Callable[[str], None] = lambda _: None,
) -> Reliance:
    """Return how much `region` depends on the value added of `on`, by strategic sector, and when that ends.

    threshold: % of gross output. scenario: one of the library or your own; it is run on 81x28. Raises DataError for
    unknown names, a region inside the bloc, a threshold outside 0-100 and a sector that the plan does not have.
    """
    if not 0.0 < threshold < 100.0:
        raise DataError(
            f"threshold is {threshold:g}; it is a share of gross output in %, above 0 and below 100"
        )
    if draws < 100:
        raise DataError(f"{draws} draws cannot show a distribution; take at least 100")
    series, names = by_year(), [on] if isinstance(on, str) else list(on)
    chosen = resolve_regions([region], series.regions, None).codes
    if len(chosen) != 1:
        raise DataError(f"{region!r} names a group of regions; dependence is of one region, such as CHN")
    found = resolve_regions(names, series.regions, None)
    if chosen[0] in found.codes:
        raise DataError(
            f"{chosen[0]} is in {', '.join(names)}; a region does not depend on itself: [{names[0]}, -{chosen[0]}]"
        )
    rows = _sectors(plan, sector)
    named = None if scenario is None else _loaded(scenario)
    effects = {} if named is None else _effects(named, chosen[0], found.codes, progress)
    done = tuple(
        _dependence(part, series, chosen[0], found.codes, threshold, effects, draws, seed)
        for part in rows.values()
    )
    name = None if named is None else named.name
    return Reliance(
        chosen[0], found.codes, ", ".join(names), threshold, name, series.years, done, draws, seed,
        _notes(found.coverage, name),
    )  # fmt: skip


def _sectors(plan: str | None, sector: str | None) -> dict[tuple[str, str], list[SectorWeight]]:
    found: dict[tuple[str, str], list[SectorWeight]] = {}
    for row in strategic_sectors(plan):
        found.setdefault((row.plan, row.sector), []).append(row)
    if sector is None:
        return found
    kept = {key: rows for key, rows in found.items() if key[1].lower() == sector.lower()}
    if not kept:
        from blocs.errors import unknown

        raise DataError(unknown("strategic sector", sector, sorted({name for _, name in found})))
    return kept


def _dependence(
    rows: Sequence[SectorWeight],
    series: Content,
    region: str,
    bloc: Sequence[str],
    threshold: float,
    effects: Mapping[int, Floats],
    draws: int,
    seed: int,
) -> Dependence:
    whole = detailed()
    here = [row for row in rows if row.industry in series.sectors]
    assert series.direct is not None
    through = _weighted(series.content, series, here, bloc, region)
    straight = _weighted(series.direct, series, here, bloc, region)
    own = _weighted(series.content, series, here, [region], region)
    trend = Trend.fit(series.years, through) if here and (through > 0.0).all() else None
    ratios = _sector_effects(effects, series, here, bloc, region) if here else {}
    random = np.random.default_rng(seed)  # the same for every sector: equal sectors get equal years
    fall = None if trend is None else _fall(trend, float(through[-1]), threshold, ratios, draws, random)
    return Dependence(
        plan=rows[0].plan,
        sector=rows[0].sector,
        weights=tuple((row.industry, row.weight) for row in rows),
        left_out=tuple(row.industry for row in rows if row.industry not in series.sectors),
        caveats=tuple(dict.fromkeys(row.caveat for row in rows)),
        look_through=tuple(map(float, through)) if here else (),
        direct=tuple(map(float, straight)) if here else (),
        self_reliance=tuple(map(float, own)) if here else (),
        detailed=float(_weighted(whole.content, whole, rows, bloc, region)[0]),
        detailed_self=float(_weighted(whole.content, whole, rows, [region], region)[0]),
        growth=None if trend is None else 100.0 * float(np.expm1(trend.slope)),
        growth_error=None if trend is None else 100.0 * trend.slope_error,
        effect=100.0 * (ratios[max(ratios)] - 1.0) if ratios else None,
        fall=fall,
    )


def _weighted(
    shares: Floats, table: Content, rows: Sequence[SectorWeight], origins: Sequence[str], region: str
) -> Floats:
    """Return sum of weight times share from `origins` (year,), %, weights made to sum to one over `rows`."""
    if not rows:
        return np.zeros(len(table.years))
    weight = np.array([row.weight for row in rows])
    users = [table.sectors.index(row.industry) for row in rows]
    at = [table.regions.index(code) for code in origins]
    part = shares[:, at][:, :, users][..., table.regions.index(region)].sum(axis=1)
    return 100.0 * part @ (weight / weight.sum())


# the year of the fall ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trend:
    """A log-linear trend by least squares: ln D = level + slope (year - middle), with what is needed to draw it."""

    level: float
    slope: float
    middle: float
    variance: float  # of the residuals
    points: int
    spread: float  # sum of squared distances of the years

    @classmethod
    def fit(cls, years: Sequence[int], values: Floats) -> Trend:
        """Fit `values` (all above zero) over `years`."""
        x, y = np.asarray(years, dtype=float), np.log(values)
        middle, spread = float(x.mean()), float(((x - x.mean()) ** 2).sum())
        slope = float(((x - middle) * y).sum() / spread)
        residuals = y - y.mean() - slope * (x - middle)
        return cls(float(y.mean()), slope, middle, float((residuals**2).sum() / (len(x) - 2)), len(x), spread)

    @property
    def slope_error(self) -> float:
        """Standard error of the slope."""
        return float(np.sqrt(self.variance / self.spread))

    def draw(self, years: Floats, draws: int, random: np.random.Generator) -> Floats:
        """Return drawn trend lines (draw, year), levels: Student t with points - 2 degrees of freedom."""
        freedom = self.points - 2
        scale = np.sqrt(self.variance * freedom / random.chisquare(freedom, draws))
        level = self.level + scale / np.sqrt(self.points) * random.standard_normal(draws)
        slope = self.slope + scale / np.sqrt(self.spread) * random.standard_normal(draws)
        return np.exp(level[:, None] + slope[:, None] * (years - self.middle)[None, :])


def _fall(
    trend: Trend,
    latest: float,
    threshold: float,
    effects: Mapping[int, float],
    draws: int,
    random: np.random.Generator,
) -> Fall:
    years = np.arange(FIRST, LAST + 1)
    path = trend.draw(years.astype(float), draws, random) * _interpolated(effects, years)[None, :]
    under = path < threshold
    first = np.where(under.any(axis=1), years[under.argmax(axis=1)].astype(float), NEVER)
    quantiles = np.quantile(first, LEVELS, method="inverted_cdf")
    return Fall(
        already=latest < threshold,
        quantiles={
            level: int(year) if np.isfinite(year) else None
            for level, year in zip(LEVELS, quantiles, strict=True)
        },
        never=float(np.isinf(first).mean()),
        shares=tuple(float((first <= year).mean()) for year in years),
    )


def _interpolated(effects: Mapping[int, float], years: np.ndarray) -> Floats:
    """Return the scenario's factor by year: 1 before its first, log-linear between samples, constant after the last."""
    if not effects:
        return np.ones(len(years))
    known = sorted(effects)
    logs = np.log([effects[year] for year in known])
    return np.where(years < known[0], 1.0, np.exp(np.interp(years, known, logs)))


# what a scenario does ------------------------------------------------------------------------------------------


def _loaded(scenario: Scenario | str) -> Scenario:
    """Return the scenario on 81x28, the only world whose outcomes have look-through content."""
    from blocs.scenario.schema import Scenario

    found = Scenario.load(scenario) if isinstance(scenario, str) else scenario
    return (
        found
        if found.world == "81x28"
        else Scenario.from_dict({**found.model_dump(mode="json"), "world": "81x28"})
    )


def _effects(
    named: Scenario, region: str, bloc: Sequence[str], progress: Callable[[str], None]
) -> dict[int, Floats]:
    """Return dependence over that of the base by sampled year (user,), from a run on 81x28."""
    from blocs.study.run import run
    from blocs.study.solved_content import base_content, solved_content

    done = run(
        None, named, strict=True, progress=lambda year, of, _: progress(f"{named.name}: year {year} of {of}")
    )
    count = min(SAMPLES, len(done.years))
    sampled = sorted({done.years[n] for n in np.linspace(0, len(done.years) - 1, count).round().astype(int)})
    found: dict[int, Floats] = {}
    before: tuple[object, Floats] | None = None
    for year in sampled:
        progress(f"look-through content of {year}")
        outcome = done.at(year)
        at = [outcome.base.regions.index(code) for code in bloc]
        j = outcome.base.regions.index(region)
        if before is None or before[0] is not outcome.base:
            before = (outcome.base, base_content(outcome.base)[0][at, :, j].sum(axis=0))
        now = solved_content(outcome)[0][at, :, j].sum(axis=0)
        found[year] = np.divide(now, before[1], out=np.ones_like(now), where=before[1] > 0.0)
    return found


def _sector_effects(
    effects: Mapping[int, Floats],
    series: Content,
    rows: Sequence[SectorWeight],
    bloc: Sequence[str],
    region: str,
) -> dict[int, float]:
    """Return the factor on a sector's dependence: its industries' factors, weighted with their dependence in 2022."""
    users = [series.sectors.index(row.industry) for row in rows]
    at = [series.regions.index(code) for code in bloc]
    held = series.content[-1][at, :, series.regions.index(region)].sum(axis=0)[users]
    weight = held * np.array([row.weight for row in rows])
    return {year: float(weight @ ratio[users] / weight.sum()) for year, ratio in effects.items()}


def _notes(coverage: Sequence[str], scenario: str | None) -> tuple[str, ...]:
    lines = [
        *coverage,
        "2017-2021: flows of goods of the year; input coefficients, value-added shares and the pattern of who buys "
        "from whom are those of 2022, balanced: techniques do not change in the series",
        "content of whole ICIO industries: chips are inside electronics, machine tools inside machinery",
        "the trend rests on six years, two of them of the pandemic, and is drawn as if their errors were independent; "
        f"draws run to {LAST}; shares of draws are not probabilities of the world",
        "low dependence by value is not safety: one missing input can stop a line whatever its share",
    ]
    if scenario is not None:
        lines.append(
            f"{scenario}: factor on dependence in up to {SAMPLES} of its years, log-linear between them, constant "
            "after its last; each user keeps the base's pattern of origins, balanced to the outcome; parameters at "
            "their values, so that only the trend is drawn"
        )
    return tuple(lines)
