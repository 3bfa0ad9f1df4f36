"""Finds pivots: countries whose switch would make others switch.

The others whose margin the switch can close are guessed by trade: if i leaves j's bloc, the cost falls on their
trade, which shifts j's margin by about the cost times that trade over j's absorption. Pairs for which the guess,
doubled, reaches the margin are solved exactly, closest first, up to `most`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from blocs.study.alignment.dynamics import TIE, Path, Referee

SAFETY = 2.0  # the guess counts one-way cost at base trade; both sides adjust

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Pivot:
    """If `mover` went to `to`, each of `followers` would gain by leaving its pick: (name, its new pick, gain in %)."""

    mover: str
    to: str
    followers: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Pivots:
    """The pivots found, how many pairs were solved, and how many more the screening left unsolved."""

    found: tuple[Pivot, ...]
    solved: int
    unsolved: int


def pivots(referee: Referee, path: Path, most: int, progress: Progress | None = None) -> Pivots:
    """Return whose switch at a stable map moves whom, by exact solves of at most `most` pairs (mover, follower)."""
    board = referee.board
    pairs = _pairs(referee, path)
    followers: dict[tuple[int, int], list[tuple[str, str, float]]] = {}
    for count, (mover, to, other) in enumerate(pairs[:most], start=1):
        if progress is not None and count % 20 == 0:
            progress(f"pivots: {count} of {min(most, len(pairs))} pairs")
        moved = path.picks.copy()
        moved[board.choosers[mover].at(board.base)] = to
        worth = referee.replies(moved, other)
        now = int(path.picks[board.choosers[other].at(board.base)[0]])
        best = int(np.argmax(worth))
        if worth[best] > worth[now] + TIE:
            told = (board.choosers[other].name, board.options[best], float(worth[best] - worth[now]))
            followers.setdefault((mover, to), []).append(told)
    found = [
        Pivot(board.choosers[mover].name, board.options[to], tuple(sorted(told, key=lambda t: -t[2])))
        for (mover, to), told in followers.items()
    ]
    found.sort(key=lambda pivot: (-len(pivot.followers), pivot.mover))
    return Pivots(tuple(found), min(most, len(pairs)), max(0, len(pairs) - most))


def _pairs(referee: Referee, path: Path) -> list[tuple[int, int, int]]:
    """Return (mover, its new option, possible follower), the likeliest first."""
    board = referee.board
    groups = [chooser.at(board.base) for chooser in board.choosers]
    trade = board.trade()
    between = np.array([[trade[np.ix_(one, other)].sum() for other in groups] for one in groups])
    absorption = np.array([board.absorption(chooser) for chooser in board.choosers])
    shift = 100.0 * board.cost * between / absorption[:, None]  # (follower, mover), %
    ordered = np.sort(path.worth, axis=1)
    margin = ordered[:, -1] - ordered[:, -2]
    now = board.chosen(path.picks)
    ranked = []
    for mover in range(len(groups)):
        for other in range(len(groups)):
            if mover != other and SAFETY * shift[other, mover] >= margin[other]:
                closeness = margin[other] / max(shift[other, mover], 1e-300)
                ranked += [
                    (closeness, mover, to, other) for to in range(len(board.options)) if to != now[mover]
                ]
    return [(mover, to, other) for _, mover, to, other in sorted(ranked)]
