"""The loops of the explosiveness tests: every window of a series, compiled, without building any regression.

For a window of m regression rows with regressors (1, Δy_{t-1}, …, Δy_{t-k}, y_{t-1}) and target Δy_t, let S be the
matrix of centred cross-products in this order. Eliminating the lags from S leaves the 2 × 2 block

    [ a  c ]     a = level² , c = level · Δy , b = Δy²   (all net of constant and lags)
    [ c  b ]

and the t-ratio of the level is   t = c √(m − k − 2) / √(a b − c²)   — the augmented Dickey–Fuller statistic. One sum a
cross-product is updated when a row enters a window, so a statistic costs O(1) at lag 0 and O(k³) otherwise.

Levels are measured from the last level of the window: within a window differences are small even where the series
itself is large. Values: NaN where the level does not vary, +inf where an explosive recursion fits without error.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

PERFECT = 1e-13  # 1 − R² (net of constant and lags) below this is rounding: the recursion fits exactly


@njit(cache=True, inline="always")
def _ratio(a: float, b: float, c: float, df: int) -> float:
    """Return the t-ratio of the module's head from the block [[a, c], [c, b]] and `df` degrees of freedom."""
    if not a > 0.0:
        return math.nan
    rest = a * b - c * c
    if not rest > PERFECT * a * b:
        if c == 0.0 or a * b == 0.0:
            return math.nan
        return math.inf if c > 0.0 else -math.inf
    return c * math.sqrt(df / rest)


@njit(cache=True)
def bsadf_lag0(y: np.ndarray, window: int, badf: np.ndarray, bsadf: np.ndarray) -> None:
    """Fill `badf` and `bsadf` [n] for every end of a window of `window` observations or more; NaN before.

    badf[e] is the statistic of observations 0…e, bsadf[e] the largest over all starts (Phillips, Shi and Yu 2015).
    Windows are compared by t·|t|, so that a square root is taken once for each end.
    """
    n = y.size
    badf[: window - 1] = math.nan
    bsadf[: window - 1] = math.nan
    for end in range(window - 1, n):
        last, top = y[end - 1], y[end]
        sx = 0.0
        sxx = 0.0
        sdd = 0.0
        sxd = 0.0
        below = top
        for t in range(end - 1, end - window, -1):  # rows of the shortest window but its earliest
            level = y[t]
            d = below - level
            x = level - last
            sx += x
            sxx += x * x
            sdd += d * d
            sxd += x * d
            below = level
        # the row of t = end − window + 1 has entered above; from here each step is one window
        m = window - 1
        best_up, best_down = -1.0, 0.0
        seen = False
        a = 0.0
        b = 0.0
        c = 0.0
        start = end - window + 1
        while True:
            sd = top - y[start]
            a = m * sxx - sx * sx
            b = m * sdd - sd * sd
            c = m * sxd - sx * sd
            rest = a * b - c * c
            if a > 0.0 and rest > PERFECT * a * b:
                up = c * abs(c) * (m - 2)
                if not seen or up * best_down > best_up * rest:
                    best_up, best_down, seen = up, rest, True
            elif a > 0.0 and c > 0.0:
                best_up, best_down, seen = math.inf, 1.0, True
            if start == 0:
                break
            start -= 1
            level = y[start]
            d = below - level
            x = level - last
            sx += x
            sxx += x * x
            sdd += d * d
            sxd += x * d
            below = level
            m += 1
        badf[end] = _ratio(a, b, c, m - 2)
        if seen:
            square = best_up / best_down
            bsadf[end] = math.sqrt(square) if square >= 0.0 else -math.sqrt(-square)
        else:
            bsadf[end] = math.nan


@njit(cache=True)
def _enter(s: np.ndarray, row: np.ndarray, y: np.ndarray, t: int, lags: int, last: float) -> None:
    """Add regression row t (target Δy_t) to the sums `s`: (1, lagged differences, level, target)."""
    row[0] = 1.0
    for j in range(1, lags + 1):
        row[j] = y[t - j] - y[t - j - 1]
    row[lags + 1] = y[t - 1] - last
    row[lags + 2] = y[t] - y[t - 1]
    for i in range(lags + 3):
        for j in range(i + 1):
            s[i, j] += row[i] * row[j]


@njit(cache=True)
def _eliminated(s: np.ndarray, work: np.ndarray, lags: int, df: int) -> float:
    """Return the t-ratio of the level after eliminating constant and lags from the sums `s` (lower triangle)."""
    size = lags + 3
    for i in range(size):
        for j in range(i + 1):
            work[i, j] = s[i, j]
    for p in range(lags + 1):
        pivot = work[p, p]
        if not pivot > 1e-12 * s[p, p]:
            continue  # a lag that the earlier ones explain adds nothing
        inverse = 1.0 / pivot
        for i in range(p + 1, size):
            factor = work[i, p] * inverse
            for j in range(p + 1, i + 1):
                work[i, j] -= factor * work[j, p]
    a, c, b = work[lags + 1, lags + 1], work[lags + 2, lags + 1], work[lags + 2, lags + 2]
    if not a > 1e-12 * s[lags + 1, lags + 1]:
        return math.nan
    return _ratio(a, b, c, df)


@njit(cache=True)
def bsadf_lags(y: np.ndarray, window: int, lags: int, badf: np.ndarray, bsadf: np.ndarray) -> None:
    """As `bsadf_lag0` for `lags` ≥ 1 lagged differences; a window of w observations has w − 1 − lags rows."""
    n = y.size
    size = lags + 3
    s = np.empty((size, size))
    work = np.empty((size, size))
    row = np.empty(size)
    badf[: window - 1] = math.nan
    bsadf[: window - 1] = math.nan
    for end in range(window - 1, n):
        s[:] = 0.0
        last = y[end - 1]
        for t in range(end, end - window + 1 + lags, -1):
            _enter(s, row, y, t, lags, last)
        best = math.nan
        value = math.nan
        for first in range(end - window + 1 + lags, lags, -1):
            # rows first+1 … end are the window that starts at observation first − lags
            value = _eliminated(s, work, lags, end - first - lags - 2)
            if value == value and not best >= value:
                best = value
            _enter(s, row, y, first, lags, last)
        value = _eliminated(s, work, lags, end - lags - lags - 2)
        if value == value and not best >= value:
            best = value
        badf[end] = value
        bsadf[end] = best


@njit(cache=True)
def sequences(y: np.ndarray, window: int, lags: int, badf: np.ndarray, bsadf: np.ndarray) -> None:
    """Fill `badf` and `bsadf` [n] with the quicker kernel for `lags`."""
    if lags == 0:
        bsadf_lag0(y, window, badf, bsadf)
    else:
        bsadf_lags(y, window, lags, badf, bsadf)


@njit(cache=True, parallel=True)
def many(series: np.ndarray, window: int, lags: int, badf: np.ndarray, bsadf: np.ndarray) -> None:
    """Fill `badf` and `bsadf` [r, n] for `series` [r, n], one row a task: no sum crosses rows or threads."""
    for r in prange(series.shape[0]):
        sequences(series[r], window, lags, badf[r], bsadf[r])
