"""Biproportional balancing (RAS) in float64: the kernels behind every split of a known total.

All tables balanced here are non-negative, where the generalised RAS of Junius and Oosterhaven (2003) and the
classical RAS are the same method.
"""

from __future__ import annotations

import numpy as np

from blocs.errors import DataError


def ratio(numerator: np.ndarray, denominator: np.ndarray, default: float = 0.0) -> np.ndarray:
    """Return numerator / denominator, `default` where the denominator is not positive."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    out = np.full(numerator.shape, default, dtype=np.float64)
    np.divide(numerator, denominator, out=out, where=denominator > 0)
    return out


def ras(
    seed: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
    *,
    tolerance: float = 1e-9,
    max_iterations: int = 2000,
    what: str = "table",
) -> np.ndarray:
    """Return the matrix closest to `seed` (Kullback–Leibler) with the given margins.

    `seed[..., m, n]`, `rows[..., m]`, `columns[..., n]`, all non-negative; leading axes are independent
    problems. Zeros of the seed stay zero. Converged when every row sum is within `tolerance` of its margin,
    relative to the table's total; columns are then exact to rounding.

    Raises `DataError` if a positive margin meets an all-zero row or column, if the two margins of a table
    differ by more than `tolerance`, or if the iteration does not converge (the zero pattern forbids the
    margins).
    """
    seed, rows, columns = (np.asarray(a, dtype=np.float64) for a in (seed, rows, columns))
    _check_margins(seed, rows, columns, tolerance, what)
    scale = np.maximum(rows.sum(-1, keepdims=True), np.finfo(float).tiny)
    out = seed.copy()
    error = np.inf
    for _ in range(max_iterations):
        out *= ratio(rows, out.sum(-1))[..., :, None]
        out *= ratio(columns, out.sum(-2))[..., None, :]
        error = float(np.max(np.abs(out.sum(-1) - rows) / scale, initial=0.0))
        if error <= tolerance:
            return out
    raise DataError(
        f"{what}: balancing stopped after {max_iterations} iterations with a row error of {error:.1e} of the "
        "total; the zero pattern of the seed does not allow these margins. Give the seed more positive "
        "cells."
    )


def _check_margins(
    seed: np.ndarray, rows: np.ndarray, columns: np.ndarray, tolerance: float, what: str
) -> None:
    """Raise `DataError` unless the margins are finite, non-negative, consistent and reachable."""
    for name, array in (("seed", seed), ("row margins", rows), ("column margins", columns)):
        if not np.all(np.isfinite(array)) or np.any(array < 0):
            raise DataError(f"{what}: {name} must be finite and non-negative; fix the input")
    gap = np.abs(rows.sum(-1) - columns.sum(-1))
    if np.any(gap > max(tolerance, 1e-12) * np.maximum(rows.sum(-1), 1e-300)):
        raise DataError(
            f"{what}: row and column margins differ by up to {float(np.max(gap)):.3g}; scale one to the other"
        )
    for name, margin, support in (("row", rows, seed.sum(-1)), ("column", columns, seed.sum(-2))):
        stuck = np.argwhere((margin > 0) & (support <= 0))
        if len(stuck):
            raise DataError(
                f"{what}: {name} {tuple(int(n) for n in stuck[0])} has a positive margin and an empty seed "
                f"({len(stuck)} such {name}s); give it a seed"
            )
