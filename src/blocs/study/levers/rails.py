"""Payment rails as a lever: the coalition cuts the target's banks off the rails it runs, or its own ends of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks
from blocs.errors import DataError, unknown
from blocs.study.levers.acting import withholding
from blocs.study.levers.base import Dependence, controlled
from blocs.study.levers.minerals import check_years
from blocs.study.members import Names, Setting, share_of, split
from blocs.vectors.payments.acting import reach_of_cut
from blocs.vectors.payments.measures import CutOff
from blocs.vectors.payments.network import begin, corridors
from blocs.vectors.payments.rails import (
    BRIDGE,
    OPERATORS,
    RAILS,
    base_of,
    base_year,
    number,
    trade_between,
)
from blocs.world.accounts import Floats
from blocs.world.measure import Measure
from blocs.world.world import World

ALL = "all"


@dataclass(frozen=True)
class RailsLever:
    """Payment rails that the coalition closes to the target's banks: a cut-off of `blocs run`.

    A coalition that holds a rail's operator (BEL for SWIFT, CHN for CIPS) closes all corridors of the target. Others
    close their own corridors with it and, on SWIFT, what clears in their currencies elsewhere. rails: names, 'all' for
    every rail that has members in the base. control: smallest share of the target's payments on a rail that the
    coalition can stop. intensity: share of the target's banks, by value, that is cut, %. years: in which year of the
    cut-off its losses are read: banks join other rails meanwhile.
    """

    rails: Names = ALL
    control: float = 0.0
    intensity: float = 100.0
    years: int = 1

    name = "rails"
    couples = True

    def items(
        self, world: World, coalition: Sequence[str], target: Sequence[str]
    ) -> Mapping[str, Dependence]:
        """Return the rails on which the coalition can stop at least `control` of the target's payments, and some."""
        check_years(self.years)
        found = {rail: _dependence(world, rail, coalition, target) for rail in chosen_rails(self.rails)}
        return controlled(found, self.control)

    def shocks(
        self,
        world: World,
        coalition: Sequence[str],
        target: Sequence[str],
        items: Sequence[str] | None = None,
        *,
        outcome: Outcome | None = None,
        past: tuple[Outcome, ...] = (),
    ) -> Shocks:
        """Return settlement costs, fees and their transfers in the year after `past`."""
        return withholding(self, world, coalition, target, items, outcome, past)

    def bounds(
        self, place: Setting, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[Mapping[str, float], float] | None:
        """Return the settlement bill at unchanged trade, % of absorption, of each rail alone and of all.

            sum over corridors (i,j) with i or j in the target of max(C[i,j], 0) T[i,j] / E

        with C the change of the corridor's cost and T its trade both ways: the target pays all of it, on its imports
        and, so that no buyer pays more, on its exports. Trade that gives way and fees that come home make it less;
        third countries that charge more make it more.
        """
        single = {rail: self._bill(place, coalition, target, [rail]) for rail in items}
        return single, self._bill(place, coalition, target, items)

    def measures(
        self, world: World, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[Measure, ...]:
        """Return one cut-off a rail."""
        share = share_of(self.intensity)
        if share == 0.0:
            return ()
        return tuple(
            CutOff(rail=rail, of=list(target), by=list(coalition), intensity=share) for rail in items
        )

    def notes(
        self, world: World, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[str, ...]:
        """Return what decides the size, and whose the rails are."""
        mu, low, high = _mu()
        run = [rail for rail in items if set(OPERATORS[rail]) & set(coalition)]
        whose = (
            f"the coalition runs {' and '.join(run)} and closes it in all corridors"
            if run
            else "the coalition runs no rail: it closes its own corridors and what clears in its currencies"
        )
        return (
            f"Rails: losses of year {self.years} of the cut-off; {whose}. Their size rests on payments.mu = {mu:g}, "
            f"which no study measures ({low:g} to {high:g} is declared); shares by corridor are a calibrated prior.",
        )

    def _bill(
        self, place: Setting, coalition: Sequence[str], target: Sequence[str], rails: Sequence[str]
    ) -> float:
        world, assumptions = place.base, Assumptions.default()
        trade, base, memory = trade_between(world.accounts.flows), base_of(world, assumptions), begin(world)
        measures = self.measures(world, coalition, target, rails)
        cost = np.zeros_like(trade)
        for year in range(base_year(world), base_year(world) + self.years):
            found, memory = corridors(world, base, trade, memory, measures, assumptions, year)
            cost = found.change
        bill = (np.maximum(cost, 0.0) * trade)[_corridors(world, target)].sum()
        return float(100.0 * bill / world.accounts.absorption[place.indices(target)].sum())


def chosen_rails(names: Names) -> tuple[str, ...]:
    """Return the rails that `names` mean, in their own order; DataError for an unknown or an empty one."""
    listed = split(names)
    if not listed:
        raise DataError(f"rails is empty; name some of {', '.join(RAILS)}, or all")
    if ALL in listed:
        return tuple(rail for rail in RAILS if rail != BRIDGE)
    for name in listed:
        if name not in RAILS:
            raise DataError(unknown("rail", name, RAILS))
        if name == BRIDGE:
            raise DataError(
                "the bridge has no members in the base year, so nobody can be cut off it; name others"
            )
    return tuple(rail for rail in RAILS if rail in listed)


def _dependence(world: World, rail: str, coalition: Sequence[str], target: Sequence[str]) -> Dependence:
    base = base_of(world, Assumptions.default())
    trade = trade_between(world.accounts.flows)
    ours = _corridors(world, target)
    paid = base.shares * trade  # (rail, region, region)
    cut = CutOff(rail=rail, of=list(target), by=list(coalition))
    stopped = paid[number(rail)] * reach_of_cut(cut, world, base_year(world))
    on_rail, by_rail = paid[number(rail)][ours].sum(), np.array([one[ours].sum() for one in paid])
    every = by_rail.sum()
    runs = bool(set(OPERATORS[rail]) & set(coalition))
    whole = np.triu(paid[number(rail)], 1).sum()
    ends = paid[number(rail)][_corridors(world, coalition)].sum()
    return Dependence(
        supplied=float(stopped[ours].sum()),
        import_share=_part(stopped[ours].sum(), on_rail),
        spending_share=_part(stopped[ours].sum(), every),
        concentration=float(((by_rail / every) ** 2).sum()) if every > 0.0 else 0.0,
        world_share=1.0 if runs else _part(ends, whole),
    )


def _corridors(world: World, codes: Sequence[str]) -> np.ndarray:
    """Return the mask (region, region) of corridors with an end in `codes`, each once."""
    ends = np.array([region in codes for region in world.regions])
    return np.triu(ends[:, None] | ends[None, :], 1)


def _part(part: float | Floats, whole: float | Floats) -> float:
    return float(part / whole) if whole > 0.0 else 0.0


def _mu() -> tuple[float, float, float]:
    entry = Assumptions.default().entry("payments.mu")
    return entry.value, *entry.range
