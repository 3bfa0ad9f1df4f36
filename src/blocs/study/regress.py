"""Differences and slopes for backtests: fixed effects by sparse least squares, errors clustered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.errors import DataError
from blocs.world.accounts import Floats

CLOSE = 1e-7  # of the least-squares fit of the effects
MOST = 20_000


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
    effects, by LSMR (Fong and Saunders 2011) on scaled dummies; 0 where the weight is 0. Raises DataError if it
    does not converge.
    """
    from scipy.sparse import csr_matrix, diags
    from scipy.sparse.linalg import lsmr

    used = weight > 0.0
    s, i, j = np.nonzero(used)
    root = np.sqrt(weight[used])
    goods, regions = weight.shape[:2]
    columns = [s * regions + i, goods * regions + s * regions + j, 2 * goods * regions + i * regions + j]
    rows = np.arange(len(s))
    shape = (len(s), 2 * goods * regions + regions * regions)
    dummies = csr_matrix((np.tile(root, 3), (np.tile(rows, 3), np.concatenate(columns))), shape=shape)
    length = np.sqrt(np.asarray(dummies.multiply(dummies).sum(axis=0)).ravel())
    scaled = dummies @ diags(np.divide(1.0, length, out=np.zeros_like(length), where=length > 0.0))
    target = root * values[used]
    found = lsmr(scaled, target, atol=CLOSE, btol=CLOSE, maxiter=MOST)
    if found[1] not in (0, 1, 2):
        raise DataError(
            f"the triple difference did not settle in {MOST} steps; too few flows are above the limit"
        )
    out = np.zeros(weight.shape)
    out[used] = (target - scaled @ found[0]) / root
    return out


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
