"""Two fans that have been earned: CBO's own errors of projected debt since 1984, net of legislation and with it.

The record holds, for each spring baseline and horizon k = 1 … 11, projection less actual in points of actual GDP. A
path of errors is drawn with the record's distribution at every horizon and its rank correlation across horizons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from blocs.data import store
from blocs.errors import DataError
from blocs.vectors.debt.fan import PATHS, SEED, Draws
from blocs.world.accounts import Floats

HORIZONS = 11
GRID = 4001  # points of a quantile function
TWO_THIRDS = (1.0 / 6.0, 5.0 / 6.0)
JUDGES, TESTED = 8, 4  # baselines needed to judge one, and to speak of a share


class Law(Enum):
    """Whether laws passed after the projection count as error."""

    CURRENT = "current law"
    LEGISLATED = "with legislation"


WORDS = {
    Law.CURRENT: "CBO's errors of 1984–2025 net of legislation: debt if no law changes",
    Law.LEGISLATED: "CBO's errors of 1984–2025 with legislation: debt as laws have changed; biased upwards for debt",
}


@dataclass(frozen=True)
class Horizon:
    """The record at one horizon, points of GDP: number, mean error, root mean square, two-thirds spread."""

    number: int
    mean: float
    rmse: float
    spread: float


def errors(law: Law) -> Mapping[int, Mapping[int, float]]:
    """Return {horizon: {fiscal year of the first projected year: projection less actual, points of GDP}}."""
    return _errors()[law]


@lru_cache(maxsize=1)
def _errors() -> Mapping[Law, Mapping[int, Mapping[int, float]]]:
    found: dict[Law, dict[int, dict[int, float]]] = {law: {} for law in Law}
    for row in store.rows("debt/us-projection-errors.csv"):
        horizon, year = int(row["horizon"]), int(row["fiscal_year"])
        net, legislation = float(row["net"]), float(row["legislation"])
        for law, error in ((Law.CURRENT, net), (Law.LEGISLATED, net - legislation)):
            found[law].setdefault(horizon, {})[year - horizon + 1] = error
    return MappingProxyType({law: MappingProxyType(part) for law, part in found.items()})


def widths(law: Law) -> dict[int, Horizon]:
    """Return the record's width by horizon."""
    out = {}
    for horizon, part in sorted(errors(law).items()):
        values = np.array(list(part.values()))
        low, high = spread_ends(values)
        out[horizon] = Horizon(
            len(values), float(values.mean()), float(np.sqrt((values**2).mean())), high - low
        )
    return out


def spread_ends(values: Floats) -> tuple[float, float]:
    """Return the ends of the middle two thirds: the order statistics that leave a sixth on either side."""
    low, high = np.quantile(values, TWO_THIRDS)
    return float(low), float(high)


def draw(
    baseline: Floats, years: tuple[int, ...], law: Law, *, paths: int = PATHS, seed: int = SEED
) -> Draws:
    """Return debt over GDP (path, year) around `baseline` (fractions), actual = projection − error.

    The first year is horizon 1. Raises DataError for more years than the record has: it ends at eleven.
    """
    count = len(years)
    if count > HORIZONS:
        raise DataError(
            f"CBO's record of errors ends {HORIZONS} years ahead; {years[HORIZONS]} and later have no such fan"
        )
    generator = np.random.Generator(np.random.PCG64(seed))
    normal = generator.standard_normal((paths, HORIZONS)) @ np.linalg.cholesky(_correlation(law)).T
    from scipy.special import ndtr

    uniform = ndtr(normal)
    error = np.column_stack([_inverse(law, k + 1, uniform[:, k]) for k in range(count)])
    centre = np.asarray(baseline, dtype=np.float64)
    return Draws(law.value, WORDS[law], years, centre, centre - error / 100.0, None)


def _inverse(law: Law, horizon: int, uniform: Floats) -> Floats:
    """Return the record's errors at quantiles `uniform`."""
    table = _quantiles(law)[horizon]
    return np.interp(uniform, np.linspace(0.0, 1.0, len(table)), table)


@lru_cache(maxsize=2)
def _quantiles(law: Law) -> Mapping[int, Floats]:
    """Return the error by horizon at evenly spaced quantiles, with the record's two-thirds spread and mean square.

    Between order statistics the quantile function is linear, which gives the spread; it also cuts the extremes short,
    so what lies outside the middle two thirds is stretched away from it until the mean square is the record's.
    """
    from scipy.optimize import brentq

    tables = {}
    for horizon, part in errors(law).items():
        values = np.array(list(part.values()))
        line = np.quantile(values, np.linspace(0.0, 1.0, GRID))
        low, high = spread_ends(values)

        def stretched(factor: float, line: Floats = line, low: float = low, high: float = high) -> Floats:
            beyond = np.maximum(line - high, 0.0) + np.minimum(line - low, 0.0)
            return line + (factor - 1.0) * beyond

        def gap(factor: float, target: float = float((values**2).mean()), build: Any = stretched) -> float:
            return float((build(factor) ** 2).mean()) - target

        tables[horizon] = stretched(float(np.asarray(brentq(gap, 0.2, 5.0))))
    return MappingProxyType(tables)


@lru_cache(maxsize=2)
def _correlation(law: Law) -> Floats:
    """Return the correlation of normal scores across horizons, from baselines that have both, made definite."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    scores: dict[int, dict[int, float]] = {}
    for horizon, part in errors(law).items():
        ranks = rankdata(list(part.values()))
        scores[horizon] = dict(zip(part, ndtri((ranks - 0.5) / len(ranks)), strict=True))
    matrix = np.eye(HORIZONS)
    for one in range(1, HORIZONS + 1):
        for two in range(one + 1, HORIZONS + 1):
            both = sorted(scores[one].keys() & scores[two].keys())
            pair = np.corrcoef([scores[one][v] for v in both], [scores[two][v] for v in both])[0, 1]
            matrix[one - 1, two - 1] = matrix[two - 1, one - 1] = pair
    value, vector = np.linalg.eigh(matrix)  # pairwise correlations of unequal samples need not be definite
    fixed = (vector * np.maximum(value, 1e-6)) @ vector.T
    scale = np.sqrt(np.diag(fixed))
    return fixed / np.outer(scale, scale)


# --- is the fan honest? ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Honesty:
    """How the record's fan would have done at one horizon: shares of actuals inside its central two thirds.

    `left_out`: each baseline judged by all others. At one horizon this is nearly uniform by construction (the ranks
    of a sample in itself), so it proves little. `apart`: judged only by baselines whose years do not overlap with the
    tested one's. `known`: judged only by errors that were known when the tested baseline was made. A fan that is wide
    enough has two thirds in each; None where fewer than four baselines can be judged by at least eight others.
    `ninety` is the same as `apart` for the central 90%. `number` baselines overlap: `independent` = number / horizon
    is about how many separate spans of years they hold.
    """

    horizon: int
    number: int
    independent: float
    left_out: float
    apart: float | None
    ninety: float | None
    known: float | None
    number_known: int


def honesty(law: Law) -> list[Honesty]:
    """Return the coverage of the record's fan by horizon, leaving the tested baseline out in three ways."""
    return [_honesty(law, horizon) for horizon in sorted(errors(law))]


def transforms(law: Law, horizon: int) -> dict[int, float]:
    """Return {baseline: share of the other baselines' outcomes below its own}; uniform if the fan is honest.

    Outcome is actual less projection: a transform near one is a debt that came out high.
    """
    part = errors(law)[horizon]
    out = {}
    for tested, error in part.items():
        others = np.array([value for vintage, value in part.items() if vintage != tested])
        out[tested] = _place(others, error)
    return out


def _place(others: Floats, error: float) -> float:
    outcome, rest = -error, -others
    below, equal = (rest < outcome).sum(), (rest == outcome).sum()
    return float((below + 0.5 * equal + 0.5) / (len(rest) + 1.0))


def _honesty(law: Law, horizon: int) -> Honesty:
    part = errors(law)[horizon]
    left_out = list(transforms(law, horizon).values())
    apart = _judged(part, lambda tested, other: abs(other - tested) >= horizon)
    known = _judged(part, lambda tested, other: other + horizon <= tested)
    return Honesty(
        horizon, len(part), len(part) / horizon, _share(left_out, 2.0 / 3.0) or 0.0, _share(apart, 2.0 / 3.0),
        _share(apart, 0.9), _share(known, 2.0 / 3.0), len(known),
    )  # fmt: skip


def _judged(part: Mapping[int, float], allowed: Callable[[int, int], bool]) -> list[float]:
    """Return the transforms of the baselines that at least eight allowed others can judge."""
    found = []
    for tested, error in part.items():
        others = np.array([value for other, value in part.items() if allowed(tested, other)])
        if len(others) >= JUDGES:
            found.append(_place(others, error))
    return found


def _share(transforms: Sequence[float], band: float) -> float | None:
    if len(transforms) < TESTED:
        return None
    return float(np.mean([_inside(value, band) for value in transforms]))


def _inside(transform: float, share: float) -> bool:
    return abs(transform - 0.5) <= share / 2.0
