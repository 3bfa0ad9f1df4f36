"""The protocol every vector keeps: four methods, and it touches nothing outside its room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from blocs.data.assumptions import Assumptions
from blocs.engine.shocks import Shocks
from blocs.world.measure import Measure
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome

State = Any  # each vector's own, immutable


class TheVery:
    """Measures as a key of a cache: equal are only the very same objects, for measures hold what has no hash."""

    def __init__(self, measures: tuple[Measure, ...]) -> None:
        self.measures = measures

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TheVery) and [*map(id, self.measures)] == [*map(id, other.measures)]

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.measures)))


class Vector(Protocol):
    """A force that acts on the world through measures and remembers what it must between years."""

    @property
    def name(self) -> str:
        """One word: the vector's name."""
        ...

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        """The levers it understands."""
        ...

    @property
    def couples(self) -> bool:
        """Whether its shocks depend on the same year's outcome: the year is then solved to a joint fixed point."""
        ...

    def start(self, world: World, years: Sequence[int], assumptions: Assumptions) -> State:
        """Return the state before the first year; every uncertain parameter comes from `assumptions`."""
        ...

    def shocks(
        self, state: State, measures: Sequence[Measure], year: int, outcome: Outcome | None = None
    ) -> Shocks:
        """Return what the measures in force in `year` change; `Shocks.neutral()` if nothing.

        outcome: the latest iterate of the same year, for a vector that couples; None at first and for others.
        """
        ...

    def advance(self, state: State, measures: Sequence[Measure], outcome: Outcome, year: int) -> State:
        """Return the state after `year`; it may keep that year's record for `indicators`."""
        ...

    def indicators(self, state: State, outcome: Outcome) -> xr.Dataset:
        """Return what this vector watches in a year: `state` is the one after the year that ended in `outcome`."""
        ...

    def notes(self, state: State, measures: Sequence[Measure], year: int) -> tuple[str, ...]:
        """Return what a reader must know about the measures in force: coverage of groups, pairs left out."""
        ...
