"""What an alignment game found: stable maps, cycles, margins, pivots and the price of choosing wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.study.alignment.board import Board
from blocs.study.alignment.dynamics import Ending, Path
from blocs.study.alignment.pivots import Pivots
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    import pandas as pd

AFFINITY = "alignment.affinity"


@dataclass(frozen=True, eq=False)
class Map:
    """One distinct map: who is where, how often starts ended there, and welfare (region,) in % of absorption."""

    path: Path
    starts: tuple[str, ...]
    welfare: Floats


@dataclass(frozen=True, eq=False, repr=False)
class Alignment:
    """Where each start led (`paths`, with `welfare` at its last map); `maps` are the distinct stable ones."""

    origin: World
    board: Board
    paths: tuple[Path, ...]
    welfare: tuple[Floats, ...]
    pivots: Pivots | None
    solves: int
    seconds: float

    @property
    def converged(self) -> bool:
        """Whether every start ended: at a stable map or in a proven cycle."""
        return all(path.ending is not Ending.UNFINISHED for path in self.paths)

    @property
    def verdict(self) -> str:
        """One word for all starts: stable, tie, cycle or unfinished; 'mixed' if they ended differently."""
        endings = {path.ending.value for path in self.paths}
        return endings.pop() if len(endings) == 1 else "mixed"

    @property
    def maps(self) -> tuple[Map, ...]:
        """The distinct stable maps, in the order they were found."""
        found: dict[bytes, list[int]] = {}
        for n, path in enumerate(self.paths):
            if path.ending in (Ending.STABLE, Ending.TIE):
                found.setdefault(path.picks.tobytes(), []).append(n)
        return tuple(
            Map(self.paths[at[0]], tuple(self.paths[n].start for n in at), self.welfare[at[0]])
            for at in found.values()
        )

    @property
    def cycles(self) -> tuple[Path, ...]:
        """The starts that went round in circles, one a distinct cycle."""
        kept: dict[frozenset[bytes], Path] = {}
        for path in self.paths:
            if path.ending is Ending.CYCLE:
                kept.setdefault(frozenset(picks.tobytes() for picks in path.cycle), path)
        return tuple(kept.values())

    @property
    def reach(self) -> float:
        """The largest plausible affinity, % of absorption: a narrower margin may hang on sympathy."""
        low, high = Assumptions.default().entry(AFFINITY).range
        return max(abs(low), abs(high))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader must know."""
        board = self.board
        what = "melts on the way" if board.kind.value == "iceberg" else "is a duty that the importer keeps"
        lines = [
            "Trade deficits were purged first; results compare with the balanced base, without any cost.",
            f"Trade across blocs bears {100.0 * board.cost:g}% that {what}; ROW is in no bloc and bears nothing.",
        ]
        lines += [line for leader in board.leaders for line in leader.coverage]
        lines += [line for chooser in board.choosers for line in chooser.coverage]
        if len(self.maps) > 1:
            lines.append(
                f"{len(self.maps)} stable maps were found: which one comes about depends on where the world is."
            )
        if self.pivots is not None and self.pivots.unsolved:
            lines.append(
                f"Pivots: the {self.pivots.solved} likeliest pairs were solved, {self.pivots.unsolved} more were not."
            )
        return tuple(lines)

    # tables -----------------------------------------------------------------------------------------------------

    def pick_rows(self) -> list[dict[str, Any]]:
        """Return one row a chooser and map: its pick, what every option is worth, the margin and the dearest mistake.

        margin_pct: how much worse the second-best option is; worst_pct: the worst one (% of absorption; US$ mn).
        always: whether every stable map found has the same pick; within_affinity: margin below `reach`.
        """
        maps = self.maps
        rows = []
        for count, one in enumerate(maps, start=1):
            for n, chooser in enumerate(self.board.choosers):
                worth = one.path.worth[n]
                pick = self._pick(one.path, n)
                others = np.delete(worth, pick)
                usd = self.board.absorption(chooser) / 100.0
                margin, worst = float(worth[pick] - others.max()), float(worth[pick] - others.min())
                row: dict[str, Any] = {
                    "map": count,
                    "chooser": chooser.name,
                    "pick": self.board.options[pick],
                }
                row |= {f"worth_{name}": float(v) for name, v in zip(self.board.options, worth, strict=True)}
                row |= {
                    "margin_pct": margin, "margin_usd_mn": margin * usd, "worst_pct": worst,
                    "worst_usd_mn": worst * usd, "within_affinity": margin < self.reach,
                    "always": all(self._pick(other.path, n) == pick for other in maps),
                }  # fmt: skip
                rows.append(row)
        return rows

    def welfare_rows(self) -> list[dict[str, Any]]:
        """Return one row a region and map: its bloc and its equivalent variation, % and US$ mn."""
        names = (*self.board.options, "")  # UNALIGNED is the last
        absorption = self.board.base.accounts.absorption
        return [
            {
                "map": count, "region": code, "bloc": names[one.path.picks[k]],
                "welfare_pct": float(one.welfare[k]), "welfare_usd_mn": float(one.welfare[k] / 100.0 * absorption[k]),
            }
            for count, one in enumerate(self.maps, start=1)
            for k, code in enumerate(self.board.base.regions)
        ]  # fmt: skip

    def map_rows(self) -> list[dict[str, Any]]:
        """Return one row a stable map: the size of each bloc and what leaders and the world get."""
        absorption = self.board.base.accounts.absorption
        rows = []
        for count, one in enumerate(self.maps, start=1):
            row: dict[str, Any] = {
                "map": count,
                "ending": one.path.ending.value,
                "starts": "; ".join(one.starts),
            }
            for option, name in enumerate(self.board.options):
                inside = one.path.picks == option
                row[f"members_{name}"] = int(inside.sum())
                row[f"absorption_share_{name}"] = float(absorption[inside].sum() / absorption.sum())
            for leader in self.board.leaders:
                row[f"welfare_pct_{leader.name}"] = self.board.welfare(one.welfare, leader)
            row["world_usd_mn"] = float(one.welfare @ absorption / 100.0)
            rows.append(row)
        return rows

    def cycle_rows(self) -> list[dict[str, Any]]:
        """Return one row a switch of each distinct cycle, in order."""
        names = self.board.options
        return [
            {
                "cycle": count, "step": step, "chooser": self.board.choosers[who].name,
                "from": names[old], "to": names[new],
            }
            for count, path in enumerate(self.cycles, start=1)
            for step, (who, old, new) in enumerate(path.cycle_moves, start=1)
        ]  # fmt: skip

    def pivot_rows(self) -> list[dict[str, Any]]:
        """Return one row a pivot of the first stable map and follower: who would follow whom, and its gain in %."""
        return [
            {"mover": pivot.mover, "to": pivot.to, "follower": name, "follower_to": to, "gain_pct": gain}
            for pivot in (self.pivots.found if self.pivots is not None else ())
            for name, to, gain in pivot.followers
        ]

    def _pick(self, path: Path, chooser: int) -> int:
        return self.board.chosen(path.picks)[chooser]

    @property
    def picks(self) -> pd.DataFrame:
        """`pick_rows` as a DataFrame."""
        return _frame(self.pick_rows())

    @property
    def summary(self) -> pd.DataFrame:
        """`map_rows` as a DataFrame indexed by map."""
        rows = self.map_rows()
        return _frame(rows).set_index("map") if rows else _frame(rows)

    def __repr__(self) -> str:
        names = " against ".join(leader.name for leader in self.board.leaders)
        return (
            f"<Alignment of {names} on {self.board.base.name}: {self.verdict}, {len(self.maps)} stable maps, "
            f"{len(self.cycles)} cycles, {self.solves} solves>"
        )


def _frame(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows))
