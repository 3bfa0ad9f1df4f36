"""Anderson acceleration of the equilibrium's fixed point, on NumPy's arrays."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from blocs.engine.arrays import Array, Floats, module_of
from blocs.engine.problem import Leaf, Problem, State, Sweep, fold, sweep, trade
from blocs.engine.update import HomeMarket, next_guess, reach, to_numeraire

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
    return History(np.zeros((memory, size)), np.zeros((memory, size)), np.zeros(memory, dtype=bool))


class Result(NamedTuple):
    """Where the iteration ended."""

    state: State
    sweep: Sweep
    flows: Floats  # X' (good, origin, destination) at producer prices
    residual: float
    iterations: int
    history: History


class _Seen(NamedTuple):
    """A point, the step from there, and how far its equations are from holding."""

    point: Floats
    step: Floats
    gap: float


def iterate(
    problem: Problem,
    home: HomeMarket,
    start: State,
    history: History,
    tolerance: float,
    max_iterations: int,
) -> Result:
    """Iterate from `start` until the residual is at most `tolerance`; otherwise return the best state seen.

    history: of a neighbouring solve, or `no_history`; its length is the memory.
    """
    nest, known, past = fold(problem), reach(problem, home), _Past(history)
    start = to_numeraire(start, problem, known)
    shapes = tuple(part.shape for part in start)
    onward = ravel(start)
    best = _Seen(onward, np.zeros_like(onward), np.inf)
    last: Sweep | None = None
    iterations, reached = 0, False
    while not reached and iterations < max_iterations:
        state = unravel(onward, shapes)
        last = sweep(state, nest, problem)
        step = ravel(next_guess(state, last, problem, known)) - onward
        here = _Seen(onward, step, residual(onward, last.implied))
        iterations += 1
        if not (here.gap < SETBACK * best.gap and np.isfinite(here.gap) and np.isfinite(step).all()):
            # after a setback: forget the past and take a shorter plain step from the best state
            best = best._replace(step=0.5 * best.step)
            past.forget(best)
            onward = best.point + _limited(best.step)
            continue
        past.remember(here)
        best = here if here.gap < best.gap else best
        reached = here.gap <= tolerance
        onward = here.point + _limited(past.accelerated(step))
    state = unravel(best.point, shapes)
    if last is None or not reached:
        last = sweep(state, nest, problem)
    kept = history if history.held.any() else past.history
    return Result(state, last, trade(state, last, nest, problem), best.gap, iterations, kept)


class _Past:
    """The last differences of points and steps, in a ring, with the inner products of the steps."""

    def __init__(self, history: History) -> None:
        self.history = History(*(np.array(part) for part in history))
        self._gram = self.history.steps @ self.history.steps.T
        self._count = 0
        self._latest: _Seen | None = None

    def forget(self, back: _Seen) -> None:
        """Drop all differences and go on from `back`."""
        self.history.held[:] = False
        self._count, self._latest = 0, back

    def remember(self, here: _Seen) -> None:
        """Take in the difference of `here` and the sound point before it; nothing at the first one."""
        moves, steps, held = self.history
        if self._latest is not None:
            slot = self._count % held.size
            turned = here.step - self._latest.step
            steps[slot], moves[slot], held[slot] = turned, here.point - self._latest.point + turned, True
            self._gram[slot] = self._gram[:, slot] = steps @ turned
            self._count += 1
        self._latest = here

    def accelerated(self, step: Floats) -> Floats:
        """Return step - gamma (dZ + dF), gamma the ridge least-squares weights of the past steps.

        Steps are weighed as if all were equally long, so that a neighbour's short last steps tell as much as its first.
        """
        moves, steps, held = self.history
        use = held.astype(np.float64)
        length = np.sqrt(np.diagonal(self._gram))
        scale = use / np.where(length > 0.0, length, 1.0)
        system = self._gram * scale[:, None] * scale[None, :]
        system.flat[:: held.size + 1] += RIDGE + (1.0 - use)
        try:
            weights = np.linalg.solve(system, (steps @ step) * scale) * scale
        except np.linalg.LinAlgError:  # steps that are all alike teach nothing
            return step
        return step - weights @ moves


def _limited(step: Floats) -> Floats:
    return np.minimum(np.maximum(step, -STEP), STEP)


def residual(point: Floats, implied: State) -> float:
    """Return the largest absolute gap, in logs, between what is and what each equation asks for."""
    return float(np.abs(ravel(implied) - point).max())


def ravel(state: State) -> Array:
    """Return the unknowns as one vector."""
    return module_of(state.cost).concatenate([part.ravel() for part in state])


def unravel(point: Array, shapes: tuple[tuple[int, ...], ...]) -> State:
    """Return the unknowns of `ravel`."""
    return State(*(point[cut].reshape(shape) for cut, shape in zip(_cuts(shapes), shapes, strict=True)))


@lru_cache(maxsize=64)
def _cuts(shapes: tuple[tuple[int, ...], ...]) -> tuple[slice, ...]:
    ends = (0, *accumulate(math.prod(shape) for shape in shapes))
    return tuple(slice(*pair) for pair in pairwise(ends))
