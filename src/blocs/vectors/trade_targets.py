"""Which flows a trade measure acts on: its sides and goods resolved against a world, customs unions spared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blocs.errors import DataError
from blocs.vectors.trade_limits import Embargo, Quota, Sanction
from blocs.vectors.trade_measures import Corridor, ExportTax, Tariff, TradeCost
from blocs.vectors.wording import shown
from blocs.world.groups import members, resolve_goods, resolve_regions
from blocs.world.measure import Measure
from blocs.world.world import World

CUSTOMS_UNIONS = ("EU27",)
Sides = list[tuple[list[str], list[str]]]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Target:
    """The flows one measure acts on, all of `goods` between all of `pairs`, and what a reader must know."""

    goods: Mask  # (good,)
    pairs: Mask  # (origin, destination)
    notes: tuple[str, ...]

    @property
    def mask(self) -> Mask:
        """The cells (good, origin, destination)."""
        return self.goods[:, None, None] & self.pairs


def target(measure: Measure, world: World, year: int) -> Target:
    """Return the cells `measure` acts on in `year`; DataError for unknown names or a measure that hits nothing."""
    goods = resolve_goods(list(getattr(measure, "goods", ["all"])), world.sectors)
    found = _cells(measure, _directions(measure), goods, world, year)
    notes = list(found.notes)
    if isinstance(measure, (Tariff, ExportTax)):
        notes += _spare_unions(found.pairs, world, year, levied_by_buyers=isinstance(measure, Tariff))
    if not found.pairs.any():
        raise DataError(
            f"`{measure.plain_words()}` acts on no pair of regions (a region has no border with itself, a customs "
            "union none inside); name different regions"
        )
    return Target(found.goods, found.pairs, tuple(notes))


def still_traded(measure: Sanction, world: World, year: int) -> Mask:
    """Return the mask of flows between the two sides that a sanction does not embargo, services included."""
    both = [(measure.by, measure.on), (measure.on, measure.by)]
    between = _cells(measure, both, world.sectors, world, year).mask
    return between & ~target(measure, world, year).mask


def _cells(measure: Measure, directions: Sides, goods: Sequence[str], world: World, year: int) -> Target:
    named = set(goods)
    pairs = np.zeros((len(world.regions), len(world.regions)), dtype=bool)
    notes: list[str] = []
    for sellers, buyers in directions:
        one = resolve_regions(sellers, world.regions, year)
        two = resolve_regions(buyers, world.regions, year)
        notes += [*one.coverage, *two.coverage]
        if not isinstance(measure, (Tariff, ExportTax, Corridor)):
            _refuse_overlap(sellers, buyers, one.codes, two.codes)
        pairs[
            np.ix_([world.regions.index(c) for c in one.codes], [world.regions.index(c) for c in two.codes])
        ] = True
    np.fill_diagonal(pairs, False)
    return Target(np.array([good in named for good in world.sectors]), pairs, tuple(dict.fromkeys(notes)))


def _refuse_overlap(
    sellers: list[str], buyers: list[str], one: tuple[str, ...], two: tuple[str, ...]
) -> None:
    both = [code for code in one if code in two]
    if both:
        raise DataError(
            f"{shown(sellers)} and {shown(buyers)} are two sides of one measure, but {', '.join(both[:5])} "
            f"is on both; take it out of one, e.g. [{', '.join(sellers)}, -{both[0]}]"
        )


def _directions(measure: Measure) -> Sides:
    """Return (sellers, buyers) pairs."""
    if isinstance(measure, Tariff):
        return [(measure.on, measure.by)]
    if isinstance(measure, ExportTax):
        return [(measure.by, measure.on)]
    if isinstance(measure, Corridor):
        return [(measure.along, measure.along)]
    assert isinstance(measure, (TradeCost, Embargo, Quota, Sanction))
    if not isinstance(measure, Sanction) and measure.between is not None:
        one, two = measure.between
        return [(one, two), (two, one)]
    assert not isinstance(measure, TradeCost)
    by, on = measure.by or [], measure.on or []
    ways: dict[str, Sides] = {"exports": [(by, on)], "imports": [(on, by)], "both": [(by, on), (on, by)]}
    return ways[measure.flows]


def _spare_unions(pairs: Mask, world: World, year: int, *, levied_by_buyers: bool) -> list[str]:
    """Take trade inside customs unions out of `pairs`; return a note where that changed anything."""
    notes = []
    for union in CUSTOMS_UNIONS:
        inside = [world.regions.index(code) for code in members(union, year) if code in world.regions]
        block = np.ix_(inside, inside)
        if pairs[block].any():
            pairs[block] = False
            notes.append(f"{union} is a customs union: no duty is levied between its members")
        levying = [world.regions[j] for j in inside if levied_by_buyers and pairs[:, j].any()]
        if 0 < len(levying) < len(inside):
            notes.append(
                f"{union} has a common external tariff, but this duty is levied by {', '.join(levying)} alone"
            )
    return notes
