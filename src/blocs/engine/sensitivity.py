"""Derivatives of many results at once: one linearisation, one linear system per result, solved in lock-step.

At a solution z = G(z, x) a result m(z, x) of weights w changes with levers x by

    w dm/dx = w m_x + (I - G_z^T)^-1 (w m_z) G_x

(reverse mode, as `derivatives.gradient`, for a whole batch of w). The levers x are what a study moves: a number by
good and region, or by cell of trade, that `LEVERS` and `cell_sensitivities` turn into shocks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from blocs.engine.anderson import ravel
from blocs.engine.arrays import Array
from blocs.engine.derivatives import checked, index_of, maps, refuse, state_of
from blocs.engine.gmres import solve
from blocs.engine.outcome import Outcome
from blocs.engine.problem import Leaf, Problem, State
from blocs.engine.runtime import float64
from blocs.engine.update import HomeMarket
from blocs.errors import DataError, unknown
from blocs.world.accounts import Floats

TOLERANCE = 1e-8  # relative residual of the linear systems
SIZES = (
    9,
    27,
)  # rows solved at once, padded: each size compiles once, and more would leave the processor's cache

Spread = Callable[[Mapping[str, Array]], dict[str, Array]]  # levers -> shocks


class _Place(NamedTuple):
    """Where and by what a batch is differentiated."""

    problem: Problem
    home: HomeMarket
    state: State
    which: Array  # result, as an index into `derivatives.RESULTS`


def _importer(x: Array) -> Array:
    """Return x[s, j] on all imports of j (good, origin, destination)."""
    return x[:, None, :] * _abroad(x)


def _exporter(x: Array) -> Array:
    """Return x[s, i] on all exports of i (good, origin, destination)."""
    return x[:, :, None] * _abroad(x)


def _abroad(x: Array) -> Array:
    return (1.0 - jnp.eye(x.shape[1]))[None]


# lever by (good, region) -> the shock it moves and where
LEVERS: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "productivity": ("productivity", lambda x: x),
    "tariff": ("tariff", _importer),
    "tariff_on": ("tariff", _exporter),
    "export_tax": ("export_tax", _exporter),
    "trade_cost": ("trade_cost", lambda x: _importer(x) + _exporter(x)),
    "demand": ("demand_shift", lambda x: x),
    "capital": ("capital", lambda x: x),
    "labour": ("labour", lambda x: jnp.sum(x, axis=0)),  # one labour market a region: the same for every good
}
RATES = frozenset({"tariff", "tariff_on", "export_tax"})  # per unit of a rate; the others per log point


def _of_levers(x: Mapping[str, Array]) -> dict[str, Array]:
    return {LEVERS[name][0]: LEVERS[name][1](value) for name, value in x.items()}


def _itself(x: Mapping[str, Array]) -> dict[str, Array]:
    return dict(x)


def lever_sensitivities(outcome: Outcome, weights: Floats, lever: str, *, of: str = "welfare") -> Floats:
    """Return the derivative of weighted sums of a result by a lever of every good and region (row, good, region).

    lever: one of `LEVERS`. weights: (row, region), one row per sum (the identity gives every region's own). of:
    'welfare', 'real_income' or 'real_wage', %. Units: points of the result per unit of a rate, per log point of a hat
    (`RATES` says which). Raises DataError for another lever, ConvergenceError if `outcome` or the linear systems did
    not converge.
    """
    if lever not in LEVERS:
        raise DataError(unknown("shock", lever, LEVERS))
    still = {lever: np.zeros(outcome.base.accounts.output.shape)}
    return _rows(outcome, weights, of, still, _of_levers)[lever]


def cell_sensitivities(outcome: Outcome, weights: Floats, shock: str, *, of: str = "welfare") -> Floats:
    """Return the derivative of weighted sums of a result by one shock cell by cell, per log point.

    shock: 'availability', (row, good, origin, destination), or 'quota', (row, capped cell) in the order of
    `assemble.quotas_of`: by the log of each cap.
    """
    if shock == "availability":
        size = outcome.base.accounts.flows.shape
    else:
        size = checked(outcome, of)[0].wedges.quotas.log_cap.shape
    return _rows(outcome, weights, of, {shock: np.zeros(size)}, _itself)[shock]


def _rows(
    outcome: Outcome, weights: Floats, of: str, still: Mapping[str, Floats], deltas_of: Spread
) -> dict[str, Floats]:
    problem, home = checked(outcome, of)
    with float64():
        # on the device once, not for every product
        here = jax.device_put(_Place(problem, home, state_of(outcome), index_of(of)))
        batches = [weights[n : n + SIZES[-1]] for n in range(0, len(weights), SIZES[-1])]
        parts = [_batch(here, rows, still, deltas_of, outcome) for rows in batches]
    return {name: np.concatenate([part[name] for part in parts]) for name in still}


def _batch(
    here: _Place, weights: Floats, still: Mapping[str, Floats], deltas_of: Spread, outcome: Outcome
) -> dict[str, Floats]:
    count, rows = len(weights), _padded(weights)
    found, error = solve(lambda v: np.asarray(_product(here, v)), np.asarray(_target(here, rows)), TOLERANCE)
    refuse(error, outcome)
    return {
        name: np.asarray(v)[:count] for name, v in _collect(here, rows, found, dict(still), deltas_of).items()
    }


def _padded(rows: Floats) -> Floats:
    """Return `rows` with rows of zeros up to the next of `SIZES`: each size compiles once."""
    size = next((size for size in SIZES if size >= len(rows)), len(rows))
    return np.pad(rows, ((0, size - len(rows)), (0, 0)))


@jax.jit
def _target(here: _Place, weights: Leaf) -> Array:
    _, result = maps(here.problem, here.home, here.state)
    _, back = jax.vjp(lambda z: result(z, {}, here.which), ravel(here.state))
    return jax.vmap(lambda w: back(w)[0])(weights)


@jax.jit
def _product(here: _Place, rows: Leaf) -> Array:
    """Return G_z^T times every row."""
    step, _ = maps(here.problem, here.home, here.state)
    _, back = jax.vjp(lambda z: step(z, {}), ravel(here.state))
    return jax.vmap(lambda v: back(v)[0])(rows)


@partial(jax.jit, static_argnames=("deltas_of",))
def _collect(
    here: _Place, weights: Leaf, found: Leaf, still: dict[str, Leaf], deltas_of: Spread
) -> dict[str, Array]:
    """Return w m_x + adjoint G_x for every row."""
    step, result = maps(here.problem, here.home, here.state)
    point = ravel(here.state)
    _, by_result = jax.vjp(lambda x: result(point, deltas_of(x), here.which), still)
    _, by_step = jax.vjp(lambda x: step(point, deltas_of(x)), still)
    return jax.tree.map(
        jnp.add,
        jax.vmap(lambda w: by_result(w)[0])(weights),
        jax.vmap(lambda v: by_step(v)[0])(found),
    )
