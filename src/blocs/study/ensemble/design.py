"""The uniform draws: scrambled Sobol points, and the paired points that total sensitivities need."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from blocs.errors import DataError
from blocs.study.ensemble.factors import Factor
from blocs.world.accounts import Floats

MOST_GROUPS = 8  # of a total-sensitivity design: its cost grows with them


def sobol_points(count: int, dimensions: int, seed: int) -> Floats:
    """Return `count` scrambled Sobol points (draw, dimension) in [0, 1); the first n are the same for any count."""
    from scipy.stats import qmc

    if count < 1:
        raise DataError(f"draws is {count}; an ensemble needs at least 1")
    if dimensions == 0:
        return np.zeros((count, 0))
    with warnings.catch_warnings():
        # balance is best at powers of two; any count is a valid sample
        warnings.filterwarnings("ignore", message="The balance properties", category=UserWarning)
        return qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed)).random(count)


def paired_points(count: int, factors: Sequence[Factor], seed: int) -> tuple[Floats, tuple[str, ...]]:
    """Return the design of Saltelli et al. (2010) by groups: rows A, B, then A with one group from B; and the groups.

    Shape (count * (groups + 2), dimension). Raises DataError with more than `MOST_GROUPS` groups.
    """
    groups = tuple(dict.fromkeys(factor.group for factor in factors))
    if len(groups) > MOST_GROUPS:
        raise DataError(
            f"{len(groups)} groups of assumptions ({', '.join(groups)}): total sensitivities take at most "
            f"{MOST_GROUPS}; hold some with --hold"
        )
    both = sobol_points(count, 2 * len(factors), seed)
    first, second = both[:, : len(factors)], both[:, len(factors) :]
    member = np.array([groups.index(factor.group) for factor in factors], dtype=int)
    mixed = [np.where(member == number, second, first) for number in range(len(groups))]
    return np.concatenate([first, second, *mixed]), groups
