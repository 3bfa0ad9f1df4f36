"""The minerals vector: what controls on elements do, month by month, and what that costs their users."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.engine.shocks import Shocks
from blocs.vectors.base import TheVery
from blocs.vectors.minerals import market, policy, tables
from blocs.vectors.minerals.base import Base, cached_base
from blocs.vectors.minerals.coupling import shocks_of
from blocs.vectors.minerals.market import MarketState, Year
from blocs.vectors.minerals.measures import MEASURES, ExportControl, minerals_of
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_regions
from blocs.world.measure import Measure
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome


@dataclass(frozen=True, eq=False)
class MineralsState:
    """The markets after a year: one `MarketState` per course of licensing; none before a measure first acts."""

    world: World
    assumptions: Assumptions
    first: int
    base: Base | None = None
    courses: tuple[MarketState, ...] = ()
    held: Floats | None = None  # public stocks left (m,j), tonnes
    last: Year | None = None
    controlled: tuple[str, ...] = field(default=())  # symbols under a control in the year


class MineralsVector:
    """Export controls, stockpiles, new supply and recycling of minerals; see `Vector`.

    A scenario without a measure of this vector has no mineral markets: its shocks are neutral. With one, the markets of
    the minerals that any measure names are solved each year, jointly with the economy that uses them.
    """

    name = "minerals"
    couples = True
    measures: tuple[type[Measure], ...] = MEASURES

    def start(self, world: World, years: Sequence[int], assumptions: Assumptions) -> MineralsState:
        """Return the state before the first year: markets are set up when a measure first acts."""
        return MineralsState(world, assumptions, min(years) if years else 0)

    def shocks(
        self, state: MineralsState, measures: Sequence[Measure], year: int, outcome: Outcome | None = None
    ) -> Shocks:
        """Return cost shocks and bills of the year; use follows the activity of the industries in `outcome`."""
        solved = self._solve(state, measures, year, outcome)
        if solved is None:
            return Shocks.neutral()
        base, _, result, activity, _ = solved
        sales = None if outcome is None or outcome.solution is None else outcome.solution.output
        return shocks_of(state.world, base, result, activity, state.assumptions, sales)

    def advance(
        self, state: MineralsState, measures: Sequence[Measure], outcome: Outcome, year: int
    ) -> MineralsState:
        """Return the state at the end of the year, with the year's record."""
        solved = self._solve(state, measures, year, outcome)
        if solved is None:
            return state
        base, courses, result, _, held = solved
        named = minerals_of(m for m in measures if isinstance(m, ExportControl) and m.active(year))
        return replace(state, base=base, courses=courses, held=held, last=result, controlled=named)

    def notes(self, state: MineralsState, measures: Sequence[Measure], year: int) -> tuple[str, ...]:
        """Return coverage of groups, and a warning for a control by a region that sells none of a mineral."""
        mine = [m for m in measures if isinstance(m, MEASURES) and m.active(year)]
        if not mine:
            return ()
        base = self._base(state, measures)
        lines: list[str] = []
        for measure in mine:
            for names in (getattr(measure, "by", None), getattr(measure, "on", None)):
                if names is not None:
                    lines += resolve_regions(list(names), state.world.regions, year).coverage
        lines += policy.idle_controls(mine, base, year)
        imputed = [s for s in base.symbols if not tables.find(s).traded and not tables.find(s).rare_earth]
        if imputed:
            lines.append(
                f"trade by partner of {', '.join(imputed)} is not published: flows are imputed in proportion to "
                "production and use"
            )
        return tuple(dict.fromkeys(lines))

    def indicators(self, state: MineralsState, outcome: Outcome) -> xr.Dataset:
        """Return by mineral and region price, use, days of stock, reliance and risk; by mineral what is controlled."""
        from blocs.vectors.minerals.indicators import dataset

        return dataset(state, outcome)

    def _base(self, state: MineralsState, measures: Sequence[Measure]) -> Base:
        return _base_of(state, [m for m in measures if isinstance(m, MEASURES)])

    def _solve(
        self, state: MineralsState, measures: Sequence[Measure], year: int, outcome: Outcome | None
    ) -> _Solved | None:
        mine = TheVery(tuple(m for m in measures if isinstance(m, MEASURES)))
        if not mine.measures or (not state.courses and not any(m.active(year) for m in mine.measures)):
            return None
        return _solved(state, mine, year, outcome)


_Solved = tuple[Base, tuple[MarketState, ...], Year, Floats, Floats]


def _base_of(state: MineralsState, mine: Sequence[Measure]) -> Base:
    if state.base is not None:
        return state.base
    new = tuple(sorted(policy.newcomers(mine, state.world.regions).items()))
    return cached_base(state.world, minerals_of(mine), state.assumptions, new)


# the last pass of a year and its end ask the same of the same markets: solved once
@lru_cache(maxsize=2)
def _solved(state: MineralsState, key: TheVery, year: int, outcome: Outcome | None) -> _Solved:
    mine = key.measures
    base = _base_of(state, mine)
    quantiles = policy.courses(mine)
    at_rest = MarketState.rest(base, state.assumptions)
    before = state.courses or (at_rest,) * len(quantiles)
    held = np.zeros(base.use.shape) if state.held is None else state.held
    held = held + policy.stocked(mine, base, year, state.first)
    activity = activity_of(base, outcome)
    offered = policy.offered(mine, base, held, year)
    after, results = [], []
    for quantile, course in zip(quantiles, before, strict=True):
        plan = policy.policy_of(mine, base, year, state.first, state.assumptions, quantile)
        new, result = market.run(base, course, replace(plan, public=offered), activity, state.assumptions)
        after.append(new)
        results.append(result)
    result = market.mean(results)
    return base, tuple(after), result, activity, held - result.public.sum(axis=0)


def activity_of(base: Base, outcome: Outcome | None) -> Floats:
    """Return the volume of the using industries over the base (m,j), by their parts of a region's use."""
    if outcome is None or outcome.solution is None:
        return np.ones(base.use.shape)
    solution, output = outcome.solution, outcome.base.accounts.output
    volume = np.divide(
        solution.output * np.exp(-solution.cost), output, out=np.ones_like(output), where=output > 0.0
    )
    told = base.users.sum(axis=1)
    return np.where(told > 0.0, np.einsum("mkj,kj->mj", base.users, volume), 1.0)
