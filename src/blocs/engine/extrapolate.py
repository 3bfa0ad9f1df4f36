"""Where a solve may begin: unknowns extrapolated from solutions along a line of shocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from blocs.engine.outcome import Outcome


def weights_at(x: float, points: Sequence[float]) -> list[float]:
    """Return the Lagrange weights prod_{k != i} (x - x_k) / (x_i - x_k) of distinct `points`; their sum is one."""
    return [
        float(np.prod([(x - other) / (here - other) for k, other in enumerate(points) if k != i]))
        for i, here in enumerate(points)
    ]


def extrapolated(outcomes: Sequence[Outcome], weights: Sequence[float]) -> Outcome:
    """Return the first of `outcomes` with unknowns sum_i w_i u_i (logs), as `start=` of a solve and for nothing else.

    The error of a start is of order h^n along a smooth line of n solutions a step h apart, so that the fewer steps
    remain the more solutions are given. All have converged on the same base with the same lists of capped cells.
    Raises ValueError for others.
    """
    first = outcomes[0].solution
    states = [one.solution.state for one in outcomes if one.solution is not None and one.status.converged]
    if first is None or len(states) < len(outcomes):
        raise ValueError("only solved outcomes can be extrapolated")
    shapes = [[np.shape(part) for part in state] for state in states]
    if any(one.base is not outcomes[0].base for one in outcomes) or any(s != shapes[0] for s in shapes):
        raise ValueError("outcomes on different bases cannot be extrapolated")
    parts = (
        sum(weight * np.asarray(part) for weight, part in zip(weights, column, strict=True))
        for column in zip(*states, strict=True)
    )
    return replace(outcomes[0], solution=replace(first, state=type(first.state)(*parts)))
