"""Newton–Krylov on the same preconditioned step, for the equilibria where Anderson acceleration stalls.

Newton's method on step(z) = next_guess(z) - z: exact Jacobian products from JAX, GMRES from SciPy, step lengths by
backtracking. It costs some hundred evaluations and its own compilation, so it only runs when it is needed.
"""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from blocs.engine.anderson import Result, no_history, ravel, unravel
from blocs.engine.prices import TradeNest
from blocs.engine.problem import Problem, State, Sweep, fold, sweep, trade
from blocs.engine.settings import NewtonKrylov
from blocs.engine.update import HomeMarket, next_guess, residual, to_numeraire
from blocs.world.accounts import Floats

Shapes = tuple[tuple[int, ...], ...]

LONGEST = 1.0  # largest change of a log unknown in one Newton step
SHORTEST = 1e-3  # step length below which backtracking gives up
PATIENCE = 5  # plain steps in a row before it stops


class Market(NamedTuple):
    """What stays fixed while Newton moves the state."""

    nest: TradeNest
    problem: Problem
    home: HomeMarket


def newton(
    problem: Problem, home: HomeMarket, start: State, tolerance: float, settings: NewtonKrylov
) -> Result:
    """Iterate Newton's method from `start` until the residual is at most `tolerance`; call inside `float64()`.

    Returns the best state seen; `iterations` counts Newton steps.
    """
    market = Market(_fold(problem), problem, home)
    shapes = tuple(part.shape for part in start)
    point = np.asarray(ravel(to_numeraire(State(*map(jnp.asarray, start)), problem)))
    step, gap = _evaluate(point, market, shapes)
    best = (point, gap)
    done, idle = 0, 0
    while float(gap) > tolerance and done < settings.max_steps and idle <= PATIENCE:
        direction = _direction(point, np.asarray(step), market, shapes, settings)
        found = _backtrack(point, direction, float(np.linalg.norm(step)), market, shapes)
        done, idle = done + 1, idle + 1 if found is None else 0
        point, step, gap = _plain(point, np.asarray(step), market, shapes) if found is None else found
        best = (point, gap) if float(gap) < float(best[1]) else best
    state = unravel(jnp.asarray(best[0]), shapes)
    seen, flows = _finish(state, market)
    return Result(state, seen, flows, best[1], jnp.asarray(done), no_history(1, point.size))


def _direction(point: Floats, step: Floats, market: Market, shapes: Shapes, settings: NewtonKrylov) -> Floats:
    from scipy.sparse.linalg import aslinearoperator, gmres  # dear to load, and most solves end without it

    def product(vector: Floats) -> Floats:
        return np.array(_product(point, np.ravel(vector), market, shapes))

    square = SimpleNamespace(shape=(point.size, point.size), dtype=np.dtype(np.float64), matvec=product)
    jacobian = aslinearoperator(square)
    found, _ = gmres(
        jacobian, -step, rtol=settings.forcing, restart=settings.krylov, maxiter=settings.restarts
    )
    found = np.where(np.isfinite(found), found, 0.0)
    largest = np.max(np.abs(found))
    return found * min(1.0, LONGEST / largest) if largest > 0.0 else found


def _plain(point: Floats, step: Floats, market: Market, shapes: Shapes) -> tuple[Floats, Array, Array]:
    """Follow the fixed point's own step, uphill or not: across a kink (a quota, a wage floor) that stops Newton."""
    onward = point + np.clip(step, -LONGEST, LONGEST)
    return (onward, *_evaluate(onward, market, shapes))


def _backtrack(
    point: Floats, direction: Floats, size: float, market: Market, shapes: Shapes
) -> tuple[Floats, Array, Array] | None:
    """Return the first point along `direction` whose step is shorter than `size`, or None."""
    length = 1.0
    while length >= SHORTEST:
        trial = point + length * direction
        step, gap = _evaluate(trial, market, shapes)
        norm = float(np.linalg.norm(step))
        if np.isfinite(norm) and norm < (1.0 - 1e-4 * length) * size:
            return trial, step, gap
        length *= 0.5
    return None


_fold = jax.jit(fold)


def _step(point: Array, market: Market, shapes: Shapes) -> tuple[Array, Array]:
    nest, problem, home = market
    state = unravel(point, shapes)
    seen = sweep(state, nest, problem)
    return ravel(next_guess(state, seen, problem, home)) - point, residual(state, seen.implied)


_evaluate = jax.jit(_step, static_argnames=("shapes",))


@partial(jax.jit, static_argnames=("shapes",))
def _product(point: Array, vector: Array, market: Market, shapes: Shapes) -> Array:
    return jax.jvp(lambda z: _step(z, market, shapes)[0], (point,), (vector,))[1]


@jax.jit
def _finish(state: State, market: Market) -> tuple[Sweep, Array]:
    seen = sweep(state, market.nest, market.problem)
    return seen, trade(state, seen, market.nest, market.problem)
