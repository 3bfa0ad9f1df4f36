"""From measures to months: which pairs are cut, what is leaked, licensed, released, newly mined and recycled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.errors import DataError
from blocs.vectors.minerals.base import Base
from blocs.vectors.minerals.market import MONTHS, Policy, idle
from blocs.vectors.minerals.measures import ExportControl, NewSupply, Recycling, Stockpile, chosen
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_regions
from blocs.world.measure import Measure

# equally likely courses of the licensed share: the middles of five fifths of its distribution
QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9)
ONE_COURSE = (None,)


def courses(measures: Sequence[Measure]) -> tuple[float | None, ...]:
    """Return the quantiles of licensing to run: five where a control licenses by chance, else one course."""
    drawn = any(isinstance(m, ExportControl) and m.granted is not None and m.spread > 0.0 for m in measures)
    return QUANTILES if drawn else ONE_COURSE


def granted(measure: ExportControl, quantile: float | None) -> float:
    """Return the licensed share of the cut: the quantile of a Beta distribution with the measure's mean and spread."""
    mean = measure.granted or 0.0
    if quantile is None or measure.spread == 0.0 or mean in (0.0, 1.0):
        return mean
    from scipy.stats import beta

    size = mean * (1.0 - mean) / measure.spread**2 - 1.0
    return float(beta.ppf(quantile, mean * size, (1.0 - mean) * size))


def policy_of(
    measures: Sequence[Measure],
    base: Base,
    year: int,
    first: int,
    assumptions: Assumptions,
    quantile: float | None = None,
) -> Policy:
    """Return what the measures in force in `year` do month by month; `first` is the first year of the run."""
    policy = idle(base, MONTHS, assumptions)
    leak_cost = policy.leak_cost.copy()
    for measure in measures:
        if not measure.active(year):
            continue
        if not isinstance(measure, (ExportControl, Stockpile, NewSupply, Recycling)):
            continue
        rows = _regions(measure.by, base, year)
        began = first if measure.years is None else max(measure.years.first, first)
        age = MONTHS * (year - began)
        buyers = _regions(measure.on, base, year) if isinstance(measure, ExportControl) else []
        for symbol in chosen(measure.minerals):
            m = base.index(symbol)
            if isinstance(measure, ExportControl):
                _cut(policy, base, measure, m, rows, buyers, age, quantile)
                if measure.leakage_cost is not None:
                    leak_cost[m] = measure.leakage_cost
            elif isinstance(measure, NewSupply):
                for t in range(MONTHS):
                    if age + t >= measure.lead:
                        tonnes = measure.share * base.output[m].sum() / len(rows)
                        for n in _origins(base, m, rows):
                            policy.extra[t, m, n] += tonnes
            elif isinstance(measure, Recycling):
                steps = np.minimum((age + np.arange(MONTHS) + 1) / measure.over, 1.0)
                policy.recycled[:, m, rows] += steps[:, None] * measure.share * base.use[m, rows]
    return replace(policy, leak_cost=leak_cost)


def _cut(
    policy: Policy, base: Base, measure: ExportControl, m: int, sellers: list[int], buyers: list[int], age: int,
    quantile: float | None,
) -> None:  # fmt: skip
    size = measure.cut * (1.0 - granted(measure, quantile))
    months = slice(measure.from_month - 1 if age == 0 else 0, MONTHS)
    for n in _origins(base, m, sellers):
        home = base.origin[m, n]
        where = [j for j in buyers if j != home]
        cut, leaked = policy.cut[months, m, n], policy.leaked[months, m, n]  # views
        tighter = size > cut[:, where]
        cut[:, where] = np.where(tighter, size, cut[:, where])
        leaked[:, where] = np.where(tighter, measure.leakage, leaked[:, where])


def _origins(base: Base, m: int, regions: list[int]) -> list[int]:
    return [n for n in range(base.origins[m]) if base.origin[m, n] in regions]


def _regions(names: Sequence[str], base: Base, year: int) -> list[int]:
    return [base.regions.index(code) for code in resolve_regions(list(names), base.regions, year).codes]


def offered(measures: Sequence[Measure], base: Base, held: Floats, year: int) -> Floats:
    """Return the tonnes public stocks offer (t,m,j), a share of what is left each month; held (m,j) at the start."""
    out, left = np.zeros((MONTHS, *held.shape)), held.copy()
    for t in range(MONTHS):
        for measure in measures:
            if isinstance(measure, Stockpile) and measure.active(year):
                rows = _regions(measure.by, base, year)
                for symbol in chosen(measure.minerals):
                    m = base.index(symbol)
                    given = measure.rate * left[m, rows]
                    out[t, m, rows] += given
                    left[m, rows] -= given
    return out


def stocked(measures: Sequence[Measure], base: Base, year: int, first: int) -> Floats:
    """Return the public stocks (m,j) that measures beginning in `year` bring, tonnes."""
    out = np.zeros(base.use.shape)
    for measure in measures:
        if isinstance(measure, Stockpile) and measure.active(year):
            began = first if measure.years is None else max(measure.years.first, first)
            if began == year:
                rows = _regions(measure.by, base, year)
                for symbol in chosen(measure.minerals):
                    m = base.index(symbol)
                    out[m, rows] += measure.months * base.use[m, rows]
    return out


def newcomers(measures: Sequence[Measure], regions: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the regions in which measures start new supply, by symbol."""
    out: dict[str, set[str]] = {}
    for measure in measures:
        if isinstance(measure, NewSupply):
            for symbol in chosen(measure.minerals):
                out.setdefault(symbol, set()).update(resolve_regions(list(measure.by), regions).codes)
    return {symbol: tuple(sorted(codes)) for symbol, codes in out.items()}


def idle_controls(measures: Sequence[Measure], base: Base, year: int) -> tuple[str, ...]:
    """Return a warning for each control whose `by` sells none of a mineral, and refuse one that hits nothing at all."""
    lines = []
    for measure in measures:
        if not isinstance(measure, ExportControl) or not measure.active(year):
            continue
        rows = _regions(measure.by, base, year)
        idle_ones = [s for s in chosen(measure.minerals) if not _origins(base, base.index(s), rows)]
        if set(_regions(measure.on, base, year)) <= set(rows) and len(rows) == 1:
            raise DataError(f"`{measure.plain_words()}` acts on no pair: `by` and `on` are the same region")
        if idle_ones:
            whom = ", ".join(measure.by)
            lines.append(
                f"warning: {whom} sells no {', '.join(idle_ones)} (or less than 0.2% of the world's), so this control "
                "of it does nothing"
            )
    return tuple(dict.fromkeys(lines))
