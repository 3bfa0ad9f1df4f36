"""Anderson acceleration of the equilibrium's fixed point, compiled once per shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from blocs.engine.problem import Leaf, Problem, State, Sweep, fold, sweep, trade
from blocs.engine.update import HomeMarket, next_guess, residual, to_numeraire

STEP = 1.5  # largest change of a log unknown in one iteration
RIDGE = 1e-13  # relative ridge of the least-squares weights
SETBACK = 1e2  # residual growth over the best so far that sends the iteration back to the best state


class History(NamedTuple):
    """What past steps tell of the fixed point's slope: differences of points and of steps, and which hold any."""

    moves: Leaf  # (memory, n) differences of points plus differences of steps: where a step leads
    steps: Leaf  # (memory, n)
    held: Leaf  # (memory,) bool


def no_history(memory: int, size: int) -> History:
    """Return the history of a solve that begins."""
    empty = np.zeros((memory, size))
    return History(empty, empty, np.zeros(memory, dtype=bool))


class Result(NamedTuple):
    """Where the iteration ended."""

    state: State
    sweep: Sweep
    flows: Array  # X' (good, origin, destination) at producer prices
    residual: Array
    iterations: Array
    history: History


class _Carry(NamedTuple):
    point: Array  # where to evaluate next
    evaluated: Array  # the last sound point, its step, and what was seen there
    step: Array
    sweep: Sweep
    residual: Array
    history: History
    gram: Array  # (memory, memory) inner products of the history's steps
    best: Array
    best_step: Array
    best_residual: Array
    filled: Array  # differences taken since the last setback, -1 before the first evaluation
    iterations: Array


@jax.jit
def iterate(
    problem: Problem,
    home: HomeMarket,
    start: State,
    history: History,
    tolerance: Leaf,
    max_iterations: Leaf,
) -> Result:
    """Iterate from `start` until the residual is at most `tolerance`; otherwise return the best state seen.

    history: of a neighbouring solve, or `no_history`; its length is the memory.

    The sweep is traced once: the loop carries it out, so that compilation stays short.
    """
    nest = fold(problem)
    start = to_numeraire(start, problem)
    shapes = tuple(part.shape for part in start)

    def evaluate(point: Array) -> tuple[Array, Array, Sweep]:
        state = unravel(point, shapes)
        seen = sweep(state, nest, problem)
        moved = next_guess(state, seen, problem, home)
        return ravel(moved) - point, residual(state, seen.implied), seen

    def unfinished(c: _Carry) -> Array:
        return (c.residual > tolerance) & (c.iterations < max_iterations)

    first = _first_carry(ravel(start), evaluate, history)
    last = jax.lax.while_loop(unfinished, lambda c: _advance(c, evaluate), first)
    point = jnp.where(last.residual <= tolerance, last.evaluated, last.best)
    reached = jnp.minimum(last.residual, last.best_residual)
    state = unravel(point, shapes)
    flows = trade(state, last.sweep, nest, problem)
    kept = jax.tree.map(lambda old, new: jnp.where(jnp.any(history.held), old, new), history, last.history)
    return Result(state, last.sweep, flows, reached, last.iterations, kept)


Evaluate = Callable[[Array], tuple[Array, Array, Sweep]]


def _first_carry(point: Array, evaluate: Evaluate, history: History) -> _Carry:
    _, _, shape = jax.eval_shape(evaluate, point)
    nothing = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shape)
    still = jnp.zeros_like(point)
    far, zero = jnp.asarray(jnp.inf), jnp.asarray(0)
    gram = history.steps @ history.steps.T
    return _Carry(point, point, still, nothing, far, history, gram, point, still, far, zero - 1, zero)


def _advance(c: _Carry, evaluate: Evaluate) -> _Carry:
    step, gap, seen = evaluate(c.point)
    sound = jnp.isfinite(gap) & jnp.all(jnp.isfinite(step)) & (gap < SETBACK * c.best_residual)
    better = sound & (gap < c.best_residual)
    best = jnp.where(better, c.point, c.best)
    best_step = jnp.where(better, step, jnp.where(sound, c.best_step, 0.5 * c.best_step))
    history, gram = _remembered(c, step, sound)
    # after a setback: forget the past and take a shorter plain step from the best state
    onward = c.point + _limited(_anderson_step(step, history, gram))
    return _Carry(
        point=jnp.where(sound, onward, best + _limited(best_step)),
        evaluated=jnp.where(sound, c.point, best),
        step=jnp.where(sound, step, best_step),
        sweep=seen,
        residual=jnp.where(jnp.isfinite(gap), gap, jnp.inf),
        history=history,
        gram=gram,
        best=best,
        best_step=best_step,
        best_residual=jnp.where(better, gap, c.best_residual),
        filled=jnp.where(sound, c.filled + 1, 0),
        iterations=c.iterations + 1,
    )


def _remembered(c: _Carry, step: Array, sound: Array) -> tuple[History, Array]:
    """Return the history with the latest differences, and its Gram matrix; none at the first evaluation, forgotten
    after a setback."""
    moves, steps, held = c.history
    slot = jnp.maximum(c.filled, 0) % held.size
    known = sound & (c.filled >= 0)
    turned = step - c.step
    steps = steps.at[slot].set(jnp.where(known, turned, steps[slot]))
    moves = moves.at[slot].set(jnp.where(known, c.point - c.evaluated + turned, moves[slot]))
    products = steps @ steps[slot]
    gram = c.gram.at[slot].set(products).at[:, slot].set(products)
    return History(moves, steps, jnp.where(sound, held.at[slot].set(held[slot] | known), False)), gram


def _anderson_step(step: Array, history: History, gram: Array) -> Array:
    """Return step - gamma (dZ + dF), gamma the ridge least-squares weights of the past steps.

    Steps are weighed as if all were equally long, so that a neighbour's short last steps tell as much as its first.
    """
    moves, steps, held = history
    use = held.astype(step.dtype)
    length = jnp.sqrt(jnp.diagonal(gram))
    scale = use / jnp.where(length > 0.0, length, 1.0)
    system = gram * scale[:, None] * scale[None, :] + RIDGE * jnp.eye(held.size) + jnp.diag(1.0 - use)
    weights = _solved(system, (steps @ step) * scale) * scale
    return step - weights @ moves


def _solved(system: Array, right: Array) -> Array:
    """Return the solution of a small positive definite system; the ridge keeps its Cholesky factor real."""
    factor = jnp.linalg.cholesky(system)
    half = jax.scipy.linalg.solve_triangular(factor, right, lower=True)
    return jax.scipy.linalg.solve_triangular(factor, half, lower=True, trans="T")


def _limited(step: Array) -> Array:
    return jnp.clip(step, -STEP, STEP)


def ravel(state: State) -> Array:
    """Return the unknowns as one vector."""
    return jnp.concatenate([part.ravel() for part in state])


def unravel(point: Array, shapes: tuple[tuple[int, ...], ...]) -> State:
    """Return the unknowns of `ravel`."""
    parts, offset = [], 0
    for shape in shapes:
        size = 1
        for length in shape:
            size *= length
        parts.append(point[offset : offset + size].reshape(shape))
        offset += size
    return State(*parts)
