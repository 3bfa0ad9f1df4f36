"""The shocks of measures as a run has them: every vector's own, year after year of the withholding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from blocs.data.assumptions import Assumptions
from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks, combine
from blocs.study.levers.base import Lever, withheld
from blocs.vectors.payments.rails import base_year
from blocs.vectors.registry import VECTORS
from blocs.world.measure import Measure
from blocs.world.world import World


def withholding(
    lever: Lever,
    world: World,
    coalition: Sequence[str],
    target: Sequence[str],
    items: Sequence[str] | None,
    outcome: Outcome | None,
    past: tuple[Outcome, ...],
) -> Shocks:
    """Return the shocks of the lever's measures for `items` (default: all it controls) in the year after `past`."""
    chosen = withheld(lever, world, coalition, target, items)
    return shocks_under(world, lever.measures(world, coalition, target, chosen), outcome, past)


def shocks_under(
    world: World, measures: Sequence[Measure], outcome: Outcome | None, past: tuple[Outcome, ...]
) -> Shocks:
    """Return the vectors' shocks under `measures` in the year after `past`, the first year being the base year."""
    year = base_year(world) + len(past)
    states = _states(world, _Same(tuple(measures)), past)
    total = Shocks.neutral()
    for vector in VECTORS:
        total = combine(total, vector.shocks(states[vector.name], measures, year, outcome))
    return total


class _Same:
    """Measures as a key: equal where they say the same (their lists are not hashable)."""

    def __init__(self, measures: tuple[Measure, ...]) -> None:
        self.measures = measures
        self._text = "\n".join(measure.model_dump_json() for measure in measures)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


@lru_cache(maxsize=4)
def _states(world: World, measures: _Same, past: tuple[Outcome, ...]) -> Mapping[str, Any]:
    """Return each vector's state after the years `past`."""
    first = base_year(world)
    if not past:
        assumed = Assumptions.default()
        return {vector.name: vector.start(world, (first,), assumed) for vector in VECTORS}
    before, year = _states(world, measures, past[:-1]), first + len(past) - 1
    return {
        vector.name: vector.advance(before[vector.name], measures.measures, past[-1], year)
        for vector in VECTORS
    }
