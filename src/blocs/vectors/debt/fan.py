"""The modelled fan: joint shocks to growth, prices, the primary balance and the ten-year yield, from the US record.

A vector autoregression of order one on fiscal years 1985–2025 gives the transition A; its residuals are resampled in
blocks, all four of a year together, so that what comes together in the data comes together in a path.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.errors import DataError
from blocs.vectors.debt.case import Case
from blocs.vectors.debt.project import Drivers, empty, inputs, project
from blocs.vectors.debt.usa import history
from blocs.world.accounts import Floats

FIRST = 1985  # the first year with all four: CBO's deficits begin in 1984
VARIABLES = ("growth", "prices", "balance", "yield")
BLOCK = 2  # years resampled together
PATHS = 20_000
MOST = 1_000_000
SEED = 20261124


@dataclass(frozen=True, eq=False)
class Shocks:
    """The estimated process: transition (4, 4) and residuals (year, 4), fractions; `years` are the residuals'."""

    transition: Floats
    residuals: Floats
    years: tuple[int, ...]

    @property
    def persistence(self) -> float:
        """Largest modulus of the transition's eigenvalues; below one is stationary."""
        return float(np.abs(np.linalg.eigvals(self.transition)).max())


@dataclass(frozen=True, eq=False)
class Draws:
    """Paths of a fan: debt over GDP and net interest over receipts (path, year), fractions.

    `centre` is the path without shocks (year,). `burden` is None where a fan holds debt only.
    """

    name: str
    words: str
    years: tuple[int, ...]
    centre: Floats
    ratio: Floats
    burden: Floats | None

    def quantiles(self, levels: tuple[float, ...]) -> dict[float, Floats]:
        """Return quantiles of debt over GDP by year, %."""
        found = 100.0 * np.quantile(self.ratio, levels, axis=0)
        return dict(zip(levels, found, strict=True))


@lru_cache(maxsize=1)
def record() -> Floats:
    """Return growth, inflation (GDP deflator), primary balance over GDP and ten-year yield by fiscal year, fractions.

    Rows are 1984 (growth needs 1983) to 2025.
    """
    years = range(FIRST - 1, 2026)
    gdp, real = history("gdp"), history("real_gdp")
    deficit, interest, rate = history("deficit"), history("interest_net"), history("treasury_10y")
    rows = []
    for year in years:
        growth = real.at(year) / real.at(year - 1) - 1.0
        prices = gdp.at(year) / gdp.at(year - 1) / (1.0 + growth) - 1.0
        balance = -(deficit.at(year) - interest.at(year)) / gdp.at(year)
        rows.append((growth, prices, balance, rate.at(year) / 100.0))
    return np.array(rows)


@lru_cache(maxsize=1)
def estimate() -> Shocks:
    """Return the autoregression x_t = c + A x_{t-1} + e_t by least squares on `record`."""
    table = record()
    left = np.column_stack([np.ones(len(table) - 1), table[:-1]])
    coefficients, *_ = np.linalg.lstsq(left, table[1:], rcond=None)
    residuals = table[1:] - left @ coefficients
    # least squares shrinks residuals: scale them back to the variance they estimate
    freedom = len(residuals) / (len(residuals) - left.shape[1])
    transition = np.ascontiguousarray(coefficients[1:].T, dtype=np.float64)
    return Shocks(transition, residuals * np.sqrt(freedom), tuple(range(FIRST, 2026)))


def simulate(
    case: Case,
    drivers: Drivers | None = None,
    *,
    paths: int = PATHS,
    seed: int = SEED,
    assumptions: Assumptions | None = None,
) -> Draws:
    """Return `paths` paths of `case` around its deterministic path under `drivers`; the same seed gives the same paths.

    Only for the United States: the shocks are its own.
    """
    from blocs.vectors.debt.kernel import recursion

    if case.country != "USA":
        raise DataError(
            f"there is no record of joint shocks for {case.country}; its path is run without a fan"
        )
    check_paths(paths)
    process = estimate()
    out = empty(paths, case)
    index = blocks(paths, len(case.years), len(process.residuals), seed)
    arrays = inputs(case, drivers or Drivers.none(case), assumptions or Assumptions.default())
    recursion(index, process.residuals, process.transition, *arrays, *out)
    debt, gdp, interest, receipts, *_ = out
    return Draws(
        "model",
        f"joint shocks of {process.years[0]}–{process.years[-1]} to growth, prices, primary balance and yield",
        case.years,
        project(case, drivers, assumptions=assumptions).ratio,
        debt / gdp,
        interest / receipts,
    )


def check_paths(paths: int) -> None:
    """Raise DataError for a number of paths that no fan can have."""
    if not 1 <= paths <= MOST:
        raise DataError(f"{paths} paths; choose 1 to {MOST:,}")


def blocks(paths: int, years: int, rows: int, seed: int, length: int = BLOCK) -> np.ndarray:
    """Return rows to resample (path, year): blocks of `length` that follow each other, wrapping at the end."""
    generator = np.random.Generator(np.random.PCG64(seed))
    count = -(-years // length)
    first = generator.integers(0, rows, size=(paths, count))
    index = (first[:, :, None] + np.arange(length)) % rows
    return np.ascontiguousarray(index.reshape(paths, count * length)[:, :years])
