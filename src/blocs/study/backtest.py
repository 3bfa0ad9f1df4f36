"""Does the model predict? The duties of 2018-19 applied to the world of 2017, against what trade did afterwards.

A triple difference takes out of the change of log trade everything that is common to a seller of a good, a buyer of a
good, and a pair of countries:

    d3[s,i,j] = residual of dln X[s,i,j] on (good, origin), (good, destination) and (origin, destination) effects

of the observed changes and, in the same way, of the predicted ones. The slope of the first on the second is 1 if the
model gets the size right, 0 if it knows nothing. The pair effect takes out what happened to all goods between the two
alike, so that only the differences of duties between goods are scored; "pair kept" leaves it in. Diversion is scored
apart, as a double difference: how third countries' sales of a good to the United States and China changed against their
sales of it to everybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from blocs.engine.elasticities import DEFAULT_SET, Elasticities, Horizon
from blocs.engine.shocks import Shocks
from blocs.engine.solve import purge
from blocs.errors import DataError, unknown
from blocs.study.coalition import solve_in
from blocs.study.members import Setting, horizon_of
from blocs.study.regress import Differences, Fit, explained, slope
from blocs.vectors.tariff_tables import added
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_goods
from blocs.world.load import load_world
from blocs.world.tables import REST
from blocs.world.world import World

CASES = ("trade-war-2018",)
TABLE = "us-china-2018-20"
SOURCE = (
    "Duties: Michael E. Waugh, US-China Trade War Tracker (MIT), three-digit NAICS, scaled to what is collected; "
    "trade: OECD Inter-Country Input-Output Database, 2025 edition"
)
BASE = 2017
SIDES = ("USA", "CHN")
YEARS = (2018, 2019, 2020, 2021, 2022)  # changes from 2017; the duties of 2020 hold from then on
PLACEBOS = ((2020, 2021), (2021, 2022))  # no duty changed between these years
SMALLEST = 1.0  # US$ mn: smaller flows in either year are noise of the source and left out

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Score:
    """One regression of observed on predicted differences, and its skill against predicting no change.

    what: 'treated' (all cells, triple difference), 'treated, pair kept', 'diversion'; kind: 'forecast' or 'placebo'.
    skill: share of the weighted sum of squares of observed differences, in the cells named, that the forecast explains
    as it stands (not refitted); below 0 it is worse than no change.
    """

    what: str
    kind: str
    years: tuple[int, int]
    weighted: bool
    slope: float
    error: float
    clusters: int
    cells: int
    skill: float
    skill_cells: int


@dataclass(frozen=True, eq=False, repr=False)
class Backtest:
    """Scores by year, the placebo slopes by pair of countries, and the cells of the headline year's figure."""

    case: str
    horizon: Horizon
    elasticities: str
    scores: tuple[Score, ...]
    pairs: tuple[tuple[str, str, float], ...]
    pair_rank: float
    points: tuple[tuple[str, str, str, float, float, float], ...]
    source: str
    notes: tuple[str, ...]

    def headline(self) -> Score:
        """Return the score announced before the numbers were seen: treated cells, 2017 to 2019, weighted."""
        return next(
            s for s in self.scores
            if (s.what, s.kind, s.years, s.weighted) == ("treated", "forecast", (BASE, HEADLINE), True)
        )  # fmt: skip


HEADLINE = 2019  # the last year before the pandemic
PAIRS = 15  # largest traders among which placebo pairs are drawn


def backtest(
    case: str = "trade-war-2018",
    *,
    world: World | str | None = None,
    horizon: Horizon | str = Horizon.LONG,
    elasticities: str | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Predict trade after the duties of 2018-19 from the world of 2017 and score it against what happened.

    case: 'trade-war-2018'. world: a bundled one. Deficits are purged before the prediction, not in the data. Standard
    errors are clustered by good (27: duties differ between goods). Raises DataError for another case or world.
    """
    start, found, chosen, data = _prepared(case, world, horizon, elasticities, YEARS, progress)
    scores = [
        score for year in YEARS for score in (*_treated(data, (BASE, year)), *_diversion(data, (BASE, year)))
    ]
    scores += [s for span in PLACEBOS for s in (*_treated(data, span), *_diversion(data, span))]
    pairs, rank = _pairs(data)
    return Backtest(
        case, found, chosen.name, tuple(scores), pairs, rank, _points(data), SOURCE, _notes(start, found)
    )  # fmt: skip


def headline(
    case: str = "trade-war-2018",
    *,
    world: World | str | None = None,
    horizon: Horizon | str = Horizon.LONG,
    elasticities: str | None = None,
) -> Score:
    """Return the headline score of `backtest` alone, which takes a tenth of the time."""
    data = _prepared(case, world, horizon, elasticities, (HEADLINE,), None)[3]
    scores = _treated(data, (BASE, HEADLINE), every=False)
    return next(score for score in scores if score.what == "treated")


def _prepared(
    case: str,
    world: World | str | None,
    horizon: Horizon | str,
    elasticities: str | None,
    years: Sequence[int],
    progress: Progress | None,
) -> tuple[World, Horizon, Elasticities, _Data]:
    """Return the world of 2017, the choices, and observed and predicted changes to `years`."""
    if case not in CASES:
        raise DataError(unknown("backtest", case, CASES))
    loaded = world if isinstance(world, World) else load_world(world or "81x50")
    found = horizon_of(horizon)
    chosen = Elasticities.load(elasticities or DEFAULT_SET, found)
    start = loaded.at(BASE)
    place = Setting(purge(start, elasticities=chosen, horizon=found), chosen, found)
    goods = [start.sectors.index(code) for code in resolve_goods("goods", start.sectors)]
    observed = {BASE: start.accounts.flows[goods]} | {y: loaded.at(y).accounts.flows[goods] for y in years}
    predicted = {}
    for year in sorted({min(year, 2020) for year in years}):
        shocks = Shocks.of(place.base, tariff=added(TABLE, str(year), place.base))
        outcome = solve_in(place, shocks)
        predicted[year] = _log_change(place.base.accounts.flows[goods], outcome.bare_flows[goods])
        if progress is not None:
            progress(f"duties of {year}: {outcome.status}")
    names = tuple(start.sectors[s] for s in goods)
    return start, found, chosen, _Data(start.regions, names, observed, predicted)


@dataclass(frozen=True, eq=False)
class _Data:
    """Flows of goods by year and predicted log changes by year of duties, (good, origin, destination)."""

    regions: tuple[str, ...]
    goods: tuple[str, ...]
    observed: dict[int, Floats]
    predicted: dict[int, Floats]

    def change(self, span: tuple[int, int]) -> tuple[Floats, Floats]:
        """Return the observed log change over `span`, NaN where a flow is too small, and base-year weights."""
        first, last = (self.observed[year] for year in span)
        used = (first >= SMALLEST) & (last >= SMALLEST) & (self.observed[BASE] > 0.0)
        n = self.regions.index(REST)
        used[:, n, :] = used[:, :, n] = False
        used[:, range(len(self.regions)), range(len(self.regions))] = False
        return np.where(used, _log_change(first, last), np.nan), np.where(used, self.observed[BASE], 0.0)

    def forecast(self, span: tuple[int, int]) -> Floats:
        """Return the forecast of `span`: the duties of its last year (2020 from then on)."""
        return self.predicted[min(span[1], 2020)]

    @property
    def treated(self) -> np.ndarray:
        """The cells that pay the duties (good, origin, destination)."""
        mask = np.zeros(self.observed[BASE].shape, dtype=bool)
        usa, chn = (self.regions.index(code) for code in SIDES)
        mask[:, usa, chn] = mask[:, chn, usa] = True
        return mask


def _treated(data: _Data, span: tuple[int, int], *, every: bool = True) -> list[Score]:
    observed, weight = data.change(span)
    kind = "placebo" if span in PLACEBOS else "forecast"
    found = []
    for weighted in (True, False) if every and span == (BASE, HEADLINE) else (True,):
        w = weight if weighted else (weight > 0.0).astype(float)
        cells = data.treated & (w > 0.0)
        for what, pairs in (("treated", True), ("treated, pair kept", False)):
            differences = Differences(w, pairs=pairs)
            y, x = differences.of(observed), differences.of(data.forecast(span))
            fit = slope(y, x, w, _good_of(w))
            found.append(
                _score(what, kind, span, weighted, fit, explained(y, x, w * cells), int(cells.sum()))
            )
    return found


def _diversion(data: _Data, span: tuple[int, int]) -> list[Score]:
    """Score third countries' sales to the two sides against their sales of the same good to everybody else."""
    kind = "placebo" if span in PLACEBOS else "forecast"
    found = []
    y, x, w = (np.stack(parts) for parts in zip(*(_third(data, span, side) for side in SIDES), strict=True))
    clusters = np.broadcast_to(np.arange(len(data.goods))[None, :, None], y.shape)
    for weighted in (True, False) if span == (BASE, HEADLINE) else (True,):
        v = w if weighted else (w > 0.0).astype(float)
        fit = slope(y, x, v, clusters, constant=True)
        found.append(_score("diversion", kind, span, weighted, fit, explained(y, x, v), int((v > 0.0).sum())))
    return found


def _third(data: _Data, span: tuple[int, int], side: str) -> tuple[Floats, Floats, Floats]:
    """Return observed and predicted double differences (good, third country) for the market `side`, and weights."""
    first, last = (data.observed[year] for year in span)
    base, forecast = data.observed[BASE], data.forecast(span)
    other = SIDES[1 - SIDES.index(side)]
    j = data.regions.index(side)
    out = [data.regions.index(code) for code in (*SIDES, REST)]
    elsewhere = np.ones((len(data.regions), len(data.regions)))
    elsewhere[:, out] = 0.0
    np.fill_diagonal(elsewhere, 0.0)

    def change(before: Floats, after: Floats) -> Floats:
        here = _log_change(before[:, :, j], after[:, :, j])
        return here - _log_change((before * elsewhere).sum(axis=2), (after * elsewhere).sum(axis=2))

    used = (
        (first[:, :, j] >= SMALLEST)
        & (last[:, :, j] >= SMALLEST)
        & ((first * elsewhere).sum(axis=2) >= SMALLEST)
    )
    used &= (last * elsewhere).sum(axis=2) >= SMALLEST
    used[:, [*out, data.regions.index(other)]] = False
    y = np.where(used, change(first, last), 0.0)
    x = np.where(used, change(base, base * np.exp(forecast)), 0.0)
    return y, x, np.where(used, base[:, :, j], 0.0)


def _pairs(data: _Data) -> tuple[tuple[tuple[str, str, float], ...], float]:
    """Return slopes when the same duties are pretended on other pairs, and the rank of the true one among them.

    The predicted differences of the two sides' cells are moved to every other pair of the largest traders.
    """
    span = (BASE, HEADLINE)
    observed, w = data.change(span)
    differences = Differences(w)
    y = differences.of(observed)
    forecast = data.forecast(span)
    a, b = (data.regions.index(code) for code in SIDES)
    size = np.where(np.eye(len(data.regions)) > 0.0, 0.0, data.observed[BASE].sum(axis=0))
    order = np.argsort(-(size.sum(axis=0) + size.sum(axis=1)))
    large = [n for n in order if data.regions[n] != REST][:PAIRS]
    found = []
    for k, one in enumerate(large):
        for other in large[k + 1 :]:
            moved = np.zeros_like(forecast)
            moved[:, one, other], moved[:, other, one] = forecast[:, a, b], forecast[:, b, a]
            x = differences.of(moved)
            found.append((data.regions[one], data.regions[other], slope(y, x, w, _good_of(w)).slope))
    true = next(value for i, j, value in found if {i, j} == set(SIDES))
    placebo = [value for i, j, value in found if {i, j} != set(SIDES)]
    rank = float(np.mean([value >= true for value in placebo]))
    return tuple(found), rank


def _points(data: _Data) -> tuple[tuple[str, str, str, float, float, float], ...]:
    """Return (good, origin, destination, predicted, observed, base US$ mn) of the treated cells, headline year."""
    observed, w = data.change((BASE, HEADLINE))
    differences = Differences(w)
    y, x = differences.of(observed), differences.of(data.forecast((BASE, HEADLINE)))
    return tuple(
        (
            data.goods[s], data.regions[i], data.regions[j], float(100.0 * x[s, i, j]), float(100.0 * y[s, i, j]),
            float(w[s, i, j]),
        )
        for s, i, j in np.argwhere(data.treated & (w > 0.0))
    )  # fmt: skip


def _score(
    what: str, kind: str, span: tuple[int, int], weighted: bool, fit: Fit, skill: float, cells: int
) -> Score:
    return Score(what, kind, span, weighted, fit.slope, fit.error, fit.clusters, fit.cells, skill, cells)


def _good_of(like: Floats) -> np.ndarray:
    return np.broadcast_to(np.arange(like.shape[0])[:, None, None], like.shape)


def _log_change(before: Floats, after: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.log(after) - np.log(before)
    return np.where((before > 0.0) & (after > 0.0), change, 0.0)


def _notes(start: World, horizon: Horizon) -> tuple[str, ...]:
    return (
        f"Forecast: {horizon.value}-run equilibrium from {BASE}, deficits purged; the duties of the average month of "
        "2018 and of 2019, and those of March 2020 for 2020 and later.",
        "Nothing else that happened is in the forecast: the pandemic, export controls, duties on steel and aluminium, "
        "the purchases promised in January 2020.",
        f"Flows below US$ {SMALLEST:g} mn, home sales and ROW are left out; ROW's duties are not in the source.",
        *(note for note in start.notes if "tariffs of" in note),
    )
