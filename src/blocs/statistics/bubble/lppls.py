"""Log-periodic power-law singularity (LPPLS) fits: bounded, reproducible, and a confidence indicator over windows.

A fit minimises the sum of squared residuals over (tc, m, ω) inside bounds; A, B, C₁, C₂ are eliminated (see
`lppls_kernel`). A fixed grid finds the basins, the best few are polished by bounded least squares, the best of these
is the fit: no random draw, the same series gives the same fit.

Sources: Filimonov and Sornette (2013), Physica A 392(17), 3698–3707 (reduction to three parameters); Sornette, Demos,
Zhang, Cauwels and Zhang (2015), Journal of Investment Strategies 4(4), 77–95, Table 1, condition 1 (filter).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from blocs.errors import DataError

SHORTEST = 30  # observations: seven parameters are not read off fewer


@dataclass(frozen=True)
class Bounds:
    """Where the fit may look. `ahead` bounds tc: from one mean step after the window to `ahead` window lengths on."""

    m: tuple[float, float] = (0.01, 1.2)
    omega: tuple[float, float] = (2.0, 25.0)
    ahead: float = 0.2


@dataclass(frozen=True)
class Filter:
    """What makes a fit count as a bubble: Sornette et al. (2015), Table 1, condition 1, for a rising price (B < 0)."""

    m: tuple[float, float] = (0.01, 1.2)
    omega: tuple[float, float] = (2.0, 25.0)
    ahead: float = 0.1  # tc at most this many window lengths after the end
    oscillations: float = 2.5  # at least, (ω/2π) ln((tc − t₁)/(tc − t₂))
    damping: float = 0.8  # at least, m|B| / (ω|C|)
    error: float = 0.05  # at most, largest |ln p − fit| / |fit|


@dataclass(frozen=True)
class Fit:
    """One fit from time `first` to time `last`; tc, `a`, `b`, `c1` and `c2` belong to the same clock.

    `rmse` is of the log price. `at_bound` names the parameters that ended on a bound: the data do not determine them.
    """

    first: float
    last: float
    tc: float
    m: float
    omega: float
    a: float
    b: float
    c1: float
    c2: float
    rmse: float
    relative_error: float
    at_bound: tuple[str, ...]

    @property
    def damping(self) -> float:
        """m|B| / (ω|C|): at least one if the crash hazard is never negative."""
        return self.m * abs(self.b) / (self.omega * max(math.hypot(self.c1, self.c2), 1e-300))

    @property
    def oscillations(self) -> float:
        """(ω/2π) ln((tc − t₁)/(tc − t₂)): how many turns the fit makes inside the window."""
        return self.omega / (2 * math.pi) * math.log((self.tc - self.first) / (self.tc - self.last))

    def qualifies(self, rule: Filter | None = None) -> bool:
        """Whether the fit counts as a bubble under `rule`; a parameter on its bound never does."""
        rule = rule or Filter()
        return (
            self.b < 0.0
            and "m" not in self.at_bound
            and "omega" not in self.at_bound
            and rule.m[0] < self.m < rule.m[1]
            and rule.omega[0] < self.omega < rule.omega[1]
            and self.tc - self.last <= rule.ahead * (self.last - self.first)
            and self.oscillations >= rule.oscillations
            and self.damping >= rule.damping
            and self.relative_error <= rule.error
        )

    def values(self, at: np.ndarray) -> np.ndarray:
        """Return the fitted log price at positions `at` before tc."""
        ln = np.log(self.tc - at)
        f = np.exp(self.m * ln)
        return (
            self.a + f * (self.b + self.c1 * np.cos(self.omega * ln) + self.c2 * np.sin(self.omega * ln))
        )  # fmt: skip


@dataclass(frozen=True)
class Confidence:
    """Fits over windows that share their end; `share` is the fraction that qualifies as a bubble."""

    fits: tuple[Fit, ...]
    share: float
    tc_quantiles: tuple[float, float, float] | None  # 10, 50, 90% over the fits that qualify


def fit(
    log_price: np.ndarray, times: np.ndarray | None = None, *, bounds: Bounds | None = None, starts: int = 6
) -> Fit:
    """Fit `log_price` [n] at `times` [n], increasing (default 0, 1, …: trading time).

    starts: how many basins of the grid are polished. DataError for fewer than 30 observations or a constant series.
    """
    from scipy.optimize import least_squares

    from blocs.statistics.bubble import lppls_kernel as kernel

    bounds = bounds or Bounds()
    count = len(log_price)
    if count < SHORTEST:
        raise DataError(
            f"an LPPLS fit needs {SHORTEST} observations or more, this window has {count}; take more"
        )
    window = np.ascontiguousarray(log_price, dtype=np.float64)
    clock = np.arange(count, dtype=np.float64) if times is None else np.asarray(times, dtype=np.float64)
    if not np.ptp(window) > 0.0:
        raise DataError("the price does not move in the window; nothing can be fitted")
    t = (clock - clock[0]) / (clock[-1] - clock[0])
    step = 1.0 / (count - 1)
    mean = float(window.mean())
    y = window - mean
    low = np.array([1.0 + step, bounds.m[0], bounds.omega[0]])
    high = np.array([1.0 + max(bounds.ahead, 2.0 * step), bounds.m[1], bounds.omega[1]])
    lin = np.empty(4)

    def misfit(x: np.ndarray) -> np.ndarray:
        out = np.full(count, 1e3)
        if math.isfinite(kernel.linear(t, y, x[0], x[1], x[2], lin)):
            kernel.residuals(t, y, x[0], x[1], x[2], lin, out)
        return out

    best: Any = None
    for start in _starts(t, y, low, high, starts):
        found = least_squares(
            misfit, start, bounds=(low, high), x_scale=high - low, ftol=1e-10, xtol=1e-9, gtol=1e-12
        )
        if best is None or found.cost < best.cost:
            best = found
    assert best is not None  # `_starts` returns at least one point
    kernel.linear(t, y, best.x[0], best.x[1], best.x[2], lin)
    return _on_the_clock(best.x, lin, mean, clock, window, (low, high))


def _starts(t: np.ndarray, y: np.ndarray, low: np.ndarray, high: np.ndarray, count: int) -> list[np.ndarray]:
    """Return the `count` lowest local minima of the misfit on a grid; tc is spaced evenly in ln(tc − t₂)."""
    from blocs.statistics.bubble import lppls_kernel as kernel

    tcs = 1.0 + np.geomspace(low[0] - 1.0, high[0] - 1.0, 8) * 0.999 + 1e-9
    ms = np.linspace(low[1], high[1], 9)[1:-1]
    omegas = np.linspace(low[2], high[2], 24)
    tcs = np.clip(tcs, low[0] * (1 + 1e-9), high[0])
    sse = np.empty((tcs.size, ms.size, omegas.size))
    kernel.grid(t, y, tcs, ms, omegas, sse)
    padded = np.pad(sse, 1, constant_values=np.inf)
    around = np.min(
        [
            padded[1 + i : 1 + i + sse.shape[0], 1 + j : 1 + j + sse.shape[1], 1 + k : 1 + k + sse.shape[2]]
            for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)
        ],
        axis=0,
    )  # fmt: skip
    places = np.argwhere((sse <= around) & np.isfinite(sse))
    order = sorted(places.tolist(), key=lambda place: sse[tuple(place)])[:count]
    if not order:
        raise DataError(
            "no LPPLS curve can be fitted inside the bounds; check the series and widen the bounds"
        )
    edge = 1e-6 * (high - low)
    return [np.clip([tcs[i], ms[j], omegas[k]], low + edge, high - edge) for i, j, k in order]


def _on_the_clock(
    x: np.ndarray, lin: np.ndarray, mean: float, clock: np.ndarray, window: np.ndarray,
    box: tuple[np.ndarray, np.ndarray],
) -> Fit:  # fmt: skip
    """Return the fit in the caller's time: f scales by span^m, the phase shifts by ω ln span."""
    first, last = float(clock[0]), float(clock[-1])
    span = last - first
    tc, m, omega = (float(value) for value in x)
    scale, turn = span**-m, omega * math.log(span)
    c1 = scale * float(lin[2] * math.cos(turn) - lin[3] * math.sin(turn))
    c2 = scale * float(lin[2] * math.sin(turn) + lin[3] * math.cos(turn))
    low, high = box
    close = 1e-4 * (high - low)
    names = ("tc", "m", "omega")
    at_bound = tuple(
        name for n, name in enumerate(names) if x[n] - low[n] < close[n] or high[n] - x[n] < close[n]
    )
    partial = Fit(
        first, last, first + tc * span, m, omega, float(lin[0]) + mean, float(lin[1]) * scale, c1, c2,
        0.0, 0.0, at_bound
    )  # fmt: skip
    curve = partial.values(clock)
    error = window - curve
    return Fit(
        first, last, partial.tc, m, omega, partial.a, partial.b, c1, c2,
        float(np.sqrt(np.mean(error**2))),
        float(np.max(np.abs(error) / np.maximum(np.abs(curve), 1e-12))),
        at_bound,
    )  # fmt: skip


def confidence(
    log_price: np.ndarray,
    times: np.ndarray | None = None,
    *,
    windows: int = 120,
    shortest: int = 125,
    longest: int = 750,
    bounds: Bounds | None = None,
    rule: Filter | None = None,
) -> Confidence:
    """Fit `windows` windows of `shortest` to `longest` observations that end at the last one.

    Windows longer than the series are left out by spacing them up to its length. DataError if it is shorter than
    `shortest`.
    """
    n = len(log_price)
    if n < shortest:
        raise DataError(
            f"the confidence indicator needs {shortest} observations or more, the series has {n}; "
            "give a longer series, or a shorter `shortest`"
        )
    clock = np.arange(n, dtype=np.float64) if times is None else np.asarray(times, dtype=np.float64)
    lengths = np.unique(np.linspace(shortest, min(longest, n), windows).round().astype(int))
    fits = tuple(
        fit(log_price[-length:], clock[-length:], bounds=bounds, starts=4) for length in lengths.tolist()
    )
    good = [one.tc for one in fits if one.qualifies(rule)]
    low, middle, high = np.quantile(good, [0.1, 0.5, 0.9]).tolist() if good else (0.0, 0.0, 0.0)
    return Confidence(fits, len(good) / len(fits), (low, middle, high) if good else None)
