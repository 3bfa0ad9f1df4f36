"""The loop of the log-periodic fit: the four linear parameters eliminated, one misfit for each (tc, m, ω), compiled.

ln p(t) = A + B f + C₁ f cos(ω ln(tc − t)) + C₂ f sin(ω ln(tc − t)),   f = (tc − t)^m

For given (tc, m, ω) the best A, B, C₁, C₂ solve a 4 × 4 linear system (Filimonov and Sornette 2013). Times are scaled
to the window, t in [0, 1], so that the cross-products are of one order.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange


@njit(cache=True)
def linear(t: np.ndarray, y: np.ndarray, tc: float, m: float, omega: float, out: np.ndarray) -> float:
    """Write (A, B, C₁, C₂) into `out` [4] and return the sum of squared residuals; +inf where they are not unique.

    `t` [n] and `y` [n] (log price less its mean): tc must exceed every t.
    """
    s = np.zeros((5, 5))
    g = np.empty(5)
    g[0] = 1.0
    for i in range(t.size):
        ln = math.log(tc - t[i])
        f = math.exp(m * ln)
        g[1] = f
        g[2] = f * math.cos(omega * ln)
        g[3] = f * math.sin(omega * ln)
        g[4] = y[i]
        for p in range(5):
            for q in range(p + 1):
                s[p, q] += g[p] * g[q]
    whole = s.copy()
    for p in range(4):
        if not s[p, p] > 1e-11 * whole[p, p]:
            return math.inf
        for i in range(p + 1, 5):
            factor = s[i, p] / s[p, p]
            for q in range(p + 1, i + 1):
                s[i, q] -= factor * s[q, p]
    for p in range(3, -1, -1):
        value = s[4, p]
        for q in range(p + 1, 4):
            value -= s[q, p] * out[q]
        out[p] = value / s[p, p]
    return max(s[4, 4], 0.0)


@njit(cache=True)
def residuals(
    t: np.ndarray, y: np.ndarray, tc: float, m: float, omega: float, lin: np.ndarray, out: np.ndarray
) -> None:
    """Write y less the fit with linear parameters `lin` [4] into `out` [n]."""
    for i in range(t.size):
        ln = math.log(tc - t[i])
        f = math.exp(m * ln)
        out[i] = y[i] - lin[0] - f * (lin[1] + lin[2] * math.cos(omega * ln) + lin[3] * math.sin(omega * ln))


@njit(cache=True, parallel=True)
def grid(
    t: np.ndarray, y: np.ndarray, tcs: np.ndarray, ms: np.ndarray, omegas: np.ndarray, sse: np.ndarray
) -> None:
    """Fill `sse` [tc, m, ω] with the misfit at every point of the grid; a point is one thread's work."""
    for p in prange(tcs.size * ms.size):
        i, j = p // ms.size, p % ms.size
        lin = np.empty(4)
        for k in range(omegas.size):
            sse[i, j, k] = linear(t, y, float(tcs[i]), float(ms[j]), float(omegas[k]), lin)
