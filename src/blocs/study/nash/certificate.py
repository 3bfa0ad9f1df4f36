"""Checks an equilibrium by another method: SciPy re-optimises each player alone, from elsewhere, against the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from blocs.errors import ConvergenceError
from blocs.study.nash.climb import Progress
from blocs.study.nash.game import Game, Point, each_for_itself
from blocs.world.accounts import Floats

HOPELESS = 1e6  # what a profile without an equilibrium is said to cost, % of absorption
MOST = 120  # evaluations of one search


@dataclass(frozen=True)
class Reply:
    """The best a player found against the others' rates, over all searches.

    gain: more welfare than in the equilibrium, % of the player's absorption (0 if nothing better was found);
    tariff_gap: largest difference of a rate between the best search and the equilibrium, weighted_gap: the mean one
    weighted by the trade it is levied on (both fractions). A flat objective leaves gaps without gain.
    """

    player: str
    gain: float
    tariff_gap: float
    weighted_gap: float
    evaluations: int
    converged: bool


def certify(
    game: Game, point: Point, starts: Sequence[Floats], *, progress: Progress | None = None
) -> tuple[Reply, ...]:
    """Return each player's best reply to `point` found by L-BFGS-B from each of `starts` (rates of all slots)."""
    replies = []
    for n, player in enumerate(game.players):
        if progress is not None:
            progress(f"re-optimising {player.name}")
        replies.append(_reply(game, n, point, starts))
    return tuple(replies)


def _reply(game: Game, n: int, point: Point, starts: Sequence[Floats]) -> Reply:
    chosen = game.instruments
    own = (chosen.owner == n) & ~chosen.pinned
    aim = each_for_itself(game, [n])
    absorption = float(game.absorption[n])
    # in these units the objective, in %, bends about equally in every rate
    unit = np.sqrt(np.maximum(point.curvature[own], 1e-12 * absorption) * 100.0 / absorption)
    best_value, best_rates, evaluations, converged = -np.inf, point.rates, 0, True
    for start in starts:
        near = point

        def cost(scaled: Floats) -> tuple[float, Floats]:
            nonlocal near
            rates = point.rates.copy()
            rates[own] = np.expm1(scaled / unit)
            try:
                near = game.at(rates, aim, near=near)
            except ConvergenceError:
                return HOPELESS, np.zeros_like(scaled)
            share = 100.0 / absorption
            return -share * float(near.payoffs[n]), -share * near.slope[own] / unit

        low, high = np.log1p(chosen.low[own]) * unit, np.log1p(chosen.high[own]) * unit
        begin = np.clip(np.log1p(start[own]) * unit, low, high)
        found = minimize(
            cost, begin, jac=True, method="L-BFGS-B", bounds=list(zip(low, high, strict=True)),
            options={"maxfun": MOST, "maxcor": 20, "ftol": 1e-15, "gtol": 1e-7},
        )  # fmt: skip
        evaluations += int(found.nfev)
        converged = converged and found.status != 1
        if -found.fun > best_value:
            best_value = float(-found.fun)
            best_rates = point.rates.copy()
            best_rates[own] = np.expm1(found.x / unit)
    gap = np.abs(best_rates - point.rates)[own]
    weight = chosen.trade(game.base.accounts.flows)[own]
    return Reply(
        player=game.players[n].name,
        gain=max(0.0, best_value - float(game.percent(point.payoffs)[n])),
        tariff_gap=float(gap.max(initial=0.0)),
        weighted_gap=float(gap @ weight / weight.sum()),
        evaluations=evaluations,
        converged=converged,
    )
