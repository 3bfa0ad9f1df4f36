"""The AI vector: what a bust or boom takes from demand, and what adoption adds to productivity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.engine.shocks import Shocks
from blocs.vectors.ai import adoption, demand
from blocs.vectors.ai.measures import (
    AiAdoption,
    AiBoom,
    AiBust,
    ComputeLimit,
    OpenRelease,
    PowerLimit,
    Turn,
)
from blocs.world.groups import resolve_regions
from blocs.world.measure import Measure
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome


@dataclass(frozen=True, eq=False)
class AiState:
    """The world, the years and the numbers; the measures and the year that ended (None before the first)."""

    world: World
    years: tuple[int, ...]
    assumptions: Assumptions
    measures: tuple[Measure, ...] = ()
    year: int | None = None


class AiVector:
    """Artificial intelligence as investment boom and as technology; see `Vector`."""

    name = "ai"
    couples = True  # the size of a bust needs the propensity of the closure it is solved under: the outcome knows it
    measures: tuple[type[Measure], ...] = (
        AiBust,
        AiBoom,
        AiAdoption,
        PowerLimit,
        ComputeLimit,
        OpenRelease,
    )

    def start(self, world: World, years: Sequence[int], assumptions: Assumptions) -> AiState:
        """Return the state before the first year."""
        return AiState(world, tuple(years), assumptions)

    def shocks(
        self, state: AiState, measures: Sequence[Measure], year: int, outcome: Outcome | None = None
    ) -> Shocks:
        """Return productivity of adoption and the taste shift of demand; a bust or boom only once the closure is known.

        Raises DataError for paths, limits and sizes that cannot be, and for a bust under another closure than `demand`.
        """
        mine = [m for m in measures if isinstance(m, self.measures) and m.felt(year)]
        if not mine:
            return Shocks.neutral()
        world, assumptions = state.world if outcome is None else outcome.base, state.assumptions
        turns = [m for m in mine if isinstance(m, Turn)]
        found = adoption.paths(mine, world, year, state.years, assumptions)
        change = demand.autonomous(turns, world, year, state.years, assumptions)
        moved = adoption.compute_spending(found, world, assumptions)
        propensity = demand.propensity_of(outcome) if turns and outcome is not None else None
        if propensity is None:  # the first pass: sizes are checked, the closure is not known yet
            change = np.zeros_like(change)
        given = {}
        if found:
            given["productivity"] = adoption.productivity(found, world, assumptions)
        if change.any() or moved.any():
            given["demand_shift"] = demand.taste_shift(change, moved, world.accounts, propensity)
        return Shocks.of(world, **given)

    def advance(self, state: AiState, measures: Sequence[Measure], outcome: Outcome, year: int) -> AiState:
        """Return the state with the year that ended and the measures of it."""
        mine = tuple(m for m in measures if isinstance(m, self.measures) and m.felt(year))
        return replace(state, measures=mine, year=year)

    def notes(self, state: AiState, measures: Sequence[Measure], year: int) -> tuple[str, ...]:
        """Return coverage of groups, and what a bust or boom leaves out."""
        lines: list[str] = []
        mine = [m for m in measures if isinstance(m, self.measures) and m.felt(year)]
        for measure in mine:
            for field in ("region", "frontier"):
                names = getattr(measure, field, None)
                if names and names != ["all"]:
                    lines += resolve_regions(list(names), state.world.regions, year).coverage
        lines += adoption.idle(mine, state.world, year)
        if any(isinstance(m, Turn) for m in mine):
            lines.append(
                "AI's capital spending and wealth are shares of GDP of 2026 on the base year's industries: chips are "
                "bought where they were bought then"
            )
        if any(isinstance(m, AiBoom) for m in mine):
            lines.append(
                "a boom meets full employment: it raises wages and prices, and output only where spending moves to it"
            )
        return tuple(dict.fromkeys(lines))

    def indicators(self, state: AiState, outcome: Outcome) -> xr.Dataset:
        """Return adoption, its contribution and need of power, and what a bust takes; see `watch.indicators`."""
        from blocs.vectors.ai.watch import indicators

        return indicators(state, outcome)
