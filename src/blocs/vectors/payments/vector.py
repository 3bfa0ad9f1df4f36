"""The payments vector: rails by corridor, adoption over the years, and the settlement cost that trade pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.engine.shocks import Shocks
from blocs.vectors.base import TheVery
from blocs.vectors.payments.acting import MEASURES
from blocs.vectors.payments.measures import CutOff, InvoiceShift
from blocs.vectors.payments.network import Corridors, Memory, begin, corridors, following
from blocs.vectors.payments.rails import Base, base_of, trade_between
from blocs.vectors.payments.wedges import shocks_of
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_regions
from blocs.world.measure import Measure
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome


@dataclass(frozen=True, eq=False)
class PaymentsState:
    """The base, what the rails remember, and the record of the year that ended (None before the first)."""

    world: World
    assumptions: Assumptions
    base: Base
    trade: Floats
    memory: Memory
    record: Corridors | None = None


class PaymentsVector:
    """SWIFT and correspondents, CIPS, bilateral rails and whoever is cut off them; see `Vector`."""

    name = "payments"
    couples = True  # fees are paid on what is traded in the same year
    measures = MEASURES

    def start(self, world: World, years: Sequence[int], assumptions: Assumptions) -> PaymentsState:
        """Return the state before the first year: the base year's rails, and nothing remembered."""
        trade = trade_between(world.accounts.flows)
        return PaymentsState(world, assumptions, base_of(world, assumptions), trade, begin(world))

    def shocks(
        self, state: PaymentsState, measures: Sequence[Measure], year: int, outcome: Outcome | None = None
    ) -> Shocks:
        """Return trade costs, fees and their transfers; neutral exactly where the rails are as they would have been.

        Raises DataError for measures that contradict each other, for a country cut off by itself, and for a rail that
        nobody or only one country is a member of.
        """
        active = [m for m in measures if m.active(year)]
        if state.memory.blank and not any(isinstance(m, self.measures) for m in active):
            return Shocks.neutral()
        found = self._corridors(state, measures, year)[0]
        flows = state.world.accounts.flows if outcome is None else outcome.bare_flows
        return shocks_of(state.world, found.change, found.shares[-1], active, flows, state.assumptions, year)

    def advance(
        self, state: PaymentsState, measures: Sequence[Measure], outcome: Outcome, year: int
    ) -> PaymentsState:
        """Return the state after `year`: participation has moved on, and the year's corridors are kept."""
        found, memory = self._corridors(state, measures, year)
        return replace(state, memory=memory, record=found)

    def notes(self, state: PaymentsState, measures: Sequence[Measure], year: int) -> tuple[str, ...]:
        """Return coverage of groups, and who follows a shift of invoicing."""
        lines: list[str] = []
        mine = [m for m in measures if isinstance(m, self.measures) and m.active(year)]
        for measure in mine:
            for field in ("of", "by", "on", "against"):
                names = getattr(measure, field, None)
                if names and names != ["all"]:
                    lines += resolve_regions(list(names), state.world.regions, year).coverage
        if any(isinstance(m, InvoiceShift) and m.currency == "CNY" for m in mine):
            flags = following(state.world, state.trade, mine, state.assumptions, year)
            who = [region for region, flag in zip(state.world.regions, flags, strict=True) if flag]
            lines.append(
                f"invoicing in renminbi is followed by {', '.join(who)}" if who
                else "nobody else comes to invoice in renminbi"
            )  # fmt: skip
        if any(isinstance(m, CutOff) for m in mine):
            mu = state.assumptions["payments.mu"]
            lines.append(
                f"payments: with mu = {mu:g} losing a rail that carries 95% of payments costs "
                f"{100.0 * np.log(20.0) / mu:.1f}%; no study measures it, the declared range is 1 to 15%"
            )
        return tuple(dict.fromkeys(lines))

    def indicators(self, state: PaymentsState, outcome: Outcome) -> xr.Dataset:
        """Return what can settle, on which rails and in which currencies, and what it costs; see `watch.indicators`."""
        from blocs.vectors.payments.watch import indicators

        assert state.record is not None, "indicators are read after the year"
        return indicators(state.world, state.base, state.trade, state.record, state.assumptions, outcome)

    def _corridors(
        self, state: PaymentsState, measures: Sequence[Measure], year: int
    ) -> tuple[Corridors, Memory]:
        mine = tuple(m for m in measures if isinstance(m, self.measures) and m.active(year))
        return _corridors_of(state, TheVery(mine), year)


# they do not follow the economy: every pass of a year and its end ask the same
@lru_cache(maxsize=2)
def _corridors_of(state: PaymentsState, key: TheVery, year: int) -> tuple[Corridors, Memory]:
    return corridors(
        state.world, state.base, state.trade, state.memory, key.measures, state.assumptions, year
    )
