"""Gradients of several players' welfare by all tariffs and export taxes at once, for games of trade policy.

The reverse mode of `derivatives` for weighted sums of regions' welfare in US$ mn: at a solution z of z = G(z, p),

    u_n = sum_j w_nj E_j exp(a_j - pc_j),   du_n/dp = u_n,p + G_p' y_n,   (I - G_z') y_n = u_n,z

one linear system per player. The equilibrium is linearised once for all players; the systems are solved in lock-step
with compiled products for all of them at once, and begin where a neighbouring gradient ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from blocs.engine import gmres
from blocs.engine.anderson import ravel, unravel
from blocs.engine.arrays import Array
from blocs.engine.assemble import problem_of
from blocs.engine.calibrate import calibrate
from blocs.engine.outcome import Outcome
from blocs.engine.problem import Problem, State, fold, sweep
from blocs.engine.runtime import float64
from blocs.engine.update import HomeMarket, next_guess, reach
from blocs.errors import ConvergenceError, DataError
from blocs.world.accounts import Floats

LINEAR_TOLERANCE = 1e-10
LOOSEST = 1e-6  # relative error of a linear system above which its gradient is refused


@dataclass(frozen=True, eq=False)
class PolicyGradient:
    """Derivatives (player, good, origin, destination) of welfare in US$ mn by a rate (per unit: 1 = 100 points)."""

    tariff: Floats
    export_tax: Floats
    adjoint: Floats = field(repr=False)  # (player, unknown): where the next gradient may begin


class _Rates(NamedTuple):
    tariff: Array
    export_tax: Array


def policy_gradient(
    outcome: Outcome, weights: Floats, *, start: PolicyGradient | None = None
) -> PolicyGradient:
    """Return the gradient of each row's weighted sum of regional EV (US$ mn) by every tariff and export tax.

    weights: (player, region), e.g. 1 for the members of a union and 0 else. start: a gradient of the same players
    near by. Raises ConvergenceError if `outcome` or a linear system did not converge; DataError for weights that
    do not fit or shifted tastes.
    """
    if not outcome.status.converged or outcome.solution is None:
        raise ConvergenceError(f"no gradient without a converged solution: {outcome.status}", outcome)
    _check(outcome, weights)
    _, home = calibrate(outcome.base)
    problem = problem_of(
        outcome.base, outcome.shocks, outcome.elasticities, outcome.closure, outcome.horizon, outcome.demand
    )
    size = sum(part.size for part in outcome.solution.state)
    near = None if start is None or start.adjoint.shape != (len(weights), size) else start.adjoint
    with float64():
        state = State(*(jnp.asarray(part) for part in outcome.solution.state))
        back = _linearised(problem, home, state)
        welfare, nobody = jnp.asarray(weights), jnp.zeros(weights.shape)
        target = np.asarray(_by_state(back, jnp.zeros((len(weights), size)), welfare))
        found, error = gmres.solve(
            lambda vectors: np.asarray(_by_state(back, vectors, nobody)), target, LINEAR_TOLERANCE, near
        )
        if not error <= LOOSEST:
            raise ConvergenceError(
                f"the linear systems of the gradient kept an error of {error:.1e}", outcome
            )
        rates = _by_rates(back, found, welfare)
    return PolicyGradient(np.asarray(rates.tariff), np.asarray(rates.export_tax), found)


def _check(outcome: Outcome, weights: Floats) -> None:
    regions = len(outcome.base.regions)
    if weights.ndim != 2 or weights.shape[1] != regions or not np.isfinite(weights).all():
        raise DataError(
            f"weights have shape {weights.shape}; give finite numbers (player, {regions} regions)"
        )
    if outcome.shocks.demand_shift is not None:
        raise DataError("gradients are at unchanged tastes; solve without demand_shift")


@jax.jit
def _linearised(problem: Problem, home: HomeMarket, state: State) -> Callable:
    """Return the transposed linear map of (step, welfare) by (state, rates) at the solution."""
    shapes = tuple(part.shape for part in state)
    still = _Rates(jnp.zeros_like(problem.wedges.duty), jnp.zeros_like(problem.wedges.duty))

    def both(point: Array, rates: _Rates) -> tuple[Array, Array]:
        shifted = _shifted(problem, rates)
        here = unravel(point, shapes)
        seen = sweep(here, fold(shifted), shifted)
        welfare = problem.benchmark.absorption * jnp.exp(here.absorption - seen.consumer)
        return ravel(next_guess(here, seen, shifted, reach(shifted, home))), welfare

    return jax.vjp(both, ravel(state), still)[1]


@jax.jit
def _by_state(back: Callable, vectors: Array, weights: Array) -> Array:
    """Return the products (player, unknown) of all rows."""
    return jax.vmap(lambda vector, weight: back((vector, weight))[0])(vectors, weights)


@jax.jit
def _by_rates(back: Callable, vectors: Array, weights: Array) -> _Rates:
    return jax.vmap(lambda vector, weight: back((vector, weight))[1])(vectors, weights)


def _shifted(problem: Problem, rates: _Rates) -> Problem:
    """Return `problem` with its tariffs and export taxes raised by `rates`."""
    wedges = problem.wedges
    duty, export_duty = wedges.duty + rates.tariff, wedges.export_duty + rates.export_tax
    log_trade = wedges.log_trade + jnp.log(duty / wedges.duty) + jnp.log(export_duty / wedges.export_duty)
    return problem._replace(wedges=wedges._replace(duty=duty, export_duty=export_duty, log_trade=log_trade))
