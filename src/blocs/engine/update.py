"""From one sweep to the next guess: a Newton-like step that solves each region's own feedback exactly.

A plain fixed-point step lets a wage change crawl through the input-output table. Here every region's home
market is inverted at the benchmark (costs through home inputs, output through home demand), sales answer costs
with their trade elasticity, and factor prices move by what is left; only feedback across borders is left to
the accelerator. This shapes the path, never the answer: a state is a solution when the raw residual is zero.
"""

from __future__ import annotations

from typing import NamedTuple

from blocs.engine.arrays import Array, along_rows, choose, module_of
from blocs.engine.problem import Benchmark, Leaf, Parameters, Problem, State, Sweep


class HomeMarket(NamedTuple):
    """Benchmark feedback inside regions, from `calibrate`."""

    cost_inverse: Leaf  # (region, industry, good): (I - home input cost shares)^-1
    output_inverse: Leaf  # (region, good, industry): (I - home sales shares to industries)^-1
    final_home: Leaf  # (good, region): home final sales over output
    exposure: Leaf  # (good, region): sum over destinations of sales share (1 - own trade share)


class Reach(NamedTuple):
    """What the step needs of a solve: the home market, and how far prices and wages answer at its elasticities."""

    home: HomeMarket
    answer: Array  # (good, region): theta times exposure
    weight: Array  # (industry, region): share in the region's wage bill
    region_damping: Array  # (region,)
    own_damping: Array  # (industry, region), for capital fixed in its industry
    any_capital: Array  # (region,)
    labour: Array  # (region,) base wage bill times the change of endowment
    capital: Array  # (industry, region) likewise
    together: Array  # (region, region): 1 where trade connects two regions
    income: Array  # (region,) base factor income of all regions that trade connects with this one


def reach(problem: Problem, home: HomeMarket) -> Reach:
    """Return what stays fixed during a solve; endowments are in it, so a derivative takes it of the shifted problem."""
    base, wedges, par = problem
    answer = par.theta[:, None] * home.exposure
    bill = base.labour_share * base.value_added_share * base.output
    sold = base.output / base.output.sum(axis=0)
    together = 1.0 * (wedges.part[:, None] == wedges.part)
    return Reach(
        home,
        answer,
        weight=bill / module_of(bill).maximum(bill.sum(axis=0), 1e-30),
        region_damping=1.0 / (1.0 + (sold * answer).sum(axis=0)),
        own_damping=1.0 / (1.0 + answer * (1.0 - base.labour_share) * base.value_added_share),
        any_capital=base.capital.sum(axis=0) > 0.0,
        labour=base.labour * wedges.labour,
        capital=base.capital * wedges.capital,
        together=together,
        income=together @ (base.labour + base.capital.sum(axis=0)),
    )


def next_guess(state: State, sweep: Sweep, problem: Problem, known: Reach) -> State:
    """Return the preconditioned fixed-point step, brought back to the numeraire (world value added)."""
    base, _, par = problem
    home = known.home
    gap = State(*(new - old for new, old in zip(sweep.implied, state, strict=True)))
    wage, rental = _factor_steps(gap, base, par, known)
    value_added = base.labour_share * wage[None, :] + (1.0 - base.labour_share) * rental
    cost = along_rows(home.cost_inverse, (gap.cost + base.value_added_share * value_added).T).T
    earned = base.labour * wage + (base.capital * rental).sum(axis=0)
    absorption = gap.absorption + choose(par.demand, lambda: 0.0, lambda: earned / base.absorption)
    answer = gap.output + home.final_home * absorption - known.answer * cost
    output = along_rows(home.output_inverse, answer.T).T
    # sales of a capped cell fall by about theta + 1 percent for a licence dearer by one percent
    relief = sweep.oversold / (1.0 + par.theta[problem.wedges.quotas.good])
    licence = module_of(relief).maximum(-state.licence, relief)
    steps = (wage, rental, cost, output, absorption, licence)
    moved = State(*(old + step for old, step in zip(state, steps, strict=True)))
    return to_numeraire(moved, problem, known)


def to_numeraire(state: State, problem: Problem, known: Reach) -> State:
    """Shift all nominal changes so that world factor income is the benchmark's (not under the demand closure).

    Each part of a world that fell apart keeps its own: without trade in between nothing ties their price levels.
    """
    xp = module_of(state.cost)

    def excess() -> Array:
        now = known.labour * xp.exp(state.wage) + (known.capital * xp.exp(state.rental)).sum(axis=0)
        return xp.log(known.income / (known.together @ now))

    shift = choose(problem.parameters.demand, lambda: 0.0, excess)
    return State(*(values + shift for values in state[:-1]), licence=state.licence)


def _factor_steps(gap: State, base: Benchmark, par: Parameters, known: Reach) -> tuple[Array, Array]:
    xp = module_of(gap.cost)
    region_output = (known.weight * gap.output).sum(axis=0)
    # a floor does not follow demand
    follows = choose(par.demand, lambda: gap.wage, lambda: gap.wage + region_output)
    wage = xp.where(base.labour > 0.0, known.region_damping * follows, 0.0)

    def mobile() -> Array:
        return xp.where(known.any_capital, known.region_damping * (gap.rental + region_output), 0.0)

    def fixed() -> Array:
        return xp.where(base.capital > 0.0, known.own_damping * (gap.rental + gap.output), 0.0)

    return wage, choose(par.mobile_capital, mobile, fixed)
