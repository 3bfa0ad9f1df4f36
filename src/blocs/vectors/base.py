"""The protocol every vector keeps: four methods, and it touches nothing outside its room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from blocs.engine.shocks import Shocks
from blocs.world.measure import Measure
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome

State = Any  # each vector's own, immutable


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

    def start(self, world: World, years: Sequence[int]) -> State:
        """Return the state before the first year."""
        ...

    def shocks(self, state: State, measures: Sequence[Measure], year: int) -> Shocks:
        """Return what the measures in force in `year` change; `Shocks.neutral()` if nothing."""
        ...

    def advance(self, state: State, outcome: Outcome, year: int) -> State:
        """Return the state after `year`."""
        ...

    def indicators(self, state: State, outcome: Outcome) -> xr.Dataset:
        """Return what this vector watches, at `outcome`."""
        ...

    def notes(self, state: State, measures: Sequence[Measure], year: int) -> tuple[str, ...]:
        """Return what a reader must know about the measures in force: coverage of groups, pairs left out."""
        ...
