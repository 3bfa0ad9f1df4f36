"""Differences and slopes for backtests: fixed effects by alternating projections, errors clustered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.errors import DataError
from blocs.world.accounts import Floats

CLOSE = 1e-10  # largest group mean left over, relative to the spread
MOST = 5_000


@dataclass(frozen=True)
class Fit:
    """A slope with its clustered standard error, and what it was estimated on."""

    slope: float
    error: float
    clusters: int
    cells: int


def difference(values: Floats, weight: Floats) -> Floats:
    """Return the triple difference of `values` (good, origin, destination) under `weight`.

    Residual of the weighted least-squares fit of (good, origin), (good, destination) and (origin, destination)
    effects, by alternating projections; 0 where the weight is 0. Raises DataError if it does not converge.
    """
    used = weight > 0.0
    out = np.where(used, values, 0.0)
    totals = [weight.sum(axis=axis, keepdims=True) for axis in (2, 1, 0)]
    scale = np.abs(out[used]).max() if used.any() else 0.0
    for _ in range(MOST):
        largest = 0.0
        for axis, size in zip((2, 1, 0), totals, strict=True):
            mean = np.divide(
                (weight * out).sum(axis=axis, keepdims=True), size, out=np.zeros_like(size), where=size > 0.0
            )
            out = np.where(used, out - mean, 0.0)
            largest = max(largest, float(np.abs(mean).max()))
        if largest <= CLOSE * scale:
            return out
    raise DataError(f"the triple difference did not settle in {MOST} sweeps; too few flows are above the limit")


def slope(y: Floats, x: Floats, weight: Floats, cluster: np.ndarray, *, constant: bool = False) -> Fit:
    """Return the weighted least-squares slope of y on x, through zero or with a constant.

    error: cluster-robust (sandwich) with the usual correction G/(G-1) for G clusters.
    """
    used = weight > 0.0
    y, x, w, group = y[used], x[used], weight[used], cluster[used]
    if constant:
        y, x = y - np.average(y, weights=w), x - np.average(x, weights=w)
    spread = float((w * x * x).sum())
    if spread <= 0.0:
        raise DataError("the forecast does not vary over the cells it is scored on")
    value = float((w * x * y).sum()) / spread
    score = w * x * (y - value * x)
    labels, where = np.unique(group, return_inverse=True)
    count = len(labels)
    sums = np.bincount(where, score, count)
    error = float(np.sqrt(count / max(count - 1, 1) * (sums**2).sum())) / spread
    return Fit(value, error, count, int(used.sum()))


def explained(y: Floats, x: Floats, weight: Floats) -> float:
    """Return 1 - sum w (y - x)^2 / sum w y^2: what the forecast x explains that no change does not."""
    return float(1.0 - (weight * (y - x) ** 2).sum() / (weight * y**2).sum())
