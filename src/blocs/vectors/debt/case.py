"""A country's debt with its official baseline: what a path starts from and is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from blocs.errors import DataError
from blocs.vectors.debt.series import Basis, Coverage, Series
from blocs.world.accounts import Floats

IDENTITY = 0.51  # largest gap of debt(t) = debt(t-1) + deficit + other means in a user's table, in its unit
SUM = 1e-6  # bucket shares sum to one within this


@dataclass(frozen=True, eq=False)
class Buckets:
    """The debt by maturity: share of the stock, average rate (fractions), share refinanced a quarter, indexation."""

    names: tuple[str, ...]
    weights: Floats
    rates: Floats
    hazard: Floats
    indexed: Floats

    def __post_init__(self) -> None:
        total = float(np.sum(self.weights))
        if abs(total - 1.0) > SUM:
            shares = ", ".join(f"{n} {100 * w:.2f}%" for n, w in zip(self.names, self.weights, strict=True))
            raise DataError(f"the buckets sum to {100 * total:.2f}% of the debt, not 100%: {shares}")
        for name, values, low, high in (
            ("weight", self.weights, 0.0, 1.0), ("average rate", self.rates, -0.05, 1.0),
            ("share refinanced a quarter", self.hazard, 0.0, 1.0),
        ):  # fmt: skip
            bad = [n for n, v in zip(self.names, values, strict=True) if not low <= v <= high]
            if bad:
                raise DataError(f"bucket {bad[0]}: {name} must lie between {low:g} and {high:g}")


@dataclass(frozen=True, eq=False)
class Case:
    """Debt and baseline of one country, amounts in bn of its currency, rates as fractions; deficits are positive.

    `path` holds the rates at which new debt is issued (year, bucket). The baseline obeys
    debt(t) = debt(t-1) + deficit(t) + other_means(t) exactly: `check` sees to it.
    """

    country: str
    name: str
    currency: str
    basis: Basis
    coverage: Coverage
    debt_is: str
    baseline: str
    start_year: int
    start_debt: float
    start_gdp: float
    years: tuple[int, ...]
    debt: Floats
    deficit: Floats
    other_means: Floats
    net_interest: Floats
    revenue: Floats
    gdp: Floats
    buckets: Buckets
    path: Floats
    semi_elasticity: float | None = None
    extra: Mapping[str, Floats] = field(default_factory=lambda: MappingProxyType({}))
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Unit of the amounts."""
        return f"bn {self.currency}"

    @property
    def primary(self) -> Floats:
        """Primary deficit (year,): the deficit without net interest."""
        return self.deficit - self.net_interest

    @property
    def ratio(self) -> Floats:
        """Debt over GDP of the baseline (year,), a fraction."""
        return self.debt / self.gdp

    def series(self, name: str) -> Series:
        """Return one of debt, deficit, other_means, net_interest, revenue, gdp, primary or an extra, labelled."""
        values = self.extra[name] if name in self.extra else getattr(self, name, None)
        if not isinstance(values, np.ndarray):
            raise DataError(f"{self.country} has no series {name!r}")
        covered = name in ("debt", "net_interest", "deficit")
        coverage = self.coverage if covered else Coverage.NEITHER
        return Series(name, self.years, values, self.unit, self.basis, coverage)

    def until(self, last: int) -> Case:
        """Return the case up to `last`: cut, or extended by a rule.

        Beyond the baseline's end GDP grows as in its last year, rates stay, other means are zero, and primary deficit
        and receipts keep the share of GDP of the last three years (their mean: calendar shifts move single years).
        """
        if last <= self.start_year:
            raise DataError(f"the path ends in {last}, before it begins in {self.start_year + 1}")
        if last <= self.years[-1]:
            return self._cut(last - self.years[0] + 1)
        if last > self.start_year + 60:
            raise DataError(f"{last} is more than 60 years after {self.start_year}; choose an earlier year")
        return _extended(self, last)

    def _cut(self, count: int) -> Case:
        names = ("debt", "deficit", "other_means", "net_interest", "revenue", "gdp", "path")
        cut = {name: getattr(self, name)[:count] for name in names}
        extra = MappingProxyType({name: values[:count] for name, values in self.extra.items()})
        return replace(self, years=self.years[:count], extra=extra, **cut)


def _extended(case: Case, last: int) -> Case:
    more = last - case.years[-1]
    growth = case.gdp[-1] / case.gdp[-2]
    gdp = np.concatenate([case.gdp, case.gdp[-1] * growth ** np.arange(1, more + 1)])
    tail = gdp[-more:]

    def kept(values: Floats) -> Floats:
        return np.concatenate([values, np.mean(values[-3:] / case.gdp[-3:]) * tail])

    primary = kept(case.primary)
    # interest at the average rate of the last year: what the extension calls official is a rule, and says so
    rate = case.net_interest[-1] / case.debt[-2]
    debt, interest = list(case.debt), list(case.net_interest)
    for n in range(more):
        interest.append(rate * debt[-1])
        debt.append(debt[-1] + primary[-more + n] + interest[-1])
    return replace(
        case,
        years=tuple(range(case.years[0], last + 1)),
        gdp=gdp,
        debt=np.array(debt),
        net_interest=np.array(interest),
        deficit=primary + np.array(interest),
        other_means=np.concatenate([case.other_means, np.zeros(more)]),
        revenue=kept(case.revenue),
        path=np.vstack([case.path, np.repeat(case.path[-1:], more, axis=0)]),
        extra=MappingProxyType({name: kept(values) for name, values in case.extra.items()}),
        notes=(
            *case.notes,
            f"Beyond {case.years[-1]} the baseline is extended by a rule: growth and rates of {case.years[-1]}, "
            "primary deficit and receipts at their mean share of GDP of the last three years, no other means.",
        ),
    )


def check(case: Case) -> Case:
    """Return `case`, or raise DataError: gaps, implausible units, a baseline that breaks its own identity."""
    values = {
        n: getattr(case, n) for n in ("debt", "deficit", "other_means", "net_interest", "revenue", "gdp")
    }
    where = f"{case.country}, {case.baseline}"
    for name, series in values.items():
        bad = [y for y, v in zip(case.years, series, strict=True) if not np.isfinite(v)]
        if bad:
            raise DataError(f"{where}: {name} of {bad[0]} is missing; give every year")
    if (case.gdp <= 0.0).any() or case.start_gdp <= 0.0:
        raise DataError(f"{where}: GDP must be above zero")
    _plausible(case, where)
    before = np.concatenate([[case.start_debt], case.debt[:-1]])
    gap = case.debt - before - case.deficit - case.other_means
    worst = int(np.abs(gap).argmax())
    if abs(gap[worst]) > IDENTITY:
        raise DataError(
            f"{where}: {case.years[worst]} breaks debt(t) = debt(t-1) + deficit + other means by {gap[worst]:+.2f} "
            f"{case.unit}; deficits are positive, and what else moves the debt is other means"
        )
    return case


def _plausible(case: Case, where: str) -> None:
    """Raise DataError where a series must be in another unit than the rest: bn for trn is a factor of 1,000."""
    limits = {
        "debt": (0.005, 6.0, case.debt), "revenue": (0.02, 0.8, case.revenue),
        "net interest": (-0.02, 0.25, case.net_interest), "deficit": (-0.4, 0.6, case.deficit),
    }  # fmt: skip
    for name, (low, high, series) in limits.items():
        share = series / case.gdp
        n = int(np.argmax(np.maximum(low - share, share - high)))
        if not low <= share[n] <= high:
            raise DataError(
                f"{where}: {name} of {case.years[n]} is {series[n]:,.6g} {case.unit} against a GDP of "
                f"{case.gdp[n]:,.6g}, or {100 * share[n]:,.4g}% of it; plausible is {100 * low:g} to {100 * high:g}%. "
                "Is one of the two in another unit (bn for trn, mn for bn)?"
            )
    steps = np.concatenate([[case.start_gdp], case.gdp])
    change = steps[1:] / steps[:-1]
    n = int(np.abs(np.log(change)).argmax())
    if not 0.6 < change[n] < 2.5:
        raise DataError(
            f"{where}: GDP of {case.years[n]} is {change[n]:.4g} times that of the year before; is a year in another "
            "unit?"
        )
