"""A yearly series that knows its unit, its year and its coverage, and refuses to be mixed with another kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from blocs.errors import DataError
from blocs.world.accounts import Floats


class Basis(Enum):
    """Which twelve months a year is."""

    FISCAL = "fiscal year"
    CALENDAR = "calendar year"


class Coverage(Enum):
    """Whose claims count.

    NET: debt held by the public, and interest net of what the government earns. GROSS: with what its own trust funds
    hold, and the interest paid to them. NEITHER: series for which the question does not arise (GDP, receipts).
    """

    NET = "net"
    GROSS = "gross"
    NEITHER = "neither gross nor net"


@dataclass(frozen=True, eq=False)
class Series:
    """`values` by year, in `unit` (e.g. "bn USD"); arithmetic keeps the three labels or raises DataError."""

    name: str
    years: tuple[int, ...]
    values: Floats
    unit: str
    basis: Basis
    coverage: Coverage = Coverage.NEITHER

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=np.float64)
        if values.shape != (len(self.years),):
            raise DataError(f"{self.name} has {values.shape} values for {len(self.years)} years")
        gap = next((b for a, b in zip(self.years, self.years[1:], strict=False) if b != a + 1), None)
        if gap is not None:
            raise DataError(f"{self.name} lacks the year {gap - 1}; give every year from {self.years[0]} on")
        object.__setattr__(self, "values", values)

    def __add__(self, other: Series) -> Series:
        return self._with(other, self.values + self._like(other, "added").values)

    def __sub__(self, other: Series) -> Series:
        return self._with(other, self.values - self._like(other, "subtracted").values)

    def ratio(self, other: Series) -> Series:
        """Return this over `other`, %: both of the same unit, years and basis; gross over net raises."""
        self._like(other, "divided")
        values = 100.0 * self.values / other.values
        coverage = self.coverage if self.coverage is not Coverage.NEITHER else other.coverage
        return Series(f"{self.name} over {other.name}", self.years, values, "%", self.basis, coverage)

    def at(self, year: int) -> float:
        """Return the value of `year`; DataError names the years there are."""
        if year not in self.years:
            raise DataError(f"{self.name} has no {year}; it runs from {self.years[0]} to {self.years[-1]}")
        return float(self.values[self.years.index(year)])

    def _with(self, other: Series, values: Floats) -> Series:
        coverage = self.coverage if self.coverage is not Coverage.NEITHER else other.coverage
        return Series(self.name, self.years, values, self.unit, self.basis, coverage)

    def _like(self, other: Series, verb: str) -> Series:
        both = {self.coverage, other.coverage} - {Coverage.NEITHER}
        if len(both) == 2:
            raise DataError(
                f"{self.name} is {self.coverage.value}, {other.name} is {other.coverage.value}; gross and net debt or "
                "interest are never mixed: take both gross or both net"
            )
        for what, mine, theirs in (
            ("basis", self.basis.value, other.basis.value),
            ("unit", self.unit, other.unit),
            ("years", _span(self.years), _span(other.years)),
        ):
            if mine != theirs:
                raise DataError(
                    f"{self.name} ({mine}) and {other.name} ({theirs}) cannot be {verb}: their {what} differ; "
                    "convert one of them first"
                )
        return other


def fiscal_from_calendar(calendar: Sequence[float], before: float) -> Floats:
    """Return US fiscal years from calendar years: a quarter of the year before, three quarters of the year.

    calendar: values by calendar year; before: the value of the year before the first.
    """
    values = np.asarray(calendar, dtype=np.float64)
    return 0.25 * np.concatenate([[before], values[:-1]]) + 0.75 * values


def _span(years: tuple[int, ...]) -> str:
    return f"{years[0]}–{years[-1]}"
