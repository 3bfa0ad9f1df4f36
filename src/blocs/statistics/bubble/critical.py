"""Critical values of the explosiveness tests: by simulation of random walks, and by the wild bootstrap.

Each replication has its own seed, drawn from (seed, kind, number): the first hundred are the same whether a hundred or
ten thousand are asked for, on one thread or many.

*Monte Carlo*: y_t = 1/n + y_{t−1} + ε_t, ε standard normal (Phillips, Shi and Yu 2015, with d = η = 1). It is
right where
returns have one variance throughout; where volatility comes in clusters it **rejects too often**.

*Wild bootstrap*: y*_t = y*_{t−1} + w_t Δy_t with its own standard normal w_t for every period (Harvey, Leybourne,
Sollis and
Taylor 2016, Journal of Empirical Finance 38, 548–574), which keeps the pattern of volatility; with lags, w_t
multiplies the
residuals of an autoregression of Δy and y* is built with it.

The 1 − α critical value of BSADF at a date is the quantile over replications of BSADF **at that date**. Taking
the running
maximum of BADF instead, as some programs do, gives a line that is far too high at the end of a long sample.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from blocs.errors import DataError
from blocs.statistics.bubble.recursive import check_window

LEVELS = (0.9, 0.95, 0.99)
FEWEST = 99
_BATCH_CELLS = 2_000_000  # numbers of one batch of replications: bounds memory
Kind = Literal["monte_carlo", "wild_bootstrap"]


@dataclass(frozen=True, eq=False)
class Critical:
    """Quantiles by level; `bsadf[level]` [n] is a sequence, NaN before the first window ends.

    `draws` [replications, 3] holds ADF, SADF and GSADF of every replication, for p-values.
    """

    kind: Kind
    replications: int
    adf: dict[float, float]
    sadf: dict[float, float]
    gsadf: dict[float, float]
    bsadf: dict[float, np.ndarray]
    draws: np.ndarray

    def p_value(self, statistic: float, which: Literal["adf", "sadf", "gsadf"]) -> float:
        """Return (1 + number of replications at or above `statistic`) / (1 + replications)."""
        column = self.draws[:, ("adf", "sadf", "gsadf").index(which)]
        return float((1 + np.sum(column >= statistic)) / (1 + self.replications))


def monte_carlo(n: int, window: int, *, replications: int = 2000, seed: int = 0) -> Critical:
    """Return critical values for `n` observations under a random walk with normal errors, lag 0.

    The limit distribution does not depend on the number of lags, so these serve for every lag; at short windows and
    several lags prefer the wild bootstrap, which uses them.
    """

    def draw(rng: np.random.Generator) -> np.ndarray:
        return np.cumsum(rng.standard_normal(n) + 1.0 / n)

    return _simulate("monte_carlo", draw, n, window, 0, replications, seed)


def wild_bootstrap(
    values: np.ndarray, window: int, *, lags: int = 0, replications: int = 499, seed: int = 0
) -> Critical:
    """Return critical values for `values` [n] that keep the course of its volatility."""
    y = np.ascontiguousarray(values, dtype=np.float64)
    spread = float(np.ptp(y))
    changes = np.diff(y) / (spread if spread > 0.0 else 1.0)
    phi, errors = _autoregression(changes, lags)

    def draw(rng: np.random.Generator) -> np.ndarray:
        shocks = errors * rng.standard_normal(errors.size)
        if lags:
            from scipy.signal import lfilter

            shocks = lfilter([1.0], [1.0, *(-phi)], shocks)
        return np.concatenate([[0.0], np.cumsum(shocks)])

    return _simulate("wild_bootstrap", draw, y.size, window, lags, replications, seed)


def _autoregression(changes: np.ndarray, lags: int) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients [lags] and residuals [n − 1] of Δy on its lags; the first `lags` residuals are Δy itself."""
    if lags == 0:
        return np.zeros(0), changes
    x = np.column_stack([changes[lags - j : changes.size - j] for j in range(1, lags + 1)])
    phi = np.linalg.lstsq(x, changes[lags:], rcond=None)[0]
    return phi, np.concatenate([changes[:lags], changes[lags:] - x @ phi])


def _simulate(
    kind: Kind, draw: Callable[[np.random.Generator], np.ndarray], n: int, window: int, lags: int, replications: int,
    seed: int,
) -> Critical:  # fmt: skip
    from blocs.statistics.bubble import kernels

    check_window(n, window, lags)
    if replications < FEWEST:
        raise DataError(
            f"{replications} replications cannot place a 99% critical value; ask for {FEWEST} or more"
        )
    if seed < 0:
        raise DataError(f"seed is {seed}; give 0 or a positive whole number")
    family = 0 if kind == "monte_carlo" else 1
    sequences = np.empty((replications, n), dtype=np.float32 if replications * n > 2e8 else np.float64)
    draws = np.empty((replications, 3))
    batch = max(8, _BATCH_CELLS // n)
    for first in range(0, replications, batch):
        numbers = range(first, min(first + batch, replications))
        paths = np.array([draw(np.random.default_rng([seed, family, number])) for number in numbers])
        badf, bsadf = np.empty_like(paths), np.empty_like(paths)
        kernels.many(paths, window, lags, badf, bsadf)
        part = slice(first, first + len(numbers))
        sequences[part] = bsadf
        draws[part] = np.column_stack([badf[:, -1], np.nanmax(badf, axis=1), np.nanmax(bsadf, axis=1)])
    at = np.full((len(LEVELS), n), np.nan)
    tested = sequences[:, window - 1 :]
    quantile = np.nanquantile if np.isnan(tested).any() else np.quantile  # the former is forty times slower
    at[:, window - 1 :] = quantile(tested, LEVELS, axis=0)
    adf, sadf, gsadf = (
        dict(zip(LEVELS, np.nanquantile(column, LEVELS).tolist(), strict=True)) for column in draws.T
    )
    return Critical(kind, replications, adf, sadf, gsadf, dict(zip(LEVELS, at, strict=True)), draws)
