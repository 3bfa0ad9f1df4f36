"""The protocol of a lever: the items a coalition controls, the shocks of withholding them, and a figure to check by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks
from blocs.errors import DataError
from blocs.study.members import Setting
from blocs.world.accounts import Floats
from blocs.world.measure import Measure
from blocs.world.world import World


@dataclass(frozen=True)
class Dependence:
    """How a target depends on a coalition for one item.

    supplied: what it gets of it from the coalition, US$ mn a year (goods at basic prices, minerals at the price of the
    base year, for a rail the payments for trade that the coalition can stop). import_share: the coalition's part of
    what the target gets from abroad; spending_share: of all it gets; both for a rail: of what it pays on the rail, and
    on all rails. concentration: Herfindahl index of import origins, for rails of the rails themselves, 0–1.
    world_share: the coalition's part of world exports of the good, of the world's output of the mineral, of what the
    world pays on the rail: how much of it third countries could replace.
    """

    supplied: float
    import_share: float
    spending_share: float
    concentration: float
    world_share: float


class Lever(Protocol):
    """Something a coalition can withhold from a target, item by item."""

    @property
    def name(self) -> str:
        """One word."""
        ...

    @property
    def years(self) -> int:
        """In which year of the withholding its losses are read; 1 where time plays no part."""
        ...

    @property
    def couples(self) -> bool:
        """Whether its shocks depend on the same year's outcome."""
        ...

    def items(
        self, world: World, coalition: Sequence[str], target: Sequence[str]
    ) -> Mapping[str, Dependence]:
        """Return the items the coalition controls towards the target."""
        ...

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
        """Return the shocks of withholding `items` (default: all it controls).

        outcome: the latest iterate of the year, for a lever that couples; past: outcomes of the earlier years.
        """
        ...

    def bounds(
        self, place: Setting, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[Mapping[str, float], float] | None:
        """Return a loss to check against, %, by item and for all of them; None if the lever knows none."""
        ...

    def measures(
        self, world: World, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[Measure, ...]:
        """Return measures of a scenario that withhold the same; none where no measure says it."""
        ...

    def notes(
        self, world: World, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[str, ...]:
        """Return what a reader of its losses must know."""
        ...


def controlled(found: Mapping[str, Dependence], control: float) -> dict[str, Dependence]:
    """Return the items of which the coalition supplies something, and at least `control` of what comes from abroad."""
    if not 0.0 <= control <= 1.0:
        raise DataError(f"control is {control:g}; it is a share of imports between 0 and 1")
    return {name: on for name, on in found.items() if on.supplied > 0.0 and on.import_share >= control}


def over(part: Floats, whole: Floats) -> Floats:
    """Return a ratio, 0 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0.0)


def withheld(
    lever: Lever, world: World, coalition: Sequence[str], target: Sequence[str], items: Sequence[str] | None
) -> tuple[str, ...]:
    """Return `items`, or all that the lever controls; DataError where that is nothing."""
    chosen = tuple(lever.items(world, coalition, target)) if items is None else tuple(items)
    if not chosen:
        raise nothing(coalition, target, lever)
    return chosen


def nothing(ours: Sequence[str], theirs: Sequence[str], lever: Lever) -> DataError:
    """Return the error of a coalition that has nothing to withhold."""
    return DataError(
        f"{', '.join(ours[:4])} controls no {lever.name} that {', '.join(theirs[:4])} buys under these terms; lower "
        f"`control`, or name other {lever.name}"
    )
