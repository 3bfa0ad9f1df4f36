"""Many linear systems with one matrix: GMRES in lock-step, so that every product runs on all right-hand sides.

Each system keeps its own Krylov space; only the products with the matrix are shared, because one product with many
vectors costs little more than with one. Classical Gram-Schmidt (memory traffic is what it costs), Givens rotations
(Saad and Schultz 1986); what rounding leaves is caught by the true residual and another cycle.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from blocs.world.accounts import Floats

STEPS = 40  # products before a space is thrown away
CYCLES = 5
TINY = np.finfo(float).tiny


def solve(
    apply: Callable[[Floats], Floats], target: Floats, tolerance: float, start: Floats | None = None
) -> tuple[Floats, float]:
    """Solve (I - A) x = target for every row of `target` (system, n); return x and the largest relative residual.

    apply: A for all rows at once. start: x near by. Stops where every row's residual is at most `tolerance` of its
    target's norm, or after `CYCLES` times `STEPS` products.
    """
    found = np.zeros_like(target) if start is None else start
    scale = np.maximum(np.linalg.norm(target, axis=1), TINY)
    left, error = target if start is None else target - start + apply(start), np.inf
    for _ in range(CYCLES):
        found = found + _cycle(apply, left, tolerance * scale)
        left = target - found + apply(found)
        error = float(np.max(np.linalg.norm(left, axis=1) / scale))
        if not error > tolerance:
            break
    return found, error


def _cycle(apply: Callable[[Floats], Floats], left: Floats, goal: Floats) -> Floats:
    """Return the correction of smallest residual in each system's space of at most `STEPS` vectors."""
    systems, size = left.shape
    basis = np.zeros((systems, STEPS + 1, size))
    triangle = np.zeros((STEPS + 1, STEPS, systems))
    turns = np.zeros((2, STEPS, systems))  # cosine, sine
    target = np.zeros((STEPS + 1, systems))
    target[0] = np.linalg.norm(left, axis=1)
    basis[:, 0] = left / np.maximum(target[0], TINY)[:, None]
    done = 0
    while done < STEPS and (np.abs(target[done]) > 0.5 * goal).any():
        k, done = done, done + 1
        vector = basis[:, k] - apply(basis[:, k])
        known = basis[:, :done]
        shares = np.matmul(known, vector[:, :, None])
        vector -= np.matmul(shares.transpose(0, 2, 1), known)[:, 0]
        length = np.linalg.norm(vector, axis=1)
        basis[:, done] = vector / np.maximum(length, TINY)[:, None]
        triangle[:done, k], triangle[done, k] = shares[:, :, 0].T, length
        _rotate(triangle[:, k], target, turns, k)
    return np.matmul(_back_substitute(triangle[:done, :done], target[:done])[:, None], basis[:, :done])[:, 0]


def _rotate(column: Floats, target: Floats, turns: Floats, k: int) -> None:
    """Turn the new column of the Hessenberg matrix into one of the triangle, and the target with it."""
    for i in range(k):
        cosine, sine = turns[:, i]
        column[i], column[i + 1] = (
            cosine * column[i] + sine * column[i + 1],
            cosine * column[i + 1] - sine * column[i],
        )
    radius = np.maximum(np.hypot(column[k], column[k + 1]), TINY)
    turns[:, k] = column[k] / radius, column[k + 1] / radius
    column[k], column[k + 1] = radius, 0.0
    target[k + 1] = -turns[1, k] * target[k]
    target[k] = turns[0, k] * target[k]


def _back_substitute(triangle: Floats, target: Floats) -> Floats:
    """Return the weights (system, vector) of the triangular systems."""
    weights = np.zeros_like(target)
    for i in reversed(range(len(target))):
        # a system that was solved before the others has nothing more to add
        rest = target[i] - (triangle[i, i + 1 :] * weights[i + 1 :]).sum(axis=0)
        weights[i] = np.where(triangle[i, i] > TINY, rest / np.maximum(triangle[i, i], TINY), 0.0)
    return weights.T
