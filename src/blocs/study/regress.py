"""Differences and slopes for backtests: fixed effects by least squares, errors clustered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from blocs.errors import DataError
from blocs.world.accounts import Floats

RIDGE = 1e-12  # of the largest diagonal entry of the normal equations


@dataclass(frozen=True)
class Fit:
    """A slope with its clustered standard error, and what it was estimated on."""

    slope: float
    error: float
    clusters: int
    cells: int


class Differences:
    """Triple differences under one set of weights (good, origin, destination): factored once, applied to many arrays.

    The residual of the weighted least-squares fit of (good, origin) and (good, destination) effects, and with `pairs`
    of (origin, destination) effects; 0 where the weight is 0. Pair effects are eliminated first (their part of the
    normal equations is diagonal), the rest is solved by Cholesky; a ridge of `RIDGE` picks one of the equivalent
    sets of effects and does not move the residual.
    """

    def __init__(self, weight: Floats, *, pairs: bool = True) -> None:
        from scipy.linalg import cho_factor, cho_solve
        from scipy.sparse import csr_matrix, diags, identity
        from scipy.sparse.linalg import splu

        self.used, self.shape = weight > 0.0, weight.shape
        self.weight = weight[self.used]
        s, i, j = np.nonzero(self.used)
        goods, regions = weight.shape[:2]
        rows, ones = np.arange(len(s)), np.ones(len(s))
        both = np.concatenate([s * regions + i, goods * regions + s * regions + j])
        size = (len(s), 2 * goods * regions)
        self.effects = csr_matrix((np.tile(ones, 2), (np.tile(rows, 2), both)), shape=size)
        self.pairs = (
            csr_matrix((ones, (rows, i * regions + j)), shape=(len(s), regions * regions)) if pairs else None
        )
        weighted = diags(self.weight) @ self.effects
        sparse = self.effects.T @ weighted
        ridge = RIDGE * max(sparse.diagonal().max(), 1e-300)
        if self.pairs is None:  # goods have nothing to do with each other
            self.solve = splu((sparse + ridge * identity(size[1])).tocsc()).solve
        else:
            self.sizes = np.asarray(self.pairs.T @ self.weight)
            cross = self.pairs.T @ weighted
            normal = (sparse - cross.T @ diags(_inverse(self.sizes)) @ cross).toarray()
            normal[np.diag_indices_from(normal)] += ridge
            self.solve = partial(cho_solve, cho_factor(normal, overwrite_a=True))

    def of(self, values: Floats) -> Floats:
        """Return the differences of `values` (good, origin, destination)."""
        left = values[self.used]
        for _ in range(2):  # once more on what is left: the ridge and rounding vanish
            left = self._within_pairs(left)
            found = self.solve(self.effects.T @ (self.weight * left))
            left = self._within_pairs(left - self.effects @ found)
        out = np.zeros(self.shape)
        out[self.used] = left
        return out

    def _within_pairs(self, values: Floats) -> Floats:
        if self.pairs is None:
            return values
        return values - self.pairs @ (_inverse(self.sizes) * (self.pairs.T @ (self.weight * values)))


def _inverse(sizes: Floats) -> Floats:
    return np.divide(1.0, sizes, out=np.zeros_like(sizes), where=sizes > 0.0)


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
