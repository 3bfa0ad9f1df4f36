"""Questions a fan or a path can answer: does debt stabilise, what would make it, when does it pass a mark.

"Stabilises by year T" means here: debt over GDP at the end of T is no higher than `WINDOW` years before. A share of
draws is a probability only as far as its fan is; every answer names the fan.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.errors import DataError
from blocs.vectors.debt.case import Case
from blocs.vectors.debt.fan import PATHS, SEED, Draws, simulate
from blocs.vectors.debt.project import Drivers, Path, project
from blocs.world.accounts import Floats

WINDOW = 3  # years over which debt must not have risen
LARGEST = 0.30  # share of GDP: no adjustment beyond this is looked for


@dataclass(frozen=True)
class Statement:
    """A share of draws with the words it stands for and the fan it comes from."""

    words: str
    fan: str
    share: float


def stabilises(draws: Draws, by: int) -> Statement:
    """Return the share of draws in which debt over GDP is no higher in `by` than `WINDOW` years before."""
    if by not in draws.years or by - WINDOW not in draws.years:
        raise DataError(
            f"whether debt stabilises by {by} needs {by - WINDOW} to {by} inside {draws.years[0]}–{draws.years[-1]}"
        )
    at = draws.years.index(by)
    share = float((draws.ratio[:, at] <= draws.ratio[:, at - WINDOW]).mean())
    return Statement(f"debt over GDP is no higher in {by} than in {by - WINDOW}", draws.name, share)


def exceeds(draws: Draws, mark: float, year: int) -> Statement:
    """Return the share of draws in which debt over GDP is above `mark` (%) in `year`."""
    at = _position(draws, year)
    share = float((100.0 * draws.ratio[:, at] > mark).mean())
    return Statement(f"debt is above {mark:g}% of GDP in {year}", draws.name, share)


def burdened(draws: Draws, mark: float, year: int) -> Statement | None:
    """Return the share of draws with net interest above `mark` (%) of receipts in `year`; None without interest."""
    if draws.burden is None:
        return None
    at = _position(draws, year)
    share = float((100.0 * draws.burden[:, at] > mark).mean())
    return Statement(f"net interest is above {mark:g}% of receipts in {year}", draws.name, share)


def _position(draws: Draws, year: int) -> int:
    if year not in draws.years:
        raise DataError(f"the fan runs from {draws.years[0]} to {draws.years[-1]}; it has no {year}")
    return draws.years.index(year)


# --- deterministic questions -------------------------------------------------------------------------------


def stabilising_primary(path: Path) -> Floats:
    """Return the primary balance that would have kept debt over GDP where it was a year before (year,), % of GDP.

    pb* = d_{t-1} (r − g)/(1 + g) + other means over GDP, with r net interest over last year's debt and g growth.
    """
    before = np.concatenate([[path.case.start_debt], path.debt[:-1]])
    gdp_before = np.concatenate([[path.case.start_gdp], path.gdp[:-1]])
    growth = path.gdp / gdp_before - 1.0
    keep = before / gdp_before * (path.average_rate - growth) / (1.0 + growth)
    return 100.0 * (keep + path.case.other_means / path.gdp)


def check_target(target: float) -> None:
    """Raise DataError unless `target` can be a debt in % of GDP: what a state earns on wealth is not modelled."""
    if not (math.isfinite(target) and target >= 0.0):
        raise DataError(f"target is {target:g}; it is the debt to end at, in % of GDP, 0 or more")


def adjustment(
    case: Case,
    target: float,
    year: int,
    start: int,
    *,
    drivers: Drivers | None = None,
    assumptions: Assumptions | None = None,
) -> float:
    """Return the lasting improvement of the primary balance from `start` that puts debt at `target` in `year`.

    Both in % of GDP, on the path without shocks. Negative: room. DataError if no adjustment up to 30% of GDP does.
    """
    check_target(target)
    at, first = _year(case, year), _year(case, start)
    base = drivers or Drivers.none(case)
    if drivers is None:  # later years cannot matter
        case = case.until(max(year, case.years[min(1, len(case.years) - 1)]))
        base = Drivers.none(case)

    def gap(size: float) -> float:
        changed = base.change(balance=base.balance + _from(case, first, size))
        return float(project(case, changed, assumptions=assumptions).ratio[at]) - target / 100.0

    if gap(-LARGEST) < 0.0 or gap(LARGEST) > 0.0:
        raise DataError(
            f"no lasting change of up to {100 * LARGEST:g}% of GDP from {start} puts the debt at {target:g}% of GDP "
            f"in {year}"
        )
    return 100.0 * _root(gap, 1e-7)


def adjustment_with_probability(
    case: Case,
    target: float,
    year: int,
    start: int,
    probability: float,
    *,
    paths: int = PATHS // 2,
    seed: int = SEED,
    assumptions: Assumptions | None = None,
) -> float:
    """Return the improvement with which debt is at most `target` in `year` in a share `probability` of draws.

    In % of GDP. Of the modelled fan, with the same draws at every trial size.
    """
    if not 0.0 < probability < 1.0:
        raise DataError(f"probability is {probability:g}; it must lie between 0 and 1")
    check_target(target)
    at, first = _year(case, year), _year(case, start)
    case = case.until(max(year, case.years[min(1, len(case.years) - 1)]))
    base = Drivers.none(case)

    def gap(size: float) -> float:
        draws = simulate(
            case,
            base.change(balance=_from(case, first, size)),
            paths=paths,
            seed=seed,
            assumptions=assumptions,
        )
        return float(np.quantile(draws.ratio[:, at], probability)) - target / 100.0

    if gap(LARGEST) > 0.0:
        raise DataError(
            f"no improvement of up to {100 * LARGEST:g}% of GDP keeps the debt at {target:g}% of GDP or less in {year} "
            f"with probability {probability:g}"
        )
    if gap(-LARGEST) < 0.0:
        raise DataError(f"debt is below {target:g}% of GDP in {year} whatever is done; choose a lower target")
    return 100.0 * _root(gap, 1e-5)


def years_to(path: Path, mark: float) -> int | None:
    """Return the first year in which debt over GDP is at least `mark` (%), or None if it is in none."""
    above = np.flatnonzero(100.0 * path.ratio >= mark)
    return None if len(above) == 0 else path.case.years[int(above[0])]


@dataclass(frozen=True)
class Explosion:
    """When debt runs away for good, from the last year of a path kept for ever.

    rate: average interest rate (%) above which debt over GDP has no level at which it could rest, given the primary
    deficit and growth of the last year and the feedback of debt on the rate. now: the rate of that year (%). rest: the
    level (% of GDP) at which debt rests at the rate of now, None if there is none.
    """

    rate: float
    now: float
    growth: float
    primary: float
    rest: float | None


def explosion(path: Path, assumptions: Assumptions | None = None) -> Explosion:
    """Return the average rate at which debt explodes.

    At rest d (g − r(d)) = p (1 + g), r(d) = r + φ (d − d_T). With φ > 0 and p > 0 this has a real root only if
    g − r + φ d_T ≥ 2 √(φ p (1 + g)); without feedback only if r < g. With a primary surplus, p < 0, debt runs
    away above r = g − p (1 + g) / d_T. p is the mean of the last three years.
    """
    assumed = assumptions or Assumptions.default()
    feedback = assumed["debt.feedback"] / 100.0
    gdp = np.concatenate([[path.case.start_gdp], path.gdp])
    growth = float(gdp[-1] / gdp[-2] - 1.0)
    primary = float(np.mean((path.primary / path.gdp)[-3:]))
    level, now = float(path.ratio[-1]), float(path.average_rate[-1])
    need = primary * (1.0 + growth)
    # with a surplus debt runs away once interest on its present level outgrows it
    edge = feedback * level - 2.0 * np.sqrt(feedback * max(need, 0.0)) if need > 0.0 else -need / level
    rate = growth + edge
    room = growth - now + feedback * level
    rest = None
    if need <= 0.0:
        pass
    elif feedback > 0.0 and room**2 >= 4.0 * feedback * need and room > 0.0:
        rest = (room - np.sqrt(room**2 - 4.0 * feedback * need)) / (2.0 * feedback)
    elif feedback == 0.0 and now < growth:
        rest = need / (growth - now)
    return Explosion(
        100.0 * float(rate), 100.0 * now, 100.0 * growth, 100.0 * primary,
        None if rest is None else 100.0 * float(rest),
    )  # fmt: skip


def _year(case: Case, year: int) -> int:
    if year not in case.years:
        raise DataError(
            f"{year} is outside the path, {case.years[0]}–{case.years[-1]}; extend it or choose another"
        )
    return case.years.index(year)


def _from(case: Case, first: int, size: float) -> Floats:
    return np.where(np.arange(len(case.years)) >= first, size, 0.0)


def _root(gap: Callable[[float], float], within: float) -> float:
    from scipy.optimize import brentq

    return float(np.asarray(brentq(gap, -LARGEST, LARGEST, xtol=within)))
