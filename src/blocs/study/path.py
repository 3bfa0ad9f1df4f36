"""The path of adjustment: markets that are short-run in a shock's first year and long-run in the end.

Three things adjust, all at the speed kappa (`parameters/nests.yaml`, share of the remaining gap closed each year):

- Trade by habit, with the age of each cell's own shock. Shares are pi omega p^(-theta_short), and

      ln omega' = (1 - kappa) ln omega - kappa (theta_long - theta_short) ln(p / P)

  with p the delivered price, duty included, and P the price of the good in the destination. At rest omega is
  (p/P)^-(theta_long - theta_short), which is exactly the nest with theta_long, price index included.
- Capital between industries: ln K' = (1 - kappa) ln K + kappa ln K*, with K* in proportion to what industries pay for
  capital, which equalises rentals; a region's stock is kept.
- The nest elasticities, with the age of the scenario's first measure: x = long - (long - short) (1 - kappa)^(age - 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.engine.elasticities import Elasticities, Horizon
from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks, combine
from blocs.world.accounts import Floats
from blocs.world.world import World

KAPPA = "nests.dynamics.kappa"  # share of the remaining gap closed each year


@dataclass(frozen=True, eq=False)
class PathState:
    """Habit (good, origin, destination) and capital (industry, region), logs; age of the first shock, 0 before it."""

    habit: Floats | None = None
    capital: Floats | None = None
    age: int = 0


def elasticities_at(name: str, age: int, assumptions: Assumptions) -> Elasticities:
    """Return trade elasticities of the first year and nest elasticities of `age` (1 is the first year)."""
    short, long = (Elasticities.load(name, horizon, assumptions) for horizon in (Horizon.SHORT, Horizon.LONG))
    left = (1.0 - assumptions[KAPPA]) ** (max(age, 1) - 1)
    nests = {
        nest: getattr(long, nest) - (getattr(long, nest) - getattr(short, nest)) * left
        for nest in ("sigma_materials", "sigma_output", "sigma_factors", "sigma_final")
    }
    return Elasticities(theta=short.theta, name=name, **nests)


def with_history(shocks: Shocks, state: PathState) -> Shocks:
    """Return `shocks` with the habits and the capital of `state`."""
    return combine(
        shocks,
        Shocks(
            availability=None if state.habit is None else np.exp(state.habit),
            capital=None if state.capital is None else np.exp(state.capital),
        ),
    )


def advance(
    state: PathState, outcome: Outcome, shocks: Shocks, name: str, assumptions: Assumptions
) -> PathState:
    """Return the state after a year that ended in `outcome`; `shocks` are the year's own, without history."""
    if state.age == 0 and shocks.is_neutral:
        return state
    if not outcome.status.converged or outcome.solution is None:
        return PathState(state.habit, state.capital, state.age + 1)
    world, speed = outcome.base, assumptions[KAPPA]
    short, long = (Elasticities.load(name, h, assumptions).of(world) for h in (Horizon.SHORT, Horizon.LONG))
    price = _relative_price(world, outcome, shocks)
    habit = -speed * (long - short)[:, None, None] * price
    if state.habit is not None:
        habit += (1.0 - speed) * state.habit
    return PathState(habit, _capital(world, outcome, state.capital, speed), state.age + 1)


def _relative_price(world: World, outcome: Outcome, shocks: Shocks) -> Floats:
    """Return ln(p/P) of delivered prices, duty included; 0 where nothing is traded."""
    solution = outcome.solution
    assert solution is not None
    log = np.broadcast_to(solution.cost[:, :, None], world.accounts.flows.shape).copy()
    if shocks.trade_cost is not None:
        log += np.log(shocks.trade_cost)
    if shocks.tariff is not None:
        log += np.log1p(shocks.tariff / (1.0 + world.accounts.tariff))
    if shocks.export_tax is not None:
        log += np.log1p(shocks.export_tax)
    if shocks.quota is not None:
        log += np.log1p(outcome.licence_price.values / 100.0)
    log -= solution.composite[:, None, :]
    traded = world.accounts.flows > 0.0
    if shocks.availability is not None:
        traded = traded & (shocks.availability > 0.0)
    return np.where(traded, log, 0.0)


def _capital(world: World, outcome: Outcome, before: Floats | None, speed: float) -> Floats:
    """Return ln K after a year's move towards equal rentals; each region keeps its stock."""
    solution = outcome.solution
    assert solution is not None
    base = world.accounts.value_added * (1.0 - world.accounts.labour_share)
    stock = np.where(base.sum(axis=0) > 0.0, base.sum(axis=0), 1.0)
    paid = np.maximum(solution.capital_bill, 1e-12 * np.maximum(base, 1e-300))
    target = paid / np.where(paid.sum(axis=0) > 0.0, paid.sum(axis=0), 1.0) * stock
    log_target = np.where(
        base > 0.0, np.log(np.where(base > 0.0, target / np.where(base > 0.0, base, 1.0), 1.0)), 0.0
    )
    moved = speed * log_target + (0.0 if before is None else (1.0 - speed) * before)
    kept = (base * np.exp(moved)).sum(axis=0) / stock
    return np.where(base > 0.0, moved - np.log(np.where(kept > 0.0, kept, 1.0)), 0.0)
