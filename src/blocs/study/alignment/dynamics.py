"""Lets countries reply to each other's picks, one at a time, until nobody moves or the world goes round in circles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from blocs.engine.outcome import Outcome
from blocs.study.alignment.board import Board, Picks
from blocs.world.accounts import Floats

TIE = 1e-5  # % of absorption: a smaller advantage moves nobody; the solver's tolerance leaves 1e-7
KEPT = 6000  # welfare vectors remembered

Progress = Callable[[str], None]


class Ending(Enum):
    """STABLE: nobody gains by another pick. TIE: the same, but somebody is indifferent. CYCLE: picks repeat.
    UNFINISHED: passes ran out."""

    STABLE = "stable"
    TIE = "tie"
    CYCLE = "cycle"
    UNFINISHED = "unfinished"


class Referee:
    """Solves the world at given picks; remembers welfare by picks, and the last equilibrium as a start for the next."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.solves = 0
        self._known: dict[bytes, Floats] = {}
        self._near: Outcome | None = None

    def welfare(self, picks: Picks) -> Floats:
        """Return equivalent variation (region,), % of absorption, at `picks`."""
        key = np.asarray(picks, dtype=np.int8).tobytes()
        if key not in self._known:
            outcome = self.board.solve(picks, self._near)
            self.solves += 1
            self._near = outcome.unlearned()  # another country's pick turns other trade
            if len(self._known) >= KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[key] = outcome.regional("welfare")
        return self._known[key]

    def replies(self, picks: Picks, chooser: int) -> Floats:
        """Return what each option is worth to `chooser` (option,), given the others' picks: welfare plus affinity."""
        player = self.board.choosers[chooser]
        at = player.at(self.board.base)
        worth = np.empty(len(self.board.options))
        for option in range(len(worth)):
            trial = picks.copy()
            trial[at] = option
            worth[option] = self.board.welfare(self.welfare(trial), player)
        return worth + self.board.affinity[chooser]


@dataclass(frozen=True, eq=False)
class Path:
    """How one start ended. picks: the last map; worth: (chooser, option) at it, exact, NaN in a cycle.

    moves: who switched, from what to what; cycle, cycle_moves: the maps the world goes round, and the switches between.
    """

    start: str
    order: tuple[int, ...]
    ending: Ending
    picks: Picks
    worth: Floats
    passes: int
    moves: tuple[tuple[int, int, int], ...]
    cycle: tuple[Picks, ...] = ()
    cycle_moves: tuple[tuple[int, int, int], ...] = ()


def settle(
    referee: Referee,
    name: str,
    begin: Picks,
    order: Sequence[int],
    most: int,
    progress: Progress | None = None,
) -> Path:
    """Let the choosers reply in `order`, again and again, from `begin`, at most `most` passes.

    Every reply is exact. A pass without a switch evaluates all alternatives of all choosers at one map: it is the
    certificate that the map is stable. The order is the same in every pass, so that a map seen before at the beginning
    of a pass proves a cycle.
    """
    picks = begin.copy()
    seen: dict[bytes, int] = {}
    log: list[list[tuple[int, int, int]]] = []
    options = len(referee.board.options)
    for count in range(most):
        key = picks.tobytes()
        if key in seen:
            back = seen[key]
            turning = tuple(move for moves in log[back:] for move in moves)
            return Path(
                name, tuple(order), Ending.CYCLE, picks, np.full((len(order), options), np.nan), count,
                _flat(log), _round(referee.board, picks, turning), turning,
            )  # fmt: skip
        seen[key] = count
        moves, worth = _one_pass(referee, picks, order)
        log.append(moves)
        if progress is not None:
            progress(f"{name}, pass {count + 1}: {len(moves)} switches, {referee.solves} solves")
        if not moves:
            rows = worth[np.argsort(order)]
            return Path(name, tuple(order), _verdict(rows), picks, rows, count + 1, _flat(log))
    rows = np.full((len(order), options), np.nan)
    return Path(name, tuple(order), Ending.UNFINISHED, picks, rows, most, _flat(log))


def _one_pass(
    referee: Referee, picks: Picks, order: Sequence[int]
) -> tuple[list[tuple[int, int, int]], Floats]:
    """Let everybody reply once, changing `picks`; return who switched, and what options were worth in `order`."""
    moves, worth = [], []
    for chooser in order:
        here = referee.replies(picks, chooser)
        worth.append(here)
        at = referee.board.choosers[chooser].at(referee.board.base)
        best, now = int(np.argmax(here)), int(picks[at[0]])
        if here[best] > here[now] + TIE:
            moves.append((chooser, now, best))
            picks[at] = best
    return moves, np.array(worth)


def _round(board: Board, begin: Picks, moves: Sequence[tuple[int, int, int]]) -> tuple[Picks, ...]:
    """Return the maps that `moves` lead through from `begin`, which they end at."""
    maps, here = [], begin.copy()
    for chooser, _, to in moves:
        maps.append(here.copy())
        here[board.choosers[chooser].at(board.base)] = to
    return tuple(maps)


def _verdict(worth: Floats) -> Ending:
    ordered = np.sort(worth, axis=1)
    return Ending.TIE if (ordered[:, -1] - ordered[:, -2] <= TIE).any() else Ending.STABLE


def _flat(log: Sequence[Sequence[tuple[int, int, int]]]) -> tuple[tuple[int, int, int], ...]:
    return tuple(move for moves in log for move in moves)
