"""Which regions invoice in a challenger currency: a game of strategic complements, all of whose equilibria are listed.

Region i adopts if at least `threshold` of its trade is with partners that have adopted:

    a_i = 1  if and only if  sum_j T[i,j] a_j >= threshold,       a = 1 for the issuer and whoever is committed

More adopters make adoption better for everybody, so the equilibria in pure strategies form a lattice with a least and
a greatest one. `equilibria` finds every one: it brackets them between the least and the greatest fixed point, splits
on a region that is undecided between the two, and tightens each half. Where a tie is broken matters: it adopts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.errors import DataError
from blocs.world.accounts import Floats

Flags = np.ndarray  # of bool
MOST = 4096  # equilibria listed at most; a game with more is refused in words


@dataclass(frozen=True, eq=False)
class Game:
    """Trade shares (player, player; rows sum to one), the threshold, and who is committed to the currency."""

    trade_share: Floats
    threshold: float
    committed: Flags

    def __post_init__(self) -> None:
        if not 0.0 < self.threshold <= 1.0:
            raise DataError(f"threshold is {self.threshold:g}; a share of trade lies in (0, 1]")
        if self.committed.shape != self.trade_share.shape[:1]:
            raise DataError(
                f"{self.committed.size} regions commit in a game of {self.trade_share.shape[0]}; align them"
            )

    def response(self, adopters: Flags) -> Flags:
        """Return who adopts when `adopters` have; monotone in them."""
        exposed = self.trade_share @ adopters.astype(np.float64)
        return (exposed >= self.threshold - 1e-12) | self.committed


def least(game: Game) -> Flags:
    """Return the smallest equilibrium: what history selects when the currency starts from its issuer."""
    return _rest(game, game.committed)


def greatest(game: Game) -> Flags:
    """Return the largest equilibrium: what adoption by all at once would sustain."""
    return _rest(game, np.ones_like(game.committed))


def equilibria(game: Game, most: int = MOST) -> tuple[Flags, ...]:
    """Return all equilibria in pure strategies, by size; DataError if there are more than `most`."""
    found: list[Flags] = []
    open_ = [(least(game), greatest(game))]
    while open_:
        low, high = open_.pop()
        undecided = np.flatnonzero(high & ~low)
        if undecided.size == 0:
            found.append(low)
            if len(found) > most:
                raise DataError(
                    f"the invoicing game has more than {most} equilibria at a threshold of {game.threshold:g}; raise "
                    "payments.invoicing.threshold, or aggregate the world"
                )
            continue
        i = undecided[0]
        with_i, without_i = low.copy(), high.copy()
        with_i[i], without_i[i] = True, False
        open_ += [
            half for half in (_within(game, with_i, high), _within(game, low, without_i)) if half is not None
        ]
    return tuple(sorted(found, key=lambda flags: (int(flags.sum()), flags.tolist()[::-1])))


def _within(game: Game, low: Flags, high: Flags) -> tuple[Flags, Flags] | None:
    """Return the tightest bracket of the equilibria between `low` and `high`; None if there is none.

    Every equilibrium above `low` responds to itself at least as much as `low` does, so it holds `low` and its response;
    and every one below `high` lies within its response.
    """
    while True:
        up, down = low | game.response(low), high & game.response(high)
        if (up & ~down).any():
            return None
        if (up == low).all() and (down == high).all():
            return low, high
        low, high = up, down


def _rest(game: Game, adopters: Flags) -> Flags:
    while True:
        after = game.response(adopters)
        if (after == adopters).all():
            return adopters
        adopters = after
