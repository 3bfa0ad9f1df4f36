"""Which assumptions a result's spread comes from: first-order shares from any draws, total indices from paired ones.

First order, given data: S_g = Var(E[y | x_g]) / Var(y). For a group, E[y | x_g] is the least-squares fit of y on
Legendre polynomials of the group's uniform numbers (no products between factors), and the share is its R^2 adjusted
for the number of terms. For a single factor it is the between-bin variance of y over equal bins of the factor,
corrected for the noise of bin means. Both need independent factors, which Sobol points are.

Total, paired points (Jansen 1999; Saltelli et al. 2010, Computer Physics Communications 181, 259-270):

    T_g = mean (f(A) - f(A with group g from B))^2 / (2 Var f)

and the closed first-order index of the group S_g = mean f(B) (f(AB_g) - f(A)) / Var f.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from blocs.study.ensemble.factors import Factor
from blocs.world.accounts import Floats

DEGREE = 3
PER_TERM = 3  # draws for each polynomial term, at least; fewer give no estimate
PER_BIN = 20


def first_order_of_group(uniform: Floats, y: Floats, discrete: Sequence[int]) -> float:
    """Return the share of Var(y) that the columns of `uniform` (draw, factor) explain without interactions.

    discrete: by factor, how many options it has; 0 for a number. NaN where there are too few draws.
    """
    finite = np.isfinite(y)
    uniform, y = uniform[finite], y[finite]
    if len(y) < 2 or y.var() <= 0.0:
        return 0.0 if len(y) >= 2 else np.nan
    terms = _terms(uniform, discrete, DEGREE)
    for degree in (2, 1):  # many factors and few draws: fewer terms each
        if len(y) < PER_TERM * (terms.shape[1] + 1):
            terms = _terms(uniform, discrete, degree)
    count, size = terms.shape
    if count < PER_TERM * (size + 1):
        return np.nan
    design = np.column_stack([np.ones(count), terms])
    fit, *_ = np.linalg.lstsq(design, y, rcond=None)
    left = ((y - design @ fit) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    return float(1.0 - left * (count - 1) / (count - size - 1))


def _terms(uniform: Floats, discrete: Sequence[int], degree: int) -> Floats:
    parts = []
    for column, options in zip(uniform.T, discrete, strict=True):
        if options:
            choice = np.minimum((column * options).astype(int), options - 1)
            parts += [(choice == option).astype(float) for option in range(1, options)]
        else:
            x = 2.0 * column - 1.0
            powers = np.polynomial.legendre.legvander(x, degree)
            parts += list(powers[:, 1:].T)
    return np.stack(parts, axis=1) if parts else np.zeros((len(uniform), 0))


def first_order_of_factor(uniform: Floats, y: Floats, options: int = 0) -> float:
    """Return the share of Var(y) that one factor explains alone, from bins of its uniform numbers (draw,)."""
    finite = np.isfinite(y)
    uniform, y = uniform[finite], y[finite]
    count = len(y)
    bins = options or max(2, min(25, count // PER_BIN))
    if count < 2 * bins:
        return np.nan
    if y.var() <= 0.0:
        return 0.0
    member = np.minimum((uniform * bins).astype(int), bins - 1)
    sizes = np.bincount(member, minlength=bins)
    means = np.divide(np.bincount(member, y, bins), sizes, out=np.zeros(bins), where=sizes > 0)
    total = ((y - y.mean()) ** 2).sum()
    between = (sizes * (means - y.mean()) ** 2).sum()
    used = int((sizes > 0).sum())
    if count <= used:
        return np.nan
    within = (total - between) / (count - used)  # the noise of a bin's mean, which is no explanation
    return float((between - (used - 1) * within) / total)


def total_indices(results: Floats, groups: Sequence[str], draws: int) -> dict[str, tuple[float, float]]:
    """Return {group: (first order, total)} from the results (row,) of a paired design of `draws` base points.

    A base point with any row that did not converge is left out.
    """
    blocks = results.reshape(len(groups) + 2, draws)
    blocks = blocks[:, np.isfinite(blocks).all(axis=0)]
    if blocks.shape[1] < 2:
        return dict.fromkeys(groups, (np.nan, np.nan))
    first, second, mixed = blocks[0], blocks[1], blocks[2:]
    centre = np.concatenate([first, second]).mean()
    variance = np.concatenate([first, second]).var()
    if variance <= 0.0:
        return dict.fromkeys(groups, (0.0, 0.0))
    return {
        group: (
            float(((second - centre) * (row - first)).mean() / variance),
            float(((first - row) ** 2).mean() / (2.0 * variance)),
        )
        for group, row in zip(groups, mixed, strict=True)
    }


def discrete_of(factors: Sequence[Factor]) -> list[int]:
    """Return how many options each factor has; 0 for a number."""
    return [len(factor.options) for factor in factors]
