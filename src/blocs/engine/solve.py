"""Solve a world under shocks: wedges in, an `Outcome` with its status out. No state is kept between calls."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from blocs.engine.anderson import History, iterate, no_history
from blocs.engine.assemble import log_trade, parts_of, problem_of
from blocs.engine.calibrate import calibrate
from blocs.engine.elasticities import DEFAULT_SET, Closure, Demand, Elasticities, Horizon, Sourcing
from blocs.engine.feasible import diagnose, hard_hit_regions, missing_goods, unbalanced_part
from blocs.engine.newton import newton
from blocs.engine.outcome import Outcome
from blocs.engine.problem import Problem, State
from blocs.engine.productive import unproductive
from blocs.engine.settings import Anderson
from blocs.engine.shocks import Shocks, aligned
from blocs.engine.solution import Solution
from blocs.engine.status import Status, Verdict
from blocs.errors import ConvergenceError, DataError
from blocs.world.accounts import Floats
from blocs.world.world import World

PURGED = 1e-7  # a world whose deficits are all within this share of absorption is balanced already


def solve(
    world: World,
    *,
    tariff: Any = None,
    trade_cost: Any = None,
    productivity: Any = None,
    availability: Any = None,
    export_tax: Any = None,
    output_tax: Any = None,
    input_cost: Any = None,
    demand_shift: Any = None,
    labour: Any = None,
    capital: Any = None,
    transfer: Any = None,
    wage_floor: Any = None,
    quota: Any = None,
    quota_rent: Any = None,
    elasticities: Elasticities | None = None,
    closure: Closure = Closure.FIXED,
    horizon: Horizon = Horizon.LONG,
    demand: Demand | None = None,
    sourcing: Sourcing = Sourcing.POOLED,
    start: Outcome | None = None,
    solver: Anderson | None = None,
) -> Outcome:
    """Solve the exact general equilibrium of docs/engine.md after changes to `world`.

    tariff: new ad-valorem rates (good, origin, destination), replacing the base's. export_tax, output_tax: new
    rates. trade_cost, availability: hats (good, origin, destination); availability 0 is an exact embargo.
    productivity, input_cost, capital: hats (user, region); demand_shift: hats (good, region); labour: hats
    (region,); transfer: US$ mn (region,), summing to zero. quota: largest volume as a ratio to the base (good,
    origin, destination; inf where there is no cap), met by a licence price; quota_rent: who keeps its rent (0
    exporter, 1 importer, 2 nobody). wage_floor: hat (region,) of the lowest wage, only with Closure.DEMAND, which
    needs `demand=Demand(...)`. Arrays are labelled (checked) or bare in world order
    (shape checked). elasticities: default the set `fontagne2022` at `horizon`; a set given explicitly is used as
    it is and `horizon` then only says whether capital is mobile. sourcing: BY_USER gives each industry and final use
    import shares of its own, on a world that carries `Z`. start: an outcome on the same world to begin at.

    Returns an `Outcome`; look at `outcome.status`. Raises DataError for arrays that do not fit the world or that
    no market could face.
    """
    shocks = Shocks.of(
        world,
        tariff=None if tariff is None else aligned(world, "tariff", tariff) - world.accounts.tariff,
        trade_cost=trade_cost, productivity=productivity, availability=availability, export_tax=export_tax,
        output_tax=output_tax, input_cost=input_cost, demand_shift=demand_shift, labour=labour, capital=capital,
        transfer=transfer, wage_floor=wage_floor, quota=quota, quota_rent=quota_rent,
    )  # fmt: skip
    return solve_shocks(
        world, shocks, elasticities=elasticities, closure=closure, horizon=horizon, demand=demand,
        sourcing=sourcing, start=start, solver=solver,
    )  # fmt: skip


def solve_shocks(
    world: World,
    shocks: Shocks,
    *,
    elasticities: Elasticities | None = None,
    closure: Closure = Closure.FIXED,
    horizon: Horizon = Horizon.LONG,
    demand: Demand | None = None,
    sourcing: Sourcing = Sourcing.POOLED,
    start: Outcome | None = None,
    solver: Anderson | None = None,
) -> Outcome:
    """Solve `world` under `shocks` (see `solve`). Deficits are purged first where the closure asks for it, and
    under FIXED where a region loses more than half of its trade; the outcome's `base` is then the purged world."""
    began = time.perf_counter()
    _check_choices(world, closure, horizon, elasticities, sourcing)
    _check_demand(closure, demand, shocks)
    elasticities = elasticities or Elasticities.load(DEFAULT_SET, horizon)
    solver = solver or Anderson()
    cut, strained = (), ()
    wedge = log_trade(world, shocks)  # the same on the purged world, whose tariffs are this one's
    if closure is Closure.FIXED:
        cut, strained = hard_hit_regions(world, shocks, elasticities.of(world), wedge)
        cut = cut or unbalanced_part(world, parts_of(world, shocks))
    notes: tuple[str, ...] = ()
    purged = None
    base = world
    if closure is Closure.BALANCED or cut:
        try:
            base, purged = _balanced(world, start, elasticities, horizon, sourcing, solver)
        except ConvergenceError as error:
            status = replace(error.outcome.status, message=str(error))
            return Outcome(
                world, world, shocks, elasticities, closure, horizon, status, None, (), demand, sourcing
            )
        notes = (_purge_note(closure, cut),)
    else:
        notes = _strain_note(strained)
    solution, status = _equilibrium(
        base, shocks, elasticities, closure, horizon, start, solver, began, demand, sourcing, wedge
    )
    return Outcome(
        base, world, shocks, elasticities, closure, horizon, status, solution, notes, demand, sourcing, purged
    )


def purge(
    world: World,
    *,
    elasticities: Elasticities | None = None,
    horizon: Horizon = Horizon.LONG,
    sourcing: Sourcing = Sourcing.POOLED,
    solver: Anderson | None = None,
) -> World:
    """Return the world as it would be with all trade balanced (D = 0) at its own tariffs.

    Raises ConvergenceError if there is no such equilibrium within the solver's iterations.
    """
    if _is_balanced(world):
        return world
    elasticities = elasticities or Elasticities.load(DEFAULT_SET, horizon)
    return _purged_world(_purge(world, elasticities, horizon, sourcing, solver or Anderson(), None))


def _is_balanced(world: World) -> bool:
    return bool((np.abs(world.accounts.deficit) <= PURGED * world.accounts.absorption).all())


def _balanced(
    world: World,
    start: Outcome | None,
    elasticities: Elasticities,
    horizon: Horizon,
    sourcing: Sourcing,
    solver: Anderson,
) -> tuple[World, Outcome | None]:
    """Return the purged world and the solve that found it, begun where `start` found its own, or the same one."""
    if _is_balanced(world):
        return world, None
    known = start.purged if start is not None and start.origin is world else None
    asked = (elasticities, horizon, sourcing)
    if (
        start is not None
        and known is not None
        and (known.elasticities, known.horizon, known.sourcing) == asked
    ):
        return start.base, known
    found = _purge(world, elasticities, horizon, sourcing, solver, known)
    base = _purged_world(found)
    calibrate(base, sourcing, near=world)
    return base, found


def _purge(
    world: World,
    elasticities: Elasticities,
    horizon: Horizon,
    sourcing: Sourcing,
    solver: Anderson,
    start: Outcome | None,
) -> Outcome:
    """Return the equilibrium without deficits; ConvergenceError if it is not found."""
    solution, status = _equilibrium(
        world, Shocks.neutral(), elasticities, Closure.BALANCED, horizon, start, solver, time.perf_counter(),
        sourcing=sourcing,
    )  # fmt: skip
    outcome = Outcome(
        world, world, Shocks.neutral(), elasticities, Closure.BALANCED, horizon, status, solution,
        sourcing=sourcing,
    )  # fmt: skip
    if not status.converged:
        raise ConvergenceError(f"purging the deficits of {world.name} did not converge: {status}", outcome)
    return outcome


def _purged_world(found: Outcome) -> World:
    return found.world(name=f"{found.base.name}, balanced", note="trade deficits purged")


def _check_choices(world: World, closure: Any, horizon: Any, elasticities: Any, sourcing: Any) -> None:
    choices = ((closure, Closure, "closure"), (horizon, Horizon, "horizon"), (sourcing, Sourcing, "sourcing"))
    for value, kind, name in choices:
        if not isinstance(value, kind):
            members = ", ".join(f"{kind.__name__}.{member.name}" for member in kind)
            raise DataError(f"{name} is {value!r}; it must be one of {members}")
    if elasticities is not None and not isinstance(elasticities, Elasticities):
        raise DataError(
            f"elasticities is {elasticities!r}; give Elasticities.load('fontagne2022') or Elasticities.uniform(4.0)"
        )
    if closure is Closure.PROPORTIONAL and (world.accounts.tariff != 0.0).any():
        raise DataError(
            f"Closure.PROPORTIONAL holds only without tariffs, but {world.name} has some; use FIXED or BALANCED"
        )


def _check_proportional(shocks: Shocks) -> None:
    """Spending follows output alone: duties would not be spent, and a transfer would change nothing."""
    for name in ("tariff", "export_tax", "transfer", "bill_share"):
        array = getattr(shocks, name)
        if array is not None and (array != 0.0).any():
            raise DataError(f"Closure.PROPORTIONAL holds only without {name}; use FIXED or BALANCED")


def _check_demand(closure: Closure, demand: Demand | None, shocks: Shocks) -> None:
    if demand is not None and not isinstance(demand, Demand):
        raise DataError(f"demand is {demand!r}; give Demand(propensity=..., pass_through=...)")
    if closure is Closure.DEMAND:
        if demand is None:
            raise DataError(
                "Closure.DEMAND needs its two numbers, which nobody can choose for you: "
                "demand=Demand(propensity=..., pass_through=...)"
            )
        return
    if demand is not None:
        raise DataError(f"demand= is read only with Closure.DEMAND; the closure is {closure.value}")
    if shocks.wage_floor is not None:
        raise DataError("wage_floor needs Closure.DEMAND: with full employment no wage has a floor")


def _purge_note(closure: Closure, cut: tuple[str, ...]) -> str:
    if closure is Closure.BALANCED:
        return "Trade deficits were purged first; results compare with the balanced base."
    return (
        f"{', '.join(cut)} would lose more than half of its trade, or all trade with those who carry its deficit, "
        "which a fixed deficit cannot survive: deficits were purged first, and results compare with the balanced base."
    )


def _strain_note(strained: tuple[str, ...]) -> tuple[str, ...]:
    if not strained:
        return ()
    names = ", ".join(strained[:8]) + (f" and {len(strained) - 8} more" if len(strained) > 8 else "")
    return (
        f"{names} would lose more than half of its trade at unchanged prices while its trade deficit or surplus stays "
        "fixed, which weighs on the result; compare with the balanced closure.",
    )


def _stuck_note(world: World, elasticities: Elasticities, regions: tuple[int, ...], takes: float) -> str:
    names = [world.regions[j] for j in regions]
    listed = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return (
        f"there is no equilibrium: industries of {listed} cannot cover their costs at any prices, for what they still "
        f"can buy a unit of their output takes {takes:.3g} units of it (Hawkins–Simon condition at sigma_output "
        f"{elasticities.sigma_output:g}, sigma_materials {elasticities.sigma_materials:g}); leave some trade open, or "
        "take a longer horizon, whose inputs are easier to replace"
    )


def _equilibrium(
    base: World,
    shocks: Shocks,
    elasticities: Elasticities,
    closure: Closure,
    horizon: Horizon,
    start: Outcome | None,
    solver: Anderson,
    began: float,
    demand: Demand | None = None,
    sourcing: Sourcing = Sourcing.POOLED,
    wedge: Floats | None = None,
) -> tuple[Solution | None, Status]:
    if closure is Closure.PROPORTIONAL:
        _check_proportional(shocks)
    benchmark, home = calibrate(base, sourcing)
    users = benchmark.trade_share if sourcing is Sourcing.BY_USER else None
    lost = missing_goods(base, shocks, elasticities, users)
    if lost:
        message = f"{lost} loses every supplier and its nest cannot do without it (sigma <= 1)"
        return None, Status(Verdict.INFEASIBLE, np.inf, 0, time.perf_counter() - began, message)
    problem = problem_of(base, shocks, elasticities, closure, horizon, demand, sourcing, wedge)
    stranded = () if shocks.transfer is None else unbalanced_part(base, problem.wedges.part, shocks.transfer)
    if stranded and closure in (Closure.FIXED, Closure.BALANCED):
        message = f"no trade is left that could carry the transfer of {', '.join(stranded[:4])}"
        return None, Status(Verdict.INFEASIBLE, np.inf, 0, time.perf_counter() - began, message)
    with np.errstate(all="ignore"):  # a point far off may overflow, and is left behind
        result = iterate(
            problem,
            home,
            first := _start(problem, start, base),
            _history(start, first, solver.memory),
            solver.tolerance,
            solver.max_iterations,
        )
        verdict, message = diagnose(base, result, solver)
        iterations = int(result.iterations)
        if verdict is Verdict.STALLED and (stuck := unproductive(problem)) is not None:
            verdict, message = Verdict.INFEASIBLE, _stuck_note(base, elasticities, *stuck)
        if verdict is Verdict.STALLED and solver.fallback is not None:
            result = newton(problem, home, result.state, solver.tolerance, solver.fallback)
            verdict, message = diagnose(base, result, solver)
            message += f" of Newton–Krylov; Anderson stalled after {iterations}"
            iterations += int(result.iterations)
        solution = Solution.of(result)
    seconds = time.perf_counter() - began
    return solution, Status(verdict, float(result.residual), iterations, seconds, message)


def _history(start: Outcome | None, first: State, memory: int) -> History:
    """Return what the neighbour's last steps taught, where they fit."""
    size = sum(np.size(part) for part in first)
    if start is not None and start.status.converged and start.solution is not None:
        known = start.solution.history
        if known.moves.shape == (memory, size):
            return known
    return no_history(memory, size)


def _start(problem: Problem, start: Outcome | None, base: World) -> State:
    shape = problem.benchmark.output.shape
    zeros, region = np.zeros(shape), np.zeros(shape[1])
    licence = np.zeros(problem.wedges.quotas.good.shape)
    if start is not None and start.solution is not None:
        if start.base.regions != base.regions or start.base.sectors != base.sectors:
            raise DataError(
                f"start= is an outcome on {start.base!r}, this is {base!r}; start from an outcome on the same world"
            )
        if start.status.converged:
            # licences belong to their own list of capped cells
            return start.solution.state._replace(licence=licence)
    return State(region, zeros, zeros, zeros, region, licence)
