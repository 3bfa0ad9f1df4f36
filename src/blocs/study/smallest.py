"""The smallest coalition that makes a target lose at least r times what the coalition itself loses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from blocs.engine.elasticities import Elasticities, Horizon
from blocs.engine.outcome import Outcome
from blocs.errors import DataError
from blocs.study.coalition import ROUNDING, Flows, cut_cells, solve_cut
from blocs.study.members import Names, Setting, apart, goods_of, resolve, setting, share_of, total
from blocs.world.tables import REST
from blocs.world.world import World

Measure = Literal["percent", "usd"]
MOST = 10  # candidates of the exact search: at most 2^10 solves

Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class Step:
    """A coalition that was tried: losses (positive: a loss) of the target and of the coalition, % and US$ mn."""

    members: tuple[str, ...]
    target_loss: float
    coalition_loss: float
    target_loss_usd_mn: float
    coalition_loss_usd_mn: float

    def ratio(self, measure: Measure) -> float | None:
        """Return the target's loss over the coalition's; None where the coalition loses nothing."""
        if self.coalition_loss <= ROUNDING:
            return None
        if measure == "usd":
            return self.target_loss_usd_mn / self.coalition_loss_usd_mn
        return self.target_loss / self.coalition_loss

    def meets(self, ratio: float, least_loss: float, measure: Measure) -> bool:
        """Whether the target loses at least `least_loss` % and `ratio` times the coalition's loss."""
        hurt = self.target_loss > ROUNDING and self.target_loss >= least_loss
        return hurt and self._enough(ratio, measure)

    def _enough(self, ratio: float, measure: Measure) -> bool:
        if measure == "usd":
            return self.target_loss_usd_mn >= ratio * self.coalition_loss_usd_mn
        return self.target_loss >= ratio * self.coalition_loss


@dataclass(frozen=True, eq=False, repr=False)
class Smallest:
    """What a search found: `best` is None if no coalition of the candidates meets the ratio; `path` is how it went."""

    setting: Setting
    target: tuple[str, ...]
    candidates: tuple[str, ...]
    ratio: float
    least_loss: float
    measure: Measure
    method: Literal["greedy", "exact"]
    best: Step | None
    path: tuple[Step, ...]
    solves: int
    notes: tuple[str, ...]


def smallest_coalition(
    world: World | str | None = None,
    *,
    target: Names,
    candidates: Names = "G20",
    ratio: float = 1.0,
    least_loss: float = 0.0,
    measure: Measure = "percent",
    exact: bool = False,
    goods: Names = "all",
    intensity: float = 100.0,
    flows: Flows = "both",
    horizon: Horizon | str = Horizon.LONG,
    elasticities: Elasticities | str | None = None,
    progress: Progress | None = None,
) -> Smallest:
    """Return the smallest coalition of `candidates` whose cut-off from `target` costs it `ratio` times its own loss.

    measure: the two losses compare in 'percent' of absorption or in 'usd'. least_loss: % of its absorption that the
    target must lose at least (0: anything), because a coalition that hardly trades with the target hardly loses either.
    Greedy (default): starting from nobody, the member that raises the ratio most joins, until the ratio is met; it may
    miss a smaller one. exact: all coalitions by size, at most `MOST` candidates; of equal size the highest ratio wins.
    Candidates in the target are dropped. Other arguments as of `coalition`.
    """
    if not ratio > 0.0:
        raise DataError(f"ratio is {ratio:g}; it must be above 0, for example 1")
    if not 0.0 <= least_loss <= 100.0:
        raise DataError(
            f"the least loss is {least_loss:g}; it is % of the target's absorption, from 0 to 100"
        )
    if measure not in ("percent", "usd"):
        raise DataError(f"unknown measure {measure!r}; valid: percent, usd")
    place = setting(world, elasticities=elasticities, horizon=horizon)
    aim = resolve(target, place.base, "target")
    chosen = resolve(candidates, place.base, "candidates")
    pool = tuple(code for code in chosen.codes if code not in aim.codes and code != REST)
    if not pool:
        apart(chosen.codes, aim.codes, "candidates", "target")
    if exact and len(pool) > MOST:
        raise DataError(
            f"{len(pool)} candidates make 2^{len(pool)} coalitions; the exact search takes at most {MOST}: name "
            "fewer, or search greedily"
        )
    search = _Search(place, aim.codes, goods_of(goods, place.base), share_of(intensity), flows, progress)
    find = _exact if exact else _greedy
    best, path = find(search, pool, ratio, least_loss, measure)
    return Smallest(
        place, aim.codes, pool, ratio, least_loss, measure, "exact" if exact else "greedy", best, tuple(path),
        search.solves, tuple(dict.fromkeys((*aim.coverage, *chosen.coverage))),
    )  # fmt: skip


class _Search:
    """Solves the cut-offs of one search; each starts at the one before."""

    def __init__(
        self,
        place: Setting,
        target: Sequence[str],
        goods: Sequence[str],
        share: float,
        flows: Flows,
        progress: Progress | None,
    ) -> None:
        self.place, self.target, self.goods = place, target, goods
        self.share, self.progress = share, progress
        self.flows: Flows = flows
        self.solves = 0
        self.last: Outcome | None = None

    def attempt(self, members: Sequence[str]) -> Step:
        place = self.place
        mask = cut_cells(place.base, members, self.target, self.goods, self.flows)
        self.last = solve_cut(place, mask, self.share, start=self.last)
        self.solves += 1
        if self.progress is not None:
            self.progress(self.solves, ", ".join(members))
        welfare, size = self.last.regional("welfare"), place.base.accounts.absorption
        theirs, ours = (total(welfare, size, place.indices(codes)) for codes in (self.target, members))
        return Step(tuple(members), -theirs[0], -ours[0], -theirs[1], -ours[1])


def _rank(step: Step, measure: Measure) -> tuple[float, float]:
    """Order coalitions: by ratio, one that loses nothing first, then by what the target loses."""
    ratio = step.ratio(measure)
    if step.target_loss <= ROUNDING:
        return (-1.0, step.target_loss)
    return (float("inf") if ratio is None else ratio, step.target_loss)


def _greedy(
    search: _Search, pool: Sequence[str], ratio: float, least_loss: float, measure: Measure
) -> tuple[Step | None, list[Step]]:
    members: tuple[str, ...] = ()
    path: list[Step] = []
    while len(members) < len(pool):
        tried = [search.attempt((*members, code)) for code in pool if code not in members]
        enough = [step for step in tried if step.meets(ratio, least_loss, measure)]
        step = max(enough or tried, key=lambda one: _rank(one, measure))
        path.append(step)
        if enough:
            return step, path
        members = step.members
    return None, path


def _exact(
    search: _Search, pool: Sequence[str], ratio: float, least_loss: float, measure: Measure
) -> tuple[Step | None, list[Step]]:
    path: list[Step] = []
    for size in range(1, len(pool) + 1):
        tried = [search.attempt(members) for members in combinations(pool, size)]
        enough = [step for step in tried if step.meets(ratio, least_loss, measure)]
        step = max(enough or tried, key=lambda one: _rank(one, measure))
        path.append(step)
        if enough:
            return step, path
    return None, path
