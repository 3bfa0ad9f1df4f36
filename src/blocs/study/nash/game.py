"""A game of trade policy: rates in, the exact equilibrium with every player's welfare and gradient out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from blocs.engine.elasticities import Closure, Elasticities, Horizon
from blocs.engine.outcome import Outcome
from blocs.engine.payoffs import PolicyGradient, policy_gradient
from blocs.engine.settings import Anderson
from blocs.engine.solve import solve_shocks
from blocs.errors import ConvergenceError
from blocs.study.nash.instruments import Instruments
from blocs.study.players import Player, membership
from blocs.world.accounts import Floats
from blocs.world.world import World

TIGHT = Anderson(tolerance=1e-10)

# payoffs (player,) -> weights (row, region) of the welfare sums to climb, and the row of each player's rates
Aim = Callable[[Floats], tuple[Floats, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Game:
    """Players with their instruments on a world without deficits; who is not among `movers` keeps the base's rates."""

    base: World
    players: tuple[Player, ...]
    instruments: Instruments
    elasticities: Elasticities
    horizon: Horizon
    weights: Floats = field(repr=False)  # (player, region)
    movers: tuple[int, ...] | None = None  # None: all

    @classmethod
    def of(
        cls,
        players: tuple[Player, ...],
        instruments: Instruments,
        elasticities: Elasticities,
        horizon: Horizon,
    ) -> Game:
        """Return the game of `players` on the world of `instruments`."""
        base = instruments.world
        return cls(base, players, instruments, elasticities, horizon, membership(base, players))

    def among(self, movers: Sequence[int]) -> Game:
        """Return the game in which only `movers` have left the base's rates."""
        return replace(self, movers=tuple(movers))

    @property
    def absorption(self) -> Floats:
        """Base absorption (player,), US$ mn."""
        return self.weights @ self.base.accounts.absorption

    def solve(self, rates: Floats, start: Outcome | None = None) -> Outcome:
        """Return the equilibrium at `rates`; raises ConvergenceError if there is none within the solver's reach."""
        outcome = solve_shocks(
            self.base, self.instruments.shocks(rates, self.movers), elasticities=self.elasticities,
            closure=Closure.BALANCED, horizon=self.horizon, start=start, solver=TIGHT,
        )  # fmt: skip
        if not outcome.status.converged:
            raise ConvergenceError(f"the world at these tariffs: {outcome.status}", outcome)
        return outcome

    def payoffs(self, outcome: Outcome) -> Floats:
        """Return each player's equivalent variation against the base (player,), US$ mn."""
        return self.weights @ (outcome.regional("welfare") / 100.0 * self.base.accounts.absorption)

    def percent(self, payoffs: Floats) -> Floats:
        """Return payoffs in % of the players' base absorption."""
        return 100.0 * payoffs / self.absorption

    def at(self, rates: Floats, aim: Aim, *, near: Point | None = None) -> Point:
        """Return the equilibrium at `rates` with the gradient of what `aim` says."""
        outcome = self.solve(rates, near.outcome if near is not None else None)
        payoffs = self.payoffs(outcome)
        rows, row_of_player = aim(payoffs)
        gradient = policy_gradient(outcome, rows, start=near.gradient if near is not None else None)
        chosen = self.instruments
        row = np.maximum(row_of_player, 0)[chosen.owner]
        moves = row_of_player[chosen.owner] >= 0
        slope = np.where(moves, chosen.slopes(gradient, row) * (1.0 + rates), 0.0)
        return Point(rates, outcome, payoffs, slope, self._bend(outcome, rows, row), moves, gradient)

    def _bend(self, outcome: Outcome, rows: Floats, row: np.ndarray) -> Floats:
        """Return the curvature of the aim in log(1 + rate) (slot,), by what its own members pay."""
        assert outcome.solution is not None
        tariff, tax = self.base.accounts.tariff, outcome.shocks.export_tax
        duty = 1.0 + (tariff if outcome.shocks.tariff is None else tariff + outcome.shocks.tariff)
        paid = outcome.solution.flows * (duty if tax is None else duty * (1.0 + tax))
        weight = rows.max(axis=1)[row]
        return weight * self.instruments.curvature(paid, self.elasticities.of(self.base))


@dataclass(frozen=True, eq=False)
class Point:
    """One profile of rates: its equilibrium, payoffs (player,) in US$ mn, and the slope of each rate's aim.

    slope, curvature: (slot,) US$ mn by log(1 + rate); moves: which rates are free to move.
    """

    rates: Floats
    outcome: Outcome
    payoffs: Floats
    slope: Floats
    curvature: Floats
    moves: np.ndarray
    gradient: PolicyGradient


def each_for_itself(game: Game, movers: Sequence[int] | None = None) -> Aim:
    """Return the aim of a game: every mover climbs its own welfare, the others stand still."""
    chosen = range(len(game.players)) if movers is None else list(movers)
    rows = game.weights[list(chosen)]
    row_of_player = np.full(len(game.players), -1)
    row_of_player[list(chosen)] = range(len(rows))
    return lambda payoffs: (rows, row_of_player)


def together(game: Game, weights: Floats) -> Aim:
    """Return the aim of cooperation: all rates climb one weighted sum of regions' welfare (region,)."""
    everyone = np.zeros(len(game.players), dtype=int)
    return lambda payoffs: (weights[None, :], everyone)


def bargain(game: Game, threat: Floats) -> Aim:
    """Return the aim of Nash bargaining: all rates climb prod_p (u_p - threat_p), that is sum_p log(u_p - threat_p).

    Its gradient is that of the sum of the players' welfare, weighted by 1/(u_p - threat_p). The weights are scaled to
    a mean of one, which changes no maximum.
    """
    everyone = np.zeros(len(game.players), dtype=int)

    def aim(payoffs: Floats) -> tuple[Floats, np.ndarray]:
        surplus = np.maximum(payoffs - threat, 1e-6 * game.absorption)
        weight = (1.0 / surplus) / np.mean(1.0 / surplus)
        return (weight @ game.weights)[None, :], everyone

    return aim
