"""Finds where no rate wants to move: accelerated Newton-like steps on the players' stacked first-order conditions.

In v = log(1 + rate), with slope g and curvature h of each rate's own aim, the step

    r = clip(v + g/h, low, high) - v

is zero exactly where the projected first-order conditions hold. It is iterated with Anderson acceleration, whose
least squares weigh rates by their curvature.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from blocs.errors import ConvergenceError
from blocs.study.nash.game import Aim, Game, Point
from blocs.world.accounts import Floats

MEMORY = 10
LONGEST = 0.25  # largest change of log(1 + rate) in one step
TOLERANCE = 1e-6  # of log(1 + rate): a ten-thousandth of a percentage point
RIDGE = 1e-12
SETBACK = 3.0  # growth of the residual over the best that sends the climb back there
MOST = 80

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Climb:
    """Where a climb ended; `residual` is the largest step that a rate still wants, in log(1 + rate)."""

    point: Point
    residual: float
    steps: int

    @property
    def converged(self) -> bool:
        """Whether no rate wants to move by more than `TOLERANCE`."""
        return self.residual <= TOLERANCE


def wanted(point: Point, game: Game) -> Floats:
    """Return the step r (slot,) each rate wants at `point`, in log(1 + rate)."""
    here, low, high = _logs(point.rates, game)
    safe = np.where(point.curvature > 0.0, point.curvature, 1.0)
    step = np.where(point.curvature > 0.0, point.slope / safe, 0.0)
    return np.where(point.moves, np.clip(here + step, low, high) - here, 0.0)


def climb(
    game: Game, rates: Floats, aim: Aim, *, near: Point | None = None, progress: Progress | None = None
) -> Climb:
    """Move rates from `rates` until no one wants to move; rates that `aim` leaves alone stay.

    Returns the best point found; look at `converged`. Raises ConvergenceError only if not even the start has an
    equilibrium.
    """
    here, low, high = _logs(rates, game)
    here = np.clip(here, low, high) if near is None else here
    point = game.at(np.expm1(here), aim, near=near)
    best: tuple[float, Point, Floats] | None = None
    history: list[tuple[Floats, Floats]] = []
    damping, count = 1.0, 0
    for count in range(1, MOST + 1):
        step = wanted(point, game)
        scale = np.sqrt(point.curvature * point.moves)
        size = float(np.linalg.norm(scale * step) / max(np.linalg.norm(scale), 1e-300))
        if progress is not None:
            progress(f"step {count}: largest wish {np.abs(step).max():.1e}")
        if best is None or size < best[0]:
            best = (size, point, here)
        elif size > SETBACK * best[0]:
            size, point, here = best
            step, history, damping = wanted(point, game), [], 0.5 * damping
        if np.abs(step).max(initial=0.0) <= TOLERANCE:
            break
        history = [*history[-MEMORY:], (here, step)]
        target = here + np.clip(damping * (_accelerated(history, scale) - here), -LONGEST, LONGEST)
        target = np.where(point.moves, np.clip(target, low, high), here)
        try:
            point, here = game.at(np.expm1(target), aim, near=point), target
        except ConvergenceError:
            assert best is not None
            _, point, here = best
            history, damping = [], 0.5 * damping
            if damping < 1e-3:
                break
    assert best is not None
    final = best[1]
    return Climb(final, float(np.abs(wanted(final, game)).max(initial=0.0)), count)


def _accelerated(history: list[tuple[Floats, Floats]], scale: Floats) -> Floats:
    """Return Anderson's next point from past points and steps, least squares weighted by `scale`."""
    here, step = history[-1]
    if len(history) == 1:
        return here + step
    points = np.stack([b[0] - a[0] for a, b in pairwise(history)])
    steps = np.stack([b[1] - a[1] for a, b in pairwise(history)])
    weighted = steps * scale
    gram = weighted @ weighted.T
    ridge = RIDGE * np.trace(gram) + 1e-300
    gamma = np.linalg.solve(gram + ridge * np.eye(len(gram)), weighted @ (scale * step))
    return here + step - gamma @ (points + steps)


def _logs(rates: Floats, game: Game) -> tuple[Floats, Floats, Floats]:
    chosen = game.instruments
    return np.log1p(rates), np.log1p(chosen.low), np.log1p(chosen.high)
