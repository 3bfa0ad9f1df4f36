"""ADF, SADF, GSADF and the BSADF sequence of a series, and the lag that goes with it.

In every window of w or more observations the regression is Δy_t = α + β y_{t−1} + Σ_j φ_j Δy_{t−j} + ε_t, and the
statistic is the t-ratio of β. With BADF_e over observations 0…e and BSADF_e the largest over all starts of a window
that ends in e: ADF = BADF of the last e, SADF = max BADF, GSADF = max BSADF. Large values speak for explosive growth.

Source: Phillips, Shi and Yu (2015), Testing for Multiple Bubbles: Historical Episodes of Exuberance and Collapse in
the S&P 500, International Economic Review 56(4), 1043–1078.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from blocs.errors import DataError


@dataclass(frozen=True, eq=False)
class Statistics:
    """The statistics of one series. `badf` and `bsadf` [n] are NaN before the first full window ends."""

    window: int
    lags: int
    badf: np.ndarray
    bsadf: np.ndarray

    @property
    def adf(self) -> float:
        """The t-ratio over the whole series."""
        return float(self.badf[-1])

    @property
    def sadf(self) -> float:
        """The largest over windows that begin with the series."""
        return float(np.nanmax(self.badf))

    @property
    def gsadf(self) -> float:
        """The largest over all windows."""
        return float(np.nanmax(self.bsadf))

    @property
    def sadf_at(self) -> int:
        """Where the window of the SADF ends."""
        return int(np.nanargmax(self.badf))

    @property
    def gsadf_at(self) -> int:
        """Where the window of the GSADF ends."""
        return int(np.nanargmax(self.bsadf))


def default_window(n: int) -> int:
    """Return ⌊n (0.01 + 1.8/√n)⌋, the shortest window that Phillips, Shi and Yu recommend."""
    return int(n * (0.01 + 1.8 / math.sqrt(n)))


def statistics(values: np.ndarray, *, window: int | None = None, lags: int = 0) -> Statistics:
    """Return the recursive statistics of `values` [n]; O(n²) at lag 0.

    window: observations of the shortest window (default `default_window`). Raises DataError if the window does
    not leave
    three rows to spare or is longer than the series, or if an explosive recursion fits some window without error.
    """
    from blocs.statistics.bubble import kernels

    y = np.ascontiguousarray(values, dtype=np.float64)
    window = default_window(y.size) if window is None else window
    check_window(y.size, window, lags)
    badf, bsadf = np.empty(y.size), np.empty(y.size)
    kernels.sequences(_unit(y), window, lags, badf, bsadf)
    if np.isinf(bsadf).any():
        end = int(np.flatnonzero(np.isinf(bsadf))[0])
        raise DataError(
            f"observation {end + 1}: an explosive recursion fits a window that ends here without any error, so that no "
            "t-ratio exists; the series is a formula or was interpolated: give the data it was made from"
        )
    if not np.isfinite(badf[-1]) or not np.isfinite(bsadf).any():
        raise DataError(
            "the series does not vary in any window that could be tested; check it for constant stretches"
        )
    return Statistics(window, lags, badf, bsadf)


def _unit(y: np.ndarray) -> np.ndarray:
    """Return `y` in a unit of its own, so that cross-products neither overflow nor vanish (a power of two: exact)."""
    spread = float(np.ptp(y))
    return y if not spread > 0.0 else np.ldexp(y - y[0], -int(math.frexp(spread)[1]))


def shortest_window(lags: int) -> int:
    """Return 2k + 6: the w − 1 − k rows less k + 2 coefficients leave three degrees of freedom."""
    return 2 * lags + 6


def check_window(n: int, window: int, lags: int) -> None:
    """Raise DataError unless windows of `window` out of `n` observations can carry a regression with `lags` lags."""
    if lags < 0:
        raise DataError(f"lags is {lags}; give 0 or more, or auto")
    least = shortest_window(lags)
    if window < least:
        raise DataError(
            f"the shortest window has {window} observations; with {lags} lags it needs {least} or more"
        )
    if window >= n:
        raise DataError(
            f"the shortest window has {window} observations, the series {n}; take a smaller --min-window"
        )


def choose_lag(values: np.ndarray, *, most: int | None = None) -> int:
    """Return the number of lags with the smallest BIC over the whole series, from 0 to `most`.

    All candidates are fitted to the same rows. BIC = N ln(RSS/N) + K ln N moves by a constant when the unit of
    the series
    changes, so that the choice does not. most: default ⌊12 (n/100)^¼⌋ (Schwert 1989), at most n/10.
    """
    y = np.ascontiguousarray(values, dtype=np.float64)
    most = min(int(12 * (y.size / 100) ** 0.25), y.size // 10) if most is None else most
    unit = _unit(y)
    d = np.diff(unit)
    rows = d.size - most
    target = d[most:]
    columns = [np.ones(rows), unit[most:-1], *(d[most - j : d.size - j] for j in range(1, most + 1))]
    scores = []
    for lags in range(most + 1):
        x = np.column_stack(columns[: lags + 2])
        rest = target - x @ np.linalg.lstsq(x, target, rcond=None)[0]
        rss = max(float(rest @ rest), 1e-300)
        scores.append(rows * math.log(rss / rows) + (lags + 2) * math.log(rows))
    return int(np.argmin(scores))
