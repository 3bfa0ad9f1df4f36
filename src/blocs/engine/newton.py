"""Newton–Krylov on the same preconditioned step, for the equilibria where Anderson acceleration stalls.

Newton's method on step(z) = next_guess(z) - z: exact Jacobian products from JAX, GMRES from SciPy, step lengths by
backtracking. It costs some hundred evaluations, and loading JAX and compiling one program, so it only runs when it is
needed.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from blocs.engine.anderson import Result, no_history, ravel, residual, unravel
from blocs.engine.problem import Problem, State, fold, sweep, trade
from blocs.engine.settings import NewtonKrylov
from blocs.engine.update import HomeMarket, next_guess, reach, to_numeraire
from blocs.world.accounts import Floats

Evaluate = Callable[[Floats], tuple[Floats, float]]  # point -> step from there, residual
Product = Callable[[Floats, Floats], Floats]  # point, vector -> Jacobian of the step times vector

LONGEST = 1.0  # largest change of a log unknown in one Newton step
SHORTEST = 1e-3  # step length below which backtracking gives up
PATIENCE = 5  # plain steps in a row before it stops


def newton(
    problem: Problem, home: HomeMarket, start: State, tolerance: float, settings: NewtonKrylov
) -> Result:
    """Iterate Newton's method from `start` until the residual is at most `tolerance`.

    Returns the best state seen; `iterations` counts Newton steps.
    """
    from blocs.engine.tangent import products  # loads JAX, which most solves end without

    nest, known = fold(problem), reach(problem, home)
    shapes = tuple(part.shape for part in start)

    def evaluate(point: Floats) -> tuple[Floats, float]:
        state = unravel(point, shapes)
        seen = sweep(state, nest, problem)
        moved = next_guess(state, seen, problem, known)
        return ravel(moved) - point, residual(point, seen.implied)

    product = products(nest, problem, home, shapes)
    point = ravel(to_numeraire(start, problem, known))
    step, gap = evaluate(point)
    best = (point, gap)
    done, idle = 0, 0
    while gap > tolerance and done < settings.max_steps and idle <= PATIENCE:
        direction = _direction(point, step, product, settings)
        found = _backtrack(point, direction, float(np.linalg.norm(step)), evaluate)
        done, idle = done + 1, idle + 1 if found is None else 0
        point, step, gap = _plain(point, step, evaluate) if found is None else found
        best = (point, gap) if gap < best[1] else best
    state = unravel(best[0], shapes)
    seen = sweep(state, nest, problem)
    flows = trade(state, seen, nest, problem)
    return Result(state, seen, flows, best[1], done, no_history(1, point.size))


def _direction(point: Floats, step: Floats, product: Product, settings: NewtonKrylov) -> Floats:
    from scipy.sparse.linalg import aslinearoperator, gmres  # dear to load, and most solves end without it

    square = SimpleNamespace(
        shape=(point.size, point.size),
        dtype=np.dtype(np.float64),
        matvec=lambda vector: product(point, np.ravel(vector)),
    )
    jacobian = aslinearoperator(square)
    found, _ = gmres(
        jacobian, -step, rtol=settings.forcing, restart=settings.krylov, maxiter=settings.restarts
    )
    found = np.where(np.isfinite(found), found, 0.0)
    largest = np.max(np.abs(found))
    return found * min(1.0, LONGEST / largest) if largest > 0.0 else found


def _plain(point: Floats, step: Floats, evaluate: Evaluate) -> tuple[Floats, Floats, float]:
    """Follow the fixed point's own step, uphill or not: across a kink (a quota, a wage floor) that stops Newton."""
    onward = point + np.clip(step, -LONGEST, LONGEST)
    return (onward, *evaluate(onward))


def _backtrack(
    point: Floats, direction: Floats, size: float, evaluate: Evaluate
) -> tuple[Floats, Floats, float] | None:
    """Return the first point along `direction` whose step is shorter than `size`, or None."""
    length = 1.0
    while length >= SHORTEST:
        trial = point + length * direction
        step, gap = evaluate(trial)
        norm = float(np.linalg.norm(step))
        if np.isfinite(norm) and norm < (1.0 - 1e-4 * length) * size:
            return trial, step, gap
        length *= 0.5
    return None
