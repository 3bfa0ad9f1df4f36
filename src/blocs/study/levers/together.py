"""Several levers pulled at once: goods, minerals and rails in one withholding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks
from blocs.errors import DataError
from blocs.study.levers.acting import withholding
from blocs.study.levers.base import Dependence, Lever
from blocs.study.members import Setting
from blocs.world.measure import Measure
from blocs.world.world import World

MARK = ":"


@dataclass(frozen=True)
class Levers:
    """The levers of `parts` together; an item is named after its lever, as in `minerals:Ga`."""

    parts: tuple[Lever, ...]

    name = "all"

    @property
    def years(self) -> int:
        """The latest year that a part asks for."""
        return max(part.years for part in self.parts)

    @property
    def couples(self) -> bool:
        """Whether any part does."""
        return any(part.couples for part in self.parts)

    def items(
        self, world: World, coalition: Sequence[str], target: Sequence[str]
    ) -> Mapping[str, Dependence]:
        """Return the items of every lever; a lever that controls nothing has none."""
        return {
            f"{part.name}{MARK}{item}": on
            for part in self.parts
            for item, on in part.items(world, coalition, target).items()
        }

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
        """Return the shocks of all parts' measures: each vector sees what the others are asked to do, as in a run."""
        return withholding(self, world, coalition, target, items, outcome, past)

    def bounds(
        self, place: Setting, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[Mapping[str, float], float] | None:
        """Return the figures of each part by item, and their sum; None unless every part has them."""
        single: dict[str, float] = {}
        whole = 0.0
        for part, mine in self._own(items):
            found = part.bounds(place, coalition, target, mine)
            if found is None:
                return None
            single |= {f"{part.name}{MARK}{item}": value for item, value in found[0].items()}
            whole += found[1]
        return single, whole

    def measures(
        self, world: World, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[Measure, ...]:
        """Return the measures of every part."""
        return tuple(
            measure
            for part, mine in self._own(items)
            for measure in part.measures(world, coalition, target, mine)
        )

    def notes(
        self, world: World, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[str, ...]:
        """Return the notes of every part."""
        return tuple(
            note for part, mine in self._own(items) for note in part.notes(world, coalition, target, mine)
        )

    def _own(self, items: Sequence[str]) -> list[tuple[Lever, tuple[str, ...]]]:
        """Return each part that has some of `items`, with their plain names."""
        names = {part.name for part in self.parts}
        odd = [item for item in items if item.partition(MARK)[0] not in names]
        if odd:
            raise DataError(
                f"item {odd[0]!r} belongs to no lever; names are like {self.parts[0].name}{MARK}…"
            )
        pairs = [
            (part, tuple(i.partition(MARK)[2] for i in items if i.partition(MARK)[0] == part.name))
            for part in self.parts
        ]
        return [(part, mine) for part, mine in pairs if mine]
