"""Exact derivatives of an equilibrium by the implicit function theorem, matrix-free, in both modes.

At a solution z of z = G(z, p) the results m(z, p) change with the shocks p by

    dm/dp = m_p + m_z (I - G_z)^-1 G_p

Reverse mode solves one linear system with the transpose per result (all shocks at once), forward mode one per
direction of shocks (all results at once). G is the solver's own preconditioned step, so GMRES needs few products.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from blocs.engine.anderson import ravel, unravel
from blocs.engine.arrays import Array
from blocs.engine.assemble import problem_of
from blocs.engine.calibrate import calibrate
from blocs.engine.outcome import Outcome
from blocs.engine.prices import consumer_price
from blocs.engine.problem import Problem, State, Sweep, fold, sweep
from blocs.engine.runtime import float64
from blocs.engine.shocks import AXES
from blocs.engine.update import HomeMarket, next_guess, reach
from blocs.errors import ConvergenceError, DataError, unknown
from blocs.world.labels import labelled

if TYPE_CHECKING:
    import xarray as xr

RESULTS = ("welfare", "real_income", "real_wage")
# shocks one may differentiate by: rates per unit, hats per log point (1 = 100%)
SHOCKS = (
    "tariff",
    "export_tax",
    "output_tax",
    "trade_cost",
    "productivity",
    "input_cost",
    "labour",
    "capital",
    "demand_shift",
)
LINEAR_TOLERANCE = 1e-10
RESTART = 40


def gradient(outcome: Outcome, *, of: str = "welfare", region: str, wrt: str = "tariff") -> xr.DataArray:
    """Return the derivative of one result of `region` by every cell of the shock `wrt`, at `outcome`.

    of: 'welfare', 'real_income' or 'real_wage' (%). wrt: one of `SHOCKS`; the array has its axes. Unit: percentage
    points of the result per unit of a rate (tariff, export_tax, output_tax), per log point of a hat (others).
    Costs about one solve, whatever the number of cells. Raises ConvergenceError if `outcome` did not converge.
    """
    problem, home = checked(outcome, of, wrt)
    j = outcome.base.region_index(region)
    with float64():
        rows, error = _reverse(
            problem, home, state_of(outcome), _still(outcome), jnp.asarray(j), index_of(of)
        )
        values = np.asarray(rows[wrt])
    refuse(float(error), outcome)
    unit = f"percentage points of {of} per {'unit' if wrt in _RATES else 'log point'} of {wrt}"
    return labelled(f"d_{of}_{region}", values, AXES[wrt], outcome.base.regions, outcome.base.sectors, unit)


def jacobian(outcome: Outcome, *, of: str = "welfare", directions: Mapping[str, Any]) -> xr.DataArray:
    """Return the derivative of one result of every region along one direction of shocks, at `outcome`.

    directions: {shock: array or number of its axes}, e.g. {"tariff": 0.1 * mask}: how each shock moves. Unit:
    percentage points of the result per unit step along the direction.
    """
    problem, home = checked(outcome, of, *directions)
    given = {name: np.broadcast_to(value, _shape(outcome, name)) for name, value in directions.items()}
    for name, array in given.items():
        if not np.isfinite(array).all():
            raise DataError(f"direction {name} is not finite; give finite numbers")
    with float64():
        still = _still(outcome)
        moved = still | {name: jnp.asarray(array, dtype=jnp.float64) for name, array in given.items()}
        column, error = _forward(problem, home, state_of(outcome), still, moved, index_of(of))
        values = np.asarray(column)
    refuse(float(error), outcome)
    unit = f"percentage points of {of} per step"
    return labelled(f"d_{of}", values, ("region",), outcome.base.regions, outcome.base.sectors, unit)


_RATES = frozenset({"tariff", "export_tax", "output_tax"})


def _shift(problem: Problem, deltas: Mapping[str, Array]) -> Problem:
    """Return `problem` with rates raised by and hats multiplied by exp of `deltas`."""
    wedges = problem.wedges
    for name, delta in deltas.items():
        if name == "tariff":
            duty = wedges.duty + delta
            wedges = wedges._replace(duty=duty, log_trade=wedges.log_trade + jnp.log(duty / wedges.duty))
        elif name == "export_tax":
            duty = wedges.export_duty + delta
            log_trade = wedges.log_trade + jnp.log(duty / wedges.export_duty)
            wedges = wedges._replace(export_duty=duty, log_trade=log_trade)
        elif name == "output_tax":
            tax = wedges.output_tax + delta
            log_cost = wedges.log_cost + jnp.log(tax / wedges.output_tax)
            wedges = wedges._replace(output_tax=tax, log_cost=log_cost)
        elif name == "trade_cost":
            capped = wedges.quotas
            cells = (capped.good, capped.origin, capped.destination)
            # a cap is on what arrives
            capped = capped._replace(log_cost=capped.log_cost + delta[cells])
            wedges = wedges._replace(log_trade=wedges.log_trade + delta, quotas=capped)
        elif name == "productivity":
            wedges = wedges._replace(log_cost=wedges.log_cost - delta)
        elif name == "input_cost":
            wedges = wedges._replace(log_cost=wedges.log_cost + delta)
        elif name == "labour":
            wedges = wedges._replace(labour=wedges.labour * jnp.exp(delta))
        elif name == "demand_shift":
            wedges = wedges._replace(taste=wedges.taste * jnp.exp(delta))
        elif name == "availability":
            wedges = wedges._replace(availability=wedges.availability * jnp.exp(delta))
        elif name == "quota":  # by capped cell, in the order of `assemble.quotas_of`
            wedges = wedges._replace(quotas=wedges.quotas._replace(log_cap=wedges.quotas.log_cap + delta))
        else:
            wedges = wedges._replace(capital=wedges.capital * jnp.exp(delta))
    return problem._replace(wedges=wedges)


def _result(state: State, seen: Sweep, problem: Problem, which: Array) -> Array:
    """Return the regional result `RESULTS[which]` in %, as `welfare` defines it; `problem` has the tastes before
    any shift.

    To first order a shift of tastes moves equivalent variation only through prices and incomes: quantities are
    weighed at unshifted tastes, whose marginal utilities are the prices.
    """
    base, par = problem.benchmark, problem.parameters
    earned = jnp.log(seen.income / (base.absorption - base.deficit))
    nest = fold(problem)
    missing = nest.missing if nest.split is None else nest.missing[:, -1]  # by user the last one is final use
    before = consumer_price(base.final_share, seen.composite, missing, par.sigma_final)
    by_name = {
        "welfare": state.absorption - before,
        "real_income": earned - seen.consumer,
        "real_wage": state.wage - seen.consumer,
    }
    return 100.0 * jnp.exp(jnp.stack([by_name[name] for name in RESULTS])[which])


def maps(problem: Problem, home: HomeMarket, state: State) -> tuple[Callable, Callable]:
    """Return (G, m) as functions of the flat state and the shock deltas."""
    shapes = tuple(part.shape for part in state)

    def evaluate(point: Array, deltas: Mapping[str, Array]) -> tuple[State, Sweep, Problem]:
        shifted = _shift(problem, deltas)
        here = unravel(point, shapes)
        return here, sweep(here, fold(shifted), shifted), shifted

    def step(point: Array, deltas: Mapping[str, Array]) -> Array:
        here, seen, shifted = evaluate(point, deltas)
        return ravel(next_guess(here, seen, shifted, reach(shifted, home)))

    def result(point: Array, deltas: Mapping[str, Array], which: Array) -> Array:
        here, seen, _ = evaluate(point, deltas)
        return _result(here, seen, problem, which)

    return step, result


def _solve(apply: Callable[[Array], Array], target: Array) -> tuple[Array, Array]:
    """Solve (I - A) x = target by GMRES; return x and the relative error left."""

    def operator(vector: Array) -> Array:
        return vector - apply(vector)

    found, _ = jax.scipy.sparse.linalg.gmres(
        operator, target, tol=LINEAR_TOLERANCE, restart=RESTART, maxiter=10, solve_method="incremental"
    )
    left = jnp.linalg.norm(operator(found) - target) / jnp.maximum(jnp.linalg.norm(target), 1e-300)
    return found, left


# One program per shape serves every result and every shock: compiling takes longer than solving.
@jax.jit
def _reverse(
    problem: Problem, home: HomeMarket, state: State, still: dict[str, Array], j: Array, which: Array
) -> tuple[dict[str, Array], Array]:
    step, result = maps(problem, home, state)
    point = ravel(state)
    by_state, direct = jax.grad(lambda z, deltas: result(z, deltas, which)[j], argnums=(0, 1))(point, still)
    _, back = jax.vjp(step, point, still)
    adjoint, error = _solve(lambda v: back(v)[0], by_state)
    return jax.tree.map(jnp.add, direct, back(adjoint)[1]), error


@jax.jit
def _forward(
    problem: Problem,
    home: HomeMarket,
    state: State,
    still: dict[str, Array],
    moved: dict[str, Array],
    which: Array,
) -> tuple[Array, Array]:
    step, result = maps(problem, home, state)
    point = ravel(state)
    _, push = jax.linearize(step, point, still)
    tangent, error = _solve(lambda v: push(v, still), push(jnp.zeros_like(point), moved))
    _, change = jax.jvp(lambda z, deltas: result(z, deltas, which), (point, still), (tangent, moved))
    return change, error


def checked(outcome: Outcome, of: str, *shocks: str) -> tuple[Problem, HomeMarket]:
    """Return the problem solved at `outcome` and its preconditioner; raise for results or shocks without derivative."""
    if not outcome.status.converged:
        raise ConvergenceError(f"no derivatives without a converged solution: {outcome.status}", outcome)
    if of not in RESULTS:
        raise DataError(unknown("result", of, RESULTS))
    for name in shocks:
        if name not in SHOCKS:
            raise DataError(unknown("shock to differentiate by", name, SHOCKS))
    if outcome.shocks.demand_shift is not None:
        raise DataError("derivatives are at unchanged tastes; solve without demand_shift")
    _, home = calibrate(outcome.base, outcome.sourcing)
    problem = problem_of(
        outcome.base,
        outcome.shocks,
        outcome.elasticities,
        outcome.closure,
        outcome.horizon,
        outcome.demand,
        outcome.sourcing,
    )
    return problem, home


def state_of(outcome: Outcome) -> State:
    """Return the unknowns at `outcome`."""
    assert outcome.solution is not None
    return State(*(jnp.asarray(part) for part in outcome.solution.state))


def _still(outcome: Outcome) -> dict[str, Array]:
    return {name: jnp.zeros(_shape(outcome, name)) for name in SHOCKS}


def index_of(of: str) -> Array:
    """Return the position of a result in `RESULTS`, traced so that one program serves all."""
    return jnp.asarray(RESULTS.index(of))


def _shape(outcome: Outcome, shock: str) -> tuple[int, ...]:
    goods, regions = len(outcome.base.sectors), len(outcome.base.regions)
    sizes = {"good": goods, "user": goods}
    return tuple(sizes.get(axis, regions) for axis in AXES[shock])


def refuse(error: float, outcome: Outcome) -> None:
    """Raise ConvergenceError if a linear system kept a relative error above 1e-6."""
    if not error <= 1e-6:
        raise ConvergenceError(f"the linear system of the derivative kept an error of {error:.1e}", outcome)
