"""From one sweep to the next guess: a Newton-like step that solves each region's own feedback exactly.

A plain fixed-point step lets a wage change crawl through the input-output table. Here every region's home
market is inverted at the benchmark (costs through home inputs, output through home demand), sales answer costs
with their trade elasticity, and factor prices move by what is left; only feedback across borders is left to
the accelerator. This shapes the path, never the answer: a state is a solution when the raw residual is zero.
"""

from __future__ import annotations

from typing import NamedTuple

from blocs.engine.arrays import Array, along_rows, module_of
from blocs.engine.problem import Benchmark, Leaf, Parameters, Problem, State, Sweep


class HomeMarket(NamedTuple):
    """Benchmark feedback inside regions, from `calibrate`."""

    cost_inverse: Leaf  # (region, industry, good): (I - home input cost shares)^-1
    output_inverse: Leaf  # (region, good, industry): (I - home sales shares to industries)^-1
    final_home: Leaf  # (good, region): home final sales over output
    exposure: Leaf  # (good, region): sum over destinations of sales share (1 - own trade share)


def residual(state: State, implied: State) -> Array:
    """Return the largest absolute gap, in logs, between what is and what each equation asks for."""
    xp = module_of(state.cost)
    gaps = [xp.abs(new - old).max(initial=0.0) for new, old in zip(implied, state, strict=True)]
    return xp.stack(gaps).max()


def next_guess(state: State, sweep: Sweep, problem: Problem, home: HomeMarket) -> State:
    """Return the preconditioned fixed-point step, brought back to the numeraire (world value added)."""
    base, _, par = problem
    xp = module_of(state.cost)
    gap = State(*(new - old for new, old in zip(sweep.implied, state, strict=True)))
    wage, rental = _factor_steps(gap, base, par, home)
    value_added = base.labour_share * wage[None, :] + (1.0 - base.labour_share) * rental
    cost = along_rows(home.cost_inverse, (gap.cost + base.value_added_share * value_added).T).T
    earned = base.labour * wage + (base.capital * rental).sum(axis=0)
    absorption = gap.absorption + xp.where(par.demand, 0.0, earned / base.absorption)
    answer = gap.output + home.final_home * absorption - par.theta[:, None] * home.exposure * cost
    output = along_rows(home.output_inverse, answer.T).T
    # sales of a capped cell fall by about theta + 1 percent for a licence dearer by one percent
    relief = sweep.oversold / (1.0 + par.theta[problem.wedges.quotas.good])
    licence = xp.maximum(-state.licence, relief)
    steps = (wage, rental, cost, output, absorption, licence)
    moved = State(*(old + step for old, step in zip(state, steps, strict=True)))
    return to_numeraire(moved, problem)


def to_numeraire(state: State, problem: Problem) -> State:
    """Shift all nominal changes so that world factor income is the benchmark's (not under the demand closure).

    Each part of a world that fell apart keeps its own: without trade in between nothing ties their price levels.
    """
    base, wedges, par = problem
    xp = module_of(state.cost)
    now = base.labour * wedges.labour * xp.exp(state.wage)
    now = now + (base.capital * wedges.capital * xp.exp(state.rental)).sum(axis=0)
    before = base.labour + base.capital.sum(axis=0)
    together = 1.0 * (wedges.part[:, None] == wedges.part)
    shift = xp.where(par.demand, 0.0, xp.log((together @ before) / (together @ now)))
    return State(*(values + shift for values in state[:-1]), licence=state.licence)


def _factor_steps(gap: State, base: Benchmark, par: Parameters, home: HomeMarket) -> tuple[Array, Array]:
    xp = module_of(gap.cost)
    elasticity = par.theta[:, None] * home.exposure
    bill = base.labour_share * base.value_added_share * base.output
    weight = bill / xp.maximum(bill.sum(axis=0), 1e-30)
    sold = base.output / base.output.sum(axis=0)
    region_damping = 1.0 / (1.0 + (sold * elasticity).sum(axis=0))
    region_output = (weight * gap.output).sum(axis=0)
    follows = xp.where(par.demand, gap.wage, gap.wage + region_output)  # a floor does not follow demand
    wage = xp.where(base.labour > 0.0, region_damping * follows, 0.0)
    own_damping = 1.0 / (1.0 + elasticity * (1.0 - base.labour_share) * base.value_added_share)
    mobile = region_damping[None, :] * (gap.rental + region_output[None, :])
    fixed = own_damping * (gap.rental + gap.output)
    any_capital = base.capital.sum(axis=0)[None, :] > 0.0
    rental = xp.where(
        par.mobile_capital,
        xp.where(any_capital, mobile, 0.0),
        xp.where(base.capital > 0.0, fixed, 0.0),
    )
    return wage, rental
