"""Exact products with the Jacobian of the preconditioned step: JAX traces the equations that NumPy solves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import jax
import numpy as np

from blocs.engine.anderson import ravel, unravel
from blocs.engine.arrays import Array
from blocs.engine.prices import TradeNest
from blocs.engine.problem import Problem, sweep
from blocs.engine.runtime import float64
from blocs.engine.update import HomeMarket, next_guess, reach
from blocs.world.accounts import Floats

Shapes = tuple[tuple[int, ...], ...]


def products(
    nest: TradeNest, problem: Problem, home: HomeMarket, shapes: Shapes
) -> Callable[[Floats, Floats], Floats]:
    """Return the function (point, vector) -> J(point) vector, J the Jacobian of step(z) = next_guess(z) - z."""
    with float64():
        market = jax.device_put((nest._replace(capped=None), problem, home))  # once, not for every product

    def product(point: Floats, vector: Floats) -> Floats:
        with float64():
            return np.array(_product(point, vector, market, shapes))

    return product


@partial(jax.jit, static_argnames=("shapes",))
def _product(
    point: Array, vector: Array, market: tuple[TradeNest, Problem, HomeMarket], shapes: Shapes
) -> Array:
    nest, problem, home = market
    known = reach(problem, home)

    def step(point: Array) -> Array:
        state = unravel(point, shapes)
        return ravel(next_guess(state, sweep(state, nest, problem), problem, known)) - point

    return jax.jvp(step, (point,), (vector,))[1]
